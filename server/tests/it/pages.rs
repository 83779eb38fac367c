//! Pages: the same promises for every one of them.

use axum::http::{Method, header};

use crate::world::World;

/// Every page of the fixture.
const PAGES: &[&str] = &[
    "/",
    "/catalog",
    "/catalog?kind=all&q=pay&sort=-changed&page=2",
    "/apis",
    "/search?q=pay",
    "/search",
    "/catalog/default/component/pay",
    "/catalog/default/component/pay/dependencies?depth=3",
    "/catalog/default/component/pay/source",
    "/catalog/default/api/pay-api",
    "/catalog/default/api/pay-api/definition",
    "/catalog/default/group/team-a",
    "/catalog/default/user/ada",
    "/catalog/default/system/shop",
    "/graph",
    "/graph?root=system:default/shop&fold=none&focus=component:default/pay",
    "/graph?root=component:default/pay&view=table",
    "/compare?a=pay&b=web",
    "/starred",
    "/views",
    "/design",
    "/nothing",
    "/sign-in",
];

#[tokio::test]
async fn every_page_keeps_the_policy() {
    let world = World::one(&["--demo"], &[]).await;
    for page in PAGES {
        let mut request = World::request(Method::GET, page, "");
        request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
        let answer = world.send(request).await;
        assert_eq!(answer.status, if *page == "/nothing" { 404 } else { 200 }, "{page}: {}", answer.text);
        assert!(answer.header("content-type").starts_with("text/html"), "{page}");
        assert_eq!(answer.header("cache-control"), "private, no-cache", "{page}");
        assert_eq!(answer.header("vary"), "Cookie", "{page}");
        let policy = answer.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default().to_owned();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https:; \
                 font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            ),
            "{page}"
        );
        assert!(nonce.len() >= 20, "{page}: {nonce}");
        for (at, _) in answer.text.match_indices("<script") {
            let tag = answer.text[at..].split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("src=\"/assets/"), "{page}: {tag}");
        }
        for forbidden in [" style=\"", "<style", " onclick=", "javascript:"] {
            assert!(!answer.text.contains(forbidden), "{page} has {forbidden}");
        }
        assert!(answer.text.contains("</html>"), "{page} is not whole");
    }
}

#[tokio::test]
async fn nonces_differ() {
    let world = World::one(&[], &[]).await;
    let (a, b) = (world.get("/catalog").await, world.get("/catalog").await);
    assert_ne!(a.header("content-security-policy"), b.header("content-security-policy"));
}

#[tokio::test]
async fn exports_hold_what_the_page_shows() {
    let world = World::one(&[], &[]).await;
    let csv = world.get("/catalog/export.csv?kind=component&type=service").await;
    assert_eq!(
        csv.shown(&["content-type", "content-disposition"]),
        "200 content-type: text/csv; charset=utf-8; header=present content-disposition: attachment; filename=\"catalog.csv\""
    );
    let lines: Vec<_> = csv.text.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{}", csv.text);
    assert_eq!(lines[0], "ref,name,title,kind,type,lifecycle,owner,system,tags,description,changed,problems");
    assert!(lines[1].starts_with("component:default/pay,Pay,Payments,Component,service,production,group:default/team-a,system:default/shop,java money,Takes money & gives receipts,20"), "{}", lines[1]);
    let json = world.get("/catalog/export.json?kind=all").await;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json.text).unwrap();
    assert_eq!(rows.len(), 8, "{}", json.text);
}

#[tokio::test]
async fn forms_come_back_with_a_message() {
    for world in World::each(&["--demo"], &[]).await {
        let signed = world.send(World::anonymous(Method::POST, "/sign-in", "person=user:default/ada")).await;
        let session = format!("wm_session={}", signed.cookie("wm_session").unwrap());
        let with = |method: Method, path: &str, body: &str, more: &str| {
            let mut request = World::anonymous(method, path, body);
            request.headers_mut().insert(header::COOKIE, format!("{session}; {more}").parse().unwrap());
            request
        };
        let starred = world.send(with(Method::POST, "/star", "entity=component:default/pay&starred=true&return_to=/catalog", "")).await;
        assert_eq!(starred.shown(&["location"]), "303 location: /catalog");
        let left = format!("wm_flash={}; wm_seq={}", starred.cookie("wm_flash").unwrap(), starred.cookie("wm_seq").unwrap());
        let page = world.send(with(Method::GET, "/catalog?owner=starred", "", &left)).await;
        assert!(page.text.contains("pay is starred"), "{}", page.text);
        assert!(page.text.contains("/catalog/default/component/Pay"), "the star is seen at once");
        assert_eq!(page.cookie("wm_flash").as_deref(), Some(""), "a message shows once");
        let theme = world.send(with(Method::POST, "/theme", "theme=dark&return_to=/catalog", "")).await;
        assert_eq!(theme.cookie("wm_theme").as_deref(), Some("dark"));
        let dark = world.send(with(Method::GET, "/catalog", "", "wm_theme=dark")).await;
        assert!(dark.text.contains("data-theme=\"dark\""));
    }
}

#[tokio::test]
async fn server_functions_know_the_caller() {
    let world = World::one(&["--demo"], &[]).await;
    let call = async |path: &str, body: &str| {
        let mut request = World::request(Method::POST, path, body);
        request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        let answer = world.send(request).await;
        format!("{} {}", answer.status.as_u16(), answer.text)
    };
    let found = call("/fn/complete", "text=pay").await;
    assert!(found.starts_with("200 [") && found.contains("\"entity_ref\":\"component:default/pay\""), "{found}");
    let refused = call("/fn/star", "entity_ref=component:default/pay&starred=true").await;
    assert!(refused.contains("forbidden"), "{refused}");
}
