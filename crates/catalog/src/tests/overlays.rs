//! What people put over entities.

use serde_json::{Value, json};
use testkit::databases;

use super::world::{World, component};
use crate::{DirectError, Expected, Overlay, descriptor::Kinds, overlay};

const ZOE: &str = "user:default/zoë";

fn of(value: Value) -> Overlay {
    serde_json::from_value(value).unwrap()
}

async fn put(world: &World, name: &str, value: Value, expected: &Expected) -> Result<String, DirectError> {
    let mut tx = world.store.begin().await.unwrap();
    let etag = overlay::put(&mut tx, &component(name), &of(value), expected, ZOE, &Kinds::default()).await?;
    tx.commit().await.unwrap();
    Ok(etag)
}

/// An entity as people see it: description, tags and labels; its owners by its relations.
async fn seen(world: &World, name: &str) -> String {
    let snapshot = world.catalog().await.snapshot();
    let Some(id) = snapshot.find(&component(name)) else { return "-".to_owned() };
    let entity = snapshot.entity(id);
    let value = entity.to_value();
    let metadata = &value["metadata"];
    let owners: Vec<&str> = value["relations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["type"] == "ownedBy")
        .filter_map(|it| it["targetRef"].as_str())
        .collect();
    format!("{} {} {} {}", metadata["description"], metadata["tags"], metadata["labels"], owners.join(","))
}

#[tokio::test]
async fn lies_over_the_entity_whatever_its_file_says() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=one").await;
        assert_eq!(seen(&world, "a").await, "\"one\" null null group:default/team");
        let etag =
            put(&world, "a", json!({"tags": ["java"], "labels": {"tier": "1"}, "owner": "user:zoe"}), &Expected::Absent).await.unwrap();
        assert_eq!(seen(&world, "a").await, "\"one\" [\"java\"] {\"tier\":\"1\"} user:default/zoe");
        world.read("A", "x: a=two").await;
        assert_eq!(seen(&world, "a").await, "\"two\" [\"java\"] {\"tier\":\"1\"} user:default/zoe", "on {}", database.name);
        let stored = world.catalog().await.overlay_of(&component("a")).unwrap();
        assert_eq!((stored.etag, stored.changed_by.as_str()), (etag, ZOE));
        // It outlives the entity, and comes back with it.
        world.read("A", "").await;
        world.later().await;
        assert_eq!(seen(&world, "a").await, "-");
        assert_eq!(world.catalog().await.overlays().len(), 1);
        world.read("A", "x: a=three").await;
        assert!(seen(&world, "a").await.ends_with("user:default/zoe"));
        let mut tx = world.store.begin().await.unwrap();
        assert!(overlay::remove(&mut tx, &component("a"), ZOE).await.unwrap());
        assert!(!overlay::remove(&mut tx, &component("a"), ZOE).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(seen(&world, "a").await, "\"three\" null null group:default/team");
    }
}

#[tokio::test]
async fn is_written_only_as_expected() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=one").await;
        let first = put(&world, "a", json!({"title": "A"}), &Expected::Absent).await.unwrap();
        let error = put(&world, "a", json!({"title": "B"}), &Expected::Absent).await.unwrap_err();
        assert!(matches!(error, DirectError::Exists { .. }));
        let second = put(&world, "a", json!({"title": "B"}), &Expected::Etag(first.clone())).await.unwrap();
        let error = put(&world, "a", json!({"title": "C"}), &Expected::Etag(first)).await.unwrap_err();
        assert!(matches!(error, DirectError::Stale { current } if current == second));
        assert!(matches!(put(&world, "b", json!({"title": "C"}), &Expected::Any).await, Err(DirectError::NotFound)));
        assert_eq!(put(&world, "a", json!({}), &Expected::Any).await.unwrap(), "");
        assert!(world.catalog().await.overlays().is_empty());
    }
}

#[tokio::test]
async fn cannot_spoil_an_entity() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=one").await;
        for (value, expected) in [
            (json!({"tags": ["No Tag"]}), "tags"),
            (json!({"labels": {"a b": "c"}}), "labels"),
            (json!({"owner": "group:"}), "not on the form"),
            (json!({"title": ""}), "title"),
            (json!({"links": [{"title": "no address"}]}), "url"),
            (json!({"annotations": {"backstage.io/managed-by-location": "file:/y"}}), "where the entity comes from"),
            (json!({"annotations": {"a/b": "x".repeat(70_000)}}), "at most 65536 bytes"),
        ] {
            let error = put(&world, "a", value, &Expected::Any).await.unwrap_err();
            assert!(matches!(&error, DirectError::Invalid(_)) && error.to_string().contains(expected), "{error}");
        }
        assert_eq!(seen(&world, "a").await, "\"one\" null null group:default/team");
    }
}

#[test]
fn only_owned_kinds_get_an_owner() {
    let user = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "User", "metadata": {"name": "a"}, "spec": {"memberOf": []}});
    let error = of(json!({"owner": "team"})).check(&user, &Kinds::default()).unwrap_err();
    assert_eq!(error.to_string(), "Entities of kind User have no owner");
}

#[test]
fn puts_and_takes_away() {
    let mut entity = json!({"kind": "Component", "metadata": {"name": "a", "labels": {"x": "1"}, "tags": ["t"]}, "spec": {"owner": "o"}});
    let overlay = of(json!({"labels": {"x": null}, "annotations": {"n": "1", "gone": null}, "tags": [], "title": "A"}));
    overlay.apply(&mut entity);
    assert_eq!(
        entity,
        json!({"kind": "Component", "metadata": {"name": "a", "annotations": {"n": "1"}, "title": "A"}, "spec": {"owner": "o"}})
    );
    assert!(!overlay.is_empty() && Overlay::default().is_empty());
    assert!(serde_json::from_value::<Overlay>(json!({"spec": {}})).is_err());
}
