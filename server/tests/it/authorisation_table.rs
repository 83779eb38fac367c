//! The table of the guide: what each role may do, and what each address needs. Written with `WAYMARK_WRITE_TABLE=1`.

use std::{fmt::Write as _, fs, path::Path};

use identity::{
    Access, Action, ResourceKind,
    policy::{EntityFacts, Grant, GrantOrigin, GrantTo, Policies, Resource, Role, Who},
};
use model::{Caller, EntityRef, Principal};

use crate::{
    authorisation_cases::{Case, Need, cases, command_cases},
    world::World,
};

const PLACE: &str = "../docs/guide/authorisation-table.md";

/// Whether somebody with only this role may do it to what they own, and to what others own.
fn decided(policies: &Policies, role: &str, action: Action) -> [bool; 2] {
    let (principal, group) = (Principal::Person(person(role)), "group:default/its-team");
    let groups: [EntityRef; 1] = [group.parse().unwrap()];
    let slice = policies.slice(&Who { principal: &principal, groups: &groups }, action);
    [group, "group:default/others"].map(|owner| {
        let owners = [owner];
        slice.permits(&match action.resource() {
            ResourceKind::Portal => Resource::Portal,
            ResourceKind::Entity => {
                Resource::Entity(EntityFacts { canonical: "component:default/thing", owner_refs: &owners, ..EntityFacts::default() })
            }
            kind => Resource::Other { kind, id: "thing", owners: &owners },
        })
    })
}

fn person(role: &str) -> EntityRef {
    EntityRef::new("user", "default", role)
}

fn policies() -> Policies {
    let grant =
        |role: &Role| Grant { role: role.name.to_owned(), to: GrantTo::User(person(role.name)), origin: GrantOrigin::Configuration };
    let grants: Vec<Grant> = Role::ALL.iter().map(grant).collect();
    Policies::compile(&[], &grants).expect("the roles that come with Waymark")
}

fn actions(policies: &Policies) -> String {
    let mut out = String::from("| action | what it means |");
    for role in Role::ALL {
        _ = write!(out, " {} |", role.name);
    }
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    out.push('\n');
    for action in Action::ALL {
        _ = write!(out, "| `{action}` | {} |", action.about());
        for role in Role::ALL {
            out.push_str(match decided(policies, role.name, *action) {
                [true, true] => " yes |",
                [true, false] => " own |",
                [false, false] => " – |",
                [false, true] => panic!("{role:?} may do {action} to everything but what they own"),
            });
        }
        out.push('\n');
    }
    out
}

fn needs(case: &Case) -> String {
    match &case.need {
        Need::Open(why) => format!("open: {why}"),
        Need::SignedIn(why) => format!("whoever is signed in: {why}"),
        Need::Mixed(how) => (*how).to_owned(),
        Need::List(action) => format!("`{action}`; without it, it is empty"),
        Need::Portal(action) => format!("`{action}`"),
        Need::Owned(action) => format!("`{action}` on the entity"),
    }
}

fn page() -> String {
    let mut out = String::from(
        "# Who may do what\n\nWritten by a test from the policies and the router of this version: it is what the program does. \
         What the roles are for stands in [Policies](policies.md).\n\n## Actions and roles\n\n\
         *own*: only what the person owns, or one of their groups. What states no owner everybody may change who may change what they own, \
         but for people and groups. A location belongs to whoever registered it; others change it who may do `entity:change` on all that \
         comes from it.\n\n",
    );
    out.push_str(&actions(&policies()));
    out.push_str("\n## Addresses\n\n| method | address | needs |\n|---|---|---|\n");
    let mut all = cases();
    all.sort_by_key(|case| (case.route, case.method.as_str().to_owned()));
    for case in &all {
        _ = writeln!(out, "| {} | `{}` | {} |", case.method, case.route, needs(case));
    }
    out.push_str("\n## Commands\n\n| command | needs |\n|---|---|\n");
    for (command, why) in command_cases() {
        _ = writeln!(out, "| `waymark {command}` | {why} |");
    }
    out
}

#[test]
fn the_guide_has_the_table() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLACE);
    let page = page();
    if std::env::var_os("WAYMARK_WRITE_TABLE").is_some() {
        fs::write(&place, &page).unwrap();
    }
    let kept = fs::read_to_string(&place).unwrap_or_default();
    assert!(
        kept == page,
        "docs/guide/authorisation-table.md is old; write it with WAYMARK_WRITE_TABLE=1 cargo test -p server the_guide_has_the_table"
    );
}

#[tokio::test]
async fn the_portal_decides_as_the_table_says() {
    let mut catalog = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: its-team }\nspec: { type: team, children: [] }\n---\n\
         apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: others }\nspec: { type: team, children: [] }\n---\n\
         apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: own }\nspec: { type: a, lifecycle: b, owner: its-team }\n---\n\
         apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: foreign }\nspec: { type: a, lifecycle: b, owner: others }\n",
    );
    let mut configuration = String::from("[access]\ndefault-role = \"none\"\n");
    for role in Role::ALL {
        let name = role.name;
        _ = writeln!(
            catalog,
            "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{ name: {name} }}\nspec: {{ memberOf: [its-team] }}"
        );
        _ = writeln!(configuration, "[[access.grants]]\nrole = \"{name}\"\nto = [\"user:default/{name}\"]");
    }
    let files = [("waymark.toml", configuration.as_str()), ("catalog-info.yaml", catalog.as_str())];
    let policies = policies();
    for world in World::of_people(&files).await {
        for role in Role::ALL {
            for action in Action::ALL {
                let resources: &[&str] = match action.resource() {
                    ResourceKind::Portal => &[""],
                    ResourceKind::Entity => &["component:default/own", "component:default/foreign"],
                    _ => continue,
                };
                for (at, resource) in resources.iter().enumerate() {
                    let resource: Option<EntityRef> = resource.parse().ok();
                    let explained =
                        world.portal.explain(&Caller::admin_token(), Some(&person(role.name)), *action, resource.as_ref()).await.unwrap();
                    let said = decided(&policies, role.name, *action)[at];
                    assert_eq!(explained.is_allowed(), said, "{} {action} {resource:?}", role.name);
                    // Who may not is told something, whatever it is about.
                    assert!(said || !explained.explanation.summary.is_empty(), "{} {action}", role.name);
                    assert!(
                        said || action.access() == Access::Read
                            || !explained.explanation.would_allow.is_empty()
                            || *action == Action::SecretRead
                    );
                }
            }
        }
    }
}
