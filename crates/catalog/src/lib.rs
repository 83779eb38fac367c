//! The catalog: descriptors, locations, processing, relations, and the in-memory index that answers every read.
//!
//! Files become rows in [`ingest`], rows become an immutable [`index::Snapshot`], and every read runs on that snapshot.
//! What keeps a replica's snapshot current is the change feed: `portal` follows it and calls [`Catalog::apply`].

pub mod descriptor;
pub mod index;
pub mod relation;
pub mod source;

mod bulk;
mod ingest;
mod live;
mod location;
mod reading;
mod sql;

pub use live::Catalog;
pub use location::{Location, LocationConfig, Locations, generated_ref};
pub use reading::{Reading, ReadingConfig};
pub use source::SourcesConfig;
pub use sql::STATEMENTS;
