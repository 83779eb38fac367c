//! `/catalog/new`, and `edit`, `delete` and `overlay` below an entity's address.
//!
//! What could not be saved comes back with its status and everything that was typed.

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    EntityRef, Seq,
    view::{EditView, EntityForm, Flash, FlashLevel, Place, Saved},
};
use portal::EditPage;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Fields that a form may have; more are not looked at.
const FIELDS: usize = 1_000;

/// Namespace, kind and name, as the address has them.
type Named = Path<(String, String, String)>;

/// A form that was sent: names and values in their order, names may come again.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn of(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).take(FIELDS).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(have, _)| have == name).map_or("", |(_, value)| value)
    }

    fn fields(&self) -> EntityForm {
        EntityForm::parse(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

fn named(Path((namespace, kind, name)): Named) -> EntityRef {
    EntityRef::new(kind, namespace, name)
}

/// The page on which an entity is edited.
pub(super) async fn page(Signed(caller): Signed, path: Named, request: PageRequest) -> Result<Response, HttpFailure> {
    let yaml = request.parameter("as").is_some_and(|mode| mode == "yaml");
    match request.state.portal.catalog().edit(&caller, &named(path), yaml).await? {
        EditPage::Edit(view) => Ok(request.page(Place::Catalog, |frame| app::render::edit(frame, *view))),
        EditPage::NotYours(view) => {
            Ok(request.page_with(StatusCode::FORBIDDEN, Place::Catalog, |frame| app::render::not_yours(frame, *view)))
        }
    }
}

/// Saves what was typed.
pub(super) async fn save(Signed(caller): Signed, path: Named, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let (entity, sent) = (named(path), Sent::of(&body));
    let catalog = request.state.portal.catalog();
    let etag = sent.get("etag");
    let (saved, what) = match sent.get("as") {
        "yaml" => (catalog.save_yaml(&caller, &entity, &sent.get("yaml").replace("\r\n", "\n"), etag).await?, "is saved"),
        "overlay" => {
            let preview = sent.get("do") == "preview";
            (catalog.save_overlay(&caller, &entity, sent.fields(), etag, preview).await?, "shows the overlay")
        }
        _ => (catalog.save_form(&caller, &entity, sent.fields(), etag).await?, "is saved"),
    };
    match saved {
        Saved::Done(entity, seq) => Ok(done(&request, &entity.href(), format!("{} {what}.", entity.short()), seq)),
        Saved::Again(view, conflict) => {
            Ok(request.page_with(status(&view, conflict), Place::Catalog, |frame| app::render::edit(frame, *view)))
        }
    }
}

/// A preview is an answer; what could not be saved is not.
fn status(view: &EditView, conflict: bool) -> StatusCode {
    if conflict {
        StatusCode::CONFLICT
    } else if view.preview.is_some() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// Takes an overlay away.
pub(super) async fn remove_overlay(Signed(caller): Signed, path: Named, request: PageRequest) -> Result<Response, HttpFailure> {
    let entity = named(path);
    let seq = request.state.portal.catalog().remove_overlay(&caller, &entity).await?;
    Ok(done(&request, &entity.href(), format!("{} shows what its file says again.", entity.short()), seq))
}

/// The overlay as a patch for the repository.
pub(super) async fn patch(Signed(caller): Signed, path: Named, request: PageRequest) -> Result<Response, HttpFailure> {
    let entity = named(path);
    let patch = request.state.portal.catalog().overlay_patch(&caller, &entity).await?;
    let name: String = entity.name().chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    let mut response = patch.into_response();
    let disposition = format!("attachment; filename=\"{name}.patch\"");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/x-patch; charset=utf-8"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The question before an entity is deleted.
pub(super) async fn delete_page(Signed(caller): Signed, path: Named, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.catalog().delete_page(&caller, &named(path)).await?;
    Ok(request.page(Place::Catalog, |frame| app::render::delete_entity(frame, view)))
}

/// Deletes it.
pub(super) async fn delete(Signed(caller): Signed, path: Named, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let (entity, sent) = (named(path), Sent::of(&body));
    let etag = sent.get("etag").to_owned();
    let seq = request.state.portal.catalog().delete_entity(&caller, &entity, catalog::Expected::Etag(etag)).await?;
    Ok(done(&request, "/catalog", format!("{} is deleted.", entity.short()), seq))
}

/// The page on which an entity is made.
pub(super) async fn new(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let kind = request.parameter("kind").unwrap_or_else(|| "component".to_owned());
    let view = request.state.portal.catalog().new_entity(&caller, &kind).await?;
    Ok(request.page(Place::Register, |frame| app::render::new_entity(frame, view)))
}

/// Makes it.
pub(super) async fn create(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let sent = Sent::of(&body);
    let yaml = sent.get("yaml").replace("\r\n", "\n");
    match request.state.portal.catalog().create_entity(&caller, sent.get("kind"), &yaml).await? {
        Saved::Done(entity, seq) => Ok(done(&request, &entity.href(), format!("{} is in the catalog.", entity.short()), seq)),
        Saved::Again(view, conflict) => {
            let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(request.page_with(status, Place::Register, |frame| app::render::new_entity(frame, *view)))
        }
    }
}

fn done(request: &PageRequest, path: &str, text: String, seq: Seq) -> Response {
    let jar = request.state.site.jar();
    PageRequest::redirect(path, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text })])
}
