//! Random catalogs, changed at random: the index says what the second implementation says, however it came about.

use catalog::index::{Change, Filter, Hidden, Snapshot, Visibility};
use model::{EntityRef, Seq};
use serde_json::Value;

use crate::{
    oracle::{Known, Oracle},
    pages,
    speaking::{KEYS, filter, filters_json, predicate},
    world::{Entity, Random, World, change},
};

pub(crate) fn refs(entities: &[&Known]) -> Vec<String> {
    entities.iter().map(|entity| entity.reference.clone()).collect()
}

/// Asks the snapshot random questions.
fn check(snapshot: &Snapshot, world: &World, random: &mut Random, questions: usize) {
    let oracle = Oracle::new(world);
    assert_eq!(snapshot.len(), oracle.0.len());
    for (uid, entity) in world {
        let id = snapshot.find(&entity.reference).expect("found by name");
        assert_eq!(snapshot.find_uid(uid), Some(id));
        let view = snapshot.entity(id);
        assert_eq!((view.uid(), view.entity_ref().name(), view.kind()), (uid.as_str(), entity.reference.name(), entity.reference.kind()));
        assert_eq!(view.status().is_some(), entity.status.is_some());
        for relation in view.relations() {
            assert_eq!(relation.target_id().is_some(), oracle.0.iter().any(|known| known.reference == relation.target));
        }
    }
    for known in &oracle.0 {
        let view = snapshot.entity(snapshot.find_canonical(&known.reference).expect("found by reference"));
        assert_eq!(view.to_value().to_string(), known.served.to_string());
    }
    for _ in 0..questions {
        let (parsed, json): (Filter, Option<Value>) = match random.below(3) {
            0 => (Filter::default(), None),
            1 => {
                let filters: Vec<String> = (0..=random.below(2)).map(|_| filter(random)).collect();
                (Filter::parse(&filters).expect("filters"), Some(filters_json(&filters)))
            }
            _ => {
                let json = predicate(random, 3);
                (Filter::from_json(json.clone()).expect("a predicate"), Some(json))
            }
        };
        let mut expected = oracle.matching(json.as_ref());
        let visibility = if random.chance(30) {
            let seen: Vec<_> = snapshot.iter().filter(|entity| entity.canonical().len() % 3 != 0).collect();
            expected.retain(|entity| entity.reference.len() % 3 != 0);
            Visibility::only(seen.iter().map(|entity| entity.id()))
        } else {
            Visibility::All
        };
        for _ in 0..2 {
            // The second time the answer may be one that was kept.
            let matches = snapshot.matching(&parsed.predicate, &visibility);
            let mut found: Vec<&str> = matches.iter().map(|id| snapshot.entity(id).canonical()).collect();
            found.sort_unstable();
            assert_eq!(found, refs(&expected), "{json:?}");
            let names = [random.pick(KEYS).to_owned(), random.pick(KEYS).to_owned()];
            for facet in snapshot.facets(&names, &parsed.predicate, &visibility) {
                assert_eq!(*facet.values, Oracle::facet(&expected, &facet.name), "{} of {json:?}", facet.name);
            }
        }
        pages::check(snapshot, &parsed, &expected, &visibility, random);
    }
}

#[test]
fn a_snapshot_is_what_its_changes_make_it() {
    for seed in 1..=12 {
        let (mut random, mut world) = (Random::new(seed), World::new());
        for _ in 0..70 {
            change(&mut random, &mut world);
        }
        let records = world.iter().map(|(uid, entity)| entity.record(uid)).collect();
        let mut snapshot = Snapshot::build(records, Seq(1));
        check(&snapshot, &world, &mut random, 12);
        for round in 0..12 {
            let changes: Vec<Change> = (0..1 + random.below(6)).map(|_| change(&mut random, &mut world)).collect();
            snapshot = snapshot.apply(changes, Seq(round + 2));
            assert_eq!(snapshot.seq(), Seq(round + 2));
            check(&snapshot, &world, &mut random, 4);
            if round % 4 == 3 {
                check(&snapshot.rebuild(), &world, &mut random, 4);
            }
            if round == 7 {
                snapshot = snapshot.rebuild();
            }
        }
    }
}

#[test]
fn grows_from_nothing() {
    let (mut random, mut world) = (Random::new(99), World::new());
    let mut snapshot = Snapshot::empty();
    check(&snapshot, &world, &mut random, 3);
    for round in 0..40 {
        snapshot = snapshot.apply(vec![change(&mut random, &mut world)], Seq(round));
        check(&snapshot, &world, &mut random, 2);
    }
    assert_eq!(snapshot.rebuild().len(), world.len());
}

#[test]
fn many_changes_at_once_are_a_new_build() {
    let (mut random, mut world) = (Random::new(5), World::new());
    let first: Vec<Change> = (0..40).map(|_| change(&mut random, &mut world)).collect();
    let snapshot = Snapshot::empty().apply(first, Seq(1));
    let many: Vec<Change> = (0..1200).map(|_| change(&mut random, &mut world)).collect();
    let named: Vec<Change> = (0..1100)
        .map(|at| {
            let mut entity = Entity::random(&mut random, &format!("Many-{at}"));
            entity.reference = EntityRef::new(entity.reference.kind(), "default", format!("many-{at}"));
            entity.json["metadata"]["name"] = format!("many-{at}").into();
            entity.stated.clear();
            Change::Upsert(entity.record(&format!("Many-{at}")))
        })
        .collect();
    let grown = snapshot.apply(many.into_iter().chain(named).collect(), Seq(2));
    assert_eq!((grown.len(), grown.delta_len(), grown.base_len()), (world.len() + 1100, 0, world.len() + 1100));
    let gone = (0..1100).map(|at| Change::Delete { uid: format!("Many-{at}").into() }).collect();
    check(&grown.apply(gone, Seq(3)), &world, &mut random, 10);
}

#[test]
fn what_is_hidden_does_not_exist() {
    let is_visible = |name: &str| !name.len().is_multiple_of(3);
    for seed in 21..=28 {
        let (mut random, mut world) = (Random::new(seed), World::new());
        let (mut snapshot, mut hidden, mut asked) = (Snapshot::empty(), Hidden::default(), 0);
        for round in 0..16 {
            let changes: Vec<Change> = (0..1 + random.below(12)).map(|_| change(&mut random, &mut world)).collect();
            snapshot = snapshot.apply(changes, Seq(round));
            if round % 5 == 4 {
                snapshot = snapshot.rebuild();
            }
            hidden = snapshot.hidden(&hidden, |entity| {
                asked += 1;
                is_visible(entity.canonical())
            });
            let mut twice = 0;
            drop(snapshot.hidden(&hidden, |_| {
                twice += 1;
                true
            }));
            assert_eq!(twice, 0, "what is known is not asked again");
            let mut rest = world.clone();
            rest.retain(|_, entity| is_visible(&entity.reference.to_string()));
            match snapshot.without(&hidden) {
                Some(seen) => check(&seen, &rest, &mut random, 4),
                None => assert_eq!(rest.len(), world.len()),
            }
        }
        assert!(asked > 0);
    }
}
