//! `/fn/…`: the islands' server functions, each with the caller and the portal in its context.

use std::sync::Arc;

use axum::{
    body::{self, Body},
    extract::State,
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use frontend::ports::Ports;
use leptos::context::provide_context;
use model::PortalError;

use super::{
    access::Signed,
    failure::{AsItIs, HttpFailure},
    routes::Routes,
    state::AppState,
};
use crate::ports::PortalAdapter;

/// Bytes of a refusal, at most.
const LONGEST_REFUSAL: usize = 64 << 10;

/// The route.
pub(super) fn routes() -> Routes {
    Routes::default().add("/fn/{*function}", post(call))
}

async fn call(State(state): State<AppState>, Signed(caller): Signed, request: Request<Body>) -> Response {
    let ports = Ports(Arc::new(PortalAdapter::new(state.portal.clone(), state.site.jar().into())));
    let context = move || {
        provide_context(ports.clone());
        provide_context((*caller).clone());
    };
    with_status(leptos_axum::handle_server_fns_with_context(context, request).await.into_response()).await
}

/// A refusal in the status that says what it is: the framework calls each a fault of the server.
async fn with_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // It was made in memory, a line of JSON.
    let Ok(bytes) = body::to_bytes(body, LONGEST_REFUSAL).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if let Ok(error) = serde_json::from_slice::<PortalError>(&bytes) {
        parts.status = HttpFailure::from(error).status;
    }
    // The body is in the shape that the islands read.
    parts.extensions.insert(AsItIs);
    Response::from_parts(parts, Body::from(bytes))
}
