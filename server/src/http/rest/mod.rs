//! REST.

mod answer;
mod body;
mod catalog;
mod notifications;
mod params;
mod permission;
mod v1;

use super::routes::Routes;

pub(super) use v1::openapi_text;

/// The routes.
pub(super) fn routes() -> Routes {
    catalog::routes().and(notifications::routes()).and(permission::routes()).and(v1::routes())
}
