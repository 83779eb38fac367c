//! `/api/v1/hosts`

use axum::{extract::State, response::Response};
use model::Timestamp;

use super::{
    entities::json,
    shapes::{Host, HostList, ProblemDetails, at},
};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// The hosts that files are read from: their last answers and what they still allow.
#[utoipa::path(
    get, path = "/api/v1/hosts", tag = "locations", operation_id = "listHosts",
    responses((status = 200, body = HostList), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let hosts = state.portal.catalog().hosts(&caller).await?;
    let items = hosts.into_iter().map(|host| Host {
        host: host.host,
        requests: host.requests,
        unchanged: host.unchanged,
        failed: host.failed,
        last_at: Timestamp(host.last_at).rfc3339(),
        last_result: host.last_result,
        budget: host.budget,
        remaining: host.remaining,
        resets_at: at(host.resets_at.map(Timestamp)),
        waits_until: at(host.waits_until.map(Timestamp)),
    });
    json(&HostList { items: items.collect() })
}
