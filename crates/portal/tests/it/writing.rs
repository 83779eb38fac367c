//! Entities that the portal owns, and what is put over those that a file owns: who may, what is refused, what is seen.

use catalog::{Expected, Overlay};
use model::{Caller, EntityRef, PortalError, Principal, Seq};
use portal::{Portal, Put};
use serde_json::{Value, json};
use testkit::databases;

use crate::world::{World, component};

const PEOPLE: &str = "
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [team] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { memberOf: [] }
";

fn person(name: &str, groups: &[&str]) -> Caller {
    let groups: Vec<EntityRef> = groups.iter().map(|group| group.parse().unwrap()).collect();
    Caller { principal: Principal::Person(format!("user:default/{name}").parse().unwrap()), groups: groups.into(), ..Caller::worker() }
}

fn ada() -> Caller {
    person("ada", &["group:default/team"])
}

fn name(text: &str) -> EntityRef {
    text.parse().unwrap()
}

fn described(name: &str, title: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": name, "title": title },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team" },
    })
}

/// A result as a line: what was done, or the sort of refusal with its words.
fn line<T>(result: Result<T, PortalError>, done: impl Fn(T) -> String) -> String {
    match result {
        Ok(value) => done(value),
        Err(PortalError::Invalid { message, fields }) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
            format!("invalid: {message} [{}]", fields.join("; "))
        }
        Err(error @ PortalError::Conflict { .. }) => format!("conflict: {error}"),
        Err(error @ PortalError::NotFound { .. }) => format!("not found: {error}"),
        Err(error @ PortalError::Forbidden { .. }) => format!("forbidden: {error}"),
        Err(error) => panic!("{error:?}"),
    }
}

fn put(result: Result<Put, PortalError>) -> String {
    line(result, |put| format!("{} {}", if put.created { "created" } else { "changed" }, put.entity_ref))
}

/// What a caller reads who has seen `seq`: the entity, or null.
async fn read(portal: &Portal, seq: Seq, entity: &str) -> Value {
    let caller = Caller { seen: Some(seq), ..Caller::worker() };
    let scoped = portal.catalog().scoped(&caller).await.unwrap();
    scoped.snapshot.find(&name(entity)).map(|id| scoped.snapshot.entity(id).to_value()).unwrap_or_default()
}

fn text<'a>(entity: &'a Value, pointer: &str) -> &'a str {
    entity.pointer(pointer).and_then(Value::as_str).unwrap_or("-")
}

#[tokio::test]
async fn an_entity_of_the_portal_lives() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("a", "one")))]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let made = catalog.put_entity(&ada(), described("x", "First"), Expected::Absent).await.unwrap();
        assert!(made.created);
        let first = read(&world.portal, made.seq, "component:default/x").await;
        assert_eq!(text(&first, "/metadata/title"), "First");
        assert_eq!(text(&first, "/metadata/etag"), made.etag);
        assert_eq!(text(&first, "/metadata/annotations/backstage.io~1managed-by-location"), "portal:component:default/x");
        assert_eq!(first["relations"], json!([{ "type": "ownedBy", "targetRef": "group:default/team" }]));

        let again = catalog.put_entity(&ada(), described("X", "Again"), Expected::Absent).await;
        assert_eq!(put(again), "conflict: component:default/x exists already. Choose another name, or change that entity.");
        let patch = json!({ "metadata": { "title": "Second", "labels": { "a": "b" } } });
        let patched = catalog.patch_entity(&ada(), &name("component:x"), patch, Expected::Any).await.unwrap();
        let second = read(&world.portal, patched.seq, "component:default/x").await;
        assert_eq!((text(&second, "/metadata/title"), text(&second, "/metadata/labels/a")), ("Second", "b"));
        assert_eq!(text(&second, "/metadata/uid"), text(&first, "/metadata/uid"));
        assert_ne!(patched.etag, made.etag);

        let current = Expected::Etag(made.etag.clone());
        let stale = format!(
            "conflict: component:default/x changed meanwhile: its etag is {} now. Read it again and repeat the change on what it is now.",
            patched.etag
        );
        let seen = |seq: Seq| Caller { seen: Some(seq), ..ada() };
        let late = catalog
            .patch_entity(&seen(patched.seq), &name("component:x"), json!({ "metadata": { "title": "Late" } }), current.clone())
            .await;
        assert_eq!(put(late), stale);
        let late = catalog.put_entity(&ada(), described("x", "Late"), current.clone()).await;
        assert_eq!(put(late), stale);
        let late = catalog.delete_entity(&ada(), &name("component:x"), current).await;
        assert_eq!(line(late, |_| "deleted".to_owned()), stale);

        let renamed = catalog.patch_entity(&ada(), &name("component:x"), json!({ "metadata": { "name": "y" } }), Expected::Any).await;
        assert_eq!(
            put(renamed),
            "invalid: A patch cannot rename component:default/x: kind, metadata.namespace and metadata.name stay. Make a new entity and delete this one. []"
        );
        let nameless = catalog.put_entity(&ada(), json!({ "kind": "Component" }), Expected::Any).await;
        assert_eq!(put(nameless), "invalid: The entity has no name: kind and metadata.name have to be texts []");
        let broken = catalog.patch_entity(&ada(), &name("component:x"), json!({ "spec": { "lifecycle": "" } }), Expected::Any).await;
        let broken = put(broken);
        assert!(broken.starts_with("invalid: ") && broken.contains("/spec/lifecycle: "), "{broken}");

        let gone = catalog.delete_entity(&ada(), &name("component:x"), Expected::Etag(patched.etag)).await.unwrap();
        assert_eq!(read(&world.portal, gone, "component:default/x").await, Value::Null);
        let twice = catalog.delete_entity(&seen(gone), &name("component:x"), Expected::Any).await;
        assert_eq!(
            line(twice, |_| "deleted".to_owned()),
            "not found: No entity named 'x' found, with kind 'component' in namespace 'default'"
        );
        world.stop().await;
    }
}

