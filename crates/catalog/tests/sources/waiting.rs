//! What happens only after a while, or after a restart: an entity without a source goes, declared kinds count, another replica takes over.

use std::{sync::Arc, time::Duration};

use catalog::descriptor::{DeclaredKind, Kinds};
use store::{Args, Statement, Store};
use testkit::databases;

use crate::{
    repository::Repository,
    world::{World, component, configured, quiet},
};

/// As if the grace of whatever waits were over.
const REWIND: Statement = Statement::both("test.rewind", "UPDATE entity SET gone_at = 1 WHERE gone_at IS NOT NULL");

async fn rewind(store: &Store) -> u64 {
    let mut tx = store.begin().await.unwrap();
    let rows = tx.execute(&REWIND, Args::new()).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

#[tokio::test]
async fn an_entity_without_a_source_goes_when_its_grace_is_over() {
    for database in databases().await {
        let (store, two) = (&database.store, format!("{}---\n{}", component("a", "one"), component("b", "one")));
        let repository = Repository::with(&[("all.yaml", &two)]);
        let mut config = quiet(vec![configured(&format!("git:{}", repository.at("all.yaml")))]);
        config.grace = Duration::from_secs(3600);
        let world = World::with(store, config.clone()).await;
        let uid = world.uid("component:default/b").await;
        repository.commit(&[("all.yaml", &component("a", "one"))]);
        world.refresh_all().await;
        assert_eq!(catalog::clean(store).await.unwrap(), 0);
        assert_eq!(world.dump().await, "component:a \"one\"\ncomponent:b \"one\"");
        assert_eq!(world.catalog().await.gone().into_keys().collect::<Vec<_>>(), ["component:default/b"]);
        // It comes back, and goes again.
        repository.commit(&[("all.yaml", &two)]);
        world.refresh_all().await;
        assert_eq!((rewind(store).await, world.uid("component:default/b").await), (0, uid), "on {}", database.name);
        repository.commit(&[("all.yaml", &component("a", "one"))]);
        world.refresh_all().await;
        assert_eq!((rewind(store).await, catalog::clean(store).await.unwrap()), (1, 1));
        assert_eq!(world.dump().await, "component:a \"one\"");
        assert!(world.catalog().await.gone().is_empty());
        world.stop().await;

        // By the clock of the database.
        config.grace = Duration::from_millis(20);
        let world = World::with(store, config).await;
        repository.commit(&[("all.yaml", &component("c", "one"))]);
        world.refresh_all().await;
        world.until("it goes", async || catalog::clean(store).await.unwrap() == 1).await;
        assert_eq!(world.dump().await, "component:c \"one\"", "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn kinds_that_are_declared_later_count_after_a_restart() {
    for database in databases().await {
        let cluster = "apiVersion: example.com/v1\nkind: Cluster\nmetadata:\n  name: x\n";
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.yaml"), format!("{}---\n{cluster}", component("a", "one"))).unwrap();
        let kinds = |names: &[&str]| {
            let declared = names.iter().map(|name| DeclaredKind::new(name, ["example.com/v1"]));
            Arc::new(Kinds::new(declared.collect()).unwrap())
        };
        let mut known = String::new();
        for (declared, uid_stays) in
            [(kinds(&[]), false), (kinds(&["Cluster"]), false), (kinds(&["Cluster", "Shop"]), true), (kinds(&[]), true)]
        {
            let location = configured(folder.path().join("a.yaml").to_str().unwrap());
            let location = catalog::LocationConfig { allow: vec!["Component".to_owned(), "Cluster".to_owned()], ..location };
            let mut config = quiet(vec![location]);
            config.kinds = Arc::clone(&declared);
            let world = World::with(&database.store, config).await;
            let dump = world.dump().await;
            let accepted = dump.contains("cluster:x") && !dump.contains("cluster:x !");
            assert_eq!(accepted, declared.get("Cluster").is_some(), "on {}: {dump}", database.name);
            let uid = world.uid("cluster:default/x").await.unwrap_or_default();
            assert!(!uid_stays || uid == known, "on {}: {dump}", database.name);
            known = uid;
            assert!(dump.contains("component:a \"one\""), "{dump}");
            world.stop().await;
        }
    }
}

#[tokio::test]
async fn another_replica_takes_the_reading_over() {
    for database in databases().await {
        if database.name == "sqlite" {
            continue; // One process at a time.
        }
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let target = format!("git:{}", repository.at("a.yaml"));
        let one = World::start(&database.store, &[&target]).await;
        let id = one.location().await.id;
        let two = World::start(&database.store, &[&target]).await;
        assert_eq!(two.location().await.id, id);
        // What the second one is asked for, the first one does.
        repository.commit(&[("a.yaml", &component("a", "two"))]);
        two.refresh(&id).await;
        assert_eq!(two.dump().await, "component:a \"two\"");
        assert!(two.reading.forge().hosts().is_empty(), "it asked nobody");
        one.stop().await;
        repository.commit(&[("a.yaml", &component("a", "three"))]);
        two.refresh(&id).await;
        assert_eq!(two.dump().await, "component:a \"three\"");
        assert!(!two.reading.forge().hosts().is_empty());
        two.stop().await;
    }
}
