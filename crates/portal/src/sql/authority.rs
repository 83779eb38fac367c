//! What decides who may do what.

use store::Statement;

/// The policies of the database that count.
pub(crate) const POLICIES_ENABLED: Statement =
    Statement::both("portal.policies_enabled", "SELECT name, version, text FROM policy WHERE enabled = 1 ORDER BY name");

/// Every grant of the database: those of administrators first, then the oldest. The last are those that are more than there can be.
pub(crate) const GRANTS: Statement = Statement::both(
    "portal.grants_in_force",
    "SELECT role, principal FROM role_grant ORDER BY CASE role WHEN 'admin' THEN 0 ELSE 1 END, created_at, role, principal",
);
