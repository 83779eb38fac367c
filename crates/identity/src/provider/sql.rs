//! Every statement about sign-ins that wait, logouts that were taken, and whose subject is whose.

use store::Statement;

/// Every statement of this module, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] =
    &[&ATTEMPT_ADD, &ATTEMPT_TAKE, &ATTEMPTS_SWEEP, &LOGOUT_SEEN, &LOGOUT_ADD, &LOGOUTS_SWEEP, &LINK_OF, &LINK_PUT, &LINK_HELD];

/// `$1` hash of the state, `$2` provider, `$3` hash of the browser's cookie, `$4` nonce, `$5` verifier, `$6` where to go, `$7` now, `$8` until.
pub(super) const ATTEMPT_ADD: Statement = Statement::both(
    "identity.attempt_add",
    "INSERT INTO sign_in_attempt (state_hash, provider, browser_hash, nonce, verifier, return_to, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);

/// `$1` hash of the state: takes it out, whatever becomes of it.
pub(super) const ATTEMPT_TAKE: Statement = Statement::both(
    "identity.attempt_take",
    "DELETE FROM sign_in_attempt WHERE state_hash = $1 RETURNING provider, browser_hash, nonce, verifier, return_to, expires_at",
);

/// `$1` now.
pub(super) const ATTEMPTS_SWEEP: Statement =
    Statement::both("identity.attempts_sweep", "DELETE FROM sign_in_attempt WHERE expires_at < $1");

/// `$1` provider, `$2` jti.
pub(super) const LOGOUT_SEEN: Statement =
    Statement::both("identity.logout_seen", "SELECT expires_at FROM logout_token WHERE provider = $1 AND jti = $2");

/// `$1` provider, `$2` jti, `$3` until.
pub(super) const LOGOUT_ADD: Statement = Statement::both(
    "identity.logout_add",
    "INSERT INTO logout_token (provider, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT (provider, jti) DO NOTHING",
);

/// `$1` now.
pub(super) const LOGOUTS_SWEEP: Statement = Statement::both("identity.logouts_sweep", "DELETE FROM logout_token WHERE expires_at < $1");

/// `$1` provider, `$2` subject.
pub(super) const LINK_OF: Statement =
    Statement::both("identity.link_of", "SELECT person FROM identity_link WHERE provider = $1 AND subject = $2");

/// `$1` provider, `$2` subject, `$3` person, `$4` now.
pub(super) const LINK_PUT: Statement = Statement::both(
    "identity.link_put",
    "INSERT INTO identity_link (provider, subject, person, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (provider, subject) DO UPDATE SET person = excluded.person, created_at = excluded.created_at
     WHERE identity_link.person <> excluded.person",
);

/// `$1` provider, `$2` subject, `$3` person: what of the person is somebody else's than this subject's.
pub(super) const LINK_HELD: Statement = Statement::both(
    "identity.link_held",
    "SELECT person FROM identity_link WHERE person = $3 AND NOT (provider = $1 AND subject = $2)
     UNION ALL SELECT person FROM token WHERE person = $3 LIMIT 1",
);
