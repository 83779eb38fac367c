//! `/api/v1/locations`: where entities come from, and how reading them goes.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use catalog::registry;
use model::{Caller, Seq};
use portal::{LocationState, OnConflict};

use super::{
    entities::json,
    shapes::{Location, LocationList, NewLocation, ProblemDetails, RegisteredLocation, Removal},
};
use crate::http::{
    access::Signed,
    failure::HttpFailure,
    rest::{answer, body},
    state::AppState,
};

/// Seconds between two readings, at least and at most.
const SCHEDULE: std::ops::RangeInclusive<u64> = 10..=2_592_000;

impl NewLocation {
    /// What the catalog registers.
    ///
    /// # Errors
    /// 400 for a schedule that is too short or too long.
    pub(super) fn checked(self) -> Result<registry::NewLocation, HttpFailure> {
        if let Some(seconds) = self.read_every_seconds
            && !SCHEDULE.contains(&seconds)
        {
            let (least, most) = (SCHEDULE.start(), SCHEDULE.end());
            return Err(HttpFailure::invalid(format!("readEverySeconds has to be between {least} and {most}")));
        }
        let new = registry::NewLocation::new(self.r#type, self.target);
        Ok(registry::NewLocation { required: self.required, read_every: self.read_every_seconds.map(Duration::from_secs), ..new })
    }
}

/// Every location with its state.
#[utoipa::path(
    get, path = "/api/v1/locations", tag = "locations", operation_id = "listLocations",
    responses((status = 200, body = LocationList), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let states = state.portal.catalog().location_states(&caller).await?;
    json(&LocationList { items: states.into_iter().map(Into::into).collect() })
}

/// One location with its state.
#[utoipa::path(
    get, path = "/api/v1/locations/{id}", tag = "locations", operation_id = "getLocation", params(("id" = String, Path)),
    responses((status = 200, body = Location), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed, Path(id): Path<String>) -> Result<Response, HttpFailure> {
    json(&Location::from(find(&state, &caller, &id).await?))
}

async fn find(state: &AppState, caller: &Caller, id: &str) -> Result<LocationState, HttpFailure> {
    let states = state.portal.catalog().location_states(caller).await?;
    let found = states.into_iter().find(|known| known.location.id == id);
    found.ok_or_else(|| HttpFailure::not_found(format!("there is no location {id}")))
}

/// Registers a location. One that is registered already is read again.
#[utoipa::path(
    post, path = "/api/v1/locations", tag = "locations", operation_id = "registerLocation", request_body = NewLocation,
    responses(
        (status = 201, body = RegisteredLocation, headers(("Location" = String), ("Waymark-Seq" = String))),
        (status = 200, body = RegisteredLocation, description = "It was registered before.", headers(("Waymark-Seq" = String))),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn register(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let new = body::read::<NewLocation>(body).await?.checked()?;
    let done = state.portal.catalog().register(&caller, new, OnConflict::Refresh).await?;
    let path = format!("/api/v1/locations/{}", done.location.id);
    let shape = RegisteredLocation { id: done.location.id, entity_ref: done.location.entity_ref.to_string(), existed: done.existed };
    let mut response = answer::with_seq(json(&shape)?, done.seq);
    if !done.existed {
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(path) = HeaderValue::from_str(&path) {
            response.headers_mut().insert(header::LOCATION, path);
        }
    }
    Ok(response)
}

/// Gives a registered location another address; its entities keep their uids.
#[utoipa::path(
    put, path = "/api/v1/locations/{id}", tag = "locations", operation_id = "updateLocation", params(("id" = String, Path)),
    request_body = NewLocation,
    responses(
        (status = 200, body = Location, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"), (status = 413, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn update(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, HttpFailure> {
    let new = body::read::<NewLocation>(body).await?.checked()?;
    let (_, seq) = state.portal.catalog().update_location(&caller, &id, new).await?;
    let after = Caller { seen: caller.seen.max(Some(seq)), ..(*caller).clone() };
    Ok(answer::with_seq(json(&Location::from(find(&state, &after, &id).await?))?, seq))
}

/// Unregisters a location with what only it provides.
#[utoipa::path(
    delete, path = "/api/v1/locations/{id}", tag = "locations", operation_id = "unregisterLocation", params(("id" = String, Path)),
    responses(
        (status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "The configuration names it."),
    ),
)]
pub(super) async fn unregister(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    Ok(done(state.portal.catalog().unregister(&caller, &id).await?))
}

/// What unregistering a location would do.
#[utoipa::path(
    get, path = "/api/v1/locations/{id}/removal", tag = "locations", operation_id = "previewRemoval", params(("id" = String, Path)),
    responses((status = 200, body = Removal), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn removal(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    json(&Removal::from(state.portal.catalog().unregister_preview(&caller, &id).await?))
}

/// Reads a location again, and answers when that is done (5 s at most; longer, it goes on by itself).
#[utoipa::path(
    post, path = "/api/v1/locations/{id}/refresh", tag = "locations", operation_id = "refreshLocation", params(("id" = String, Path)),
    responses(
        (status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn refresh(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    Ok(done(state.portal.catalog().refresh_location(&caller, &id).await?))
}

/// Confirms the loss that a location's last reading met, so that it is applied.
#[utoipa::path(
    post, path = "/api/v1/locations/{id}/confirm", tag = "locations", operation_id = "confirmLoss", params(("id" = String, Path)),
    responses(
        (status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json", description = "Nothing waits to be confirmed."),
    ),
)]
pub(super) async fn confirm(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    Ok(done(state.portal.catalog().confirm_loss(&caller, &id).await?))
}

fn done(seq: Seq) -> Response {
    answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq)
}
