//! `/`

use axum::response::Response;
use model::view::Place;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The first page after signing in.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.home().page(&caller).await?;
    Ok(request.page(Place::Home, |frame| app::render::home(frame, view)))
}
