//! A name that goes from one source to another.

use testkit::databases;

use super::world::World;

/// Reads locations one after the other (`A x: a=one`), and compares what is there in the end, on every database.
async fn check(readings: &[&str], expected: &str) {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B", "C"]).await;
        for reading in readings {
            let (location, text) = reading.split_at(1);
            world.read(location, text).await;
        }
        assert_eq!(world.dump().await, expected, "on {}", database.name);
    }
}

#[tokio::test]
async fn what_a_source_loses_stays_for_a_time() {
    check(&["A x: a=one b=one", "A x: b=one"], "a one A/x gone\nb one A/x").await;
    check(&["A x: a=one; y: b=one", "A y: b=one"], "a one A/x gone\nb one A/y").await;
}

#[tokio::test]
async fn what_comes_back_is_no_longer_gone() {
    check(&["A x: a=one b=one", "A x: b=one", "A x: a=one b=one"], "a one A/x\nb one A/x").await;
    check(&["A x: a=one; y: b=one", "A y: b=one", "A x: a=one; y: b=one"], "a one A/x\nb one A/y").await;
    check(&["A x: a=one", "A x:", "A x: a=!"], "a one A/x !InputError: broken").await;
    check(&["A x: a=one", "A x:", "A x: !"], "a one A/x gone").await;
}

#[tokio::test]
async fn a_name_that_is_gone_is_claimed_at_once() {
    check(&["A x: a=one", "A x:", "B y: a=two"], "a two B/y").await;
}

#[tokio::test]
async fn who_waits_takes_over() {
    check(&["A x: a=one", "B y: a=two"], "a one A/x\na wanted by B/y").await;
    check(&["A x: a=one", "B y: a=two", "A x:"], "a two B/y").await;
    check(&["A x: a=one", "B y: a=two", "C z: a=three", "A"], "a two B/y\na wanted by C/z").await;
    check(&["A x: a=one", "B y: a=two", "C z: a=three", "B", "A"], "a three C/z").await;
}

#[tokio::test]
async fn who_waits_takes_over_with_its_latest_state() {
    check(&["A x: a=one", "B y: a=two", "B y: a=new", "A"], "a new B/y").await;
    check(&["A x: a=one", "B y: a=two", "B y: !", "A"], "a two B/y").await;
    check(&["A x: a=one", "B y: a=two", "B y: a=!", "A"], "a two B/y").await;
    check(&["A x: a=one", "B y: a=two", "B y: b=two", "A"], "a one A/x gone\nb two B/y").await;
}

#[tokio::test]
async fn names_change_places_in_one_reading() {
    check(&["A x: a=one; y: b=one", "A x: b=two; y: a=two"], "a two A/y\nb two A/x").await;
    check(&["A x: a=one; y: a=two", "A y: a=two"], "a two A/y").await;
}

#[tokio::test]
async fn a_name_that_a_file_repeats_counts_once() {
    check(&["A x: a=one a=two b=one"], "a one A/x\nb one A/x").await;
}

/// Moves `m` from A to B, in every order of the four transactions. It is there after each, with its uid.
#[tokio::test]
async fn a_move_never_loses_the_entity_in_any_order() {
    let orders: Vec<Vec<bool>> = (0u32..16).map(|bits| (0..4).map(|bit| bits >> bit & 1 == 1).collect()).collect();
    for order in orders.into_iter().filter(|order| order.iter().filter(|b| **b).count() == 2) {
        for database in databases().await {
            for hold_percent in [None, Some(20)] {
                let mut world = World::with(&database.store, &["A", "B"]).await;
                world.policy.hold_percent = hold_percent;
                let name = format!("m{}", hold_percent.unwrap_or_default());
                let rest = if hold_percent.is_some() { "p=x q=x r=x s=x" } else { "" };
                world.read("A", &format!("x: {name}=one {rest}")).await;
                world.read("B", "y: other=one").await;
                let before = world.identity(&name).await.expect("it is there");
                let (a_scan, a_files, a_seen) = world.begin("A", &format!("x: {rest}")).await;
                let (b_scan, b_files, b_seen) = world.begin("B", &format!("y: other=one {name}=one")).await;
                let mut scans = [Some((a_scan, Some(a_files), a_seen)), Some((b_scan, Some(b_files), b_seen))];
                for step in &order {
                    let slot = &mut scans[usize::from(*step)];
                    let (mut scan, files, seen) = slot.take().expect("two steps each");
                    match files {
                        Some(files) => {
                            scan.write(files).await.unwrap();
                            *slot = Some((scan, None, seen));
                        }
                        None => scan.end(Some(&seen), &[]).await.unwrap(),
                    }
                    let now = world.identity(&name).await;
                    assert_eq!(now.as_ref(), Some(&before), "{order:?} on {}", database.name);
                }
                // A loss that was held is settled by the next reading.
                world.read("A", &format!("x: {rest}")).await;
                let dump = world.dump().await;
                assert!(dump.lines().any(|line| line == format!("{name} one B/y")), "{order:?} on {}: {dump}", database.name);
                assert_eq!(world.identity(&name).await, Some(before));
                world.read("A", "").await;
                world.read("B", "").await;
                world.later().await;
            }
        }
    }
}

