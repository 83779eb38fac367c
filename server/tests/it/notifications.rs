//! Notifications: Backstage's REST, the inbox's forms, deliveries, and how channels are configured; on both databases.

use std::sync::{Arc, Mutex};

use axum::http::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::world::{Answer, World};

const BOB: &str = "\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: Bob }\nspec: { memberOf: [team-b], profile: { email: bob@example.com } }
---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team-b }\nspec: { type: team, parent: team-a, children: [] }\n";

/// Worlds with Bob in a team within Ada's team, and both signed in.
async fn worlds() -> Vec<(World, String, String)> {
    let mut out = Vec::new();
    for world in World::of_people(&[]).await {
        world.append(BOB);
        world.refresh().await;
        let grant = world.post("/api/v1/role-grants", r#"{"role":"admin","to":"user:default/ada"}"#).await;
        assert_eq!(grant.status, 201, "{}", grant.text);
        let (ada, bob) = (world.sign_in("user:default/ada").await, world.sign_in("user:default/Bob").await);
        out.push((world, ada, bob));
    }
    out
}

async fn get(world: &World, session: &str, path: &str) -> Answer {
    world.send(World::request_of(session, Method::GET, path, "")).await
}

async fn post(world: &World, session: &str, path: &str, body: &str) -> Answer {
    world.send(World::request_of(session, Method::POST, path, body)).await
}

fn value(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{} {}: {error}", answer.status, answer.text))
}

/// Sends with the admin token; the answer's first notification.
async fn told(world: &World, body: &Value) -> Value {
    let answer = world.post("/api/notifications/notifications", &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    value(&answer)[0].clone()
}

fn to(refs: &[&str], payload: &Value) -> Value {
    json!({ "recipients": { "type": "entity", "entityRef": refs }, "payload": payload })
}

#[tokio::test]
async fn clients_of_backstage_send_and_read() {
    for (world, ada, bob) in worlds().await {
        let payload = json!({
            "title": "Build failed", "description": "Step 3", "link": "catalog/default/component/pay", "severity": "high", "topic": "build", "scope": "run",
            "icon": "build",
        });
        let sent = told(&world, &to(&["group:default/team-a"], &payload)).await;
        assert_eq!((&sent["user"], &sent["origin"]), (&json!("user:default/ada"), &json!("system:admin-token")));
        let listed = value(&get(&world, &bob, "/api/notifications/notifications?limit=1&orderField=created,desc").await);
        assert_eq!(listed["totalCount"], 1, "the members of groups within get it too");
        let mut found = listed["notifications"][0].clone();
        assert_eq!(found["created"], sent["created"]);
        assert_eq!(found["created"].as_str().unwrap().len(), "2026-11-22T09:30:00.000Z".len());
        for name in ["id", "created"] {
            found[name] = json!("*");
        }
        let expected = json!({
            "id": "*", "user": "user:default/bob", "created": "*", "saved": null, "read": null, "updated": null, "origin": "system:admin-token",
            "payload": { "title": "Build failed", "description": "Step 3", "link": "/catalog/default/component/pay", "topic": "build", "severity": "high",
                "scope": "run", "icon": "build" },
        });
        assert_eq!(found, expected);
        // The older addresses, one, the status.
        assert_eq!(value(&get(&world, &bob, "/api/notifications?read=false").await)["totalCount"], 1);
        assert_eq!(value(&get(&world, &bob, "/api/notifications/").await)["totalCount"], 1);
        let id = sent["id"].as_str().unwrap();
        for path in [format!("/api/notifications/{id}"), format!("/api/notifications/notifications/{id}")] {
            assert_eq!(value(&get(&world, &bob, &path).await)["id"], sent["id"]);
        }
        assert_eq!(value(&get(&world, &bob, "/api/notifications/status").await), json!({ "unread": 1, "read": 0 }));
        assert_eq!(value(&get(&world, &bob, "/api/notifications/topics").await), json!({ "topics": ["build"] }));
        // Read and saved, each for themselves.
        let body = json!({ "ids": [id, "no-such-id"], "read": true, "saved": true }).to_string();
        let updated = post(&world, &bob, "/api/notifications/notifications/update", &body).await;
        assert!(updated.header("waymark-seq").parse::<i64>().is_ok());
        let updated = value(&updated);
        assert!(updated[0]["read"].is_string() && updated[0]["saved"].is_string() && updated.as_array().unwrap().len() == 1, "{updated}");
        assert_eq!(value(&get(&world, &bob, "/api/notifications/status").await), json!({ "unread": 0, "read": 1 }));
        assert_eq!(value(&get(&world, &ada, "/api/notifications/status").await), json!({ "unread": 1, "read": 0 }));
        // The same scope replaces and is unread again.
        told(&world, &to(&["group:default/team-a"], &json!({ "title": "Build works", "scope": "run" }))).await;
        let again = value(&get(&world, &bob, &format!("/api/notifications/{id}")).await);
        assert_eq!(
            (&again["payload"]["title"], &again["read"], &again["payload"]["severity"]),
            (&json!("Build works"), &json!(null), &json!("normal"))
        );
        assert!(again["saved"].is_string() && again["updated"].is_string(), "{again}");
        // Everybody.
        let all = told(&world, &json!({ "recipients": { "type": "broadcast" }, "payload": { "title": "All" } })).await;
        assert_eq!(all["user"], json!(null));
        let search = "/api/notifications?search=aLL&minimumSeverity=low&createdAfter=2020-01-01";
        assert_eq!(value(&get(&world, &ada, search).await)["notifications"][0]["user"], json!(null));
        // Left out.
        let body = json!({
            "recipients": { "type": "entity", "entityRef": "component:default/pay", "excludeEntityRef": "user:default/ada" }, "payload": { "title": "Owners" },
        });
        assert_eq!(told(&world, &body).await["user"], "user:default/bob");
    }
}

#[tokio::test]
async fn mistakes_are_answered_as_backstage_does() {
    let (world, ada, _) = worlds().await.remove(0);
    let check = async |answer: Answer, status: u16, name: &str, message: &str, url: &str| {
        assert_eq!(answer.status, status, "{}", answer.text);
        let body = value(&answer);
        assert_eq!((body["error"]["name"].as_str(), body["error"]["message"].as_str()), (Some(name), Some(message)), "{}", answer.text);
        assert_eq!((body["request"]["url"].as_str(), &body["response"]["statusCode"]), (Some(url), &json!(status)), "{}", answer.text);
    };
    let send = async |body: Value| world.post("/api/notifications/notifications", &body.to_string()).await;
    let missing = "Invalid notification request received: missing title, recipients";
    check(send(json!({ "payload": {} })).await, 400, "InputError", missing, "/notifications").await;
    let link = to(&["user:default/ada"], &json!({ "title": "t", "link": "javascript:alert(1)" }));
    check(send(link).await, 400, "InputError", "Invalid link provided", "/notifications").await;
    let kind = json!({ "recipients": { "type": "user" }, "payload": { "title": "t" } });
    let said = "Invalid recipients type, please use either 'broadcast' or 'entity'";
    check(send(kind).await, 400, "InputError", said, "/notifications").await;
    let long = to(&["user:default/ada"], &json!({ "title": "t".repeat(201) }));
    check(send(long).await, 400, "InputError", "title: has 201 characters, at most 200 are taken", "/notifications").await;
    check(get(&world, &ada, "/api/notifications/nothing").await, 404, "NotFoundError", "Not found", "/nothing").await;
    let order = "/api/notifications?orderField=created,up";
    let said = "Invalid order field order, must be asc or desc";
    check(get(&world, &ada, order).await, 400, "InputError", said, "?orderField=created,up").await;
    let date = "/api/notifications?createdAfter=soon";
    check(get(&world, &ada, date).await, 400, "InputError", "Unexpected date format", "?createdAfter=soon").await;
    let settings = post(&world, &ada, "/api/notifications/settings", r#"{"channels":[{"id":"Fax","origins":[]}]}"#).await;
    check(settings, 400, "InputError", "Invalid channel", "/settings").await;
    let machine = "Only people have an inbox. Sign in as a person.";
    check(world.get("/api/notifications/status").await, 403, "NotAllowedError", machine, "/status").await;
    let nobody = world.send(World::anonymous(Method::GET, "/api/notifications", "")).await;
    assert_eq!((nobody.status.as_u16(), value(&nobody)["error"]["name"].as_str()), (401, Some("AuthenticationError")));
}

#[tokio::test]
async fn people_choose_what_they_get() {
    for (world, ada, _) in worlds().await {
        let wanted = json!({ "channels": [{ "id": "Web", "origins": [{ "id": "system:admin-token", "enabled": true, "topics": [{ "id": "noise", "enabled": false }] }] }] });
        let saved = value(&post(&world, &ada, "/api/notifications/settings", &wanted.to_string()).await);
        assert_eq!(saved, value(&get(&world, &ada, "/api/notifications/settings").await));
        let origins = saved["channels"][0]["origins"].as_array().unwrap();
        assert_eq!(saved["channels"].as_array().unwrap().len(), 1, "no e-mail is configured");
        assert!(origins.contains(&wanted["channels"][0]["origins"][0]), "{saved}");
        assert!(origins.iter().any(|origin| origin["id"] == "catalog" && origin["enabled"] == true), "{saved}");
        let of = |topic: &str| to(&["user:default/ada"], &json!({ "title": topic, "topic": topic }));
        let answer = world.post("/api/notifications", &of("noise").to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "[]"));
        told(&world, &of("news")).await;
        assert_eq!(value(&get(&world, &ada, "/api/notifications").await)["totalCount"], 1);
        // The page's form says the same in another way.
        let page = get(&world, &ada, "/settings/notifications").await;
        assert!(page.text.contains("Quiet hours") && page.text.contains("value=\"noise\""), "{}", page.text);
        let form = "origin.1=system:admin-token&topic.1=noise&portal.1=true&email.1=true&origin.2=system:admin-token&topic.2=news";
        assert_eq!(post(&world, &ada, "/settings/notifications", form).await.header("location"), "/settings/notifications");
        told(&world, &of("noise")).await;
        assert_eq!(world.post("/api/notifications", &of("news").to_string()).await.text, "[]");
        // Quiet hours come back with what is wrong.
        let wrong = post(&world, &ada, "/settings/notifications/quiet", "on=true&from=25:00&to=07:00&timezone=Europe/Berlin").await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("Quiet hours begin at a time such as 22:00") && wrong.text.contains("25:00"), "{}", wrong.text);
        let right = post(&world, &ada, "/settings/notifications/quiet", "on=true&from=22:00&to=07:00&timezone=Europe/Berlin").await;
        assert_eq!(right.status, 303);
        assert!(get(&world, &ada, "/settings/notifications").await.text.contains("<option value=\"Europe/Berlin\" selected"));
    }
}

#[tokio::test]
async fn the_inbox_is_read_opened_and_sorted_by_forms() {
    for (world, ada, bob) in worlds().await {
        let sent = told(
            &world,
            &to(&["user:default/ada"], &json!({ "title": "Look <here>", "link": "/problems?sort=held", "severity": "critical" })),
        )
        .await;
        let id = sent["id"].as_str().unwrap();
        let page = get(&world, &ada, "/notifications").await;
        assert!(
            page.text.contains("Look &lt;here&gt;") && page.text.contains("Inbox, 1 unread message") && page.text.contains("Critical"),
            "{}",
            page.text
        );
        assert!(get(&world, &bob, "/notifications").await.text.contains("Nothing yet"));
        // What is fetched in advance is not read; what is not mine is not there.
        let mut ahead = World::request_of(&ada, Method::GET, &format!("/notifications/{id}"), "");
        ahead.headers_mut().insert("sec-purpose", "prefetch".parse().unwrap());
        assert_eq!(world.send(ahead).await.status, 503);
        assert_eq!(get(&world, &bob, &format!("/notifications/{id}")).await.status, 404);
        assert!(get(&world, &ada, "/notifications?show=unread").await.text.contains("Look &lt;here&gt;"));
        let opened = get(&world, &ada, &format!("/notifications/{id}")).await;
        assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/problems?sort=held"));
        let with_seq = format!("{ada}; wm_seq={}", opened.cookie("wm_seq").unwrap());
        let page = get(&world, &with_seq, "/notifications?show=unread").await;
        assert!(page.text.contains("Everything is read") && !page.text.contains("unread message"), "{}", page.text);
        // Unread again, kept, and all read.
        let marked = post(&world, &ada, "/notifications/mark", &format!("id={id}&read=false&return_to=/notifications?show=unread")).await;
        assert_eq!(marked.header("location"), "/notifications?show=unread");
        let away = post(&world, &ada, "/notifications/mark", &format!("id={id}&saved=true&return_to=//evil.example")).await;
        assert_eq!(away.header("location"), "/notifications");
        assert!(get(&world, &ada, "/notifications?show=saved").await.text.contains("Do not keep: Look &lt;here&gt;"));
        assert_eq!(
            post(&world, &ada, "/notifications/read-all", &format!("until={}&return_to=/notifications", i64::MAX)).await.status,
            303
        );
        assert_eq!(value(&get(&world, &ada, "/api/notifications/status").await), json!({ "unread": 0, "read": 1 }));
        let mut foreign = World::request_of(&ada, Method::POST, "/notifications/read-all", "until=1");
        foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        assert_eq!(world.send(foreign).await.status, 403);
    }
}

/// A receiver that answers 410 to its first request and 200 after; what it got.
async fn receiver() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/topsecret", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    tokio::spawn({
        let got = Arc::clone(&got);
        async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut text = Vec::new();
                // One request a connection, whose body ends with the JSON's last brace.
                while !text.ends_with(b"}}") {
                    let mut part = [0; 4096];
                    let read = stream.read(&mut part).await.unwrap_or(0);
                    if read == 0 {
                        break;
                    }
                    text.extend_from_slice(&part[..read]);
                }
                let first = {
                    let mut got = got.lock().unwrap();
                    got.push(String::from_utf8_lossy(&text).into_owned());
                    got.len() == 1
                };
                let status = if first { "410 Gone" } else { "200 OK" };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                _ = stream.write_all(answer.as_bytes()).await;
            }
        }
    });
    (url, got)
}

