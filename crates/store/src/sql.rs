//! The store's own statements. Those of the job queue are in `jobs/sql.rs`.

use crate::{Statement, jobs};

/// Microseconds since 1970 by the database's clock. In PostgreSQL the time of the statement, not of the transaction.
pub(crate) const NOW: Statement = Statement::each(
    "store.now",
    "SELECT CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) * 1000",
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
);

pub(crate) const FEED_TAKE: Statement = Statement::both("feed.take", "UPDATE feed_head SET seq = seq + $1 WHERE id = 1 RETURNING seq");

/// `$1` the first number, `$2` the time, `$3` an array of `{"i", "topic", "key"}`.
pub(crate) const FEED_WRITE: Statement = Statement::each(
    "feed.write",
    "INSERT INTO feed (seq, at, topic, key) SELECT $1 + (value ->> 'i'), $2, value ->> 'topic', value ->> 'key' FROM json_each($3)",
    "INSERT INTO feed (seq, at, topic, key) SELECT $1 + r.i, $2, r.topic, r.key FROM json_to_recordset($3::json) AS r(i BIGINT, topic TEXT, key TEXT)",
);

pub(crate) const FEED_HEAD: Statement = Statement::both("feed.head", "SELECT seq FROM feed_head WHERE id = 1");

/// One statement, hence one snapshot: a row cannot be pruned between the look at the rows and the look at the tail.
pub(crate) const FEED_AFTER: Statement = Statement::both(
    "feed.after",
    "SELECT h.seq AS head, h.tail AS tail, f.seq AS seq, f.topic AS topic, f.key AS key
     FROM feed_head h LEFT JOIN (SELECT seq, topic, key FROM feed WHERE seq > $1 ORDER BY seq LIMIT $2) f ON 1 = 1
     WHERE h.id = 1 ORDER BY f.seq",
);

/// The last of the `$2` oldest rows, if it is older than `$1`, else the last of them that is.
pub(crate) const FEED_PRUNE_TO: Statement =
    Statement::both("feed.prune_to", "SELECT max(o.seq) FROM (SELECT seq, at FROM feed ORDER BY seq LIMIT $2) o WHERE o.at < $1");

pub(crate) const FEED_PRUNE: Statement = Statement::both("feed.prune", "DELETE FROM feed WHERE seq <= $1");

pub(crate) const FEED_TAIL: Statement =
    Statement::both("feed.tail", "UPDATE feed_head SET tail = CASE WHEN tail > $1 THEN tail ELSE $1 END WHERE id = 1");

/// Delivered at commit. Equal payloads of one transaction are delivered once.
pub(crate) const FEED_NOTIFY: Statement = Statement::each("feed.notify", "SELECT $1", "SELECT pg_notify('waymark_feed', $1)");

pub(crate) const LEASE_ACQUIRE: Statement = Statement::both(
    "lease.acquire",
    "INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, $2, 1, $3)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = lease.epoch + 1, expires_at = excluded.expires_at
     WHERE lease.expires_at <= $4 OR lease.holder = excluded.holder
     RETURNING epoch",
);

pub(crate) const LEASE_RENEW: Statement =
    Statement::both("lease.renew", "UPDATE lease SET expires_at = $3 WHERE name = $1 AND epoch = $2 AND holder <> ''");

pub(crate) const LEASE_RELEASE: Statement =
    Statement::both("lease.release", "UPDATE lease SET holder = '', expires_at = 0 WHERE name = $1 AND epoch = $2 AND holder <> ''");

/// Changes nothing, but locks the row until the transaction ends, so that nobody takes the lease over in between.
pub(crate) const LEASE_FENCE: Statement =
    Statement::both("lease.fence", "UPDATE lease SET epoch = epoch WHERE name = $1 AND epoch = $2 AND holder <> ''");

pub(crate) const SETTING_GET: Statement = Statement::both("setting.get", "SELECT value FROM setting WHERE key = $1");

pub(crate) const SETTING_PUT: Statement = Statement::both(
    "setting.put",
    "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
);

pub(crate) const SETTING_PUT_IF_ABSENT: Statement =
    Statement::both("setting.put_if_absent", "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &NOW,
    &FEED_TAKE,
    &FEED_WRITE,
    &FEED_HEAD,
    &FEED_AFTER,
    &FEED_PRUNE_TO,
    &FEED_PRUNE,
    &FEED_TAIL,
    &FEED_NOTIFY,
    &LEASE_ACQUIRE,
    &LEASE_RENEW,
    &LEASE_RELEASE,
    &LEASE_FENCE,
    &SETTING_GET,
    &SETTING_PUT,
    &SETTING_PUT_IF_ABSENT,
    &jobs::sql::ENQUEUE,
    &jobs::sql::ENQUEUE_FIRST,
    &jobs::sql::WAITING,
    &jobs::sql::BURY,
    &jobs::sql::CLAIM,
    &jobs::sql::HEARTBEAT,
    &jobs::sql::PROGRESS,
    &jobs::sql::FINISH,
    &jobs::sql::RETRY,
    &jobs::sql::GIVE_UP,
    &jobs::sql::FENCE,
    &jobs::sql::RETURN,
    &jobs::sql::COUNTS,
    &jobs::sql::KINDS,
    &jobs::sql::GET,
    &jobs::sql::PRUNE,
];
