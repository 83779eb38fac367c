//! What is read, and what is kept when files break, move or go.

use testkit::databases;

use crate::world::{World, component, location};

/// Starts with files, does something to them, and compares what is in the catalog before and after, on every database.
async fn check(files: &[(&str, &str)], before: &str, change: impl Fn(&World), after: &str) {
    for database in databases().await {
        let world = World::start(&database.store, files).await;
        assert_eq!(world.dump().await, before, "before, on {}", database.name);
        let identities = World::identities(&world.read().await);
        change(&world);
        assert_eq!(world.dump().await, after, "after, on {}", database.name);
        let world = world.restart().await;
        assert_eq!(world.dump().await, after, "after a restart, on {}", database.name);
        let kept = World::identities(&world.read().await);
        let known = |line: &&String| identities.iter().any(|before| before.split(' ').next() == line.split(' ').next());
        assert!(kept.iter().filter(known).all(|line| identities.contains(line)), "{kept:#?} keeps {identities:#?}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_broken_file_keeps_its_last_good_entities() {
    check(
        &[("catalog-info.yaml", &component("a", "one"))],
        "component:default/a \"one\"\nroot",
        |world| world.write("catalog-info.yaml", "kind: [broken"),
        "component:default/a \"one\" !InputError: YAML error at catalog-info.yaml:1:14, Flow sequence must end with a ]\nroot !InputError: YAML error at catalog-info.yaml:1:14, Flow sequence must end with a ]",
    )
    .await;
}

#[tokio::test]
async fn a_mended_file_loses_its_error() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &component("a", "one"))]).await;
        world.read().await;
        world.write("catalog-info.yaml", "kind: Component");
        assert!(world.dump().await.contains("!InputError"));
        world.write("catalog-info.yaml", &component("a", "one"));
        assert_eq!(world.dump().await, "component:default/a \"one\"\nroot");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_broken_document_costs_no_other() {
    let two = format!("{}---\n{}", component("a", "one"), component("b", "one"));
    check(
        &[("catalog-info.yaml", &two)],
        "component:default/a \"one\"\ncomponent:default/b \"one\"\nroot",
        |world| {
            let broken = component("a", "two").replace("lifecycle: production", "lifecycle: ''");
            world.write("catalog-info.yaml", &format!("{broken}---\n{}", component("b", "two")));
        },
        "component:default/a \"one\" !InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/a; caused by TypeError: /spec/lifecycle must NOT have fewer than 1 characters - limit: 1\ncomponent:default/b \"two\"\nroot !InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/a; caused by TypeError: /spec/lifecycle must NOT have fewer than 1 characters - limit: 1",
    )
    .await;
}

#[tokio::test]
async fn what_a_file_no_longer_has_goes() {
    let two = format!("{}---\n{}", component("a", "one"), component("b", "one"));
    check(
        &[("catalog-info.yaml", &two)],
        "component:default/a \"one\"\ncomponent:default/b \"one\"\nroot",
        |world| world.write("catalog-info.yaml", &component("b", "one")),
        "component:default/b \"one\"\nroot",
    )
    .await;
}

#[tokio::test]
async fn an_entity_that_moves_keeps_its_identity() {
    check(
        &[
            ("catalog-info.yaml", &location("./x.yaml, ./y.yaml", "required")),
            ("x.yaml", &format!("{}---\n{}", component("a", "one"), component("stays", "one"))),
            ("y.yaml", &component("b", "one")),
        ],
        "component:default/a \"one\"\ncomponent:default/b \"one\"\ncomponent:default/stays \"one\"\nlocation:default/here\nroot",
        |world| {
            world.write("x.yaml", &format!("{}---\n{}", component("b", "moved"), component("stays", "one")));
            world.write("y.yaml", &component("a", "moved"));
        },
        "component:default/a \"moved\"\ncomponent:default/b \"moved\"\ncomponent:default/stays \"one\"\nlocation:default/here\nroot",
    )
    .await;
}

