//! Relations, both ways.

use catalog::descriptor::{Limits, parse, relations, validate};

/// The forward and reverse relations of an entity `x` in namespace `ns`, in order.
fn check(kind: &str, spec: &str, expect: &[&str]) {
    let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
    let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: ns}}\nspec: {spec}\n");
    let mut value = parse(text.as_bytes(), "f", &Limits::default()).remove(0).value.expect("the text is YAML");
    validate(&mut value).expect("the entity is right");
    let got = match relations(&value) {
        Ok(found) => found.iter().map(|found| format!("{} {} {}", found.source, found.kind, found.target)).collect(),
        Err(error) => vec![format!("{}: {}", error.pointer, error.detail())],
    };
    assert_eq!(got, expect, "{text}");
}

#[test]
fn owner_of_every_kind_that_has_one() {
    check("System", "{owner: o}", &["system:ns/x ownedBy group:ns/o", "group:ns/o ownerOf system:ns/x"]);
    check("Domain", "{owner: 'user:o'}", &["domain:ns/x ownedBy user:ns/o", "user:ns/o ownerOf domain:ns/x"]);
    check("Resource", "{type: t, owner: default/o}", &["resource:ns/x ownedBy group:default/o", "group:default/o ownerOf resource:ns/x"]);
    check(
        "Template",
        "{type: t, owner: 'User:Other/O', steps: []}",
        &["template:ns/x ownedBy user:other/o", "user:other/o ownerOf template:ns/x"],
    );
    check("Template", "{type: t, steps: []}", &[]);
}

#[test]
fn component() {
    let owned = ["component:ns/x ownedBy group:ns/o", "group:ns/o ownerOf component:ns/x"];
    let with = |fields: &str, more: &[&str]| {
        let spec = format!("{{type: t, lifecycle: p, owner: o, {fields}}}");
        check("Component", &spec, &[&owned, more].concat());
    };
    with("subcomponentOf: c", &["component:ns/x partOf component:ns/c", "component:ns/c hasPart component:ns/x"]);
    with("system: s", &["component:ns/x partOf system:ns/s", "system:ns/s hasPart component:ns/x"]);
    with(
        "providesApis: [b, A]",
        &[
            "component:ns/x providesApi api:ns/a",
            "api:ns/a apiProvidedBy component:ns/x",
            "component:ns/x providesApi api:ns/b",
            "api:ns/b apiProvidedBy component:ns/x",
        ],
    );
    with("consumesApis: [n/a]", &["component:ns/x consumesApi api:n/a", "api:n/a apiConsumedBy component:ns/x"]);
    with("dependsOn: ['resource:r']", &["component:ns/x dependsOn resource:ns/r", "resource:ns/r dependencyOf component:ns/x"]);
    with("dependencyOf: ['component:c']", &["component:ns/x dependencyOf component:ns/c", "component:ns/c dependsOn component:ns/x"]);
    with("dependencyOf: [{kind: API, name: a}]", &["component:ns/x dependencyOf api:ns/a", "api:ns/a dependsOn component:ns/x"]);
}

#[test]
fn other_kinds() {
    check(
        "API",
        "{type: t, lifecycle: p, owner: o, definition: d, system: s}",
        &["api:ns/x ownedBy group:ns/o", "group:ns/o ownerOf api:ns/x", "api:ns/x partOf system:ns/s", "system:ns/s hasPart api:ns/x"],
    );
    check(
        "Resource",
        "{type: t, owner: o, system: s, dependsOn: ['component:c'], dependencyOf: ['component:d']}",
        &[
            "resource:ns/x ownedBy group:ns/o",
            "group:ns/o ownerOf resource:ns/x",
            "resource:ns/x dependsOn component:ns/c",
            "component:ns/c dependencyOf resource:ns/x",
            "resource:ns/x dependencyOf component:ns/d",
            "component:ns/d dependsOn resource:ns/x",
            "resource:ns/x partOf system:ns/s",
            "system:ns/s hasPart resource:ns/x",
        ],
    );
    check(
        "System",
        "{owner: o, domain: d}",
        &[
            "system:ns/x ownedBy group:ns/o",
            "group:ns/o ownerOf system:ns/x",
            "system:ns/x partOf domain:ns/d",
            "domain:ns/d hasPart system:ns/x",
        ],
    );
    check(
        "Domain",
        "{owner: o, subdomainOf: d}",
        &[
            "domain:ns/x ownedBy group:ns/o",
            "group:ns/o ownerOf domain:ns/x",
            "domain:ns/x partOf domain:ns/d",
            "domain:ns/d hasPart domain:ns/x",
        ],
    );
    check("User", "{memberOf: [g]}", &["user:ns/x memberOf group:ns/g", "group:ns/g hasMember user:ns/x"]);
    check(
        "Group",
        "{type: t, parent: p, children: [c], members: [m]}",
        &[
            "group:ns/x childOf group:ns/p",
            "group:ns/p parentOf group:ns/x",
            "group:ns/x parentOf group:ns/c",
            "group:ns/c childOf group:ns/x",
            "group:ns/x hasMember user:ns/m",
            "user:ns/m memberOf group:ns/x",
        ],
    );
    check("Location", "{target: ./x.yaml}", &[]);
}

#[test]
fn names_that_are_none() {
    let component = |field: &str, expect: &str| check("Component", &format!("{{type: t, lifecycle: p, owner: o, {field}}}"), &[expect]);
    component(
        "dependsOn: [b, 'resource:a']",
        "/spec/dependsOn/0: Entity reference \"b\" had missing or empty kind (e.g. did not start with \"component:\" or similar)",
    );
    component("system: 'system:/x'", "/spec/system: Entity reference \"system:/x\" was not on the form [<kind>:][<namespace>/]<name>");
    component("providesApis: ['x/']", "/spec/providesApis/0: Entity reference \"x/\" was not on the form [<kind>:][<namespace>/]<name>");
    component("dependencyOf: ['']", "/spec/dependencyOf/0: Entity reference must not be empty");
}
