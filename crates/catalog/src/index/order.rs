//! The entities of one segment in the order of one field.

use std::{
    borrow::Cow,
    sync::{Arc, PoisonError},
};

use roaring::RoaringBitmap;

use super::{
    scan::scan,
    segment::{NONE, Segment, Source},
    text::{Texts, TextsBuilder, fold, partition},
};

/// Orders of at most this many fields are kept for each segment: each takes about 40 bytes an entity.
const KEPT: usize = 12;

/// Entities by the value of a field in lower case, then by reference. An entity with several values stands at the
/// smallest, one without a value nowhere.
#[derive(Debug)]
pub(super) struct Order {
    /// Entities in order.
    ids: Box<[u32]>,
    /// For each entity its place in `ids`.
    place: Box<[u32]>,
    /// For each place the position of the value.
    value: Box<[u32]>,
    values: Texts,
    /// The entities that have a value.
    pub(super) present: RoaringBitmap,
}

impl Order {
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn entity(&self, place: usize) -> u32 {
        self.ids[place]
    }

    pub(super) fn place_of(&self, local: u32) -> Option<u32> {
        Some(self.place[local as usize]).filter(|place| *place != NONE)
    }

    pub(super) fn text(&self, place: usize) -> &str {
        self.values.get(self.value[place] as usize)
    }

    /// The position of the entity's value among the values of this segment.
    pub(super) fn value_of(&self, local: u32) -> Option<u32> {
        self.place_of(local).map(|place| self.value[place as usize])
    }

    pub(super) fn value_text(&self, value: u32) -> &str {
        self.values.get(value as usize)
    }

    /// The first place whose value and reference are not before (`after`: not up to) the given ones.
    pub(super) fn seek(&self, segment: &Segment, value: &str, reference: &str, after: bool) -> usize {
        partition(self.len(), |place| {
            let here = (self.text(place), segment.canonical(self.ids[place]));
            if after { here <= (value, reference) } else { here < (value, reference) }
        })
    }

    pub(super) fn heap_bytes(&self) -> usize {
        (self.ids.len() + self.place.len() + self.value.len()) * 4 + self.values.heap_bytes() + self.present.serialized_size()
    }

    fn make(segment: &Segment, key: &str) -> Self {
        let mut builder = Builder { seen: RoaringBitmap::new(), ids: Vec::new(), value: Vec::new(), values: TextsBuilder::default() };
        match segment.sources(key).as_slice() {
            // A column is sorted already; what is left are values that differ only by case.
            [Source::Column(column)] if !column.scanned => {
                let (mut at, mut group) = (0, Vec::new());
                while at < column.len() {
                    let text = fold(column.value(at, &segment.refs));
                    group.clear();
                    while at < column.len() && fold(column.value(at, &segment.refs)) == text {
                        column.posting(at).for_each(|local| group.push(local));
                        at += 1;
                    }
                    group.sort_unstable();
                    builder.group(&text, &group);
                }
            }
            sources => {
                let mut rows: Vec<(Cow<'_, str>, u32)> = Vec::new();
                for source in sources {
                    match source {
                        Source::Column(column) if column.scanned => {
                            scan(segment, &column.bare, key, |local, value| rows.push((Cow::Owned(fold(value).into_owned()), local)));
                        }
                        Source::Column(column) => (0..column.len()).for_each(|at| {
                            let text = fold(column.value(at, &segment.refs));
                            column.posting(at).for_each(|local| rows.push((text.clone(), local)));
                        }),
                        Source::Items(column, values) => {
                            values.clone().for_each(|at| column.posting(at).for_each(|local| rows.push((Cow::Borrowed("true"), local))));
                        }
                    }
                }
                rows.sort_unstable();
                for group in rows.chunk_by(|a, b| a.0 == b.0) {
                    builder.group(&group[0].0, &group.iter().map(|(_, local)| *local).collect::<Vec<_>>());
                }
            }
        }
        builder.finish(segment.len())
    }
}

struct Builder {
    seen: RoaringBitmap,
    ids: Vec<u32>,
    value: Vec<u32>,
    values: TextsBuilder,
}

impl Builder {
    /// Adds the entities, ascending, that have the next value.
    fn group(&mut self, text: &str, group: &[u32]) {
        let mut position = None;
        for local in group {
            if self.seen.insert(*local) {
                let values = &mut self.values;
                self.ids.push(*local);
                self.value.push(*position.get_or_insert_with(|| values.push(text)));
            }
        }
    }

    fn finish(self, entities: usize) -> Order {
        let mut place = vec![NONE; entities];
        for (local, at) in self.ids.iter().zip(0_u32..) {
            place[*local as usize] = at;
        }
        Order {
            ids: self.ids.into_boxed_slice(),
            place: place.into_boxed_slice(),
            value: self.value.into_boxed_slice(),
            values: self.values.finish(),
            present: self.seen,
        }
    }
}

impl Segment {
    /// The fields whose orders are kept.
    pub(super) fn ordered_by(&self) -> Vec<Box<str>> {
        self.orders.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// The order of a field, whose key is in lower case. It is made once and kept with the segment.
    pub(super) fn order(&self, key: &str) -> Arc<Order> {
        if let Some(order) = self.orders.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Arc::clone(order);
        }
        let order = Arc::new(Order::make(self, key));
        let mut orders = self.orders.write().unwrap_or_else(PoisonError::into_inner);
        if orders.len() < KEPT || orders.contains_key(key) {
            return Arc::clone(orders.entry(key.into()).or_insert(order));
        }
        order
    }
}
