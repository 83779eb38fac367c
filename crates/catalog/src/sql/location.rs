//! Statements about locations and their files, and about the hosts that they are read from.

use store::{Statement, Ts};

/// A row of `location`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct LocationRow {
    pub(crate) id: String,
    #[sqlx(rename = "type")]
    pub(crate) location_type: String,
    pub(crate) target: String,
    pub(crate) source: String,
    pub(crate) presence: String,
    pub(crate) rules: Option<String>,
    pub(crate) last_read_at: Option<Ts>,
    pub(crate) last_ok_at: Option<Ts>,
    pub(crate) last_error: Option<String>,
    pub(crate) read_every: Option<i64>,
    pub(crate) next_read_at: Option<Ts>,
    pub(crate) registered_by: Option<String>,
    pub(crate) held: Option<String>,
    pub(crate) confirmed: Option<String>,
    pub(crate) unregister_at: Option<Ts>,
    pub(crate) last_push_at: Option<Ts>,
}

/// The locations, oldest first.
pub(crate) const LOCATIONS: Statement = Statement::both(
    "catalog.locations",
    "SELECT id, type, target, source, presence, rules, last_read_at, last_ok_at, last_error, read_every, next_read_at, registered_by,
     held, confirmed, unregister_at, last_push_at FROM location ORDER BY created_at, id",
);

/// `$1` JSON array of ids.
pub(crate) const LOCATIONS_BY_ID: Statement = Statement::each(
    "catalog.locations_by_id",
    "SELECT id, type, target, source, presence, rules, last_read_at, last_ok_at, last_error, read_every, next_read_at, registered_by,
     held, confirmed, unregister_at, last_push_at FROM location WHERE id IN (SELECT value FROM json_each($1))",
    "SELECT id, type, target, source, presence, rules, last_read_at, last_ok_at, last_error, read_every, next_read_at, registered_by,
     held, confirmed, unregister_at, last_push_at FROM location WHERE id = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` type, `$2` target.
pub(crate) const LOCATION_AT: Statement = Statement::both(
    "catalog.location_at",
    "SELECT id, type, target, source, presence, rules, last_read_at, last_ok_at, last_error, read_every, next_read_at, registered_by,
     held, confirmed, unregister_at, last_push_at FROM location WHERE type = $1 AND target = $2",
);

/// A location of the configuration: `$1` id, `$2` type, `$3` target, `$4` rules, `$5` now, `$6` microseconds between readings.
/// One that somebody had registered belongs to the configuration from then on.
pub(crate) const LOCATION_UPSERT: Statement = Statement::both(
    "catalog.location_upsert",
    "INSERT INTO location (id, type, target, source, rules, created_at, read_every) VALUES ($1, $2, $3, 'config', $4, $5, $6)
     ON CONFLICT (type, target) DO UPDATE SET source = 'config', rules = excluded.rules, read_every = excluded.read_every,
     presence = 'required', unregister_at = NULL",
);

/// A location that somebody registers: `$1` id, `$2` type, `$3` target, `$4` presence, `$5` now, `$6` microseconds between readings,
/// `$7` who.
pub(crate) const LOCATION_REGISTER: Statement = Statement::both(
    "catalog.location_register",
    "INSERT INTO location (id, type, target, source, presence, created_at, read_every, registered_by)
     VALUES ($1, $2, $3, 'registered', $4, $5, $6, $7) ON CONFLICT (type, target) DO NOTHING",
);

/// `$1` id, `$2` type, `$3` target, `$4` presence, `$5` microseconds between readings.
pub(crate) const LOCATION_UPDATE: Statement = Statement::both(
    "catalog.location_update",
    "UPDATE location SET type = $2, target = $3, presence = $4, read_every = $5, unregister_at = NULL, next_read_at = NULL
     WHERE id = $1 AND source = 'registered'",
);

/// `$1` id.
pub(crate) const LOCATION_DELETE: Statement = Statement::both("catalog.location_delete", "DELETE FROM location WHERE id = $1");

/// `$1` id of a registered location.
pub(crate) const LOCATION_UNREGISTER: Statement =
    Statement::both("catalog.location_unregister", "DELETE FROM location WHERE id = $1 AND source = 'registered'");

/// Allows the loss that is held: `$1` id.
pub(crate) const LOCATION_CONFIRM: Statement = Statement::each(
    "catalog.location_confirm",
    "UPDATE location SET confirmed = held ->> 'digest' WHERE id = $1 AND held IS NOT NULL",
    "UPDATE location SET confirmed = CAST(held AS JSON) ->> 'digest' WHERE id = $1 AND held IS NOT NULL",
);

/// `$1` id, `$2` now, `$3` error or NULL.
pub(crate) const LOCATION_READ: Statement = Statement::both(
    "catalog.location_read",
    "UPDATE location SET last_read_at = $2, last_error = $3,
     last_ok_at = CASE WHEN CAST($3 AS TEXT) IS NULL THEN $2 ELSE last_ok_at END WHERE id = $1",
);

/// Readings of late that changed nothing, and when the next ones are: `$1` JSON array of `[id, read at, next at]`.
pub(crate) const LOCATIONS_CHECKED: Statement = Statement::each(
    "catalog.locations_checked",
    "UPDATE location SET last_read_at = max(coalesce(last_read_at, 0), item.value ->> 1), next_read_at = item.value ->> 2,
     last_ok_at = CASE WHEN last_error IS NULL THEN max(coalesce(last_ok_at, 0), item.value ->> 1) ELSE last_ok_at END
     FROM json_each($1) AS item WHERE location.id = item.value ->> 0",
    "UPDATE location SET last_read_at = greatest(last_read_at, CAST(item.value ->> 1 AS BIGINT)),
     next_read_at = CAST(item.value ->> 2 AS BIGINT),
     last_ok_at = CASE WHEN last_error IS NULL THEN greatest(last_ok_at, CAST(item.value ->> 1 AS BIGINT)) ELSE last_ok_at END
     FROM json_array_elements(CAST($1 AS JSON)) AS item WHERE location.id = item.value ->> 0",
);

/// A push named them: `$1` now, `$2` JSON array of ids.
pub(crate) const LOCATIONS_PUSHED: Statement = Statement::each(
    "catalog.locations_pushed",
    "UPDATE location SET last_push_at = $1 WHERE id IN (SELECT value FROM json_each($2))",
    "UPDATE location SET last_push_at = $1 WHERE id = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` id, `$2` when the location goes, or NULL for never. Gives no row where that is so already: a first time stays.
pub(crate) const LOCATION_UNREGISTER_AT: Statement = Statement::both(
    "catalog.location_unregister_at",
    "UPDATE location SET unregister_at = $2
     WHERE id = $1 AND source = 'registered' AND (unregister_at IS NULL) <> (CAST($2 AS BIGINT) IS NULL)",
);

/// `$1` now: the ids of the locations that go.
pub(crate) const LOCATIONS_EXPIRED: Statement =
    Statement::both("catalog.locations_expired", "SELECT id FROM location WHERE unregister_at <= $1 ORDER BY unregister_at LIMIT 100");

/// A file, as what follows from a push needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct PushedFileRow {
    pub(crate) location_id: String,
    pub(crate) target: String,
    pub(crate) watched: String,
}

