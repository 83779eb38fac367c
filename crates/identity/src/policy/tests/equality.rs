//! What is decided with slices is what Cedar's authorizer decides over all policies at once.

use cedar_policy::{Authorizer, Context, Decision, Entities, Request};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use super::super::{EntityFacts, Policies, Reach, Resource, schema};
use super::{Person, grants, text};
use crate::{Action, ResourceKind};

const PRINCIPALS: &[&str] = &[
    "principal",
    "principal",
    r#"principal == User::"user:default/ada""#,
    r#"principal in Group::"group:default/a""#,
    r#"principal in Group::"group:default/b""#,
    r#"principal in Group::"everyone""#,
    r#"principal is User in Group::"group:default/a""#,
    r#"principal is ServiceAccount in Group::"group:default/a""#,
    "principal is ServiceAccount",
    "principal is User",
    r#"principal == ServiceAccount::"ci""#,
    r#"principal in ServiceAccount::"ci""#,
];
const ACTIONS: &[&str] = &[
    r#"action == Action::"catalog:read""#,
    r#"action == Action::"entity:change""#,
    r#"action in [Action::"catalog:read", Action::"entity:change"]"#,
    r#"action in Action::"entity:*""#,
    r#"action in Action::"*:write""#,
    "action",
];
const RESOURCES: &[&str] = &[
    "resource",
    "resource",
    "resource is Entity",
    r#"resource == Entity::"component:default/x""#,
    r#"resource == Entity::"system:default/s""#,
    r#"resource in Entity::"system:default/s""#,
    r#"resource is Entity in Entity::"system:default/t""#,
    r#"resource == Portal::"waymark""#,
    "resource is Claim",
];
/// Conditions that every resource can be asked; `E:` those that only entities can, `O:` those that all but the portal can.
const CONDITIONS: &[&str] = &[
    "",
    "",
    r#"when { principal in Group::"group:default/b" }"#,
    r#"when { action == Action::"catalog:read" }"#,
    r#"when { action in Action::"*:write" } unless { principal is ServiceAccount }"#,
    r#"when { principal in [Group::"group:default/a", Group::"everyone"] }"#,
    r#"when { principal == User::"user:default/ada" || principal == ServiceAccount::"ci" }"#,
    r#"E:when { [Entity::"component:default/x", Entity::"system:default/s"].contains(resource) }"#,
    r#"when { (if principal is User then Group::"group:default/a" else Group::"group:default/b") == Group::"group:default/a" }"#,
    "O:when { principal in resource.ownerGroups }",
    "O:when { principal in resource.ownerGroups || principal in resource.ownerUsers }",
    "O:unless { principal in resource.ownerUsers || resource.unowned }",
    r#"O:when { resource.ownerGroups.contains(Group::"group:default/a") }"#,
    r#"O:when { resource.ownerGroups.containsAny([Group::"group:default/a", Group::"group:default/c"]) }"#,
    r#"O:when { resource.ownerGroups.containsAll([Group::"group:default/a", Group::"group:default/b"]) }"#,
    "O:when { principal is User && resource.ownerUsers.contains(principal) }",
    "O:when { resource.ownerGroups.isEmpty() }",
    r#"O:when { resource.ownerGroups == [Group::"group:default/a"] }"#,
    r#"O:when { principal in (if resource.unowned then [Group::"group:default/b"] else resource.ownerGroups) }"#,
    r#"O:when { resource has ownerGroups && {"o": resource}.o.name like "*x" }"#,
    r#"O:when { resource.name == "x" }"#,
    r#"O:when { resource is Entity && resource.kind == "component" && (principal in resource.ownerUsers || principal in resource.ownerGroups) }"#,
    r#"O:when { resource.ownerGroups.contains(Group::"group:default/b") && principal in resource.ownerGroups }"#,
    r#"E:when { resource.kind == "component" }"#,
    r#"E:when { resource.namespace == "default" && resource.name like "x*" }"#,
    r#"E:when { resource.tags.contains("secret") } unless { principal in resource.ownerGroups }"#,
    r#"E:when { resource.tags.isEmpty() }"#,
    r#"E:when { resource.type == "service" && resource.lifecycle != "production" }"#,
    r#"E:when { resource.system == "system:default/s" }"#,
    r#"E:when { resource in [Entity::"system:default/t", Entity::"component:default/x"] }"#,
    r#"E:when { ["component", "api"].contains(resource.kind) && resource.tags.contains("a") && resource.tags.contains("secret") }"#,
    r#"E:when { "x" == resource.name && resource.name like "x" } when { resource.name like "*x" }"#,
    r#"E:when { resource.name like "xy" || resource.kind == "api" } unless { resource.name == "x" && resource.tags.contains("a") }"#,
    r#"E:when { resource has system && resource has "tags" }"#,
];
const ROLES: &[&str] = &["admin", "developer", "platform-engineer", "sre", "viewer", "auditor"];
const GRANTED: &[&str] = &["everyone", "group:default/a", "group:default/c", "user:default/ada", "service:ci"];
const PEOPLE: &[&str] = &[
    "user:default/ada group:default/a",
    "user:default/ada group:default/a group:default/b group:default/c",
    "user:default/bob",
    "user:default/bob group:default/b group:default/e",
    "service:ci",
    "service:ci group:default/a",
    "service:deploy",
];
const ASKED: &[Action] =
    &[Action::CatalogRead, Action::EntityChange, Action::DocsPublish, Action::SelfManage, Action::PolicyWrite, Action::ClaimRead];