#[tokio::test]
async fn administrators_see_deliveries_and_try_again() {
    let (url, got) = receiver().await;
    let file = format!(
        "[[notifications.channels]]\nid = \"ops\"\nlabel = \"Operations\"\ntype = \"webhook\"\nurl = \"{url}\"\nsecret = \"long enough\"\nfor = [\"group:default/team-a\"]\n"
    );
    for world in World::of_people(&[("waymark.toml", &file)]).await.into_iter().take(1) {
        let grant = world.post("/api/v1/role-grants", r#"{"role":"admin","to":"user:default/ada"}"#).await;
        assert_eq!(grant.status, 201, "{}", grant.text);
        let ada = world.sign_in("user:default/ada").await;
        told(&world, &to(&["group:default/team-a"], &json!({ "title": "Out there" }))).await;
        let mut feed = world.feed();
        let page = async |state: &str| {
            // The worker writes no feed; the page says when it is done.
            let shown = async {
                loop {
                    let answer = get(&world, &ada, &format!("/admin/notifications?state={state}")).await;
                    if answer.text.contains("Out there") {
                        return answer.text;
                    }
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(30), shown).await.unwrap_or_else(|_| panic!("never {state}"))
        };
        let failed = page("failed").await;
        assert!(failed.contains("answered 410") && failed.contains("Operations") && !failed.contains("topsecret"), "{failed}");
        let action = failed.split("action=\"/admin/notifications/").find(|part| part.contains("/retry\"")).unwrap();
        let id = action.split('/').next().unwrap();
        let again = post(&world, &ada, &format!("/admin/notifications/{id}/retry"), "return_to=/admin/notifications").await;
        assert_eq!(again.status, 303, "{}", again.text);
        page("sent").await;
        feed.changed_or(std::time::Duration::ZERO).await;
        assert_eq!(got.lock().unwrap().len(), 2);
        assert!(got.lock().unwrap()[1].to_ascii_lowercase().contains("waymark-signature-256: sha256="));
        let test = post(&world, &ada, "/admin/notifications/test", "channel=ops").await;
        assert_eq!((test.status.as_u16(), test.header("location")), (303, "/admin/notifications"));
        assert_eq!(post(&world, &ada, "/admin/notifications/test", "channel=fax").await.status, 404);
    }
}

#[tokio::test]
async fn only_who_may_sends_and_sees_deliveries() {
    let (world, _, bob) = worlds().await.remove(0);
    assert_eq!(get(&world, &bob, "/admin/notifications").await.status, 403);
    assert_eq!(post(&world, &bob, "/admin/notifications/test", "channel=ops").await.status, 403);
    assert_eq!(post(&world, &bob, "/admin/notifications/x/retry", "").await.status, 403);
    let answer = post(&world, &bob, "/api/notifications", &to(&["user:default/ada"], &json!({ "title": "t" })).to_string()).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}

/// Reads a `waymark.toml`: the configuration's channels as text, or what is wrong.
fn configured(file: &str, environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("waymark.toml"), file).unwrap();
    let cli = <server::config::Cli as clap::Parser>::try_parse_from(["waymark", "serve"]).unwrap();
    let server::config::Command::Serve(flags) = cli.command else { panic!("the line says serve") };
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = server::config::load(&server::config::Sources { flags, environment, directory: folder.path().to_owned() });
    match loaded {
        Err(error) => error.to_string().replace(&format!("{}/", folder.path().display()), ""),
        Ok(config) => {
            let channels = config.channels();
            let smtp = channels.smtp.map(|smtp| format!("{}:{:?} {} {:?} {:?}", smtp.host, smtp.port, smtp.from, smtp.user, smtp.tls));
            let channel = |one: &portal::ChannelConfig| {
                format!("{} {} {} {:?} {} {:?}", one.id, one.label, one.kind.name(), one.topics, one.least.name(), one.audience)
            };
            smtp.into_iter().chain(channels.channels.iter().map(channel)).collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn channels_are_configured() {
    let check = |file: &str, environment: &[(&str, &str)], expected: &str| assert_eq!(configured(file, environment), expected, "{file}");
    let file = r#"
        [smtp]
        host = "mail.example.com"
        from = "Waymark <portal@example.com>"
        user = "portal"
        [[notifications.channels]]
        id = "ops"
        label = "Operations"
        type = "slack"
        url = "$OPS_WEBHOOK"
        severity = "high"
        topics = ["loss-held"]
        for = ["everybody", "group:Platform-Team"]
        [[notifications.channels]]
        id = "hook"
        type = "webhook"
        url = "http://hooks.internal/in"
        secret = "long enough"
    "#;
    let secrets = [("WAYMARK_SMTP_PASSWORD", "x"), ("OPS_WEBHOOK", "https://hooks.slack.com/services/a/b")];
    let expected = "mail.example.com:None Waymark <portal@example.com> Some(\"portal\") StartTls\n\
                    ops Operations slack [\"loss-held\"] high [\"*\", \"group:default/platform-team\"]\nhook hook webhook [] low [\"*\"]";
    check(file, &secrets, expected);
    check(
        file,
        &secrets[..1],
        "waymark.toml:10: notifications.channels.url: $OPS_WEBHOOK names the variable OPS_WEBHOOK, which is not set",
    );
    check("[smtp]\nhost = \"mail\"", &[], "smtp.from: say from whom e-mail comes, as in \"Waymark <portal@example.com>\"");
    check("[smtp]\nfrom = \"a@b\"", &[], "smtp.host: name the mail server, or leave out the rest of [smtp]");
    check("[smtp]\nhost = \"m\"\nfrom = \"a@b\"\nuser = \"x\"", &[], "smtp.user: user and password go together");
    check("[smtp]\ntls = \"ssl\"", &[], "waymark.toml:2: smtp.tls: expected \"starttls\" or \"tls\" or \"none\", found \"ssl\"");
    let channel =
        |lines: &str, expected: &str| check(&format!("[[notifications.channels]]\n{lines}"), &[], &format!("waymark.toml:{expected}"));
    channel("type = \"slack\"", "1: notifications.channels: a channel needs an id, such as \"ops\"");
    channel("id = \"a\"", "1: notifications.channels: a channel needs a type: \"slack\", \"teams\" or \"webhook\"");
    channel("id = \"a\"\ntype = \"slack\"", "1: notifications.channels: a channel needs a url");
    channel(
        "id = \"email\"",
        "2: notifications.channels.id: expected a name of small letters, digits and \"-\" other than \"portal\" and \"email\", found \"email\"",
    );
    channel("id = \"a\"\nurl = \"topsecret\"", "3: notifications.channels.url: expected an address that begins with https://");
    channel(
        "id = \"a\"\ntype = \"webhook\"\nurl = \"https://x\"",
        "1: notifications.channels: a channel needs a secret to sign with, of 8 characters or more",
    );
    channel(
        "id = \"a\"\nfor = [\"component:x\"]",
        "3: notifications.channels.for: expected \"everybody\", a group or a person, found \"component:x\"",
    );
    channel("id = \"a\"\nurls = \"x\"", "3: unknown key \"urls\"; did you mean \"url\"?");
}
