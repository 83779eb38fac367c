//! Every statement about notifications.

use store::{Statement, Ts};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &LOCK,
    &ADD,
    &REPLACE,
    &REMOVE,
    &SCOPE,
    &RECIPIENTS_ADD,
    &RECIPIENTS_REMOVE,
    &RECIPIENTS_REMOVE_ALL,
    &STATES_UNREAD,
    &STATES_MOVE,
    &STATES_REMOVE,
    &SETTINGS_FOR,
    &QUIET_FOR,
    &INBOX,
    &INBOX_ROWS,
    &STATUS,
    &TOPICS,
    &MARK_READ,
    &MARK_SAVED,
    &MARK_ALL,
    &SETTINGS_OF,
    &SETTINGS_CLEAR,
    &SETTINGS_PUT,
    &QUIET_OF,
    &QUIET_PUT,
    &QUIET_REMOVE,
    &DELIVERY_PUT,
    &DELIVERY,
    &DELIVERY_BEGIN,
    &DELIVERY_END,
    &DELIVERY_AGAIN,
    &DELIVERIES,
    &DELIVERY_COUNTS,
    &OLD,
    &OLD_REMOVE,
    &OLD_RECIPIENTS,
    &OLD_STATES,
    &OLD_DELIVERIES,
];

/// `$1` origin and scope as one text: nobody else writes under them until this transaction ends. SQLite has one writer anyway.
pub(crate) const LOCK: Statement = Statement::each(
    "notification.lock",
    "SELECT 1 WHERE $1 <> ''",
    "SELECT CAST(1 AS BIGINT) FROM (SELECT pg_advisory_xact_lock(hashtextextended(CAST($1 AS TEXT), 8))) AS held",
);

