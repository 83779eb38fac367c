//! Goes through matching entities in order, over all parts of a snapshot, without sorting what is not asked for.

use std::{cmp::Ordering, sync::Arc};

use roaring::RoaringBitmap;

use super::{EntityId, Part, Snapshot, order::Order};

/// A place in an order: just past an entity, by its value (when there is a sort field) and its reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) value: Option<String>,
    pub(super) reference: String,
}

/// What to go through.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) matches: &'a RoaringBitmap,
    /// The sort field in lower case; by reference without one.
    pub(super) field: Option<&'a str>,
    pub(super) descending: bool,
    pub(super) from: Option<&'a Position>,
    pub(super) skip: usize,
    pub(super) take: usize,
}

/// The part of one segment: places in its order, or positions of entities, in the direction of the walk.
struct Stream<'a> {
    part: &'a Part,
    order: Option<Arc<Order>>,
    places: Box<dyn Iterator<Item = u32> + 'a>,
    head: Option<u32>,
}

impl Snapshot {
    /// The entities that `walk` reaches, in its direction.
    pub(super) fn walk(&self, walk: &Walk<'_>) -> Vec<EntityId> {
        if walk.take == 0 {
            return Vec::new();
        }
        let mut streams: Vec<Stream<'_>> = self.parts.iter().map(|part| part.stream(walk)).collect();
        let mut found = Vec::with_capacity(walk.take.min(1024));
        for _ in 0..walk.skip {
            if next(&mut streams, walk.descending).is_none() {
                return found;
            }
        }
        while found.len() < walk.take
            && let Some(id) = next(&mut streams, walk.descending)
        {
            found.push(id);
        }
        found
    }

    /// How many of the matches have a value of the field.
    pub(super) fn count_with(&self, matches: &RoaringBitmap, field: &str) -> u64 {
        let orders: Vec<_> = self.parts.iter().map(|part| (part, part.segment.order(field))).collect();
        if orders.iter().all(|(part, order)| order.len() == part.segment.len()) {
            return matches.len();
        }
        let count = |(part, order): &(&Part, Arc<Order>)| {
            if part.offset == 0 {
                order.present.intersection_len(matches)
            } else {
                order.present.iter().filter(|local| matches.contains(local + part.offset)).count() as u64
            }
        };
        orders.iter().map(count).sum()
    }

    /// The place of an entity in the order of a field.
    pub(super) fn position(&self, id: EntityId, field: Option<&str>) -> Position {
        let (part, local) = self.part(id);
        let value = field.map(|field| {
            let order = part.segment.order(field);
            order.place_of(local).map_or_else(String::new, |place| order.text(place as usize).to_owned())
        });
        Position { value, reference: part.segment.canonical(local).to_owned() }
    }
}

/// The next entity over all streams.
fn next(streams: &mut [Stream<'_>], descending: bool) -> Option<EntityId> {
    if let [only] = streams {
        return only.pop();
    }
    let mut best: Option<usize> = None;
    for at in 0..streams.len() {
        if streams[at].head.is_none() {
            continue;
        }
        let better = best.is_none_or(|best| {
            let order = streams[at].key().cmp(&streams[best].key());
            order == if descending { Ordering::Greater } else { Ordering::Less }
        });
        if better {
            best = Some(at);
        }
    }
    streams[best?].pop()
}

impl Stream<'_> {
    fn pop(&mut self) -> Option<EntityId> {
        let place = self.head?;
        self.head = self.places.next();
        Some(EntityId(self.local(place) + self.part.offset))
    }

    fn local(&self, place: u32) -> u32 {
        self.order.as_ref().map_or(place, |order| order.entity(place as usize))
    }

    fn key(&self) -> Option<(&str, &str)> {
        let place = self.head?;
        let value = self.order.as_ref().map_or("", |order| order.text(place as usize));
        Some((value, self.part.segment.canonical(self.local(place))))
    }
}

impl Part {
    fn stream<'a>(&'a self, walk: &Walk<'a>) -> Stream<'a> {
        let order = walk.field.map(|field| self.segment.order(field));
        let len = order.as_ref().map_or(self.segment.len(), |order| order.len());
        // The places that are left after `from`.
        let range = match walk.from {
            None => 0..len,
            Some(from) => {
                let value = from.value.as_deref().unwrap_or_default();
                let seek = |after| match &order {
                    Some(order) => order.seek(&self.segment, value, &from.reference, after),
                    None => super::text::partition(len, |place| {
                        let here = self.segment.canonical(place as u32);
                        if after { here <= from.reference.as_str() } else { here < from.reference.as_str() }
                    }),
                };
                if walk.descending { 0..seek(false) } else { seek(true)..len }
            }
        };
        let (from, to) = (range.start as u32, range.end as u32);
        let places: Box<dyn Iterator<Item = u32>> = match &order {
            None => {
                let offset = self.offset;
                let ids = walk.matches.range(from + offset..to + offset).map(move |id| id - offset);
                if walk.descending { Box::new(ids.rev()) } else { Box::new(ids) }
            }
            Some(order) if self.worth_collecting(walk, len) => {
                let mut places: Vec<u32> = walk
                    .matches
                    .range(self.offset..self.offset + self.segment.len() as u32)
                    .filter_map(|id| order.place_of(id - self.offset))
                    .filter(|place| (from..to).contains(place))
                    .collect();
                places.sort_unstable();
                if walk.descending { Box::new(places.into_iter().rev()) } else { Box::new(places.into_iter()) }
            }
            Some(order) => {
                let (order, offset, matches) = (Arc::clone(order), self.offset, walk.matches);
                let wanted = move |place: &u32| matches.contains(order.entity(*place as usize) + offset);
                if walk.descending { Box::new((from..to).rev().filter(wanted)) } else { Box::new((from..to).filter(wanted)) }
            }
        };
        let mut stream = Stream { part: self, order, places, head: None };
        stream.head = stream.places.next();
        stream
    }

    /// True when it is less work to look up the place of each match than to pass by the entities that do not match.
    fn worth_collecting(&self, walk: &Walk<'_>, len: usize) -> bool {
        let (matches, wanted) = (walk.matches.len() as usize + 1, walk.skip.saturating_add(walk.take));
        let passed = wanted.saturating_mul(len / matches + 1).min(len);
        matches.saturating_mul(4) < passed
    }
}
