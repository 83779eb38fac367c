//! Registering, changing and removing locations, and looking at an address before: `POST /locations`, `PUT` and `DELETE /locations/{id}`,
//! `POST /analyze-location`.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use catalog::{
    Preview,
    descriptor::{LocationRef, Presence, location_entity},
    registry::{self, NewLocation},
};
use model::Caller;
use portal::OnConflict;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, body, locations::location_json, params::Params};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// A location as clients send it; nothing else may stand beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    #[serde(rename = "type")]
    location_type: String,
    target: String,
    presence: Option<String>,
}

impl Input {
    fn location(self) -> Result<NewLocation, HttpFailure> {
        let required = match self.presence.as_deref() {
            None | Some("required") => true,
            Some("optional") => false,
            Some(other) => {
                return Err(HttpFailure::invalid(format!(
                    "Malformed request: presence has to be \"required\" or \"optional\", not \"{other}\""
                )));
            }
        };
        Ok(NewLocation { required, ..NewLocation::new(&self.location_type, &self.target) })
    }
}

/// `POST /locations`: registers, or with `dryRun=true` shows what would come. 201 either way, as in Backstage.
pub(super) async fn add(State(state): State<AppState>, Signed(caller): Signed, uri: Uri, body: Body) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let dry_run = params.one("dryRun")?.is_some_and(|value| matches!(&*value.to_lowercase(), "true" | "1" | "yes" | "y" | "on"));
    let on_conflict = match params.one("onConflict")? {
        None | Some("reject") => OnConflict::Reject,
        Some("refresh") => OnConflict::Refresh,
        Some(other) => {
            return Err(HttpFailure::invalid(format!("Invalid onConflict, expected \"refresh\" or \"reject\", not \"{other}\"")));
        }
    };
    let new = body::read::<Input>(body).await?.location()?;
    let mut response = if dry_run {
        answer::json(look(&state, &caller, &new).await?.to_string())
    } else {
        let registered = state.portal.catalog().register(&caller, new, on_conflict).await?;
        let mut body = json!({ "location": location_json(&registered.location), "entities": [] });
        if registered.existed {
            body["exists"] = true.into();
        }
        answer::with_seq(answer::json(body.to_string()), registered.seq)
    };
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// What registering would bring; the first thing that is wrong refuses it, as in Backstage.
async fn look(state: &AppState, caller: &Caller, new: &NewLocation) -> Result<Value, HttpFailure> {
    let new = registry::check_target(new).map_err(HttpFailure::invalid)?;
    let preview = state.portal.catalog().preview(caller, &new).await?;
    if let Some(message) = wrong(&preview) {
        return Err(HttpFailure::invalid(message));
    }
    let place = LocationRef::new(&new.location_type, &new.target);
    let presence = if new.required { None } else { Some(Presence::Optional) };
    let own = location_entity(&place, presence);
    let name = catalog::generated_ref(&new.location_type, &new.target);
    let found = preview.entities.into_iter().filter(|found| found.entity_ref != name).map(|found| found.entity);
    let locations = state.portal.catalog().locations(caller).await?;
    let exists = locations.iter().any(|location| location.location_type == new.location_type && location.target == new.target);
    Ok(json!({
        "location": { "id": place.to_string(), "type": new.location_type, "target": new.target, "entityRef": name.to_string() },
        "entities": std::iter::once(own).chain(found).collect::<Vec<_>>(),
        "exists": exists,
    }))
}

/// Everything that is wrong.
fn wrong(preview: &Preview) -> Option<String> {
    let problems = preview.problems.iter().map(|problem| match problem.line {
        0 => problem.message.clone(),
        line => format!("{}:{line}:{}: {}", problem.file, problem.column, problem.message),
    });
    let mut all: Vec<String> = problems.collect();
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    if all.is_empty() { None } else { Some(all.join("; ")) }
}

/// Problems that one message tells.
const SHOWN: usize = 10;

/// `PUT /locations/{id}`: another address under the same id.
pub(super) async fn update(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, HttpFailure> {
    let new = body::read::<Input>(body).await?.location()?;
    let (location, seq) = state.portal.catalog().update_location(&caller, &id, new).await?;
    Ok(answer::with_seq(answer::json(location_json(&location).to_string()), seq))
}

/// `DELETE /locations/{id}`: the location with what only it provides.
pub(super) async fn remove(State(state): State<AppState>, Signed(caller): Signed, Path(id): Path<String>) -> Result<Response, HttpFailure> {
    let seq = state.portal.catalog().unregister(&caller, &id).await?;
    Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq))
}

/// The body of `POST /analyze-location`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Analyze {
    location: Input,
    catalog_filename: Option<String>,
}

/// `POST /analyze-location`: the descriptors that are there, or entities that could be written.
pub(super) async fn analyze(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let Analyze { location, catalog_filename } = body::read(body).await?;
    let filename = catalog_filename.as_deref().map(|name| name.trim_start_matches('/')).filter(|name| !name.is_empty());
    let found = state.portal.catalog().analyze(&caller, &location.location_type, &location.target, filename).await?;
    let existing = found.existing.into_iter().map(|(file, registered, entity)| {
        json!({ "location": { "type": found.location_type, "target": file }, "isRegistered": registered, "entity": entity })
    });
    let generated = found.generated.into_iter().map(|(entity, fields)| {
        let fields = fields
            .into_iter()
            .map(|field| json!({ "field": field.field, "state": field.state, "value": field.value, "description": field.description }));
        json!({ "entity": entity, "fields": fields.collect::<Vec<_>>() })
    });
    let body = json!({ "existingEntityFiles": existing.collect::<Vec<_>>(), "generateEntities": generated.collect::<Vec<_>>() });
    Ok(answer::json(body.to_string()))
}
