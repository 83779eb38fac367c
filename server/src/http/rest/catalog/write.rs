//! `POST /refresh`, `POST /validate-entity` and `DELETE /entities/by-uid/{uid}`

use axum::{
    body::Body,
    extract::{Path, State},
    http::StatusCode,
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
    Ok(answer::with_seq(StatusCode::OK.into_response(), seq))
}

/// Deletes an entity. 204 also when there is none: whoever deletes twice has what they wanted.
pub(super) async fn delete(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(uid): Path<String>,
) -> Result<Response, HttpFailure> {
    let seq = state.portal.catalog().delete_by_uid(&caller, &uid).await?;
    let response = StatusCode::NO_CONTENT.into_response();
    Ok(match seq {
        Some(seq) => answer::with_seq(response, seq),
        None => response,
    })
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
    let errors: Vec<_> = found.iter().map(|error| json!({ "name": error.name, "message": error.message })).collect();
    let mut response = answer::json(json!({ "errors": errors }).to_string());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    Ok(response)
}
