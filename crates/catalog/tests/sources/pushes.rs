//! What follows from pushes.

use catalog::registry::NewLocation;
use forge::webhook::Push;
use testkit::databases;

use crate::{
    repository::Repository,
    world::{World, component, quiet},
};

/// What a forge tells of the last commit.
fn push(repository: &Repository, before: &str, touched: &[&str]) -> Push {
    Push {
        repositories: vec![repository.address()],
        reference: "main".to_owned(),
        before: Some(before.to_owned()),
        after: Some(repository.head()),
        touched: touched.iter().map(|path| (*path).to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_push_has_what_it_touched_read() {
    for database in databases().await {
        let about = component("b", "{$text: ./about.txt}");
        let repository = Repository::with(&[("x/a.yaml", &component("a", "one")), ("x/b.yaml", &about), ("x/about.txt", "one")]);
        let world = World::start(&database.store, &[&format!("git:{}", repository.at("x/*.yaml"))]).await;
        assert_eq!(world.dump().await, "component:a \"one\"\ncomponent:b \"one\"");
        let before = repository.head();
        repository.commit(&[("x/a.yaml", &component("a", "two"))]);
        world.push(&push(&repository, &before, &["x/a.yaml"])).await;
        assert_eq!(world.dump().await, "component:a \"two\"\ncomponent:b \"one\"");
        // A part of an entity, a file that is new to a pattern, and one that goes.
        repository.commit(&[("x/about.txt", "two")]);
        world.push(&push(&repository, &before, &["x/about.txt"])).await;
        assert_eq!(world.dump().await, "component:a \"two\"\ncomponent:b \"two\"");
        repository.commit(&[("x/c.yaml", &component("c", "new"))]);
        world.push(&push(&repository, &before, &["x/c.yaml"])).await;
        assert_eq!(world.dump().await, "component:a \"two\"\ncomponent:b \"two\"\ncomponent:c \"new\"");
        repository.remove("x/c.yaml");
        world.push(&push(&repository, &before, &["x/c.yaml"])).await;
        assert_eq!(world.dump().await, "component:a \"two\"\ncomponent:b \"two\"");
        assert!(world.location().await.last_push.is_some());
        // Nothing is known of what was touched: everything may be.
        repository.commit(&[("x/a.yaml", &component("a", "three"))]);
        world.push(&push(&repository, &before, &[])).await;
        assert_eq!(world.dump().await, "component:a \"three\"\ncomponent:b \"two\"", "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_push_elsewhere_concerns_nobody() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let other = Repository::with(&[("a.yaml", &component("a", "other"))]);
        let world = World::start(&database.store, &[&format!("git:{}", repository.at("a.yaml"))]).await;
        let before = repository.commit(&[("a.yaml", &component("a", "two"))]);
        world.push(&push(&other, &before, &[])).await;
        world.push(&Push { reference: "other".to_owned(), ..push(&repository, &before, &[]) }).await;
        assert_eq!(world.dump().await, "component:a \"one\"");
        assert_eq!(world.location().await.last_push, None, "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_rename_moves_the_location() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let world = World::start(&database.store, &[]).await;
        let location = world.register_unchecked(&NewLocation::new("git", repository.at("a.yaml"))).await;
        world.refresh(&location.id).await;
        let uid = world.uid("component:default/a").await;
        let before = repository.head();
        repository.rename("a.yaml", "deep/down/moved.yaml");
        world.push(&push(&repository, &before, &["a.yaml", "deep/down/moved.yaml"])).await;
        let now = world.location().await;
        assert_eq!((now.id, now.target, now.unregister_at), (location.id, repository.at("deep/down/moved.yaml"), None));
        world.until("it is read", async || world.dump().await == "component:a \"one\"").await;
        assert_eq!(world.uid("component:default/a").await, uid, "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_deleted_file_takes_its_location_along_after_the_grace() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one")), ("b.yaml", &component("b", "one"))]);
        let mut config = quiet(vec![crate::world::configured(&format!("git:{}", repository.at("b.yaml")))]);
        config.grace = std::time::Duration::from_secs(3600);
        let world = World::with(&database.store, config).await;
        let location = world.register_unchecked(&NewLocation::new("git", repository.at("a.yaml"))).await;
        world.refresh(&location.id).await;
        let before = repository.head();
        repository.remove("a.yaml");
        repository.remove("b.yaml");
        world.push(&push(&repository, &before, &["a.yaml", "b.yaml"])).await;
        let at = async || {
            let all = world.locations().await;
            all.iter().map(|location| (location.source.clone(), location.unregister_at.is_some())).collect::<Vec<_>>()
        };
        // What the configuration names stays, whatever becomes of it.
        assert_eq!(at().await, [("config".to_owned(), false), ("registered".to_owned(), true)], "on {}", database.name);
        assert!(world.dump().await.contains("component:a \"one\" !NotFoundError"), "{}", world.dump().await);
        // It comes back in time.
        let before = repository.commit(&[("a.yaml", &component("a", "back"))]);
        world.push(&push(&repository, &before, &["a.yaml"])).await;
        world.until("it stays", async || !at().await[1].1).await;
        assert!(world.dump().await.contains("component:a \"back\""));
        world.stop().await;
    }
}

#[tokio::test]
async fn without_a_grace_it_goes_at_once() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let world = World::start(&database.store, &[]).await;
        let location = world.register_unchecked(&NewLocation::new("git", repository.at("a.yaml"))).await;
        world.refresh(&location.id).await;
        let before = repository.head();
        repository.remove("a.yaml");
        world.push(&push(&repository, &before, &["a.yaml"])).await;
        world.until("it goes", async || world.locations().await.is_empty()).await;
        assert_eq!(world.dump().await, "", "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn many_pushes_are_one_job_that_knows_them_all() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one")), ("b.yaml", &component("b", "one"))]);
        let first = repository.head();
        let mut tx = database.store.begin().await.unwrap();
        for (file, round) in [("a.yaml", "two"), ("b.yaml", "three"), ("a.yaml", "four")] {
            let before = repository.head();
            repository.commit(&[(file, &component(&file[..1], round))]);
            catalog::pushed(&mut tx, &push(&repository, &before, &[file])).await.unwrap();
        }
        let waiting: Option<Push> = store::jobs::waiting(&mut tx, "catalog", "push", &format!("{}#main", key(&repository))).await.unwrap();
        let mut waiting = waiting.expect("a job waits");
        waiting.touched.sort();
        assert_eq!((waiting.before, waiting.after), (Some(first), Some(repository.head())));
        assert_eq!(waiting.touched, ["a.yaml", "b.yaml"]);
        tx.commit().await.unwrap();
        let counts = store::jobs::counts(&database.store).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.jobs).sum::<i64>(), 1, "on {}", database.name);
    }
}

