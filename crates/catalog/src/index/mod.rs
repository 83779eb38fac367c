//! The catalog in memory: an immutable snapshot that answers every read.
//!
//! A snapshot is a large base segment and small ones with what changed since; entities that a later segment replaces
//! are masked in the earlier one, and every question is answered over all of them. Nothing in a snapshot changes but
//! what is kept to answer the same question again, so readers need no lock and a reader that holds an old snapshot sees
//! one moment of the catalog.
//!
//! What an entity is found by are the search rows of Backstage's catalog (module `flatten`). Values interned in sorted
//! columns, each with its entities, answer filters, facets and sorting; annotations, descriptions and links are not
//! held twice but read from the entities when a question names them.

mod apply;
mod build;
mod cache;
mod column;
mod complete;
mod cursor;
mod evaluate;
mod facets;
mod fields;
mod flatten;
mod full_text;
mod links;
mod list;
mod mask;
mod matches;
mod order;
mod partial;
mod predicate;
mod query;
mod record;
mod scan;
mod segment;
mod text;
mod view;
mod walk;

use std::sync::Arc;

use model::{EntityRef, Seq};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

pub use cursor::{Direction, FullText, OrderField};
pub use facets::Facet;
pub use fields::Fields;
pub use list::{List, ListQuery};
pub use mask::Hidden;
pub use matches::{Matches, Visibility};
pub use predicate::{Filter, Predicate, Test};
pub use query::{DEFAULT_LIMIT, Page, Query, QueryError};
pub use record::{Change, Emissions, EntityId, Record};
pub use view::{EntityView, RelationView};

use build::Item;
use segment::Segment;

/// The least number of changed entities for which the base is made anew.
const REBUILD_FROM: usize = 1_000;

/// The catalog at one moment.
#[derive(Debug)]
pub struct Snapshot {
    parts: Vec<Part>,
    live: Arc<RoaringBitmap>,
    seq: Seq,
    answers: Arc<matches::Answers>,
    facets: Arc<facets::Facets>,
}

/// A segment in a snapshot.
#[derive(Clone, Debug)]
struct Part {
    segment: Arc<Segment>,
    /// The id of the segment's first entity.
    offset: u32,
    /// The entities, by position in the segment, that are gone or that a later segment has.
    dead: RoaringBitmap,
}

impl Part {
    /// The entities of `set`, by position in the segment, that are alive and, by id, in `within`.
    fn local(&self, within: Option<&RoaringBitmap>, set: &RoaringBitmap) -> RoaringBitmap {
        let mut local = set - &self.dead;
        if let Some(within) = within {
            local = local.iter().filter(|local| within.contains(local + self.offset)).collect();
        }
        local
    }
}

impl Snapshot {
    /// Indexes a whole catalog as it was at `seq`. Of records with the same uid or name the last counts.
    pub fn build(records: Vec<Record>, seq: Seq) -> Self {
        let records = last_of_each(records);
        let items: Vec<Item<'_>> = records.iter().map(Item::Record).collect();
        Self::of(vec![(Arc::new(Segment::build(&items, None)), RoaringBitmap::new())], seq)
    }

    /// The catalog with nothing in it.
    pub fn empty() -> Self {
        Self::build(Vec::new(), Seq::default())
    }

    fn of(segments: Vec<(Arc<Segment>, RoaringBitmap)>, seq: Seq) -> Self {
        let (mut parts, mut live, mut offset) = (Vec::with_capacity(segments.len()), RoaringBitmap::new(), 0_u32);
        for (segment, dead) in segments {
            let end = offset + segment.len() as u32;
            live.insert_range(offset..end);
            for local in &dead {
                live.remove(local + offset);
            }
            parts.push(Part { segment, offset, dead });
            offset = end;
        }
        // Sets are joined most quickly where neither is kept as runs.
        live.remove_run_compression();
        Self { parts, live: Arc::new(live), seq, answers: Arc::new(matches::answers()), facets: Arc::new(facets::facets()) }
    }

    /// True when so much has changed since the base was made that it is worth making anew.
    pub fn wants_rebuild(&self) -> bool {
        let base = self.base_len();
        self.delta_len() > REBUILD_FROM.max(base / 100)
    }

