//! `GET /locations…`

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::EntityRef;
use serde_json::{Value, json};

use super::answer;
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// `GET /locations`: each in an envelope.
pub(super) async fn all(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let locations = state.portal.catalog().locations(&caller).await?;
    let list: Vec<Value> = locations.iter().map(|location| json!({ "data": location_json(location) })).collect();
    Ok(answer::json(Value::Array(list).to_string()))
}

/// `GET /locations/{id}`
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed, Path(id): Path<String>) -> Result<Response, HttpFailure> {
    let location = state.portal.catalog().location(&caller, &id).await?;
    Ok(answer::json(location_json(&location).to_string()))
}

/// `GET /locations/by-entity/{kind}/{namespace}/{name}`: the location that an entity comes from.
pub(super) async fn by_entity(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path((kind, namespace, name)): Path<(String, String, String)>,
) -> Result<Response, HttpFailure> {
    let location = state.portal.catalog().location_by_entity(&caller, &EntityRef::new(kind, namespace, name)).await?;
    Ok(answer::json(location_json(&location).to_string()))
}

fn location_json(location: &catalog::Location) -> Value {
    json!({ "id": location.id, "type": location.location_type, "target": location.target, "entityRef": location.entity_ref.to_string() })
}
