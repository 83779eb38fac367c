//! Previews: what a place or a text would bring into the catalog. Nothing is written.

use axum::{body::Body, extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    entities::json,
    shapes::{NewLocation, PreviewResult, ProblemDetails},
};
use crate::http::{access::Signed, failure::HttpFailure, rest::body, state::AppState};

/// A text with descriptors.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Descriptor {
    /// YAML; several documents are separated by `---`.
    yaml: String,
}

/// What registering a location would bring.
#[utoipa::path(
    post, path = "/api/v1/locations/preview", tag = "locations", operation_id = "previewLocation", request_body = NewLocation,
    responses(
        (status = 200, body = PreviewResult), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn location(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let new = body::read::<NewLocation>(body).await?.checked()?;
    json(&PreviewResult::from(state.portal.catalog().preview(&caller, &new).await?))
}

/// What a text with descriptors would bring, and what is wrong with it, line by line.
#[utoipa::path(
    post, path = "/api/v1/descriptors/preview", tag = "entities", operation_id = "previewDescriptor", request_body = Descriptor,
    responses(
        (status = 200, body = PreviewResult), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn descriptor(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let given: Descriptor = body::read(body).await?;
    json(&PreviewResult::from(state.portal.catalog().preview_text(&caller, &given.yaml).await?))
}
