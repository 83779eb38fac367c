//! Single facts about filters, predicates, cursors and completion, each as a line of a table.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use catalog::index::{Change, Emissions, Fields, Filter, ListQuery, OrderField, Query, Record, Snapshot, Visibility};
use model::{EntityRef, Seq, Timestamp};
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "the tables read better with json!() in place")]
fn record(reference: &str, metadata: Value, spec: &Value) -> Record {
    let entity_ref: EntityRef = reference.parse().expect("a reference");
    let mut json =
        json!({"apiVersion": "backstage.io/v1alpha1", "kind": entity_ref.kind(), "metadata": {"name": entity_ref.name()}, "spec": spec});
    for (key, value) in metadata.as_object().expect("an object") {
        json["metadata"][key] = value.clone();
    }
    let owner: EntityRef = "group:default/team-a".parse().expect("a reference");
    let triples = [(&entity_ref, "ownedBy", &owner), (&owner, "ownerOf", &entity_ref)];
    Record {
        uid: format!("uid-{}", entity_ref.name()).into(),
        emitted: if spec["owner"].is_null() { Emissions::default() } else { Emissions::collect(&entity_ref, triples) },
        entity_ref,
        json: Bytes::from(json.to_string()),
        status: None,
        first_seen: Timestamp(0),
        changed: Timestamp(0),
        location: "l".into(),
        file: "f".into(),
    }
}

fn snapshot() -> Snapshot {
    let long = "y".repeat(201);
    let records = vec![
        record(
            "Component:default/Wayback",
            json!({"title": "The Wayback", "tags": ["java", "Go"], "annotations": {"a.b/c": "X"}}),
            &json!({"type": "Service", "owner": "team-a", "long": long}),
        ),
        record(
            "Component:default/pay-service",
            json!({"tags": ["java"], "labels": {"empty": ""}}),
            &json!({"type": "service", "owner": "team-a", "n": 5}),
        ),
        record(
            "API:ops/pay",
            json!({"namespace": "ops", "title": "Payment interface", "nothing": null}),
            &json!({"type": "openapi", "flag": true}),
        ),
        record("User:default/ann", json!({}), &json!({"memberOf": []})),
    ];
    Snapshot::build(records, Seq(1))
}

