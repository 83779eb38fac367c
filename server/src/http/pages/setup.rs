//! `/setup`: somebody with a link chooses a password, once.

use axum::{
    Form,
    extract::rejection::FormRejection,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use model::{
    FieldError, PortalError,
    view::{Place, SetupView},
};
use portal::SetupFor;
use secrecy::SecretString;
use serde::Deserialize;

use super::sign_in::wait;
use crate::http::{access::signed_in, failure::HttpFailure, page::PageRequest};

/// Longest secret that is looked at; ours are shorter.
const SECRET: usize = 100;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Setup {
    token: String,
    #[serde(default)]
    name: String,
    password: SecretString,
}

/// The form, if the link still works.
pub(super) async fn page(request: PageRequest) -> Result<Response, HttpFailure> {
    let token = request.parameter("token").unwrap_or_default();
    show(&request, StatusCode::OK, SetupView { token, ..SetupView::default() }).await
}

/// Sets the password and signs in.
pub(super) async fn submit(request: PageRequest, form: Result<Form<Setup>, FormRejection>) -> Result<Response, HttpFailure> {
    let Form(Setup { token, name, password }) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    match request.state.portal.access().use_setup_link(&token, &name, password, &request.visitor()).await {
        Ok(opened) => Ok(signed_in(&request, &opened, "/").await),
        Err(PortalError::Invalid { fields, .. }) => {
            let of = |field: &str| fields.iter().find(|found| found.field == field).map(|FieldError { message, .. }| sentence(message));
            let (name_error, password_error) = (of("name"), of("password"));
            show(&request, StatusCode::BAD_REQUEST, SetupView { token, name, name_error, password_error, ..SetupView::default() }).await
        }
        Err(PortalError::Conflict { message }) => {
            show(&request, StatusCode::CONFLICT, SetupView { token, name, error: Some(message), ..SetupView::default() }).await
        }
        Err(PortalError::RateLimited { retry_after_seconds }) => Err(too_often(retry_after_seconds)),
        Err(error) => Err(error.into()),
    }
}

async fn show(request: &PageRequest, status: StatusCode, view: SetupView) -> Result<Response, HttpFailure> {
    let gone = || {
        HttpFailure::not_found(
            "This link was used already, ran out, or is not whole. Ask an administrator for another, or make one with: waymark admin setup-link",
        )
    };
    if view.token.is_empty() || view.token.len() > SECRET {
        return Err(gone());
    }
    let account = match request.state.portal.access().setup_link(&view.token, &request.visitor()).await {
        Ok(Some(SetupFor::Account(name))) => Some(name),
        Ok(Some(SetupFor::Administrator)) => None,
        Ok(None) => return Err(gone()),
        Err(error) => return Err(error.into()),
    };
    let view = SetupView { account, ..view };
    let mut response = request.page_with(status, Place::Elsewhere, |frame| app::render::setup(frame, view));
    // The page holds the link's secret.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// With a capital letter, as it stands on a page by itself.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn too_often(seconds: u32) -> HttpFailure {
    let message = format!("Too many tries from your address. Try again in {}.", wait(seconds));
    HttpFailure { retry_after: Some(seconds), ..HttpFailure::new(StatusCode::TOO_MANY_REQUESTS, message) }
}
