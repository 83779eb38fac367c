//! What the history of entities says.

use model::Timestamp;
use testkit::databases;

use super::world::{World, component, entity};
use crate::{
    Expected, Overlay,
    descriptor::Kinds,
    direct,
    history::{Action, ChangeQuery, changes, prune},
    overlay,
};

fn of(name: &str) -> ChangeQuery {
    ChangeQuery { entity: Some(component(name)), ..ChangeQuery::default() }
}

#[tokio::test]
async fn the_first_reading_tells_nothing_and_still_has_a_beginning() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=one b=one").await;
        assert_eq!(world.history(ChangeQuery::default()).await, "");
        assert_eq!(world.history(of("a")).await, "a created file:x");
        world.read("A", "x: a=two b=one c=one").await;
        assert_eq!(
            world.history(of("a")).await,
            "a changed file:x metadata.description: \"one\" > \"two\"\na created file:x",
            "on {}",
            database.name
        );
        assert_eq!(world.history(of("c")).await, "c created file:x");
        assert_eq!(world.history(ChangeQuery { action: Some(Action::Created), ..ChangeQuery::default() }).await, "c created file:x");
    }
}

#[tokio::test]
async fn moves_and_ends_are_told() {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        world.read("A", "x: a=one").await;
        world.read("B", "y: b=one").await;
        world.read("B", "y: a=two b=one").await;
        world.read("A", "").await;
        world.read("B", "z: a=three").await;
        world.read("B", "").await;
        world.later().await;
        assert_eq!(
            world.history(of("a")).await,
            "a removed file:z\n\
             a moved file:z metadata.description: \"two\" > \"three\"\n\
             a moved file:y metadata.description: \"one\" > \"two\"",
            "on {}",
            database.name
        );
        // What comes back tells of its return.
        world.read("B", "z: a=four").await;
        assert!(world.history(of("a")).await.starts_with("a created file:z\na removed"));
    }
}

#[tokio::test]
async fn people_are_named() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: f=one").await;
        let kinds = Kinds::default();
        for description in ["one", "two"] {
            let mut tx = database.store.begin().await.unwrap();
            direct::put(&mut tx, entity("a", description), &Expected::Any, "user:default/ann", &kinds).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = database.store.begin().await.unwrap();
        direct::delete(&mut tx, &component("a"), &Expected::Any, "user:default/bob").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.store.begin().await.unwrap();
        let tags = Overlay { tags: Some(vec!["java".to_owned()]), ..Overlay::default() };
        overlay::put(&mut tx, &component("f"), &tags, &Expected::Any, "user:default/bob", &kinds).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            world.history(ChangeQuery { actor: Some("user:default/bob".to_owned()), ..ChangeQuery::default() }).await,
            "f overlaid portal by user:default/bob metadata.tags: - > [\"java\"]\na removed portal by user:default/bob"
        );
        assert_eq!(
            world.history(of("a")).await,
            "a removed portal by user:default/bob\n\
             a changed portal by user:default/ann metadata.description: \"one\" > \"two\"\n\
             a created portal by user:default/ann",
            "on {}",
            database.name
        );
    }
}

#[tokio::test]
async fn pages_meet_every_change_once() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=0 b=0 c=0").await;
        for round in 1..6 {
            world.read("A", &format!("x: a={round} b={round} c={round}")).await;
        }
        for query in [
            ChangeQuery::default(),
            of("a"),
            ChangeQuery { entities: Some(vec![component("b"), component("c")]), ..ChangeQuery::default() },
        ] {
            let whole = changes(&database.store, &ChangeQuery { limit: 100, ..query.clone() }).await.unwrap();
            let mut paged = Vec::new();
            let mut before = None;
            loop {
                let page = changes(&database.store, &ChangeQuery { limit: 2, before: before.clone(), ..query.clone() }).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some((last.at, last.id.clone()));
                paged.extend(page);
            }
            assert_eq!(paged, whole, "on {}", database.name);
            assert!(whole.is_sorted_by(|a, b| (a.at, &a.id) > (b.at, &b.id)));
        }
        let all = changes(&database.store, &ChangeQuery { limit: 100, ..ChangeQuery::default() }).await.unwrap();
        let middle = all[all.len() / 2].at;
        let since = changes(&database.store, &ChangeQuery { limit: 100, since: Some(middle), ..ChangeQuery::default() }).await.unwrap();
        let until = changes(&database.store, &ChangeQuery { limit: 100, until: Some(middle), ..ChangeQuery::default() }).await.unwrap();
        let both = all.iter().filter(|change| change.at == middle).count();
        assert_eq!(since.len() + until.len(), all.len() + both);
    }
}

#[tokio::test]
async fn old_changes_are_forgotten() {
    for database in databases().await {
        let world = World::with(&database.store, &["A"]).await;
        world.read("A", "x: a=0").await;
        world.read("A", "x: a=1").await;
        world.read("A", "x: a=2").await;
        let mut tx = database.store.begin().await.unwrap();
        let now = tx.now().await.unwrap();
        assert_eq!(prune(&mut tx, Timestamp(now.0 + 1), 1).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(world.history(of("a")).await.lines().count(), 2, "a change and the beginning");
    }
}
