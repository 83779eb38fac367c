//! Goes through matching entities in order, over all parts of a snapshot, without sorting what is not asked for.

use std::{cmp::Ordering, ops::Range, sync::Arc};

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
    places: std::vec::IntoIter<u32>,
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
        let places = match &order {
            Some(order) => self.places(walk, order, range),
            None => {
                let ids = walk.matches.range(range.start as u32 + self.offset..range.end as u32 + self.offset).map(|id| id - self.offset);
                if walk.descending { ids.rev().take(walk.wanted()).collect() } else { ids.take(walk.wanted()).collect() }
            }
        };
        let mut stream = Stream { part: self, order, places: places.into_iter(), head: None };
        stream.head = stream.places.next();
        stream
    }

    /// The first wanted places of matches, in the direction of the walk.
    fn places(&self, walk: &Walk<'_>, order: &Order, range: Range<usize>) -> Vec<u32> {
        let (wanted, matches) = (walk.wanted(), walk.matches.len() as usize);
        // Many matches are met soon by going through the order, unless they all stand far down: then the places of all
        // matches are looked up, which is what few matches get at once.
        if matches.saturating_mul(8) >= range.len() {
            let budget = if wanted >= matches { range.len() } else { matches.saturating_add(wanted) };
            let is_match = |place: &usize| walk.matches.contains(order.entity(*place) + self.offset);
            let (mut found, mut passed) = (Vec::with_capacity(wanted.min(matches)), 0);
            let mut go = |places: &mut dyn Iterator<Item = usize>| {
                for place in places.take(budget) {
                    passed += 1;
                    if is_match(&place) {
                        found.push(place as u32);
                        if found.len() == wanted {
                            break;
                        }
                    }
                }
            };
            if walk.descending {
                go(&mut range.clone().rev())
            } else {
                go(&mut range.clone())
            }
            if found.len() == wanted || passed == range.len() {
                return found;
            }
        }
        let (from, to) = (range.start as u32, range.end as u32);
        let ids = walk.matches.range(self.offset..self.offset + self.segment.len() as u32);
        let mut places: Vec<u32> =
            ids.filter_map(|id| order.place_of(id - self.offset)).filter(|place| (from..to).contains(place)).collect();
        if walk.descending {
            places.iter_mut().for_each(|place| *place = !*place);
        }
        if wanted < places.len() {
            places.select_nth_unstable(wanted);
            places.truncate(wanted);
        }
        places.sort_unstable();
        if walk.descending {
            places.iter_mut().for_each(|place| *place = !*place);
        }
        places
    }
}

impl Walk<'_> {
    /// How many matches of one segment can be reached.
    fn wanted(&self) -> usize {
        self.skip.saturating_add(self.take)
    }
}
