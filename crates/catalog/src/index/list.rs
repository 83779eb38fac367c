//! Lists of entities as `GET /entities` gives them: several sort fields, offsets.

use std::{cmp::Ordering, sync::Arc};

use roaring::RoaringBitmap;
use serde_json::{Value, json};

use super::{
    EntityId, Filter, Part, QueryError, Snapshot, Visibility,
    cursor::{Direction, OrderField, decode_json, encode},
    order::Order,
    text::fold,
    walk::Walk,
};

/// A question for a list of entities.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// What must hold.
    pub filter: Filter,
    /// What is sorted by; entities without a value come last in either direction. Without any, by reference.
    pub order: Vec<OrderField>,
    /// At most so many entities, at least 1.
    pub limit: Option<usize>,
    /// Leaves out so many at the start.
    pub offset: Option<usize>,
    /// What an earlier list gave as the place after it. It takes the place of `limit` and `offset`.
    pub after: Option<String>,
}

/// A list of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The entities in order.
    pub items: Vec<EntityId>,
    /// The place after the list, when there is more.
    pub after: Option<String>,
}

impl ListQuery {
    fn bounds(&self) -> Result<(Option<usize>, usize), QueryError> {
        if self.limit == Some(0) {
            return Err(QueryError::new("Invalid limit, must be greater than zero"));
        }
        let (mut limit, mut offset) = (self.limit, self.offset.unwrap_or(0));
        if let Some(after) = &self.after {
            if after.is_empty() {
                return Err(QueryError::new("Invalid after, must not be empty"));
            }
            let place = decode_json(after).ok_or_else(|| QueryError::new("Malformed after cursor, could not be parsed"))?;
            let number = |name: &str, error: &str| match place.get(name) {
                None => Ok(None),
                Some(value) => value.as_u64().map(|number| Some(number as usize)).ok_or_else(|| QueryError::new(error)),
            };
            limit = number("limit", "Malformed after cursor, limit was not an number")?.or(limit);
            offset = number("offset", "Malformed after cursor, offset was not a number")?.unwrap_or(offset);
        }
        Ok((limit, offset))
    }
}

impl Snapshot {
    /// Answers with a list of the visible entities that match.
    ///
    /// # Errors
    /// When the limit is 0, or `after` is not what a list handed out.
    pub fn list(&self, query: &ListQuery, visibility: &Visibility) -> Result<List, QueryError> {
        let (limit, offset) = query.bounds()?;
        let matches = self.matching(&query.filter.predicate, visibility).set;
        let take = limit.map_or(usize::MAX, |limit| limit.saturating_add(1));
        let mut items = if query.order.is_empty() {
            self.walk(&Walk { matches: &matches, field: None, descending: false, from: None, skip: offset, take })
        } else {
            self.sorted(&matches, &query.order, offset, take)
        };
        let mut after = None;
        if let Some(limit) = limit.filter(|limit| items.len() > *limit) {
            items.truncate(limit);
            let place: Value = json!({ "limit": limit, "offset": offset.saturating_add(limit) });
            after = Some(encode(&place));
        }
        Ok(List { items, after })
    }

    fn sorted(&self, matches: &RoaringBitmap, order: &[OrderField], skip: usize, take: usize) -> Vec<EntityId> {
        let wanted = skip.saturating_add(take);
        let mut sorted: Vec<Sorted<'_>> = self.parts.iter().map(|part| Sorted::new(part, matches, order, wanted)).collect();
        let mut found = Vec::new();
        while found.len() < wanted {
            let mut best: Option<usize> = None;
            for at in 0..sorted.len() {
                let before = sorted[at].next < sorted[at].rows.len()
                    && best.is_none_or(|best| compare(&sorted[at], &sorted[best], order) == Ordering::Less);
                if before {
                    best = Some(at);
                }
            }
            let Some(best) = best else { break };
            let part = &mut sorted[best];
            found.push(EntityId(part.rows[part.next].local + part.part.offset));
            part.next += 1;
        }
        found.drain(..skip.min(found.len()));
        found
    }
}

/// The matches of one segment in order.
struct Sorted<'a> {
    part: &'a Part,
    orders: Vec<Arc<Order>>,
    rows: Vec<Row>,
    next: usize,
}

/// An entity with the positions of its values, so made that smaller comes first: turned around where the order is
/// downwards, and the largest where there is no value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    values: smallvec::SmallVec<[u32; 2]>,
    local: u32,
}

const ABSENT: u32 = u32::MAX;

impl<'a> Sorted<'a> {
    fn new(part: &'a Part, matches: &RoaringBitmap, order: &[OrderField], wanted: usize) -> Self {
        let orders: Vec<Arc<Order>> = order.iter().map(|order| part.segment.order(&fold(&order.field))).collect();
        let range = part.offset..part.offset + part.segment.len() as u32;
        let row = |id: u32| {
            let local = id - part.offset;
            let value = |(index, order): (&Arc<Order>, &OrderField)| match (index.value_of(local), order.order) {
                (None, _) => ABSENT,
                (Some(value), Direction::Asc) => value,
                (Some(value), Direction::Desc) => ABSENT - 1 - value,
            };
            Row { values: orders.iter().zip(order).map(value).collect(), local }
        };
        let mut rows: Vec<Row> = matches.range(range).map(row).collect();
        if wanted < rows.len() {
            rows.select_nth_unstable(wanted);
            rows.truncate(wanted);
        }
        rows.sort_unstable();
        Self { part, orders, rows, next: 0 }
    }
}

/// Compares the next entities of two segments by the texts of their values.
fn compare(a: &Sorted<'_>, b: &Sorted<'_>, order: &[OrderField]) -> Ordering {
    let (x, y) = (&a.rows[a.next], &b.rows[b.next]);
    for (at, field) in order.iter().enumerate() {
        let text = |part: &Sorted<'_>, row: &Row| match (row.values[at], field.order) {
            (ABSENT, _) => None,
            (value, Direction::Asc) => Some(part.orders[at].value_text(value).to_owned()),
            (value, Direction::Desc) => Some(part.orders[at].value_text(ABSENT - 1 - value).to_owned()),
        };
        let ordering = match (text(a, x), text(b, y)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(x), Some(y)) if field.order == Direction::Asc => x.cmp(&y),
            (Some(x), Some(y)) => y.cmp(&x),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    a.part.segment.canonical(x.local).cmp(b.part.segment.canonical(y.local))
}
