//! Statements of administration and of people's settings: roles that were given, and counts over who comes in.

use store::{Statement, Ts};

/// A role that was given to somebody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct GrantRow {
    pub(crate) role: String,
    pub(crate) principal: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Ts,
}

/// Every role that was given in the portal.
pub(crate) const GRANTS: Statement =
    Statement::both("portal.grants", "SELECT role, principal, created_by, created_at FROM role_grant ORDER BY role, principal");

/// `$1` role, `$2` principal, `$3` by whom, `$4` now. Adds nothing when it is given already.
pub(crate) const GRANT_ADD: Statement = Statement::both(
    "portal.grant_add",
    "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (role, principal) DO NOTHING",
);

/// `$1` role, `$2` principal.
pub(crate) const GRANT_REMOVE: Statement =
    Statement::both("portal.grant_remove", "DELETE FROM role_grant WHERE role = $1 AND principal = $2");

/// `$1` key: who set it to what.
pub(crate) const SETTINGS: Statement =
    Statement::both("portal.settings", "SELECT person, value FROM person_setting WHERE key = $1 ORDER BY person");

/// `$1` person, `$2` key.
pub(crate) const SETTING_OF: Statement =
    Statement::both("portal.setting_of", "SELECT person, value FROM person_setting WHERE person = $1 AND key = $2");

/// `$1` person, `$2` key, `$3` value.
pub(crate) const SETTING_PUT: Statement = Statement::both(
    "portal.setting_put",
    "INSERT INTO person_setting (person, key, value) VALUES ($1, $2, $3) ON CONFLICT (person, key) DO UPDATE SET value = excluded.value",
);

/// Somebody's open sessions or working tokens, counted by the way in.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct SeenRow {
    pub(crate) person: String,
    pub(crate) way: String,
    pub(crate) count: i64,
    pub(crate) seen_at: Option<Ts>,
}

/// `$1` now: open sessions, a row for each person and way in.
pub(crate) const SEEN_SESSIONS: Statement = Statement::both(
    "portal.seen_sessions",
    "SELECT person, provider AS way, CAST(count(*) AS BIGINT) AS count, max(seen_at) AS seen_at FROM session
     WHERE person <> '' AND expires_at > $1 AND idle_until > $1 GROUP BY person, provider ORDER BY person, provider",
);

/// `$1` now: tokens that work, a row for each person.
pub(crate) const SEEN_TOKENS: Statement = Statement::both(
    "portal.seen_tokens",
    "SELECT person, '' AS way, CAST(count(*) AS BIGINT) AS count, max(used_at) AS seen_at FROM token
     WHERE person <> '' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) GROUP BY person ORDER BY person",
);

/// People and the providers that vouched for them.
pub(crate) const SEEN_PROVIDERS: Statement = Statement::both(
    "portal.seen_providers",
    "SELECT person, provider AS way, CAST(0 AS BIGINT) AS count, max(created_at) AS seen_at FROM identity_link
     GROUP BY person, provider ORDER BY person, provider",
);
