//! Policies that are written in the portal: what they do, their history, and what they must not do. On both databases.

use model::{
    Caller, EntityRef, PortalError, Principal, Seq,
    view::{CompareLine, PolicyForm, PolicyOrigin, PolicyView},
};
use portal::{PolicySaved, Portal};
use store::{Args, Statement, Store};
use testkit::databases;

use crate::world::World;

const CATALOG: &str = "
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [platform]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {memberOf: [team]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: platform}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: platform, system: shop}
";

const HIDE: &str = "// Only the platform team sees the shop.
forbid (principal, action == Action::\"catalog:read\", resource)
when { resource.system == \"system:default/shop\" }
unless { principal in Group::\"group:default/platform\" };
";

const GRANT: Statement =
    Statement::both("test.grant", "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ($1, $2, 'test', 1)");

fn person(name: &str, group: &str) -> Caller {
    let groups = vec![EntityRef::new("group", "default", group)];
    Caller { principal: Principal::Person(EntityRef::new("user", "default", name)), groups: groups.into(), ..Caller::worker() }
}

fn ada() -> Caller {
    person("ada", "platform")
}

fn bob() -> Caller {
    person("bob", "team")
}

fn seen(caller: Caller, seq: Seq) -> Caller {
    Caller { seen: Some(seq), ..caller }
}

/// A portal in which the platform team runs everything.
async fn world(store: &Store) -> World {
    let mut tx = store.begin().await.unwrap();
    tx.execute(&GRANT, Args::new().text("admin").text("group:default/platform")).await.unwrap();
    tx.commit().await.unwrap();
    let world = World::start(store, &[("catalog-info.yaml", CATALOG)]).await;
    world.read().await;
    world
}

fn form(name: &str, text: &str, version: i64) -> PolicyForm {
    PolicyForm { name: name.to_owned(), text: text.to_owned(), version, comment: "because".to_owned(), ..PolicyForm::default() }
}

/// Reviews and saves, as the page does.
async fn save(portal: &Portal, caller: &Caller, form: PolicyForm, is_new: bool) -> Result<Seq, Box<PolicyView>> {
    let reviewed = portal.policies().review(caller, form, is_new).await.unwrap();
    if reviewed.review.is_none() {
        return Err(Box::new(reviewed));
    }
    let form = PolicyForm { comment: "because".to_owned(), ..reviewed.form };
    match portal.policies().save(caller, form, is_new).await.unwrap() {
        PolicySaved::Done(_, seq) => Ok(seq),
        PolicySaved::Again(view, _) => Err(view),
    }
}

/// Whether somebody finds the cart.
async fn finds(portal: &Portal, caller: &Caller) -> bool {
    let scoped = portal.catalog().scoped(caller).await.unwrap();
    scoped.snapshot.find(&"component:default/cart".parse().unwrap()).is_some()
}

fn changed(lines: &[CompareLine]) -> (usize, usize) {
    let count = |added: bool| {
        let is = |line: &&CompareLine| matches!((line, added), (CompareLine::Added(_), true) | (CompareLine::Removed(_), false));
        lines.iter().filter(is).count()
    };
    (count(true), count(false))
}

#[tokio::test]
async fn a_policy_lives_through_its_versions() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, policies) = (&world.portal, world.portal.policies());
        assert!(finds(portal, &bob()).await, "a developer sees everything");

        let seq = save(portal, &ada(), form("hide-shop", HIDE, 0), true).await.unwrap();
        assert!(!finds(portal, &seen(bob(), seq)).await, "the policy holds for whoever has seen it written");
        assert!(finds(portal, &seen(ada(), seq)).await);

        let list = policies.list(&seen(ada(), seq)).await.unwrap();
        let row = &list.rows[0];
        assert_eq!((row.name.as_str(), row.says.as_str(), row.enabled), ("hide-shop", "Only the platform team sees the shop.", true));
        assert!(list.rows.iter().any(|row| row.origin == PolicyOrigin::BuiltIn) && list.can_write && list.examples.len() == 3);

        let seq = policies.enable(&ada(), "hide-shop", 1, false).await.unwrap();
        assert!(finds(portal, &seen(bob(), seq)).await, "what is switched off does not hold");
        let seq = policies.enable(&ada(), "hide-shop", 2, true).await.unwrap();
        assert!(!finds(portal, &seen(bob(), seq)).await);

        let other = HIDE.replace("group:default/platform", "group:default/team");
        let seq = save(portal, &seen(ada(), seq), form("hide-shop", &other, 3), false).await.unwrap();
        assert_eq!((finds(portal, &seen(bob(), seq)).await, finds(portal, &seen(ada(), seq)).await), (true, false));

        let seq = policies.rollback(&ada(), "hide-shop", 3, 4).await.unwrap();
        assert!(!finds(portal, &seen(bob(), seq)).await);
        let seq = policies.delete(&ada(), "hide-shop", 5).await.unwrap();
        assert!(finds(portal, &seen(bob(), seq)).await);
        let gone = policies.one(&seen(ada(), seq), "hide-shop").await.unwrap_err();
        assert!(matches!(gone, PortalError::NotFound { .. }), "{gone}");

        let seq = policies.rollback(&ada(), "hide-shop", 1, 6).await.unwrap();
        assert!(!finds(portal, &seen(bob(), seq)).await, "what was deleted comes back");
        let history = policies.history(&seen(ada(), seq), "hide-shop").await.unwrap();
        let lines: Vec<String> = history
            .versions
            .iter()
            .map(|version| {
                let (added, removed) = changed(&version.lines);
                let state = if version.deleted {
                    "deleted"
                } else if version.enabled {
                    "on"
                } else {
                    "off"
                };
                format!("{} {state} +{added} -{removed} {}", version.version, version.comment)
            })
            .collect();
        let expected = [
            "7 on +4 -0 Back to version 1",
            "6 deleted +0 -4 ",
            "5 on +1 -1 Back to version 3",
            "4 on +1 -1 because",
            "3 on +0 -0 Switched on",
            "2 off +0 -0 Switched off",
            "1 on +4 -0 because",
        ];
        assert_eq!(lines, expected, "{}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn nobody_saves_over_what_they_have_not_seen() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, policies) = (&world.portal, world.portal.policies());
        // Not reviewed: the page comes back with the review.
        let unseen = policies.save(&ada(), form("hide-shop", HIDE, 0), true).await.unwrap();
        let PolicySaved::Again(view, false) = unseen else { panic!("{unseen:?}") };
        assert_eq!(changed(view.review.as_deref().unwrap_or_default()), (4, 0));

        save(portal, &ada(), form("hide-shop", HIDE, 0), true).await.unwrap();
        let one = HIDE.replace("sees", "finds");
        save(portal, &ada(), form("hide-shop", &one, 1), false).await.unwrap();
        // Somebody who still has version 1 on the screen.
        let late = HIDE.replace("sees", "knows");
        let view = save(portal, &ada(), form("hide-shop", &late, 1), false).await.unwrap_err();
        assert_eq!(changed(view.conflict.as_deref().unwrap_or_default()), (1, 1));
        assert_eq!(view.form.text, late, "what was typed stays");
        // Both were shown side by side, so the next review is of the newest.
        save(portal, &ada(), view.form, false).await.unwrap();
        for refused in [
            policies.enable(&ada(), "hide-shop", 1, false).await,
            policies.delete(&ada(), "hide-shop", 2).await,
            policies.rollback(&ada(), "hide-shop", 1, 2).await,
        ] {
            assert!(matches!(refused, Err(PortalError::Conflict { .. })), "{refused:?}");
        }
        let taken = save(portal, &ada(), form("hide-shop", HIDE, 0), true).await.unwrap_err();
        assert_eq!(taken.errors[0].field, "name");
        let taken = save(portal, &ada(), form("roles", HIDE, 0), true).await.unwrap_err();
        assert_eq!(taken.errors[0].field, "name");
        let mistyped = "// x\npermit (principal, action == Action::\"entity:chnge\", resource);";
        let wrong = save(portal, &ada(), form("wrong", mistyped, 0), true).await.unwrap_err();
        assert_eq!((wrong.problems[0].line, wrong.problems[0].message.contains("entity:change")), (2, true), "{:?}", wrong.problems);
        world.stop().await;
    }
}

#[tokio::test]
async fn nobody_is_locked_out() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, policies) = (&world.portal, world.portal.policies());
        let locks_everybody = [
            "forbid (principal, action, resource);",
            "forbid (principal, action == Action::\"policy:write\", resource);",
            "forbid (principal, action == Action::\"role:grant\", resource);",
            "forbid (principal in Group::\"everyone\", action, resource);",
            "forbid (principal in Group::\"group:default/platform\", action, resource);",
        ];
        let root = Caller::admin_token();
        for text in locks_everybody {
            for caller in [&ada(), &root] {
                let view = save(portal, caller, form("lock", text, 0), true).await.unwrap_err();
                let message = view.message.unwrap_or_default();
                assert!(message.starts_with("This is not saved, since it would lock people out."), "{text}: {message}");
            }
        }
        assert!(policies.list(&ada()).await.unwrap().rows.iter().all(|row| row.name != "lock"), "nothing was written");
        assert!(policies.history(&ada(), "lock").await.is_err());
        // The administrator may not be locked out one by one either, not even by themselves.
        let me = "forbid (principal == User::\"user:default/ada\", action, resource);";
        assert!(save(portal, &ada(), form("lock", me, 0), true).await.is_err());
        // Switched off it may wait, and is refused when it is switched on or brought back.
        save(portal, &ada(), form("later", HIDE, 0), true).await.unwrap();
        policies.enable(&ada(), "later", 1, false).await.unwrap();
        let seq = save(portal, &ada(), form("later", locks_everybody[0], 2), false).await.unwrap();
        let refused = policies.enable(&seen(ada(), seq), "later", 3, true).await;
        assert!(matches!(&refused, Err(PortalError::Invalid { message, .. }) if message.contains("lock people out")), "{refused:?}");
        // Others may lose what they have.
        save(portal, &ada(), form("bob", "forbid (principal == User::\"user:default/bob\", action, resource);", 0), true).await.unwrap();
        world.stop().await;
    }
}