#[tokio::test]
async fn the_first_of_two_with_one_name_wins_until_it_goes() {
    check(
        &[("catalog-info.yaml", &location("./x.yaml, ./y.yaml", "required")), ("x.yaml", &component("a", "one")), ("y.yaml", &component("z", "one"))],
        "component:default/a \"one\"\ncomponent:default/z \"one\"\nlocation:default/here\nroot",
        |world| world.write("y.yaml", &format!("{}---\n{}", component("a", "other"), component("z", "one"))),
        "component:default/a \"one\"\ncomponent:default/z \"one\"\nlocation:default/here !ConflictError: component:default/a is already provided by x.yaml; rename one of them or remove it\nroot",
    )
    .await;
    for database in databases().await {
        let files = [
            ("catalog-info.yaml", location("./x.yaml, ./y.yaml", "required")),
            ("x.yaml", component("a", "one")),
            ("y.yaml", component("z", "one")),
        ];
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let world = World::start(&database.store, &files).await;
        world.read().await;
        world.write("y.yaml", &component("a", "other"));
        assert!(world.dump().await.contains("component:default/a \"one\""));
        world.write("x.yaml", &component("x", "new"));
        assert_eq!(world.dump().await, "component:default/a \"other\"\ncomponent:default/x \"new\"\nlocation:default/here\nroot");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_missing_target_is_said_on_the_location() {
    check(
        &[("catalog-info.yaml", &location("./x.yaml", "required")), ("x.yaml", &component("a", "one"))],
        "component:default/a \"one\"\nlocation:default/here\nroot",
        |world| world.remove("x.yaml"),
        "component:default/a \"one\" !NotFoundError: Unable to read file, file x.yaml does not exist\nlocation:default/here !NotFoundError: Unable to read file, file x.yaml does not exist\nroot",
    )
    .await;
}

#[tokio::test]
async fn a_target_that_is_no_longer_named_goes() {
    check(
        &[("catalog-info.yaml", &location("'./*.yml'", "required")), ("x.yml", &component("a", "one")), ("y.yml", &component("b", "one"))],
        "component:default/a \"one\"\ncomponent:default/b \"one\"\nlocation:default/here\nroot",
        |world| world.remove("x.yml"),
        "component:default/b \"one\"\nlocation:default/here\nroot",
    )
    .await;
}

#[tokio::test]
async fn a_part_that_changes_changes_the_entity() {
    let with_part = component("a", "{$text: ./about.txt}");
    check(
        &[("catalog-info.yaml", &with_part), ("about.txt", "one")],
        "component:default/a \"one\"\nroot",
        |world| world.write("about.txt", "two and more"),
        "component:default/a \"two and more\"\nroot",
    )
    .await;
}

#[tokio::test]
async fn an_unchanged_folder_writes_nothing() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &component("a", "one"))]).await;
        let before = World::identities(&world.read().await);
        let changed = |scoped: &portal::Scoped| scoped.snapshot.iter().map(|entity| entity.changed().0).max();
        let then = changed(&world.read().await);
        let world = world.restart().await;
        let scoped = world.read().await;
        assert_eq!((World::identities(&scoped), changed(&scoped)), (before, then));
        world.stop().await;
    }
}

#[tokio::test]
async fn kinds_that_are_not_allowed_are_refused() {
    for database in databases().await {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("catalog-info.yaml"), component("a", "one")).unwrap();
        let world = World::over(&database.store, folder, vec!["Location".to_owned(), "API".to_owned()]).await;
        let text = world.dump().await;
        assert!(
            text.starts_with("root !NotAllowedError: Entity component:default/a at file:catalog-info.yaml, originated at file:"),
            "{text}"
        );
        assert!(text.ends_with("is not of an allowed kind for that location"), "{text}");
        world.stop().await;
    }
}
