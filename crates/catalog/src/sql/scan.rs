//! Statements of a reading: what it has to know of its location, and what it remembers of files beside their content.

use store::{Statement, Ts};

/// A location, as a reading of it needs it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ScanRow {
    #[sqlx(rename = "type")]
    pub(crate) location_type: String,
    pub(crate) target: String,
    pub(crate) source: String,
    pub(crate) last_read_at: Option<Ts>,
    pub(crate) held: Option<String>,
    pub(crate) confirmed: Option<String>,
}

/// `$1` location. On PostgreSQL it stays until the transaction ends.
pub(crate) const SCAN_LOCATION: Statement = Statement::each(
    "catalog.scan_location",
    "SELECT type, target, source, last_read_at, held, confirmed FROM location WHERE id = $1",
    "SELECT type, target, source, last_read_at, held, confirmed FROM location WHERE id = $1 FOR KEY SHARE",
);

/// `$1` location, `$2` the loss that waits for somebody to confirm it, or NULL.
pub(crate) const SCAN_HELD: Statement =
    Statement::both("catalog.scan_held", "UPDATE location SET held = $2, confirmed = NULL WHERE id = $1");

/// `$1` location: how many entities its files provide.
pub(crate) const SCAN_COUNT: Statement = Statement::both(
    "catalog.scan_count",
    "SELECT CAST(count(*) AS BIGINT) FROM entity WHERE location_id = $1 AND file <> '' AND gone_at IS NULL",
);

/// `$1` location, `$2` JSON array of `[target, hash]`: what was open of these files is settled.
pub(crate) const FILES_SETTLE: Statement = Statement::each(
    "catalog.files_settle",
    "UPDATE file SET hash = item.value ->> 1 FROM json_each($2) AS item WHERE file.location_id = $1 AND file.target = item.value ->> 0",
    "UPDATE file SET hash = item.value ->> 1 FROM json_array_elements(CAST($2 AS JSON)) AS item
     WHERE file.location_id = $1 AND file.target = item.value ->> 0",
);

/// `$1` location, `$2` file: it is processed again at the next reading, changed or not.
pub(crate) const FILES_FORGET: Statement =
    Statement::both("catalog.files_forget", "UPDATE file SET hash = NULL WHERE location_id = $1 AND target = $2");

/// Every file with errors: location, path and errors.
pub(crate) const FILES_BROKEN: Statement = Statement::both(
    "catalog.files_broken",
    "SELECT location_id, target, error FROM file WHERE error IS NOT NULL ORDER BY location_id, target",
);
