//! What may be remembered: for whom an answer holds, and for which resources.

use super::super::{EntityFacts, Resource};
use super::{Person, owned, policies};
use crate::Action;

#[test]
fn slices_have_the_same_key_as_long_as_they_decide_alike() {
    let ada = Person::new("user:default/ada group:default/a");
    let bob = Person::new("user:default/bob group:default/b");
    let key = |cedar: &str, granted: &str, person: &Person, action: Action| policies(cedar, granted).slice(&person.who(), action).key();
    let (read, change) = (Action::CatalogRead, Action::EntityChange);
    let everybody = key("", "developer everyone", &ada, read);
    // Whoever reads everything reads the same.
    assert_eq!(everybody, key("", "developer everyone", &bob, read));
    // By whom it was granted and what it is called does not matter, nor do policies about others and other actions.
    assert_eq!(everybody, key("", "viewer group:default/a", &ada, read));
    let elsewhere = r#"forbid(principal in Group::"group:default/b", action, resource);
        forbid(principal, action == Action::"docs:read", resource) when { resource.unowned };"#;
    assert_eq!(everybody, key(elsewhere, "developer everyone", &ada, read));
    assert_ne!(everybody, key(elsewhere, "developer everyone", &bob, read));
    assert_ne!(everybody, key("", "", &ada, read));
    assert_ne!(everybody, key("", "developer everyone", &ada, Action::DocsRead));
    // Owning is asked of each person, and being in a group too.
    assert_ne!(key("", "developer everyone", &ada, change), key("", "developer everyone", &bob, change));
    let asked = r#"forbid(principal, action == Action::"catalog:read", resource) when { principal in Group::"group:default/a" };"#;
    assert_ne!(key(asked, "viewer everyone", &ada, read), key(asked, "viewer everyone", &bob, read));
    // What a condition says matters.
    let hidden = |tag: &str| {
        let cedar = format!(r#"forbid(principal, action == Action::"catalog:read", resource) when {{ resource.tags.contains("{tag}") }};"#);
        key(&cedar, "viewer everyone", &ada, read)
    };
    assert_eq!(hidden("x"), hidden("x"));
    assert_ne!(hidden("x"), hidden("y"));
    assert_ne!(hidden("x"), everybody);
}

#[test]
fn resources_have_the_same_signature_if_no_policy_tells_them_apart() {
    let check = |cedar: &str, granted: &str, action: Action, one: &Resource<'_>, other: &Resource<'_>, expected: bool| {
        let compiled = policies(cedar, granted);
        let ada = Person::new("user:default/ada group:default/a group:default/b");
        let slice = compiled.slice(&ada.who(), action);
        assert_eq!(slice.signature(one) == slice.signature(other), expected, "{cedar} {one:?} {other:?}");
    };
    let same = |cedar: &str, one: &Resource<'_>, other: &Resource<'_>| check(cedar, "", Action::CatalogRead, one, other, true);
    let differ = |cedar: &str, one: &Resource<'_>, other: &Resource<'_>| check(cedar, "", Action::CatalogRead, one, other, false);
    let entity = |canonical, tags| Resource::Entity(EntityFacts { canonical, tags, ..EntityFacts::default() });
    let when = |condition: &str| format!(r#"permit(principal, action == Action::"catalog:read", resource) when {{ {condition} }};"#);

    // Owning: it matters whether it is one's own, not whose else it is.
    let owns = when("principal in resource.ownerGroups || principal in resource.ownerUsers");
    same(&owns, &owned("api:default/x", &["group:default/a"]), &owned("component:default/y", &["group:default/c", "group:default/b"]));
    same(&owns, &owned("api:default/x", &[]), &owned("component:default/y", &["group:default/c", "user:default/bob"]));
    differ(&owns, &owned("api:default/x", &["group:default/a"]), &owned("api:default/x", &["group:default/c"]));
    differ(&owns, &owned("user:default/ada", &[]), &owned("user:default/bob", &[]));
    // Named owners.
    let named = when(r#"resource.ownerGroups.contains(Group::"group:default/c")"#);
    same(&named, &owned("api:default/x", &["group:default/a"]), &owned("api:default/y", &[]));
    differ(&named, &owned("api:default/x", &["group:default/c"]), &owned("api:default/x", &[]));
    // All owners.
    let all = when(r#"resource.ownerGroups == [Group::"group:default/c"]"#);
    differ(&all, &owned("api:default/x", &["group:default/d"]), &owned("api:default/x", &[]));
    // Tags are told apart as they are split, and by nothing that is not asked.
    let tags = when(r#"resource.tags.contains("x")"#);
    same(&tags, &entity("api:default/x", &["x", "y"]), &entity("component:default/y", &["x", "y"]));
    differ(&tags, &entity("api:default/x", &["xy"]), &entity("api:default/x", &["x", "y"]));
    differ(&tags, &entity("api:default/x", &[""]), &entity("api:default/x", &[]));
    // Names matter where they are named.
    let one = r#"permit(principal, action == Action::"catalog:read", resource == Entity::"api:default/x");"#;
    same(one, &entity("api:default/y", &[]), &entity("api:default/z", &[]));
    differ(one, &entity("api:default/x", &[]), &entity("api:default/z", &[]));
    differ(&when(r#"resource.name like "x*""#), &entity("api:default/y", &[]), &entity("api:default/z", &[]));
}
