//! The shell around handlers that fail in ways that real ones should not.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
    response::IntoResponse as _,
    routing::get,
};
use http_body_util::BodyExt as _;

use super::{App, AppState, HttpFailure, Routes};
use crate::config::{Config, ServeArgs, Sources, load};

const TOKEN: &str = "token";

fn configuration() -> Config {
    let variable = ("WAYMARK_ADMIN_TOKEN".to_owned(), TOKEN.to_owned());
    let mut config = load(&Sources { flags: ServeArgs::default(), environment: vec![variable], directory: "/".into() }).unwrap();
    config.http.limits.request_time = Duration::from_millis(5);
    config
}

async fn panics() {
    panic!("unspeakable");
}

async fn never_ends() {
    std::future::pending().await
}

async fn faults() -> axum::response::Response {
    HttpFailure::fault(&"unspeakable").into_response()
}

/// Status and text of the answers of such handlers at `prefix`, for a client that accepts `accept`.
async fn answers(prefix: &'static str, accept: &str) -> Vec<(u16, String)> {
    let database = testkit::databases().await.into_iter().next().unwrap();
    let config = configuration();
    let portal = portal::Portal::open(database.store.clone(), crate::portal_config(&config)).await.unwrap();
    let state = AppState::new(portal, &config, None);
    let mut out = Vec::new();
    for handler in [get(panics), get(never_ends), get(faults)] {
        let router = Routes::default().add(prefix, handler).into_router().with_state(state.clone());
        let request = Request::get(prefix).header(header::AUTHORIZATION, format!("Bearer {TOKEN}")).header(header::ACCEPT, accept);
        let response = App::new(router, state.clone()).serve(request.body(Body::empty()).unwrap()).await;
        let status = response.status().as_u16();
        let text = response.into_body().collect().await.unwrap().to_bytes();
        out.push((status, String::from_utf8_lossy(&text).into_owned()));
    }
    out
}

#[tokio::test]
async fn faults_show_an_incident_and_no_cause() {
    for (path, accept) in
        [("/page", "text/html"), ("/page", "application/json"), ("/api/catalog/x", "*/*"), ("/api/v1/x", "*/*"), ("/fn/x", "*/*")]
    {
        let found = answers(path, accept).await;
        assert_eq!(found.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [500, 503, 500], "{path}");
        for (_, text) in &found {
            assert!(!text.contains("unspeakable"), "{path}: {text}");
        }
        for (_, text) in [&found[0], &found[2]] {
            assert!(text.contains("incident"), "{path}: {text}");
        }
        assert!(found[1].1.contains("longer than a request may take"), "{path}: {}", found[1].1);
    }
}
