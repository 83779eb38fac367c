//! Statements about entities. On PostgreSQL those that read a row to write it lock it, in the order of names, so that two replicas
//! that want one name take turns.

use store::{Statement, Ts};

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
    pub(crate) gone_at: Option<Ts>,
}

/// Every entity.
pub(crate) const ENTITIES: Statement = Statement::both(
    "catalog.entities",
    "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at, gone_at FROM entity",
);

/// `$1` JSON array of uids.
pub(crate) const ENTITIES_BY_UID: Statement = Statement::each(
    "catalog.entities_by_uid",
    "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at, gone_at FROM entity
     WHERE uid IN (SELECT value FROM json_each($1))",
    "SELECT uid, location_id, file, json, emitted, status, first_seen, changed_at, gone_at FROM entity
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
    pub(crate) gone_at: Option<Ts>,
}

/// `$1` JSON array of names. Locks them.
pub(crate) const ENTITIES_BY_REF: Statement = Statement::each(
    "catalog.entities_by_ref",
    "SELECT uid, ref, location_id, file, hash, status, gone_at FROM entity WHERE ref IN (SELECT value FROM json_each($1))",
    "SELECT uid, ref, location_id, file, hash, status, gone_at FROM entity
     WHERE ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON)))) ORDER BY ref FOR UPDATE",
);

/// `$1` location, `$2` JSON array of files.
pub(crate) const ENTITIES_OF_FILES: Statement = Statement::each(
    "catalog.entities_of_files",
    "SELECT uid, ref, location_id, file, hash, status, gone_at FROM entity
     WHERE location_id = $1 AND file IN (SELECT value FROM json_each($2))",
    "SELECT uid, ref, location_id, file, hash, status, gone_at FROM entity
     WHERE location_id = $1 AND file = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` location.
pub(crate) const ENTITIES_OF_LOCATION: Statement = Statement::both(
    "catalog.entities_of_location",
    "SELECT uid, ref, location_id, file, hash, status, gone_at FROM entity WHERE location_id = $1",
);

/// `$1` location, `$2` now, `$3` JSON array of `[uid, ref, file, position, hash, json, emitted, status]`.
///
/// A name that appeared in between keeps its row: fewer rows than were sent were written then.
pub(crate) const ENTITIES_UPSERT: Statement = Statement::each(
    "catalog.entities_upsert",
    "INSERT INTO entity (uid, ref, location_id, file, position, hash, json, emitted, status, first_seen, changed_at)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, $2, $2
     FROM json_each($3) WHERE true
     ON CONFLICT (ref) DO UPDATE SET location_id = excluded.location_id, file = excluded.file, position = excluded.position,
     hash = excluded.hash, json = excluded.json, emitted = excluded.emitted, status = excluded.status,
     changed_at = excluded.changed_at, gone_at = NULL WHERE entity.uid = excluded.uid",
    "INSERT INTO entity (uid, ref, location_id, file, position, hash, json, emitted, status, first_seen, changed_at)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, CAST(value ->> 3 AS BIGINT), value ->> 4, value ->> 5, value ->> 6,
     value ->> 7, $2, $2 FROM json_array_elements(CAST($3 AS JSON))
     ON CONFLICT (ref) DO UPDATE SET location_id = excluded.location_id, file = excluded.file, position = excluded.position,
     hash = excluded.hash, json = excluded.json, emitted = excluded.emitted, status = excluded.status,
     changed_at = excluded.changed_at, gone_at = NULL WHERE entity.uid = excluded.uid",
);

/// `$1` now, `$2` JSON array of `[uid, location, file, position, hash, json, emitted]`: a row gets another provider.
pub(crate) const ENTITIES_HAND_OVER: Statement = Statement::each(
    "catalog.entities_hand_over",
    "UPDATE entity SET location_id = item.value ->> 1, file = item.value ->> 2, position = item.value ->> 3, hash = item.value ->> 4,
     json = item.value ->> 5, emitted = item.value ->> 6, status = NULL, changed_at = $1, gone_at = NULL
     FROM json_each($2) AS item WHERE entity.uid = item.value ->> 0",
    "UPDATE entity SET location_id = item.value ->> 1, file = item.value ->> 2, position = CAST(item.value ->> 3 AS BIGINT),
     hash = item.value ->> 4, json = item.value ->> 5, emitted = item.value ->> 6, status = NULL, changed_at = $1, gone_at = NULL
     FROM json_array_elements(CAST($2 AS JSON)) AS item WHERE entity.uid = item.value ->> 0",
);

/// `$1` JSON array of uids.
pub(crate) const ENTITIES_DELETE: Statement = Statement::each(
    "catalog.entities_delete",
    "DELETE FROM entity WHERE uid IN (SELECT value FROM json_each($1))",
    "DELETE FROM entity WHERE uid = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` JSON array of `[uid, status or null]`. What has a provider that can be spoken of is not gone.
pub(crate) const ENTITIES_STATUS: Statement = Statement::each(
    "catalog.entities_status",
    "UPDATE entity SET status = item.value ->> 1, gone_at = NULL FROM json_each($1) AS item WHERE entity.uid = item.value ->> 0",
    "UPDATE entity SET status = item.value ->> 1, gone_at = NULL
     FROM json_array_elements(CAST($1 AS JSON)) AS item WHERE entity.uid = item.value ->> 0",
);

/// `$1` when they go, `$2` JSON array of uids.
pub(crate) const ENTITIES_GONE: Statement = Statement::each(
    "catalog.entities_gone",
    "UPDATE entity SET gone_at = $1 WHERE uid IN (SELECT value FROM json_each($2))",
    "UPDATE entity SET gone_at = $1 WHERE uid = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// An entity as it is changed one by one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct FullRow {
    pub(crate) uid: String,
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) location_id: String,
    pub(crate) file: String,
    pub(crate) hash: String,
    pub(crate) json: String,
    pub(crate) status: Option<String>,
    pub(crate) gone_at: Option<Ts>,
}

