//! The first page after signing in.

use super::{
    catalog::CatalogRow,
    changes::{Actor, ChangeAction},
    entity::EntityLink,
};
use crate::Timestamp;

/// The first page after signing in: what needs the person first, then what is theirs.
#[derive(Clone, Debug)]
pub struct HomeView {
    /// The person's groups (direct ones); empty for somebody without a team and for machines.
    pub teams: Vec<EntityLink>,
    /// What needs the person, the worst first; at most 10.
    pub needs_you: Vec<NeedsYou>,
    /// How many more things need the person.
    pub more_needs: usize,
    /// The components, APIs and resources that the person's groups own; at most 12, those with problems first.
    pub services: Vec<CatalogRow>,
    /// How many there are in all.
    pub services_total: u64,
    /// Starred entities, the latest first; at most 8.
    pub starred: Vec<EntityLink>,
    /// Recently visited entities, the latest first; at most 8.
    pub recent: Vec<EntityLink>,
    /// What changed lately in the catalog, the latest first; at most 10.
    pub changes: Vec<ChangeItem>,
    /// How many entities the catalog has; 0 shows how to get the first one in.
    pub catalog_size: u64,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// Something that needs the person.
#[derive(Clone, Debug)]
pub struct NeedsYou {
    /// The entity it is about.
    pub entity: EntityLink,
    /// What is wrong.
    pub title: String,
    /// What to do.
    pub fix: String,
}

/// A change in the catalog.
#[derive(Clone, Debug)]
pub struct ChangeItem {
    /// The entity.
    pub entity: EntityLink,
    /// What happened to it.
    pub action: ChangeAction,
    /// Who did it, when somebody did.
    pub actor: Option<Actor>,
    /// When.
    pub at: Timestamp,
    /// Its owner.
    pub owner: Option<EntityLink>,
}
