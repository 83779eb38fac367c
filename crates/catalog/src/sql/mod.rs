//! Every statement of the catalog. Bulk statements take one JSON array; [`BATCH`] is how many rows one takes at most.

mod conflict;
mod entity;
mod history;
mod location;
mod overlay;
mod scan;

use store::Statement;

pub(crate) use conflict::*;
pub(crate) use entity::*;
pub(crate) use history::*;
pub(crate) use location::*;
pub(crate) use overlay::*;
pub(crate) use scan::*;

/// Rows that one bulk statement takes at most.
pub(crate) const BATCH: usize = 500;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &LOCATIONS,
    &LOCATION_UPSERT,
    &LOCATION_DELETE,
    &LOCATION_READ,
    &LOCATIONS_BY_ID,
    &LOCATION_AT,
    &LOCATION_REGISTER,
    &LOCATION_UPDATE,
    &LOCATION_CONFIRM,
    &LOCATION_UNREGISTER,
    &LOCATIONS_CHECKED,
    &LOCATIONS_PUSHED,
    &LOCATION_UNREGISTER_AT,
    &LOCATIONS_EXPIRED,
    &FILES_AT,
    &FILES_REPARENT,
    &FILES_FORGET_ALL,
    &HOSTS_ADD,
    &HOSTS,
    &FILES,
    &FILE_PARENTS,
    &FILES_UPSERT,
    &FILES_DELETE,
    &FILES_OF_LOCATION_DELETE,
    &ENTITIES,
    &ENTITIES_BY_UID,
    &ENTITIES_BY_REF,
    &ENTITIES_OF_FILES,
    &ENTITIES_OF_LOCATION,
    &ENTITIES_UPSERT,
    &ENTITIES_DELETE,
    &ENTITIES_STATUS,
    &ENTITIES_GONE,
    &ENTITIES_DUE,
    &ENTITIES_GOING,
    &ENTITIES_JSON,
    &ENTITIES_FULL,
    &ENTITY_OF_UID,
    &ENTITIES_HAND_OVER,
    &CONFLICTS,
    &CONFLICTS_OF_NAMES,
    &CONFLICTS_OF_LOCATION,
    &CONFLICTS_UPSERT,
    &CONFLICTS_DELETE,
    &CONFLICTS_OF_LOCATION_DELETE,
    &CHANGES,
    &CHANGES_OF,
    &CHANGES_WRITE,
    &CHANGES_PRUNE,
    &CHANGE_CREATED,
    &OVERLAYS,
    &OVERLAYS_OF,
    &OVERLAY_PUT,
    &OVERLAY_DELETE,
    &OVERLAY_ORIGINAL,
    &SCAN_LOCATION,
    &SCAN_HELD,
    &SCAN_COUNT,
    &FILES_SETTLE,
    &FILES_FORGET,
    &FILES_BROKEN,
];
