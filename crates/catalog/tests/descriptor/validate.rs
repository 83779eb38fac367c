//! Envelope, schema, field formats and kinds, with the place of what is wrong.

use crate::validated;

/// A Component whose metadata has these lines more.
fn metadata(lines: &str, expect: &str) {
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n{lines}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    );
    assert_eq!(validated(&text), expect, "{text}");
}

/// An entity of a kind whose spec is this flow mapping.
fn spec(kind: &str, spec: &str, expect: &str) {
    let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
    let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n");
    let got = validated(&text);
    let got = got.split_once(" kind/schema: ").map_or(got.as_str(), |(_, text)| text);
    assert_eq!(got, expect, "{text}");
}

fn check(text: &str, expect: &str) {
    assert_eq!(validated(text), expect, "{text}");
}

/// Values that a field format takes, and values that it refuses; `%` in `lines` is the value.
fn format(lines: &str, valid: &[&str], invalid: &[&str], rule: &str, expected: &str) {
    let quoted = |value: &str| format!("'{value}'");
    for value in valid {
        metadata(&lines.replace('%', &quoted(value)), "Component");
    }
    for value in invalid {
        let got = {
            let text = format!(
                "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n{}\nspec: {{}}\n",
                lines.replace('%', &quoted(value))
            );
            validated(&text)
        };
        assert!(got.contains(rule) && got.contains(expected), "{value}: {got}");
    }
}

#[test]
fn envelope() {
    check("a: 1", "1:1 envelope: <root> must have required property 'apiVersion' - missingProperty: apiVersion");
    check("apiVersion: a\nmetadata: {}", "1:1 envelope: <root> must have required property 'kind' - missingProperty: kind");
    check("apiVersion: a\nkind: b", "1:1 envelope: <root> must have required property 'metadata' - missingProperty: metadata");
    check("apiVersion: a\nkind: b\nmetadata: {}", "3:1 envelope: /metadata must have required property 'name' - missingProperty: name");
    check("apiVersion: ''\nkind: b\nmetadata: {name: x}", "1:13 envelope: /apiVersion must NOT have fewer than 1 characters - limit: 1");
    check("apiVersion: a\nkind: 1\nmetadata: {name: x}", "2:7 envelope: /kind must be string - type: string");
    check("apiVersion: a\nkind: b\nmetadata: [x]", "3:1 envelope: /metadata must be object - type: object");
    check(
        "apiVersion: a\nkind: b\nmetadata:\n  name: x\n  namespace:\n",
        "5:3 envelope: /metadata/namespace must be string - type: string",
    );
}

#[test]
fn schema() {
    metadata("  labels: {tier: 1}", "5:18 schema: Malformed envelope, /metadata/labels/tier must be string");
    metadata("  labels:\n    example.com/on: true", "6:21 schema: Malformed envelope, /metadata/labels/example.com~1on must be string");
    metadata("  annotations:\n    a: 8080", "6:8 schema: Malformed envelope, /metadata/annotations/a must be string");
    metadata("  tags: [a, 1]", "5:13 schema: Malformed envelope, /metadata/tags/1 must be string");
    metadata("  tags: java", "5:9 schema: Malformed envelope, /metadata/tags must be array");
    metadata("  title: ''", "5:10 schema: Malformed envelope, /metadata/title must NOT have fewer than 1 characters");
    metadata("  description: ''", "Component");
    metadata("  description: 1", "5:16 schema: Malformed envelope, /metadata/description must be string");
    metadata("  links:\n    - title: x", "6:7 schema: Malformed envelope, /metadata/links/0 must have required property 'url'");
    metadata(
        "  links:\n    - url: https://a\n      type: ''",
        "7:13 schema: Malformed envelope, /metadata/links/0/type must NOT have fewer than 1 characters",
    );
    metadata("  anything: [1, {b: 2}]", "Component");
    check(
        "apiVersion: a\nkind: b\nmetadata: {name: x}\nfoo: 1",
        "1:1 schema: Malformed envelope, <root> must NOT have additional properties",
    );
    check("apiVersion: a\nkind: b\nmetadata: {name: x}\nspec: 1", "4:7 schema: Malformed envelope, /spec must be object");
    check(
        "apiVersion: a\nkind: b\nmetadata: {name: x}\nrelations: [{type: a b, targetRef: c}]",
        "4:20 schema: Malformed envelope, /relations/0/type must match pattern \"^\\w+$\"",
    );
    check(
        "apiVersion: a\nkind: b\nmetadata: {name: x}\nstatus: {items: [{type: a, level: bad, message: m}]}",
        "4:35 schema: Malformed envelope, /status/items/0/level must be equal to one of the allowed values",
    );
}