#[tokio::test]
async fn pushes_at_the_same_instant_lose_nothing() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let head = repository.head();
        let files: Vec<String> = (0..12).map(|number| format!("f{number:02}.yaml")).collect();
        let writers: Vec<_> = files
            .iter()
            .map(|file| {
                let (store, push) = (database.store.clone(), push(&repository, &head, &[file]));
                tokio::spawn(async move {
                    let mut tx = store.begin().await.unwrap();
                    catalog::pushed(&mut tx, &push).await.unwrap();
                    tokio::task::yield_now().await;
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let mut tx = database.store.begin().await.unwrap();
        let waiting: Option<Push> = store::jobs::waiting(&mut tx, "catalog", "push", &format!("{}#main", key(&repository))).await.unwrap();
        let mut touched = waiting.expect("a job waits").touched;
        touched.sort();
        assert_eq!(touched, files, "on {}", database.name);
        // One that does not know what it touched makes it everything.
        catalog::pushed(&mut tx, &push(&repository, &head, &[])).await.unwrap();
        let waiting: Option<Push> = store::jobs::waiting(&mut tx, "catalog", "push", &format!("{}#main", key(&repository))).await.unwrap();
        assert_eq!(waiting.expect("a job waits").touched, [""; 0]);
    }
}

#[tokio::test]
async fn without_a_branch_only_the_default_one_concerns_it() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let target = repository.at("a.yaml");
        let target = target.split('?').next().unwrap();
        let world = World::start(&database.store, &[&format!("git:{target}")]).await;
        assert_eq!(world.dump().await, "component:a \"one\"");
        let before = repository.commit(&[("a.yaml", &component("a", "two"))]);
        world.push(&Push { reference: "other".to_owned(), ..push(&repository, &before, &["a.yaml"]) }).await;
        assert_eq!((world.dump().await.as_str(), world.location().await.last_push), ("component:a \"one\"", None));
        world.push(&push(&repository, &before, &["a.yaml"])).await;
        assert_eq!(world.dump().await, "component:a \"two\"", "on {}", database.name);
        assert!(world.location().await.last_push.is_some());
        world.stop().await;
    }
}

fn key(repository: &Repository) -> String {
    repository.path().to_str().unwrap().trim_matches('/').to_lowercase()
}
