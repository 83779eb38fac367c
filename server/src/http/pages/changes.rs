//! `/changes`, and the history of one entity.

use axum::{extract::Path, response::Response};
use model::{
    EntityRef,
    view::{ChangesQuery, EntityTab, GraphQuery, Place},
};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// What changed in the catalog.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = ChangesQuery::parse(request.query());
    let view = request.state.portal.catalog().changes(&caller, &query).await?;
    Ok(request.page(Place::Changes, |frame| app::render::changes(frame, view)))
}

/// An entity's history: a tab of its page.
pub(super) async fn history(
    Signed(caller): Signed,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    request: PageRequest,
) -> Result<Response, HttpFailure> {
    let entity = EntityRef::new(kind, namespace, name);
    let portal = &request.state.portal;
    let mut view = portal.catalog().entity(&caller, &entity, EntityTab::History, GraphQuery::default()).await?;
    let changes = portal.catalog().history(&caller, &entity, ChangesQuery::parse(request.query()).before).await?;
    view.history = Some(Box::new(changes));
    if !request.is_prefetch() {
        portal.home().visited(&caller, &entity);
    }
    let place = if view.header.entity.entity_ref.kind().eq_ignore_ascii_case("api") { Place::Apis } else { Place::Catalog };
    Ok(request.page(place, |frame| app::render::entity(frame, view)))
}