/// `$1` now, `$2` how many: those whose grace is over. Locks them.
pub(crate) const ENTITIES_DUE: Statement = Statement::each(
    "catalog.entities_due",
    "SELECT uid, ref, location_id, file, hash, json, status, gone_at FROM entity WHERE gone_at <= $1 ORDER BY ref LIMIT $2",
    "SELECT uid, ref, location_id, file, hash, json, status, gone_at FROM entity WHERE gone_at <= $1 ORDER BY ref LIMIT $2
     FOR UPDATE",
);

/// Whether there is anything that goes sooner or later.
pub(crate) const ENTITIES_GOING: Statement =
    Statement::both("catalog.entities_going", "SELECT uid FROM entity WHERE gone_at IS NOT NULL LIMIT 1");

/// `$1` JSON array of names. Locks them.
pub(crate) const ENTITIES_FULL: Statement = Statement::each(
    "catalog.entities_full",
    "SELECT uid, ref, location_id, file, hash, json, status, gone_at FROM entity
     WHERE ref IN (SELECT value FROM json_each($1)) ORDER BY ref",
    "SELECT uid, ref, location_id, file, hash, json, status, gone_at FROM entity
     WHERE ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON)))) ORDER BY ref FOR UPDATE",
);

/// `$1` uid: its name.
pub(crate) const ENTITY_OF_UID: Statement = Statement::both("catalog.entity_of_uid", "SELECT ref FROM entity WHERE uid = $1");

/// `$1` JSON array of uids: what they look like, for their history.
pub(crate) const ENTITIES_JSON: Statement = Statement::each(
    "catalog.entities_json",
    "SELECT uid, json FROM entity WHERE uid IN (SELECT value FROM json_each($1))",
    "SELECT uid, json FROM entity WHERE uid = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);
