//! REST.

mod catalog;

use super::routes::Routes;

/// The routes.
pub(super) fn routes() -> Routes {
    catalog::routes()
}
