//! Every statement about sessions, tokens, accounts and failed guesses.
//!
//! What is secret is looked up by its digest, so how long a look-up takes tells nothing of what is kept.

use store::{Json, Statement, Ts};

/// Every statement of this module, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &SESSION_ADD,
    &SESSION_SAVE,
    &SESSION_OF,
    &SESSION_HELD,
    &SESSION_END,
    &SESSION_END_ID,
    &SESSIONS_OF,
    &SESSIONS,
    &SESSIONS_OF_PROVIDER,
    &SESSIONS_END,
    &SESSIONS_SEEN,
    &SESSIONS_SWEEP,
    &TOKEN_ADD,
    &TOKEN_OF,
    &TOKENS,
    &TOKENS_OF_PERSON,
    &TOKENS_OF_SERVICE,
    &TOKEN_BY_ID,
    &TOKEN_REVOKE,
    &TOKENS_USED,
    &TOKENS_SWEEP,
    &ACCOUNTS,
    &ACCOUNT_OF,
    &ACCOUNT_OF_PERSON,
    &ACCOUNT_ADD,
    &ACCOUNT_PASSWORD,
    &ACCOUNT_DISABLE,
    &SETUP_ADD,
    &SETUP_OF,
    &SETUP_TAKE,
    &SETUP_SWEEP,
    &SETUP_CLOSE,
    &SETUP_CLOSE_OF,
    &SETUP_CLOSE_BY,
    &SETUP_CLOSE_GIVEN,
    &GRANT_ADD,
    &SERVICES,
    &SERVICE_OF,
    &SERVICE_ADD,
    &SERVICE_DISABLE,
    &THROTTLE_OF,
    &THROTTLE_COUNT,
    &THROTTLE_LOCK,
    &THROTTLE_FORGET,
    &THROTTLE_UNCOUNT,
    &THROTTLE_SWEEP,
];

/// `$1` digest, `$2` public id, `$3` person, `$4` data, `$5` provider, `$6` subject, `$7` the provider's session, `$8` id token, `$9` address,
/// `$10` agent, `$11` now, `$12` idle until, `$13` the end.
pub(crate) const SESSION_ADD: Statement = Statement::both(
    "session.add",
    "INSERT INTO session (id_hash, public_id, person, data, provider, subject, provider_session, id_token, address, agent, created_at, seen_at,
     idle_until, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13) ON CONFLICT (id_hash) DO NOTHING",
);

/// `$1` digest, `$2` data, `$3` the end.
pub(crate) const SESSION_SAVE: Statement =
    Statement::both("session.save", "UPDATE session SET data = $2, expires_at = $3 WHERE id_hash = $1");

/// `$1` digest, `$2` now: the session if it has not run out.
pub(crate) const SESSION_OF: Statement =
    Statement::both("session.of", "SELECT data, expires_at FROM session WHERE id_hash = $1 AND idle_until > $2 AND expires_at > $2");

/// A session's data and its end.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct HeldRow {
    pub(crate) data: String,
    pub(crate) expires_at: Ts,
}

/// `$1` public id: what lists show of it, and the provider's id token.
pub(crate) const SESSION_HELD: Statement = Statement::both(
    "session.held",
    "SELECT public_id, person, provider, subject, id_token, address, agent, created_at, seen_at, idle_until, expires_at FROM session
     WHERE public_id = $1",
);

/// `$1` digest.
pub(crate) const SESSION_END: Statement =
    Statement::both("session.end", "DELETE FROM session WHERE id_hash = $1 RETURNING public_id, person");

/// `$1` public id.
pub(crate) const SESSION_END_ID: Statement =
    Statement::both("session.end_id", "DELETE FROM session WHERE public_id = $1 RETURNING public_id, person");

/// `$1` person, `$2` now: their sessions, the latest first.
pub(crate) const SESSIONS_OF: Statement = Statement::both(
    "session.list_of",
    "SELECT public_id, person, provider, subject, '' AS id_token, address, agent, created_at, seen_at, idle_until, expires_at FROM session
     WHERE person = $1 AND idle_until > $2 AND expires_at > $2 ORDER BY seen_at DESC, public_id LIMIT 500",
);

