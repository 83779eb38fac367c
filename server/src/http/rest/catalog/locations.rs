//! `GET /locations…` and `POST /locations/by-query`

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use catalog::index::{Filter, QueryError};
use model::EntityRef;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{answer, body};
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

/// Locations of one page when the question does not say how many, as in Backstage.
const PAGE: usize = 1_000;

/// The body of `POST /locations/by-query`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    limit: Option<usize>,
    cursor: Option<String>,
    query: Option<Value>,
}

/// Where the next page begins, and what was asked.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "afterId")]
    after: String,
    limit: usize,
    query: Option<Value>,
}

/// `POST /locations/by-query`: the locations that match a predicate over `id`, `type`, `target` and `entityRef`, by id, a page at a time.
pub(super) async fn by_query(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Asked = body::read(body).await?;
    let cursor = asked.cursor.as_deref().map(read_cursor).transpose()?;
    let (after, limit, query) = match cursor {
        Some(cursor) => (Some(cursor.after), asked.limit.unwrap_or(cursor.limit), cursor.query),
        None => (None, asked.limit.unwrap_or(PAGE), asked.query),
    };
    let filter = query.clone().map_or_else(|| Ok(Filter::default()), Filter::from_json)?;
    let mut found: Vec<Value> = state.portal.catalog().locations(&caller).await?.iter().map(location_json).collect();
    let value_of = |location: &Value, key: &str| {
        let key = if key == "entityref" { "entityRef" } else { key };
        location[key].as_str().map(str::to_owned)
    };
    found.retain(|location| filter.predicate.holds(&|key| value_of(location, key)));
    found.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    let total = found.len();
    found.retain(|location| after.as_deref().is_none_or(|after| location["id"].as_str() > Some(after)));
    let more = found.len() > limit;
    found.truncate(limit);
    let mut info = json!({});
    if let Some(last) = found.last().filter(|_| more) {
        let next = Cursor { after: last["id"].as_str().unwrap_or_default().to_owned(), limit, query };
        info["nextCursor"] = BASE64.encode(json!(next).to_string()).into();
    }
    Ok(answer::json(json!({ "items": found, "totalItems": total, "pageInfo": info }).to_string()))
}

fn read_cursor(text: &str) -> Result<Cursor, QueryError> {
    let decoded = BASE64.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    decoded.ok_or_else(|| QueryError::new(format!("Malformed cursor: {}", text.chars().take(100).collect::<String>())))
}

/// A location in Backstage's shape.
pub(super) fn location_json(location: &catalog::Location) -> Value {
    json!({ "id": location.id, "type": location.location_type, "target": location.target, "entityRef": location.entity_ref.to_string() })
}
