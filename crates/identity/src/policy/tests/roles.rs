//! The schema, the roles that come with Waymark, and what stands about them in files.

use std::{collections::BTreeSet, fmt::Write as _};

use super::super::{Policies, Role, built_in, schema, schema_text};
use super::{grants, policies};
use crate::{Access, Action};

/// The file that editors of policies take the schema from says what the list of actions says. After a change of the list, write what
/// [`schema_text`] gives into it.
#[test]
fn the_schema_file_is_what_the_actions_say() {
    assert_eq!(include_str!("../../../../../platform/policies/waymark.cedarschema"), schema_text());
}

#[test]
fn the_schema_has_every_action_and_nothing_else() {
    let schema = schema::validator().schema();
    let groups: BTreeSet<String> = Action::ALL.iter().flat_map(|action| schema::groups_of(*action)).collect();
    let known: BTreeSet<String> = schema.actions().map(|uid| uid.id().unescaped().to_owned()).collect();
    let expected: BTreeSet<String> = Action::ALL.iter().map(|action| action.id().to_owned()).chain(groups).collect();
    assert_eq!(known, expected);
    for action in Action::ALL {
        let uid = schema::Kind::Action.uid(action.id());
        let resources: Vec<String> = schema.resources_for_action(&uid).unwrap().map(ToString::to_string).collect();
        assert_eq!(resources, [action.resource().name()], "{action}");
        let principals: BTreeSet<String> = schema.principals_for_action(&uid).unwrap().map(ToString::to_string).collect();
        assert_eq!(principals, BTreeSet::from(["ServiceAccount".to_owned(), "User".to_owned()]), "{action}");
    }
}

#[test]
fn what_comes_with_waymark_is_valid() {
    for text in built_in() {
        assert_eq!(Policies::validate(&text.text), [], "{}", text.id);
        assert!(text.text.lines().all(|line| line.chars().count() <= 180), "{} has a line that nobody can read", text.id);
    }
    for role in Role::ALL {
        policies("", &format!("{} everyone", role.name));
    }
    let none = policies("", "");
    let names: BTreeSet<&str> = none.roles().collect();
    assert_eq!(names, Role::ALL.iter().map(|role| role.name).collect());
    assert!(none.policies_of("roles").iter().all(|policy| !policy.description.is_empty()), "each says what it is for");
}

/// `yes`: always; `own`: what they own, or under another condition; nothing: not.
fn table() -> String {
    let mut out = String::from("| action | done to | what it is |");
    let mut line = String::from("|---|---|---|");
    for role in Role::ALL {
        let _ = write!(out, " {} |", role.name);
        line.push_str("---|");
    }
    out.push('\n');
    out.push_str(&line);
    out.push('\n');
    let allowed: Vec<_> = Role::ALL.iter().map(Role::actions).collect();
    for action in Action::ALL {
        let _ = write!(out, "| `{action}` | {} | {} |", action.resource().name(), action.about());
        for actions in &allowed {
            let cell = match actions.iter().find(|allowed| allowed.action == *action) {
                Some(allowed) if allowed.conditional => " own |",
                Some(_) => " yes |",
                None => " |",
            };
            out.push_str(cell);
        }
        out.push('\n');
    }
    out
}

/// The guide has the table of actions and roles. After a change of either, put what this test prints between its two marks.
#[test]
fn the_guide_lists_actions_and_roles() {
    let guide = include_str!("../../../../../docs/guide/policies.md");
    let (_, rest) = guide.split_once("<!-- actions -->\n").expect("the guide marks where the table begins");
    let (written, _) = rest.split_once("<!-- /actions -->").expect("the guide marks where the table ends");
    let table = table();
    assert!(written == table, "docs/guide/policies.md is not up to date; between its marks belongs:\n{table}");
    for role in Role::ALL {
        assert!(guide.contains(&format!("| `{}` | {} |", role.name, role.about)), "the guide says something else about {}", role.name);
    }
}

/// What the guide shows as policies can be saved as it stands.
#[test]
fn the_examples_of_the_guide_are_valid() {
    let guide = include_str!("../../../../../docs/guide/policies.md");
    let blocks = guide.split("```cedar\n").skip(1).filter_map(|rest| rest.split("```").next());
    let examples: Vec<&str> = blocks.filter(|block| block.contains("permit") || block.contains("forbid")).collect();
    assert!(examples.len() >= 6, "{}", examples.len());
    for example in examples {
        assert_eq!(Policies::validate(example), [], "{example}");
    }
    let conditions = guide.split("```cedar\nwhen").nth(1).and_then(|rest| rest.split("```").next()).expect("the guide shows conditions");
    for condition in format!("when{conditions}").lines() {
        let policy = format!("permit (principal, action == Action::\"catalog:read\", resource) {condition}\n;");
        assert_eq!(Policies::validate(&policy), [], "{policy}");
    }
}

#[test]
fn roles_and_actions() {
    insta::assert_snapshot!(table());
}

/// What no role but the administrator's may ever come to allow, and what nobody gets by a role alone.
#[test]
fn roles_keep_their_distance() {
    let allowed = |name: &str| Role::named(name).unwrap().actions();
    for role in Role::ALL.iter().filter(|role| role.name != "admin") {
        for action in allowed(role.name).iter().map(|allowed| allowed.action) {
            let keys = ["policy:write", "role:grant", "account:write", "service-account:write", "session:revoke", "token:revoke"];
            assert!(!keys.contains(&action.id()), "{} may {action}", role.name);
        }
    }
    for allowed in Role::ALL.iter().flat_map(Role::actions) {
        let secret = matches!(allowed.action, Action::SecretRead | Action::StateRead);
        assert!(!secret || allowed.conditional, "secrets are read by their owners only");
    }
    let own = ["star:write", "view:write", "self:manage", "self:token", "survey:answer"];
    for name in ["viewer", "auditor"] {
        for action in allowed(name).iter().map(|allowed| allowed.action) {
            assert!(action.access() == Access::Read || own.contains(&action.id()), "{name} may {action}");
        }
    }
    let admin: Vec<&str> = allowed("admin").iter().map(|allowed| allowed.action.id()).collect();
    assert_eq!(admin.len(), Action::ALL.len(), "somebody may do everything: {admin:?}");
}

#[test]
fn policies_can_add_to_roles_and_define_new_ones() {
    let cedar = r#"
        @id("release") @role("release-manager sre") @description("Release managers record deliveries.")
        permit(principal in ?principal, action == Action::"delivery:record", resource);
    "#;
    let compiled = policies(cedar, "release-manager group:default/rel, sre service:ci");
    let check = |person: &str, expected: &str| {
        let person = super::Person::new(person);
        let decision = compiled.slice(&person.who(), Action::DeliveryRecord).allows(&super::Resource::Portal);
        assert_eq!(decision.determining.join(" "), expected);
        assert_eq!(decision.allowed, !expected.is_empty());
    };
    check("user:default/ada group:default/rel", "release-manager@group:default/rel/test/release");
    check("user:default/ada", "");
    check("service:ci", "sre@service:ci/reliability sre@service:ci/test/release");
    let named = compiled.policy("release-manager@group:default/rel/test/release").unwrap();
    assert_eq!((named.text.as_str(), named.line, named.role.as_deref()), ("test", 2, Some("release-manager")));
    assert_eq!(named.description, "Release managers record deliveries.");
    assert!(Policies::compile(&[], &grants("release-manager everyone")).is_err());
}
