//! Locations, their targets, and the rules on kinds.

use catalog::descriptor::{
    AllowedKind, LocationMatch, LocationRef, Presence, Rule, Rules, generated_name, is_script_url, location_entity, location_targets,
    resolve_target, validate,
};
use serde_json::{Value, json};

#[test]
fn targets_of_a_location() {
    let check = |spec: Value, expect: &str| {
        let spec = location_targets(&json!({ "kind": "Location", "spec": spec }));
        let kind = spec.location_type.as_deref().unwrap_or("-");
        assert_eq!(format!("{kind} {} {}", spec.targets.join(","), spec.presence.as_str()), expect);
    };
    check(json!({"type": "url", "target": "a", "targets": ["b", "c"]}), "url a,b,c required");
    check(json!({"targets": ["./*.yaml"], "presence": "optional"}), "- ./*.yaml optional");
    check(json!({}), "-  required");
}

#[test]
fn resolves_targets() {
    let check = |base: &str, target: &str, expect: &str| {
        let got = resolve_target(base, target).unwrap_or_else(|error| format!("error: {error}"));
        assert_eq!(got, expect, "{base} + {target}");
    };
    let file = "/srv/org/catalog-info.yaml";
    check(file, "./a.yaml", "/srv/org/a.yaml");
    check(file, "a/b.yaml", "/srv/org/a/b.yaml");
    check(file, "../other/a.yaml", "/srv/other/a.yaml");
    check(file, "../../../../a.yaml", "/a.yaml");
    check(file, "/abs/./x/../a.yaml", "/abs/a.yaml");
    check(file, "./**/catalog-info.yaml", "/srv/org/**/catalog-info.yaml");
    check(file, "services/*/c.{yaml,yml}", "/srv/org/services/*/c.{yaml,yml}");
    check(file, "https://x/y", "https://x/y");
    check(
        file,
        "a/",
        "error: LocationEntityProcessor cannot handle file type location with target /srv/org/catalog-info.yaml that ends with a path separator",
    );
    check(file, "*/../a.yaml", "error: The target '*/../a.yaml' goes up (..) after a wild card; write the path without it");
    check(file, "java\tscript:alert(1)", "error: The target 'java\tscript:alert(1)' is a javascript: URL");
    check("org/catalog-info.yaml", "../../a.yaml", "../a.yaml");
    check("catalog-info.yaml", "a.yaml", "a.yaml");
    let url = "https://github.com/o/r/blob/main/d/catalog-info.yaml?ref=x";
    check(url, "./a.yaml", "https://github.com/o/r/blob/main/d/a.yaml?ref=x");
    check(url, "../a.yaml", "https://github.com/o/r/blob/main/a.yaml?ref=x");
    check(url, "/docs/a.yaml", "https://github.com/o/r/blob/main/docs/a.yaml?ref=x");
    check(url, "/../../../a.yaml", "error: Invalid SCM URL: path traversal is not allowed in the URL");
    check(url, "a/..%2f..%2fb.yaml", "error: Invalid SCM URL: path traversal is not allowed in the URL");
    check(url, "a/%252e%252e%252fb.yaml", "error: Invalid SCM URL: path traversal is not allowed in the URL");
    check("https://gitlab.com/g/s/p/-/blob/main/d/c.yaml", "/a.yaml", "https://gitlab.com/g/s/p/-/blob/main/a.yaml");
    check("https://example.com/d/c.yaml", "/a.yaml", "https://example.com/a.yaml");
}

#[test]
fn script_addresses() {
    let check = |text: &str, expect: bool| assert_eq!(is_script_url(text), expect, "{text:?}");
    check("javascript:alert(1)", true);
    check(" \u{1}JaVaScRiPt:x", true);
    check("j\na\tv\rascript\n:x", true);
    check("javascript", false);
    check("https://x/javascript:", false);
    check("java script:x", false);
}

