//! `/settings`: one's own profile, sessions, tokens and appearance.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use model::{
    Caller, FieldError, PortalError,
    view::{Flash, FlashLevel, MadeToken, Place, TokenForm},
};

use super::people::{done_at, once};
use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The values of a form's field.
fn values(body: &[u8], name: &str) -> Vec<String> {
    form_urlencoded::parse(body).filter(|(have, _)| have == name).map(|(_, value)| value.into_owned()).collect()
}

/// What the form of a token holds, and after how many days it ends; `None`: never.
///
/// # Errors
/// 400 when the days are no number.
pub(super) fn token_form(body: &[u8]) -> Result<(TokenForm, Option<u32>), HttpFailure> {
    let one = |name: &str| values(body, name).into_iter().next().unwrap_or_default();
    let form = TokenForm { name: one("name"), scopes: values(body, "scope"), days: one("days"), errors: Vec::new() };
    let days = match form.days.as_str() {
        "" => None,
        days => Some(days.parse().map_err(|_| HttpFailure::invalid(format!("\"{days}\" is no number of days")))?),
    };
    Ok((form, days))
}

/// Machines have no settings; they get a page that says so.
fn only_people(caller: &Caller, request: &PageRequest) -> Option<Response> {
    caller.person().is_none().then(|| request.page_with(StatusCode::FORBIDDEN, Place::Settings, app::render::only_people))
}

/// Who one is here.
pub(super) async fn profile(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    if let Some(answer) = only_people(&caller, &request) {
        return Ok(answer);
    }
    let view = request.state.portal.settings().profile(&caller).await?;
    Ok(request.page(Place::Settings, |frame| app::render::profile(frame, view)))
}

/// One's sessions.
pub(super) async fn sessions(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    if let Some(answer) = only_people(&caller, &request) {
        return Ok(answer);
    }
    let view = request.state.portal.settings().sessions(&caller).await?;
    Ok(request.page(Place::Settings, |frame| app::render::sessions(frame, view)))
}

/// Ends one of one's sessions, or all but this one.
pub(super) async fn end_sessions(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let done = match values(&body, "session").first() {
        Some(session) => {
            let done = request.state.portal.access().revoke_session(&caller, session).await;
            done.map(|()| app::text::admin::SESSION_ENDED.to_owned())
        }
        None if !values(&body, "others").is_empty() => {
            request.state.portal.settings().end_other_sessions(&caller).await.map(app::text::settings::others_ended)
        }
        None => Err(PortalError::invalid("say which session")),
    };
    done_at(&request, "/settings/sessions", done)
}

/// One's tokens.
pub(super) async fn tokens(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    if let Some(answer) = only_people(&caller, &request) {
        return Ok(answer);
    }
    let view = request.state.portal.settings().tokens(&caller).await?;
    Ok(request.page(Place::Settings, |frame| app::render::own_tokens(frame, view)))
}

/// The form that makes a token.
pub(super) async fn new_token(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let form = TokenForm { days: "90".to_owned(), scopes: vec!["catalog:read".to_owned()], ..TokenForm::default() };
    let view = request.state.portal.settings().new_token(&caller, form).await?;
    Ok(request.page(Place::Settings, |frame| app::render::new_token(frame, view)))
}

/// Makes a token, and shows it once.
pub(super) async fn create_token(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let (mut form, days) = token_form(&body)?;
    let settings = request.state.portal.settings();
    match settings.create_token(&caller, form.name.clone(), form.scopes.clone(), days).await {
        Ok(created) => {
            let mut view = settings.tokens(&caller).await?;
            view.made = Some(MadeToken { name: form.name, token: created.token });
            Ok(once(request.page(Place::Settings, |frame| app::render::own_tokens(frame, view))))
        }
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => {
            form.errors = fields;
            let view = settings.new_token(&caller, form).await?;
            Ok(request.page_with(StatusCode::BAD_REQUEST, Place::Settings, |frame| app::render::new_token(frame, view)))
        }
        Err(PortalError::Conflict { message }) => {
            form.errors = vec![FieldError { field: "name".to_owned(), message }];
            let view = settings.new_token(&caller, form).await?;
            Ok(request.page_with(StatusCode::CONFLICT, Place::Settings, |frame| app::render::new_token(frame, view)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Revokes one of one's tokens.
pub(super) async fn revoke_token(Signed(caller): Signed, Path(id): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let done = request.state.portal.access().revoke_token(&caller, &id).await;
    done_at(&request, "/settings/tokens", done.map(|_| app::text::settings::REVOKED.to_owned()))
}

/// How the portal looks and listens.
pub(super) async fn appearance(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.settings().appearance(&caller).await?;
    Ok(request.page(Place::Settings, |frame| app::render::appearance(frame, view)))
}

/// Keeps whether one wants keyboard shortcuts.
pub(super) async fn set_appearance(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let on = !values(&body, "shortcuts").is_empty();
    let seq = request.state.portal.settings().set_shortcuts(&caller, on).await?;
    let jar = request.state.site.jar();
    let text = if on { app::text::settings::KEYS_ON } else { app::text::settings::KEYS_OFF };
    let flash = Flash { level: FlashLevel::Ok, text: text.to_owned() };
    Ok(PageRequest::redirect("/settings/appearance", [jar.seq(seq), jar.flash(&flash)]))
}
