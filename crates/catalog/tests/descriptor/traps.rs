//! The traps of Backstage's descriptor format, each under its number in the list of the reference; those of REST are in `server`.

use catalog::descriptor::{
    self, Documents, Kinds, Limits, LocationRef, MANAGED_BY_LOCATION, Rules, VIEW_URL, annotate, placeholders, relations, validate,
};
use model::EntityRef;
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "the tests read better with json!() in place")]
fn entity(kind: &str, metadata: Value, spec: Value) -> Value {
    let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
    let mut entity = json!({ "apiVersion": version, "kind": kind, "metadata": { "name": "x" }, "spec": spec });
    for (key, value) in metadata.as_object().into_iter().flatten() {
        entity["metadata"][key] = value.clone();
    }
    entity
}

fn component(metadata: Value) -> Value {
    entity("Component", metadata, json!({ "type": "service", "lifecycle": "production", "owner": "team" }))
}

fn first(text: &str) -> Result<Value, String> {
    let mut documents: Documents = descriptor::documents(text.as_bytes(), "f.yaml", &Limits::default());
    documents.next().expect("a document").value.map_err(|error| error.message)
}

fn refused(mut entity: Value) -> String {
    validate(&mut entity).expect_err("it is wrong").detail().to_owned()
}

#[test]
fn trap_01_yaml_is_1_2_core_without_merges_and_with_unique_keys() {
    assert_eq!(first("a: [yes, off, 0777, 0o17, 1_000, 2020-01-01]"), Ok(json!({ "a": ["yes", "off", 777, 15, "1_000", "2020-01-01"] })));
    assert_eq!(first("a: &x {b: 1}\nc: {<<: *x}"), Ok(json!({ "a": { "b": 1 }, "c": { "<<": { "b": 1 } } })));
    assert_eq!(first("a: 1\na: 2"), Err("Map keys must be unique".to_owned()));
}

#[test]
fn trap_02_kinds_have_a_letter_case_and_references_none() {
    assert!(
        refused(entity("component", json!({}), json!({}))).starts_with("No processor recognized the entity component:default/x as valid")
    );
    let (one, other): (EntityRef, EntityRef) = ("Component:Default/Pay".parse().unwrap(), "component:default/PAY".parse().unwrap());
    assert_eq!(one, other);
    assert_eq!(one.to_string(), "component:default/pay");
}

#[test]
fn trap_03_tags_take_colons_pluses_and_hashes() {
    assert!(validate(&mut component(json!({ "tags": ["java:17", "c++", "c#", "a-b"] }))).is_ok());
    for tag in ["node.js", "a_b", "a--b", "Java", ""] {
        assert!(validate(&mut component(json!({ "tags": [tag] }))).is_err(), "{tag}");
    }
}

#[test]
fn trap_04_annotations_of_the_author_win() {
    let mut written = component(json!({ "annotations": { VIEW_URL: "https://example.org/mine" } }));
    annotate(&mut written, "url:https://github.com/o/r/blob/main/a.yaml", "url:https://github.com/o/r/blob/main/a.yaml");
    assert_eq!(written["metadata"]["annotations"][VIEW_URL], "https://example.org/mine");
    assert_eq!(written["metadata"]["annotations"][MANAGED_BY_LOCATION], "url:https://github.com/o/r/blob/main/a.yaml");
    assert_eq!(written["metadata"]["annotations"]["backstage.io/edit-url"], "https://github.com/o/r/edit/main/a.yaml");
}

#[test]
fn trap_05_depends_on_needs_a_kind() {
    let depends = |on: &str| relations(&entity("Resource", json!({}), json!({ "type": "a", "owner": "b", "dependsOn": [on] })));
    let error = depends("orders").unwrap_err();
    assert_eq!(error.detail(), "Entity reference \"orders\" had missing or empty kind (e.g. did not start with \"component:\" or similar)");
    assert!(depends("component:orders").is_ok());
}

#[test]
fn trap_06_placeholders_stand_alone_and_stay_in_their_repository() {
    let base = "https://github.com/o/r/blob/main/catalog-info.yaml";
    let fill = |value: Value| {
        let mut value = value;
        let done = placeholders(&mut value, base, &mut |address| Ok(format!("<{address}>").into_bytes()));
        done.map(|_| value).map_err(|error| error.detail().to_owned())
    };
    assert_eq!(fill(json!({ "a": { "$text": "./x.md" } })), Ok(json!({ "a": "<https://github.com/o/r/blob/main/x.md>" })));
    let kept = json!({ "a": { "$text": "./x.md", "b": 1 }, "c": { "$unknown": "./x" } });
    assert_eq!(fill(kept.clone()), Ok(kept));
    let other = fill(json!({ "a": { "$text": "https://github.com/o/other/blob/main/x.md" } })).unwrap_err();
    assert!(other.contains("may only reference files from the same repository"), "{other}");
}

#[test]
fn trap_07_registered_locations_bring_no_people_teams_or_systems() {
    let origin = LocationRef::new("url", "https://example.org/catalog-info.yaml");
    let check =
        |kind: &str| Rules::registered().check(&entity(kind, json!({}), json!({})), &origin, &origin).map_err(|error| error.message);
    for kind in ["User", "Group", "System", "Domain", "Resource"] {
        let told = "at url:https://example.org/catalog-info.yaml, originated at url:https://example.org/catalog-info.yaml, is not of an allowed kind for that location";
        assert_eq!(check(kind), Err(format!("Entity {}:default/x {told}", kind.to_lowercase())));
    }
    for kind in ["Component", "API", "Location"] {
        assert_eq!(check(kind), Ok(()));
    }
}

#[test]
fn trap_12_a_failed_check_has_a_name_and_a_text() {
    // The shape of the answer is in `server`; what goes into it is made here.
    let mut wrong = component(json!({ "tags": ["No"] }));
    let error = descriptor::validate_with(&mut wrong, &Kinds::default()).unwrap_err();
    assert_eq!(error.name, "InputError");
    assert!(error.message.starts_with("Policy check failed for component:default/x; caused by Error: \"tags.0\" is not valid;"));
}

#[test]
fn trap_24_a_description_may_be_empty_and_a_title_not() {
    assert!(validate(&mut component(json!({ "description": "" }))).is_ok());
    assert_eq!(refused(component(json!({ "title": "" }))), "Malformed envelope, /metadata/title must NOT have fewer than 1 characters");
}
