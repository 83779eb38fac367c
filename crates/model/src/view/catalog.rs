//! The catalog's list.

use super::{entity::EntityLink, views::ViewRail};
use crate::{CatalogQuery, FacetKey, Timestamp};

/// The catalog's list: what is asked for, what there is, and how it could be narrowed.
#[derive(Clone, Debug)]
pub struct CatalogView {
    /// What the URL asks for.
    pub query: CatalogQuery,
    /// The kinds there are, the most used first; a pseudo-kind `all` at the end.
    pub kinds: Vec<KindCount>,
    /// The facets with their counts over the current filters (each facet's counts ignore its own picks).
    pub facets: Vec<Facet>,
    /// How many entities match.
    pub total: u64,
    /// The page's rows.
    pub rows: Vec<CatalogRow>,
    /// How many entities the caller and the caller's groups own; `None` without a person.
    pub mine: Option<u64>,
    /// How many entities the caller starred; `None` without a person.
    pub starred: Option<u64>,
    /// The saved views beside the filters.
    pub views: ViewRail,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// A kind and how many entities it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// In lower case, as the URL has it.
    pub kind: String,
    /// As people read it: `Component`, `API`.
    pub label: String,
    /// As people read many of them, where the configuration says so.
    pub plural: Option<String>,
    /// How many entities of it are visible.
    pub count: u64,
}

/// One filter of the list.
#[derive(Clone, Debug)]
pub struct Facet {
    /// Which one.
    pub key: FacetKey,
    /// The values, picked ones first, then by count; at most 20.
    pub options: Vec<FacetOption>,
    /// How many values there are beyond the options.
    pub more: u64,
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetOption {
    /// As the URL has it.
    pub value: String,
    /// As people read it.
    pub label: String,
    /// How many entities would show.
    pub count: u64,
    /// Whether it is picked.
    pub picked: bool,
}

/// One entity in the list.
#[derive(Clone, Debug)]
pub struct CatalogRow {
    /// The entity.
    pub entity: EntityLink,
    /// Its description, on one line.
    pub description: String,
    /// Its owner.
    pub owner: Option<EntityLink>,
    /// The system or domain it is part of.
    pub system: Option<EntityLink>,
    /// `spec.type`
    pub spec_type: Option<String>,
    /// `spec.lifecycle`
    pub lifecycle: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// When it last changed.
    pub changed: Timestamp,
    /// How many problems it has.
    pub problems: usize,
    /// The first problem, for the hover text.
    pub first_problem: Option<String>,
    /// Whether the caller starred it.
    pub starred: bool,
}
