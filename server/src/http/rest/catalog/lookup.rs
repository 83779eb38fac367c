//! Entities by name, uid or list of references, and where one comes from.

use axum::{
    body::Body,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use catalog::index::{EntityId, Fields, Filter, Visibility};
use model::EntityRef;
use portal::Scoped;
use serde::Deserialize;
use serde_json::Value;

use super::{answer, body, params::Params};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// References in one request, at most; the client sends 1,000.
const MOST_REFS: usize = 10_000;

/// `GET /entities/by-uid/{uid}`
pub(super) async fn by_uid(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(uid): Path<String>,
) -> Result<Response, HttpFailure> {
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let found = scoped.snapshot.find_uid(&uid);
    let id = found.ok_or_else(|| HttpFailure::not_found(format!("No entity with uid {uid}")))?;
    Ok(one(&scoped, id))
}

/// `GET /entities/by-name/{kind}/{namespace}/{name}`, without regard to case
pub(super) async fn by_name(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path((kind, namespace, name)): Path<(String, String, String)>,
) -> Result<Response, HttpFailure> {
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let mut reference = format!("{kind}:{namespace}/{name}");
    if reference.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        reference = reference.to_lowercase();
    }
    let found = scoped.snapshot.find_canonical(&reference);
    let id = found
        .ok_or_else(|| HttpFailure::not_found(format!("No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'")))?;
    Ok(one(&scoped, id))
}

/// `GET /entities/by-name/{kind}/{namespace}/{name}/ancestry`: the entity, the locations that it was found through, and their locations
pub(super) async fn ancestry(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path((kind, namespace, name)): Path<(String, String, String)>,
) -> Result<Response, HttpFailure> {
    let ancestry = state.portal.catalog().ancestry(&caller, &EntityRef::new(kind, namespace, name)).await?;
    Ok(answer::json(ancestry.to_string()))
}

/// The body of `POST /entities/by-refs`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByRefs {
    entity_refs: Vec<String>,
    fields: Option<Vec<String>>,
    query: Option<Value>,
}

/// `POST /entities/by-refs`: as many items as references, in their order, `null` for what is not there.
pub(super) async fn by_refs(State(state): State<AppState>, Signed(caller): Signed, uri: Uri, body: Body) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let asked: ByRefs = body::read(body).await?;
    if asked.entity_refs.len() > MOST_REFS {
        return Err(HttpFailure::invalid(format!("Malformed request: entityRefs has more than {MOST_REFS} items")));
    }
    let fields = Fields::parse(&asked.fields.unwrap_or_default())?;
    let mut filter = Filter::parse(&params.list("filter"))?;
    if let Some(query) = asked.query {
        filter = filter.and(Filter::from_json(query)?);
    }
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let matches = filter.json.is_some().then(|| scoped.snapshot.matching(&filter.predicate, &Visibility::All));
    let visible = |id: &EntityId| matches.as_ref().is_none_or(|matches| matches.contains(*id));
    let mut out = Vec::with_capacity(32 + asked.entity_refs.len() * 1024);
    out.extend_from_slice(b"{\"items\":[");
    for (at, reference) in asked.entity_refs.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let found = reference.parse::<EntityRef>().ok().and_then(|reference| scoped.snapshot.find(&reference));
        match found.filter(visible) {
            Some(id) => answer::write_entity(&scoped.snapshot, id, fields.as_ref(), &mut out),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b"]}");
    Ok(answer::json(out))
}

fn one(scoped: &Scoped, id: EntityId) -> Response {
    let mut out = Vec::new();
    scoped.snapshot.entity(id).write_json(&mut out);
    answer::json(out)
}
