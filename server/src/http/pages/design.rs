//! `/design`: every piece in every state, to look at and to test; on the sample organisation only.

use axum::response::Response;
use model::view::{DesignView, Place};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// All pieces together.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    if !request.state.site.demo {
        return Err(HttpFailure::not_found("the pieces of the interface are shown on the sample organisation only: waymark serve --demo"));
    }
    let found = request.state.portal.catalog().search(&caller, "pay", 8).await?;
    let view = DesignView { samples: found.hits.into_iter().map(|hit| hit.entity).collect() };
    Ok(request.page(Place::Elsewhere, |frame| app::render::design(frame, view)))
}
