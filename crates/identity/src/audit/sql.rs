//! SQL of the audit log.

use store::Statement;

/// The columns of a row, in the order of the table.
macro_rules! columns {
    () => {
        "seq, at, actor, via, action, resource, decision, before_digest, after_digest, request_id, address, detail, hash"
    };
}

macro_rules! add {
    () => {
        concat!(
            "INSERT INTO audit (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (seq) DO NOTHING"
        )
    };
}

/// Takes the head until the transaction ends: nobody else appends meanwhile. The time comes with it, so that rows are in its order.
pub(super) const HEAD_TAKE: Statement = Statement::each(
    "audit.head_take",
    "UPDATE audit_head SET seq = seq WHERE id = 1
     RETURNING seq, hash, mac, key_id, CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) * 1000 AS at",
    "UPDATE audit_head SET seq = seq WHERE id = 1
     RETURNING seq, hash, mac, key_id, CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS at",
);
pub(super) const HEAD: Statement =
    Statement::both("audit.head", "SELECT seq, hash, mac, key_id, CAST(0 AS BIGINT) AS at FROM audit_head WHERE id = 1");
pub(super) const HEAD_SET: Statement =
    Statement::both("audit.head_set", "UPDATE audit_head SET seq = $1, hash = $2, mac = $3, key_id = $4 WHERE id = 1");
/// `$1`-`$13` the row. Nothing where its number is taken.
pub(super) const ADD: Statement = Statement::both("audit.add", add!());
/// `$1`-`$13` the row; nothing where its number is taken. On PostgreSQL the head follows in the same round trip: `$14` its signature, `$15` the
/// key. SQLite cannot write two tables in one statement, and has no round trips: there `HEAD_SET` comes next.
pub(super) const ADD_SIGNED: Statement = Statement::each(
    "audit.add_signed",
    add!(),
    concat!(
        "WITH added AS (",
        add!(),
        " RETURNING seq) UPDATE audit_head SET seq = $1, hash = $13, mac = $14, key_id = $15 WHERE id = 1 AND EXISTS (SELECT 1 FROM added)"
    ),
);
pub(super) const LAST_SEQ: Statement = Statement::both("audit.last_seq", "SELECT CAST(coalesce(max(seq), 0) AS BIGINT) FROM audit");
pub(super) const FIRST: Statement = Statement::both("audit.first", "SELECT seq, at FROM audit ORDER BY seq LIMIT 1");
pub(super) const ONE: Statement = Statement::both("audit.one", concat!("SELECT ", columns!(), " FROM audit WHERE seq = $1"));
/// `$1` the row after which to begin, `$2` how many.
pub(super) const WALK: Statement =
    Statement::both("audit.walk", concat!("SELECT ", columns!(), " FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2"));
pub(super) const REMOVE_TO: Statement = Statement::both("audit.remove_to", "DELETE FROM audit WHERE seq <= $1");
pub(super) const CHECKPOINTS: Statement =
    Statement::both("audit.checkpoints", "SELECT seq, hash, removed, created_at, mac FROM audit_checkpoint ORDER BY seq");
pub(super) const CHECKPOINT_LAST: Statement =
    Statement::both("audit.checkpoint_last", "SELECT seq, hash, removed, created_at, mac FROM audit_checkpoint ORDER BY seq DESC LIMIT 1");
pub(super) const CHECKPOINT_ADD: Statement = Statement::both(
    "audit.checkpoint_add",
    "INSERT INTO audit_checkpoint (seq, hash, removed, created_at, mac) VALUES ($1, $2, $3, $4, $5)",
);
pub(super) const CHECKPOINT_SIGN: Statement =
    Statement::both("audit.checkpoint_sign", "UPDATE audit_checkpoint SET mac = $2 WHERE seq = $1");
/// The names of actions that occur, from the index alone: each is found from the one before.
pub(super) const ACTIONS: Statement = Statement::both(
    "audit.actions",
    "WITH RECURSIVE found(action) AS (
         SELECT min(action) FROM audit
         UNION ALL
         SELECT (SELECT min(action) FROM audit WHERE audit.action > found.action) FROM found WHERE found.action IS NOT NULL
     ) SELECT action FROM found WHERE action IS NOT NULL LIMIT 500",
);

/// What a search asks: `$1`-`$2` the actor, `$3`-`$4` the resource, `$5`-`$6` the action, each from the first text to the last;
/// `$7`-`$8` the time; `$9` the decision or nothing; `$10` a text or nothing; `$11`-`$12` the rows between which to look; `$13` how many.
/// The parts that are not to lead the search are expressions, which no index serves.
macro_rules! matching {
    ($position:literal, $actor:literal, $resource:literal, $action:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE ",
            $actor,
            " >= $1 AND ",
            $actor,
            " <= $2 AND ",
            $resource,
            " >= $3 AND ",
            $resource,
            " <= $4 AND ",
            $action,
            " >= $5 AND ",
            $action,
            " <= $6 AND at >= $7 AND at < $8 AND ($9 = '' OR decision = $9) AND ($10 = '' OR ",
            $position,
            ") AND seq > $11 AND seq < $12 ORDER BY seq ",
            $order,
            " LIMIT $13"
        )
    };
}

/// The texts that a free text is looked for in.
macro_rules! search {
    ($name:literal, $actor:literal, $resource:literal, $action:literal, $order:literal) => {
        Statement::each(
            $name,
            matching!(
                "instr(lower(detail || ' ' || resource || ' ' || actor || ' ' || request_id || ' ' || address), $10) > 0",
                $actor,
                $resource,
                $action,
                $order
            ),
            matching!(
                "strpos(lower(detail || ' ' || resource || ' ' || actor || ' ' || request_id || ' ' || address), $10) > 0",
                $actor,
                $resource,
                $action,
                $order
            ),
        )
    };
}

pub(super) const NEWEST: Statement = search!("audit.newest", "(actor || '')", "(resource || '')", "(action || '')", "DESC");
pub(super) const NEWEST_BY_ACTOR: Statement = search!("audit.newest_by_actor", "actor", "(resource || '')", "(action || '')", "DESC");
pub(super) const NEWEST_BY_RESOURCE: Statement = search!("audit.newest_by_resource", "(actor || '')", "resource", "(action || '')", "DESC");
pub(super) const NEWEST_BY_ACTION: Statement = search!("audit.newest_by_action", "(actor || '')", "(resource || '')", "action", "DESC");
pub(super) const OLDEST: Statement = search!("audit.oldest", "(actor || '')", "(resource || '')", "(action || '')", "ASC");

/// Every statement of the audit log, for the test that has both databases prepare them.
pub const STATEMENTS: &[&Statement] = &[
    &HEAD_TAKE,
    &HEAD,
    &HEAD_SET,
    &ADD,
    &ADD_SIGNED,
    &LAST_SEQ,
    &FIRST,
    &ONE,
    &WALK,
    &REMOVE_TO,
    &CHECKPOINTS,
    &CHECKPOINT_LAST,
    &CHECKPOINT_ADD,
    &CHECKPOINT_SIGN,
    &ACTIONS,
    &NEWEST,
    &NEWEST_BY_ACTOR,
    &NEWEST_BY_RESOURCE,
    &NEWEST_BY_ACTION,
    &OLDEST,
];
