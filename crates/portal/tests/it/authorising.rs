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