#[test]
fn root_fields_that_the_catalog_writes() {
    check("apiVersion: a\nkind: b\nmetadata: {name: x}\nrelations: []", "4:1 root-field: Unknown field relations");
    check("apiVersion: a\nkind: b\nmetadata: {name: x}\nstatus: {}", "4:1 root-field: Unknown field status");
}

const NAME: &str = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";

#[test]
fn names() {
    let long = "x".repeat(63);
    let invalid = ["-a", "a-", ".a", "a b", "a/b", "é", &"x".repeat(64)];
    for valid in ["a", "A", "a--b", "a..b", "A_b", "9", &long] {
        check(&format!("apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: '{valid}'}}\nspec: {{owner: o}}"), "System");
    }
    for name in invalid {
        check(
            &format!("apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {{name: '{name}'}}\nspec: {{owner: o}}"),
            &format!("3:18 metadata/name: \"metadata.name\" is not valid; expected {NAME} but found \"{name}\". {GUIDE}"),
        );
    }
}

const GUIDE: &str = "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";

#[test]
fn field_formats() {
    let label = "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total";
    format("  namespace: %", &["a", "a-b", "a--b", "9"], &["A", "a_b", "-a", "a-", "a.b", &"x".repeat(64)], "metadata/namespace", label);
    format("  labels: {a: %}", &["", "x", "A_b.c"], &["a b", "a/b", "-", &"x".repeat(64)], "metadata/labels", NAME);
    let prefix = "a valid prefix and/or suffix";
    let long_domain = format!("{}.{}/x", "a".repeat(63), "b".repeat(63));
    let too_long = format!("{}/x", ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(63)].join("."));
    let keys = ["a", "A_b", "example.com/a", "a.b.c/D_e", long_domain.as_str()];
    let wrong = ["", "a b", "a/b/c", "/a", "a/", "A.b/c", "a..b/c", "a_b/c", too_long.as_str()];
    format("  labels: {%: x}", &keys, &wrong, "metadata/labels", prefix);
    format("  annotations: {%: any text at all}", &keys, &wrong, "metadata/annotations", prefix);
    let tag = "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total";
    format(
        "  tags: [%]",
        &["java", "java:17", "c++", "c#", "a-b"],
        &["A", "node.js", "a_b", "a--b", "-a", "a b", &"x".repeat(64)],
        "metadata/tags",
        tag,
    );
    format(
        "  links: [{url: %}]",
        &["https://a", "mailto:a@b", "x:y"],
        &["not a url", "/path", "example.com"],
        "metadata/links",
        "a string that is a valid url",
    );
    format("  links: [{url: 'https://a', title: %}]", &["a"], &[" ", "\u{a0}"], "metadata/links", "a non empty string");
    format("  links: [{url: 'https://a', icon: %}]", &["a"], &[" "], "metadata/links", "a non empty string");
    metadata("  tags:\n    - a\n    - B", &format!("7:7 metadata/tags: \"tags.1\" is not valid; expected {tag} but found \"B\". {GUIDE}"));
    metadata(
        "  links:\n    - url: https://a\n      title: ' '",
        &format!("7:14 metadata/links: \"links.0.title\" is not valid; expected a non empty string but found \" \". {GUIDE}"),
    );
}

