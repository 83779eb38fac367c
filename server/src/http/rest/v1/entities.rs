//! `/api/v1/entities`: reading, and writing what the portal owns.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use catalog::{
    Expected,
    index::{Filter, FullText, OrderField, Query, Visibility},
};
use model::{Caller, EntityRef, PortalError};
use portal::Put;
use serde_json::Value;

use super::{
    conditions, paging,
    shapes::{Entity, EntityPage, ProblemDetails},
};
use crate::http::{
    access::Signed,
    failure::HttpFailure,
    rest::{answer, body, params::Params},
    state::AppState,
};

/// Path of an entity.
pub(super) type Name = Path<(String, String, String)>;

/// The name in the path.
pub(super) fn name_of(Path((kind, namespace, name)): Name) -> EntityRef {
    EntityRef::new(kind, namespace, name)
}

/// Lists entities, by name.
#[utoipa::path(
    get, path = "/api/v1/entities", tag = "entities", operation_id = "listEntities",
    params(
        ("filter" = Option<Vec<String>>, Query, description = "Backstage's filter: `kind=component,spec.type=service`. Conditions in one value hold together; of several values one has to hold."),
        ("q" = Option<String>, Query, description = "A text that the name or title has in it."),
        ("limit" = Option<u32>, Query, description = "Entities on a page.", minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = EntityPage), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let fields = || vec!["metadata.name".to_owned(), "metadata.title".to_owned()];
    let query = Query {
        cursor: params.one("cursor")?.map(str::to_owned),
        filter: Filter::parse(&params.list("filter"))?,
        order: vec![OrderField::parse("metadata.name,asc")?],
        full_text: params.one("q")?.map(|term| FullText { term: term.to_owned(), fields: Some(fields()) }),
        limit: Some(paging::limit(&params)?),
        offset: None,
        total_items: true,
    };
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let page = scoped.snapshot.query(&query, &Visibility::All)?;
    let items = page.items.iter().map(|id| Entity(scoped.snapshot.entity(*id).to_value()));
    let body = EntityPage { items: items.collect(), total_items: page.total_items, next_cursor: page.next_cursor };
    json(&body)
}

/// One entity.
#[utoipa::path(
    get, path = "/api/v1/entities/{kind}/{namespace}/{name}", tag = "entities", operation_id = "getEntity",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, body = Entity, headers(("ETag" = String, description = "Its version, for If-Match."))),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed, name: Name) -> Result<Response, HttpFailure> {
    let name = name_of(name);
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let id = scoped.snapshot.find(&name);
    let id = id.ok_or_else(|| HttpFailure::not_found(format!("there is no entity {name}")))?;
    let entity = scoped.snapshot.entity(id).to_value();
    let etag = conditions::etag(entity["metadata"]["etag"].as_str().unwrap_or_default());
    let mut response = json(&Entity(entity))?;
    response.headers_mut().insert(header::ETAG, etag);
    Ok(response)
}

/// Makes an entity that the portal owns.
#[utoipa::path(
    post, path = "/api/v1/entities", tag = "entities", operation_id = "createEntity",
    request_body(content = Entity, description = "A descriptor: apiVersion, kind, metadata, spec."),
    responses(
        (status = 201, body = Entity, headers(("ETag" = String), ("Location" = String), ("Waymark-Seq" = String))),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "It exists."), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn create(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let entity: Value = body::read(body).await?;
    let put = state.portal.catalog().put_entity(&caller, entity, Expected::Absent).await?;
    written(&state, &caller, &put).await
}

