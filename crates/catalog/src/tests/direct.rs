//! Entities that are written in the portal or over REST.

use serde_json::{Value, json};
use testkit::databases;

use super::world::{World, component, entity};
use crate::{DirectError, Expected, descriptor::Kinds, direct};

const ZOE: &str = "user:default/zoë";

/// Does one thing after the other (`put a=one`, `put a=one if absent`, `put a=one if ETAG`, `delete a`, `A x: a=one` reads a location), and
/// compares what each gives and what is there in the end, on every database.
async fn check(steps: &[(&str, &str)], expected: &str) {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        for (step, result) in steps {
            let got = one(&world, step).await;
            assert_eq!(got, *result, "{step}, on {}", database.name);
        }
        assert_eq!(world.dump().await, expected, "on {}", database.name);
    }
}

async fn one(world: &World, step: &str) -> String {
    let (verb, rest) = step.split_once(' ').unwrap();
    let (what, condition) = rest.split_once(" if ").unwrap_or((rest, ""));
    let (name, description) = what.split_once('=').unwrap_or((what, ""));
    let expected = match condition {
        "" => Expected::Any,
        "absent" => Expected::Absent,
        "current" => Expected::Etag(etag(world, name).await),
        other => Expected::Etag(other.to_owned()),
    };
    let mut tx = world.store.begin().await.unwrap();
    let done = match verb {
        "put" => {
            let put = direct::put(&mut tx, entity(name, description), &expected, ZOE, &Kinds::default()).await;
            put.map(|written| if written.created { "created" } else { "replaced" }.to_owned())
        }
        "delete" => direct::delete(&mut tx, &component(name), &expected, ZOE).await.map(|()| "deleted".to_owned()),
        "remove" => {
            let uid = world.identity(name).await.map_or_else(|| "none".to_owned(), |(uid, _)| uid);
            Ok(direct::delete_any(&mut tx, &uid, ZOE).await.map(|found| found.to_string()).unwrap())
        }
        location => {
            tx.rollback().await.unwrap();
            world.read(location, rest).await;
            return "read".to_owned();
        }
    };
    match done {
        Ok(done) => {
            tx.commit().await.unwrap();
            done
        }
        Err(DirectError::Stale { .. }) => "stale".to_owned(),
        Err(error) => error.to_string(),
    }
}

async fn etag(world: &World, name: &str) -> String {
    let snapshot = world.catalog().await.snapshot();
    let id = snapshot.find(&component(name)).unwrap();
    snapshot.entity(id).to_value()["metadata"]["etag"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn creates_replaces_and_deletes() {
    check(
        &[
            ("put a=one if absent", "created"),
            ("put a=one if absent", "component:default/a is there already"),
            ("put a=two if current", "replaced"),
            ("put a=three if 00", "stale"),
            ("put b=one if 00", "there is no such entity"),
            ("put c=one", "created"),
            ("put c=one", "replaced"),
            ("delete c if 00", "stale"),
            ("delete c if current", "deleted"),
            ("delete c", "there is no such entity"),
        ],
        "a two portal/component:default/a",
    )
    .await;
}

#[tokio::test]
async fn leaves_what_a_file_owns_alone() {
    let owned = "component:default/a is provided by x: change it there, or put an overlay over it";
    check(&[("A x: a=one", "read"), ("put a=two", owned), ("delete a", owned)], "a one A/x").await;
}

#[tokio::test]
async fn hands_over_to_a_file_that_waits() {
    check(&[("put a=one", "created"), ("A x: a=two", "read")], "a one portal/component:default/a\na wanted by A/x").await;
    check(&[("put a=one", "created"), ("A x: a=two", "read"), ("delete a", "deleted")], "a two A/x").await;
    check(&[("put a=one", "created"), ("A x: a=two", "read"), ("A x:", "read"), ("delete a", "deleted")], "").await;
}

#[tokio::test]
async fn takes_over_what_is_gone() {
    let end = "a two portal/component:default/a";
    check(&[("A x: a=one", "read"), ("A x:", "read"), ("put a=two", "replaced")], end).await;
    check(&[("A x: a=one", "read"), ("A x:", "read"), ("put a=two if absent", "replaced")], end).await;
    check(&[("A x: a=one", "read"), ("A x:", "read"), ("put a=two if current", "replaced")], end).await;
    check(&[("A x: a=one", "read"), ("A x:", "read"), ("delete a", "deleted")], "").await;
}

#[tokio::test]
async fn anything_can_be_removed_by_its_uid() {
    check(&[("A x: a=one", "read"), ("remove a", "true"), ("remove a", "false")], "").await;
    // Its file still has it, so it comes back though nothing changed.
    check(&[("A x: a=one", "read"), ("remove a", "true"), ("A x: a=one", "read")], "a one A/x").await;
    check(&[("A x: a=one", "read"), ("B y: a=two", "read"), ("remove a", "true")], "a two B/y").await;
    check(&[("put a=one", "created"), ("remove a", "true")], "").await;
}

#[tokio::test]
async fn a_handover_keeps_the_uid() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        one(&world, "put a=one").await;
        let before = world.identity("a").await.unwrap();
        for step in ["A x: a=two", "delete a", "A x:", "put a=three", "A x: a=four", "delete a"] {
            one(&world, step).await;
            assert_eq!(world.identity("a").await.as_ref(), Some(&before), "{step} on {}", database.name);
        }
        assert_eq!(world.dump().await, "a four A/x");
    }
}

#[tokio::test]
async fn what_was_read_can_be_sent_back() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        one(&world, "put a=one").await;
        let snapshot = world.catalog().await.snapshot();
        let read = snapshot.entity(snapshot.find(&component("a")).unwrap()).to_value();
        assert_eq!(read["metadata"]["annotations"]["backstage.io/managed-by-origin-location"], "portal:component:default/a");
        let current = read["metadata"]["etag"].as_str().unwrap().to_owned();
        let mut tx = world.store.begin().await.unwrap();
        let put = |value: Value, expected| async move { (value, expected) };
        let (value, expected) = put(read.clone(), Expected::Etag(current.clone())).await;
        let written = direct::put(&mut tx, value, &expected, ZOE, &Kinds::default()).await.unwrap();
        assert_eq!((written.etag, written.created), (current, false));
        // Nothing changed, so nothing is written and nothing is told.
        let head = database.store.feed_head().await.unwrap();
        assert_eq!(tx.commit().await.unwrap(), head);
    }
}

#[tokio::test]
async fn refuses_what_is_no_entity() {
    let location = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "a"}, "spec": {"target": "./b"}});
    let mut bad = entity("a", "one");
    bad["spec"]["owner"] = json!("group:");
    let mut large = entity("a", "one");
    large["metadata"]["description"] = json!("x".repeat(1_100_000));
    for database in databases().await {
        for (value, expected) in [
            (location.clone(), "would name files that nobody reads"),
            (bad.clone(), "not on the form"),
            (large.clone(), "at most 1048576 bytes"),
            (json!("text"), "must be object"),
            (json!({"kind": "Component"}), "must have required property"),
        ] {
            let mut tx = database.store.begin().await.unwrap();
            let error = direct::put(&mut tx, value, &Expected::Any, ZOE, &Kinds::default()).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
