//! `/api/v1`: Waymark's own REST, described at `/api/openapi.json`.
//!
//! What it promises stays (docs/STABILITY.md): fields and addresses are added, never changed or taken away. Errors are RFC 9457
//! problems. Every write answers with `Waymark-Seq`; a read that sends it back sees the write on every replica.

mod access;
mod audit;
mod authorisation;
mod changes;
mod conditions;
mod document;
mod entities;
mod hosts;
mod locations;
mod overlays;
mod paging;
mod preview;
mod problems;
mod shapes;
mod system;

use axum::routing::{delete, get, post, put};

use crate::http::routes::Routes;

pub(in crate::http) use document::text as openapi_text;

/// The routes.
pub(super) fn routes() -> Routes {
    Routes::default()
        .add("/api/openapi.json", get(document::serve))
        .add("/api/v1/entities", get(entities::list).post(entities::create))
        .add(
            "/api/v1/entities/{kind}/{namespace}/{name}",
            get(entities::one).put(entities::put).patch(entities::patch).delete(entities::delete),
        )
        .add("/api/v1/entities/{kind}/{namespace}/{name}/changes", get(changes::of_entity))
        .add("/api/v1/entities/{kind}/{namespace}/{name}/overlay", get(overlays::one).put(overlays::put).delete(overlays::delete))
        .add("/api/v1/entities/{kind}/{namespace}/{name}/overlay/patch", get(overlays::patch))
        .add("/api/v1/changes", get(changes::all))
        .add("/api/v1/authorisation/explain", get(authorisation::explain))
        .add("/api/v1/audit", get(audit::list))
        .add("/api/v1/audit/export", get(audit::export))
        .add("/api/v1/audit/verify", get(audit::verify))
        .add("/api/v1/audit/{seq}", get(audit::one))
        .add("/api/v1/problems", get(problems::list))
        .add("/api/v1/locations", get(locations::list).post(locations::register))
        .add("/api/v1/locations/preview", post(preview::location))
        .add("/api/v1/descriptors/preview", post(preview::descriptor))
        .add("/api/v1/locations/{id}", get(locations::one).put(locations::update).delete(locations::unregister))
        .add("/api/v1/locations/{id}/refresh", post(locations::refresh))
        .add("/api/v1/locations/{id}/confirm", post(locations::confirm))
        .add("/api/v1/locations/{id}/removal", get(locations::removal))
        .add("/api/v1/hosts", get(hosts::list))
        .add("/api/v1/tokens", get(access::tokens).post(access::create_token))
        .add("/api/v1/tokens/{id}", delete(access::revoke_token))
        .add("/api/v1/service-accounts", get(access::service_accounts).post(access::create_service_account))
        .add("/api/v1/service-accounts/{name}", put(access::change_service_account))
        .add("/api/v1/role-grants", get(access::role_grants).post(access::grant_role).delete(access::take_role))
        .add("/api/v1/sessions", get(access::sessions))
        .add("/api/v1/sessions/{id}", delete(access::end_session))
        .add("/api/v1/system", get(system::one))
}
