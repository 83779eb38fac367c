//! A kind that only the configuration knows, from its file to its page.

use serde_json::Value;

use crate::world::World;

const CONFIGURATION: &str = r#"
[[kinds]]
kind = "Dataset"
plural = "Data sets"
api-versions = ["data.example.com/v1"]
schema = "dataset.yaml"
icon = "list"
[[kinds.relations]]
field = "storedIn"
type = "pagesStoredIn"
inverse = "pagesStores"
default-kind = "Resource"
[[kinds.sections]]
title = "Handling"
fields = ["retentionDays", "storedIn", "columns.name", "note"]
"#;

const SCHEMA: &str = "type: object\nrequired: [owner]\nproperties:\n  retentionDays: {type: integer, maximum: 400}\n";

const ENTITIES: &str = r#"
---
apiVersion: data.example.com/v1
kind: Dataset
metadata: { name: orders }
spec: { owner: team-a, retentionDays: 90, storedIn: pay-db, columns: [{ name: id }, { name: total }] }
---
apiVersion: data.example.com/v1
kind: Dataset
metadata: { name: kept-for-ever }
spec: { owner: team-a, retentionDays: 9000 }
---
apiVersion: other.example.com/v1
kind: Runbook
metadata: { name: restart }
spec: { owner: team-a }
"#;

async fn json(world: &World, path: &str) -> Value {
    serde_json::from_str(&world.get(&format!("/api/catalog{path}")).await.text).unwrap()
}

#[tokio::test]
async fn a_declared_kind_is_a_kind_like_any_other() {
    let world = World::beside(&[("waymark.toml", CONFIGURATION), ("dataset.yaml", SCHEMA)]).await;
    world.append(ENTITIES);
    world.refresh().await;

    let found = json(&world, "/entities?filter=relations.pagesStoredIn=resource:default/pay-db&fields=metadata.name").await;
    assert_eq!(found.to_string(), r#"[{"metadata":{"name":"orders"}}]"#);
    let relations = json(&world, "/entities/by-name/resource/default/pay-db").await["relations"].to_string();
    assert!(relations.contains(r#"{"type":"pagesStores","targetRef":"dataset:default/orders"}"#), "{relations}");
    let all = json(&world, "/entities?filter=kind=dataset,kind=runbook&fields=metadata.name").await;
    assert_eq!(all.to_string(), r#"[{"metadata":{"name":"orders"}}]"#);

    let list = world.get("/catalog?kind=dataset").await.text;
    assert!(list.contains("Data sets"), "{list}");
    let page = world.get("/catalog/default/dataset/orders").await.text;
    for part in [
        "icon i-list",
        "Handling",
        "Retention days",
        "90",
        "id, total",
        "Not stated",
        "Pages stored in",
        "/catalog/default/resource/pay-db",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let other_end = world.get("/catalog/default/resource/pay-db").await.text;
    assert!(other_end.contains("Pages stores") && other_end.contains("/catalog/default/dataset/orders"), "{other_end}");

    let location = json(&world, "/entities?filter=kind=location").await.to_string();
    assert!(location.contains("/spec/retentionDays must be <= 400"), "{location}");
    assert!(location.contains("No processor recognized the entity runbook:default/restart as valid"), "{location}");
}
