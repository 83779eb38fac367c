//! `/sign-in` and `/sign-out`
//!
//! For now a person of the sample organisation, or the holder of the admin token.

use axum::{Form, extract::rejection::FormRejection, http::StatusCode, response::Response};
use model::{
    EntityRef,
    view::{Flash, FlashLevel, Place, SignInView},
};
use serde::Deserialize;

use crate::http::{access::safe_return, cookies, failure::HttpFailure, page::PageRequest};

/// How long a person stays signed in.
const SESSION_SECONDS: u32 = 12 * 3600;

/// What the forms on the page send.
#[derive(Debug, Deserialize)]
pub(super) struct SignIn {
    person: Option<String>,
    token: Option<String>,
    #[serde(default)]
    return_to: String,
}

/// The sign-in page.
pub(super) async fn page(request: PageRequest) -> Result<Response, HttpFailure> {
    let return_to = request.parameter("return_to").unwrap_or_default();
    show(&request, &return_to, StatusCode::OK, None).await
}

/// Signs in.
pub(super) async fn submit(request: PageRequest, form: Result<Form<SignIn>, FormRejection>) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let jar = request.state.site.jar();
    let refused = match (&form.person, &form.token) {
        (Some(person), _) if request.state.site.demo => match person.parse::<EntityRef>() {
            Ok(person) => match request.state.portal.people().open_session(&person).await {
                Ok(session) => return Ok(PageRequest::redirect(safe_return(&form.return_to), [jar.session(&session, SESSION_SECONDS)])),
                Err(error) if HttpFailure::from(error.clone()).status.is_server_error() => return Err(error.into()),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        },
        (_, Some(token)) => match &request.state.admin {
            Some(admin) if admin.is(token.trim()) => {
                let (session, seconds) = admin.open_session();
                return Ok(PageRequest::redirect(safe_return(&form.return_to), [jar.session(&session, seconds)]));
            }
            Some(_) => "That is not the admin token of this portal. Check for missing characters and try again.".to_owned(),
            None => "This portal has no admin token. Set WAYMARK_ADMIN_TOKEN and start it again.".to_owned(),
        },
        _ => "Choose how to sign in.".to_owned(),
    };
    show(&request, &form.return_to, StatusCode::FORBIDDEN, Some(refused)).await
}

/// Signs out.
pub(super) async fn sign_out(request: PageRequest) -> Response {
    let jar = request.state.site.jar();
    let flash = Flash { level: FlashLevel::Ok, text: "You are signed out.".to_owned() };
    PageRequest::redirect("/sign-in", [jar.gone(cookies::SESSION), jar.gone(cookies::SEQ), jar.flash(&flash)])
}

async fn show(request: &PageRequest, return_to: &str, status: StatusCode, error: Option<String>) -> Result<Response, HttpFailure> {
    let people = if request.state.site.demo { request.state.portal.people().samples().await? } else { Vec::new() };
    let no_way_in = !request.state.site.demo && request.state.admin.is_none();
    let hint = || "There is no way to sign in yet. Set WAYMARK_ADMIN_TOKEN and start the portal again.".to_owned();
    let error = error.or_else(|| no_way_in.then(hint));
    let view = SignInView { return_to: safe_return(return_to).to_owned(), people, error };
    Ok(request.page_with(status, Place::Elsewhere, |frame| app::render::sign_in(frame, view)))
}
