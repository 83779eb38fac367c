//! Who may reach what: every route, asked by nobody.

use axum::http::{Method, header};

use crate::world::{TOKEN, World};

/// A path that the route answers to.
fn example(route: &str) -> String {
    let parts: Vec<_> = route
        .split('/')
        .map(|part| match part {
            "{namespace}" => "default",
            "{kind}" => "component",
            "{name}" => "pay",
            "{tab}" => "dependencies",
            "{hash}" => "0",
            "{*name}" => "waymark.css",
            "{*function}" => "complete",
            part if part.starts_with('{') => "x",
            part => part,
        })
        .collect();
    parts.join("/")
}

/// What nobody gets at a route; `None` where everybody may.
fn expected(route: &str, method: &Method) -> Option<String> {
    let open = ["/sign-in", "/setup", "/healthz", "/readyz", "/favicon.ico", "/favicon.svg", "/assets/{hash}/{*name}"];
    // Webhooks are admitted by their signatures, and what comes back from a provider by what it was asked.
    if open.contains(&route) || route.starts_with("/webhooks/") || route.starts_with("/sign-in/") || route.starts_with("/assets/") {
        return None;
    }
    if ["/api/", "/fn/", "/metrics"].iter().any(|prefix| route.starts_with(prefix)) {
        return Some("401 location: -".to_owned());
    }
    let path = if method == Method::GET { example(route) } else { "/".to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &path).finish();
    Some(if path == "/" { "303 location: /sign-in".to_owned() } else { format!("303 location: /sign-in?{query}") })
}

#[tokio::test]
async fn nobody_reaches_only_what_is_open() {
    let world = World::one(&[], &[]).await;
    let routes = server::http::routes();
    assert!(routes.paths().len() > 25, "{:?}", routes.paths());
    for route in routes.paths() {
        for method in [Method::GET, Method::POST] {
            let answer = world.send(World::anonymous(method.clone(), &example(route), "")).await;
            match expected(route, &method) {
                Some(expected) => assert_eq!(answer.shown(&["location"]), expected, "{method} {route}"),
                None => assert!(![401, 303].contains(&answer.status.as_u16()), "{method} {route}: {}", answer.status),
            }
        }
    }
}

#[tokio::test]
async fn unknown_addresses_tell_nobody_anything() {
    let world = World::one(&[], &[]).await;
    let check = async |path: &str, expected: &str| {
        let answer = world.send(World::anonymous(Method::GET, path, "")).await;
        assert_eq!(answer.shown(&["location"]), expected, "{path}");
    };
    check("/admin?x=1", "303 location: /sign-in?return_to=%2Fadmin%3Fx%3D1").await;
    check("//evil.example/a", "303 location: /sign-in").await;
    check("/api/v1/anything", "401 location: -").await;
    check("/bench/bare?of=/catalog", "401 location: -").await;
}

#[tokio::test]
async fn tokens_are_right_or_refused() {
    let world = World::one(&[], &[]).await;
    let check = async |authorization: &str, expected: &str| {
        let mut request = World::anonymous(Method::GET, "/api/catalog/entities/by-name/component/default/pay", "");
        request.headers_mut().insert(header::AUTHORIZATION, authorization.parse().unwrap());
        let answer = world.send(request).await;
        let message =
            serde_json::from_str::<serde_json::Value>(&answer.text).unwrap()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert_eq!(format!("{} {message}", answer.status.as_u16()), expected, "{authorization}");
    };
    check(&format!("Bearer {TOKEN}"), "200 ").await;
    check(&format!("bearer {TOKEN}"), "200 ").await;
    let illegal = "401 Illegal token: it is none of this portal's, or it ended or was revoked";
    check("Bearer wrong", illegal).await;
    check("Bearer ", illegal).await;
    check(&format!("Basic {TOKEN}"), illegal).await;
}

