//! Pages: load the view model through the portal, set the status, draw it whole.

mod catalog;
mod changes;
mod compare;
mod design;
mod edit;
mod entity;
mod explore;
mod export;
mod failure;
mod home;
mod locations;
mod preferences;
mod problems;
mod register;
mod rest;
mod search;
mod sign_in;
mod starred;
mod views;

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
        .add("/catalog/new", get(edit::new).post(edit::create))
        .add("/catalog/{namespace}/{kind}/{name}/edit", get(edit::page).post(edit::save))
        .add("/catalog/{namespace}/{kind}/{name}/delete", get(edit::delete_page).post(edit::delete))
        .add("/catalog/{namespace}/{kind}/{name}/overlay/remove", post(edit::remove_overlay))
        .add("/catalog/{namespace}/{kind}/{name}/overlay.patch", get(edit::patch))
        .add("/catalog/{namespace}/{kind}/{name}/history", get(changes::history))
        .add("/catalog/{namespace}/{kind}/{name}/{tab}", get(entity::tab))
        .add("/changes", get(changes::page))
        .add("/problems", get(problems::page))
        .add("/locations", get(locations::page))
        .add("/locations/{id}", get(locations::one))
        .add("/locations/{id}/refresh", post(locations::refresh))
        .add("/locations/{id}/confirm", post(locations::confirm))
        .add("/locations/{id}/unregister", get(locations::question).post(locations::unregister))
        .add("/register", get(register::page).post(register::submit))
        .add("/apis", get(catalog::apis))
        .add("/graph", get(explore::page))
        .add("/compare", get(compare::page))
        .add("/starred", get(starred::page))
        .add("/views", get(views::page).post(views::create))
        .add("/views/{id}", post(views::change))
        .add("/views/{id}/delete", post(views::delete))
        .add("/search", get(search::page))
        .add("/api", get(rest::page))
        .add("/design", get(design::page))
        .add("/sign-in", get(sign_in::page).post(sign_in::submit))
        .add("/sign-out", post(sign_in::sign_out))
        .add("/theme", post(preferences::theme))
        .add("/star", post(preferences::star))
}
