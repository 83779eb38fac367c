//! `/search`

use axum::response::Response;
use model::view::{Place, SearchView};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Hits on one page.
const HITS: usize = 50;

/// What was found for `q`.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let text: String = request.parameter("q").unwrap_or_default().trim().chars().take(200).collect();
    let view = if text.is_empty() { SearchView::default() } else { request.state.portal.catalog().search(&caller, &text, HITS).await? };
    Ok(request.page(Place::Elsewhere, |frame| app::render::search(frame, view)))
}
