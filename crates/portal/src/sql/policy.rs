//! Policies that are written in the portal, and their versions.

use store::{Statement, Ts};

/// A policy as it is now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct PolicyRow {
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) text: String,
    pub(crate) enabled: i64,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Ts,
}

/// A policy as it was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct VersionRow {
    pub(crate) version: i64,
    /// Empty: it was deleted with this version.
    pub(crate) text: String,
    pub(crate) enabled: i64,
    pub(crate) comment: String,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Ts,
}

/// Every policy, by name.
pub(crate) const POLICIES: Statement =
    Statement::both("portal.policies", "SELECT name, version, text, enabled, changed_by, changed_at FROM policy ORDER BY name");

/// `$1` name.
pub(crate) const POLICY: Statement =
    Statement::both("portal.policy", "SELECT name, version, text, enabled, changed_by, changed_at FROM policy WHERE name = $1");

/// `$1` name, `$2` version, `$3` text, `$4` enabled, `$5` who, `$6` now. Adds nothing when there is one of that name.
pub(crate) const ADD: Statement = Statement::both(
    "portal.policy_add",
    "INSERT INTO policy (name, version, text, enabled, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (name) DO NOTHING",
);

/// `$1` name, `$2` the version that is changed, `$3` text, `$4` enabled, `$5` who, `$6` now.
pub(crate) const CHANGE: Statement = Statement::both(
    "portal.policy_change",
    "UPDATE policy SET version = version + 1, text = $3, enabled = $4, changed_by = $5, changed_at = $6 WHERE name = $1 AND version = $2",
);

/// `$1` name, `$2` the version that is deleted.
pub(crate) const REMOVE: Statement = Statement::both("portal.policy_remove", "DELETE FROM policy WHERE name = $1 AND version = $2");

/// `$1` name, `$2` version, `$3` text, `$4` enabled, `$5` comment, `$6` who, `$7` now.
pub(crate) const VERSION_ADD: Statement = Statement::both(
    "portal.policy_version_add",
    "INSERT INTO policy_version (name, version, text, enabled, comment, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

/// `$1` name, `$2` how many: its versions, the latest first.
pub(crate) const VERSIONS: Statement = Statement::both(
    "portal.policy_versions",
    "SELECT version, text, enabled, comment, changed_by, changed_at FROM policy_version WHERE name = $1 ORDER BY version DESC LIMIT $2",
);

/// `$1` name: its latest version's number, 0 when there never was one.
pub(crate) const LATEST: Statement =
    Statement::both("portal.policy_latest", "SELECT coalesce(max(version), 0) FROM policy_version WHERE name = $1");

/// Counts changes of what people may do. Its row is held until the transaction ends, so that two changes, each harmless, cannot lock
/// everybody out together.
pub(crate) const TURN: Statement = Statement::both(
    "portal.policy_turn",
    "INSERT INTO setting (key, value) VALUES ('policy.changes', '1')
     ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)",
);