#[tokio::test]
async fn only_owners_change_what_has_an_owner() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("a", "one")))]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let made = catalog.put_entity(&ada(), described("x", "First"), Expected::Any).await.unwrap();
        let bob = Caller { seen: Some(made.seq), ..person("bob", &[]) };
        let x = name("component:default/x");
        let refusal = "forbidden: You may not do entity:change on component:default/x: no policy permits it. \
                       `developer@everyone/change-own` permits it to every person who owns it. It is owned by group:default/team. \
                       You are not a member. Why: /why?action=entity:change&resource=component:default/x";
        assert_eq!(put(catalog.put_entity(&bob, described("x", "Bob's"), Expected::Any).await), refusal);
        assert_eq!(put(catalog.patch_entity(&bob, &x, json!({}), Expected::Any).await), refusal);
        assert_eq!(line(catalog.delete_entity(&bob, &x, Expected::Any).await, |_| "deleted".to_owned()), refusal);
        assert_eq!(line(catalog.delete_by_uid(&bob, &made.uid).await, |_| "deleted".to_owned()), refusal);
        let overlay = Overlay { title: Some("Bob's".to_owned()), ..Overlay::default() };
        let refusal = refusal.replace("/x", "/a");
        let a = name("component:default/a");
        assert_eq!(line(catalog.put_overlay(&bob, &a, overlay, Expected::Any).await, |_| "put".to_owned()), refusal);
        assert_eq!(line(catalog.remove_overlay(&bob, &a).await, |_| "removed".to_owned()), refusal);
        // The token of a machine may. An owner who is not there leaves it to nobody else.
        let machine = Caller { principal: Principal::AdminToken, seen: Some(made.seq), ..Caller::worker() };
        let changed = catalog.patch_entity(&machine, &x, json!({ "spec": { "owner": "nobody" } }), Expected::Any).await;
        let seq = changed.as_ref().unwrap().seq;
        assert_eq!(put(changed), "changed component:default/x");
        let bob = Caller { seen: Some(seq), ..bob };
        let left = put(catalog.patch_entity(&bob, &x, json!({ "metadata": { "title": "Mended" } }), Expected::Any).await);
        assert!(left.contains("Nobody in the catalog owns it: group:default/nobody is not there."), "{left}");
        world.stop().await;
    }
}

