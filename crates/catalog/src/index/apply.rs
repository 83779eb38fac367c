//! Changes: a new snapshot that shares the old one's segments.
//!
//! What changed is indexed in a small new segment. An entity whose relations change because another one states
//! something else is indexed anew with it, so that what a segment says of a live entity is always whole.

use std::sync::Arc;

use model::Seq;
use roaring::RoaringBitmap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Change, EntityId, Part, Record, Snapshot, build::Item, links::Given, segment::Segment};

/// A segment is merged with the one before it when that is at most this many times as large: so there are few segments,
/// and an entity is indexed anew only a few times before the base takes it in.
const MERGE_BELOW: usize = 3;

/// From so many changed entities on, when they are also a good part of all, everything is indexed anew: while a catalog is
/// first read, each change would otherwise take most others with it.
const WHOLE_FROM: usize = 1_000;
/// The part of all entities that is a good part.
const WHOLE_PART: usize = 4;

impl Snapshot {
    /// The snapshot after these changes, in their order. The work is that of the change, of those relations that it
    /// touches, and of merging small segments now and then; a change of a good part of the catalog is a new build.
    /// So it is better to apply what has piled up in one go than piece by piece.
    #[must_use]
    pub fn apply(&self, changes: Vec<Change>, seq: Seq) -> Self {
        let (records, gone) = resolve(self, changes);
        self.after(&records, gone, seq)
    }

    /// The snapshot with `records` and without what is `gone`.
    pub(super) fn after(&self, records: &Records, gone: FxHashSet<EntityId>, seq: Seq) -> Self {
        let changes = Changes::new(self, records, gone);
        let changed = self.delta_len() + changes.records.len() + changes.touched.len();
        if changed > WHOLE_FROM && changed > self.len() / WHOLE_PART {
            let kept = self.live_items().filter(|(id, _)| !changes.gone.contains(id)).map(|(_, item)| item);
            let items: Vec<Item<'_>> = kept.chain(changes.records.values().map(Item::Record)).collect();
            return self.whole(&items, seq);
        }
        let mut dead: Vec<RoaringBitmap> = self.parts.iter().map(|part| part.dead.clone()).collect();
        let mut kill = |id: EntityId| {
            let at = self.part_at(id);
            dead[at].insert(id.0 - self.parts[at].offset);
        };
        let (mut items, mut given): (Vec<Item<'_>>, Vec<Given<'_>>) = (Vec::new(), Vec::new());
        for (canonical, record) in changes.records {
            items.push(Item::Record(record));
            given.push(self.relations_after(&changes, canonical));
        }
        for subject in &changes.touched {
            if changes.records.contains_key(*subject) {
                continue;
            }
            let Some(id) = self.find_canonical(subject).filter(|id| !changes.gone.contains(id)) else { continue };
            let (part, local) = self.part(id);
            let after = self.relations_after(&changes, subject);
            if !same(part, local, &after) {
                items.push(Item::Stored(&part.segment, local));
                given.push(after);
                kill(id);
            }
        }
        changes.gone.iter().for_each(|id| kill(*id));

        let mut keep = self.parts.len();
        while keep > 1 && !items.is_empty() {
            let part = &self.parts[keep - 1];
            let live = part.segment.len() - dead[keep - 1].len() as usize;
            if live > items.len().saturating_mul(MERGE_BELOW) {
                break;
            }
            for local in (0..part.segment.len() as u32).filter(|local| !dead[keep - 1].contains(*local)) {
                items.push(Item::Stored(&part.segment, local));
                given.push(stored(part, local));
            }
            keep -= 1;
        }
        let mut segments: Vec<(Arc<Segment>, RoaringBitmap)> =
            self.parts.iter().zip(dead).take(keep).map(|(part, dead)| (Arc::clone(&part.segment), dead)).collect();
        if !items.is_empty() {
            segments.push((Arc::new(Segment::build(&items, Some(given))), RoaringBitmap::new()));
        }
        Self::of(segments, seq)
    }

