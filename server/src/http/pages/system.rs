//! `/admin/system`

use axum::response::Response;
use model::{
    Caller,
    view::{Place, SystemView},
};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest, state::AppState};

/// What runs.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = view(&request.state, &caller).await?;
    Ok(request.page(Place::AdminSystem, |frame| app::render::system(frame, view)))
}

/// What the portal knows, and what only this process knows.
pub(in crate::http) async fn view(state: &AppState, caller: &Caller) -> Result<SystemView, HttpFailure> {
    let view = state.portal.system().page(caller, &state.replica.build.replica).await?;
    let replica = state.replica.clone();
    let data = tokio::task::spawn_blocking(move || replica.data()).await.map_err(|error| HttpFailure::fault(&error))?;
    Ok(SystemView { build: state.replica.build.clone(), configuration: state.replica.configuration.clone(), data, ..view })
}
