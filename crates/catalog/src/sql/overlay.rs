//! Statements about what people put over entities.

use store::{Statement, Ts};

/// A row of `entity_overlay`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct OverlayRow {
    #[sqlx(rename = "ref")]
    pub(crate) entity_ref: String,
    pub(crate) patch: String,
    pub(crate) etag: String,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Ts,
}

/// Every overlay.
pub(crate) const OVERLAYS: Statement =
    Statement::both("catalog.overlays", "SELECT ref, patch, etag, changed_by, changed_at FROM entity_overlay ORDER BY ref");

/// `$1` JSON array of names.
pub(crate) const OVERLAYS_OF: Statement = Statement::each(
    "catalog.overlays_of",
    "SELECT ref, patch, etag, changed_by, changed_at FROM entity_overlay WHERE ref IN (SELECT value FROM json_each($1))",
    "SELECT ref, patch, etag, changed_by, changed_at FROM entity_overlay
     WHERE ref = ANY(ARRAY(SELECT json_array_elements_text(CAST($1 AS JSON))))",
);

/// `$1` name, `$2` patch, `$3` etag, `$4` who, `$5` now.
pub(crate) const OVERLAY_PUT: Statement = Statement::both(
    "catalog.overlay_put",
    "INSERT INTO entity_overlay (ref, patch, etag, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (ref) DO UPDATE SET patch = excluded.patch, etag = excluded.etag, changed_by = excluded.changed_by,
     changed_at = excluded.changed_at",
);

/// `$1` name.
pub(crate) const OVERLAY_DELETE: Statement = Statement::both("catalog.overlay_delete", "DELETE FROM entity_overlay WHERE ref = $1");

/// `$1` name: the entity as its source says it.
pub(crate) const OVERLAY_ORIGINAL: Statement = Statement::both("catalog.overlay_original", "SELECT json FROM entity WHERE ref = $1");
