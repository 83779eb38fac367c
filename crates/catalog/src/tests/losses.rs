//! Losses that are held until somebody confirms them.

use serde_json::Value;
use store::Args;
use testkit::databases;

use super::world::World;

async fn held(world: &World) -> Option<Value> {
    let rows: Vec<(Option<String>,)> = world.store.fetch_all(&HELD, Args::new()).await.unwrap();
    rows.into_iter().find_map(|(held,)| held).map(|text| serde_json::from_str(&text).unwrap())
}

const HELD: store::Statement = store::Statement::both("test.held", "SELECT held FROM location");
const CONFIRM: store::Statement = store::Statement::both("test.confirm", "UPDATE location SET confirmed = $1");

/// A world that holds losses of more than 20 %, in which A has ten entities in two files.
async fn ten(store: &store::Store) -> World {
    let mut world = World::with(store, &["A", "B"]).await;
    world.policy.hold_percent = Some(20);
    world.read("A", "x: a=1 b=1 c=1 d=1 e=1; y: f=1 g=1 h=1 i=1 j=1").await;
    world
}

#[tokio::test]
async fn a_small_loss_is_applied_and_a_large_one_waits() {
    for database in databases().await {
        let world = ten(&database.store).await;
        world.read("A", "x: a=1 b=1 c=1 d=1; y: f=1 g=1 h=1 i=1").await;
        let dump = world.dump().await;
        assert_eq!((dump.matches("gone").count(), held(&world).await), (2, None), "{dump}");
        world.read("A", "x: a=2 n=1").await;
        let dump = world.dump().await;
        let told = held(&world).await.expect("it is held");
        assert_eq!((told["lost"].clone(), told["of"].clone()), (7.into(), 9.into()));
        assert_eq!(told["refs"][0], "component:default/b");
        // What came and what changed counts; nothing more is gone.
        assert!(dump.contains("a 2 A/x\n") && dump.contains("n 1 A/x") && dump.matches("gone").count() == 2, "{dump}");
    }
}

#[tokio::test]
async fn a_loss_that_is_confirmed_is_applied_once() {
    for database in databases().await {
        let world = ten(&database.store).await;
        world.read("A", "x: a=1").await;
        let first = held(&world).await.expect("it is held");
        world.read("A", "x: a=1").await;
        assert_eq!(held(&world).await.as_ref(), Some(&first), "it waits as long as it has to");
        // Somebody confirms another loss.
        confirm(&world, "else").await;
        world.read("A", "x: a=1").await;
        assert_eq!(held(&world).await.map(|held| held["digest"].clone()), Some(first["digest"].clone()));
        confirm(&world, first["digest"].as_str().unwrap()).await;
        world.read("A", "x: a=1").await;
        assert_eq!(held(&world).await, None);
        assert_eq!(world.dump().await.matches("gone").count(), 9);
        // The next loss waits again.
        world.read("A", "x: a=1 b=1 c=1 d=1 e=1 f=1").await;
        world.read("A", "").await;
        assert!(held(&world).await.is_some());
    }
}

#[tokio::test]
async fn what_comes_back_is_no_longer_held() {
    for database in databases().await {
        let world = ten(&database.store).await;
        world.read("A", "").await;
        assert!(held(&world).await.is_some());
        world.read("A", "x: a=1 b=1 c=1 d=1 e=1; y: f=1 g=1 h=1 i=1 j=1").await;
        assert_eq!(held(&world).await, None);
        assert!(!world.dump().await.contains("gone"));
    }
}

#[tokio::test]
async fn what_moves_elsewhere_is_no_loss() {
    for database in databases().await {
        let world = ten(&database.store).await;
        world.read("B", "z: f=2 g=2 h=2 i=2 j=2").await;
        world.read("A", "x: a=1 b=1 c=1 d=1 e=1").await;
        assert_eq!(held(&world).await, None);
        assert!(world.dump().await.ends_with("j 2 B/z"));
        // The other way round it is held until the other source is read.
        world.read("B", "").await;
        assert!(held(&world).await.is_some());
        world.read("A", "x: a=1 b=1 c=1 d=1 e=1; y: f=1 g=1 h=1 i=1 j=1").await;
        world.read("B", "").await;
        let dump = world.dump().await;
        assert!(held(&world).await.is_none() && !dump.contains("gone") && !dump.contains("wanted"), "{dump}");
    }
}

async fn confirm(world: &World, digest: &str) {
    let mut tx = world.store.begin().await.unwrap();
    tx.execute(&CONFIRM, Args::new().text(digest)).await.unwrap();
    tx.commit().await.unwrap();
}