/// `$1` part of a file's address in lower case: the files at such addresses.
pub(crate) const FILES_AT: Statement = Statement::each(
    "catalog.files_at",
    "SELECT location_id, target, watched FROM file WHERE instr(lower(target), $1) > 0",
    "SELECT location_id, target, watched FROM file WHERE strpos(lower(target), $1) > 0",
);

/// `$1` location, `$2` the parent that was, `$3` the one that is.
pub(crate) const FILES_REPARENT: Statement =
    Statement::both("catalog.files_reparent", "UPDATE file SET parent = $3 WHERE location_id = $1 AND parent = $2");

/// Has every file of every location processed again. The location's own entity is no file.
pub(crate) const FILES_FORGET_ALL: Statement =
    Statement::both("catalog.files_forget_all", "UPDATE file SET hash = NULL WHERE target <> ''");

/// What requests to hosts gave since this was last written: `$1` JSON array of `[host, requests, unchanged, failed, last at, last result,
/// budget, remaining, resets at, waits until]`.
pub(crate) const HOSTS_ADD: Statement = Statement::each(
    "catalog.hosts_add",
    "INSERT INTO source_host (host, requests, unchanged, failed, last_at, last_result, budget, remaining, resets_at, waits_until)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
     FROM json_each($1) WHERE true
     ON CONFLICT (host) DO UPDATE SET requests = source_host.requests + excluded.requests,
     unchanged = source_host.unchanged + excluded.unchanged, failed = source_host.failed + excluded.failed, last_at = excluded.last_at,
     last_result = excluded.last_result, budget = excluded.budget, remaining = excluded.remaining, resets_at = excluded.resets_at,
     waits_until = excluded.waits_until",
    "INSERT INTO source_host (host, requests, unchanged, failed, last_at, last_result, budget, remaining, resets_at, waits_until)
     SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT),
     CAST(value ->> 4 AS BIGINT), value ->> 5, CAST(value ->> 6 AS BIGINT), CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BIGINT),
     CAST(value ->> 9 AS BIGINT) FROM json_array_elements(CAST($1 AS JSON))
     ON CONFLICT (host) DO UPDATE SET requests = source_host.requests + excluded.requests,
     unchanged = source_host.unchanged + excluded.unchanged, failed = source_host.failed + excluded.failed, last_at = excluded.last_at,
     last_result = excluded.last_result, budget = excluded.budget, remaining = excluded.remaining, resets_at = excluded.resets_at,
     waits_until = excluded.waits_until",
);

/// A row of `source_host`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct HostRow {
    pub(crate) host: String,
    pub(crate) requests: i64,
    pub(crate) unchanged: i64,
    pub(crate) failed: i64,
    pub(crate) last_at: i64,
    pub(crate) last_result: String,
    pub(crate) budget: Option<i64>,
    pub(crate) remaining: Option<i64>,
    pub(crate) resets_at: Option<i64>,
    pub(crate) waits_until: Option<i64>,
}

/// Every host that was asked.
pub(crate) const HOSTS: Statement = Statement::both(
    "catalog.hosts",
    "SELECT host, requests, unchanged, failed, last_at, last_result, budget, remaining, resets_at, waits_until FROM source_host ORDER BY host",
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

/// `$1` location: its files, by name.
pub(crate) const FILES: Statement =
    Statement::both("catalog.files", "SELECT target, parent, hash, error, watched FROM file WHERE location_id = $1 ORDER BY target");

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
