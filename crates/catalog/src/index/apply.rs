//! Changes: a new snapshot that shares the old one's segments.
//!
//! What changed is indexed in a small new segment. An entity whose relations change because another one states
//! something else is indexed anew with it, so that what a segment says of a live entity is always whole.

use std::{collections::BTreeSet, sync::Arc};

use model::Seq;
use roaring::RoaringBitmap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Change, EntityId, Part, Record, Snapshot, build::Item, links::Given, segment::Segment};

/// A segment is merged with the one before it when that is at most this many times as large: so there are few segments,
/// and an entity is indexed anew only a few times before the base takes it in.
const MERGE_BELOW: usize = 3;

/// What is stated about an entity: type and target.
type Stated = BTreeSet<(Box<str>, Box<str>)>;

impl Snapshot {
    /// The snapshot after these changes, in their order. The work is that of the change, of those relations that it
    /// touches, and of merging small segments now and then.
    #[must_use]
    pub fn apply(&self, changes: Vec<Change>, seq: Seq) -> Self {
        let changes = Changes::new(self, changes);
        let mut dead: Vec<RoaringBitmap> = self.parts.iter().map(|part| part.dead.clone()).collect();
        let mut kill = |id: EntityId| {
            let at = self.part_at(id);
            dead[at].insert(id.0 - self.parts[at].offset);
        };
        let (mut items, mut given): (Vec<Item<'_>>, Vec<Given>) = (Vec::new(), Vec::new());
        for (canonical, record) in &changes.records {
            items.push(Item::Record(record));
            given.push(self.relations_after(&changes, canonical));
        }
        for subject in &changes.touched {
            if changes.records.contains_key(subject) {
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
            segments.push((Arc::new(Segment::build(items, Some(given))), RoaringBitmap::new()));
        }
        Self::of(segments, seq)
    }

    /// The final relations of an entity after the changes.
    fn relations_after(&self, changes: &Changes, subject: &str) -> Given {
        let mut stated = changes.stated.get(subject).cloned().unwrap_or_default();
        let mut add = |part: &Part, local: u32| {
            let id = EntityId(local + part.offset);
            if part.dead.contains(local) || changes.gone.contains(&id) {
                return;
            }
            let about = part.segment.emitted(local).filter(|(of, ..)| *of == subject);
            stated.extend(about.map(|(_, kind, target)| (kind.into(), target.into())));
        };
        for part in &self.parts {
            if let Some(local) = part.segment.find(subject) {
                add(part, local);
            }
            part.segment.emitters_about(subject).for_each(|local| add(part, local));
        }
        stated.into_iter().collect()
    }
}

/// The relations that a segment holds for an entity.
fn stored(part: &Part, local: u32) -> Given {
    let text = |target: u32| part.segment.refs.get(target as usize).into();
    part.segment.relations(local).map(|(kind, target)| (kind.into(), text(target))).collect()
}

fn same(part: &Part, local: u32, relations: &Given) -> bool {
    let before = part.segment.relations(local);
    before.len() == relations.len()
        && before.zip(relations).all(|((kind, target), (new_kind, new_target))| {
            *kind == **new_kind && *part.segment.refs.get(target as usize) == **new_target
        })
}

/// What a list of changes comes to.
struct Changes {
    /// The entities that are new or different, by reference.
    records: FxHashMap<Box<str>, Record>,
    /// Those of the snapshot that are gone or replaced.
    gone: FxHashSet<EntityId>,
    /// What the new ones state, by subject.
    stated: FxHashMap<Box<str>, Stated>,
    /// The subjects about which more or less is stated than before.
    touched: FxHashSet<Box<str>>,
}

impl Changes {
    fn new(snapshot: &Snapshot, changes: Vec<Change>) -> Self {
        let mut records: FxHashMap<Box<str>, Record> = FxHashMap::default();
        let mut by_uid: FxHashMap<Arc<str>, Box<str>> = FxHashMap::default();
        let mut gone = FxHashSet::default();
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

        let mut stated: FxHashMap<Box<str>, Stated> = FxHashMap::default();
        let mut after: FxHashMap<(&str, &str, &str), i64> = FxHashMap::default();
        for (canonical, record) in &records {
            let mut own: Vec<_> = record.emitted.iter(canonical).collect();
            own.sort_unstable();
            own.dedup();
            for (subject, kind, target) in own {
                stated.entry(subject.into()).or_default().insert((kind.into(), target.into()));
                *after.entry((subject, kind, target)).or_default() += 1;
            }
        }
        for id in &gone {
            let (part, local) = snapshot.part(*id);
            let mut own: Vec<_> = part.segment.emitted(local).collect();
            own.sort_unstable();
            own.dedup();
            for triple in own {
                *after.entry(triple).or_default() -= 1;
            }
        }
        let touched = after.iter().filter(|(_, difference)| **difference != 0).map(|((subject, ..), _)| (*subject).into()).collect();
        Self { records, gone, stated, touched }
    }
}
