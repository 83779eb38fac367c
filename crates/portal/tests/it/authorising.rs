//! Policies of the database: they come into force at once, hide what they hide as if it were not there, and never take the portal down.

use model::{Caller, EntityRef, Principal};
use portal::Portal;
use store::{Args, Statement, Store};
use testkit::databases;

use crate::world::World;

const PUT: Statement = Statement::both(
    "test.policy_put",
    "INSERT INTO policy (name, version, text, enabled, changed_by, changed_at) VALUES ('hide', $1, $2, 1, 'test', 1)
     ON CONFLICT (name) DO UPDATE SET version = $1, text = $2",
);
const REMOVE: Statement = Statement::both("test.policy_remove", "DELETE FROM policy WHERE name = 'hide'");

const HIDE: &str = r#"forbid (principal == User::"user:default/bob", action in Action::"*:read", resource) when { resource has tags && resource.tags.contains("secret") };"#;

fn component(name: &str, tags: &str, more: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name}, tags: [{tags}] }}\nspec: {{ type: a, lifecycle: b, owner: team{more} }}\n---\n"
    )
}

fn person(name: &str) -> Caller {
    Caller { principal: Principal::Person(EntityRef::new("user", "default", name)), ..Caller::worker() }
}

/// Writes the policy, or takes it away, and gives callers who wait for it.
async fn policy(store: &Store, version: i64, text: Option<&str>) -> impl Fn(&str) -> Caller + use<> {
    let mut tx = store.begin().await.unwrap();
    match text {
        Some(text) => tx.execute(&PUT, Args::new().int(version).text(text)).await.unwrap(),
        None => tx.execute(&REMOVE, Args::new()).await.unwrap(),
    };
    tx.feed("policy", "hide");
    let seq = tx.commit().await.unwrap();
    move |name| Caller { seen: Some(seq), ..person(name) }
}

/// The components that somebody sees, each with what depends on it.
async fn sees(portal: &Portal, caller: &Caller) -> String {
    let scoped = portal.catalog().scoped(caller).await.unwrap();
    let mut lines: Vec<String> = scoped
        .snapshot
        .iter()
        .filter(|entity| entity.kind() == "Component")
        .map(|entity| {
            let relations = entity.relations().filter(|relation| relation.kind.starts_with("depend"));
            let relations: Vec<String> = relations.map(|relation| format!("{} {}", relation.kind, relation.target)).collect();
            format!("{}({})", entity.name(), relations.join(", "))
        })
        .collect();
    lines.sort();
    lines.join(" ")
}

#[tokio::test]
async fn policies_of_the_database_hide_and_show() {
    for database in databases().await {
        let catalog = component("a", "", "")
            + &component("b", "secret", ", dependsOn: [component:a]")
            + &component("c", "", ", dependsOn: [component:b]");
        let world = World::start(&database.store, &[("catalog-info.yaml", &catalog)]).await;
        world.read().await;
        let all = "a(dependencyOf component:default/b) b(dependencyOf component:default/c, dependsOn component:default/a) c(dependsOn component:default/b)";
        // What `c` says itself stays, and leads nowhere.
        let some = "a() c(dependsOn component:default/b)";
        assert_eq!(sees(&world.portal, &person("bob")).await, all);

        let after = policy(&database.store, 1, Some(HIDE)).await;
        assert_eq!(sees(&world.portal, &after("bob")).await, some);
        assert_eq!(sees(&world.portal, &after("ada")).await, all);
        let token = Caller { scopes: Some(["star:write".to_owned()].into()), ..after("ada") };
        assert_eq!(
            world.portal.catalog().scoped(&token).await.unwrap_err().to_string(),
            "This token is for star:write. It needs the scope catalog:read."
        );

        // What changes is decided anew: `a` is hidden now, `b` no more.
        let catalog = component("a", "secret", "")
            + &component("b", "", ", dependsOn: [component:a]")
            + &component("c", "", ", dependsOn: [component:b]");
        world.write("catalog-info.yaml", &catalog);
        world.read().await;
        assert_eq!(
            sees(&world.portal, &after("bob")).await,
            "b(dependencyOf component:default/c, dependsOn component:default/a) c(dependsOn component:default/b)"
        );

        // A text that nobody can use leaves the one before in force, here and after a restart.
        let broken = policy(&database.store, 2, Some("forbid (principal, action, resource) when { nonsense };")).await;
        assert!(!sees(&world.portal, &broken("bob")).await.contains("a("), "the version before stays");
        let gone = policy(&database.store, 3, None).await;
        assert!(sees(&world.portal, &gone("bob")).await.contains("a("));
        drop(policy(&database.store, 4, Some("not a policy")).await);
        let world = world.restart().await;
        assert!(sees(&world.portal, &person("bob")).await.contains("a("), "the portal starts without it");
        world.stop().await;
    }
}

