//! From files to rows: reading a location, processing what changed, and writing it in transactions.
//!
//! [`process`] is pure. [`walk`] decides what to read; [`write`] is the only one that touches the database.

mod process;
mod walk;
mod write;

pub(crate) use process::Origin;
pub(crate) use walk::Walker;
pub(crate) use write::LEASE;
