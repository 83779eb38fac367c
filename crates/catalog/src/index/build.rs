//! Makes a segment from entities: rows are read by several threads, then each column is put together.

use std::{
    borrow::Cow,
    num::NonZero,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bytes::Bytes;
use model::Timestamp;
use rustc_hash::FxHashMap;

use super::{
    column::Column,
    links::{Given, Links},
    partial::{Partial, merge},
    record::Record,
    segment::{NONE, Segment, Stored},
    text::{Texts, fold},
};

/// Below this many entities one thread is quicker than several.
const WORTH_THREADS: usize = 2_000;
/// More threads than this wait for memory rather than work.
const MAX_THREADS: usize = 8;

/// An entity to be indexed: a new one, or one that another segment holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    Record(&'a Record),
    Stored(&'a Segment, u32),
}

impl<'a> Item<'a> {
    pub(super) fn canonical(self) -> Cow<'a, str> {
        match self {
            Self::Record(record) => Cow::Owned(record.entity_ref.to_string()),
            Self::Stored(segment, local) => Cow::Borrowed(segment.canonical(local)),
        }
    }

    pub(super) fn uid(self) -> &'a str {
        match self {
            Self::Record(record) => &record.uid,
            Self::Stored(segment, local) => segment.uid(local),
        }
    }

    pub(super) fn json(self) -> &'a Bytes {
        match self {
            Self::Record(record) => &record.json,
            Self::Stored(segment, local) => &segment.entities[local as usize].json,
        }
    }

    /// Kind, namespace and name as written.
    pub(super) fn shown(self) -> (&'a str, &'a str, &'a str) {
        match self {
            Self::Record(record) => (record.entity_ref.kind(), record.entity_ref.namespace(), record.entity_ref.name()),
            Self::Stored(segment, local) => segment.shown(local),
        }
    }

    pub(super) fn for_each_emitted(self, own: &str, mut each: impl FnMut(&str, &str, &str)) {
        match self {
            Self::Record(record) => record.emitted.iter(own).for_each(|(subject, kind, target)| each(subject, kind, target)),
            Self::Stored(segment, local) => segment.emitted(local).for_each(|(subject, kind, target)| each(subject, kind, target)),
        }
    }

    fn status(self) -> Option<&'a Bytes> {
        match self {
            Self::Record(record) => record.status.as_ref(),
            Self::Stored(segment, local) => segment.status.get(&local),
        }
    }

    fn times(self) -> (Timestamp, Timestamp) {
        match self {
            Self::Record(record) => (record.first_seen, record.changed),
            Self::Stored(segment, local) => {
                let stored = &segment.entities[local as usize];
                (stored.first_seen, stored.changed)
            }
        }
    }

    fn places(self) -> [&'a Arc<str>; 2] {
        match self {
            Self::Record(record) => [&record.location, &record.file],
            Self::Stored(segment, local) => {
                let stored = &segment.entities[local as usize];
                [&segment.places[stored.location as usize], &segment.places[stored.file as usize]]
            }
        }
    }
}

impl Segment {
    /// Indexes `items`, no two of which share a uid or a reference. Without `given` the final relations are those that
    /// the items state themselves; with it, they are given for each item.
    pub(super) fn build(items: &[Item<'_>], given: Option<Vec<Given<'_>>>) -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
        let threads = if items.len() < WORTH_THREADS { 1 } else { threads };
        let canonical = in_chunks(threads, items, |_, chunk| chunk.iter().map(|item| item.canonical()).collect::<Vec<_>>());
        let canonical: Vec<Cow<'_, str>> = canonical.into_iter().flatten().collect();
        let order = sorted(threads, &canonical);
        let given = given.map(|given| {
            let mut given: Vec<Option<Given<'_>>> = given.into_iter().map(Some).collect();
            order.iter().map(|at| given[*at as usize].take().unwrap_or_default()).collect::<Vec<_>>()
        });
        let items: Vec<Item<'_>> = order.iter().map(|at| items[*at as usize]).collect();
        let canonical: Texts = order.iter().map(|at| &*canonical[*at as usize]).collect();
        let known: FxHashMap<&str, u32> = canonical.iter().zip(0..).collect();

        let partials = in_chunks(threads, &items, |first, chunk| Partial::read(first as u32, chunk, &canonical, &known));
        let links = Links::join(&canonical, &partials, given.as_deref());
        drop(known);
        let mut segment =
            Self { refs: links.refs, entity_of_ref: links.entity_of_ref, ref_of_entity: links.ref_of_entity, ..Self::default() };
        segment.relations = links.relations;
        segment.emissions = links.emissions;
        segment.columns = columns(threads, items.len(), &partials, links.rows).into_boxed_slice();
        drop(partials);
        segment.keep(&items);
        segment
    }

