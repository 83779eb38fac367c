//! What waits: losses for somebody to confirm, entities for a source, locations and hosts for better times.

use std::time::Duration;

use catalog::registry::NewLocation;
use model::{
    Caller, PortalError, Principal,
    view::{ProblemSort, ProblemsQuery},
};
use portal::OnConflict;
use testkit::databases;

use crate::{
    web::Web,
    world::{World, component},
};

fn admin() -> Caller {
    Caller { principal: Principal::AdminToken, ..Caller::worker() }
}

/// Components by their numbers.
fn many(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| component(&format!("c{number}"), "one")).collect::<Vec<_>>().join("---\n")
}

/// What is wrong, but for owners that are not there: sort, entity, title and detail, a line each.
async fn problems(world: &World) -> String {
    let (items, total) = world.portal.catalog().problem_list(&admin(), &ProblemsQuery::default(), 100, 0).await.unwrap();
    assert_eq!(items.len() as u64, total);
    let mut lines: Vec<String> = items
        .iter()
        .filter(|item| item.sort != ProblemSort::Owner)
        .map(|item| {
            let name = item.entity_ref.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{:?} {}: {}. {}", item.sort, name.split("generated-").next().unwrap_or_default(), item.title, item.detail)
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

/// How many components there are.
async fn components(world: &World) -> usize {
    let scoped = world.portal.catalog().scoped(&admin()).await.unwrap();
    scoped.snapshot.iter().filter(|entity| entity.kind() == "Component").count()
}

async fn register(world: &World, target: &str) -> String {
    let registered = world.portal.catalog().register(&admin(), NewLocation::new("url", target), OnConflict::Reject).await.unwrap();
    refresh(world, &registered.location.id).await;
    registered.location.id
}

async fn refresh(world: &World, id: &str) {
    let seq = world.portal.catalog().refresh_location(&admin(), id).await.unwrap();
    world.seen(seq).await;
}

#[tokio::test]
async fn a_loss_waits_until_somebody_confirms_it() {
    for database in databases().await {
        let world = World::changed(&database.store, |reading| reading.hold_percent = Some(20)).await;
        let (web, catalog) = (Web::start().await, world.portal.catalog());
        web.put("/a.yaml", &many(0..10));
        let id = register(&world, &web.at("/a.yaml")).await;
        assert_eq!((components(&world).await, problems(&world).await.as_str()), (10, ""));

        let held = "Held location:default/: The last reading would remove 3 of 10 entities. \
                    They are kept until somebody confirms: component:default/c7, component:default/c8, component:default/c9.";
        web.put("/a.yaml", &many(0..7));
        refresh(&world, &id).await;
        assert_eq!((components(&world).await, problems(&world).await.as_str()), (10, held), "on {}", database.name);
        // It comes back: nobody has to do anything.
        web.put("/a.yaml", &many(0..10));
        refresh(&world, &id).await;
        assert_eq!((components(&world).await, problems(&world).await.as_str()), (10, ""));
        let nothing = catalog.confirm_loss(&admin(), &id).await;
        assert!(
            matches!(&nothing, Err(PortalError::Conflict { message }) if message.contains("holds no loss back any more")),
            "{nothing:?}"
        );

        web.put("/a.yaml", &many(0..7));
        refresh(&world, &id).await;
        assert_eq!(problems(&world).await, held);
        let seq = catalog.confirm_loss(&admin(), &id).await.unwrap();
        world.seen(seq).await;
        assert_eq!((components(&world).await, problems(&world).await.as_str()), (7, ""), "on {}", database.name);
        // What was confirmed was that loss and no other.
        web.put("/a.yaml", &many(0..1));
        refresh(&world, &id).await;
        assert_eq!(components(&world).await, 7);
        assert!(problems(&world).await.starts_with("Held location:default/: The last reading would remove 6 of 7 entities."));
        world.stop().await;
    }
}

#[tokio::test]
async fn what_no_source_has_any_more_is_shown() {
    for database in databases().await {
        let world = World::changed(&database.store, |reading| reading.grace = Duration::from_secs(3600)).await;
        let web = Web::start().await;
        web.put("/a.yaml", &many(0..2));
        let id = register(&world, &web.at("/a.yaml")).await;
        web.put("/a.yaml", &many(0..1));
        refresh(&world, &id).await;
        let told = problems(&world).await;
        assert_eq!(components(&world).await, 2);
        assert!(told.starts_with("Orphan component:default/c1: ") && told.lines().count() == 1, "on {}: {told}", database.name);
        web.put("/a.yaml", &many(0..2));
        refresh(&world, &id).await;
        assert_eq!(problems(&world).await, "");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_host_that_wants_to_be_left_alone_is_shown() {
    for database in databases().await {
        let world = World::changed(&database.store, |_| {}).await;
        let web = Web::start().await;
        web.put("/a.yaml", &many(0..2));
        let id = register(&world, &web.at("/a.yaml")).await;
        web.limit();
        refresh(&world, &id).await;
        let host = web.at("").trim_start_matches("http://").to_owned();
        // What hosts say is written down a moment after the reading.
        let told = loop {
            let told = problems(&world).await;
            if told.contains("Waiting") {
                break told;
            }
            tokio::task::yield_now().await;
        };
        let waiting = format!("Waiting : {host} is not asked before ");
        assert!(told.lines().any(|line| line.starts_with(&waiting)), "on {}: {told}", database.name);
        assert_eq!(components(&world).await, 2);
        let asked = web.asked();
        refresh(&world, &id).await;
        assert_eq!(web.asked(), asked, "it is left alone");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_location_that_was_not_read_for_long_is_shown() {
    for database in databases().await {
        let world = World::changed(&database.store, |_| {}).await;
        let web = Web::start().await;
        web.put("/a.yaml", &many(0..2));
        let id = register(&world, &web.at("/a.yaml")).await;
        web.remove("/a.yaml");
        refresh(&world, &id).await;
        assert!(!problems(&world).await.contains("Stale"), "it was read a moment ago");
        world.forget_last_reading(&id).await;
        let told = problems(&world).await;
        let stale = format!("Stale location:default/: url:{} was last read without a mistake ", web.at("/a.yaml"));
        assert!(told.lines().any(|line| line.starts_with(&stale)), "on {}: {told}", database.name);
        assert_eq!(components(&world).await, 2);
        web.put("/a.yaml", &many(0..2));
        refresh(&world, &id).await;
        assert_eq!(problems(&world).await, "");
        // A mistake in it is no reason: it was read.
        web.put("/a.yaml", &many(0..2).replacen("  type: service\n", "", 1));
        refresh(&world, &id).await;
        world.forget_last_reading(&id).await;
        let told = problems(&world).await;
        assert!(told.starts_with("Error component:default/c0: ") && !told.contains("Stale"), "on {}: {told}", database.name);
        // What never worked is told as that.
        register(&world, &web.at("/never.yaml")).await;
        let told = problems(&world).await;
        assert_eq!((told.matches("NeverWorked").count(), told.matches("Stale").count()), (1, 0), "{told}");
        world.stop().await;
    }
}
