//! Descriptors: from the bytes of a `catalog-info.yaml` to checked entities and the relations they state.
//!
//! Everything here is pure: no files, no clock, no database. What has to be read (the target of `$text`) comes through a
//! callback, so that every rule is tested as data in, text out. Behaviour and texts follow Backstage, whose files are
//! read unchanged; where a person gains from more, it is added beside Backstage's text ([`Diagnostic::help`], line and
//! column) and not put in its place.
//!
//! Every kind that is not built in is a [`DeclaredKind`] of the configuration; what takes [`Kinds`] knows both.
//!
//! The order in which an entity goes through here is Backstage's: [`parse`], [`placeholders`], [`validate`],
//! [`annotate`], [`relations`], and [`finish`] for the bytes that are stored.

mod annotate;
mod declared;
mod diagnostic;
mod finish;
mod known;
mod location;
mod placeholders;
mod relations;
mod rules;
mod schema;
mod validate;
mod yaml;

pub use annotate::{EDIT_URL, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN, REJECTED_URL, SOURCE_LOCATION, VIEW_URL, annotate};
pub use declared::{DeclaredKind, DeclaredRelation, Kinds};
pub use diagnostic::{Diagnostic, Severity, ValidationError};
pub use finish::{etag, finish};
pub use known::{KnownAnnotation, well_known};
pub(crate) use location::has_wildcard;
pub use location::{
    LocationRef, LocationSpec, Presence, generated_name, is_script_url, location_entity, location_targets, resolve_target,
    resolve_target_at,
};
pub use placeholders::{placeholder_parts, placeholders, placeholders_at};
pub use relations::{Relation, relations, relations_with, sort_relation_fields};
pub use rules::{AllowedKind, LocationMatch, Rule, Rules};
pub use schema::Schema;
pub use validate::{Kind, entity_ref, validate, validate_with};
pub use yaml::{Document, Documents, Limits, Positions, documents, parse};
