//! `/problems`

use axum::response::Response;
use model::view::{Place, ProblemsQuery};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// What is wrong in the catalog.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = ProblemsQuery::parse(request.query());
    let view = request.state.portal.catalog().problems(&caller, &query).await?;
    Ok(request.page(Place::Problems, |frame| app::render::problems(frame, view)))
}
