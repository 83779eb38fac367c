//! `/graph`

use axum::response::Response;
use model::view::{ExploreQuery, Place};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The graph explorer. A root that was typed as a name without its kind is looked up first.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let mut query = ExploreQuery::parse(request.query());
    let typed = request.parameter("root").unwrap_or_default();
    if !typed.trim().is_empty() && (query.root.is_none() || !typed.contains(':')) {
        query.root = Some(request.state.portal.catalog().named(&caller, &typed).await?);
        return Ok(PageRequest::redirect(&query.href(), []));
    }
    let view = request.state.portal.catalog().explore(&caller, query).await?;
    Ok(request.page(Place::Graph, |frame| app::render::explore(frame, view)))
}