/// Two replicas read A and B at the same time, again and again, while names go back and forth.
#[tokio::test]
async fn a_move_never_loses_the_entity_when_both_are_read_at_once() {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        world.read("A", "x: m=0 n=0").await;
        world.read("B", "y: o=0").await;
        let mut identities = Vec::new();
        for name in ["m", "n", "o"] {
            identities.push(world.identity(name).await);
        }
        for round in 1..12 {
            let (a, b) = if round % 2 == 0 { ("x: m=0 n=0", "y: o=0") } else { ("x: o=1", "y: m=1 n=1") };
            let (left, right) = (world.clone(), world.clone());
            let (one, two) = tokio::join!(
                tokio::spawn(async move { left.try_read("A", a).await }),
                tokio::spawn(async move { right.try_read("B", b).await })
            );
            // A deadlock costs a reading, not an entity; the next reading does it.
            let failed = [one.unwrap(), two.unwrap()].into_iter().filter_map(Result::err).find(|error| !error.is_conflict());
            assert!(failed.is_none(), "{failed:?}");
            world.read("A", a).await;
            world.read("B", b).await;
            let mut now = Vec::new();
            for name in ["m", "n", "o"] {
                now.push(world.identity(name).await);
            }
            assert_eq!(now, identities, "round {round} on {}", database.name);
            let dump = world.dump().await;
            assert!(!dump.contains("gone") && !dump.contains("wanted"), "round {round} on {}: {dump}", database.name);
        }
    }
}

/// What was written before a reading was cut off is whole, and the next reading does the rest.
#[tokio::test]
async fn a_reading_that_is_cut_off_is_finished_by_the_next() {
    let before = "x: a=one b=one; y: c=one d=one; z: e=one";
    let after = "x: b=one; y: a=two c=one; w: e=two f=one";
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        world.read("A", before).await;
        world.read("B", "v: f=other").await;
        let identities = [world.identity("a").await, world.identity("e").await];
        for cut in 0..4 {
            let (mut scan, files, _) = world.begin("A", after).await;
            for file in files.into_iter().take(cut) {
                scan.write(vec![file]).await.unwrap();
                let dump = world.dump().await;
                let there = ["a ", "b ", "c ", "d ", "e "].iter().all(|name| dump.lines().any(|line| line.starts_with(name)));
                assert!(there && !dump.contains("gone"), "{dump}");
            }
            drop(scan);
        }
        world.read("A", after).await;
        assert_eq!(
            world.dump().await,
            "a two A/y\nb one A/x\nc one A/y\nd one A/y gone\ne two A/w\nf other B/v\nf wanted by A/w",
            "on {}",
            database.name
        );
        assert_eq!([world.identity("a").await, world.identity("e").await], identities);
    }
}

#[tokio::test]
async fn what_nobody_claims_goes_after_its_time() {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        world.read("A", "x: a=one b=one").await;
        world.read("A", "x: b=one").await;
        assert_eq!(crate::clean(&database.store).await.unwrap(), 0);
        assert_eq!(world.later().await, 1);
        assert_eq!(world.dump().await, "b one A/x");
        world.read("B", "y: a=two").await;
        assert_eq!(world.dump().await, "a two B/y\nb one A/x");
    }
}

#[tokio::test]
async fn without_grace_it_goes_at_once() {
    for database in databases().await {
        let mut world = World::with(&database.store, &["A", "B"]).await;
        world.policy.grace = std::time::Duration::ZERO;
        world.read("A", "x: a=one b=one").await;
        world.read("B", "y: b=two").await;
        world.read("A", "").await;
        assert_eq!(world.dump().await, "b two B/y");
    }
}

#[tokio::test]
async fn a_location_that_is_dropped_hands_over() {
    for database in databases().await {
        let world = World::with(&database.store, &["A", "B"]).await;
        world.read("A", "x: a=one b=one").await;
        world.read("B", "y: b=two").await;
        let (scan, files, _) = world.begin("A", "x: a=new b=new").await;
        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&crate::sql::LOCATION_DELETE, store::Args::new().text("A")).await.unwrap();
        crate::conflict::drop_location(&mut tx, "A", Some("user:default/zoë"), None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.dump().await, "b two B/y");
        let mut scan = scan;
        assert!(scan.write(files).await.unwrap_err().is_lease_lost());
        assert_eq!(world.dump().await, "b two B/y");
    }
}
