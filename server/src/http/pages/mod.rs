//! Pages: load the view model through the portal, set the status, draw it whole.

mod catalog;
mod design;
mod entity;
mod export;
mod failure;
mod home;
mod preferences;
mod search;
mod sign_in;

use axum::routing::{get, post};

use super::routes::Routes;

pub(super) use failure::failure_page;

/// The routes of all pages and of the forms on them.
pub(super) fn routes() -> Routes {
    Routes::default()
        .add("/", get(home::page))
        .add("/catalog", get(catalog::page))
        .add("/catalog/export.csv", get(export::csv))
        .add("/catalog/export.json", get(export::json))
        .add("/catalog/{namespace}/{kind}/{name}", get(entity::page))
        .add("/catalog/{namespace}/{kind}/{name}/{tab}", get(entity::tab))
        .add("/apis", get(catalog::apis))
        .add("/search", get(search::page))
        .add("/design", get(design::page))
        .add("/sign-in", get(sign_in::page).post(sign_in::submit))
        .add("/sign-out", post(sign_in::sign_out))
        .add("/theme", post(preferences::theme))
        .add("/star", post(preferences::star))
}
