//! One immutable part of a snapshot: entities in the order of their references, with everything that is known of them.

use std::{
    ops::Range,
    sync::{Arc, RwLock},
};

use bytes::Bytes;
use model::Timestamp;
use rustc_hash::FxHashMap;

use super::{
    column::{Column, Posting},
    flatten::MAX_LENGTH,
    order::Order,
    text::{Texts, partition, utf16_len},
};

/// In tables of positions: there is none.
pub(super) const NONE: u32 = u32::MAX;

/// Entities, their rows and their relations. Positions of entities (`local`) ascend with their references.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) entities: Box<[Stored]>,
    /// Canonical references, sorted: those of the entities and those that their relations name.
    pub(super) refs: Texts,
    pub(super) entity_of_ref: Box<[u32]>,
    pub(super) ref_of_entity: Box<[u32]>,
    /// `namespace/name` as written, of the entities whose own are not in lower case.
    pub(super) shown: FxHashMap<u32, Box<str>>,
    /// Kinds as written; each entity holds a position.
    pub(super) kinds: Box<[Box<str>]>,
    /// Locations and files; each entity holds positions.
    pub(super) places: Box<[Arc<str>]>,
    pub(super) status: FxHashMap<u32, Bytes>,
    /// The position of each entity's uid among the values of `uid_column`.
    pub(super) uid_of_entity: Box<[u32]>,
    pub(super) uid_column: u32,
    pub(super) relations: Relations,
    pub(super) emissions: Emitted,
    pub(super) columns: Box<[Column]>,
    pub(super) by_key: FxHashMap<Box<str>, Columns>,
    /// Orders by field, made when first asked for.
    pub(super) orders: RwLock<FxHashMap<Box<str>, Arc<Order>>>,
}

/// What is kept of an entity as it is.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) json: Bytes,
    pub(super) first_seen: Timestamp,
    pub(super) changed: Timestamp,
    pub(super) location: u32,
    pub(super) file: u32,
    pub(super) kind: u32,
}

/// The columns of one key: of scalars, and of strings in arrays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) scalars: u32,
    pub(super) items: u32,
}

impl Default for Columns {
    fn default() -> Self {
        Self { scalars: NONE, items: NONE }
    }
}

/// The relations that the entities finally have, sorted by type and target.
#[derive(Debug, Default)]
pub(super) struct Relations {
    /// Types as written, sorted.
    pub(super) kinds: Box<[Box<str>]>,
    pub(super) starts: Box<[u32]>,
    pub(super) kind: Box<[u16]>,
    pub(super) target: Box<[u32]>,
}

