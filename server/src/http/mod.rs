//! HTTP: the router with its edges, and the shell that every request passes through.

mod access;
mod assets;
mod bare;
mod cookies;
mod failure;
mod functions;
mod listen;
mod operations;
mod page;
mod pages;
mod random;
mod rest;
mod routes;
mod shell;
mod state;
#[cfg(test)]
mod tests;
mod webhooks;

use axum::{
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

pub use access::Peer;
pub(crate) use cookies::SeqCookie;
pub use listen::{metrics_listener, run};
pub use routes::Routes;
pub use shell::App;
pub(crate) use shell::request_id;
pub use state::AppState;

use failure::{AsItIs, Edge, HttpFailure};

/// The portal's HTTP side.
pub fn app(state: AppState) -> App {
    let mut routes = routes();
    if state.bare.is_some() {
        let real = self::routes().into_router().with_state(state.clone());
        routes = routes.and(bare::routes(real));
    }
    let router = routes.into_router().fallback(nothing_here).method_not_allowed_fallback(wrong_method);
    App::new(router.with_state(state.clone()), state)
}

/// Every route of the portal.
pub fn routes() -> Routes {
    pages::routes()
        .and(rest::routes())
        .and(functions::routes())
        .and(operations::routes())
        .and(webhooks::routes())
        .add("/assets/{hash}/{*name}", get(assets::serve))
        .add("/assets/branding/{name}", get(pages::logo))
        .add("/favicon.ico", get(assets::favicon))
        .add("/favicon.svg", get(assets::favicon))
}

async fn nothing_here(request: Request) -> Response {
    if Edge::of(request.uri().path()) == Edge::Backstage {
        return backstage_nothing();
    }
    HttpFailure::not_found(format!("there is nothing at {}", request.uri().path())).into_response()
}

async fn wrong_method(request: Request) -> Response {
    if Edge::of(request.uri().path()) == Edge::Backstage {
        return backstage_nothing();
    }
    HttpFailure::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not answer to {}", request.uri().path(), request.method()))
        .into_response()
}

/// What Backstage's router says to a path or a method that it does not know.
fn backstage_nothing() -> Response {
    let mut response = StatusCode::NOT_FOUND.into_response();
    response.extensions_mut().insert(AsItIs);
    response
}
