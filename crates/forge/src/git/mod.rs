//! Git repositories, through the `git` program: it speaks every protocol and authentication that repositories are
//! reached by, and is updated with the system.
//!
//! Every blob up to the size limit comes with the one fetch of depth 1 (`--filter=blob:limit`): fetching blobs only when
//! they are read would cost one request each, and leaving them all to a second fetch needs a server that hands out any
//! object. What is larger than the limit is never transferred where the server can filter, and cannot be read anyway.

mod batch;
mod checkout;
mod clones;
mod command;
mod failure;
mod remote;
mod repository;
mod round;
mod tree;

pub use checkout::Checkout;
pub(crate) use clones::Clones;
pub use round::Round;
pub use tree::{FileKind, TreeFile};
