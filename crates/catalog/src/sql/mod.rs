//! Every statement of the catalog. Bulk statements take one JSON array; [`BATCH`] is how many rows one takes at most.

use store::{Statement, Ts};

/// Rows that one bulk statement takes at most.
pub(crate) const BATCH: usize = 500;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &LOCATIONS,
    &LOCATION_UPSERT,
    &LOCATION_DELETE,
    &LOCATION_READ,
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
];

/// A row of `location`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct LocationRow {
    pub(crate) id: String,
    #[sqlx(rename = "type")]
    pub(crate) location_type: String,
    pub(crate) target: String,
    pub(crate) source: String,
    pub(crate) rules: Option<String>,
    pub(crate) last_read_at: Option<Ts>,
    pub(crate) last_error: Option<String>,
}

/// The locations, oldest first.
pub(crate) const LOCATIONS: Statement = Statement::both(
    "catalog.locations",
    "SELECT id, type, target, source, rules, last_read_at, last_error FROM location ORDER BY created_at, id",
);

/// `$1` id, `$2` type, `$3` target, `$4` source, `$5` rules, `$6` now.
pub(crate) const LOCATION_UPSERT: Statement = Statement::both(
    "catalog.location_upsert",
    "INSERT INTO location (id, type, target, source, rules, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (type, target) DO UPDATE SET source = excluded.source, rules = excluded.rules",
);

/// `$1` id.
pub(crate) const LOCATION_DELETE: Statement = Statement::both("catalog.location_delete", "DELETE FROM location WHERE id = $1");

/// `$1` id, `$2` now, `$3` error or NULL.
pub(crate) const LOCATION_READ: Statement = Statement::both(
    "catalog.location_read",
    "UPDATE location SET last_read_at = $2, last_error = $3,
     last_ok_at = CASE WHEN CAST($3 AS TEXT) IS NULL THEN $2 ELSE last_ok_at END WHERE id = $1",
);

/// A row of `file`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct FileRow {
    pub(crate) target: String,
    pub(crate) parent: Option<String>,
    pub(crate) hash: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) watched: String,
}

/// `$1` location: its files.
pub(crate) const FILES: Statement =
    Statement::both("catalog.files", "SELECT target, parent, hash, error, watched FROM file WHERE location_id = $1");

/// Every file's location, path and parent.
pub(crate) const FILE_PARENTS: Statement =
    Statement::both("catalog.file_parents", "SELECT location_id, target, parent FROM file WHERE parent IS NOT NULL");

/// `$1` location, `$2` now, `$3` JSON array of `[target, parent, hash, error, watched]`.
pub(crate) const FILES_UPSERT: Statement = Statement::each(
    "catalog.files_upsert",
    "INSERT INTO file (location_id, target, parent, hash, read_at, error, watched)
     SELECT $1, value ->> 0, value ->> 1, value ->> 2, $2, value ->> 3, value ->> 4 FROM json_each($3) WHERE true
     ON CONFLICT (location_id, target) DO UPDATE SET parent = excluded.parent, hash = excluded.hash,
     read_at = excluded.read_at, error = excluded.error, watched = excluded.watched",
    "INSERT INTO file (location_id, target, parent, hash, read_at, error, watched)
     SELECT $1, value ->> 0, value ->> 1, value ->> 2, $2, value ->> 3, value ->> 4 FROM json_array_elements(CAST($3 AS JSON))
     ON CONFLICT (location_id, target) DO UPDATE SET parent = excluded.parent, hash = excluded.hash,
     read_at = excluded.read_at, error = excluded.error, watched = excluded.watched",
);

/// `$1` location, `$2` JSON array of targets.
pub(crate) const FILES_DELETE: Statement = Statement::each(
    "catalog.files_delete",
    "DELETE FROM file WHERE location_id = $1 AND target IN (SELECT value FROM json_each($2))",
    "DELETE FROM file WHERE location_id = $1 AND target = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` location.
pub(crate) const FILES_OF_LOCATION_DELETE: Statement =
    Statement::both("catalog.files_of_location_delete", "DELETE FROM file WHERE location_id = $1");

/// A row of `entity`, as the index needs it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct EntityRow {
    pub(crate) uid: String,
    pub(crate) location_id: String,
    pub(crate) file: String,
    pub(crate) json: String,
    pub(crate) emitted: String,
    pub(crate) status: Option<String>,
    pub(crate) first_seen: Ts,
    pub(crate) changed_at: Ts,
}

