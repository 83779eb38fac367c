//! Pages and lists: every page of a question, forwards and backwards, is the sorted whole cut up.

use std::cmp::{Ordering, Reverse};

use catalog::index::{Direction, EntityId, Filter, FullText, ListQuery, OrderField, Page, Query, Snapshot, Visibility};

use crate::{oracle::Known, speaking::KEYS, world::Random};

fn names(snapshot: &Snapshot, ids: &[EntityId]) -> Vec<String> {
    ids.iter().map(|id| snapshot.entity(*id).canonical().to_owned()).collect()
}

pub(crate) fn check(snapshot: &Snapshot, filter: &Filter, expected: &[&Known], visibility: &Visibility, random: &mut Random) {
    let query = question(filter, random);
    let mut sorted: Vec<&Known> = expected.to_vec();
    let field = query.order.first().map(|order| order.field.clone());
    if let Some(text) = query.full_text.as_ref().filter(|text| !text.term.trim().is_empty()) {
        let default = vec![field.clone().unwrap_or_else(|| "metadata.uid".to_owned())];
        let fields = text.fields.as_ref().unwrap_or(&default);
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        sorted.retain(|entity| entity.contains(&fields, text.term.trim()));
    }
    if let Some(field) = &field {
        sorted.retain(|entity| entity.smallest(field).is_some());
        sorted.sort_by_key(|entity| (entity.smallest(field), &entity.reference));
        if query.order[0].order == Direction::Desc {
            sorted.reverse();
        }
    }
    let total = sorted.len() as u64;
    let wanted: Vec<String> = sorted.iter().skip(query.offset.unwrap_or(0)).map(|entity| entity.reference.clone()).collect();
    walk_pages(snapshot, &query, &wanted, total, visibility);
    list(snapshot, filter, expected, visibility, random);
}

fn question(filter: &Filter, random: &mut Random) -> Query {
    let mut query = Query { filter: filter.clone(), limit: Some(1 + random.below(9)), ..Query::default() };
    if random.chance(70) {
        let field = random.pick(KEYS);
        query.order.push(if random.chance(50) { OrderField::ascending(field) } else { OrderField::descending(field) });
    }
    if random.chance(40) {
        let term = random.pick(&["pay", "CORE", "é", " s ", "tr", "", "x"]).to_owned();
        let fields = random.chance(60).then(|| vec![random.pick(KEYS).to_owned(), "metadata.Title".to_owned()]);
        query.full_text = Some(FullText { term, fields });
    }
    if random.chance(20) {
        query.offset = Some(random.below(5));
    }
    query
}

fn walk_pages(snapshot: &Snapshot, query: &Query, wanted: &[String], total: u64, visibility: &Visibility) {
    let limit = query.limit.expect("set");
    let ask = |cursor: Option<String>| {
        let query = match cursor {
            Some(cursor) => Query { cursor: Some(cursor), limit: Some(limit), ..Query::default() },
            None => query.clone(),
        };
        snapshot.query(&query, visibility).expect("a page")
    };
    let mut pages: Vec<Page> = vec![ask(None)];
    assert!(pages[0].prev_cursor.is_none());
    while let Some(next) = pages[pages.len() - 1].next_cursor.clone() {
        pages.push(ask(Some(next)));
        assert!(pages.len() <= wanted.len() + 1, "pages go on without end: {query:?}");
    }
    let found: Vec<String> = pages.iter().flat_map(|page| names(snapshot, &page.items)).collect();
    assert_eq!(found, wanted, "{query:?}");
    for page in &pages {
        assert_eq!(page.total_items, total);
    }
    // And back to the first page.
    for at in (1..pages.len()).rev() {
        let back = ask(Some(pages[at].prev_cursor.clone().expect("a way back")));
        assert_eq!(names(snapshot, &back.items), names(snapshot, &pages[at - 1].items), "{query:?}");
        assert_eq!((back.prev_cursor.is_some(), back.next_cursor.is_some()), (at > 1, true));
        assert_eq!(back.total_items, total);
    }
    let none = snapshot.query(&Query { limit: Some(0), ..query.clone() }, visibility).expect("a count");
    assert_eq!((none.items.len(), none.total_items, none.next_cursor), (0, total, None));
    let uncounted = snapshot.query(&Query { total_items: false, ..query.clone() }, visibility).expect("a page");
    assert_eq!((names(snapshot, &uncounted.items), uncounted.total_items), (names(snapshot, &pages[0].items), 0));
}

fn list(snapshot: &Snapshot, filter: &Filter, expected: &[&Known], visibility: &Visibility, random: &mut Random) {
    let order: Vec<OrderField> = (0..random.below(3))
        .map(|_| {
            let field = random.pick(KEYS);
            if random.chance(50) { OrderField::ascending(field) } else { OrderField::descending(field) }
        })
        .collect();
    let mut sorted: Vec<&Known> = expected.to_vec();
    sorted.sort_by(|a, b| {
        let by_field = order.iter().map(|order| match (a.smallest(&order.field), b.smallest(&order.field)) {
            (Some(a), Some(b)) if order.order == Direction::Desc => Reverse(a).cmp(&Reverse(b)),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        });
        by_field.fold(Ordering::Equal, Ordering::then).then_with(|| a.reference.cmp(&b.reference))
    });
    let offset = random.chance(30).then(|| random.below(6));
    let wanted: Vec<String> = sorted.iter().skip(offset.unwrap_or(0)).map(|entity| entity.reference.clone()).collect();
    let query = ListQuery { filter: filter.clone(), order, limit: None, offset, after: None };
    let all = snapshot.list(&query, visibility).expect("a list");
    assert_eq!((names(snapshot, &all.items), all.after), (wanted.clone(), None), "{query:?}");

    let mut found = Vec::new();
    let mut page = snapshot.list(&ListQuery { limit: Some(1 + random.below(9)), ..query.clone() }, visibility).expect("a list");
    loop {
        found.extend(names(snapshot, &page.items));
        assert!(found.len() <= wanted.len(), "lists go on without end: {query:?}");
        let Some(after) = page.after.take() else { break };
        page = snapshot.list(&ListQuery { after: Some(after), offset: None, ..query.clone() }, visibility).expect("a list");
    }
    assert_eq!(found, wanted, "{query:?}");
}
