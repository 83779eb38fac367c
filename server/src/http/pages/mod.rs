//! Pages: load the view model through the portal, set the status, draw it whole.

mod announcements;
mod audit;
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
mod notifications;
mod people;
mod policies;
mod preferences;
mod problems;
mod provider;
mod register;
mod rest;
mod roles;
mod search;
mod service_accounts;
mod settings;
mod setup;
mod sign_in;
mod starred;
mod system;
mod views;

use axum::routing::{get, post};

use super::routes::Routes;

pub(super) use announcements::logo;
pub(super) use audit::download as audit_download;
pub(super) use failure::failure_page;
pub(super) use system::view as system_view;

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
        .add("/why", get(policies::why))
        .add("/admin/policies", get(policies::list))
        .add("/admin/policies/new", get(policies::new).post(policies::create))
        .add("/admin/policies/{name}", get(policies::one).post(policies::change))
        .add("/admin/policies/{name}/enable", post(policies::enable))
        .add("/admin/policies/{name}/delete", get(policies::question).post(policies::delete))
        .add("/admin/policies/{name}/history", get(policies::history))
        .add("/admin/policies/{name}/rollback", post(policies::rollback))
        .add("/admin/system", get(system::page))
        .add("/admin/announcements", get(announcements::page).post(announcements::create))
        .add("/admin/announcements/{id}", get(announcements::one).post(announcements::change))
        .add("/admin/announcements/{id}/delete", post(announcements::delete))
        .add("/admin/branding", get(announcements::branding).post(announcements::brand))
        .add("/announcements/close", post(announcements::close))
        .add("/starred", get(starred::page))
        .add("/notifications", get(notifications::page))
        .add("/notifications/mark", post(notifications::mark))
        .add("/notifications/read-all", post(notifications::read_all))
        .add("/notifications/{id}", get(notifications::open))
        .add("/settings/notifications", get(notifications::settings).post(notifications::save_settings))
        .add("/settings/notifications/quiet", post(notifications::save_quiet))
        .add("/admin/notifications", get(notifications::deliveries))
        .add("/admin/notifications/test", post(notifications::test))
        .add("/admin/notifications/{id}/retry", post(notifications::retry))
        .add("/views", get(views::page).post(views::create))
        .add("/views/{id}", post(views::change))
        .add("/views/{id}/delete", post(views::delete))
        .add("/admin", get(people::admin))
        .add("/admin/people", get(people::page))
        .add("/admin/people/new", get(people::new_account).post(people::create_account))
        .add("/admin/people/{namespace}/{name}", get(people::one))
        .add("/admin/people/{namespace}/{name}/sessions", post(people::end_sessions))
        .add("/admin/people/{namespace}/{name}/account", post(people::account))
        .add("/admin/roles", get(roles::page))
        .add("/admin/roles/grant", get(roles::grant_page).post(roles::grant))
        .add("/admin/roles/take", post(roles::take))
        .add("/admin/service-accounts", get(service_accounts::page))
        .add("/admin/service-accounts/new", get(service_accounts::new).post(service_accounts::create))
        .add("/admin/service-accounts/{name}", get(service_accounts::one).post(service_accounts::switch))
        .add("/admin/service-accounts/{name}/tokens", post(service_accounts::create_token))
        .add("/admin/service-accounts/{name}/tokens/new", get(service_accounts::new_token))
        .add("/admin/tokens", get(service_accounts::tokens))
        .add("/admin/tokens/{id}/revoke", post(service_accounts::revoke_token))
        .add("/settings", get(settings::profile))
        .add("/settings/sessions", get(settings::sessions).post(settings::end_sessions))
        .add("/settings/tokens", get(settings::tokens).post(settings::create_token))
        .add("/settings/tokens/new", get(settings::new_token))
        .add("/settings/tokens/{id}/revoke", post(settings::revoke_token))
        .add("/settings/appearance", get(settings::appearance).post(settings::set_appearance))
        .add("/admin/providers", get(provider::admin))
        .add("/admin/audit", get(audit::page))
        .add("/admin/audit/export.csv", get(audit::csv))
        .add("/admin/audit/export.jsonl", get(audit::json_lines))
        .add("/admin/audit/verify", post(audit::verify))
        .add("/admin/audit/{seq}", get(audit::row))
        .add("/search", get(search::page))
        .add("/api", get(rest::page))
        .add("/design", get(design::page))
        .add("/sign-in", get(sign_in::page).post(sign_in::submit))
        .add("/sign-in/{provider}", get(provider::start).post(provider::start_form))
        .add("/sign-in/{provider}/callback", get(provider::callback))
        .add("/sign-in/{provider}/back-channel-logout", post(provider::back_channel_logout))
        .add("/setup", get(setup::page).post(setup::submit))
        .add("/sign-out", post(sign_in::sign_out))
        .add("/theme", post(preferences::theme))
        .add("/star", post(preferences::star))
}
