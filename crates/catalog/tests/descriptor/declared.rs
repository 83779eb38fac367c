//! Kinds of the configuration: their schema, their relations, and what is said when a kind is not known.

use catalog::descriptor::{DeclaredKind, DeclaredRelation, Kinds, Limits, Schema, parse, relations_with, validate_with};
use serde_json::{Value, json};

fn kinds() -> Kinds {
    let schema = json!({
        "type": "object",
        "required": ["owner", "engine"],
        "properties": {
            "owner": { "type": "string", "minLength": 1 },
            "engine": { "enum": ["postgres", "mysql"] },
            "size": { "type": "integer", "minimum": 1, "maximum": 64 },
            "name": { "type": "string", "pattern": "^[a-z_]+$", "maxLength": 8 },
            "contact": { "type": ["string", "null"], "format": "email" },
            "ports": { "type": "array", "items": { "type": "integer" }, "uniqueItems": true, "maxItems": 3 },
            "backup": { "anyOf": [{ "type": "boolean" }, { "type": "object", "required": ["at"] }] },
            "replicas": { "type": "array", "items": { "type": "object", "required": ["host"] } },
            "plan": { "const": "gold" }
        },
        "additionalProperties": false
    });
    let relation = |field, kind, inverse, default| DeclaredRelation::new(field, kind, inverse, default).unwrap();
    let database = DeclaredKind {
        schema: Some(Schema::compile(schema).unwrap()),
        relations: vec![relation("replicas.host", "runsOn", "runs", Some("Resource"))],
        ..DeclaredKind::new("Database", ["example.com/v1", "example.com/v2"])
    };
    let policy = DeclaredKind {
        relations: vec![
            relation("appliesTo", "restricts", "restrictedBy", None),
            relation("owner", "writtenBy", "wrote", Some("User")),
            relation("part.of", "partOf", "hasPart", Some("System")),
        ],
        ..DeclaredKind::new("Policy", ["example.com/v1"])
    };
    Kinds::new(vec![database, policy]).unwrap()
}

fn entity(kind: &str, version: &str, spec: &str) -> String {
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n{}",
        if spec.is_empty() { String::new() } else { format!("spec: {spec}\n") }
    )
}

/// What becomes of an entity: its kind and relations, or the pointer, the cause and the help.
fn check(text: &str, expected: &str) {
    let documents = parse(text.as_bytes(), "f.yaml", &Limits::default());
    let mut value = documents[0].value.clone().unwrap();
    let got = match validate_with(&mut value, &kinds()).and_then(|kind| Ok((kind, relations_with(&value, &kinds())?))) {
        Ok((kind, relations)) => {
            let stated: Vec<_> = relations.iter().map(|found| format!("{} {} {}", found.source, found.kind, found.target)).collect();
            format!("{} {}", kind.map_or("declared".to_owned(), |kind| kind.to_string()), stated.join(" | ")).trim_end().to_owned()
        }
        Err(error) => {
            format!("{} {} ({})", error.pointer, error.detail(), error.help.as_deref().unwrap_or_default())
        }
    };
    assert_eq!(got, expected, "{text}");
}

fn database(spec: &str, expected: &str) {
    check(&entity("Database", "example.com/v1", spec), expected);
}

#[test]
fn a_schema_speaks_as_backstage_does() {
    let owned = "declared database:default/x ownedBy group:default/t | group:default/t ownerOf database:default/x";
    database("{owner: t, engine: postgres}", owned);
    database("{owner: t}", "/spec /spec must have required property 'engine' - missingProperty: engine (Add engine to spec.)");
    database("", "/spec /spec must have required property 'owner' - missingProperty: owner (Add owner to spec.)");
    database("{owner: '', engine: mysql}", "/spec/owner /spec/owner must NOT have fewer than 1 characters - limit: 1 ()");
    database(
        "{owner: t, engine: oracle}",
        "/spec/engine /spec/engine must be equal to one of the allowed values - allowedValues: postgres,mysql ()",
    );
    database("{owner: t, engine: mysql, size: 100}", "/spec/size /spec/size must be <= 64 - comparison: <=, limit: 64 ()");
    database("{owner: t, engine: mysql, size: many}", "/spec/size /spec/size must be integer - type: integer ()");
    database("{owner: t, engine: mysql, name: A}", "/spec/name /spec/name must match pattern \"^[a-z_]+$\" - pattern: ^[a-z_]+$ ()");
    database("{owner: t, engine: mysql, name: aaaaaaaaa}", "/spec/name /spec/name must NOT have more than 8 characters - limit: 8 ()");
    database("{owner: t, engine: mysql, contact: 5}", "/spec/contact /spec/contact must be null,string - type: null,string ()");
    database("{owner: t, engine: mysql, contact: me}", "/spec/contact /spec/contact must match format \"email\" - format: email ()");
    database("{owner: t, engine: mysql, ports: [1, 1]}", "/spec/ports /spec/ports must NOT have duplicate items ()");
    database("{owner: t, engine: mysql, ports: [1, a]}", "/spec/ports/1 /spec/ports/1 must be integer - type: integer ()");
    database("{owner: t, engine: mysql, plan: tin}", "/spec/plan /spec/plan must be equal to constant - allowedValue: gold ()");
    database(
        "{owner: t, engine: mysql, backup: x}",
        "/spec/backup /spec/backup must match a schema in anyOf (None of the alternatives fits: /spec/backup must be boolean; or /spec/backup must be object.)",
    );
    database(
        "{owner: t, engine: mysql, port: 1}",
        "/spec /spec must NOT have additional properties - additionalProperty: port (Remove port; the schema of this kind does not have it.)",
    );
}