#[tokio::test]
async fn a_person_of_the_demo_signs_in_and_out() {
    let world = World::one(&["--demo"], &[]).await;
    let page = world.send(World::anonymous(Method::GET, "/sign-in?return_to=%2Fcatalog", "")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Ada Lovelace"), "{}", page.text);
    let form = |person: &str, to: &str| World::anonymous(Method::POST, "/sign-in", &format!("person={person}&return_to={to}"));
    let signed = world.send(form("user:default/ada", "/catalog")).await;
    assert_eq!(signed.shown(&["location"]), "303 location: /catalog");
    let session = signed.cookie("wm_session").unwrap();
    let line = signed.header("set-cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && !line.contains("Secure"), "{line}");

    let with = |path: &str| {
        let mut request = World::anonymous(Method::GET, path, "");
        request.headers_mut().insert(header::COOKIE, format!("wm_session={session}").parse().unwrap());
        request
    };
    let home = world.send(with("/")).await;
    assert_eq!(home.status, 200, "{}", home.text);
    assert!(home.text.contains("Ada Lovelace"));
    assert_eq!(world.send(with("/metrics")).await.status, 404, "what one may not read looks as if it were not there");

    assert_eq!(world.send(form("user:default/ada", "//evil.example")).await.shown(&["location"]), "303 location: /");
    assert_eq!(world.send(form("user:default/nobody", "/")).await.status, 403);
    assert_eq!(world.send(form("group:default/team-a", "/")).await.status, 403);
    let mut out = with("/sign-out");
    *out.method_mut() = Method::POST;
    let out = world.send(out).await;
    assert_eq!(out.shown(&["location"]), "303 location: /sign-in");
    assert_eq!(out.cookie("wm_session").as_deref(), Some(""));
    assert_eq!(world.send(with("/")).await.shown(&["location"]), "303 location: /sign-in", "the session ended, not only its cookie");
}

#[tokio::test]
async fn the_token_opens_a_session_and_people_of_the_demo_do_not_exist_elsewhere() {
    let world = World::one(&[], &[]).await;
    let form = |body: &str| World::anonymous(Method::POST, "/sign-in", body);
    assert_eq!(world.send(form("person=user:default/ada")).await.status, 403);
    assert_eq!(world.send(form("token=wrong")).await.status, 403);
    let signed = world.send(form(&format!("token={TOKEN}&return_to=/catalog"))).await;
    assert_eq!(signed.shown(&["location"]), "303 location: /catalog");
    let session = signed.cookie("wm_session").unwrap();
    assert!(!session.contains(TOKEN));
    let mut request = World::anonymous(Method::GET, "/catalog", "");
    request.headers_mut().insert(header::COOKIE, format!("wm_session={session}").parse().unwrap());
    assert_eq!(world.send(request).await.status, 200);
}

#[tokio::test]
async fn metrics_are_read_with_a_token_for_them() {
    let grants = "[[access.grants]]\nrole = \"sre\"\nto = [\"user:default/ada\"]\n";
    let world = World::beside(&[("waymark.toml", grants)]).await;
    let token = async |scope: &str| {
        let new = portal::NewToken {
            owner: portal::TokenOwner::Person("user:default/ada".parse().unwrap()),
            name: "prometheus".to_owned(),
            scopes: vec![scope.to_owned()],
            expires_days: Some(90),
        };
        world.portal.access().create_token(&model::Caller::admin_token(), &new).await.unwrap().token
    };
    for (scope, metrics, catalog) in [("metrics:read", 503, 403), ("catalog:read", 403, 200), ("*", 503, 200)] {
        let token = token(scope).await;
        let get = async |path: &str| {
            let mut request = World::anonymous(Method::GET, path, "");
            request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            world.send(request).await.status.as_u16()
        };
        // Tests record no metrics: whoever may read them hears that.
        let got = (get("/metrics").await, get("/api/catalog/entities/by-name/component/default/pay").await);
        assert_eq!(got, (metrics, catalog), "{scope}");
    }
}

#[tokio::test]
async fn the_demo_answers_to_this_machine_only() {
    let world = World::one(&["--demo"], &[]).await;
    let check = async |host: &str, status: u16| {
        let mut request = World::anonymous(Method::GET, "/healthz", "");
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        assert_eq!(world.send(request).await.status, status, "{host}");
    };
    for host in ["localhost", "LOCALHOST:80", "127.0.0.1:3000", "[::1]", "[::1]:3000"] {
        check(host, 200).await;
    }
    for host in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:3000", "[::2]", "10.0.0.1"] {
        check(host, 421).await;
    }
}

#[tokio::test]
async fn other_origins_may_not_write() {
    let world = World::one(&[], &[("WAYMARK_PUBLIC_URL", "https://portal.example.org")]).await;
    let check = async |headers: &[(&'static str, &str)], status: u16| {
        let mut request = World::request(Method::POST, "/theme", "theme=dark");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        assert_eq!(world.send(request).await.status, status, "{headers:?}");
    };
    check(&[], 303).await; // not a browser
    check(&[("sec-fetch-site", "same-origin")], 303).await;
    check(&[("sec-fetch-site", "cross-site")], 403).await;
    check(&[("sec-fetch-site", "same-site")], 403).await;
    check(&[("origin", "https://evil.example")], 403).await;
    check(&[("origin", "https://portal.example.org"), ("sec-fetch-site", "cross-site")], 303).await;
}