#[tokio::test]
async fn two_changes_at_once_are_one_after_the_other() {
    for database in databases().await {
        let world = world(&database.store).await;
        let portal = &world.portal;
        let reviewed = portal.policies().review(&ada(), form("hide-shop", HIDE, 0), true).await.unwrap().form;
        let (caller, policies) = (ada(), portal.policies());
        let save = || policies.save(&caller, reviewed.clone(), true);
        let (one, two) = tokio::join!(save(), save());
        let done = [&one, &two].into_iter().filter(|saved| matches!(saved, Ok(PolicySaved::Done(..)))).count();
        assert_eq!(done, 1, "{}: {one:?} {two:?}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn only_those_who_may_see_and_change() {
    for database in databases().await {
        let world = world(&database.store).await;
        let policies = world.portal.policies();
        let hidden = |result: &Result<(), PortalError>| matches!(result, Err(PortalError::NotFound { .. }));
        assert!(hidden(&policies.list(&bob()).await.map(drop)));
        assert!(hidden(&policies.one(&bob(), "roles").await.map(drop)));
        assert!(hidden(&policies.test(&bob(), form("roles", "", 0), false).await.map(drop)));
        let refused = policies.save(&bob(), form("x", HIDE, 0), true).await.map(drop);
        assert!(matches!(refused, Err(PortalError::Forbidden { .. })), "{refused:?}");
        let built_in = policies.one(&ada(), "roles").await.unwrap();
        assert!(built_in.origin == PolicyOrigin::BuiltIn && built_in.form.text.contains("permit"));
        world.stop().await;
    }
}

#[tokio::test]
async fn a_draft_is_tested_before_it_holds() {
    for database in databases().await {
        let world = world(&database.store).await;
        let policies = world.portal.policies();
        let ask = async |who: &str, action: &str, resource: &str| {
            let form =
                PolicyForm { who: who.to_owned(), action: action.to_owned(), resource: resource.to_owned(), ..form("hide-shop", HIDE, 0) };
            let view = policies.test(&ada(), form, true).await.unwrap();
            match view.test {
                Some(test) => {
                    format!("{} {}: {}", test.in_force.allowed, test.draft.allowed, test.draft.by.first().map_or("-", |by| &by.name))
                }
                None => view.errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>().join(" "),
            }
        };
        let cart = "component:default/cart";
        assert_eq!(ask("bob", "catalog:read", cart).await, "true false: hide-shop");
        assert_eq!(ask("user:default/ada", "catalog:read", cart).await.split(':').next(), Some("true true"));
        assert_eq!(ask("bob", "policy:write", "").await, "false false: -");
        assert_eq!(ask("service:ci", "catalog:read", cart).await, "false false: hide-shop");
        assert_eq!(ask("", "nothing", cart).await, "who action");
        assert_eq!(ask("bob", "catalog:read", "").await, "resource");
        assert_eq!(ask("bob", "catalog:read", "component:default/none").await, "resource");
        assert!(policies.list(&ada()).await.unwrap().rows.iter().all(|row| row.name != "hide-shop"), "a test writes nothing");
        world.stop().await;
    }
}

#[tokio::test]
async fn why_names_what_decides() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, policies) = (&world.portal, world.portal.policies());
        let cart = "component:default/cart";
        let view = policies.why(&bob(), "", "", "").await.unwrap();
        assert!(view.answer.is_none() && !view.may_ask_for_others && view.actions.iter().any(|(id, _)| id == "entity:change"));

        let answer = policies.why(&bob(), "", "entity:change", cart).await.unwrap().answer.unwrap();
        assert!(!answer.allowed && answer.is_self && answer.forbidden_by.is_empty());
        assert_eq!(answer.owners[0].entity_ref.to_string(), "group:default/platform");
        assert!(answer.would_allow.iter().any(|hint| hint.is_role) && answer.would_allow.iter().all(|hint| hint.href.is_none()));
        assert!(answer.who_can_grant.iter().any(|link| link.entity_ref.name() == "platform"), "{:?}", answer.who_can_grant);
        let answer = policies.why(&ada(), "", "entity:change", cart).await.unwrap().answer.unwrap();
        assert!(answer.allowed && answer.by.iter().all(|by| by.href.is_some()) && !answer.by.is_empty());

        let freeze = "// No changes.\nforbid (principal, action == Action::\"entity:change\", resource);";
        let seq = save(portal, &ada(), form("freeze", freeze, 0), true).await.unwrap();
        let answer = policies.why(&seen(ada(), seq), "bob", "entity:change", cart).await.unwrap().answer.unwrap();
        assert_eq!((answer.allowed, answer.is_self, answer.forbidden_by[0].name.as_str()), (false, false, "freeze"));

        let refused = policies.why(&bob(), "user:default/ada", "policy:write", "").await;
        assert!(matches!(refused, Err(PortalError::NotFound { .. })), "{refused:?}");
        let wrong = policies.why(&bob(), "", "entity:change", "").await.unwrap();
        assert_eq!(wrong.errors[0].field, "resource");
        let wrong = policies.why(&bob(), "", "entity:change", "component:default/none").await.unwrap();
        assert_eq!(wrong.errors[0].field, "resource");
        world.stop().await;
    }
}
