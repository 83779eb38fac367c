//! Locations: registered, looked at before, changed and removed.

use catalog::registry::NewLocation;
use model::{Caller, EntityRef, PortalError, Principal};
use portal::{LocationState, OnConflict, Portal, Registered};
use testkit::databases;

use crate::{
    web::Web,
    world::{World, component},
};

fn admin() -> Caller {
    Caller { principal: Principal::AdminToken, ..Caller::worker() }
}

fn name(text: &str) -> EntityRef {
    text.parse().unwrap()
}

async fn register(portal: &Portal, target: &str) -> Registered {
    let registered = portal.catalog().register(&admin(), NewLocation::new("url", target), OnConflict::Reject).await.unwrap();
    portal.catalog().refresh_location(&admin(), &registered.location.id).await.unwrap();
    registered
}

/// The entities that the portal has now, but for Locations.
async fn names(world: &World) -> String {
    let seq = world.portal.catalog().refresh(&admin(), &world.root()).await.unwrap();
    let scoped = world.seen(seq).await;
    let mut names: Vec<&str> =
        scoped.snapshot.iter().map(|entity| entity.canonical()).filter(|name| !name.starts_with("location:")).collect();
    names.sort_unstable();
    names.join(" ").replace("component:default/", "")
}

fn message<T: std::fmt::Debug>(result: Result<T, PortalError>) -> String {
    match result.unwrap_err() {
        PortalError::NotFound { message } => format!("not found: {message}"),
        PortalError::Invalid { message, .. } => format!("invalid: {message}"),
        PortalError::Conflict { message } => format!("conflict: {message}"),
        PortalError::Forbidden { message } => format!("forbidden: {message}"),
        other => panic!("{other:?}"),
    }
}

/// A component with a line added to its spec.
fn related(name: &str, line: &str) -> String {
    format!("{}  {line}\n", component(name, "one"))
}

#[tokio::test]
async fn a_location_comes_changes_and_goes() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &component("own", "one"))]).await;
        world.read().await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        web.put("/a.yaml", &format!("{}---\n{}", component("a", "one"), component("b", "one")));
        web.put("/c.yaml", &format!("{}---\n{}", component("b", "two"), component("c", "one")));

        let registered = register(&world.portal, &web.at("/a.yaml")).await;
        assert!(!registered.existed);
        assert_eq!(registered.location.registered_by.as_deref(), Some("system:admin-token"));
        assert_eq!(names(&world).await, "a b own");
        let id = registered.location.id.clone();
        let again = NewLocation::new("url", web.at("/a.yaml"));
        let refused = catalog.register(&admin(), again.clone(), OnConflict::Reject).await;
        assert_eq!(message(refused), format!("conflict: Location url:{} already exists", web.at("/a.yaml")));
        web.put("/a.yaml", &format!("{}---\n{}---\n{}", component("a", "one"), component("b", "one"), component("d", "one")));
        let read = catalog.register(&admin(), again, OnConflict::Refresh).await.unwrap();
        assert_eq!((read.existed, &read.location.id), (true, &id));
        assert_eq!(names(&world).await, "a b d own");

        let uid =
            |scoped: &portal::Scoped| scoped.snapshot.find(&name("component:b")).map(|id| scoped.snapshot.entity(id).uid().to_owned());
        let before = uid(&world.seen(read.seq).await);
        let (moved, _) = catalog.update_location(&admin(), &id, NewLocation::new("url", web.at("/c.yaml"))).await.unwrap();
        assert_eq!((&moved.id, &moved.target), (&id, &web.at("/c.yaml")));
        let seq = catalog.refresh_location(&admin(), &id).await.unwrap();
        assert_eq!(names(&world).await, "b c own");
        assert_eq!(uid(&world.seen(seq).await), before);

        let seq = catalog.unregister(&admin(), &id).await.unwrap();
        assert_eq!(world.seen(seq).await.snapshot.find(&name("component:c")), None);
        assert_eq!(names(&world).await, "own");
        let seen = Caller { seen: Some(seq), ..admin() };
        let missing = format!("not found: Found no location with ID {id}");
        assert_eq!(message(catalog.unregister(&seen, &id).await), missing);
        assert_eq!(message(catalog.unregister_preview(&seen, &id).await), missing);
        assert_eq!(message(catalog.refresh_location(&seen, &id).await), missing);
        assert_eq!(message(catalog.confirm_loss(&seen, &id).await), missing);
        assert_eq!(message(catalog.update_location(&seen, &id, NewLocation::new("url", web.at("/c.yaml"))).await), missing);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_location_of_the_configuration_stays() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &component("own", "one"))]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let own = catalog.locations(&admin()).await.unwrap().remove(0);
        let refusal = format!(
            "forbidden: file:{} comes from the configuration; change it there ([[catalog.locations]] in waymark.toml) and start the portal again.",
            own.target
        );
        assert_eq!(message(catalog.unregister(&admin(), &own.id).await), refusal);
        let other = NewLocation::new("url", "https://example.org/x.yaml");
        assert_eq!(message(catalog.update_location(&admin(), &own.id, other).await), refusal);
        assert_eq!(
            message(catalog.confirm_loss(&admin(), &own.id).await),
            format!("conflict: file:{} holds no loss back any more. Look at its state again.", own.target)
        );
        world.stop().await;
    }
}

