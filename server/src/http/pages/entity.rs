//! `/catalog/{namespace}/{kind}/{name}` and its tabs

use axum::{extract::Path, response::Response};
use model::{
    Caller, EntityRef,
    view::{EntityTab, GraphQuery, Place},
};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The entity's first screen.
pub(super) async fn page(
    Signed(caller): Signed,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    request: PageRequest,
) -> Result<Response, HttpFailure> {
    show(&caller, &EntityRef::new(kind, namespace, name), EntityTab::Overview, &request).await
}

/// One of the entity's other tabs.
pub(super) async fn tab(
    Signed(caller): Signed,
    Path((namespace, kind, name, tab)): Path<(String, String, String, String)>,
    request: PageRequest,
) -> Result<Response, HttpFailure> {
    let known = EntityTab::ALL.into_iter().find(|known| *known != EntityTab::Overview && known.path() == tab);
    let tab = known.ok_or_else(|| HttpFailure::not_found(format!("an entity's page has no tab \"{tab}\"")))?;
    show(&caller, &EntityRef::new(kind, namespace, name), tab, &request).await
}

async fn show(caller: &Caller, entity: &EntityRef, tab: EntityTab, request: &PageRequest) -> Result<Response, HttpFailure> {
    let graph = if tab == EntityTab::Dependencies { GraphQuery::parse(request.query()) } else { GraphQuery::default() };
    let portal = &request.state.portal;
    let view = portal.catalog().entity(caller, entity, tab, graph).await?;
    if !request.is_prefetch() {
        portal.home().visited(caller, entity);
    }
    let place = if view.header.entity.entity_ref.kind().eq_ignore_ascii_case("api") { Place::Apis } else { Place::Catalog };
    Ok(request.page(place, |frame| app::render::entity(frame, view)))
}
