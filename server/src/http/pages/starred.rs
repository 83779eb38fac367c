//! `/starred`

use axum::response::Response;
use model::view::Place;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// What the person starred.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.stars().page(&caller).await?;
    Ok(request.page(Place::Starred, |frame| app::render::starred(frame, view)))
}
