//! Statements about names that several sources provide.

use store::{Statement, Ts};

/// A source that waits for a name.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ConflictRow {
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) location_id: String,
    pub(crate) file: String,
    pub(crate) since: Ts,
}

/// Every source that waits.
pub(crate) const CONFLICTS: Statement = Statement::both(
    "catalog.conflicts",
    "SELECT ref, location_id, file, since FROM entity_conflict ORDER BY ref, since, location_id, file",
);

/// A source that waits, with what it would write.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct WaitingRow {
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) location_id: String,
    pub(crate) file: String,
    pub(crate) position: i64,
    pub(crate) hash: String,
    pub(crate) json: String,
    pub(crate) emitted: String,
}

/// `$1` JSON array of names: who waits for them, the longest first.
pub(crate) const CONFLICTS_OF_NAMES: Statement = Statement::each(
    "catalog.conflicts_of_names",
    "SELECT ref, location_id, file, position, hash, json, emitted FROM entity_conflict
     WHERE ref IN (SELECT value FROM json_each($1)) ORDER BY ref, since, location_id, file",
    "SELECT ref, location_id, file, position, hash, json, emitted FROM entity_conflict
     WHERE ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON)))) ORDER BY ref, since, location_id, file",
);

/// What a location waits for: name and file, and who has it (location and file; none while nobody has).
pub(crate) type Waits = (String, String, Option<String>, Option<String>);

/// `$1` location: rows of [`Waits`].
pub(crate) const CONFLICTS_OF_LOCATION: Statement = Statement::both(
    "catalog.conflicts_of_location",
    "SELECT c.ref, c.file, e.location_id, e.file FROM entity_conflict AS c LEFT JOIN entity AS e ON e.ref = c.ref
     WHERE c.location_id = $1 ORDER BY c.ref, c.file",
);

/// `$1` location, `$2` now, `$3` JSON array of `[ref, file, position, hash, json, emitted]`. Who waits already keeps their place.
pub(crate) const CONFLICTS_UPSERT: Statement = Statement::each(
    "catalog.conflicts_upsert",
    "INSERT INTO entity_conflict (ref, location_id, file, since, position, hash, json, emitted)
     SELECT value ->> 0, $1, value ->> 1, $2, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($3) WHERE true
     ON CONFLICT (ref, location_id, file) DO UPDATE SET position = excluded.position, hash = excluded.hash, json = excluded.json,
     emitted = excluded.emitted",
    "INSERT INTO entity_conflict (ref, location_id, file, since, position, hash, json, emitted)
     SELECT value ->> 0, $1, value ->> 1, $2, CAST(value ->> 2 AS BIGINT), value ->> 3, value ->> 4, value ->> 5
     FROM json_array_elements(CAST($3 AS JSON))
     ON CONFLICT (ref, location_id, file) DO UPDATE SET position = excluded.position, hash = excluded.hash, json = excluded.json,
     emitted = excluded.emitted",
);

/// `$1` JSON array of `[ref, location, file]`.
pub(crate) const CONFLICTS_DELETE: Statement = Statement::each(
    "catalog.conflicts_delete",
    "DELETE FROM entity_conflict WHERE EXISTS (SELECT 1 FROM json_each($1) AS item WHERE item.value ->> 0 = entity_conflict.ref
     AND item.value ->> 1 = entity_conflict.location_id AND item.value ->> 2 = entity_conflict.file)",
    "DELETE FROM entity_conflict AS c USING json_array_elements(CAST($1 AS JSON)) AS item WHERE c.ref = item.value ->> 0
     AND c.location_id = item.value ->> 1 AND c.file = item.value ->> 2",
);

/// `$1` location.
pub(crate) const CONFLICTS_OF_LOCATION_DELETE: Statement =
    Statement::both("catalog.conflicts_of_location_delete", "DELETE FROM entity_conflict WHERE location_id = $1");