    /// Keeps what is served as it is, and the tables by which columns and uids are found.
    fn keep(&mut self, items: &[Item<'_>]) {
        let (mut kinds, mut places) = (Interner::default(), FxHashMap::<Arc<str>, u32>::default());
        let mut entities = Vec::with_capacity(items.len());
        for (item, local) in items.iter().zip(0_u32..) {
            let (kind, namespace, name) = item.shown();
            let [location, file] = item.places().map(|place| {
                let next = places.len() as u32;
                *places.entry(Arc::clone(place)).or_insert(next)
            });
            let (first_seen, changed) = item.times();
            entities.push(Stored { json: item.json().clone(), first_seen, changed, location, file, kind: kinds.intern(kind) });
            if matches!(fold(namespace), Cow::Owned(_)) || matches!(fold(name), Cow::Owned(_)) {
                self.shown.insert(local, format!("{namespace}/{name}").into());
            }
            if let Some(status) = item.status() {
                self.status.insert(local, status.clone());
            }
        }
        let mut in_order: Vec<(Arc<str>, u32)> = places.into_iter().collect();
        in_order.sort_unstable_by_key(|(_, at)| *at);
        self.places = in_order.into_iter().map(|(place, _)| place).collect();
        self.kinds = kinds.texts.into_boxed_slice();
        self.entities = entities.into_boxed_slice();

        for (column, at) in self.columns.iter().zip(0_u32..) {
            let columns = self.by_key.entry(column.key.clone()).or_default();
            if column.items { columns.items = at } else { columns.scalars = at }
        }
        self.uid_column = self.by_key.get("metadata.uid").map_or(NONE, |columns| columns.scalars);
        let mut uid_of_entity = vec![0_u32; self.entities.len()];
        if let Some(column) = self.columns.get(self.uid_column as usize) {
            for value in 0..column.len() {
                column.posting(value).for_each(|local| uid_of_entity[local as usize] = value as u32);
            }
        }
        self.uid_of_entity = uid_of_entity.into_boxed_slice();
    }
}

/// Gives each different text a position.
#[derive(Debug, Default)]
pub(super) struct Interner {
    pub(super) texts: Vec<Box<str>>,
    positions: FxHashMap<Box<str>, u32>,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(at) = self.positions.get(text) {
            return *at;
        }
        let at = self.texts.len() as u32;
        self.texts.push(text.into());
        self.positions.insert(text.into(), at);
        at
    }
}

/// Puts all columns together; each is one piece of work, the threads take the next one.
fn columns(threads: usize, total: usize, partials: &[Partial], relations: Vec<Column>) -> Vec<Column> {
    let mut keys: FxHashMap<(&str, bool), Vec<(usize, usize)>> = FxHashMap::default();
    for (partial, part) in partials.iter().enumerate() {
        for (at, column) in part.columns.iter().enumerate() {
            keys.entry((&column.key, column.items)).or_default().push((partial, at));
        }
    }
    let mut work: Vec<_> = keys.into_iter().collect();
    // The largest first, so that no thread is left with one at the end; then by name, so that the result is the same each time.
    let size = |places: &[(usize, usize)]| places.iter().map(|(partial, at)| partials[*partial].columns[*at].size()).sum::<usize>();
    work.sort_by_cached_key(|(key, places)| (std::cmp::Reverse(size(places)), *key));
    let (next, done) = (AtomicUsize::new(0), Mutex::new(relations));
    let take = || {
        while let Some((key, places)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            let parts: Vec<_> = places.iter().map(|(partial, at)| &partials[*partial].columns[*at]).collect();
            let column = merge(*key, &parts, total);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(column);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(take);
        }
        take();
    });
    let mut columns = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    columns.sort_by(|a, b| (&a.key, a.items).cmp(&(&b.key, b.items)));
    columns
}

/// Runs `work` on parts of `all`, each with the position of its first element, and returns the results in order.
fn in_chunks<T: Sync, R: Send>(threads: usize, all: &[T], work: impl Fn(usize, &[T]) -> R + Sync) -> Vec<R> {
    let size = all.len().div_ceil(threads).max(1);
    if threads == 1 {
        return vec![work(0, all)];
    }
    thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> = all.chunks(size).enumerate().map(|(at, chunk)| scope.spawn(move || work(at * size, chunk))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// The positions of the texts in the order of the texts.
fn sorted(threads: usize, texts: &[Cow<'_, str>]) -> Vec<u32> {
    let compare = |a: &u32, b: &u32| texts[*a as usize].cmp(&texts[*b as usize]);
    let mut parts = in_chunks(threads, texts, |first, chunk| {
        let mut order: Vec<u32> = (first as u32..(first + chunk.len()) as u32).collect();
        order.sort_unstable_by(compare);
        order
    });
    let mut order = Vec::with_capacity(texts.len());
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    parts.into_iter().for_each(|part| order.extend(part));
    // The standard stable sort finds the sorted parts and only merges them.
    order.sort_by(compare);
    order
}
