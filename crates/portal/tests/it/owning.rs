//! What is somebody's stays theirs: locations that others registered, what comes from them, and what is left by owners who went.

use catalog::{Expected, Location, registry::NewLocation};
use model::{Caller, EntityRef, PortalError, Principal};
use portal::OnConflict;
use serde_json::json;
use store::{Args, Statement};
use testkit::databases;

use crate::{web::Web, world::World};

const CATALOG: &str = "
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {memberOf: [team-b]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-b}
spec: {type: team, children: []}
";

const GRANT: Statement =
    Statement::both("test.grant", "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ($1, $2, 'test', 1)");
const HIDE: Statement = Statement::both(
    "test.hide",
    "INSERT INTO policy (name, version, text, enabled, changed_by, changed_at) VALUES ('hide', 1, $1, 1, 'test', 1)",
);

fn person(name: &str, group: &str) -> Caller {
    let groups = vec![EntityRef::new("group", "default", group)];
    Caller { principal: Principal::Person(EntityRef::new("user", "default", name)), groups: groups.into(), ..Caller::worker() }
}

fn ada() -> Caller {
    person("ada", "team-a")
}

fn bob() -> Caller {
    person("bob", "team-b")
}

fn component(name: &str, owner: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec: {{ type: service, lifecycle: production, owner: {owner} }}\n"
    )
}

fn forbidden<T: std::fmt::Debug>(result: Result<T, PortalError>) -> String {
    match result {
        Err(PortalError::Forbidden { message }) => message,
        other => panic!("{other:?}"),
    }
}

async fn register(world: &World, caller: &Caller, target: &str) -> Location {
    let catalog = world.portal.catalog();
    let location = catalog.register(caller, NewLocation::new("url", target), OnConflict::Reject).await.unwrap().location;
    catalog.refresh_location(&Caller::worker(), &location.id).await.unwrap();
    location
}

#[tokio::test]
async fn a_location_is_changed_by_whoever_registered_it_or_may_change_all_of_it() {
    for database in databases().await {
        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&GRANT, Args::new().text("platform-engineer").text("user:default/eve")).await.unwrap();
        let hide =
            r#"forbid (principal == User::"user:default/bob", action == Action::"catalog:read", resource) when { resource.name == "a" };"#;
        tx.execute(&HIDE, Args::new().text(hide)).await.unwrap();
        tx.commit().await.unwrap();
        let world = World::start(&database.store, &[("catalog-info.yaml", CATALOG)]).await;
        world.read().await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        let eve = Caller { groups: Vec::new().into(), ..person("eve", "none") };
        web.put("/a.yaml", &component("a", "team-a"));
        web.put("/b.yaml", &component("b", "team-a"));
        web.put("/bob.yaml", &component("bobs", "team-b"));
        web.put("/none.yaml", "");
        let elsewhere = || NewLocation::new("url", web.at("/evil.yaml"));

        // All three ways are closed to whoever only may register; what is hidden from them counts, and is not told of.
        for (path, says) in [("/b.yaml", "component:default/b comes from url:"), ("/a.yaml", "Not all that comes from url:")] {
            let location = register(&world, &ada(), &web.at(path)).await;
            for refused in [
                forbidden(catalog.update_location(&bob(), &location.id, elsewhere()).await),
                forbidden(catalog.unregister(&bob(), &location.id).await),
                forbidden(catalog.confirm_loss(&bob(), &location.id).await),
            ] {
                assert!(refused.starts_with(says), "{refused}");
            }
            assert!(!catalog.unregister_preview(&bob(), &location.id).await.unwrap().may);
            assert!(catalog.unregister_preview(&eve, &location.id).await.unwrap().may);
            assert!(catalog.unregister_preview(&ada(), &location.id).await.unwrap().may);
        }
        // Whoever owns all that comes from it may; while nothing does, it is whose who registered it.
        let theirs = register(&world, &ada(), &web.at("/bob.yaml")).await;
        catalog.unregister(&bob(), &theirs.id).await.unwrap();
        let empty = register(&world, &ada(), &web.at("/none.yaml")).await;
        let refused = forbidden(catalog.unregister(&bob(), &empty.id).await);
        assert!(refused.starts_with("Nothing comes from url:"), "{refused}");
        catalog.unregister(&eve, &empty.id).await.unwrap();
        let again = register(&world, &ada(), &web.at("/none.yaml")).await;
        catalog.unregister(&ada(), &again.id).await.unwrap();

        // The configuration's is nobody's who may only register: people and groups come from it.
        let own = catalog.locations(&Caller::worker()).await.unwrap().into_iter().find(|location| location.source == "config").unwrap();
        for caller in [bob(), eve] {
            let refused = forbidden(catalog.confirm_loss(&caller, &own.id).await);
            assert!(refused.contains("comes from file:"), "{refused}");
        }
        world.stop().await;
    }
}

#[tokio::test]
async fn what_an_owner_left_is_not_everybodys() {
    for database in databases().await {
        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&GRANT, Args::new().text("platform-engineer").text("user:default/eve")).await.unwrap();
        tx.commit().await.unwrap();
        let world = World::start(&database.store, &[("catalog-info.yaml", CATALOG)]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let entity = |owner: &str| {
            let spec = json!({ "type": "service", "lifecycle": "production", "owner": owner });
            json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "left" }, "spec": spec })
        };
        let put = catalog.put_entity(&Caller::worker(), entity("team-gone"), Expected::Any).await.unwrap();
        world.seen(put.seq).await;
        let refused = forbidden(catalog.put_entity(&bob(), entity("team-b"), Expected::Any).await);
        assert!(
            refused.contains("Nobody in the catalog owns it: group:default/team-gone is not there. Ask a platform engineer."),
            "{refused}"
        );
        catalog.put_entity(&person("eve", "none"), entity("team-b"), Expected::Any).await.unwrap();
        world.stop().await;
    }
}