const OWNERS: &[&str] = &[
    "group:default/a",
    "group:default/b",
    "group:default/c",
    "group:default/e",
    "user:default/ada",
    "user:default/bob",
    "component:default/y",
];

/// A resource that owns its texts.
#[derive(Clone, Debug)]
struct Thing {
    kind: ResourceKind,
    id: &'static str,
    type_: &'static str,
    lifecycle: &'static str,
    system: &'static str,
    tags: Vec<&'static str>,
    owners: Vec<&'static str>,
}

impl Thing {
    fn resource(&self) -> Resource<'_> {
        match self.kind {
            ResourceKind::Portal => Resource::Portal,
            ResourceKind::Entity => Resource::Entity(EntityFacts {
                canonical: self.id,
                type_: self.type_,
                lifecycle: self.lifecycle,
                system: self.system,
                tags: &self.tags,
                owner_refs: &self.owners,
            }),
            kind => Resource::Other { kind, id: self.id, owners: &self.owners },
        }
    }

    /// As Cedar's JSON has it, with everything.
    fn json(&self) -> Value {
        let reference = |kind: &str, id: &str| json!({ "__entity": { "type": kind, "id": id } });
        let mut owners = self.owners.clone();
        if self.kind == ResourceKind::Entity && self.id.starts_with("user:") {
            owners.push(self.id);
        }
        let of = |kind: &str, prefix: &str| -> Value {
            owners.iter().filter(|owner| owner.starts_with(prefix)).map(|owner| reference(kind, owner)).collect()
        };
        let (groups, users) = (of("Group", "group:"), of("User", "user:"));
        let (uid, attrs, parents) = match self.kind {
            ResourceKind::Portal => (json!({ "type": "Portal", "id": "waymark" }), json!({}), json!([])),
            ResourceKind::Entity => {
                let parts: Vec<&str> = self.id.split([':', '/']).collect();
                let parents = if self.system.is_empty() { json!([]) } else { json!([{ "type": "Entity", "id": self.system }]) };
                let attrs = json!({
                    "kind": parts[0], "namespace": parts[1], "name": parts[2], "type": self.type_, "lifecycle": self.lifecycle,
                    "system": self.system, "tags": self.tags, "ownerGroups": groups, "ownerUsers": users, "unowned": owners.is_empty(),
                });
                (json!({ "type": "Entity", "id": self.id }), attrs, parents)
            }
            kind => {
                let attrs = json!({ "name": self.id, "ownerGroups": groups, "ownerUsers": users, "unowned": owners.is_empty() });
                (json!({ "type": kind.name(), "id": self.id }), attrs, json!([]))
            }
        };
        json!({ "uid": uid, "attrs": attrs, "parents": parents })
    }
}

