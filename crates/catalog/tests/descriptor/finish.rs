//! Annotations of origin, and the bytes that are stored.

use catalog::descriptor::{annotate, etag, finish};
use serde_json::{Value, json};

#[expect(clippy::needless_pass_by_value, reason = "the tables read better with json!() in place")]
fn annotated(annotations: Value, location: &str, expect: &[(&str, &str)]) {
    let mut entity = json!({"kind": "Component", "metadata": {"name": "x", "annotations": annotations}});
    annotate(&mut entity, location, "file:/origin.yaml");
    let map = entity["metadata"]["annotations"].as_object().unwrap();
    let got: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap())).collect();
    assert_eq!(got, expect);
}

#[test]
fn says_where_it_comes_from() {
    annotated(
        json!({}),
        "file:/a.yaml",
        &[("backstage.io/managed-by-location", "file:/a.yaml"), ("backstage.io/managed-by-origin-location", "file:/origin.yaml")],
    );
    annotated(
        json!({}),
        "url:https://github.com/o/r/blob/main/d/a.yaml",
        &[
            ("backstage.io/managed-by-location", "url:https://github.com/o/r/blob/main/d/a.yaml"),
            ("backstage.io/managed-by-origin-location", "file:/origin.yaml"),
            ("backstage.io/view-url", "https://github.com/o/r/blob/main/d/a.yaml"),
            ("backstage.io/edit-url", "https://github.com/o/r/edit/main/d/a.yaml"),
            ("backstage.io/source-location", "url:https://github.com/o/r/tree/main/d/"),
        ],
    );
    // What a commit holds cannot be edited.
    annotated(
        json!({}),
        "url:https://gitlab.com/g/p/-/blob/0123456789abcdef0123456789abcdef01234567/a.yaml",
        &[
            ("backstage.io/managed-by-location", "url:https://gitlab.com/g/p/-/blob/0123456789abcdef0123456789abcdef01234567/a.yaml"),
            ("backstage.io/managed-by-origin-location", "file:/origin.yaml"),
            ("backstage.io/view-url", "https://gitlab.com/g/p/-/blob/0123456789abcdef0123456789abcdef01234567/a.yaml"),
            ("backstage.io/source-location", "url:https://gitlab.com/g/p/-/tree/0123456789abcdef0123456789abcdef01234567/"),
        ],
    );
}

#[test]
fn what_the_author_wrote_wins() {
    annotated(
        json!({"backstage.io/managed-by-location": "url:https://mine", "backstage.io/view-url": " javascript:x", "backstage.io/edit-url": "https://edit"}),
        "file:/a.yaml",
        &[
            ("backstage.io/managed-by-location", "url:https://mine"),
            ("backstage.io/view-url", "https://backstage.io/annotation-rejected-for-security-reasons"),
            ("backstage.io/edit-url", "https://edit"),
            ("backstage.io/managed-by-origin-location", "file:/origin.yaml"),
        ],
    );
}

#[test]
fn annotates_what_has_no_annotations_yet() {
    let mut entity = json!({"metadata": {"name": "x"}});
    annotate(&mut entity, "file:/a", "file:/a");
    assert_eq!(entity["metadata"]["annotations"]["backstage.io/managed-by-location"], "file:/a");
    let mut broken = json!({"metadata": {"annotations": 1}});
    annotate(&mut broken, "file:/a", "file:/a");
    assert_eq!(broken, json!({"metadata": {"annotations": 1}}));
}

#[test]
fn writes_the_stored_form() {
    let mut entity =
        json!({"spec": {"b": 1, "a": "é\n"}, "metadata": {"uid": "theirs", "name": "x", "etag": "theirs"}, "kind": "K", "apiVersion": "v"});
    let (bytes, tag) = finish(&mut entity, "e01199ab-08cc-44c2-8e19-5c29ded82521");
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        format!(
            r#"{{"apiVersion":"v","kind":"K","metadata":{{"name":"x","uid":"e01199ab-08cc-44c2-8e19-5c29ded82521","etag":"{tag}"}},"spec":{{"b":1,"a":"é\n"}}}}"#
        )
    );
    assert_eq!((tag.len(), entity["metadata"]["etag"].as_str()), (40, Some(tag.as_str())));
}

#[test]
fn the_etag_follows_the_content_only() {
    let tag = |text: &str| etag(&serde_json::from_str(text).unwrap());
    let base = tag(r#"{"metadata":{"name":"x"},"spec":{"a":1,"b":[1,2]}}"#);
    assert_eq!(tag(r#"{"spec":{"b":[1,2],"a":1},"metadata":{"etag":"y","name":"x","uid":"z"}}"#), base);
    for other in [
        r#"{"metadata":{"name":"x"},"spec":{"a":1,"b":[2,1]}}"#,
        r#"{"metadata":{"name":"x"},"spec":{"a":1,"b":[1,2],"uid":1}}"#,
        r#"{"metadata":{"name":"x"},"spec":{"a":"1","b":[1,2]}}"#,
        r#"{"metadata":{"name":"x","labels":{"uid":"z"}},"spec":{"a":1,"b":[1,2]}}"#,
    ] {
        assert_ne!(tag(other), base, "{other}");
    }
}
