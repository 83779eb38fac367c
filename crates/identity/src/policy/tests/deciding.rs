//! Who gets what: groups, everybody, service accounts, and what nobody has to ask for.

use std::sync::Arc;

use model::Principal;

use super::super::{EntityFacts, Policies, Reach, Resource, Who};
use super::{Person, grants, owned, policies, text};
use crate::Action;

/// Cedar, grants, who, action, owners of `component:default/x`, expected.
fn check(cedar: &str, granted: &str, person: &str, action: Action, owners: &[&str], expected: &str) {
    let compiled = policies(cedar, granted);
    let person = Person::new(person);
    let slice = compiled.slice(&person.who(), action);
    let resource = match action.resource() {
        crate::ResourceKind::Portal => Resource::Portal,
        crate::ResourceKind::Entity => owned("component:default/x", owners),
        kind => Resource::Other { kind, id: "x", owners },
    };
    let decision = slice.allows(&resource);
    let said = format!("{} {}", if decision.allowed { "yes" } else { "no" }, decision.determining.join(" "));
    assert_eq!(said.trim(), expected, "{cedar}");
}

#[test]
fn nothing_is_allowed_without_a_policy() {
    for action in Action::ALL {
        check("", "", "user:default/ada group:default/a", *action, &["user:default/ada"], "no");
    }
}

#[test]
fn developers_change_what_they_own_and_what_nobody_owns() {
    let developer = |person: &str, owners: &[&str], expected: &str| {
        check("", "developer everyone", person, Action::EntityChange, owners, expected);
    };
    let yes = "yes developer@everyone/change-own";
    developer("user:default/ada group:default/a", &["group:default/a"], yes);
    developer("user:default/ada group:default/a group:default/parent", &["group:default/parent"], yes);
    developer("user:default/Ada group:default/A", &["group:default/a"], yes);
    developer("user:default/ada", &["user:default/ada"], yes);
    developer("user:default/ada", &[], yes);
    developer("user:default/ada group:default/a", &["group:default/b"], "no");
    developer("user:default/ada", &["user:default/bob"], "no");
    // An owner that is neither a group nor a person is one all the same.
    developer("user:default/ada", &["component:default/y"], "no");
    // Nobody is in a group that is called as they are.
    developer("user:default/ada", &["group:default/ada"], "no");
    developer("service:ci", &[], "no");
}

/// Groups decide who may do what: whoever could change them, or what says that they belong to them, could give themselves every role.
#[test]
fn people_and_groups_are_changed_by_administrators_only() {
    for role in super::super::Role::ALL {
        let compiled = policies("", &format!("{} everyone", role.name));
        let ada = Person::new("user:default/ada group:default/a");
        for canonical in ["user:default/ada", "user:default/bob", "group:default/a", "group:default/b"] {
            let slice = compiled.slice(&ada.who(), Action::EntityChange);
            for owners in [&[][..], &["group:default/a"], &["user:default/ada"]] {
                assert_eq!(slice.permits(&owned(canonical, owners)), role.name == "admin", "{} {canonical}", role.name);
            }
        }
    }
}

#[test]
fn everyone_is_every_person_and_no_machine() {
    let everyone = r#"permit(principal in Group::"everyone", action == Action::"system:read", resource);"#;
    check(everyone, "", "user:default/ada", Action::SystemRead, &[], "yes test");
    check(everyone, "", "service:ci", Action::SystemRead, &[], "no");
    check("", "viewer everyone", "service:ci", Action::CatalogRead, &[], "no");
    check("", "viewer service:ci", "service:ci", Action::CatalogRead, &[], "yes viewer@service:ci/read");
    check("", "viewer service:ci", "service:other", Action::CatalogRead, &[], "no");
    check("", "viewer service:ci", "user:default/ci", Action::CatalogRead, &[], "no");
}

