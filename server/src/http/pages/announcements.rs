//! `/admin/announcements`, `/admin/branding`, the cross on an announcement, and the logo.

use axum::{
    body::{Body, Bytes},
    extract::{
        Multipart, Path, State,
        multipart::{MultipartError, MultipartRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use model::{
    Seq,
    view::{AnnouncementForm, BrandingForm, Flash, FlashLevel, Place},
};
use portal::{LOGO_BYTES, LogoChange};

use crate::http::{
    access::{Signed, safe_return},
    failure::HttpFailure,
    page::PageRequest,
    state::AppState,
};

/// The announcements and the form of a new one.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.announcements().page(&caller, None).await?;
    Ok(request.page(Place::AdminAnnouncements, |frame| app::render::announcements(frame, view)))
}

/// The announcements and the form of one of them.
pub(super) async fn one(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.announcements().page(&caller, Some(&id)).await?;
    Ok(request.page(Place::AdminAnnouncements, |frame| app::render::announcements(frame, view)))
}

/// Announces something.
pub(super) async fn create(signed: Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    save(signed, request, String::new(), &body).await
}

/// Changes an announcement.
pub(super) async fn change(signed: Signed, Path(id): Path<String>, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    save(signed, request, id, &body).await
}

async fn save(Signed(caller): Signed, request: PageRequest, id: String, body: &Bytes) -> Result<Response, HttpFailure> {
    let sent: Vec<_> = form_urlencoded::parse(body).take(50).collect();
    let form = AnnouncementForm { id, ..AnnouncementForm::parse(sent.iter().map(|(name, value)| (&**name, &**value))) };
    match request.state.portal.announcements().save(&caller, form).await? {
        Ok(seq) => Ok(done(&request, "/admin/announcements", app::text::announcements::SAVED, seq)),
        Err(view) => Ok(request
            .page_with(StatusCode::UNPROCESSABLE_ENTITY, Place::AdminAnnouncements, |frame| app::render::announcements(frame, *view))),
    }
}

/// Takes an announcement away.
pub(super) async fn delete(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let seq = request.state.portal.announcements().delete(&caller, &id).await?;
    Ok(done(&request, "/admin/announcements", app::text::announcements::DELETED, seq))
}

/// Closes an announcement in this browser.
pub(super) async fn close(Signed(_): Signed, request: PageRequest, body: Bytes) -> Response {
    let sent: Vec<_> = form_urlencoded::parse(&body).take(10).collect();
    let get = |wanted: &str| sent.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.to_string()).unwrap_or_default();
    let cookie = request.closed_with(&get("id"));
    PageRequest::redirect(safe_return(&get("return_to")), [cookie])
}

/// How the organisation is shown.
pub(super) async fn branding(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.branding().page(&caller, &request.state.site.organisation).await?;
    Ok(request.page(Place::AdminAnnouncements, |frame| app::render::branding(frame, view)))
}

/// Changes how the organisation is shown.
pub(super) async fn brand(
    Signed(caller): Signed,
    request: PageRequest,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, HttpFailure> {
    // Whoever may not is told so whatever they send.
    request.state.portal.branding().page(&caller, "").await?;
    let parts = parts.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let (form, logo) = read(parts).await?;
    match request.state.portal.branding().save(&caller, form, logo, &request.state.site.organisation).await? {
        Ok(seq) => Ok(done(&request, "/admin/branding", app::text::announcements::BRANDING_SAVED, seq)),
        Err(view) => {
            Ok(request.page_with(StatusCode::UNPROCESSABLE_ENTITY, Place::AdminAnnouncements, |frame| app::render::branding(frame, *view)))
        }
    }
}

async fn read(mut parts: Multipart) -> Result<(BrandingForm, LogoChange), HttpFailure> {
    let wrong = |error: MultipartError| HttpFailure::new(error.status(), error.body_text());
    let (mut form, mut logo, mut file) = (BrandingForm::default(), LogoChange::Keep, None);
    let mut count = 0;
    while let Some(part) = parts.next_field().await.map_err(wrong)? {
        count += 1;
        if count > 20 {
            return Err(HttpFailure::invalid("the form has more fields than this page sends"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == "logo" {
            file = Some(limited(part).await.map_err(wrong)?).filter(|bytes| !bytes.is_empty());
            continue;
        }
        let text = String::from_utf8_lossy(&limited(part).await.map_err(wrong)?).trim().to_owned();
        match name.as_str() {
            "organisation" => form.organisation = text,
            "support_label" => form.support_label = text,
            "support_link" => form.support_link = text,
            "logo_remove" => logo = LogoChange::Remove,
            _ => {}
        }
    }
    Ok((form, file.map_or(logo, LogoChange::Replace)))
}

/// A part of the form; of one that is too long for a logo only a little more than that, so that the portal can say so.
async fn limited(mut part: axum::extract::multipart::Field<'_>) -> Result<Bytes, MultipartError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await? {
        if bytes.len() <= LOGO_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes.into())
}

/// The logo, for everybody. Its name is made of its content, so browsers keep it; nothing in it can run.
pub(in crate::http) async fn logo(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let Some(logo) = state.portal.branding().logo(&name) else {
        return HttpFailure::not_found(format!("there is no logo named {name}")).into_response();
    };
    let mut response = Response::new(Body::from(logo.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(logo.kind.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    let inert = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(inert));
    response
}

fn done(request: &PageRequest, path: &str, text: &str, seq: Seq) -> Response {
    let jar = request.state.site.jar();
    PageRequest::redirect(path, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text: text.to_owned() })])
}
