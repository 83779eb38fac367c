//! `/compare`

use axum::response::Response;
use model::view::Place;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Characters of a name that count.
const NAME: usize = 400;

/// Two entities side by side, as far as they are named.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let name = |side: &str| -> String { request.parameter(side).unwrap_or_default().chars().take(NAME).collect() };
    let view = request.state.portal.catalog().compare(&caller, &name("a"), &name("b")).await?;
    Ok(request.page(Place::Catalog, |frame| app::render::compare(frame, view)))
}
