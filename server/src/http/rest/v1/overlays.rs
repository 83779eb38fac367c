//! `/api/v1/entities/…/overlay`: what people put over an entity that a file owns.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use catalog::Overlay;
use model::Caller;

use super::{
    conditions,
    entities::{Name, json, name_of},
    shapes::{OverlayState, ProblemDetails},
};
use crate::http::{
    access::Signed,
    failure::HttpFailure,
    rest::{answer, body},
    state::AppState,
};

/// The overlay of an entity.
#[utoipa::path(
    get, path = "/api/v1/entities/{kind}/{namespace}/{name}/overlay", tag = "overlays", operation_id = "getOverlay",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, body = OverlayState, headers(("ETag" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed, name: Name) -> Result<Response, HttpFailure> {
    show(&state, &caller, &name_of(name)).await
}

async fn show(state: &AppState, caller: &Caller, name: &model::EntityRef) -> Result<Response, HttpFailure> {
    let stored = state.portal.catalog().overlay(caller, name).await?;
    let stored = stored.ok_or_else(|| HttpFailure::not_found(format!("nothing is put over {name}")))?;
    let etag = conditions::etag(&stored.etag);
    let mut response = json(&OverlayState::from(stored))?;
    response.headers_mut().insert(header::ETAG, etag);
    Ok(response)
}

/// Puts labels, annotations, tags, links, an owner, a title or a description over an entity that a file owns.
#[utoipa::path(
    put, path = "/api/v1/entities/{kind}/{namespace}/{name}/overlay", tag = "overlays", operation_id = "putOverlay",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that the overlay must have, in quotes."),
        ("If-None-Match" = Option<String>, Header, description = "`*`: there must be none."),
    ),
    request_body(content = Object, description = "`labels`, `annotations` (null removes one), `tags`, `links`, `owner`, `title`, `description`."),
    responses(
        (status = 200, body = OverlayState, headers(("ETag" = String), ("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"), (status = 412, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
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
    let overlay: Overlay = body::read(body).await?;
    let conditional = !matches!(expected, catalog::Expected::Any);
    match state.portal.catalog().put_overlay(&caller, &name, overlay, expected).await {
        Ok((_, seq)) => {
            let after = Caller { seen: caller.seen.max(Some(seq)), ..(*caller).clone() };
            Ok(answer::with_seq(show(&state, &after, &name).await?, seq))
        }
        // With a condition, what stands in the way of an overlay is another version of it.
        Err(model::PortalError::Conflict { message }) if conditional => Err(HttpFailure::new(StatusCode::PRECONDITION_FAILED, message)),
        Err(error) => Err(error.into()),
    }
}

/// Takes the overlay away: the entity shows what its file says again.
#[utoipa::path(
    delete, path = "/api/v1/entities/{kind}/{namespace}/{name}/overlay", tag = "overlays", operation_id = "deleteOverlay",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses(
        (status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn delete(State(state): State<AppState>, Signed(caller): Signed, name: Name) -> Result<Response, HttpFailure> {
    let seq = state.portal.catalog().remove_overlay(&caller, &name_of(name)).await?;
    Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq))
}

/// The overlay as a patch for the file, in the form that `git apply` takes.
#[utoipa::path(
    get, path = "/api/v1/entities/{kind}/{namespace}/{name}/overlay/patch", tag = "overlays", operation_id = "getOverlayPatch",
    params(("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "text/x-diff"), (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn patch(State(state): State<AppState>, Signed(caller): Signed, name: Name) -> Result<Response, HttpFailure> {
    let text = state.portal.catalog().overlay_patch(&caller, &name_of(name)).await?;
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/x-diff; charset=utf-8"));
    Ok(response)
}
