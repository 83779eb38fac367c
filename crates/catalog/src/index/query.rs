//! Pages of entities as `by-query` gives them: one sort field, cursors both ways, counts.

use super::{
    EntityId, Filter, Snapshot, Visibility,
    cursor::{Cursor, Direction, FullText, OrderField},
    matches::term,
    text::fold,
    walk::Walk,
};

/// Entities on a page when the question does not say how many.
pub const DEFAULT_LIMIT: usize = 200;

/// A question in the terms that the caller may not use, with what would be right. Answered with status 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);

impl QueryError {
    /// An error with this text.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// A question for a page of entities.
#[derive(Clone, Debug)]
pub struct Query {
    /// The cursor of an earlier page. With it everything but `limit` is taken from it.
    pub cursor: Option<String>,
    /// What must hold.
    pub filter: Filter,
    /// The first of these is what is sorted by; entities without it are left out. Without any, by reference.
    pub order: Vec<OrderField>,
    /// A text that must be found.
    pub full_text: Option<FullText>,
    /// At most so many entities; 0 asks for the count only.
    pub limit: Option<usize>,
    /// Leaves out so many at the start.
    pub offset: Option<usize>,
    /// Counts all matches.
    pub total_items: bool,
}

/// A page of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entities in order.
    pub items: Vec<EntityId>,
    /// How many match in all; 0 when it was not asked for.
    pub total_items: u64,
    /// The cursor of the page after this one.
    pub next_cursor: Option<String>,
    /// The cursor of the page before this one.
    pub prev_cursor: Option<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self { cursor: None, filter: Filter::default(), order: Vec::new(), full_text: None, limit: None, offset: None, total_items: true }
    }
}

impl Query {
    /// Reads a `totalItems` parameter.
    ///
    /// # Errors
    /// When it is neither `include` nor `exclude`.
    pub fn parse_total_items(text: &str) -> Result<bool, QueryError> {
        match text {
            "include" => Ok(true),
            "exclude" => Ok(false),
            _ => Err(QueryError::new(format!("Invalid totalItems parameter \"{text}\", expected one of: include, exclude"))),
        }
    }
}

impl Snapshot {
    /// Answers with a page of the visible entities that match.
    ///
    /// # Errors
    /// When the cursor is not one that a page handed out.
    pub fn query(&self, query: &Query, visibility: &Visibility) -> Result<Page, QueryError> {
        let Some(cursor) = &query.cursor else {
            let cursor = Cursor::new(query.filter.json.clone(), query.order.clone(), query.full_text.clone());
            return self.page(&cursor, &query.filter, query, visibility);
        };
        let cursor = Cursor::decode(cursor)?;
        let filter = cursor.filter()?;
        // A cursor holds the count of the first page, or that it was not wanted.
        let later = Query { limit: query.limit, total_items: false, ..Query::default() };
        self.page(&cursor, &filter, &later, visibility)
    }

    fn page(&self, cursor: &Cursor, filter: &Filter, query: &Query, visibility: &Visibility) -> Result<Page, QueryError> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        let field = cursor.order_fields.first().map(|order| fold(&order.field).into_owned());
        let field = field.as_deref();
        let upside_down = cursor.order_fields.first().is_some_and(|order| order.order == Direction::Desc);
        let term = match &cursor.full_text_filter {
            Some(text) => term(text.fields.as_deref(), field.unwrap_or("metadata.uid"), &text.term)?,
            None => None,
        };
        let matches = self.matching_text(&filter.predicate, visibility, term).set;

        let backwards = cursor.is_previous;
        let from = cursor.position()?;
        let walk = Walk {
            matches: &matches,
            field,
            descending: upside_down != backwards,
            from: from.as_ref(),
            skip: query.offset.unwrap_or(0),
            take: if backwards || limit == 0 { limit } else { limit.saturating_add(1) },
        };
        let mut items = self.walk(&walk);
        if backwards {
            items.reverse();
        }
        let total_items = match cursor.total_items {
            Some(total) => total,
            None if !query.total_items => 0,
            None => field.map_or(matches.len(), |field| self.count_with(&matches, field)),
        };
        let more = limit > 0 && (backwards || items.len() > limit);
        items.truncate(limit);

        let place = |id: Option<&EntityId>| id.map(|id| self.position(*id, field).values());
        let first = place(items.first());
        let start = cursor.first_sort_field_values.clone();
        let onward = |values: Option<Vec<Option<String>>>, is_previous| {
            let values = values.unwrap_or_default();
            let start = start.clone().or_else(|| first.clone());
            let cursor = Cursor {
                order_field_values: values,
                first_sort_field_values: start,
                is_previous,
                total_items: Some(total_items),
                ..cursor.clone()
            };
            super::cursor::encode(&cursor)
        };
        let next_cursor = more.then(|| onward(place(items.last()), false));
        let later = start.is_some() && first.is_some() && first != start;
        let prev_cursor = later.then(|| onward(first.clone(), true));
        Ok(Page { items, total_items, next_cursor, prev_cursor })
    }
}