#[test]
fn relations_go_through_dots_and_lists() {
    let policy = |spec: &str, expected: &str| check(&entity("Policy", "example.com/v1", spec), expected);
    database(
        "{owner: t, engine: mysql, replicas: [{host: a}, {host: other/b}]}",
        "declared database:default/x ownedBy group:default/t | group:default/t ownerOf database:default/x \
         | database:default/x runsOn resource:default/a | resource:default/a runs database:default/x \
         | database:default/x runsOn resource:other/b | resource:other/b runs database:default/x",
    );
    policy(
        "{appliesTo: [component:a]}",
        "declared policy:default/x restricts component:default/a | component:default/a restrictedBy policy:default/x",
    );
    policy("{owner: ada}", "declared policy:default/x writtenBy user:default/ada | user:default/ada wrote policy:default/x");
    policy("{part: {of: s}}", "declared policy:default/x partOf system:default/s | system:default/s hasPart policy:default/x");
    policy("{part: s}", "declared");
    policy("", "declared");
    policy(
        "{appliesTo: [component:a, b]}",
        "/spec/appliesTo/1 Entity reference \"b\" had missing or empty kind (e.g. did not start with \"component:\" or similar) \
         (Write kind:name or kind:namespace/name, for instance resource:orders-db.)",
    );
    policy(
        "{owner: [[a]]}",
        "/spec/owner/0 Entity reference [\"a\"] had missing or empty name (Write a name, namespace/name or user:namespace/name.)",
    );
}

#[test]
fn an_unknown_kind_is_told_what_to_declare() {
    let text = "No processor recognized the entity";
    let end = "as valid, possibly caused by a foreign kind or apiVersion";
    check(
        &entity("Dataset", "example.com/v1", "{}"),
        &format!(
            "/kind {text} dataset:default/x {end} (Declare the kind in waymark.toml: [[kinds]] with kind = \"Dataset\" and api-versions = [\"example.com/v1\"].)"
        ),
    );
    check(
        &entity("Databse", "example.com/v1", "{}"),
        &format!(
            "/kind {text} databse:default/x {end} (If Database is meant, write that. Otherwise declare the kind in waymark.toml: [[kinds]] with kind = \"Databse\" and api-versions = [\"example.com/v1\"].)"
        ),
    );
    check(
        &entity("database", "example.com/v1", "{}"),
        &format!("/kind {text} database:default/x {end} (Write the kind as Database: upper and lower case count.)"),
    );
    check(
        &entity("Database", "example.com/v3", "{}"),
        &format!(
            "/apiVersion {text} database:default/x {end} (The apiVersion of a Database is example.com/v1 or example.com/v2, not example.com/v3.)"
        ),
    );
    check(
        &entity("Component", "v1", "{}"),
        &format!(
            "/apiVersion {text} component:default/x {end} (The apiVersion of a Component is backstage.io/v1alpha1 or backstage.io/v1beta1, not v1.)"
        ),
    );
}