/// `$1` now: everybody's sessions, the latest first.
pub(crate) const SESSIONS: Statement = Statement::both(
    "session.list",
    "SELECT public_id, person, provider, subject, '' AS id_token, address, agent, created_at, seen_at, idle_until, expires_at FROM session
     WHERE idle_until > $1 AND expires_at > $1 ORDER BY seen_at DESC, public_id LIMIT 2000",
);

/// `$1` provider, `$2` subject or nothing, `$3` the provider's session or nothing.
pub(crate) const SESSIONS_OF_PROVIDER: Statement = Statement::both(
    "session.of_provider",
    "SELECT public_id FROM session WHERE provider = $1 AND ($2 = '' OR subject = $2) AND ($3 = '' OR provider_session = $3)",
);

/// `$1` person.
pub(crate) const SESSIONS_END: Statement =
    Statement::both("session.end_all", "DELETE FROM session WHERE person = $1 RETURNING public_id, person");

/// `$1` now, `$2` idle until, `$3` public ids.
pub(crate) const SESSIONS_SEEN: Statement = Statement::each(
    "session.seen",
    "UPDATE session SET seen_at = $1, idle_until = $2 WHERE public_id IN (SELECT value FROM json_each($3))",
    "UPDATE session SET seen_at = $1, idle_until = $2 WHERE public_id IN (SELECT json_array_elements_text($3::json))",
);

/// `$1` now: those that ran out go.
pub(crate) const SESSIONS_SWEEP: Statement =
    Statement::both("session.sweep", "DELETE FROM session WHERE expires_at <= $1 OR idle_until <= $1");

/// `$1` id, `$2` digest, `$3` hint, `$4` person, `$5` service account, `$6` name, `$7` scopes, `$8` who made it, `$9` now, `$10` the end.
pub(crate) const TOKEN_ADD: Statement = Statement::both(
    "token.add",
    "INSERT INTO token (id, hash, hint, person, service, name, scopes, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);

/// `$1` digest, `$2` now: the token if it holds. A service account that is switched off takes its tokens with it.
pub(crate) const TOKEN_OF: Statement = Statement::both(
    "token.of",
    "SELECT t.id, t.person, t.service, t.scopes FROM token t LEFT JOIN service_account s ON s.name = t.service
     WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND (t.service = '' OR s.disabled = 0)",
);

/// A token that holds.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct GoodTokenRow {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) service: String,
    pub(crate) scopes: Json<Vec<String>>,
}

/// Everybody's tokens, the newest first.
pub(crate) const TOKENS: Statement = Statement::both(
    "token.list",
    "SELECT id, hint, person, service, name, scopes, created_by, created_at, expires_at, used_at, used_from, revoked_at FROM token
     ORDER BY created_at DESC, id LIMIT 5000",
);

/// `$1` person.
pub(crate) const TOKENS_OF_PERSON: Statement = Statement::both(
    "token.of_person",
    "SELECT id, hint, person, service, name, scopes, created_by, created_at, expires_at, used_at, used_from, revoked_at FROM token
     WHERE person = $1 AND person <> '' ORDER BY created_at DESC, id LIMIT 1000",
);

/// `$1` service account.
pub(crate) const TOKENS_OF_SERVICE: Statement = Statement::both(
    "token.of_service",
    "SELECT id, hint, person, service, name, scopes, created_by, created_at, expires_at, used_at, used_from, revoked_at FROM token
     WHERE service = $1 AND service <> '' ORDER BY created_at DESC, id LIMIT 1000",
);

/// `$1` id.
pub(crate) const TOKEN_BY_ID: Statement = Statement::both(
    "token.by_id",
    "SELECT id, hint, person, service, name, scopes, created_by, created_at, expires_at, used_at, used_from, revoked_at FROM token WHERE id = $1",
);