#[tokio::test]
async fn what_a_file_owns_takes_an_overlay() {
    for database in databases().await {
        let text_of_file = format!("# kept\n{}{PEOPLE}", component("a", "one"));
        let world = World::start(&database.store, &[("catalog-info.yaml", &text_of_file)]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let a = name("component:default/a");
        let file = world.folder.path().join("catalog-info.yaml").display().to_string();
        let owned = format!(
            "conflict: component:default/a is described by {file}: change it there. Labels, annotations, tags, links, owner, title and description can be put over it here, as an overlay."
        );
        assert_eq!(put(catalog.put_entity(&ada(), described("a", "Other"), Expected::Any).await), owned);
        assert_eq!(put(catalog.patch_entity(&ada(), &a, json!({ "metadata": { "title": "Other" } }), Expected::Any).await), owned);
        assert_eq!(line(catalog.delete_entity(&ada(), &a, Expected::Any).await, |_| "deleted".to_owned()), owned);
        assert_eq!(line(catalog.overlay_patch(&ada(), &a).await, |patch| patch), "not found: Nothing is put over component:default/a.");
        assert_eq!(
            line(catalog.remove_overlay(&ada(), &a).await, |_| "removed".to_owned()),
            "not found: Nothing is put over component:default/a."
        );

        let overlay = Overlay { tags: Some(vec!["java".to_owned()]), owner: Some("user:default/ada".to_owned()), ..Overlay::default() };
        let (etag, seq) = catalog.put_overlay(&ada(), &a, overlay.clone(), Expected::Any).await.unwrap();
        let seen = read(&world.portal, seq, "component:default/a").await;
        assert_eq!(seen["metadata"]["tags"], json!(["java"]));
        assert_eq!(seen["relations"], json!([{ "type": "ownedBy", "targetRef": "user:default/ada" }]));
        let ada_now = Caller { seen: Some(seq), ..ada() };
        let stored = catalog.overlay(&ada_now, &a).await.unwrap().unwrap();
        assert_eq!((&stored.overlay, &stored.etag, stored.changed_by.as_str()), (&overlay, &etag, "user:default/ada"));
        let patch = catalog.overlay_patch(&ada_now, &a).await.unwrap();
        assert!(patch.contains("+") && patch.contains("java") && !patch.contains("-# kept"), "{patch}");
        let broken = Overlay { tags: Some(vec!["Not A Tag!".to_owned()]), ..Overlay::default() };
        let broken = line(catalog.put_overlay(&ada_now, &a, broken, Expected::Any).await, |_| "put".to_owned());
        assert!(broken.starts_with("invalid: ") && broken.contains("/metadata/tags"), "{broken}");

        let seq = catalog.remove_overlay(&ada_now, &a).await.unwrap();
        let seen = read(&world.portal, seq, "component:default/a").await;
        assert_eq!(seen["metadata"].get("tags"), None);
        assert_eq!(seen["relations"], json!([{ "type": "ownedBy", "targetRef": "group:default/team" }]));
        world.stop().await;
    }
}

#[tokio::test]
async fn a_pasted_text_comes_whole_or_not_at_all() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("a", "one")))]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let names = |result: Result<(Vec<EntityRef>, Seq), PortalError>| {
            line(result, |(names, _)| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        let two = format!("{}---\n{}", component("x", "one"), component("y", "two"));
        let taken = format!("{}---\n{}", component("x", "one"), component("a", "two"));
        let broken = format!("{}---\n{}", component("x", "one"), component("'not a name'", "two"));
        let refused = names(catalog.register_text(&ada(), &taken).await);
        assert!(refused.starts_with("conflict: component:default/a"), "{refused}");
        let refused = names(catalog.register_text(&ada(), &broken).await);
        assert!(refused.starts_with("invalid: ") && refused.contains("line 1"), "{refused}");
        let refused = names(catalog.register_text(&ada(), "kind: [broken").await);
        assert!(refused.starts_with("invalid: ") && refused.contains("line 1"), "{refused}");
        let refused = names(catalog.register_text(&ada(), "").await);
        assert!(refused.starts_with("invalid: "), "{refused}");
        let scoped = world.read().await;
        assert_eq!(scoped.snapshot.find(&name("component:default/x")), None);

        let preview = catalog.preview_text(&ada(), &taken).await.unwrap();
        let found: Vec<_> =
            preview.entities.iter().map(|found| (found.entity_ref.to_string(), found.line, found.taken_by.is_some())).collect();
        assert_eq!(found, [("component:default/x".to_owned(), 1, false), ("component:default/a".to_owned(), 11, true)]);

        let made = catalog.register_text(&ada(), &two).await;
        let seq = made.as_ref().unwrap().1;
        assert_eq!(names(made), "component:default/x component:default/y");
        let seen = read(&world.portal, seq, "component:default/y").await;
        assert_eq!(text(&seen, "/metadata/annotations/backstage.io~1managed-by-location"), "portal:component:default/y");
        world.stop().await;
    }
}

#[tokio::test]
async fn deleting_by_uid_takes_what_a_file_has_until_it_is_read_again() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("a", "one")))]).await;
        let scoped = world.read().await;
        let catalog = world.portal.catalog();
        let a = name("component:default/a");
        let uid = scoped.snapshot.entity(scoped.snapshot.find(&a).unwrap()).uid().to_owned();
        assert!(catalog.delete_by_uid(&ada(), &uid).await.unwrap().is_some());
        assert!(world.read().await.snapshot.find(&a).is_some(), "the file still has it");
        let made = catalog.put_entity(&ada(), described("x", "First"), Expected::Absent).await.unwrap();
        let seen = Caller { seen: Some(made.seq), ..ada() };
        let seq = catalog.delete_by_uid(&seen, &made.uid).await.unwrap().unwrap();
        assert_eq!(read(&world.portal, seq, "component:default/x").await, Value::Null);
        assert_eq!(catalog.delete_by_uid(&Caller { seen: Some(seq), ..ada() }, &made.uid).await, Ok(None));
        world.stop().await;
    }
}