#[test]
fn api_version_and_kind_formats() {
    for (version, kind, expect) in [
        (
            "a/v1.0",
            "Component",
            "1:13 apiVersion: \"apiVersion\" is not valid; expected a valid prefix and/or suffix but found \"a/v1.0\". ",
        ),
        (
            "a/v1-beta",
            "Component",
            "1:13 apiVersion: \"apiVersion\" is not valid; expected a valid prefix and/or suffix but found \"a/v1-beta\". ",
        ),
        ("a/b/c", "Component", "1:13 apiVersion: \"apiVersion\" is not valid; expected a valid prefix and/or suffix but found \"a/b/c\". "),
        (
            "a",
            "1a",
            "2:7 kind: \"kind\" is not valid; expected a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total but found \"1a\". ",
        ),
        (
            "a",
            "a-b",
            "2:7 kind: \"kind\" is not valid; expected a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total but found \"a-b\". ",
        ),
    ] {
        check(&format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n"), &format!("{expect}{GUIDE}"));
    }
}

#[test]
fn unknown_kinds() {
    let unknown = |version: &str, kind: &str, place: &str| {
        let name = kind.to_lowercase();
        check(
            &format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: X}}\nspec: {{}}"),
            &format!(
                "{place} kind/unknown: No processor recognized the entity {name}:default/x as valid, possibly caused by a foreign kind or apiVersion"
            ),
        );
    };
    unknown("backstage.io/v1alpha1", "component", "2:7");
    unknown("backstage.io/v1alpha1", "Robot", "2:7");
    unknown("backstage.io/v2", "Component", "1:13");
    unknown("backstage.io/v1alpha1", "Template", "1:13");
    unknown("scaffolder.backstage.io/v1beta3", "Component", "1:13");
}

#[test]
fn required_fields_of_each_kind() {
    let missing = |field: &str| format!("/spec must have required property '{field}' - missingProperty: {field}");
    spec("Component", "{lifecycle: p, owner: o}", &missing("type"));
    spec("Component", "{type: t, owner: o}", &missing("lifecycle"));
    spec("Component", "{type: t, lifecycle: p}", &missing("owner"));
    spec("Component", "{type: t, lifecycle: p, owner: o}", "Component");
    spec("API", "{type: t, lifecycle: p, owner: o}", &missing("definition"));
    spec("API", "{type: t, lifecycle: p, owner: o, definition: d}", "API");
    spec("API", "{type: mcp-server, lifecycle: p, owner: o}", &missing("remotes"));
    spec("API", "{type: mcp-server, lifecycle: p, owner: o, remotes: []}", "/spec/remotes must NOT have fewer than 1 items - limit: 1");
    spec(
        "API",
        "{type: mcp-server, lifecycle: p, owner: o, remotes: [{type: t}]}",
        "/spec/remotes/0 must have required property 'url' - missingProperty: url",
    );
    spec("API", "{type: mcp-server, lifecycle: p, owner: o, remotes: [{type: t, url: u}]}", "API");
    spec("Resource", "{type: t}", &missing("owner"));
    spec("Resource", "{owner: o}", &missing("type"));
    spec("Resource", "{type: t, owner: o}", "Resource");
    spec("System", "{}", &missing("owner"));
    spec("Domain", "{}", &missing("owner"));
    spec("Group", "{children: []}", &missing("type"));
    spec("Group", "{type: t}", &missing("children"));
    spec("Group", "{type: t, children: []}", "Group");
    spec("User", "{}", &missing("memberOf"));
    spec("User", "{memberOf: []}", "User");
    spec("Location", "{}", "Location");
    spec("Template", "{steps: []}", &missing("type"));
    spec("Template", "{type: t}", &missing("steps"));
    spec("Template", "{type: t, steps: [{name: n}]}", "/spec/steps/0 must have required property 'action' - missingProperty: action");
    spec("Template", "{type: t, steps: [{action: a}]}", "Template");
    let text = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: x}\n";
    check(text, "1:1 kind/schema: <root> must have required property 'spec' - missingProperty: spec");
}