#[test]
fn what_forbids_wins() {
    let freeze = r#"
        @id("freeze") forbid(principal, action in Action::"*:write", resource)
        unless { principal in Group::"group:default/release" };
    "#;
    check(freeze, "admin everyone", "user:default/ada", Action::PolicyWrite, &[], "no test/freeze");
    check(freeze, "admin everyone", "user:default/ada group:default/release", Action::PolicyWrite, &[], "yes admin@everyone/everything");
    check(freeze, "admin everyone", "user:default/ada", Action::PolicyRead, &[], "yes admin@everyone/everything");
    // It is named although nothing permits it either.
    check(freeze, "", "user:default/ada", Action::PolicyWrite, &[], "no test/freeze");
}

#[test]
fn all_who_decide_are_named() {
    let cedar = r#"
        permit(principal, action == Action::"system:read", resource);
        @id("b") permit(principal, action == Action::"system:read", resource == Portal::"waymark");
    "#;
    check(cedar, "admin everyone", "user:default/ada", Action::SystemRead, &[], "yes admin@everyone/everything test#1 test/b");
}

#[test]
fn a_resource_of_another_kind_is_never_allowed() {
    let compiled = policies("permit(principal, action, resource);", "admin everyone");
    let ada = Person::new("user:default/ada");
    let slice = compiled.slice(&ada.who(), Action::CatalogRead);
    assert!(!slice.permits(&Resource::Portal));
    assert!(!slice.sweep().permits(&Resource::Portal));
    assert!(!slice.allows(&Resource::Portal).allowed);
    assert!(slice.permits(&owned("component:default/x", &[])));
}

#[test]
fn the_portal_itself_needs_no_policy() {
    let compiled = policies("forbid(principal, action, resource);", "");
    for principal in [Principal::AdminToken, Principal::Worker] {
        let who = Who { principal: &principal, groups: &[] };
        for action in Action::ALL {
            let slice = compiled.slice(&who, *action);
            assert_eq!(slice.reach(), Reach::All);
            assert!(slice.permits(&Resource::Portal) && slice.sweep().permits(&Resource::Portal));
            assert!(slice.allows(&Resource::Portal).allowed);
        }
    }
}

