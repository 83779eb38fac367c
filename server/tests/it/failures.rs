//! What goes wrong, in the shape of each edge.

use axum::http::{HeaderValue, Method, header};

use crate::world::World;

#[tokio::test]
async fn each_edge_has_its_shape() {
    let world = World::one(&[], &[]).await;
    let check = async |path: &str, accept: &str, expected: &str| {
        let mut request = World::request(Method::GET, path, "");
        request.headers_mut().insert(header::ACCEPT, accept.parse().unwrap());
        request.headers_mut().insert("x-request-id", HeaderValue::from_static("r1"));
        let answer = world.send(request).await;
        let text = if answer.header("content-type").contains("html") { "" } else { &answer.text };
        assert_eq!(format!("{} {text}", answer.shown(&["content-type"])), expected, "{path}");
    };
    let html = "text/html,application/xhtml+xml";
    check("/nothing", html, "404 content-type: text/html; charset=utf-8 ").await;
    check("/catalog/default/component/nothing", html, "404 content-type: text/html; charset=utf-8 ").await;
    check("/catalog/default/component/pay/nothing", html, "404 content-type: text/html; charset=utf-8 ").await;
    check("/theme", html, "405 content-type: text/html; charset=utf-8 ").await;
    check("/design", html, "404 content-type: text/html; charset=utf-8 ").await;
    let problem = r#"404 content-type: application/problem+json {"type":"about:blank","title":"Not Found","status":404,"detail":"there is nothing at /nothing","instance":"/nothing","request_id":"r1"}"#;
    check("/nothing", "application/json", problem).await;
    check("/api/v1/nothing", "*/*", &problem.replace("/nothing", "/api/v1/nothing")).await;
    check(
        "/api/catalog/entities/by-name/component/default/nothing?a=b",
        "*/*",
        concat!(
            r#"404 content-type: application/json; charset=utf-8 {"error":{"name":"NotFoundError","message":"No entity named 'nothing' found, with kind 'component' in namespace 'default'"},"#,
            r#""request":{"method":"GET","url":"/entities/by-name/component/default/nothing?a=b"},"response":{"statusCode":404}}"#
        ),
    )
    .await;
    // What Backstage's router does not know has no body at all.
    check("/api/catalog/nothing", "*/*", "404 content-type: - ").await;
    check("/api/catalog/refresh", "*/*", "404 content-type: - ").await;
}

#[tokio::test]
async fn an_error_page_says_what_to_do_next() {
    let world = World::one(&[], &[]).await;
    let answer = world.get("/catalog/default/component/no%20such").await;
    assert_eq!(answer.status, 404);
    for part in ["no such", "/search?q=no+such", "/catalog"] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
}

#[tokio::test]
async fn request_ids_are_kept_or_made() {
    let world = World::one(&[], &[]).await;
    let check = async |sent: Option<&str>, kept: bool| {
        let mut request = World::request(Method::GET, "/healthz", "");
        if let Some(sent) = sent {
            request.headers_mut().insert("x-request-id", sent.parse().unwrap());
        }
        let got = world.send(request).await.header("x-request-id").to_owned();
        assert!(!got.is_empty());
        assert_eq!(Some(got.as_str()) == sent, kept, "{sent:?} {got}");
    };
    check(Some("abc-1.2_3"), true).await;
    check(Some("with space"), false).await;
    check(Some(&"x".repeat(65)), false).await;
    check(None, false).await;
}

#[tokio::test]
async fn forms_that_cannot_be_read_are_refused() {
    let world = World::one(&[], &[]).await;
    let check = async |path: &str, body: &str, status: u16| {
        assert_eq!(world.send(World::request(Method::POST, path, body)).await.status, status, "{path} {body}");
    };
    check("/theme", "theme=dark&return_to=/catalog", 303).await;
    check("/theme", "colour=dark", 422).await;
    check("/star", "entity=a/b/c&starred=maybe", 422).await;
    check("/star", "entity=nokind&starred=true", 400).await;
}

#[tokio::test]
async fn stopping_is_told_by_readyz() {
    let world = World::one(&[], &[]).await;
    let ready = async || {
        let answer = world.send(World::anonymous(Method::GET, "/readyz", "")).await;
        format!("{} {}", answer.status.as_u16(), answer.text)
    };
    assert_eq!(ready().await, r#"200 {"ready":true,"stopping":false,"degraded":false}"#);
    world.state.stop();
    assert_eq!(ready().await, r#"503 {"ready":false,"stopping":true,"degraded":false}"#);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let world = World::one(&[], &[("WAYMARK_LIMITS_BODY_BYTES", "2000")]).await;
    let refs = vec!["component:default/pay"; 200];
    let answer = world.post("/api/catalog/entities/by-refs", &serde_json::json!({ "entityRefs": refs }).to_string()).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("this portal accepts 2000"), "{}", answer.text);
}

#[tokio::test]
async fn the_yardstick_repeats_the_real_answer_and_is_there_only_when_asked_for() {
    let real = "/api/catalog/entities/by-name/component/default/pay";
    let world = World::one(&[], &[("WAYMARK_BENCH", "1")]).await;
    let expected = world.get(real).await;
    for _ in 0..2 {
        let bare = world.get(&format!("/bench/bare?of={}", real.replace('/', "%2F"))).await;
        assert_eq!(
            (bare.status, &bare.text, bare.header("content-type")),
            (expected.status, &expected.text, expected.header("content-type"))
        );
    }
    assert_eq!(world.get("/bench/bare?of=%2Fnothing").await.status, 400);
    let world = World::one(&[], &[]).await;
    assert_eq!(world.get("/bench/bare?of=%2Fcatalog").await.status, 404);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let world = World::one(&[], &[]).await;
    let check = async |path: &str, accept: &str, expected: &str| {
        let mut request = World::request(Method::GET, path, "");
        request.headers_mut().insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        assert_eq!(world.send(request).await.header("content-encoding"), expected, "{path} {accept}");
    };
    check("/catalog", "br, gzip", "br").await;
    check("/catalog", "gzip", "gzip").await;
    check("/catalog", "br;q=0", "").await;
    check("/catalog", "zstd", "").await;
    check("/api/catalog/entities", "gzip, br", "br").await;
    check("/healthz", "br", "").await;
}
