//! Repositories.

use testkit::databases;

use crate::{
    repository::Repository,
    world::{World, component, names, quiet},
};

/// Reads a location in a repository, changes the repository, and reads it again.
async fn check(files: &[(&str, &str)], path: &str, before: &str, change: &[(&str, &str)], after: &str) {
    for database in databases().await {
        let repository = Repository::with(files);
        let location = if path.is_empty() { format!("git:{}", repository.address()) } else { format!("git:{}", repository.at(path)) };
        let world = World::start(&database.store, &[&location]).await;
        let plain = |text: String| text.replace(&repository.address(), "REPO").replace("?ref=main", "");
        assert_eq!(plain(world.dump().await), before, "before, on {}", database.name);
        repository.commit(change);
        world.refresh_all().await;
        assert_eq!(plain(world.dump().await), after, "after, on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_pattern_finds_its_files() {
    check(
        &[("services/a/catalog-info.yaml", &component("a", "one")), ("services/b/other.yaml", &component("b", "one")), ("x.yaml", "")],
        "services/**/catalog-info.yaml",
        "component:a \"one\"",
        &[("services/a/catalog-info.yaml", &component("a", "two")), ("services/c/d/catalog-info.yaml", &component("d", "new"))],
        "component:a \"two\"\ncomponent:d \"new\"",
    )
    .await;
}

#[tokio::test]
async fn a_repository_without_a_path_is_searched() {
    check(
        &[
            ("catalog-info.yaml", &component("a", "one")),
            ("sub/catalog-info.yml", &component("b", "one")),
            ("other.yaml", &component("c", "one")),
        ],
        "",
        "component:a \"one\"\ncomponent:b \"one\"",
        &[("catalog-info.yaml", &component("a", "two"))],
        "component:a \"two\"\ncomponent:b \"one\"",
    )
    .await;
}

#[tokio::test]
async fn files_name_files_and_parts_of_their_repository() {
    check(
        &[
            ("all/catalog-info.yaml", &names("here", "./a.yaml, /root.yaml, '../more/*.yaml'")),
            ("all/a.yaml", &component("a", "{$text: ./about.txt}")),
            ("all/about.txt", "told elsewhere"),
            ("root.yaml", &component("root", "one")),
            ("more/m.yaml", &component("m", "one")),
        ],
        "all/catalog-info.yaml",
        "component:a \"told elsewhere\"\ncomponent:m \"one\"\ncomponent:root \"one\"\nlocation:here",
        &[("all/about.txt", "told anew"), ("more/n.yaml", &component("n", "one"))],
        "component:a \"told anew\"\ncomponent:m \"one\"\ncomponent:n \"one\"\ncomponent:root \"one\"\nlocation:here",
    )
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    check(
        &[("catalog-info.yaml", &names("here", "./missing.yaml, ../up.yaml, './no/*.yaml'"))],
        "catalog-info.yaml",
        "location:here !InputError: The target '../up.yaml' leads out of its repository !NotFoundError: Unable to read file, REPO at main has no file missing.yaml !NotFoundError: Unable to read file, Unable to read url, no matching files found for REPO//no/*.yaml",
        &[("missing.yaml", &component("a", "one")), ("no/b.yaml", &component("b", "one"))],
        "component:a \"one\"\ncomponent:b \"one\"\nlocation:here !InputError: The target '../up.yaml' leads out of its repository",
    )
    .await;
}

#[tokio::test]
async fn where_an_entity_comes_from_stands_on_it() {
    for database in databases().await {
        let repository = Repository::with(&[("catalog-info.yaml", &component("a", "one"))]);
        let world = World::start(&database.store, &[&format!("git:{}", repository.at("*.yaml"))]).await;
        let snapshot = world.catalog().await.snapshot();
        let entity = snapshot.entity(snapshot.find(&"component:default/a".parse().unwrap()).unwrap());
        let annotations = entity.to_value()["metadata"]["annotations"].to_string().replace(&repository.address(), "REPO");
        assert_eq!(
            annotations,
            r#"{"backstage.io/managed-by-location":"git:REPO//catalog-info.yaml?ref=main","backstage.io/managed-by-origin-location":"git:REPO//*.yaml?ref=main"}"#
        );
        world.stop().await;
    }
}

#[tokio::test]
async fn an_unchanged_repository_writes_nothing() {
    for database in databases().await {
        let repository = Repository::with(&[("catalog-info.yaml", &component("a", "one"))]);
        let mut config = quiet(vec![crate::world::configured(&format!("git:{}", repository.at("**/*.yaml")))]);
        config.read_every = std::time::Duration::from_millis(5);
        let world = World::with(&database.store, config).await;
        let id = world.location().await.id;
        let head = world.store.feed_head().await.unwrap();
        for _ in 0..5 {
            let before = world.reading.schedule(&id).unwrap().checked_at;
            world.until("it is looked at", async || world.reading.schedule(&id).unwrap().checked_at > before).await;
        }
        assert_eq!(world.store.feed_head().await.unwrap(), head, "on {}", database.name);
        // And a change is still noticed.
        repository.commit(&[("new.yaml", &component("b", "new"))]);
        world.until("it is read", async || world.uid("component:default/b").await.is_some()).await;
        world.stop().await;
    }
}

#[tokio::test]
async fn a_repository_that_is_away_keeps_its_entities() {
    for database in databases().await {
        let files = [("a.yaml", component("a", "one")), ("b.yaml", component("b", "one"))];
        let repository = Repository::with(&[("a.yaml", &files[0].1), ("b.yaml", &files[1].1)]);
        let world = World::start(&database.store, &[&format!("git:{}", repository.at("*.yaml"))]).await;
        assert_eq!(world.dump().await, "component:a \"one\"\ncomponent:b \"one\"");
        let uid = world.uid("component:default/a").await;
        let away = repository.path().with_extension("away");
        std::fs::rename(repository.path(), &away).unwrap();
        world.refresh_all().await;
        let dump = world.dump().await;
        assert!(dump.contains("component:a \"one\"") && dump.contains("component:b \"one\"") && dump.contains("own !"), "{dump}");
        assert!(world.location().await.last_error.is_some());
        std::fs::rename(&away, repository.path()).unwrap();
        world.refresh_all().await;
        assert_eq!(world.dump().await, "component:a \"one\"\ncomponent:b \"one\"");
        assert_eq!(world.uid("component:default/a").await, uid);
        assert_eq!(world.location().await.last_error, None);
        world.stop().await;
    }
}
