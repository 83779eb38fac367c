//! The traps of Backstage's REST, each under its number in the list of the reference; those of the descriptor format are in `catalog`.

use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::world::World;

async fn ask(world: &World, line: &str, body: Value) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = world.send(World::request(method.parse::<Method>().unwrap(), &format!("/api/catalog{path}"), &body)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.text).unwrap_or(Value::Null))
}

async fn get(world: &World, path: &str) -> Value {
    let (status, body) = ask(world, &format!("GET {path}"), Value::Null).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

fn names(items: &Value) -> Vec<&str> {
    items.as_array().into_iter().flatten().filter_map(|item| item["metadata"]["name"].as_str()).collect()
}

#[tokio::test]
async fn trap_02_names_in_addresses_have_no_letter_case() {
    let world = World::one(&[], &[]).await;
    let entity = get(&world, "/entities/by-name/COMPONENT/DEFAULT/pAY").await;
    assert_eq!((entity["kind"].as_str(), entity["metadata"]["name"].as_str()), (Some("Component"), Some("Pay")));
}

#[tokio::test]
async fn trap_08_a_sort_field_drops_entities_by_query_and_puts_them_last_in_lists() {
    let world = World::one(&[], &[]).await;
    // `shop`, the system, has no lifecycle; nor has the group.
    let by_query = get(&world, "/entities/by-query?orderField=spec.lifecycle,asc&fields=metadata.name").await;
    assert_eq!(by_query["totalItems"], 3, "{by_query}");
    let found = names(&by_query["items"]);
    // Of the two in production either may come first.
    assert!(found[0] == "web" && found.contains(&"Pay") && found.contains(&"pay-api"), "{found:?}");
    let list = get(&world, "/entities?order=asc:spec.lifecycle&limit=100&fields=metadata.name,kind").await;
    let all = names(&list);
    assert_eq!(all.len(), 8, "{list}");
    assert_eq!(all[0], "web");
    assert!(all.iter().position(|name| *name == "shop").unwrap() >= 3, "{all:?}");
}

#[tokio::test]
async fn trap_09_the_link_header_is_relative() {
    let world = World::one(&[], &[]).await;
    let answer = world.get("/api/catalog/entities?limit=1").await;
    assert!(answer.header("link").starts_with("</entities?limit=1&after="), "{}", answer.header("link"));
    assert!(answer.header("link").ends_with(">; rel=\"next\""));
}

#[tokio::test]
async fn trap_10_facets_keep_the_name_that_was_sent_and_the_case_of_values() {
    let world = World::one(&[], &[]).await;
    let facets = get(&world, "/entity-facets?facet=KIND&facet=metadata.annotations.example.org/PLAN").await;
    assert_eq!(facets["facets"]["metadata.annotations.example.org/PLAN"], json!([{ "value": "gold", "count": 1 }]));
    let kinds = facets["facets"]["KIND"].as_array().unwrap();
    assert!(
        kinds.contains(&json!({ "value": "API", "count": 1 })) && kinds.contains(&json!({ "value": "Component", "count": 2 })),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn trap_11_long_values_are_there_and_do_not_match() {
    let world = World::one(&[], &[]).await;
    let long = "y".repeat(201);
    let more = format!(
        "\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: long\n  annotations: {{ example.org/long: {long} }}\nspec: {{ type: a, lifecycle: b, owner: team-a }}\n"
    );
    world.append(&more);
    world.refresh().await;
    assert_eq!(names(&get(&world, "/entities?filter=metadata.annotations.example.org/long").await), ["long"]);
    assert_eq!(names(&get(&world, &format!("/entities?filter=metadata.annotations.example.org/long={long}")).await), [""; 0]);
}

#[tokio::test]
async fn trap_12_validation_answers_with_errors_and_not_with_error() {
    let world = World::one(&[], &[]).await;
    let entity = json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "x" }, "spec": {} });
    let (status, body) = ask(&world, "POST /validate-entity", json!({ "entity": entity, "location": "url:https://example.org/x" })).await;
    assert_eq!(status, 400);
    assert!(body.get("error").is_none(), "{body}");
    let error = &body["errors"][0];
    assert!(error["name"].is_string() && error["message"].as_str().unwrap().contains("/spec must have required property 'type'"), "{body}");
}