const GRANT: Statement = Statement::both(
    "test.grant_admin",
    "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ('admin', $1, 'test', 1) ON CONFLICT DO NOTHING",
);

/// Makes somebody an administrator, and gives callers who wait for it.
async fn admin(store: &Store, name: &str) -> Caller {
    let mut tx = store.begin().await.unwrap();
    tx.execute(&GRANT, Args::new().text(format!("user:default/{name}"))).await.unwrap();
    tx.feed("grant", format!("user:default/{name}"));
    Caller { seen: Some(tx.commit().await.unwrap()), ..person(name) }
}

const PEOPLE: &str = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: ada }\nspec: { memberOf: [team] }\n---
apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: bob }\nspec: { memberOf: [team] }\n---
apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team }\nspec: { type: team, children: [] }\n---\n";

#[tokio::test]
async fn a_token_makes_people_only_with_the_scope_to_change_them() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let ada = admin(&database.store, "ada").await;
        let make = async |kind: &str, scopes: &[&str]| {
            let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect::<Vec<_>>();
            let caller = Caller { scopes: Some(scopes.into()), ..ada.clone() };
            let spec = serde_json::json!({ "type": "service", "lifecycle": "x", "owner": "team", "memberOf": [], "children": [] });
            let name = format!("new-{kind}").to_lowercase();
            let entity =
                serde_json::json!({ "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": { "name": name }, "spec": spec });
            match world.portal.catalog().put_entity(&caller, entity, catalog::Expected::Absent).await {
                Ok(_) => "made".to_owned(),
                Err(error) => error.to_string(),
            }
        };
        let create = ["entity:create", "catalog:read"];
        for kind in ["User", "Group"] {
            assert!(make(kind, &create).await.contains("It needs the scope entity:change."), "{kind} {}", database.name);
        }
        assert_eq!(make("Component", &create).await, "made");
        assert_eq!(make("User", &["entity:*", "catalog:read"]).await, "made");
        world.stop().await;
    }
}

#[tokio::test]
async fn people_who_are_hidden_are_not_told_of() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let portal = &world.portal;
        let bob = admin(&database.store, "bob").await;
        // At the door it is waited for.
        world.seen(bob.seen.unwrap()).await;
        let hidden: EntityRef = "user:default/ada".parse().unwrap();
        let explain = async |caller: &Caller, who: &EntityRef| {
            portal
                .explain(caller, Some(who), identity::Action::PolicyRead, None)
                .await
                .map(|explained| explained.who)
                .map_err(|error| error.to_string())
        };
        let send = async |caller: &Caller, to: &str| {
            let new = portal::NewNotification {
                recipients: portal::Recipients::these([to.parse().unwrap()]),
                title: "Hello".to_owned(),
                ..portal::NewNotification::default()
            };
            portal.notifications().send(caller, new).await.unwrap().people
        };
        assert_eq!(explain(&bob, &hidden).await, Ok("user:default/ada".to_owned()), "{}", database.name);
        assert_eq!(send(&bob, "group:default/team").await, ["user:default/ada", "user:default/bob"]);

        let text =
            r#"forbid (principal == User::"user:default/bob", action == Action::"catalog:read", resource == Entity::"user:default/ada");"#;
        let bob = policy(&database.store, 1, Some(text)).await("bob");
        let missing = |name: &str| Err(format!("There is no {name} in the catalog."));
        assert_eq!(explain(&bob, &hidden).await, missing("user:default/ada"));
        assert_eq!(explain(&bob, &"user:default/eve".parse().unwrap()).await, missing("user:default/eve"), "as if they were not there");
        assert_eq!(send(&bob, "group:default/team").await, ["user:default/bob"]);
        assert_eq!(send(&bob, "user:default/ada").await, ["user:default/ada"], "whom one names oneself one may be told of");

        let form = |who: &str| model::view::PolicyForm {
            name: "x".to_owned(),
            text: "permit (principal, action, resource);".to_owned(),
            who: who.to_owned(),
            action: "policy:read".to_owned(),
            ..Default::default()
        };
        let told = async |who: &str| {
            let view = portal.policies().test(&bob, form(who), true).await.unwrap();
            view.errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<String>()
        };
        assert_eq!(told("ada").await, "who: There is no user:default/ada in the catalog.");
        assert_eq!(told("eve").await, "who: There is no user:default/eve in the catalog.");
        assert_eq!(told("bob").await, "");
        world.stop().await;
    }
}