#[test]
fn fields_of_each_kind() {
    spec("Component", "{type: '', lifecycle: p, owner: o}", "/spec/type must NOT have fewer than 1 characters - limit: 1");
    spec("Component", "{type: t, lifecycle: p, owner: [o]}", "/spec/owner must be string - type: string");
    spec("Component", "{type: t, lifecycle: p, owner: o, dependsOn: x}", "/spec/dependsOn must be array - type: array");
    spec("Component", "{type: t, lifecycle: p, owner: o, providesApis: [1]}", "/spec/providesApis/0 must be string - type: string");
    spec("Component", "{type: t, lifecycle: p, owner: o, anything: 1}", "Component");
    spec("System", "{owner: o, domain: ''}", "/spec/domain must NOT have fewer than 1 characters - limit: 1");
    spec("Domain", "{owner: o, subdomainOf: 1}", "/spec/subdomainOf must be string - type: string");
    spec("Group", "{type: t, children: [], profile: {email: ''}}", "/spec/profile/email must NOT have fewer than 1 characters - limit: 1");
    spec("User", "{memberOf: [a], profile: []}", "/spec/profile must be object - type: object");
    spec("Location", "{presence: maybe}", "/spec/presence must be equal to one of the allowed values - allowedValues: required,optional");
    spec("Location", "{targets: ['']}", "/spec/targets/0 must NOT have fewer than 1 characters - limit: 1");
    spec("Template", "{type: t, steps: [{action: a, if: 1}]}", "/spec/steps/0/if must be string,boolean - type: string,boolean");
    spec("Template", "{type: t, steps: [], parameters: x}", "/spec/parameters must be object - type: object");
    spec("Template", "{type: t, steps: [], parameters: {title: x}}", "Template");
    spec("Template", "{type: t, steps: [], parameters: [{title: x}]}", "Template");
    spec("Template", "{type: t, steps: [], output: {foo: 1}}", "/spec/output/foo must be string - type: string");
    spec(
        "Template",
        "{type: t, steps: [], output: {links: [{url: ''}], foo: bar}}",
        "/spec/output/links/0/url must NOT have fewer than 1 characters - limit: 1",
    );
}

#[test]
fn location_annotations() {
    metadata(
        "  annotations:\n    backstage.io/managed-by-location: https://x",
        "6:39 location/ref: Invalid location ref 'https://x', please prefix it with 'url:', e.g. 'url:https://x'",
    );
    metadata(
        "  annotations:\n    backstage.io/managed-by-origin-location: \"url: jAva\\nscript:x\"",
        "6:46 location/ref: Invalid location ref 'url: jAva\nscript:x', target is a javascript: URL",
    );
    metadata(
        "  annotations: {backstage.io/managed-by-location: x}",
        "5:51 location/ref: Unable to parse location ref 'x', expected '<type>:<target>', e.g. 'url:https://host/path'",
    );
}

#[test]
fn help_says_what_to_do() {
    let help = |text: &str| {
        let mut value = serde_json::from_str(text).unwrap();
        catalog::descriptor::validate(&mut value).unwrap_err().help.unwrap_or_default()
    };
    let entity = |kind: &str, spec: &str| {
        format!(r#"{{"apiVersion":"backstage.io/v1alpha1","kind":"{kind}","metadata":{{"name":"x"}},"spec":{spec}}}"#)
    };
    assert_eq!(help("{}"), "Add apiVersion.");
    assert_eq!(help(&entity("component", "{}")), "Write the kind as Component: upper and lower case count.");
    assert_eq!(
        help(&entity("Template", "{}")),
        "The apiVersion of a Template is scaffolder.backstage.io/v1beta3, not backstage.io/v1alpha1."
    );
    assert_eq!(help(&entity("System", "{}")), "Add owner to spec.");
    assert_eq!(help(&entity("System", r#"{"owner":1}"#)), "Write a text; put numbers, true, false and null in quotes.");
}

#[test]
fn completes_the_entity() {
    let mut value = serde_json::json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "x", "title": "X"},
        "spec": {"type": "t", "lifecycle": "p", "owner": "o", "providesApis": ["b", "A", "a"], "consumesApis": []},
    });
    catalog::descriptor::validate(&mut value).unwrap();
    assert_eq!(
        value.to_string(),
        r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x","namespace":"default","title":"X"},"spec":{"type":"t","lifecycle":"p","owner":"o","providesApis":["A","a","b"],"consumesApis":[]}}"#
    );
}

#[test]
fn nul_in_values_that_no_file_held() {
    let mut value = serde_json::json!({"apiVersion": "a", "kind": "b", "metadata": {"name": "x"}, "spec": {"a": ["x\0"]}});
    let error = catalog::descriptor::validate(&mut value).unwrap_err();
    assert_eq!((error.rule, error.pointer.as_str()), ("text/nul", "/spec/a"));
}