#[test]
fn built_in_kinds_are_as_before() {
    check(
        &entity("System", "backstage.io/v1alpha1", "{owner: t}"),
        "System system:default/x ownedBy group:default/t | group:default/t ownerOf system:default/x",
    );
    check(
        &entity("AiResource", "backstage.io/v1alpha1", "{type: skill, lifecycle: l, owner: t, dependsOn: [b]}"),
        "AiResource airesource:default/x ownedBy group:default/t | group:default/t ownerOf airesource:default/x \
         | airesource:default/x dependsOn airesource:default/b | airesource:default/b dependencyOf airesource:default/x",
    );
    check(
        &entity("AiResource", "backstage.io/v1alpha1", "{type: plugin, lifecycle: l, owner: t}"),
        "/spec /spec must have required property 'skills' - missingProperty: skills (Add skills to spec.)",
    );
    check(
        &entity("AiResource", "backstage.io/v1alpha1", "{type: prompt, lifecycle: l, owner: t, system: s, dependsOn: [b]}"),
        "AiResource airesource:default/x ownedBy group:default/t | group:default/t ownerOf airesource:default/x \
         | airesource:default/x partOf system:default/s | system:default/s hasPart airesource:default/x",
    );
}

#[test]
fn wrong_declarations_are_told_why() {
    let refused = |kind: DeclaredKind| Kinds::new(vec![kind]).unwrap_err();
    assert_eq!(
        refused(DeclaredKind::new("component", ["a/v1"])),
        "component: Component is built in and cannot be declared again; choose another name"
    );
    assert_eq!(
        refused(DeclaredKind::new("Data set", ["a/v1"])),
        "Data set: \"Data set\" cannot name a kind; use letters and digits, starting with a letter, at most 63"
    );
    assert_eq!(refused(DeclaredKind::new("A", [""; 0])), "A: api-versions needs at least one, such as \"example.com/v1\"");
    assert_eq!(
        refused(DeclaredKind::new("A", ["v1.0"])),
        "A: \"v1.0\" is no apiVersion; write a domain, one / and a version of letters and digits, as in example.com/v1"
    );
    let twice = vec![DeclaredKind::new("Aa", ["a/v1"]), DeclaredKind::new("aA", ["a/v1"])];
    assert_eq!(Kinds::new(twice).unwrap_err(), "aA: it is declared twice; letter case does not make a difference");
    assert_eq!(
        DeclaredRelation::new("spec.host", "a", "b", None).unwrap_err(),
        "\"spec.host\" is no field; write its path under spec, with dots, as in storage.host"
    );
    assert_eq!(DeclaredKind::new("Policy", ["a/v1"]).plural, "Policies");
}

#[test]
fn schemas_that_cannot_be_used_are_told_why() {
    let refused = |schema: Value| Schema::compile(schema).unwrap_err();
    assert_eq!(
        refused(json!({"$ref": "https://example.com/x.json"})),
        "$ref: \"https://example.com/x.json\" is another document; put what it refers to under $defs"
    );
    assert_eq!(refused(json!({"$ref": "#"})), "$ref: the references lead in a circle without a step into the value");
    let round = json!({"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"if": true, "then": {"$ref": "#/$defs/a"}}}});
    assert_eq!(refused(round), "$ref: the references lead in a circle without a step into the value");
    assert_eq!(
        refused(json!({"$schema": "http://json-schema.org/draft-04/schema#"})),
        "$schema: expected https://json-schema.org/draft/2020-12/schema or http://json-schema.org/draft-07/schema, found \"http://json-schema.org/draft-04/schema#\""
    );
    assert_eq!(refused(json!([])), "a schema is a mapping such as {\"type\": \"object\", \"required\": [\"owner\"]}");
    assert_eq!(refused(json!({"type": "text"})), "/type: \"text\" is not valid under any of the schemas listed in the 'anyOf' keyword");
    assert_eq!(refused(json!({"properties": {"a": {"pattern": "(?=a)"}}})), "/properties/a/pattern: \"(?=a)\" is not a \"regex\"");
    let deep = (0..100).fold(json!({}), |inner, _| json!({"not": inner}));
    assert_eq!(refused(deep), "it has more than 64 levels");
    // A tree is no circle: each step goes into the value.
    let tree = json!({"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"node": {"properties": {"next": {"$ref": "#/definitions/node"}}}}, "$ref": "#/definitions/node"});
    assert!(Schema::compile(tree).is_ok());
}

#[test]
fn the_same_declarations_have_the_same_digest() {
    assert_eq!(kinds().digest(), kinds().digest());
    assert_eq!(Kinds::default().digest(), "");
    let other = Kinds::new(vec![DeclaredKind::new("Database", ["example.com/v1"])]).unwrap();
    assert_ne!(kinds().digest(), other.digest());
    let pretty = DeclaredKind { icon: Some("key".to_owned()), ..DeclaredKind::new("Database", ["example.com/v1"]) };
    assert_eq!(Kinds::new(vec![pretty]).unwrap().digest(), other.digest());
}