#[test]
fn location_refs() {
    let check = |text: &str, expect: &str| {
        let got =
            LocationRef::parse(text).map_or_else(|error| format!("error: {error}"), |found| format!("{} | {}", found.type_, found.target));
        assert_eq!(got, expect);
    };
    check("url:https://x/y", "url | https://x/y");
    check(" file : /a/b ", "file | /a/b");
    check("https://x", "error: Invalid location ref 'https://x', please prefix it with 'url:', e.g. 'url:https://x'");
    check("x", "error: Unable to parse location ref 'x', expected '<type>:<target>', e.g. 'url:https://host/path'");
    check("url:", "error: Unable to parse location ref 'url:', expected '<type>:<target>', e.g. 'url:https://host/path'");
    check("url:javascript:x", "error: Invalid location ref 'url:javascript:x', target is a javascript: URL");
}

#[test]
fn generated_entities() {
    let location = LocationRef::new("url", "https://example.com/catalog-info.yaml");
    assert_eq!(generated_name(&location), "generated-94fde8d1a3274d54a87afa4868abb452412d59c6");
    let mut entity = location_entity(&location, Some(Presence::Optional));
    validate(&mut entity).unwrap();
    assert_eq!(entity["spec"], json!({"type": "url", "target": "https://example.com/catalog-info.yaml", "presence": "optional"}));
}

#[test]
fn rules() {
    let allowed = |rules: &Rules, kind: &str, spec_type: Value, origin: &str| {
        let entity = json!({"kind": kind, "metadata": {"name": "x"}, "spec": {"type": spec_type}});
        rules.at(&LocationRef::parse(origin).unwrap()).allows(&entity)
    };
    let rules = Rules::registered();
    for (kind, expect) in [("Component", true), ("api", true), ("Location", true), ("Template", true), ("User", false), ("System", false)] {
        assert_eq!(allowed(&rules, kind, json!("x"), "file:/a"), expect, "{kind}");
    }
    assert!(allowed(&Rules::everything(), "Robot", json!(1), "file:/a"));
    let configured: Vec<Rule> = serde_json::from_value(json!([
        {"allow": ["Component", {"kind": "Resource", "spec.type": "Database"}]},
        {"allow": ["User"], "locations": [{"type": "file", "exact": "/org.yaml"}]},
        {"allow": ["Template"], "locations": [{"type": "url", "pattern": "https://GITHUB.com/org/*/blob/**"}]},
        {"allow": ["Group"], "locations": [{"type": "file"}]},
    ]))
    .unwrap();
    let rules = Rules::new(configured);
    for (kind, spec_type, origin, expect) in [
        ("component", json!(1), "file:/a", true),
        ("Resource", json!("database"), "file:/a", true),
        ("Resource", json!("bucket"), "file:/a", false),
        ("Resource", json!(null), "file:/a", false),
        ("User", json!(null), "file:/org.yaml", true),
        ("User", json!(null), "file:/other.yaml", false),
        ("Template", json!(null), "url:https://github.com/org/r/blob/main/t.yaml", true),
        ("Template", json!(null), "url:https://github.com/org/r/s/blob/main/t.yaml", false),
        ("Group", json!(null), "url:https://x/y", false),
        ("Group", json!(null), "file:/x", true),
    ] {
        assert_eq!(allowed(&rules, kind, spec_type, origin), expect, "{kind} from {origin}");
    }
    assert!(LocationMatch::new("url", Some("a".to_owned()), Some("b")).is_err());
    assert_eq!(serde_json::from_value::<AllowedKind>(json!("API")).unwrap(), AllowedKind { kind: "API".to_owned(), spec_type: None });
}

#[test]
fn what_is_not_allowed_is_named() {
    let entity = json!({"kind": "User", "metadata": {"name": "x"}});
    let (at, origin) = (LocationRef::new("file", "/a.yaml"), LocationRef::new("file", "/b.yaml"));
    let error = Rules::registered().check(&entity, &at, &origin).unwrap_err();
    assert_eq!(error.name, "NotAllowedError");
    assert_eq!(
        error.message,
        "Entity user:default/x at file:/a.yaml, originated at file:/b.yaml, is not of an allowed kind for that location"
    );
}
