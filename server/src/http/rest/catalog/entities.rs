//! `GET /entities`

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, Uri},
    response::Response,
};
use catalog::index::{Fields, Filter, ListQuery, OrderField, Visibility};
use serde_json::json;

use super::{answer, params::Params};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// A list of entities: all of them, or pages by `limit`, `offset` and `after`.
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let fields = Fields::parse(&params.list("fields"))?;
    let mut query = ListQuery {
        filter: Filter::parse(&params.list("filter"))?,
        order: params.all("order").map(OrderField::parse_prefixed).collect::<Result<_, _>>()?,
        limit: params.number("limit")?,
        offset: params.number("offset")?,
        after: params.one("after")?.map(str::to_owned),
    };
    let paged = query.limit.is_some() || query.offset.is_some() || query.after.is_some();
    if !paged && let Some(first) = query.order.first() {
        // Without pages Backstage sorts by the first field only, and leaves out entities that lack it.
        let has = Filter::from_json(json!({ first.field.clone(): { "$exists": true } }))?;
        query.filter = query.filter.and(has);
        query.order.truncate(1);
    }
    let scoped = state.portal.catalog().scoped(&caller).await?;
    let list = scoped.snapshot.list(&query, &Visibility::All)?;
    let mut response = answer::entities(scoped.snapshot, list.items, fields);
    if let Some(after) = list.after {
        response.headers_mut().insert(HeaderName::from_static("link"), next_link(&params, &after)?);
    }
    Ok(response)
}

/// The address of the next page, relative to the catalog's own: the request's without `offset` and with `after`.
fn next_link(params: &Params<'_>, after: &str) -> Result<HeaderValue, HttpFailure> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut placed = false;
    for (name, value) in params.pairs() {
        match &**name {
            "offset" => {}
            "after" if placed => {}
            "after" => {
                query.append_pair("after", after);
                placed = true;
            }
            _ => {
                query.append_pair(name, value);
            }
        }
    }
    if !placed {
        query.append_pair("after", after);
    }
    let link = format!("</entities?{}>; rel=\"next\"", query.finish());
    HeaderValue::from_str(&link).map_err(|error| HttpFailure::fault(&error))
}