#[tokio::test]
async fn what_goes_and_what_dangles_is_said_before() {
    for database in databases().await {
        let own = format!(
            "{}---\n{}---\n{}",
            related("user", "dependsOn: ['component:lib']"),
            related("waits", "subcomponentOf: taken"),
            related("free", "dependencyOf: ['component:lib']")
        );
        let world = World::start(&database.store, &[("catalog-info.yaml", &own)]).await;
        world.read().await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        web.put("/a.yaml", &format!("{}---\n{}", related("lib", "dependsOn: ['component:free']"), component("taken", "one")));
        web.put("/b.yaml", &component("taken", "two"));
        let first = register(&world.portal, &web.at("/a.yaml")).await.location;
        register(&world.portal, &web.at("/b.yaml")).await;
        let preview = catalog.unregister_preview(&admin(), &first.id).await.unwrap();
        let gone: Vec<String> = preview.entities.iter().map(ToString::to_string).filter(|name| !name.starts_with("location")).collect();
        assert_eq!(gone, ["component:default/lib"]);
        let handed: Vec<(String, &str)> = preview.handed_over.iter().map(|(name, file)| (name.to_string(), file.as_str())).collect();
        assert_eq!(handed, [("component:default/taken".to_owned(), web.at("/b.yaml").as_str())]);
        let dangling: Vec<String> = preview.dangling.iter().map(|(from, kind, to)| format!("{from} {kind} {to}")).collect();
        assert_eq!(
            dangling,
            ["component:default/free dependencyOf component:default/lib", "component:default/user dependsOn component:default/lib"]
        );
        catalog.unregister(&admin(), &first.id).await.unwrap();
        assert_eq!(names(&world).await, "free taken user waits");
        world.stop().await;
    }
}

#[tokio::test]
async fn states_count_what_there_is() {
    for database in databases().await {
        let group = "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team }\nspec: { type: team, children: [] }\n";
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{group}", component("own", "one")))]).await;
        world.read().await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        web.put("/a.yaml", &format!("{}---\n{}", component("a", "one"), component("own", "taken")));
        web.put("/broken.yaml", "kind: [broken");
        register(&world.portal, &web.at("/a.yaml")).await;
        register(&world.portal, &web.at("/broken.yaml")).await;
        let shown = |state: &LocationState| {
            let owners: Vec<String> = state.owners.iter().map(ToString::to_string).collect();
            format!("{} {} {} {}", state.location.location_type, state.entities, state.problems, owners.join(","))
        };
        let states = catalog.location_states(&admin()).await.unwrap();
        let states: Vec<String> = states.iter().map(shown).collect();
        assert_eq!(states, ["file 3 0 group:default/team", "url 2 1 group:default/team", "url 1 1 "]);
        let hosts = catalog.hosts(&admin()).await.unwrap();
        assert!(hosts.iter().any(|host| web.at("").ends_with(&host.host) && host.requests > 0), "{hosts:?}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_preview_writes_nothing_and_says_what_is_taken() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &component("own", "one"))]).await;
        world.read().await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        web.put("/a.yaml", &format!("{}---\n{}---\nkind: Component\n", component("a", "one"), component("own", "taken")));
        let preview = catalog.preview(&admin(), &NewLocation::new("url", web.at("/a.yaml"))).await.unwrap();
        let file = world.folder.path().join("catalog-info.yaml").display().to_string();
        let found: Vec<(String, u32, Option<String>)> =
            preview.entities.into_iter().map(|found| (found.entity_ref.to_string(), found.line, found.taken_by)).collect();
        let found: Vec<_> = found.into_iter().filter(|(name, ..)| !name.starts_with("location:")).collect();
        assert_eq!(found, [("component:default/a".to_owned(), 1, None), ("component:default/own".to_owned(), 11, Some(file))]);
        let problems: Vec<u32> = preview.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(problems, [21], "{:?}", preview.problems);
        assert_eq!(names(&world).await, "own");
        assert_eq!(catalog.locations(&admin()).await.unwrap().len(), 1);
        let refused = catalog.preview(&admin(), &NewLocation::new("file", "/etc/passwd")).await;
        assert!(message(refused).starts_with("invalid: "));
        world.stop().await;
    }
}
