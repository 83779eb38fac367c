//! `/locations`, one location below it, and what is done with it there.

use axum::{body::Bytes, extract::Path, response::Response};
use model::{
    PortalError, Seq,
    view::{Flash, FlashLevel, LocationsQuery, Place},
};

use crate::http::{
    access::{Signed, safe_return},
    failure::HttpFailure,
    page::PageRequest,
};

/// Where the catalog is read from.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = LocationsQuery::parse(request.query());
    let view = request.state.portal.catalog().locations_page(&caller, &query).await?;
    Ok(request.page(Place::Locations, |frame| app::render::locations(frame, view)))
}

/// One location.
pub(super) async fn one(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let page = request.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let view = request.state.portal.catalog().location_page(&caller, &id, page).await?;
    Ok(request.page(Place::Locations, |frame| app::render::location(frame, view)))
}

/// Reads a location again.
pub(super) async fn refresh(
    Signed(caller): Signed,
    Path(id): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let catalog = request.state.portal.catalog();
    let result = catalog.refresh_location(&caller, &id).await;
    let back = form_urlencoded::parse(&body).find(|(name, _)| name == "return_to").map(|(_, value)| value.into_owned());
    let back = back.filter(|back| !back.is_empty()).unwrap_or_else(|| format!("/locations/{id}"));
    done(&request, safe_return(&back), "The location is read again.".to_owned(), result)
}

/// Applies the loss that a location holds back.
pub(super) async fn confirm(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let result = request.state.portal.catalog().confirm_loss(&caller, &id).await;
    done(&request, &format!("/locations/{id}"), "The loss is confirmed, and the location is read again.".to_owned(), result)
}

/// The question before a location is unregistered.
pub(super) async fn question(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.catalog().unregister_page(&caller, &id).await?;
    Ok(request.page(Place::Locations, |frame| app::render::unregister(frame, view)))
}

/// Unregisters it.
pub(super) async fn unregister(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let catalog = request.state.portal.catalog();
    let target = catalog.location(&caller, &id).await?.target;
    let result = catalog.unregister(&caller, &id).await;
    let path = if result.is_ok() { "/locations".to_owned() } else { format!("/locations/{id}") };
    done(&request, &path, format!("{target} is unregistered."), result)
}

/// Back to a page with what happened; what was refused is said there too.
fn done(request: &PageRequest, path: &str, text: String, result: Result<Seq, PortalError>) -> Result<Response, HttpFailure> {
    let jar = request.state.site.jar();
    match result {
        Ok(seq) => Ok(PageRequest::redirect(path, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text })])),
        Err(error @ (PortalError::Conflict { .. } | PortalError::Forbidden { .. })) => {
            Ok(PageRequest::redirect(path, [jar.flash(&Flash { level: FlashLevel::Danger, text: error.to_string() })]))
        }
        Err(error) => Err(error.into()),
    }
}
