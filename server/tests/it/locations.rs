//! Locations over Backstage's REST: shapes and refusals. What each write does to the catalog is tested in `portal`, and with Backstage's
//! own client in `end2end`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

/// Sends a request; gives the status and the body as JSON, or null without one.
async fn ask(world: &World, line: &str, body: &Value) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = world.send(World::request(method.parse::<Method>().unwrap(), &format!("/api/catalog{path}"), &body)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.text).unwrap_or_default())
}

/// Checks that a request is refused with a status, Backstage's name for it, and a message that has a part.
async fn refused(world: &World, line: &str, body: Value, expected: (u16, &str, &str)) {
    let (status, answer) = ask(world, line, &body).await;
    let (name, message) = (answer["error"]["name"].as_str().unwrap_or("-"), answer["error"]["message"].as_str().unwrap_or("-"));
    assert_eq!((status, name), (expected.0, expected.1), "{line} {body}: {answer}");
    assert!(message.contains(expected.2), "{line} {body}: {message}");
}

#[tokio::test]
async fn a_location_is_registered_and_removed() {
    for world in World::each(&[], &[]).await {
        // Nobody answers there: registering does not read, so that it works while the host is down.
        let target = "http://127.0.0.1:9/catalog-info.yaml";
        let added = world.post("/api/catalog/locations", &json!({ "type": "url", "target": target }).to_string()).await;
        assert_eq!(added.status, 201, "{}", added.text);
        assert!(added.header("waymark-seq").parse::<i64>().is_ok());
        let body: Value = serde_json::from_str(&added.text).unwrap();
        let id = body["location"]["id"].as_str().unwrap();
        let name = catalog::generated_ref("url", target).to_string();
        let location = json!({ "id": id, "type": "url", "target": target, "entityRef": name });
        assert_eq!(body, json!({ "location": location, "entities": [] }));
        assert_eq!(ask(&world, &format!("GET /locations/{id}"), &Value::Null).await, (200, location.clone()));

        let conflict = format!("Location url:{target} already exists");
        refused(&world, "POST /locations", json!({ "type": "url", "target": target }), (409, "ConflictError", &conflict)).await;
        let other = "http://127.0.0.1:9/other.yaml";
        let updated = json!({ "id": id, "type": "url", "target": other, "entityRef": catalog::generated_ref("url", other).to_string() });
        assert_eq!(ask(&world, &format!("PUT /locations/{id}"), &json!({ "type": "url", "target": other })).await, (200, updated));
        assert_eq!(ask(&world, &format!("DELETE /locations/{id}"), &Value::Null).await, (204, Value::Null));
        let missing = format!("Found no location with ID {id}");
        refused(&world, &format!("DELETE /locations/{id}"), Value::Null, (404, "NotFoundError", &missing)).await;
        refused(&world, &format!("PUT /locations/{id}"), json!({ "type": "url", "target": other }), (404, "NotFoundError", &missing)).await;
    }
}

#[tokio::test]
async fn what_cannot_be_a_location_is_told_why() {
    let world = World::one(&[], &[]).await;
    let bad = (400, "InputError");
    let check = async |body: Value, message: &str| {
        refused(&world, "POST /locations", body.clone(), (bad.0, bad.1, message)).await;
        refused(&world, "POST /locations?dryRun=true", body, (bad.0, bad.1, message)).await;
    };
    check(json!({ "type": "file", "target": "/etc/passwd" }), "file").await;
    check(json!({ "type": "smb", "target": "//host/share" }), "smb").await;
    check(json!({ "type": "url", "target": "" }), "").await;
    check(json!({ "type": "url", "target": "javascript:alert(1)" }), "").await;
    check(json!({ "type": "url", "target": "file:///etc/passwd" }), "").await;
    check(json!({ "type": "git", "target": "file:///srv/git/a.git" }), "").await;
    check(json!({ "type": "git", "target": "--upload-pack=sh" }), "").await;
    check(json!({ "type": "git", "target": "ext::sh -c id" }), "").await;
    check(json!({ "type": "url" }), "missing field `target`").await;
    check(json!({ "type": "url", "target": "https://example.org/a.yaml", "more": 1 }), "unknown field `more`").await;
    check(json!({ "type": "url", "target": "https://example.org/a.yaml", "presence": "maybe" }), "presence").await;
    check(json!([]), "Malformed request").await;
    let good = json!({ "type": "url", "target": "http://127.0.0.1:9/a.yaml" });
    refused(&world, "POST /locations?onConflict=merge", good.clone(), (400, "InputError", "Invalid onConflict")).await;
    refused(&world, "POST /locations?dryRun=1&dryRun=0", good.clone(), (400, "InputError", "expected a single value")).await;
    // A private address, which no setting allows here, and an address of a cloud's metadata.
    refused(&world, "POST /locations?dryRun=true", good, (400, "InputError", "private")).await;
    let metadata = json!({ "type": "url", "target": "http://169.254.169.254/latest/meta-data/" });
    refused(&world, "POST /locations?dryRun=true", metadata, (400, "InputError", "169.254.169.254")).await;
    let (_, list) = ask(&world, "GET /locations", &Value::Null).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");

    let configured = list[0]["data"]["id"].as_str().unwrap();
    let config = (403, "NotAllowedError", "comes from the configuration");
    refused(&world, &format!("DELETE /locations/{configured}"), Value::Null, config).await;
    let other = json!({ "type": "url", "target": "https://example.org/a.yaml" });
    refused(&world, &format!("PUT /locations/{configured}"), other, config).await;
}

#[tokio::test]
async fn an_address_is_analyzed() {
    let world = World::one(&[], &[]).await;
    let analyze = |location: Value| json!({ "location": location });
    let bad = |message| (400, "InputError", message);
    refused(&world, "POST /analyze-location", analyze(json!({ "type": "file", "target": "/etc" })), bad("file")).await;
    refused(
        &world,
        "POST /analyze-location",
        analyze(json!({ "type": "url", "target": "http://127.0.0.1:9/o/r" })),
        bad("no address of a repository at a known forge"),
    )
    .await;
    refused(&world, "POST /analyze-location", json!({}), bad("missing field `location`")).await;
}

#[tokio::test]
async fn deleting_an_entity_that_is_not_there_is_fine() {
    let world = World::one(&[], &[]).await;
    assert_eq!(ask(&world, "DELETE /entities/by-uid/none", &Value::Null).await, (204, Value::Null));
}
