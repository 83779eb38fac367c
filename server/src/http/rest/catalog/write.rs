//! `POST /refresh` and `POST /validate-entity`

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};
use model::{DEFAULT_NAMESPACE, EntityRef, RefContext};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, body};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// The body of `POST /refresh`. The client sends a token too, which says nothing new.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refresh {
    entity_ref: String,
}

/// Has the file of an entity read again. Answers once it is read; `Waymark-Seq` is what a read has to have seen.
pub(super) async fn refresh(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Refresh = body::read(body).await?;
    let context = RefContext { kind: None, namespace: DEFAULT_NAMESPACE };
    let entity = EntityRef::parse_in(&asked.entity_ref, context).map_err(|error| HttpFailure::invalid(error.to_string()))?;
    let seq = state.portal.catalog().refresh(&caller, &entity).await?;
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert(HeaderName::from_static("waymark-seq"), HeaderValue::from(seq.0));
    Ok(response)
}

/// The body of `POST /validate-entity`.
#[derive(Debug, Deserialize)]
pub(super) struct Validate {
    entity: Value,
    location: String,
}

/// Whether an entity would be accepted. A refusal has a shape of its own: `{"errors": […]}`.
pub(super) async fn validate(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Validate = body::read(body).await?;
    let found = state.portal.catalog().validate(&caller, asked.entity, &asked.location).await?;
    if found.is_empty() {
        return Ok(StatusCode::OK.into_response());
    }
    let errors: Vec<_> = found.iter().map(|error| json!({ "name": "InputError", "message": error.message })).collect();
    let mut response = answer::json(json!({ "errors": errors }).to_string());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    Ok(response)
}
