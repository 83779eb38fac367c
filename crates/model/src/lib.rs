//! Types that every other crate shares: names, callers, errors, points in time and the view models of pages.
//!
//! Serde only, no clock, no randomness, no IO: it is compiled for the server and for the browser.

pub mod view;

mod caller;
mod catalog_query;
mod entity_ref;
mod error;
mod time;

pub use caller::{Caller, Principal, Seq, Via};
pub use catalog_query::{CatalogQuery, Column, FacetKey, Owner, PAGE_SIZE, Sort};
pub use entity_ref::{DEFAULT_NAMESPACE, EntityRef, EntityRefError, RefContext};
pub use error::{FieldError, PortalError};
pub use time::Timestamp;