fn thing() -> impl Strategy<Value = Thing> {
    let kind = select(vec![ResourceKind::Entity, ResourceKind::Entity, ResourceKind::Entity, ResourceKind::Portal, ResourceKind::Claim]);
    let entities = ["component:default/x", "component:default/xy", "system:default/s", "user:default/ada", "group:default/a", "api:o/x"];
    let systems = ["", "system:default/s", "system:default/t"];
    let rest = (select(vec!["", "service"]), select(vec!["", "production"]), select(systems.to_vec()));
    let lists = (vec(select(vec!["secret", "a", ""]), 0..3), vec(select(OWNERS.to_vec()), 0..4));
    (kind, select(entities.to_vec()), rest, lists).prop_map(|(kind, id, (type_, lifecycle, system), (tags, owners))| {
        // Nothing is in itself.
        let system = if system == id { "" } else { system };
        Thing { kind, id: if kind == ResourceKind::Claim { "x" } else { id }, type_, lifecycle, system, tags, owners }
    })
}

fn policy() -> impl Strategy<Value = String> {
    let effect = select(vec!["permit", "permit", "permit", "forbid"]);
    let scope = (select(PRINCIPALS.to_vec()), select(ACTIONS.to_vec()), select(RESOURCES.to_vec()));
    (effect, scope, select(CONDITIONS.to_vec())).prop_map(|(effect, (principal, action, resource), condition)| {
        // What only some resources can be asked is asked of those only.
        let (action, resource, condition) = match condition.split_at_checked(2) {
            Some(("E:", condition)) => (r#"action in [Action::"catalog:read", Action::"entity:change"]"#, "resource is Entity", condition),
            Some(("O:", condition)) => {
                (r#"action in [Action::"catalog:read", Action::"entity:change", Action::"claim:read"]"#, resource, condition)
            }
            _ => (action, resource, condition),
        };
        format!("{effect}({principal}, {action}, {resource}) {condition};")
    })
}

/// What Cedar says: whether it is allowed, and the policies that decide.
fn plain(policies: &Policies, person: &Person, action: Action, thing: &Thing) -> (bool, Vec<String>) {
    let (kind, id) = match &person.0 {
        model::Principal::Person(name) => ("User", name.to_string()),
        model::Principal::Service(name) => ("ServiceAccount", name.clone()),
        other => panic!("{other:?} has no policies"),
    };
    let mut groups: Vec<String> = person.1.iter().map(ToString::to_string).collect();
    if kind == "User" {
        groups.push("everyone".to_owned());
    }
    let parents: Vec<Value> = groups.iter().map(|group| json!({ "type": "Group", "id": group })).collect();
    let mut all = vec![json!({ "uid": { "type": kind, "id": id }, "attrs": {}, "parents": parents }), thing.json()];
    all.extend(groups.iter().map(|group| json!({ "uid": { "type": "Group", "id": group }, "attrs": {}, "parents": [] })));
    let schema = schema::validator().schema();
    let entities = Entities::from_json_value(Value::Array(all), Some(schema)).unwrap();
    let uid = |kind: &str, id: &str| cedar_policy::EntityUid::from_type_name_and_id(kind.parse().unwrap(), cedar_policy::EntityId::new(id));
    let request = Request::new(
        uid(kind, &id),
        uid("Action", action.id()),
        uid(thing.kind.name(), thing.resource().id()),
        Context::empty(),
        Some(schema),
    );
    let answer = Authorizer::new().is_authorized(&request.unwrap(), policies.set(), &entities);
    assert_eq!(answer.diagnostics().errors().count(), 0);
    let mut reasons: Vec<String> = answer.diagnostics().reason().map(ToString::to_string).collect();
    reasons.sort_unstable();
    (answer.decision() == Decision::Allow, reasons)
}

fn compare(cedar: &str, granted: &str, things: &[Thing]) {
    let policies = Policies::compile(&[text("test", cedar)], &grants(granted)).unwrap_or_else(|problems| panic!("{problems:#?}\n{cedar}"));
    for person in PEOPLE.iter().map(|text| Person::new(text)) {
        for action in ASKED {
            let slice = policies.slice(&person.who(), *action);
            let mut sweep = slice.sweep();
            let mut answers: Vec<(super::super::Signature, bool)> = Vec::new();
            for thing in things.iter().filter(|thing| thing.kind == action.resource()) {
                let resource = thing.resource();
                let (allowed, reasons) = plain(&policies, &person, *action, thing);
                let about = || format!("{:?} {action} {thing:?}\n{cedar}\n{granted}", person.0);
                let decision = slice.allows(&resource);
                assert_eq!((decision.allowed, &decision.determining), (allowed, &reasons), "{}", about());
                assert_eq!(slice.permits(&resource), allowed, "permits: {}", about());
                assert_eq!(sweep.permits(&resource), allowed, "sweep: {}", about());
                match slice.reach() {
                    Reach::All => assert!(allowed, "all: {}", about()),
                    Reach::Nothing => assert!(!allowed, "nothing: {}", about()),
                    Reach::Depends => {}
                }
                let signature = slice.signature(&resource);
                for (other, answer) in &answers {
                    assert!(*other != signature || *answer == allowed, "signature: {}", about());
                }
                answers.push((signature, allowed));
                let told = policies.explain(&person.who(), *action, &resource);
                assert_eq!(told.allowed, allowed, "explain: {}", about());
                assert_eq!(told.by.len() + told.forbidden_by.len(), reasons.len(), "explain: {}", about());
                assert!(!told.summary.is_empty(), "explain: {}", about());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slices_decide_as_cedar_does(
        written in vec(policy(), 0..9),
        granted in vec((select(ROLES.to_vec()), select(GRANTED.to_vec())), 0..4),
        things in vec(thing(), 1..8),
    ) {
        let granted: Vec<String> = granted.iter().map(|(role, to)| format!("{role} {to}")).collect();
        compare(&written.join("\n"), &granted.join(","), &things);
    }
}

/// Every condition with every kind of scope, alone and against another, so that none depends on chance.
#[test]
fn every_condition_is_decided_as_cedar_does() {
    let thing = |kind, id, system, tags: &[&'static str], owners: &[&'static str]| Thing {
        kind,
        id,
        type_: if tags.is_empty() { "service" } else { "" },
        lifecycle: "experimental",
        system,
        tags: tags.to_vec(),
        owners: owners.to_vec(),
    };
    let things = [
        thing(ResourceKind::Entity, "component:default/x", "system:default/s", &["secret"], &["group:default/a"]),
        thing(ResourceKind::Entity, "component:default/xy", "system:default/t", &[], &["group:default/a", "group:default/b"]),
        thing(ResourceKind::Entity, "system:default/s", "", &["a", "secret"], &["user:default/ada"]),
        thing(ResourceKind::Entity, "user:default/ada", "", &[], &[]),
        thing(ResourceKind::Entity, "api:other/x", "", &[], &[]),
        thing(ResourceKind::Entity, "api:other/z", "", &[""], &["component:default/y"]),
        thing(ResourceKind::Portal, "waymark", "", &[], &[]),
        thing(ResourceKind::Claim, "x", "", &[], &["group:default/c", "user:default/bob"]),
        thing(ResourceKind::Claim, "y", "", &[], &[]),
    ];
    for condition in CONDITIONS {
        let (actions, condition) = match condition.split_at_checked(2) {
            Some(("E:", condition)) => (r#"action in [Action::"catalog:read", Action::"entity:change"]"#, condition),
            Some(("O:", condition)) => (r#"action in [Action::"catalog:read", Action::"entity:change", Action::"claim:read"]"#, condition),
            _ => ("action", *condition),
        };
        compare(&format!("permit(principal, {actions}, resource) {condition};"), "", &things);
        compare(&format!("permit(principal, action, resource); forbid(principal, {actions}, resource) {condition};"), "", &things);
        let named = r#"resource in Entity::"system:default/s""#;
        compare(&format!("permit(principal, {actions}, {named}) {condition};"), "viewer everyone", &things);
    }
}