fn found(snapshot: &Snapshot, filter: Result<Filter, catalog::index::QueryError>) -> String {
    match filter {
        Ok(filter) => {
            let list = snapshot.list(&ListQuery { filter, ..ListQuery::default() }, &Visibility::All).expect("a list");
            list.items.iter().map(|id| snapshot.entity(*id).name()).collect::<Vec<_>>().join(" ")
        }
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn filters() {
    let snapshot = snapshot();
    let check = |filters: &[&str], expected: &str| assert_eq!(found(&snapshot, Filter::parse(filters)), expected, "{filters:?}");
    check(&[], "pay pay-service Wayback ann");
    check(&["", " , "], "pay pay-service Wayback ann");
    check(&["KIND=component"], "pay-service Wayback");
    check(&["kind=component,kind=api"], "pay pay-service Wayback");
    check(&["kind=component,spec.n"], "pay-service");
    check(&["kind=api", "kind=user"], "pay ann");
    check(&[" spec.type = SERVICE "], "pay-service Wayback");
    check(&["metadata.tags.go"], "Wayback");
    check(&["metadata.tags.go=true"], "Wayback");
    check(&["metadata.tags=go"], "Wayback");
    check(&["metadata.labels.empty="], "pay-service");
    check(&["metadata.labels"], "");
    check(&["metadata.annotations"], "");
    check(&["metadata.annotations.a.b/c"], "Wayback");
    check(&["metadata.annotations.a.b/c=x"], "Wayback");
    check(&["metadata.annotations.a.b/c=y"], "");
    check(&["spec.long"], "Wayback");
    check(&[&format!("spec.long={}", "y".repeat(201))], "");
    check(&["metadata.nothing"], "pay");
    check(&["metadata.nothing=null"], "");
    check(&["metadata.namespace=default"], "pay-service Wayback ann");
    check(&["metadata.uid=uid-pay"], "pay");
    check(&["metadata.etag"], "");
    check(&["spec.n=5", "spec.flag=TRUE"], "pay pay-service");
    check(&["relations.OwnedBy=Group:default/Team-A"], "pay-service Wayback");
    check(&["spec.memberof"], "");
    check(&["=x"], "error: Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)");
}

#[test]
fn predicates() {
    let snapshot = snapshot();
    let check = |query: Value, expected: &str| assert_eq!(found(&snapshot, Filter::from_json(query.clone())), expected, "{query}");
    check(json!({}), "pay pay-service Wayback ann");
    check(json!({"$all": []}), "pay pay-service Wayback ann");
    check(json!({"$any": []}), "");
    check(json!({"$not": {"kind": "Component"}}), "pay ann");
    check(json!({"kind": "component", "spec.n": 5}), "pay-service");
    check(json!({"spec.flag": true}), "pay");
    check(json!({"spec.type": {"$exists": false}}), "ann");
    check(json!({"spec.type": {"$in": ["OpenAPI", "none"]}}), "pay");
    check(json!({"metadata.name": {"$hasPrefix": "PAY"}}), "pay pay-service");
    check(json!({"metadata.annotations.a.b/c": {"$hasPrefix": "x"}}), "Wayback");
    check(json!({"metadata.tags": {"$contains": "go"}}), "Wayback");
    check(json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/team-a"}}}), "pay-service Wayback");
    check(json!({"relations": {"$contains": {"TYPE": "ownedBy", "targetRef": {"$in": ["group:default/TEAM-A"]}}}}), "pay-service Wayback");
    check(json!({"relations": {"$contains": {"type": "partOf"}}}), "");
    check(json!("x"), "error: Query must be an object");
    check(
        json!([]),
        "error: Invalid query: Validation error: Expected object, received array, or Expected string, received array, or Expected number, received array, or Expected boolean, received array",
    );
    check(
        json!({"$all": ["x"]}),
        "error: Invalid filter predicate: top-level primitive values are not supported. Wrap the value in a field expression, e.g. { \"kind\": \"x\" }",
    );
    check(json!({"$all": [], "kind": "x"}), "error: Invalid query: Validation error: Unrecognized key(s) in object: 'kind'");
    check(json!({"$foo": 1}), "error: Invalid query: Validation error: Invalid at \"$foo\"");
    check(json!({"$all": [{"$foo": 1}]}), "error: Invalid query: Validation error: Invalid at \"$all[0].$foo\"");
    check(json!({"kind": {"$in": "x"}}), "error: Invalid query: Validation error: Expected array, received string at \"kind.$in\"");
    check(json!({"kind": {"$contains": {"a": 1}}}), "error: Object form of $contains is not supported for field \"kind\"");
    check(
        json!({"relations": {"$contains": {"targetRef": "x"}}}),
        "error: The $contains operator for \"relations\" requires a \"type\" string property",
    );
    check(json!({"relations": {"$contains": {"type": "a", "Type": "b"}}}), "error: Duplicate key \"Type\" in $contains for \"relations\"");
    check(
        json!({"relations": {"$contains": {"type": "a", "x": "b"}}}),
        "error: Unsupported key \"x\" in $contains for \"relations\". Only \"type\" and \"targetRef\" are supported",
    );
    check(
        json!({"relations": {"$contains": {"type": "a", "targetRef": {"$in": []}}}}),
        "error: Empty \"$in\" array for $contains on \"relations\" is not allowed",
    );
    check(
        json!({"relations": {"$contains": {"type": "a", "targetRef": 5}}}),
        "error: Unsupported value in $contains for \"relations\": expected a string or { \"$in\": [strings] }, but got 5",
    );
    let deep = (0..40).fold(json!({}), |inner, _| json!({ "$not": inner }));
    assert!(found(&snapshot, Filter::from_json(deep)).contains("Nested deeper than 32 levels"));
    let wide = json!({"kind": {"$in": vec!["x"; 20_000]}});
    assert!(found(&snapshot, Filter::from_json(wide)).contains("More than 10000 values"));
}

#[test]
fn cursors_carry_the_question() {
    let snapshot = snapshot();
    let query = Query {
        filter: Filter::parse(&["kind=component"]).expect("a filter"),
        order: vec![OrderField::ascending("metadata.name")],
        limit: Some(1),
        ..Query::default()
    };
    let page = snapshot.query(&query, &Visibility::All).expect("a page");
    let cursor = page.next_cursor.expect("a next page");
    let json: Value = serde_json::from_slice(&STANDARD.decode(&cursor).expect("base64")).expect("JSON");
    let expected = json!({
        "query": {"kind": "component"},
        "orderFields": [{"field": "metadata.name", "order": "asc"}],
        "orderFieldValues": ["pay-service", "component:default/pay-service"],
        "firstSortFieldValues": ["pay-service", "component:default/pay-service"],
        "isPrevious": false,
        "totalItems": 2
    });
    assert_eq!(json.to_string(), expected.to_string());

    let error = |cursor: &str| {
        snapshot.query(&Query { cursor: Some(cursor.to_owned()), ..Query::default() }, &Visibility::All).expect_err("malformed").to_string()
    };
    assert_eq!(error(""), "Cursor cannot be empty");
    assert_eq!(error("%%"), "Malformed cursor: it is not base64 of JSON");
    assert!(error(&STANDARD.encode("{}")).starts_with("Malformed cursor: "));
    let old = json!({"orderFields": [], "orderFieldValues": [], "isPrevious": false, "filter": {"anyOf": [{"key": "kind", "values": ["api"]}, {"not": {"key": "spec.type"}}]}});
    let page =
        snapshot.query(&Query { cursor: Some(STANDARD.encode(old.to_string())), ..Query::default() }, &Visibility::All).expect("a page");
    assert_eq!(page.items.len(), 2);
}

#[test]
fn parameters() {
    let order = |text: &str| OrderField::parse(text).map_or_else(|error| error.to_string(), |order| format!("{order:?}"));
    assert_eq!(order("a.b"), r#"OrderField { field: "a.b", order: Asc }"#);
    assert_eq!(order("a,desc"), r#"OrderField { field: "a", order: Desc }"#);
    assert_eq!(order("a,up"), "Invalid order field order, must be asc or desc");
    let prefixed = |text: &str| OrderField::parse_prefixed(text).map_or_else(|error| error.to_string(), |order| format!("{order:?}"));
    assert_eq!(prefixed("desc:a"), r#"OrderField { field: "a", order: Desc }"#);
    assert_eq!(prefixed("a"), r#"Invalid order parameter "a", expected "<asc or desc>:<field name>""#);
    assert_eq!(
        Query::parse_total_items("no").expect_err("unknown").to_string(),
        "Invalid totalItems parameter \"no\", expected one of: include, exclude"
    );
    let list = |query: ListQuery| {
        snapshot().list(&query, &Visibility::All).map_or_else(|error| error.to_string(), |list| list.items.len().to_string())
    };
    assert_eq!(list(ListQuery { limit: Some(0), ..ListQuery::default() }), "Invalid limit, must be greater than zero");
    assert_eq!(list(ListQuery { after: Some("x".into()), ..ListQuery::default() }), "Malformed after cursor, could not be parsed");
    assert_eq!(
        list(ListQuery { after: Some(STANDARD.encode(r#"{"limit":"a"}"#)), ..ListQuery::default() }),
        "Malformed after cursor, limit was not an number"
    );
    assert_eq!(list(ListQuery { after: Some(STANDARD.encode(r#"{"limit":3,"offset":2}"#)), ..ListQuery::default() }), "2");
}

#[test]
fn facets_echo_the_name_and_keep_the_case() {
    let names = ["spec.TYPE".to_owned(), "metadata.tags".to_owned(), "none".to_owned(), "metadata.annotations.a.b/c".to_owned()];
    let facets = snapshot().facets(&names, &Filter::default().predicate, &Visibility::All);
    let text: Vec<String> = facets.iter().map(|facet| format!("{} {:?}", facet.name, facet.values)).collect();
    assert_eq!(
        text,
        [
            r#"spec.TYPE [("Service", 1), ("openapi", 1), ("service", 1)]"#,
            r#"metadata.tags [("Go", 1), ("java", 2)]"#,
            "none []",
            r#"metadata.annotations.a.b/c [("X", 1)]"#
        ]
    );
}

#[test]
fn completes_the_likeliest_first() {
    let snapshot = snapshot();
    let check = |text: &str, kinds: &[&str], expected: &str| {
        let names: Vec<&str> =
            snapshot.complete(text, 3, kinds, &Visibility::All).into_iter().map(|id| snapshot.entity(id).name()).collect();
        assert_eq!(names.join(" "), expected, "{text}");
    };
    check("pay", &[], "pay pay-service");
    check("PAY service", &[], "pay-service");
    check("way", &[], "Wayback");
    check("interface", &[], "pay");
    check("ay", &[], "pay Wayback pay-service");
    check("pay", &["component"], "pay-service");
    check("", &[], "");
    check("--", &[], "");
}

#[test]
fn serves_relations_last_and_only_the_wanted_fields() {
    let mut changed = record("Component:default/pay-service", json!({}), &json!({"owner": "team-a"}));
    changed.status = Some(Bytes::from_static(b"[{\"level\":\"error\"}]"));
    let snapshot =
        snapshot().apply(vec![Change::Upsert(changed), Change::Upsert(record("Group:default/Team-A", json!({}), &json!({})))], Seq(2));
    let mut json = Vec::new();
    let id = snapshot.find_canonical("component:default/pay-service").expect("found");
    snapshot.entity(id).write_json(&mut json);
    assert_eq!(
        String::from_utf8(json).expect("text"),
        r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"pay-service"},"spec":{"owner":"team-a"},"relations":[{"type":"ownedBy","targetRef":"group:default/team-a"}],"status":{"items":[{"level":"error"}]}}"#
    );
    let mut json = Vec::new();
    let fields = Fields::parse(&["metadata.name,relations"]).expect("fields").expect("some");
    let team = snapshot.entity(snapshot.find_canonical("group:default/team-a").expect("found"));
    team.write_fields(&fields, &mut json);
    assert_eq!(
        String::from_utf8(json).expect("text"),
        r#"{"metadata":{"name":"Team-A"},"relations":[{"type":"ownerOf","targetRef":"component:default/pay-service"},{"type":"ownerOf","targetRef":"component:default/wayback"}]}"#
    );
}
