//! From files to rows: reading a location, processing what changed, and writing it in transactions.
//!
//! [`process`] is pure. [`walk`] decides what to read; [`write`] is the only one that touches the database.

mod process;
mod visit;
mod walk;
mod write;

pub(crate) use process::{MAX_TARGETS, Origin, Parts, ProcessedEntity, generated, open, part_of};
pub(crate) use visit::read_parts;
pub(crate) use walk::{Order, Walked, Walker, own_hash};
pub(crate) use write::{Changes, LEASE, Policy};
#[cfg(test)]
pub(crate) use {
    process::{Failure, ProcessedFile, status_item},
    write::Scan,
};
