//! The catalog: descriptors, locations, processing, relations, and the in-memory index that answers every read.
//!
//! Files become rows in [`ingest`], rows become an immutable [`index::Snapshot`], and every read runs on that snapshot.
//! What keeps a replica's snapshot current is the change feed: `portal` follows it and calls [`Catalog::apply`].

pub mod descriptor;
pub mod direct;
pub mod history;
pub mod index;
pub mod overlay;
pub mod relation;
pub mod source;

mod bulk;
mod conflict;
mod ingest;
mod live;
mod location;
mod original;
mod preview;
mod push;
mod reading;
pub mod registry;
mod sql;
mod visible;

#[cfg(test)]
mod tests;

pub use conflict::{Cleaned, Conflict, DirectError, Expected, PORTAL, clean, clean_batch, needs_cleaning};
pub use direct::Written;
pub use live::{BrokenFile, Catalog};
pub use location::{Held, Location, LocationConfig, Locations, generated_ref};
pub use overlay::{Overlay, StoredOverlay};
pub use preview::{Preview, PreviewEntity, PreviewFile, PreviewProblem};
pub use push::{push_worker, pushed};
pub use reading::{Reading, ReadingConfig, Schedule};
pub use registry::NewLocation;
pub use source::SourcesConfig;
pub use sql::STATEMENTS;