/// The relations that the entities state. One end of nearly all of them is the entity that states them.
#[derive(Debug, Default)]
pub(super) struct Emitted {
    pub(super) starts: Box<[u32]>,
    /// Twice the position of the type among [`Relations::kinds`], and 1 more when the entity is the subject.
    pub(super) kind: Box<[u16]>,
    /// The other end, a position among the references.
    pub(super) other: Box<[u32]>,
    /// Which entity states something about which other reference; sorted.
    pub(super) about: Box<[(u32, u32)]>,
    /// Relations between two others.
    pub(super) foreign: Box<[Foreign]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Foreign {
    pub(super) emitter: u32,
    pub(super) subject: u32,
    pub(super) kind: u16,
    pub(super) target: u32,
}

/// Where the rows of a key are.
#[derive(Clone, Debug)]
pub(super) enum Source<'a> {
    Column(&'a Column),
    /// The entities with these values in this column of strings have `key.value = true`.
    Items(&'a Column, Range<usize>),
}

impl Segment {
    pub(super) fn len(&self) -> usize {
        self.entities.len()
    }

    pub(super) fn canonical(&self, local: u32) -> &str {
        self.refs.get(self.ref_of_entity[local as usize] as usize)
    }

    pub(super) fn find(&self, canonical: &str) -> Option<u32> {
        let local = self.entity_of_ref[self.refs.position(canonical)?];
        (local != NONE).then_some(local)
    }

    pub(super) fn uid(&self, local: u32) -> &str {
        self.columns[self.uid_column as usize].value(self.uid_of_entity[local as usize] as usize, &self.refs)
    }

    /// The entity with this uid; uids are compared as they are.
    pub(super) fn find_uid(&self, uid: &str) -> Option<u32> {
        let column = self.columns.get(self.uid_column as usize)?;
        let mut range = column.equal(&super::text::fold(uid), &self.refs);
        let at = range.find(|at| column.value(*at, &self.refs) == uid)?;
        match column.posting(at) {
            Posting::Few(ids) => ids.first().copied(),
            Posting::Many(bitmap) => bitmap.min(),
        }
    }

    /// Kind, namespace and name of an entity as written.
    pub(super) fn shown(&self, local: u32) -> (&str, &str, &str) {
        let canonical = self.canonical(local);
        let rest = self.shown.get(&local).map_or_else(|| canonical.split_once(':').map_or(canonical, |(_, rest)| rest), AsRef::as_ref);
        let (namespace, name) = rest.split_once('/').unwrap_or(("", rest));
        (&self.kinds[self.entities[local as usize].kind as usize], namespace, name)
    }

    /// The final relations of an entity: type and target.
    pub(super) fn relations(&self, local: u32) -> impl ExactSizeIterator<Item = (&str, u32)> {
        let range = self.relations.starts[local as usize] as usize..self.relations.starts[local as usize + 1] as usize;
        range.map(|at| (&*self.relations.kinds[self.relations.kind[at] as usize], self.relations.target[at]))
    }

    /// What an entity states: subject, type and target.
    pub(super) fn emitted(&self, local: u32) -> impl Iterator<Item = (&str, &str, &str)> {
        let (own, emitted) = (self.canonical(local), &self.emissions);
        let range = emitted.starts[local as usize] as usize..emitted.starts[local as usize + 1] as usize;
        let foreign = partition(emitted.foreign.len(), |at| emitted.foreign[at].emitter < local);
        let foreign = emitted.foreign[foreign..].iter().take_while(move |foreign| foreign.emitter == local);
        let kind = |kind: u16| &*self.relations.kinds[kind as usize];
        let own_ends = range.map(move |at| {
            let (other, kind) = (self.refs.get(emitted.other[at] as usize), kind(emitted.kind[at] >> 1));
            if emitted.kind[at] & 1 == 1 { (own, kind, other) } else { (other, kind, own) }
        });
        own_ends.chain(
            foreign
                .map(move |foreign| (self.refs.get(foreign.subject as usize), kind(foreign.kind), self.refs.get(foreign.target as usize))),
        )
    }

    /// What the entities that `wanted` holds state about the subject: type and target.
    pub(super) fn stated_about<'a>(&'a self, subject: &str, wanted: impl Fn(u32) -> bool, into: &mut Vec<(&'a str, &'a str)>) {
        let Some(subject) = self.refs.position(subject).map(|at| at as u32) else { return };
        let (emitted, kinds) = (&self.emissions, &self.relations.kinds);
        let of = |local: u32| emitted.starts[local as usize] as usize..emitted.starts[local as usize + 1] as usize;
        let own = self.entity_of_ref[subject as usize];
        if own != NONE && wanted(own) {
            let stated = of(own).filter(|at| emitted.kind[*at] & 1 == 1);
            into.extend(stated.map(|at| (&*kinds[emitted.kind[at] as usize >> 1], self.refs.get(emitted.other[at] as usize))));
        }
        let about = &emitted.about;
        let first = partition(about.len(), |at| about[at].0 < subject);
        for (_, emitter) in about[first..].iter().take_while(|(about, _)| *about == subject).filter(|(_, emitter)| wanted(*emitter)) {
            let stated = of(*emitter).filter(|at| emitted.kind[*at] & 1 == 0 && emitted.other[*at] == subject);
            into.extend(stated.map(|at| (&*kinds[emitted.kind[at] as usize >> 1], self.canonical(*emitter))));
        }
        let foreign = emitted.foreign.iter().filter(|foreign| foreign.subject == subject && wanted(foreign.emitter));
        into.extend(foreign.map(|foreign| (&*kinds[foreign.kind as usize], self.refs.get(foreign.target as usize))));
    }

    /// Where the rows of `key`, which is in lower case, are.
    pub(super) fn sources(&self, key: &str) -> Vec<Source<'_>> {
        let column = |at: u32| (at != NONE).then(|| &self.columns[at as usize]);
        let mut sources = Vec::new();
        if utf16_len(key) > MAX_LENGTH {
            return sources;
        }
        if let Some(columns) = self.by_key.get(key) {
            sources.extend(column(columns.scalars).map(Source::Column));
            sources.extend(column(columns.items).map(Source::Column));
        }
        for (at, _) in key.match_indices('.') {
            if let Some(items) = self.by_key.get(&key[..at]).and_then(|columns| column(columns.items)) {
                let values = items.equal(&key[at + 1..], &self.refs);
                if !values.is_empty() {
                    sources.push(Source::Items(items, values));
                }
            }
        }
        sources
    }

    /// Bytes on the heap, without the entities' JSON.
    pub(super) fn heap_bytes(&self) -> usize {
        let keys: usize = self.by_key.keys().map(|key| key.len() + 40).sum();
        let columns: usize = self.columns.iter().map(Column::heap_bytes).sum();
        let relations = self.relations.starts.len() * 4 + self.relations.kind.len() * 6;
        let emitted = self.emissions.starts.len() * 4 + self.emissions.kind.len() * 6 + self.emissions.about.len() * 8;
        let orders: usize = self.orders.read().map_or(0, |orders| orders.values().map(|order| order.heap_bytes()).sum());
        self.entities.len() * (size_of::<Stored>() + 12) + self.refs.heap_bytes() + keys + columns + relations + emitted + orders
    }
}
