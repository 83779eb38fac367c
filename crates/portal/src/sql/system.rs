//! What runs: replicas, and what the database says about itself.

use store::{Statement, Ts};

/// A replica.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ReplicaRow {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) address: String,
    pub(crate) started_at: Ts,
    pub(crate) seen_at: Ts,
    pub(crate) feed_seq: i64,
}

/// Every replica, the one that spoke last first.
pub(crate) const REPLICAS: Statement =
    Statement::both("portal.replicas", "SELECT id, version, address, started_at, seen_at, feed_seq FROM replica ORDER BY seen_at DESC, id");

/// `$1` id, `$2` version, `$3` address, `$4` started, `$5` now, `$6` feed.
pub(crate) const REPLICA_PUT: Statement = Statement::both(
    "portal.replica_put",
    "INSERT INTO replica (id, version, address, started_at, seen_at, feed_seq) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, address = excluded.address, started_at = excluded.started_at,
         seen_at = excluded.seen_at, feed_seq = excluded.feed_seq",
);

/// `$1` id: it stops.
pub(crate) const REPLICA_GONE: Statement = Statement::both("portal.replica_gone", "DELETE FROM replica WHERE id = $1");

/// `$1` before: those that were not heard of since then.
pub(crate) const REPLICAS_OLD: Statement = Statement::both("portal.replicas_old", "DELETE FROM replica WHERE seen_at < $1");

/// The database's version and its size in bytes.
pub(crate) const DATABASE: Statement = Statement::each(
    "portal.database",
    "SELECT sqlite_version(), (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
    "SELECT current_setting('server_version'), CAST(pg_database_size(current_database()) AS BIGINT)",
);

/// How many migrations are applied, and the newest one's number.
pub(crate) const MIGRATIONS: Statement = Statement::both(
    "portal.migrations",
    "SELECT CAST(count(*) AS BIGINT), CAST(coalesce(max(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success",
);

/// How many policies of the portal hold, and how often what people may do was changed.
pub(crate) const COUNTED: Statement = Statement::both(
    "portal.policy_count",
    "SELECT (SELECT CAST(count(*) AS BIGINT) FROM policy WHERE enabled = 1),
            coalesce((SELECT CAST(value AS BIGINT) FROM setting WHERE key = 'policy.changes'), 0)",
);
