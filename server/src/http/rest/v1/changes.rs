//! `/api/v1/changes` and the changes of one entity.

use axum::{extract::State, http::Uri, response::Response};
use catalog::history::{Action, ChangeQuery};
use model::{Caller, EntityRef, Timestamp};

use super::{
    entities::{Name, json, name_of},
    paging,
    shapes::{ChangePage, ProblemDetails},
};
use crate::http::{access::Signed, failure::HttpFailure, rest::params::Params, state::AppState};

/// What changed, the latest first.
#[utoipa::path(
    get, path = "/api/v1/changes", tag = "changes", operation_id = "listChanges",
    params(
        ("actor" = Option<String>, Query, description = "Who: `user:default/jane`, `system:admin-token`."),
        ("action" = Option<String>, Query, description = "`created`, `changed`, `moved`, `removed` or `overlaid`."),
        ("since" = Option<String>, Query, description = "RFC 3339.", format = DateTime),
        ("until" = Option<String>, Query, description = "RFC 3339.", format = DateTime),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = ChangePage), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn all(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    page(&state, &caller, &uri, None).await
}

/// What happened to one entity, the latest first; also to one that is gone.
#[utoipa::path(
    get, path = "/api/v1/entities/{kind}/{namespace}/{name}/changes", tag = "changes", operation_id = "listChangesOfEntity",
    params(
        ("kind" = String, Path), ("namespace" = String, Path), ("name" = String, Path),
        ("action" = Option<String>, Query, description = "`created`, `changed`, `moved`, `removed` or `overlaid`."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = ChangePage), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn of_entity(
    State(state): State<AppState>,
    Signed(caller): Signed,
    name: Name,
    uri: Uri,
) -> Result<Response, HttpFailure> {
    page(&state, &caller, &uri, Some(name_of(name))).await
}

async fn page(state: &AppState, caller: &Caller, uri: &Uri, entity: Option<EntityRef>) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let time = |name: &str| match params.one(name)? {
        None => Ok(None),
        Some(text) => match Timestamp::parse(text) {
            Some(at) => Ok(Some(at)),
            None => Err(HttpFailure::invalid(format!("{name} has to be a time such as 2026-11-22T09:30:00Z"))),
        },
    };
    let action = match params.one("action")? {
        None => None,
        Some(name) => Some(
            Action::from_name(name)
                .ok_or_else(|| HttpFailure::invalid(format!("action has to be one of {}", Action::ALL.map(Action::name).join(", "))))?,
        ),
    };
    let before = match params.one("cursor")? {
        None => None,
        Some(cursor) => Some(parse(cursor).ok_or_else(paging::malformed)?),
    };
    let limit = paging::limit(&params)?;
    let query = ChangeQuery {
        entity,
        entities: None,
        actor: params.one("actor")?.map(str::to_owned),
        action,
        since: time("since")?,
        until: time("until")?,
        before,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    };
    let found = state.portal.catalog().changes_raw(caller, &query).await?;
    let last = found.last().filter(|_| found.len() >= limit);
    let next_cursor = last.map(|change| format!("{}-{}", change.at.0, change.id));
    json(&ChangePage { items: found.into_iter().map(Into::into).collect(), next_cursor })
}

fn parse(cursor: &str) -> Option<(Timestamp, String)> {
    let (at, id) = cursor.split_once('-')?;
    (id.len() <= 64).then_some((Timestamp(at.parse().ok()?), id.to_owned()))
}