/// `$1` id, `$2` now.
pub(crate) const TOKEN_REVOKE: Statement =
    Statement::both("token.revoke", "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");

/// `$1` now, `$2` an array of `{"id", "from"}`.
pub(crate) const TOKENS_USED: Statement = Statement::each(
    "token.used",
    "UPDATE token SET used_at = $1, used_from = r.value ->> 'from' FROM json_each($2) AS r WHERE token.id = r.value ->> 'id'",
    "UPDATE token SET used_at = $1, used_from = r.\"from\" FROM json_to_recordset($2::json) AS r(id TEXT, \"from\" TEXT) WHERE token.id = r.id",
);

/// `$1` time: tokens that ended before it go.
pub(crate) const TOKENS_SWEEP: Statement = Statement::both(
    "token.sweep",
    "DELETE FROM token WHERE (expires_at IS NOT NULL AND expires_at <= $1) OR (revoked_at IS NOT NULL AND revoked_at <= $1)",
);

/// All accounts.
pub(crate) const ACCOUNTS: Statement =
    Statement::both("account.list", "SELECT name, person, password_hash, disabled, created_at, changed_at FROM account ORDER BY name");

/// `$1` name.
pub(crate) const ACCOUNT_OF: Statement =
    Statement::both("account.of", "SELECT name, person, password_hash, disabled, created_at, changed_at FROM account WHERE name = $1");

/// `$1` person.
pub(crate) const ACCOUNT_OF_PERSON: Statement = Statement::both(
    "account.of_person",
    "SELECT name, person, password_hash, disabled, created_at, changed_at FROM account WHERE person = $1",
);

/// `$1` name, `$2` person, `$3` password hash, `$4` switched off, `$5` now.
pub(crate) const ACCOUNT_ADD: Statement = Statement::both(
    "account.add",
    "INSERT INTO account (name, person, password_hash, disabled, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT DO NOTHING",
);

/// `$1` name, `$2` password hash, `$3` now.
pub(crate) const ACCOUNT_PASSWORD: Statement =
    Statement::both("account.password", "UPDATE account SET password_hash = $2, changed_at = $3 WHERE name = $1");

/// `$1` name, `$2` switched off, `$3` now.
pub(crate) const ACCOUNT_DISABLE: Statement =
    Statement::both("account.disable", "UPDATE account SET disabled = $2, changed_at = $3 WHERE name = $1");

/// `$1` digest, `$2` account, `$3` who made it, `$4` the end.
pub(crate) const SETUP_ADD: Statement =
    Statement::both("setup_link.add", "INSERT INTO setup_link (token_hash, account, created_by, expires_at) VALUES ($1, $2, $3, $4)");

/// `$1` digest, `$2` now: the account that it is for.
pub(crate) const SETUP_OF: Statement =
    Statement::both("setup_link.of", "SELECT account FROM setup_link WHERE token_hash = $1 AND expires_at > $2");

/// `$1` digest, `$2` now: takes it, so that nobody else can.
pub(crate) const SETUP_TAKE: Statement =
    Statement::both("setup_link.take", "DELETE FROM setup_link WHERE token_hash = $1 AND expires_at > $2 RETURNING account");

/// `$1` now: those that ran out go.
pub(crate) const SETUP_SWEEP: Statement = Statement::both("setup_link.sweep", "DELETE FROM setup_link WHERE expires_at <= $1");

/// `$1` account: every link for it goes.
pub(crate) const SETUP_CLOSE: Statement = Statement::both("setup_link.close", "DELETE FROM setup_link WHERE account = $1");

/// `$1` a person, `$2` and `$3` names of their account: links that they made, and links for it, go.
pub(crate) const SETUP_CLOSE_OF: Statement =
    Statement::both("setup_link.close_of", "DELETE FROM setup_link WHERE created_by = $1 OR account IN ($2, $3)");

/// `$1` who made them, as recorded: their links go.
pub(crate) const SETUP_CLOSE_BY: Statement = Statement::both("setup_link.close_by", "DELETE FROM setup_link WHERE created_by = $1");