#[tokio::test]
async fn trap_13_registering_answers_201() {
    let world = World::one(&[], &[]).await;
    let (status, body) = ask(&world, "POST /locations", json!({ "type": "url", "target": "http://127.0.0.1:9/a.yaml" })).await;
    assert_eq!(status, 201, "{body}");
    assert!(body["location"]["id"].is_string() && body["entities"].is_array(), "{body}");
}

#[tokio::test]
async fn trap_14_by_refs_keeps_order_and_gaps() {
    let world = World::one(&[], &[]).await;
    let refs =
        json!({ "entityRefs": ["component:default/web", "group:default/none", "Component:default/PAY"], "fields": ["metadata.name"] });
    let (_, body) = ask(&world, "POST /entities/by-refs", refs).await;
    assert_eq!(body, json!({ "items": [{ "metadata": { "name": "web" } }, null, { "metadata": { "name": "Pay" } }] }));
}

#[tokio::test]
async fn trap_15_a_get_may_say_that_it_is_json() {
    let world = World::one(&[], &[]).await;
    for path in ["/api/catalog/entities?limit=1", "/api/catalog/locations", "/api/catalog/entities/by-query?limit=1"] {
        let request = World::request(Method::GET, path, "");
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(world.send(request).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn trap_16_a_cursor_comes_back_either_way() {
    let world = World::one(&[], &[]).await;
    let first = get(&world, "/entities/by-query?filter=kind=component&limit=1&fields=metadata.name").await;
    let cursor = first["pageInfo"]["nextCursor"].as_str().unwrap();
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).append_pair("fields", "metadata.name").finish();
    let by_get = get(&world, &format!("/entities/by-query?{query}")).await;
    let (status, by_post) = ask(&world, "POST /entities/by-query", json!({ "cursor": cursor, "fields": ["metadata.name"] })).await;
    assert_eq!(status, 200, "{by_post}");
    assert_eq!(names(&by_get["items"]), names(&by_post["items"]));
    assert_eq!([names(&first["items"]), names(&by_get["items"])].concat().len(), 2);
}

#[tokio::test]
async fn trap_17_a_limit_of_nothing_counts() {
    let world = World::one(&[], &[]).await;
    assert_eq!(
        get(&world, "/entities/by-query?limit=0&filter=kind=component").await,
        json!({ "items": [], "totalItems": 2, "pageInfo": {} })
    );
}

#[tokio::test]
async fn trap_19_a_file_that_broke_keeps_what_was_good() {
    for world in World::each(&[], &[]).await {
        let entity = async || get(&world, "/entities/by-name/component/default/web").await;
        let before = entity().await;
        assert!(before.get("status").is_none(), "{before}");
        world.replace(
            "kind: Component\nmetadata: { name: web }\nspec: { type: website,",
            "kind: Component\nmetadata: { name: web }\nspec: { type: '',",
        );
        world.refresh().await;
        let broken = entity().await;
        assert_eq!(broken["spec"], before["spec"]);
        assert_eq!(broken["metadata"]["uid"], before["metadata"]["uid"]);
        let item = &broken["status"]["items"][0];
        assert_eq!((item["type"].as_str(), item["level"].as_str()), (Some("backstage.io/catalog-processing"), Some("error")), "{broken}");
        assert!(item["message"].as_str().unwrap().contains("/spec/type must NOT have fewer than 1 characters"), "{item}");
        world.replace("spec: { type: '',", "spec: { type: website,");
        world.refresh().await;
        assert!(entity().await.get("status").is_none());
    }
}

#[tokio::test]
async fn a_location_that_names_itself_ends() {
    let world = World::one(&[], &[]).await;
    let circle = "\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: round }\nspec: { targets: [./catalog-info.yaml, ./other.yaml] }\n";
    world.write(
        "other.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: back }\nspec: { target: ./catalog-info.yaml }\n",
    );
    world.append(circle);
    world.refresh().await;
    assert_eq!(
        names(&get(&world, "/entities?filter=metadata.name=round,metadata.name=back&order=asc:metadata.name").await),
        ["back", "round"]
    );
    assert_eq!(names(&get(&world, "/entities?filter=kind=component&order=asc:metadata.name").await), ["Pay", "web"]);
}
