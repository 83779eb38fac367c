//! `/fn/…`: the islands' server functions, each with the caller and the portal in its context.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::Request,
    response::{IntoResponse, Response},
    routing::post,
};
use frontend::ports::Ports;
use leptos::context::provide_context;

use super::{access::Signed, routes::Routes, state::AppState};
use crate::ports::PortalAdapter;

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
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}
