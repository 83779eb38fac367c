//! Policies, *Why can't I?*, the system page, announcements and branding, as browsers and scripts see them.

use axum::http::{Method, header};

use crate::world::{Answer, TOKEN, World};

const HIDE: &str = "// Nobody sees the shop.\nforbid (principal, action == Action::\"catalog:read\", resource)\nwhen { resource.system == \"system:default/shop\" };\n";

/// A form of the administrator's.
async fn send(world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    world.send(World::request(Method::POST, path, &body)).await
}

/// The value of a hidden field.
fn hidden(text: &str, name: &str) -> String {
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} in {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Reviews and saves a policy, as the page does.
async fn save(world: &World, name: &str, text: &str) -> Answer {
    let reviewed = send(world, "/admin/policies/new", &[("do", "review"), ("name", name), ("text", text)]).await;
    assert_eq!(reviewed.status, 200, "{}", reviewed.text);
    let reviewed = hidden(&reviewed.text, "reviewed");
    send(world, "/admin/policies/new", &[("do", "save"), ("name", name), ("text", text), ("reviewed", &reviewed), ("comment", "why not")])
        .await
}

#[tokio::test]
async fn a_policy_hides_a_system_at_once() {
    for world in World::of_people(&[]).await {
        let granted = world.post("/api/v1/role-grants", r#"{"role":"admin","to":"user:default/ada"}"#).await;
        assert_eq!(granted.status, 201, "{}", granted.text);
        let ada = world.sign_in("user:default/ada").await;
        let pay = async || world.send(World::request_of(&ada, Method::GET, "/catalog/default/component/pay", "")).await.status;
        assert_eq!(pay().await, 200);
        let saved = save(&world, "hide-shop", HIDE).await;
        assert_eq!(saved.shown(&["location"]), "303 location: /admin/policies/hide-shop");
        // The browser of somebody else knows nothing of the write; it waits for the feed as everybody does.
        let mut feed = world.feed();
        while pay().await != 404 {
            feed.changed_or(std::time::Duration::from_millis(20)).await;
        }
        let page = world.get("/admin/policies/hide-shop").await;
        assert!(page.text.contains("Nobody sees the shop.") && page.text.contains("Switch off"), "{}", page.text);
        let history = world.get("/admin/policies/hide-shop/history").await;
        assert!(history.text.contains("why not"), "{}", history.text);

        let mistaken = send(&world, "/admin/policies/new", &[("do", "review"), ("name", "x"), ("text", "permit (principal);")]).await;
        assert_eq!(mistaken.status, 422);
        assert!(mistaken.text.contains("Line 1, column"), "{}", mistaken.text);
        let locked = save(&world, "lock", "forbid (principal, action, resource);").await;
        assert_eq!(locked.status, 422);
        assert!(locked.text.contains("lock people out"), "{}", locked.text);
        assert_eq!(world.get("/admin/policies/lock").await.status, 404);
        let deleted = send(&world, "/admin/policies/hide-shop/delete", &[("version", "1")]).await;
        assert_eq!(deleted.shown(&["location"]), "303 location: /admin/policies");
    }
}

#[tokio::test]
async fn a_refusal_leads_to_its_reasons() {
    let world = World::one(&["--demo"], &[]).await;
    let ada = world.sign_in("user:default/ada").await;
    let ask = async |method: Method, path: &str, body: &str| world.send(World::request_of(&ada, method, path, body)).await;
    for path in ["/admin/policies", "/admin/policies/roles", "/admin/system"] {
        assert_eq!(ask(Method::GET, path, "").await.status, 404, "{path}");
    }
    let refused = ask(Method::POST, "/admin/announcements", "title=a&level=info").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("href=\"/why?action=announcement%3Awrite\""), "{}", refused.text);
    let why = ask(Method::GET, "/why?action=announcement%3Awrite", "").await;
    assert_eq!(why.status, 200);
    assert!(why.text.contains("You may not") && why.text.contains("Developer advocate"), "{}", why.text);
    assert_eq!(ask(Method::GET, "/why?action=nothing", "").await.status, 422);
    assert_eq!(ask(Method::GET, "/why", "").await.status, 200);
}

#[tokio::test]
async fn the_system_is_told_without_secrets() {
    for world in World::each(&[], &[("WAYMARK_WEBHOOKS_GITHUB_SECRET", "a-secret-of-the-webhook")]).await {
        let page = world.get("/admin/system").await;
        let rest = world.get("/api/v1/system").await;
        assert_eq!((page.status.as_u16(), rest.status.as_u16()), (200, 200), "{}", rest.text);
        for text in [&page.text, &rest.text] {
            assert!(!text.contains(TOKEN) && !text.contains("a-secret-of-the-webhook"), "{text}");
            assert!(text.contains("webhooks.github-secret") && text.contains("set, not shown"), "{text}");
        }
        let system: serde_json::Value = serde_json::from_str(&rest.text).unwrap();
        assert!(system["database"]["migrations"].as_i64().unwrap() >= 8, "{}", rest.text);
        assert_eq!(system["feed"]["head"], system["feed"]["reached"], "{}", rest.text);
    }
}

#[tokio::test]
async fn announcements_stand_on_every_page_until_they_are_closed() {
    let world = World::one(&["--demo"], &[]).await;
    let ada = world.sign_in("user:default/ada").await;
    let wrong = send(&world, "/admin/announcements", &[("level", "warn"), ("title", ""), ("body", "kept <b>")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("kept &lt;b&gt;"), "{}", wrong.text);
    let done = send(&world, "/admin/announcements", &[("level", "warn"), ("title", "Power <b>cut</b>"), ("link", "/catalog")]).await;
    assert_eq!(done.shown(&["location"]), "303 location: /admin/announcements");
    let cookie = |more: &str| format!("{ada}; wm_seq={}{more}", done.cookie("wm_seq").unwrap());
    let home = world.send(World::request_of(&cookie(""), Method::GET, "/", "")).await;
    assert!(home.text.contains("Power &lt;b&gt;cut&lt;/b&gt;"), "{}", home.text);
    let outside = world.send(World::anonymous(Method::GET, "/sign-in", "")).await;
    assert!(!outside.text.contains("Power"), "what is announced inside is not told outside");

    let body = format!("id={}&return_to=/catalog", hidden(&home.text, "id"));
    let closed = world.send(World::request_of(&cookie(""), Method::POST, "/announcements/close", &body)).await;
    assert_eq!(closed.shown(&["location"]), "303 location: /catalog");
    let kept = format!("; wm_closed={}", closed.cookie("wm_closed").unwrap());
    let home = world.send(World::request_of(&cookie(&kept), Method::GET, "/", "")).await;
    assert!(!home.text.contains("Power"), "{}", home.text);
}

#[tokio::test]
async fn a_logo_is_a_picture_and_nothing_else() {
    let world = World::one(&["--demo"], &[]).await;
    let upload = async |file: &str| {
        let part = |name: &str, value: &str| format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let logo = format!(
            "--frontier\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.svg\"\r\nContent-Type: image/svg+xml\r\n\r\n{file}\r\n"
        );
        let body =
            format!("{}{}{logo}--frontier--\r\n", part("organisation", "Acme & Sons"), part("support_link", "mailto:help@acme.example"));
        let mut request = World::request(Method::POST, "/admin/branding", &body);
        request.headers_mut().insert(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier".parse().unwrap());
        world.send(request).await
    };
    let refused = upload("<svg><script>alert(1)</script></svg>").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("&lt;script&gt;, which a logo may not"), "{}", refused.text);
    let large = upload(&format!("<svg><!--{}--></svg>", "x".repeat(70_000))).await;
    assert!(large.status == 422 && large.text.contains("at most 65536"), "{}", large.text);
    assert_eq!(upload("<svg><path d=\"M0 0\"/></svg>").await.status, 303);

    let mut feed = world.feed();
    let page = loop {
        let page = world.send(World::anonymous(Method::GET, "/sign-in", "")).await;
        if page.text.contains("/assets/branding/") {
            break page;
        }
        feed.changed_or(std::time::Duration::from_millis(20)).await;
    };
    assert!(page.text.contains("Acme &amp; Sons") && page.text.contains("mailto:help@acme.example"), "{}", page.text);
    let path = page.text.split("/assets/branding/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let logo = world.send(World::anonymous(Method::GET, &format!("/assets/branding/{path}"), "")).await;
    assert_eq!(logo.shown(&["content-type", "x-content-type-options"]), "200 content-type: image/svg+xml x-content-type-options: nosniff");
    assert!(logo.header("content-security-policy").contains("sandbox"), "{}", logo.header("content-security-policy"));
    let other = world.send(World::anonymous(Method::GET, "/assets/branding/logo-0.svg", "")).await;
    assert_eq!(other.status, 404);
}
