//! `/catalog` and `/apis`

use axum::response::Response;
use model::{CatalogQuery, view::Place};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The catalog's list, as the query string asks for it.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = CatalogQuery::parse(request.query());
    let view = request.state.portal.catalog().page(&caller, &query).await?;
    let place = if query.kind == "api" { Place::Apis } else { Place::Catalog };
    Ok(request.page(place, |frame| app::render::catalog(frame, view)))
}

/// The list of APIs: the same page under an address of its own.
pub(super) async fn apis(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = CatalogQuery { kind: "api".to_owned(), ..CatalogQuery::parse(request.query()) };
    let view = request.state.portal.catalog().page(&caller, &query).await?;
    Ok(request.page(Place::Apis, |frame| app::render::catalog(frame, view)))
}