/// `$1` id, `$2` origin, `$3` topic, `$4` severity, `$5` title, `$6` body, `$7` link, `$8` icon, `$9` scope, `$10` by whom, `$11` now.
pub(crate) const ADD: Statement = Statement::both(
    "notification.add",
    "INSERT INTO notification (id, origin, topic, severity, title, body, link, icon, scope, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

/// `$1` id, `$2` topic, `$3` severity, `$4` title, `$5` body, `$6` link, `$7` icon, `$8` by whom, `$9` now.
pub(crate) const REPLACE: Statement = Statement::both(
    "notification.replace",
    "UPDATE notification SET topic = $2, severity = $3, title = $4, body = $5, link = $6, icon = $7, created_by = $8, updated_at = $9
     WHERE id = $1",
);

/// `$1` id.
pub(crate) const REMOVE: Statement = Statement::both("notification.remove", "DELETE FROM notification WHERE id = $1");

/// `$1` origin, `$2` scope: what stands under them and for whom, the oldest first.
pub(crate) const SCOPE: Statement = Statement::both(
    "notification.scope",
    "SELECT notification.id, COALESCE(notification_recipient.person, '') FROM notification
     LEFT JOIN notification_recipient ON notification_recipient.notification = notification.id
     WHERE notification.origin = $1 AND notification.scope = $2 ORDER BY notification.created_at, notification.id",
);

/// `$1` notification, `$2` now, `$3` JSON array of people.
pub(crate) const RECIPIENTS_ADD: Statement = Statement::each(
    "notification.recipients_add",
    "INSERT INTO notification_recipient (notification, person, created_at) SELECT $1, value, $2 FROM json_each($3) WHERE true
     ON CONFLICT (notification, person) DO NOTHING",
    "INSERT INTO notification_recipient (notification, person, created_at)
     SELECT CAST($1 AS TEXT), value, CAST($2 AS BIGINT) FROM json_array_elements_text(CAST($3 AS JSON)) AS r(value)
     ON CONFLICT (notification, person) DO NOTHING",
);

/// `$1` notification, `$2` JSON array of people.
pub(crate) const RECIPIENTS_REMOVE: Statement = Statement::each(
    "notification.recipients_remove",
    "DELETE FROM notification_recipient WHERE notification = $1 AND person IN (SELECT value FROM json_each($2))",
    "DELETE FROM notification_recipient WHERE notification = $1
     AND person = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` notification.
pub(crate) const RECIPIENTS_REMOVE_ALL: Statement =
    Statement::both("notification.recipients_remove_all", "DELETE FROM notification_recipient WHERE notification = $1");

/// `$1` notification: unread again for everybody; what was saved stays saved.
pub(crate) const STATES_UNREAD: Statement =
    Statement::both("notification.states_unread", "UPDATE notification_state SET read_at = NULL WHERE notification = $1");

/// `$1` from which notification, `$2` to which, `$3` JSON array of people: what they saved, as unread.
pub(crate) const STATES_MOVE: Statement = Statement::each(
    "notification.states_move",
    "UPDATE notification_state SET notification = $2, read_at = NULL
     WHERE notification = $1 AND person IN (SELECT value FROM json_each($3))",
    "UPDATE notification_state SET notification = $2, read_at = NULL
     WHERE notification = $1 AND person = ANY(ARRAY(SELECT json_array_elements_text(CAST($3 AS JSON))))",
);

/// `$1` notification.
pub(crate) const STATES_REMOVE: Statement =
    Statement::both("notification.states_remove", "DELETE FROM notification_state WHERE notification = $1");

/// A setting of a person for a channel.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct SettingRow {
    pub(crate) person: String,
    pub(crate) channel: String,
    pub(crate) origin: String,
    pub(crate) topic: String,
    pub(crate) enabled: i64,
}

/// `$1` origin, `$2` topic, `$3` JSON array of people: what they set about it.
pub(crate) const SETTINGS_FOR: Statement = Statement::each(
    "notification.settings_for",
    "SELECT person, channel, origin, topic, enabled FROM notification_setting
     WHERE origin = $1 AND topic IN ('', $2) AND person IN (SELECT value FROM json_each($3))",
    "SELECT person, channel, origin, topic, enabled FROM notification_setting
     WHERE origin = $1 AND topic IN ('', $2) AND person = ANY(ARRAY(SELECT json_array_elements_text(CAST($3 AS JSON))))",
);

/// Quiet hours of a person.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct QuietRow {
    pub(crate) person: String,
    pub(crate) from_minute: i64,
    pub(crate) to_minute: i64,
    pub(crate) timezone: String,
}

/// `$1` JSON array of people.
pub(crate) const QUIET_FOR: Statement = Statement::each(
    "notification.quiet_for",
    "SELECT person, from_minute, to_minute, timezone FROM notification_quiet WHERE person IN (SELECT value FROM json_each($1))",
    "SELECT person, from_minute, to_minute, timezone FROM notification_quiet
     WHERE person = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// What a list is sorted and counted by.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct InboxRow {
    pub(crate) id: String,
    pub(crate) origin: String,
    pub(crate) topic: String,
    pub(crate) severity: String,
    pub(crate) title: String,
    pub(crate) created_at: Ts,
    pub(crate) updated_at: Option<Ts>,
    pub(crate) read_at: Option<Ts>,
    pub(crate) saved_at: Option<Ts>,
}

/// `$1` person, `$2` 'read', 'unread' or '', `$3` 'saved', 'unsaved' or '', `$4` topic or '', `$5` JSON array of severities, `$6` created
/// at or after, `$7` a text to find, in small letters, or '', `$8` JSON array of ids or '': what the person's inbox has of it, the latest first.
pub(crate) const INBOX: Statement = Statement::each(
    "notification.inbox",
    "SELECT n.id, n.origin, n.topic, n.severity, n.title, n.created_at, n.updated_at, s.read_at, s.saved_at
     FROM notification_recipient AS r JOIN notification AS n ON n.id = r.notification
     LEFT JOIN notification_state AS s ON s.notification = n.id AND s.person = $1
     WHERE r.person IN ($1, '*')
     AND ($2 = '' OR ($2 = 'read' AND s.read_at IS NOT NULL) OR ($2 = 'unread' AND s.read_at IS NULL))
     AND ($3 = '' OR ($3 = 'saved' AND s.saved_at IS NOT NULL) OR ($3 = 'unsaved' AND s.saved_at IS NULL))
     AND ($4 = '' OR n.topic = $4)
     AND n.severity IN (SELECT value FROM json_each($5))
     AND n.created_at >= $6
     AND ($7 = '' OR instr(lower(n.title), $7) > 0 OR instr(lower(n.body), $7) > 0)
     AND ($8 = '' OR n.id IN (SELECT value FROM json_each(CASE WHEN $8 = '' THEN '[]' ELSE $8 END)))
     ORDER BY COALESCE(n.updated_at, n.created_at) DESC, n.id LIMIT 20000",
    "SELECT n.id, n.origin, n.topic, n.severity, n.title, n.created_at, n.updated_at, s.read_at, s.saved_at
     FROM notification_recipient AS r JOIN notification AS n ON n.id = r.notification
     LEFT JOIN notification_state AS s ON s.notification = n.id AND s.person = CAST($1 AS TEXT)
     WHERE r.person IN (CAST($1 AS TEXT), '*')
     AND (CAST($2 AS TEXT) = '' OR (CAST($2 AS TEXT) = 'read' AND s.read_at IS NOT NULL)
         OR (CAST($2 AS TEXT) = 'unread' AND s.read_at IS NULL))
     AND (CAST($3 AS TEXT) = '' OR (CAST($3 AS TEXT) = 'saved' AND s.saved_at IS NOT NULL)
         OR (CAST($3 AS TEXT) = 'unsaved' AND s.saved_at IS NULL))
     AND (CAST($4 AS TEXT) = '' OR n.topic = CAST($4 AS TEXT))
     AND n.severity = ANY(ARRAY(SELECT json_array_elements_text(CAST($5 AS JSON))))
     AND n.created_at >= CAST($6 AS BIGINT)
     AND (CAST($7 AS TEXT) = '' OR strpos(lower(n.title), CAST($7 AS TEXT)) > 0 OR strpos(lower(n.body), CAST($7 AS TEXT)) > 0)
     AND (CAST($8 AS TEXT) = '' OR n.id = ANY(ARRAY(
         SELECT json_array_elements_text(CAST(CASE WHEN CAST($8 AS TEXT) = '' THEN '[]' ELSE CAST($8 AS TEXT) END AS JSON)))))
     ORDER BY COALESCE(n.updated_at, n.created_at) DESC, n.id LIMIT 20000",
);

/// A message in somebody's inbox.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ItemRow {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) origin: String,
    pub(crate) topic: String,
    pub(crate) severity: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: String,
    pub(crate) icon: String,
    pub(crate) scope: String,
    pub(crate) created_at: Ts,
    pub(crate) updated_at: Option<Ts>,
    pub(crate) read_at: Option<Ts>,
    pub(crate) saved_at: Option<Ts>,
}

/// `$1` person, `$2` JSON array of ids: those of them that are in the person's inbox, whole.
pub(crate) const INBOX_ROWS: Statement = Statement::each(
    "notification.inbox_rows",
    "SELECT n.id, r.person, n.origin, n.topic, n.severity, n.title, n.body, n.link, n.icon, n.scope, n.created_at, n.updated_at,
     s.read_at, s.saved_at FROM notification AS n JOIN notification_recipient AS r ON r.notification = n.id AND r.person IN ($1, '*')
     LEFT JOIN notification_state AS s ON s.notification = n.id AND s.person = $1
     WHERE n.id IN (SELECT value FROM json_each($2))",
    "SELECT n.id, r.person, n.origin, n.topic, n.severity, n.title, n.body, n.link, n.icon, n.scope, n.created_at, n.updated_at,
     s.read_at, s.saved_at FROM notification AS n
     JOIN notification_recipient AS r ON r.notification = n.id AND r.person IN (CAST($1 AS TEXT), '*')
     LEFT JOIN notification_state AS s ON s.notification = n.id AND s.person = CAST($1 AS TEXT)
     WHERE n.id = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))",
);

/// `$1` person: how many are there, read, and saved.
pub(crate) const STATUS: Statement = Statement::both(
    "notification.status",
    "SELECT CAST(count(*) AS BIGINT), CAST(count(s.read_at) AS BIGINT), CAST(count(s.saved_at) AS BIGINT)
     FROM notification_recipient AS r LEFT JOIN notification_state AS s ON s.notification = r.notification AND s.person = $1
     WHERE r.person IN ($1, '*')",
);

/// `$1` person: origins and topics of what is in the inbox.
pub(crate) const TOPICS: Statement = Statement::both(
    "notification.topics",
    "SELECT DISTINCT n.origin, n.topic FROM notification_recipient AS r JOIN notification AS n ON n.id = r.notification
     WHERE r.person IN ($1, '*') ORDER BY n.origin, n.topic",
);

/// `$1` person, `$2` JSON array of ids, `$3` when it was read, or NULL: not yet.
pub(crate) const MARK_READ: Statement = Statement::each(
    "notification.mark_read",
    "INSERT INTO notification_state (notification, person, read_at)
     SELECT notification, $1, $3 FROM notification_recipient
     WHERE person IN ($1, '*') AND notification IN (SELECT value FROM json_each($2))
     ON CONFLICT (person, notification) DO UPDATE
     SET read_at = CASE WHEN excluded.read_at IS NULL THEN NULL ELSE COALESCE(notification_state.read_at, excluded.read_at) END",
    "INSERT INTO notification_state (notification, person, read_at)
     SELECT DISTINCT notification, CAST($1 AS TEXT), CAST($3 AS BIGINT) FROM notification_recipient
     WHERE person IN (CAST($1 AS TEXT), '*') AND notification = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))
     ON CONFLICT (person, notification) DO UPDATE
     SET read_at = CASE WHEN excluded.read_at IS NULL THEN NULL ELSE COALESCE(notification_state.read_at, excluded.read_at) END",
);

/// `$1` person, `$2` JSON array of ids, `$3` when it was saved, or NULL: not.
pub(crate) const MARK_SAVED: Statement = Statement::each(
    "notification.mark_saved",
    "INSERT INTO notification_state (notification, person, saved_at)
     SELECT notification, $1, $3 FROM notification_recipient
     WHERE person IN ($1, '*') AND notification IN (SELECT value FROM json_each($2))
     ON CONFLICT (person, notification) DO UPDATE
     SET saved_at = CASE WHEN excluded.saved_at IS NULL THEN NULL ELSE COALESCE(notification_state.saved_at, excluded.saved_at) END",
    "INSERT INTO notification_state (notification, person, saved_at)
     SELECT DISTINCT notification, CAST($1 AS TEXT), CAST($3 AS BIGINT) FROM notification_recipient
     WHERE person IN (CAST($1 AS TEXT), '*') AND notification = ANY(ARRAY(SELECT json_array_elements_text(CAST($2 AS JSON))))
     ON CONFLICT (person, notification) DO UPDATE
     SET saved_at = CASE WHEN excluded.saved_at IS NULL THEN NULL ELSE COALESCE(notification_state.saved_at, excluded.saved_at) END",
);

/// `$1` person, `$2` now, `$3` up to which time: what came until then is read.
pub(crate) const MARK_ALL: Statement = Statement::each(
    "notification.mark_all",
    "INSERT INTO notification_state (notification, person, read_at)
     SELECT r.notification, $1, $2 FROM notification_recipient AS r JOIN notification AS n ON n.id = r.notification
     WHERE r.person IN ($1, '*') AND COALESCE(n.updated_at, n.created_at) <= $3
     ON CONFLICT (person, notification) DO UPDATE SET read_at = excluded.read_at WHERE notification_state.read_at IS NULL",
    "INSERT INTO notification_state (notification, person, read_at)
     SELECT DISTINCT r.notification, CAST($1 AS TEXT), CAST($2 AS BIGINT) FROM notification_recipient AS r
     JOIN notification AS n ON n.id = r.notification
     WHERE r.person IN (CAST($1 AS TEXT), '*') AND COALESCE(n.updated_at, n.created_at) <= CAST($3 AS BIGINT)
     ON CONFLICT (person, notification) DO UPDATE SET read_at = excluded.read_at WHERE notification_state.read_at IS NULL",
);

/// `$1` person: everything they set.
pub(crate) const SETTINGS_OF: Statement = Statement::both(
    "notification.settings_of",
    "SELECT person, channel, origin, topic, enabled FROM notification_setting WHERE person = $1 ORDER BY channel, origin, topic",
);

/// `$1` person.
pub(crate) const SETTINGS_CLEAR: Statement =
    Statement::both("notification.settings_clear", "DELETE FROM notification_setting WHERE person = $1");

/// `$1` person, `$2` JSON array of `[channel, origin, topic, enabled]`, each once.
pub(crate) const SETTINGS_PUT: Statement = Statement::each(
    "notification.settings_put",
    "INSERT INTO notification_setting (person, channel, origin, topic, enabled)
     SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($2)",
    "INSERT INTO notification_setting (person, channel, origin, topic, enabled)
     SELECT CAST($1 AS TEXT), value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT)
     FROM json_array_elements(CAST($2 AS JSON))",
);

/// `$1` person.
pub(crate) const QUIET_OF: Statement =
    Statement::both("notification.quiet_of", "SELECT person, from_minute, to_minute, timezone FROM notification_quiet WHERE person = $1");

/// `$1` person, `$2` from, `$3` to, `$4` time zone.
pub(crate) const QUIET_PUT: Statement = Statement::both(
    "notification.quiet_put",
    "INSERT INTO notification_quiet (person, from_minute, to_minute, timezone) VALUES ($1, $2, $3, $4)
     ON CONFLICT (person) DO UPDATE SET from_minute = excluded.from_minute, to_minute = excluded.to_minute, timezone = excluded.timezone",
);

/// `$1` person.
pub(crate) const QUIET_REMOVE: Statement = Statement::both("notification.quiet_remove", "DELETE FROM notification_quiet WHERE person = $1");

/// `$1` id, `$2` notification, `$3` channel, `$4` target, `$5` now, `$6` not before. What was delivered there of an earlier text of the
/// same notification is delivered anew, under the new id.
pub(crate) const DELIVERY_PUT: Statement = Statement::both(
    "notification.delivery_put",
    "INSERT INTO notification_delivery (id, notification, channel, target, state, attempts, last_error, created_at, changed_at, not_before)
     VALUES ($1, $2, $3, $4, 'waiting', 0, '', $5, $5, $6)
     ON CONFLICT (notification, channel, target) DO UPDATE SET id = excluded.id, state = 'waiting', attempts = 0, last_error = '',
     created_at = excluded.created_at, changed_at = excluded.changed_at, not_before = excluded.not_before",
);

/// A delivery with what it brings.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct DeliveryRow {
    pub(crate) id: String,
    pub(crate) notification: String,
    pub(crate) channel: String,
    pub(crate) target: String,
    pub(crate) state: String,
    pub(crate) attempts: i64,
    pub(crate) last_error: String,
    pub(crate) created_at: Ts,
    pub(crate) changed_at: Ts,
    pub(crate) not_before: Ts,
    pub(crate) origin: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) severity: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) sent_at: Option<Ts>,
}

/// `$1` id.
pub(crate) const DELIVERY: Statement = Statement::both(
    "notification.delivery",
    "SELECT d.id, d.notification, d.channel, d.target, d.state, d.attempts, d.last_error, d.created_at, d.changed_at, d.not_before,
     n.origin, n.topic, n.severity, n.title, n.body, n.link, n.scope, COALESCE(n.updated_at, n.created_at) AS sent_at
     FROM notification_delivery AS d LEFT JOIN notification AS n ON n.id = d.notification WHERE d.id = $1",
);

/// `$1` id, `$2` now: an attempt begins, if it still waits.
pub(crate) const DELIVERY_BEGIN: Statement = Statement::both(
    "notification.delivery_begin",
    "UPDATE notification_delivery SET attempts = attempts + 1, changed_at = $2 WHERE id = $1 AND state = 'waiting'",
);

/// `$1` id, `$2` state, `$3` error, `$4` now, `$5` not before.
pub(crate) const DELIVERY_END: Statement = Statement::both(
    "notification.delivery_end",
    "UPDATE notification_delivery SET state = $2, last_error = $3, changed_at = $4, not_before = $5 WHERE id = $1 AND state = 'waiting'",
);

/// `$1` id, `$2` now: tries a failed one again, from the start.
pub(crate) const DELIVERY_AGAIN: Statement = Statement::both(
    "notification.delivery_again",
    "UPDATE notification_delivery SET state = 'waiting', attempts = 0, changed_at = $2, not_before = $2 WHERE id = $1 AND state = 'failed'",
);

/// `$1` state or '', `$2` channel or '', `$3` limit, `$4` offset: the latest first.
pub(crate) const DELIVERIES: Statement = Statement::both(
    "notification.deliveries",
    "SELECT d.id, d.notification, d.channel, d.target, d.state, d.attempts, d.last_error, d.created_at, d.changed_at, d.not_before,
     n.origin, n.topic, n.severity, n.title, CAST(NULL AS TEXT) AS body, n.link, n.scope, COALESCE(n.updated_at, n.created_at) AS sent_at
     FROM notification_delivery AS d LEFT JOIN notification AS n ON n.id = d.notification
     WHERE (CAST($1 AS TEXT) = '' OR d.state = CAST($1 AS TEXT)) AND (CAST($2 AS TEXT) = '' OR d.channel = CAST($2 AS TEXT))
     ORDER BY d.created_at DESC, d.id LIMIT $3 OFFSET $4",
);

/// How many deliveries there are, by channel and state, and when the last of them changed.
pub(crate) const DELIVERY_COUNTS: Statement = Statement::both(
    "notification.delivery_counts",
    "SELECT channel, state, CAST(count(*) AS BIGINT), max(changed_at) FROM notification_delivery GROUP BY channel, state
     ORDER BY channel, state",
);

/// `$1` last changed before, `$2` how many: what nobody saved.
pub(crate) const OLD: Statement = Statement::both(
    "notification.old",
    "SELECT n.id FROM notification AS n WHERE n.created_at < $1 AND COALESCE(n.updated_at, n.created_at) < $1
     AND NOT EXISTS (SELECT 1 FROM notification_state AS s WHERE s.notification = n.id AND s.saved_at IS NOT NULL)
     ORDER BY n.created_at LIMIT $2",
);

/// `$1` JSON array of ids.
pub(crate) const OLD_REMOVE: Statement = Statement::each(
    "notification.old_remove",
    "DELETE FROM notification WHERE id IN (SELECT value FROM json_each($1))",
    "DELETE FROM notification WHERE id = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` JSON array of ids.
pub(crate) const OLD_RECIPIENTS: Statement = Statement::each(
    "notification.old_recipients",
    "DELETE FROM notification_recipient WHERE notification IN (SELECT value FROM json_each($1))",
    "DELETE FROM notification_recipient WHERE notification = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` JSON array of ids.
pub(crate) const OLD_STATES: Statement = Statement::each(
    "notification.old_states",
    "DELETE FROM notification_state WHERE notification IN (SELECT value FROM json_each($1))",
    "DELETE FROM notification_state WHERE notification = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` JSON array of ids.
pub(crate) const OLD_DELIVERIES: Statement = Statement::each(
    "notification.old_deliveries",
    "DELETE FROM notification_delivery WHERE notification IN (SELECT value FROM json_each($1))",
    "DELETE FROM notification_delivery WHERE notification = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);
