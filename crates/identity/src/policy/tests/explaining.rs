//! What people are told.

use std::fmt::Write as _;

use model::Principal;

use super::super::{EntityFacts, Explanation, Resource, Who};
use super::{Person, owned, policies};
use crate::{Action, ResourceKind};

const CEDAR: &str = r#"
    @id("freeze") @description("Production does not change before the holidays.")
    forbid(principal, action == Action::"entity:change", resource)
    when { resource.lifecycle == "production" } unless { principal in Group::"group:default/release" };

    @id("payroll") @description("Payroll sees its own secrets of people.")
    permit(principal in Group::"group:default/payroll", action == Action::"secret:read", resource == Secret::"payroll/key");

    @id("docs") permit(principal is ServiceAccount, action == Action::"docs:publish", resource) when { resource.tags.contains("docs") };
"#;

fn told(explanation: &Explanation) -> String {
    let mut out = format!("{}\n", explanation.summary);
    for hint in &explanation.would_allow {
        let _ = writeln!(out, "  - {}", hint.why);
    }
    out
}

#[test]
fn explanations() {
    let compiled = policies(CEDAR, "developer everyone, admin group:default/platform, viewer service:ci");
    let payments = owned("component:default/checkout", &["group:default/payments"]);
    let production = Resource::Entity(EntityFacts {
        canonical: "component:default/shop",
        lifecycle: "production",
        owner_refs: &["group:default/payments"],
        ..EntityFacts::default()
    });
    let key = Resource::Other { kind: ResourceKind::Secret, id: "payroll/key", owners: &["user:default/zoe"] };
    let cases = [
        ("user:default/ada group:default/payments", Action::EntityChange, &payments),
        ("user:default/ada group:default/search", Action::EntityChange, &payments),
        ("user:default/ada", Action::EntityChange, &production),
        ("user:default/ada group:default/payments group:default/release", Action::EntityChange, &production),
        ("user:default/ada", Action::PolicyWrite, &Resource::Portal),
        ("user:default/ada group:default/platform", Action::PolicyWrite, &Resource::Portal),
        ("user:default/ada", Action::SecretRead, &key),
        ("user:default/ada group:default/payroll", Action::SecretRead, &key),
        ("service:ci", Action::EntityChange, &payments),
        ("service:ci", Action::DocsPublish, &payments),
        ("service:ci", Action::StateRead, &Resource::Other { kind: ResourceKind::Secret, id: "a/b", owners: &[] }),
        ("user:default/ada", Action::CatalogRead, &Resource::Portal),
        ("user:default/ada", Action::EntityChange, &owned("group:default/payments", &[])),
    ];
    let mut out = String::new();
    for (who, action, resource) in cases {
        let person = Person::new(who);
        let _ = writeln!(out, "# {who}: {action} on {}", resource.id());
        out.push_str(&told(&compiled.explain(&person.who(), action, resource)));
        out.push('\n');
    }
    let nobody = policies("", "");
    let ada = Person::new("user:default/ada group:default/search");
    let _ = writeln!(out, "# nothing granted");
    out.push_str(&told(&nobody.explain(&ada.who(), Action::EntityChange, &payments)));
    let _ = writeln!(out, "\n# about somebody else");
    out.push_str(&told(&compiled.explain_about(&ada.who(), Action::EntityChange, &payments)));
    let ci = Person::new("service:ci");
    out.push_str(&told(&compiled.explain_about(&ci.who(), Action::EntityChange, &payments)));
    let root = Who { principal: &Principal::AdminToken, groups: &[] };
    let _ = writeln!(out, "\n# the administrator's token");
    out.push_str(&told(&compiled.explain(&root, Action::EntityChange, &production)));
    insta::assert_snapshot!(out);
}

#[test]
fn tokens_are_told_what_they_lack() {
    let compiled = policies("", "developer everyone");
    let ada = Person::new("user:default/ada group:default/a");
    let check = |owners: &[&str], scopes: Option<&[&str]>, expected: &str| {
        let scopes: Option<Vec<String>> = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
        let resource = owned("component:default/x", owners);
        let told = compiled.explain(&ada.who(), Action::EntityChange, &resource).with_scopes(Action::EntityChange, scopes.as_deref());
        assert_eq!(told.allowed, expected.is_empty());
        assert_eq!(told.scope_missing.clone().unwrap_or_default(), expected);
        assert!(told.summary.starts_with(expected), "{}", told.summary);
    };
    check(&[], None, "");
    check(&[], Some(&["entity:write"]), "");
    check(
        &[],
        Some(&["catalog:read", "entity:read"]),
        "This token is limited to catalog:read, entity:read; it would need the scope entity:change.",
    );
    check(&[], Some(&[]), "This token is limited to nothing; it would need the scope entity:change.");
    check(&["group:default/b"], Some(&["catalog:read"]), "This token is limited to catalog:read; it would need the scope entity:change.");
}

/// Every policy that an explanation names exists, and everything that decides can be found by its id.
#[test]
fn explanations_name_what_there_is() {
    let compiled = policies(CEDAR, "developer everyone, admin group:default/platform, viewer service:ci");
    for text in ["test", "roles"] {
        for policy in compiled.policies_of(text) {
            assert_eq!(policy.text, text);
            assert!(policy.line > 0);
        }
    }
    assert_eq!(
        compiled.policies_of("test").iter().map(|policy| policy.id.as_str()).collect::<Vec<_>>(),
        ["test/freeze", "test/payroll", "test/docs"]
    );
    assert_eq!(compiled.policies_of("test")[1].line, 6);
}
