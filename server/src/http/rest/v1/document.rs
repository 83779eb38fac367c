//! `/api/openapi.json`: the description of `/api/v1`, made from its handlers.

use std::sync::OnceLock;

use axum::response::Response;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use super::{access, audit, authorisation, changes, entities, hosts, locations, overlays, preview, problems, system};
use crate::http::rest::answer;

#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Waymark",
        version = "1.0.0",
        description = "The catalog of an internal developer platform: entities, their history and problems, and the places that they come from. \
                       Backstage's own REST is served beside it under /api/catalog.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "entities", description = "Entities: reading all of them, writing what the portal owns."),
        (name = "overlays", description = "What people put over entities that files own."),
        (name = "changes", description = "Every change of every entity."),
        (name = "audit", description = "What was done and refused, by whom, and whether that record is intact."),
        (name = "problems", description = "What is wrong, whose it is and what to do."),
        (name = "locations", description = "Where entities come from."),
        (name = "access", description = "Who comes in and with what: tokens, service accounts, roles, sessions."),
        (name = "system", description = "What runs."),
    ),
    paths(
        authorisation::explain,
        entities::list, entities::create, entities::one, entities::put, entities::patch, entities::delete,
        changes::of_entity, changes::all,
        overlays::one, overlays::put, overlays::delete, overlays::patch,
        problems::list,
        locations::list, locations::register, locations::one, locations::update, locations::unregister,
        locations::refresh, locations::confirm, locations::removal,
        preview::location, preview::descriptor,
        audit::list, audit::one, audit::export, audit::verify,
        hosts::list,
        access::tokens, access::create_token, access::revoke_token,
        access::service_accounts, access::create_service_account, access::change_service_account,
        access::role_grants, access::grant_role, access::take_role,
        access::sessions, access::end_session,
        system::one,
    ),
    security(("token" = [])),
    modifiers(&Token),
)]
struct Document;

/// How callers prove who they are.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// The document as indented JSON.
pub(in crate::http) fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| Document::openapi().to_pretty_json().expect("the document is made of texts and lists, all of which JSON has"))
}

/// The document.
pub(super) async fn serve() -> Response {
    answer::json(text())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_described_and_only_those() {
        let document: serde_json::Value = serde_json::from_str(super::text()).unwrap();
        let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let routes = super::super::routes();
        let served: BTreeSet<&str> = routes.paths().iter().copied().filter(|path| path.starts_with("/api/v1/")).collect();
        assert_eq!(described, served);
    }

    #[test]
    fn the_document_changes_only_on_purpose() {
        insta::assert_snapshot!("openapi", super::text());
    }
}
