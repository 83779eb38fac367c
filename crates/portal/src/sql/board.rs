//! What is announced to everybody, and how the organisation is shown.

use store::{Statement, Ts};

/// An announcement.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct AnnouncementRow {
    pub(crate) id: String,
    pub(crate) level: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: String,
    pub(crate) starts_at: Ts,
    pub(crate) ends_at: Option<Ts>,
    pub(crate) created_by: String,
    pub(crate) changed_at: Ts,
}

/// Every announcement, the latest first.
pub(crate) const ANNOUNCEMENTS: Statement = Statement::both(
    "portal.announcements",
    "SELECT id, level, title, body, link, starts_at, ends_at, created_by, changed_at FROM announcement ORDER BY starts_at DESC, id",
);

/// `$1` id, `$2` level, `$3` title, `$4` body, `$5` link, `$6` starts, `$7` ends, `$8` who, `$9` now.
pub(crate) const ADD: Statement = Statement::both(
    "portal.announcement_add",
    "INSERT INTO announcement (id, level, title, body, link, starts_at, ends_at, created_by, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
);

/// `$1` id, `$2` level, `$3` title, `$4` body, `$5` link, `$6` starts, `$7` ends, `$8` now.
pub(crate) const CHANGE: Statement = Statement::both(
    "portal.announcement_change",
    "UPDATE announcement SET level = $2, title = $3, body = $4, link = $5, starts_at = $6, ends_at = $7, changed_at = $8 WHERE id = $1",
);

/// `$1` id.
pub(crate) const REMOVE: Statement = Statement::both("portal.announcement_remove", "DELETE FROM announcement WHERE id = $1");

/// How the organisation is shown: JSON under `branding`, the logo under `branding.logo`.
pub(crate) const BRANDING: Statement =
    Statement::both("portal.branding", "SELECT key, value FROM setting WHERE key IN ('branding', 'branding.logo')");

/// `$1` key: forgets a setting.
pub(crate) const FORGET: Statement = Statement::both("portal.setting_forget", "DELETE FROM setting WHERE key = $1");