/// Every entity.
pub(crate) const ENTITIES: Statement =
    Statement::both("catalog.entities", "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at FROM entity");

/// `$1` JSON array of uids.
pub(crate) const ENTITIES_BY_UID: Statement = Statement::each(
    "catalog.entities_by_uid",
    "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at FROM entity
     WHERE uid IN (SELECT value FROM json_each($1))",
    "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at FROM entity
     WHERE uid = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// Which entity a name belongs to, and where it comes from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct KnownRow {
    pub(crate) uid: String,
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) location_id: String,
    pub(crate) file: String,
    pub(crate) hash: String,
    pub(crate) status: Option<String>,
}

/// `$1` JSON array of names.
pub(crate) const ENTITIES_BY_REF: Statement = Statement::each(
    "catalog.entities_by_ref",
    "SELECT uid, ref, location_id, file, hash, status FROM entity WHERE ref IN (SELECT value FROM json_each($1))",
    "SELECT uid, ref, location_id, file, hash, status FROM entity
     WHERE ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` location, `$2` JSON array of files.
pub(crate) const ENTITIES_OF_FILES: Statement = Statement::each(
    "catalog.entities_of_files",
    "SELECT uid, ref, location_id, file, hash, status FROM entity
     WHERE location_id = $1 AND file IN (SELECT value FROM json_each($2))",
    "SELECT uid, ref, location_id, file, hash, status FROM entity
     WHERE location_id = $1 AND file = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` location.
pub(crate) const ENTITIES_OF_LOCATION: Statement =
    Statement::both("catalog.entities_of_location", "SELECT uid, ref, location_id, file, hash, status FROM entity WHERE location_id = $1");

/// `$1` location, `$2` now, `$3` JSON array of `[uid, ref, file, position, hash, json, emitted, status]`.
///
/// A name that appeared in between keeps its row: what this statement would have written comes with the next reading.
pub(crate) const ENTITIES_UPSERT: Statement = Statement::each(
    "catalog.entities_upsert",
    "INSERT INTO entity (uid, ref, location_id, file, position, hash, json, emitted, status, first_seen, changed_at)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, $2, $2
     FROM json_each($3) WHERE true
     ON CONFLICT (ref) DO UPDATE SET location_id = excluded.location_id, file = excluded.file, position = excluded.position,
     hash = excluded.hash, json = excluded.json, emitted = excluded.emitted, status = excluded.status,
     changed_at = excluded.changed_at WHERE entity.uid = excluded.uid",
    "INSERT INTO entity (uid, ref, location_id, file, position, hash, json, emitted, status, first_seen, changed_at)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, CAST(value ->> 3 AS BIGINT), value ->> 4, value ->> 5, value ->> 6,
     value ->> 7, $2, $2 FROM json_array_elements(CAST($3 AS JSON))
     ON CONFLICT (ref) DO UPDATE SET location_id = excluded.location_id, file = excluded.file, position = excluded.position,
     hash = excluded.hash, json = excluded.json, emitted = excluded.emitted, status = excluded.status,
     changed_at = excluded.changed_at WHERE entity.uid = excluded.uid",
);

/// `$1` JSON array of uids.
pub(crate) const ENTITIES_DELETE: Statement = Statement::each(
    "catalog.entities_delete",
    "DELETE FROM entity WHERE uid IN (SELECT value FROM json_each($1))",
    "DELETE FROM entity WHERE uid = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` JSON array of `[uid, status or null]`.
pub(crate) const ENTITIES_STATUS: Statement = Statement::each(
    "catalog.entities_status",
    "UPDATE entity SET status = item.value ->> 1 FROM json_each($1) AS item WHERE entity.uid = item.value ->> 0",
    "UPDATE entity SET status = item.value ->> 1 FROM json_array_elements(CAST($1 AS JSON)) AS item WHERE entity.uid = item.value ->> 0",
);