    /// The same catalog in one segment. This takes as long as [`Snapshot::build`]; run it where nothing waits for it.
    #[must_use]
    pub fn rebuild(&self) -> Self {
        let items: Vec<Item<'_>> = self.live_items().map(|(_, item)| item).collect();
        self.whole(&items, self.seq)
    }

    fn live_items(&self) -> impl Iterator<Item = (EntityId, Item<'_>)> {
        self.parts.iter().flat_map(|part| {
            let locals = (0..part.segment.len() as u32).filter(|local| !part.dead.contains(*local));
            locals.map(|local| (EntityId(local + part.offset), Item::Stored(&part.segment, local)))
        })
    }

    /// A snapshot of one segment that takes the place of this one.
    fn whole(&self, items: &[Item<'_>], seq: Seq) -> Self {
        let segment = Segment::build(items, None);
        if let Some(base) = self.parts.first() {
            // What was sorted by will be sorted by again, and nobody is to wait for it.
            for key in base.segment.ordered_by() {
                drop(segment.order(&key));
            }
        }
        Self::of(vec![(Arc::new(segment), RoaringBitmap::new())], seq)
    }

    /// The place in the change feed up to which the snapshot is.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The same catalog, known to hold everything up to `seq`.
    #[must_use]
    pub fn at(&self, seq: Seq) -> Self {
        Self {
            parts: self.parts.clone(),
            live: Arc::clone(&self.live),
            seq,
            answers: Arc::clone(&self.answers),
            facets: Arc::clone(&self.facets),
        }
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.live.len() as usize
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// How many entities the base segment was made of.
    pub fn base_len(&self) -> usize {
        self.parts.first().map_or(0, |part| part.segment.len())
    }

    /// How many changes of entities the base does not have: those in later segments, and those of the base that are gone.
    pub fn delta_len(&self) -> usize {
        let later: usize = self.parts.iter().skip(1).map(|part| part.segment.len()).sum();
        later.max(self.parts.first().map_or(0, |part| part.dead.len() as usize))
    }

    /// Every entity, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = EntityView<'_>> {
        self.live.iter().map(|id| self.entity(EntityId(id)))
    }

    /// The entity with this name, without regard to case.
    pub fn find(&self, reference: &EntityRef) -> Option<EntityId> {
        self.find_canonical(&reference.to_string())
    }

    /// The entity with this canonical reference, `kind:namespace/name` in lower case.
    pub fn find_canonical(&self, reference: &str) -> Option<EntityId> {
        self.find_live(|segment| segment.find(reference))
    }

    /// The entity with this uid.
    pub fn find_uid(&self, uid: &str) -> Option<EntityId> {
        self.find_live(|segment| segment.find_uid(uid))
    }

    fn find_live(&self, find: impl Fn(&Segment) -> Option<u32>) -> Option<EntityId> {
        let live = |part: &Part| find(&part.segment).filter(|local| !part.dead.contains(*local)).map(|local| EntityId(local + part.offset));
        self.parts.iter().rev().find_map(live)
    }

    fn part_at(&self, id: EntityId) -> usize {
        self.parts.partition_point(|part| part.offset <= id.0).saturating_sub(1)
    }

    fn part(&self, id: EntityId) -> (&Part, u32) {
        let at = self.part_at(id);
        (&self.parts[at], id.0 - self.parts[at].offset)
    }

    /// Bytes that the index takes on the heap, without the entities' JSON; an estimate.
    pub fn heap_bytes(&self) -> usize {
        self.parts.iter().map(|part| part.segment.heap_bytes()).sum()
    }
}

fn last_of_each(records: Vec<Record>) -> Vec<Record> {
    let mut uids: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    let mut refs: FxHashMap<String, usize> = FxHashMap::default();
    for (at, record) in records.iter().enumerate() {
        uids.insert(Arc::clone(&record.uid), at);
        refs.insert(record.entity_ref.to_string(), at);
    }
    if uids.len() == records.len() && refs.len() == records.len() {
        return records;
    }
    let last = |at: usize, record: &Record| uids.get(&record.uid) == Some(&at) && refs.get(&record.entity_ref.to_string()) == Some(&at);
    records.into_iter().enumerate().filter(|(at, record)| last(*at, record)).map(|(_, record)| record).collect()
}
