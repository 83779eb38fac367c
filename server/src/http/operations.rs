//! `/healthz`, `/readyz` and `/metrics`: for the machines that look after the portal.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::{
    access::Signed,
    failure::{AsItIs, HttpFailure},
    routes::Routes,
    state::AppState,
};

/// The routes.
pub(super) fn routes() -> Routes {
    Routes::default().add("/healthz", get(alive)).add("/readyz", get(ready)).add("/metrics", get(metrics))
}

/// The process answers. No IO: a slow database must not make anybody restart the process.
async fn alive() -> &'static str {
    "ok\n"
}

/// Whether requests should be sent here: the tables are there, the catalog is loaded, and nobody asked to stop. Does not
/// wait for sources; a database lost later is `degraded`, since reads go on.
async fn ready(State(state): State<AppState>) -> Response {
    let readiness = state.portal.health().ready();
    let stopping = state.is_stopping();
    let status = if readiness.ready && !stopping { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // What is wrong with the database is in the log: anybody may ask here.
    let body = json!({ "ready": status == StatusCode::OK, "stopping": stopping, "degraded": readiness.degraded.is_some() });
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(AsItIs);
    response
}

/// Prometheus' text format, for whoever may read metrics: a token with the scope `metrics:read`, say.
async fn metrics(Signed(caller): Signed, State(state): State<AppState>) -> Result<Response, HttpFailure> {
    state.portal.health().metrics(&caller).await?;
    let handle = state.metrics.as_ref().ok_or_else(|| HttpFailure::new(StatusCode::SERVICE_UNAVAILABLE, "no metrics are recorded"))?;
    Ok(prometheus(handle.render()))
}

/// The exposition as an answer.
pub(super) fn prometheus(text: String) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
