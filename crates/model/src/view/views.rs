//! What people keep of the catalog: saved views and stars.

use super::{catalog::CatalogRow, entity::EntityLink};
use crate::{EntityRef, FieldError, Timestamp};

/// A question to the catalog that somebody kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id, a UUID.
    pub id: String,
    /// Who made it.
    pub person: EntityRef,
    /// What they called it, 1 to 80 characters.
    pub name: String,
    /// The catalog page's query string, as [`crate::CatalogQuery::query_string`] writes it.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// When it was made.
    pub created: Timestamp,
}

impl SavedView {
    /// The page that it opens.
    pub fn href(&self) -> String {
        if self.query.is_empty() { "/catalog".to_owned() } else { format!("/catalog?{}", self.query) }
    }
}

/// The saved views beside the catalog's filters.
#[derive(Clone, Debug, Default)]
pub struct ViewRail {
    /// Whether the caller can keep views: people can, machines cannot.
    pub can_save: bool,
    /// The caller's own, by name.
    pub mine: Vec<SavedView>,
    /// Other people's, shared with everybody, by name.
    pub shared: Vec<SavedView>,
}

/// The page of saved views.
#[derive(Clone, Debug, Default)]
pub struct SavedViewsView {
    /// The caller's own, by name.
    pub mine: Vec<SavedView>,
    /// Other people's, shared with everybody, and who made each.
    pub shared: Vec<(SavedView, EntityLink)>,
    /// How many the caller may have.
    pub limit: usize,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// The form that keeps a view, when it came back: what was typed and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct SaveViewForm {
    /// The view that is changed; `None` for a new one.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// The catalog page's query string.
    pub query: String,
    /// Whether everybody is to see it.
    pub shared: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of starred entities.
#[derive(Clone, Debug, Default)]
pub struct StarredView {
    /// What is in the catalog, the latest star first.
    pub rows: Vec<CatalogRow>,
    /// What is starred and no longer, or not yet again, in the catalog.
    pub missing: Vec<EntityLink>,
    /// The clock, for relative times.
    pub now: Timestamp,
}
