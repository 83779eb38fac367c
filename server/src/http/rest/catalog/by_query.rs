//! `GET` and `POST /entities/by-query`

use std::fmt::Write as _;

use axum::{body::Body, extract::State, http::Uri, response::Response};
use catalog::index::{Fields, Filter, FullText, OrderField, Query, Visibility};
use model::Caller;
use serde::Deserialize;
use serde_json::Value;

use super::{answer, body, params::Params};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// The body of `POST /entities/by-query`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Asked {
    cursor: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
    order_by: Option<OneOrMore>,
    full_text_filter: Option<FullText>,
    fields: Option<Vec<String>>,
    total_items: Option<String>,
    query: Option<Value>,
}

/// A sort field alone or in a list; both are sent.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(OrderField),
    More(Vec<OrderField>),
}

/// A page of entities, asked for by parameters.
pub(super) async fn get(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let fields = Fields::parse(&params.list("fields"))?;
    let text_fields: Vec<String> = params
        .all("fullTextFilterFields")
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|field| !field.is_empty())
        .map(str::to_owned)
        .collect();
    let full_text = params
        .one("fullTextFilterTerm")?
        .map(|term| FullText { term: term.to_owned(), fields: (!text_fields.is_empty()).then_some(text_fields) });
    let query = Query {
        cursor: params.one("cursor")?.map(str::to_owned),
        filter: Filter::parse(&params.list("filter"))?,
        order: params.all("orderField").map(OrderField::parse).collect::<Result<_, _>>()?,
        full_text,
        limit: params.number("limit")?,
        offset: params.number("offset")?,
        total_items: params.one("totalItems")?.map_or(Ok(true), Query::parse_total_items)?,
    };
    page(&state, &caller, &query, fields.as_ref()).await
}

/// A page of entities, asked for by a body: the way of predicates, and of cursors that hold one.
pub(super) async fn post(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Asked = body::read(body).await?;
    let fields = Fields::parse(&asked.fields.unwrap_or_default())?;
    let query = Query {
        cursor: asked.cursor,
        filter: asked.query.map_or_else(|| Ok(Filter::default()), Filter::from_json)?,
        order: match asked.order_by {
            None => Vec::new(),
            Some(OneOrMore::One(order)) => vec![order],
            Some(OneOrMore::More(order)) => order,
        },
        full_text: asked.full_text_filter,
        limit: asked.limit,
        offset: asked.offset,
        total_items: asked.total_items.as_deref().map_or(Ok(true), Query::parse_total_items)?,
    };
    page(&state, &caller, &query, fields.as_ref()).await
}

async fn page(state: &AppState, caller: &Caller, query: &Query, fields: Option<&Fields>) -> Result<Response, HttpFailure> {
    let scoped = state.portal.catalog().scoped(caller).await?;
    let page = scoped.snapshot.query(query, &Visibility::All)?;
    let mut out = Vec::with_capacity(64 + page.items.len() * 1024);
    out.extend_from_slice(b"{\"items\":[");
    answer::write_entities(&scoped.snapshot, &page.items, fields, &mut out);
    let mut tail = String::from("],");
    _ = write!(tail, "\"totalItems\":{},\"pageInfo\":{{", page.total_items);
    // Cursors are base64: nothing in them needs an escape.
    if let Some(next) = &page.next_cursor {
        _ = write!(tail, "\"nextCursor\":\"{next}\"");
    }
    if let Some(prev) = &page.prev_cursor {
        let comma = if page.next_cursor.is_some() { "," } else { "" };
        _ = write!(tail, "{comma}\"prevCursor\":\"{prev}\"");
    }
    tail.push_str("}}");
    out.extend_from_slice(tail.as_bytes());
    Ok(answer::json(out))
}