/// Links go that people and service accounts made; those of the admin token and of the command line stay.
pub(crate) const SETUP_CLOSE_GIVEN: Statement = Statement::both(
    "setup_link.close_given",
    "DELETE FROM setup_link WHERE substr(created_by, 1, 5) = 'user:' OR substr(created_by, 1, 8) = 'service:'",
);

/// `$1` role, `$2` principal, `$3` who gave it, `$4` now.
pub(crate) const GRANT_ADD: Statement = Statement::both(
    "role_grant.first",
    "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (role, principal) DO NOTHING",
);

/// All service accounts, with how many tokens of each hold at `$1`.
pub(crate) const SERVICES: Statement = Statement::both(
    "service.list",
    "SELECT s.name, s.description, s.owner, s.disabled, s.created_by, s.created_at, s.changed_at,
     (SELECT CAST(count(*) AS BIGINT) FROM token t WHERE t.service = s.name AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $1)) AS tokens
     FROM service_account s ORDER BY s.name",
);

/// `$1` name, `$2` now.
pub(crate) const SERVICE_OF: Statement = Statement::both(
    "service.of",
    "SELECT s.name, s.description, s.owner, s.disabled, s.created_by, s.created_at, s.changed_at,
     (SELECT CAST(count(*) AS BIGINT) FROM token t WHERE t.service = s.name AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)) AS tokens
     FROM service_account s WHERE s.name = $1",
);

/// `$1` name, `$2` description, `$3` owner, `$4` who made it, `$5` now.
pub(crate) const SERVICE_ADD: Statement = Statement::both(
    "service.add",
    "INSERT INTO service_account (name, description, owner, disabled, created_by, created_at, changed_at) VALUES ($1, $2, $3, 0, $4, $5, $5)
     ON CONFLICT (name) DO NOTHING",
);

/// `$1` name, `$2` switched off, `$3` now.
pub(crate) const SERVICE_DISABLE: Statement =
    Statement::both("service.disable", "UPDATE service_account SET disabled = $2, changed_at = $3 WHERE name = $1");

/// `$1` keys, `$2` now: until when the longest lock of them holds.
pub(crate) const THROTTLE_OF: Statement = Statement::each(
    "throttle.of",
    "SELECT max(locked_until) FROM throttle WHERE key IN (SELECT value FROM json_each($1)) AND locked_until > $2",
    "SELECT max(locked_until) FROM throttle WHERE key IN (SELECT json_array_elements_text($1::json)) AND locked_until > $2",
);

/// `$1` key, `$2` now, `$3` a time: failures before it are forgotten. One more failure; its number, and until when the key is locked.
pub(crate) const THROTTLE_COUNT: Statement = Statement::both(
    "throttle.count",
    "INSERT INTO throttle (key, count, window_start, locked_until) VALUES ($1, 1, $2, 0)
     ON CONFLICT (key) DO UPDATE SET count = CASE WHEN throttle.window_start < $3 THEN 1 ELSE throttle.count + 1 END, window_start = $2
     RETURNING count, locked_until",
);

/// `$1` key, `$2` until when.
pub(crate) const THROTTLE_LOCK: Statement = Statement::both("throttle.lock", "UPDATE throttle SET locked_until = $2 WHERE key = $1");

/// `$1` key.
pub(crate) const THROTTLE_FORGET: Statement = Statement::both("throttle.forget", "DELETE FROM throttle WHERE key = $1");

/// `$1` key: its last failure was none. The first lock that it brought is lifted.
pub(crate) const THROTTLE_UNCOUNT: Statement =
    Statement::both("throttle.uncount", "UPDATE throttle SET count = count - 1, locked_until = 0 WHERE key = $1 AND count > 0");

/// `$1` a time: failures before it go.
pub(crate) const THROTTLE_SWEEP: Statement =
    Statement::both("throttle.sweep", "DELETE FROM throttle WHERE window_start < $1 AND locked_until < $1");