/// Makes an entity, or puts another in its place. `If-None-Match: *`: only if there is none; `If-Match`: only over that version.
#[utoipa::path(
    put, path = "/api/v1/entities/{kind}/{namespace}/{name}", tag = "entities", operation_id = "putEntity",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that it must have, in quotes."),
        ("If-None-Match" = Option<String>, Header, description = "`*`: it must not exist."),
    ),
    request_body(content = Entity, description = "A descriptor with the name that is in the address."),
    responses(
        (status = 200, body = Entity, headers(("ETag" = String), ("Waymark-Seq" = String))),
        (status = 201, body = Entity, headers(("ETag" = String), ("Location" = String), ("Waymark-Seq" = String))),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "A file owns it."), (status = 412, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn put(
    State(state): State<AppState>,
    Signed(caller): Signed,
    name: Name,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpFailure> {
    let name = name_of(name);
    let expected = conditions::expected(&headers)?;
    let entity: Value = body::read(body).await?;
    match catalog::descriptor::entity_ref(&entity) {
        Some(own) if own == name => {}
        Some(own) => return Err(HttpFailure::invalid(format!("the address names {name}, the body {own}; they have to be the same"))),
        None => return Err(HttpFailure::invalid("the body has no name: kind and metadata.name have to be texts")),
    }
    match state.portal.catalog().put_entity(&caller, entity, expected.clone()).await {
        Ok(put) => written(&state, &caller, &put).await,
        Err(error) => Err(conditions::refused(&state, &caller, &name, &expected, error).await),
    }
}

/// Changes parts of an entity that the portal owns, by a merge patch (RFC 7396).
#[utoipa::path(
    patch, path = "/api/v1/entities/{kind}/{namespace}/{name}", tag = "entities", operation_id = "patchEntity",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that it must have, in quotes."),
    ),
    request_body(content = Entity, content_type = "application/merge-patch+json", description = "Only what changes; null removes."),
    responses(
        (status = 200, body = Entity, headers(("ETag" = String), ("Waymark-Seq" = String))),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "A file owns it, or it changed meanwhile."),
        (status = 412, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn patch(
    State(state): State<AppState>,
    Signed(caller): Signed,
    name: Name,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpFailure> {
    let name = name_of(name);
    let expected = conditions::expected(&headers)?;
    let patch: Value = body::read(body).await?;
    if !patch.is_object() {
        return Err(HttpFailure::invalid("a merge patch of an entity is an object"));
    }
    match state.portal.catalog().patch_entity(&caller, &name, patch, expected.clone()).await {
        Ok(put) => written(&state, &caller, &put).await,
        Err(error) => Err(conditions::refused(&state, &caller, &name, &expected, error).await),
    }
}

/// Deletes an entity that the portal owns.
#[utoipa::path(
    delete, path = "/api/v1/entities/{kind}/{namespace}/{name}", tag = "entities", operation_id = "deleteEntity",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that it must have, in quotes."),
    ),
    responses(
        (status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "A file owns it."), (status = 412, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Signed(caller): Signed,
    name: Name,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    let name = name_of(name);
    let expected = conditions::expected(&headers)?;
    match state.portal.catalog().delete_entity(&caller, &name, expected.clone()).await {
        Ok(seq) => Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq)),
        Err(error) => Err(conditions::refused(&state, &caller, &name, &expected, error).await),
    }
}

/// The entity as it was written.
async fn written(state: &AppState, caller: &Caller, put: &Put) -> Result<Response, HttpFailure> {
    let after = Caller { seen: caller.seen.max(Some(put.seq)), ..caller.clone() };
    let scoped = state.portal.catalog().scoped(&after).await?;
    let gone = || PortalError::Conflict { message: format!("{} was written and is gone again: somebody else deleted it", put.entity_ref) };
    let id = scoped.snapshot.find(&put.entity_ref).ok_or_else(gone)?;
    let mut response = answer::with_seq(json(&Entity(scoped.snapshot.entity(id).to_value()))?, put.seq);
    response.headers_mut().insert(header::ETAG, conditions::etag(&put.etag));
    if put.created {
        *response.status_mut() = StatusCode::CREATED;
        let name = &put.entity_ref;
        let path = format!("/api/v1/entities/{}/{}/{}", name.kind().to_lowercase(), name.namespace(), name.name());
        if let Ok(path) = HeaderValue::from_str(&path) {
            response.headers_mut().insert(header::LOCATION, path);
        }
    }
    Ok(response)
}

/// 200 with JSON.
pub(super) fn json(body: &impl serde::Serialize) -> Result<Response, HttpFailure> {
    serde_json::to_vec(body).map(answer::json).map_err(|error| HttpFailure::fault(&error))
}
