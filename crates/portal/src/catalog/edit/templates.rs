//! What a new entity of a kind starts from.

use ::catalog::descriptor::Kinds;

/// Kind, `spec` as YAML with `OWNER` where the owner goes.
const TEMPLATES: [(&str, &str); 8] = [
    (
        "Component",
        "  type: service\n  lifecycle: experimental\n  owner: OWNER\n  # system: my-system\n  # dependsOn: ['resource:my-database']\n  # providesApis: [my-api]\n",
    ),
    (
        "API",
        "  type: openapi\n  lifecycle: experimental\n  owner: OWNER\n  definition: |\n    openapi: 3.1.0\n    info: {title: My API, version: 1.0.0}\n    paths: {}\n",
    ),
    ("Resource", "  type: database\n  owner: OWNER\n  # system: my-system\n"),
    ("System", "  owner: OWNER\n  # domain: my-domain\n"),
    ("Domain", "  owner: OWNER\n"),
    ("Group", "  type: team\n  profile:\n    displayName: My team\n    email: my-team@example.com\n  children: []\n"),
    ("User", "  profile:\n    displayName: First Last\n    email: first.last@example.com\n  memberOf: []\n"),
    ("Location", "  type: url\n  targets:\n    - https://example.com/catalog-info.yaml\n"),
];

/// The kinds that have a template: as the address has them, and as people read them.
pub(super) fn kinds(declared: &Kinds) -> Vec<(String, String)> {
    let built_in = TEMPLATES.iter().map(|(kind, _)| (*kind).to_owned());
    let declared = declared.declared().iter().map(|kind| kind.kind.clone());
    built_in.chain(declared).map(|kind| (kind.to_lowercase(), kind)).collect()
}

/// The template of a kind, with an owner; a Component's for a kind that nobody knows.
pub(super) fn of(kind: &str, owner: &str, declared: &Kinds) -> (String, String) {
    if let Some(known) = declared.find(kind) {
        let version = known.api_versions.first().map_or("example.com/v1", String::as_str);
        let spec = known.relations.iter().map(|relation| {
            let value = if relation.field() == "owner" { owner } else { "…" };
            format!("  # {}: {value}\n", relation.field())
        });
        let spec: String = spec.collect();
        let spec = if spec.is_empty() { "spec: {}\n".to_owned() } else { format!("spec: {{}}\n{spec}") };
        return (known.kind.to_lowercase(), format!("apiVersion: {version}\nkind: {}\n{}{spec}", known.kind, metadata(&known.kind)));
    }
    let (kind, spec) = TEMPLATES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(kind)).unwrap_or(TEMPLATES[0]);
    let spec = spec.replace("OWNER", owner);
    (kind.to_lowercase(), format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\n{}spec:\n{spec}", metadata(kind)))
}

fn metadata(kind: &str) -> String {
    format!("metadata:\n  name: my-{}\n  description: What it is, in one line\n  tags: []\n", kind.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_an_entity() {
        let none = Kinds::default();
        for (kind, _) in kinds(&none) {
            let (_, yaml) = of(&kind, "group:default/a", &none);
            assert!(super::super::read_yaml(&yaml, &none).is_ok(), "{yaml}");
        }
    }
}
