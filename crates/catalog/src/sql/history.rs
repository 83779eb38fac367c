//! Statements about the changes of entities.

use store::{Statement, Ts};

/// A row of `entity_change`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ChangeRow {
    pub(crate) id: String,
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) at: Ts,
    pub(crate) action: String,
    pub(crate) actor: Option<String>,
    pub(crate) source: String,
    pub(crate) diff: String,
}

/// `$1` from, `$2` to, `$3` and `$4` before which time and id, `$5` action or NULL, `$6` actor or NULL, `$7` how many: the latest first.
pub(crate) const CHANGES: Statement = Statement::both(
    "catalog.changes",
    "SELECT id, ref, at, action, actor, source, diff FROM entity_change
     WHERE at >= $1 AND at <= $2 AND (at < $3 OR id < $4)
     AND (CAST($5 AS TEXT) IS NULL OR action = $5) AND (CAST($6 AS TEXT) IS NULL OR actor = $6)
     ORDER BY at DESC, id DESC LIMIT $7",
);

/// As [`CHANGES`], of the entities in `$8`, a JSON array of names.
pub(crate) const CHANGES_OF: Statement = Statement::each(
    "catalog.changes_of",
    "SELECT id, ref, at, action, actor, source, diff FROM entity_change
     WHERE at >= $1 AND at <= $2 AND (at < $3 OR id < $4)
     AND (CAST($5 AS TEXT) IS NULL OR action = $5) AND (CAST($6 AS TEXT) IS NULL OR actor = $6)
     AND ref IN (SELECT value FROM json_each($8)) ORDER BY at DESC, id DESC LIMIT $7",
    "SELECT id, ref, at, action, actor, source, diff FROM entity_change
     WHERE at >= $1 AND at <= $2 AND (at < $3 OR id < $4)
     AND (CAST($5 AS TEXT) IS NULL OR action = $5) AND (CAST($6 AS TEXT) IS NULL OR actor = $6)
     AND ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($8 AS JSON)))) ORDER BY at DESC, id DESC LIMIT $7",
);

/// `$1` name: uid, JSON and first-seen time of the entity, and whether its creation stands in the history.
pub(crate) const CHANGE_CREATED: Statement = Statement::both(
    "catalog.change_created",
    "SELECT uid, json, first_seen, CAST(CASE WHEN EXISTS (SELECT 1 FROM entity_change AS c WHERE c.ref = entity.ref
     AND c.action = 'created' AND c.at >= entity.first_seen) THEN 1 ELSE 0 END AS BIGINT) FROM entity WHERE ref = $1",
);

/// `$1` now, `$2` JSON array of `[id, ref, action, actor, source, diff]`.
pub(crate) const CHANGES_WRITE: Statement = Statement::each(
    "catalog.changes_write",
    "INSERT INTO entity_change (id, ref, at, action, actor, source, diff)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($2)",
    "INSERT INTO entity_change (id, ref, at, action, actor, source, diff)
     SELECT value ->> 0, value ->> 1, $1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_array_elements(CAST($2 AS JSON))",
);

/// `$1` before when, `$2` how many.
pub(crate) const CHANGES_PRUNE: Statement = Statement::both(
    "catalog.changes_prune",
    "DELETE FROM entity_change WHERE id IN (SELECT id FROM entity_change WHERE at < $1 ORDER BY at LIMIT $2)",
);