#[test]
fn reach_is_told_without_a_resource() {
    let reach = |cedar: &str, granted: &str, expected: Reach| {
        let compiled = policies(cedar, granted);
        let ada = Person::new("user:default/ada group:default/a");
        assert_eq!(compiled.slice(&ada.who(), Action::CatalogRead).reach(), expected, "{cedar} {granted}");
    };
    reach("", "", Reach::Nothing);
    reach("", "developer everyone", Reach::All);
    reach("", "developer group:default/b", Reach::Nothing);
    reach(r#"permit(principal, action == Action::"catalog:read", resource == Entity::"api:default/x");"#, "", Reach::Depends);
    reach(r#"permit(principal, action == Action::"catalog:read", resource) when { resource.unowned };"#, "", Reach::Depends);
    reach(r#"forbid(principal, action, resource == Entity::"api:default/x");"#, "viewer everyone", Reach::Depends);
    reach(r#"forbid(principal, action, resource is Entity);"#, "viewer everyone", Reach::Nothing);
    reach(r#"forbid(principal in Group::"group:default/b", action, resource);"#, "viewer everyone", Reach::All);
    reach(r#"forbid(principal, action, resource is Claim);"#, "viewer everyone", Reach::All);
}

#[test]
fn slices_are_remembered_for_as_long_as_there_is_room() {
    let compiled = policies("", "developer everyone");
    let people: Vec<Person> = (0..3_000).map(|at| Person::new(&format!("user:default/p{at} group:default/g{at}"))).collect();
    let first = compiled.slice(&people[0].who(), Action::EntityChange);
    assert!(Arc::ptr_eq(&first, &compiled.slice(&people[0].who(), Action::EntityChange)));
    for person in &people {
        let slice = compiled.slice(&person.who(), Action::EntityChange);
        let own = person.1[0].to_string();
        assert!(slice.permits(&owned("component:default/x", &[&own])));
        assert!(!slice.permits(&owned("component:default/x", &["group:default/g"])));
    }
    assert!(!Arc::ptr_eq(&first, &compiled.slice(&people[0].who(), Action::EntityChange)), "it was forgotten meanwhile");
}

#[test]
fn a_list_of_groups_is_known_by_its_address() {
    let compiled = policies("", "developer everyone");
    let list = |text: &str| -> Arc<[model::EntityRef]> { Person::new(text).1.into() };
    let ada = super::principal("user:default/ada");
    let bob = super::principal("user:default/bob");
    let resource = owned("component:default/x", &["group:default/a"]);
    let own = |who: &Principal, list: &Arc<[model::EntityRef]>| compiled.slice_of_list(who, list, Action::EntityChange).permits(&resource);
    let (a, b) = (list("user:default/x group:default/a"), list("user:default/x group:default/b"));
    for _ in 0..2 {
        assert!(own(&ada, &a) && own(&bob, &a));
        assert!(!own(&ada, &b) && !own(&bob, &b));
        assert!(!own(&ada, &Vec::new().into()));
    }
    // A list that is gone does not leave its rights to the next one at its address.
    for at in 0..2_000 {
        let other = list(&format!("user:default/x group:default/{}", if at % 2 == 0 { "a" } else { "b" }));
        assert_eq!(own(&ada, &other), at % 2 == 0);
    }
}

#[test]
fn facts_that_are_not_mentioned_can_be_left_out() {
    let compiled = policies(
        r#"permit(principal, action == Action::"catalog:read", resource) when { resource.tags.contains("open") };
           permit(principal, action == Action::"catalog:read", resource in Entity::"system:default/s");
           permit(principal, action == Action::"docs:read", resource) when { resource.type == "website" || resource.lifecycle == "" };"#,
        "developer everyone",
    );
    let check = |action: Action, expected: [bool; 5]| {
        let ada = Person::new("user:default/ada");
        let slice = compiled.slice(&ada.who(), action);
        let mentions = slice.mentions();
        assert_eq!([mentions.type_, mentions.lifecycle, mentions.system, mentions.tags, mentions.owners], expected, "{action}");
    };
    check(Action::CatalogRead, [false, false, true, true, false]);
    check(Action::DocsRead, [true, true, false, false, false]);
    check(Action::EntityChange, [false, false, false, false, true]);
    check(Action::ApiTry, [false; 5]);
}

#[test]
fn what_is_in_a_system_can_be_named_by_the_system() {
    let cedar = r#"permit(principal, action == Action::"catalog:read", resource in Entity::"system:default/s");"#;
    let compiled = policies(cedar, "");
    let ada = Person::new("user:default/ada");
    let slice = compiled.slice(&ada.who(), Action::CatalogRead);
    let entity = |canonical, system| Resource::Entity(EntityFacts { canonical, system, ..EntityFacts::default() });
    assert!(slice.permits(&entity("system:default/s", "")));
    assert!(slice.permits(&entity("system:default/s", "system:default/s")), "a system that says it is in itself");
    assert!(slice.permits(&entity("component:default/x", "system:default/s")));
    assert!(!slice.permits(&entity("component:default/x", "system:default/t")));
}

#[test]
fn what_changed_is_read_anew() {
    let cedar = |name: &str| format!(r#"permit(principal == User::"user:default/{name}", action == Action::"system:read", resource);"#);
    let may = |policies: &Policies, name: &str| {
        let person = Person::new(&format!("user:default/{name}"));
        policies.slice(&person.who(), Action::SystemRead).permits(&Resource::Portal)
    };
    let first = Policies::compile(&[text("one", &cedar("ada")), text("two", &cedar("bob"))], &[]).unwrap();
    assert!(may(&first, "ada") && may(&first, "bob") && !may(&first, "eve"));
    let second = first.recompile(&[text("two", &cedar("eve")), text("one", &cedar("ada"))], &grants("sre user:default/kim")).unwrap();
    assert!(may(&second, "ada") && !may(&second, "bob") && may(&second, "eve") && may(&second, "kim"));
    let third = second.recompile(&[text("one", &cedar("ada"))], &[]).unwrap();
    assert!(may(&third, "ada") && !may(&third, "eve") && !may(&third, "kim"));
    assert!(third.recompile(&[text("one", "permit(")], &[]).is_err());
    assert!(may(&third, "ada"));
}
