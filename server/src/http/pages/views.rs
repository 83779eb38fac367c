//! `/views`: the saved views, and the forms that keep, change and delete one.

use axum::{
    Form,
    extract::{Path, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use model::{
    CatalogQuery, FieldError, PortalError, Seq,
    view::{Flash, FlashLevel, Place, SaveViewForm},
};
use serde::Deserialize;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// `name=My+services&query=owner%3Dmine&shared=true`
#[derive(Debug, Deserialize)]
pub(super) struct ViewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    /// A check box: there or not.
    shared: Option<String>,
}

/// The caller's views and those that others share.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.views().list(&caller).await?;
    Ok(request.page(Place::Catalog, |frame| app::render::views(frame, view)))
}

/// Keeps a view.
pub(super) async fn create(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<ViewForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let done = request.state.portal.views().save(&caller, &form.name, &form.query, form.shared.is_some()).await;
    let back = CatalogQuery::parse(form.query.trim_start_matches('?')).href("/catalog");
    answer(&request, done, &back, app::text::views::saved(form.name.trim()), form, None)
}

/// Changes a view's name and who sees it.
pub(super) async fn change(
    Signed(caller): Signed,
    Path(id): Path<String>,
    request: PageRequest,
    form: Result<Form<ViewForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let done = request.state.portal.views().change(&caller, &id, &form.name, form.shared.is_some()).await;
    answer(&request, done, "/views", app::text::views::changed(form.name.trim()), form, Some(id))
}

/// Deletes a view.
pub(super) async fn delete(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let name = request.state.portal.views().list(&caller).await?.mine.into_iter().find(|view| view.id == id).map(|view| view.name);
    let seq = request.state.portal.views().delete(&caller, &id).await?;
    let jar = request.state.site.jar();
    let flash = Flash { level: FlashLevel::Ok, text: app::text::views::deleted(&name.unwrap_or_default()) };
    Ok(PageRequest::redirect("/views", [jar.seq(seq), jar.flash(&flash)]))
}

/// Back to where the form was, or the form again with what is wrong with it.
fn answer(
    request: &PageRequest,
    done: Result<Seq, PortalError>,
    back: &str,
    said: String,
    form: ViewForm,
    id: Option<String>,
) -> Result<Response, HttpFailure> {
    let (status, errors) = match done {
        Ok(seq) => {
            let jar = request.state.site.jar();
            let flash = Flash { level: FlashLevel::Ok, text: said };
            return Ok(PageRequest::redirect(back, [jar.seq(seq), jar.flash(&flash)]));
        }
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => (StatusCode::BAD_REQUEST, fields),
        Err(PortalError::Conflict { message }) => (StatusCode::CONFLICT, vec![FieldError { field: "name".to_owned(), message }]),
        Err(other) => return Err(other.into()),
    };
    let form = SaveViewForm { id, name: form.name, query: form.query, shared: form.shared.is_some(), errors };
    Ok(request.page_with(status, Place::Catalog, |frame| app::render::save_view(frame, form)))
}