    /// The final relations of an entity after the changes.
    fn relations_after<'a>(&'a self, changes: &Changes<'a>, subject: &str) -> Given<'a> {
        let mut stated = changes.stated.get(subject).cloned().unwrap_or_default();
        for part in &self.parts {
            let wanted = |local: u32| !part.dead.contains(local) && !changes.gone.contains(&EntityId(local + part.offset));
            part.segment.stated_about(subject, wanted, &mut stated);
        }
        stated.sort_unstable();
        stated.dedup();
        stated
    }
}

/// The relations that a segment holds for an entity.
fn stored(part: &Part, local: u32) -> Given<'_> {
    part.segment.relations(local).map(|(kind, target)| (kind, part.segment.refs.get(target as usize))).collect()
}

fn same(part: &Part, local: u32, relations: &Given<'_>) -> bool {
    let before = part.segment.relations(local);
    let text = |target: u32| part.segment.refs.get(target as usize);
    before.len() == relations.len() && before.zip(relations).all(|((kind, target), after)| (kind, text(target)) == *after)
}

/// New and different entities by reference.
pub(super) type Records = FxHashMap<Box<str>, Record>;

/// What a list of changes comes to: the entities that are new or different, and those of the snapshot that are gone or replaced.
fn resolve(snapshot: &Snapshot, changes: Vec<Change>) -> (Records, FxHashSet<EntityId>) {
    let (mut records, mut gone) = (Records::default(), FxHashSet::default());
    let mut by_uid: FxHashMap<Arc<str>, Box<str>> = FxHashMap::default();
    for change in changes {
        let uid = match &change {
            Change::Upsert(record) => Arc::clone(&record.uid),
            Change::Delete { uid } => Arc::clone(uid),
        };
        gone.extend(snapshot.find_uid(&uid));
        if let Some(canonical) = by_uid.remove(&uid) {
            records.remove(&canonical);
        }
        if let Change::Upsert(record) = change {
            let canonical: Box<str> = record.entity_ref.to_string().into();
            gone.extend(snapshot.find_canonical(&canonical));
            if let Some(replaced) = records.insert(canonical.clone(), record) {
                by_uid.remove(&replaced.uid);
            }
            by_uid.insert(uid, canonical);
        }
    }
    (records, gone)
}

/// Resolved changes, with what they mean for relations.
struct Changes<'a> {
    records: &'a Records,
    gone: FxHashSet<EntityId>,
    /// What the new entities state, by subject: type and target.
    stated: FxHashMap<&'a str, Vec<(&'a str, &'a str)>>,
    /// The subjects about which more or less is stated than before.
    touched: FxHashSet<&'a str>,
}

impl<'a> Changes<'a> {
    fn new(snapshot: &'a Snapshot, records: &'a Records, gone: FxHashSet<EntityId>) -> Self {
        let mut stated: FxHashMap<&str, Vec<(&str, &str)>> = FxHashMap::default();
        let mut differences: FxHashMap<(&str, &str, &str), i64> = FxHashMap::default();
        let mut count = |mut triples: Vec<(&'a str, &'a str, &'a str)>, by: i64| {
            triples.sort_unstable();
            triples.dedup();
            triples.into_iter().for_each(|triple| *differences.entry(triple).or_default() += by);
        };
        for (canonical, record) in records {
            let own: Vec<_> = record.emitted.iter(canonical).collect();
            own.iter().for_each(|(subject, kind, target)| stated.entry(subject).or_default().push((kind, target)));
            count(own, 1);
        }
        for id in &gone {
            let (part, local) = snapshot.part(*id);
            count(part.segment.emitted(local).collect(), -1);
        }
        let touched = differences.into_iter().filter(|(_, by)| *by != 0).map(|((subject, ..), _)| subject).collect();
        Self { records, gone, stated, touched }
    }
}
