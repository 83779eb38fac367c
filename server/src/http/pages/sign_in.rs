//! `/sign-in` and `/sign-out`
//!
//! With a name and a password, the admin token, or in the demo as one of its people. What providers do begins here and goes on elsewhere.

use axum::{Form, extract::rejection::FormRejection, http::StatusCode, response::Response};
use model::{
    EntityRef, PortalError,
    view::{Flash, FlashLevel, Place, SignInView},
};
use portal::Opened;
use secrecy::SecretString;
use serde::Deserialize;

use super::provider::leave;
use crate::http::{
    access::{Signed, safe_return, signed_in},
    cookies,
    failure::HttpFailure,
    page::PageRequest,
};

/// What the forms on the page send.
#[derive(Deserialize)]
pub(super) struct SignIn {
    person: Option<String>,
    token: Option<SecretString>,
    name: Option<String>,
    password: Option<SecretString>,
    #[serde(default)]
    return_to: String,
}

/// The sign-in page.
pub(super) async fn page(request: PageRequest) -> Result<Response, HttpFailure> {
    let return_to = request.parameter("return_to").unwrap_or_default();
    show(&request, StatusCode::OK, SignInView { return_to, ..SignInView::default() }).await
}

/// Signs in.
pub(super) async fn submit(request: PageRequest, form: Result<Form<SignIn>, FormRejection>) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let view = SignInView {
        return_to: form.return_to.clone(),
        name: form.name.clone().unwrap_or_default(),
        tried_token: form.token.is_some(),
        ..SignInView::default()
    };
    match enter(&request, form).await {
        Ok(opened) => Ok(signed_in(&request, &opened, &view.return_to).await),
        Err(error) => refuse(&request, view, error).await,
    }
}

async fn enter(request: &PageRequest, form: SignIn) -> Result<Opened, PortalError> {
    use secrecy::ExposeSecret as _;
    let access = request.state.portal.access();
    let visitor = request.visitor();
    let forbidden = |message: &str| Err(PortalError::Forbidden { message: message.to_owned() });
    match form {
        SignIn { person: Some(person), .. } if request.state.site.demo => {
            let person: EntityRef = person.parse().map_err(|error: model::EntityRefError| PortalError::invalid(error.to_string()))?;
            access.open_sample_session(&person, &visitor).await
        }
        SignIn { token: Some(token), .. } if access.is_admin_token(token.expose_secret().trim()) => {
            access.open_admin_session(&visitor).await
        }
        SignIn { token: Some(_), .. } if access.has_admin_token() => {
            access.refused_admin_token(&visitor).await;
            forbidden("That is not the admin token of this portal. Check for missing characters and try again.")
        }
        SignIn { token: Some(_), .. } => forbidden("This portal has no admin token. Set WAYMARK_ADMIN_TOKEN and start it again."),
        SignIn { name: Some(name), password: Some(password), .. } => access.sign_in_with_password(&name, password, &visitor).await,
        _ => forbidden("Choose how to sign in."),
    }
}

/// The page again, with what was typed and why it did not work; but a fault of ours is one.
async fn refuse(request: &PageRequest, view: SignInView, error: PortalError) -> Result<Response, HttpFailure> {
    let failure = HttpFailure::from(error.clone());
    if failure.status.is_server_error() {
        return Err(failure);
    }
    let text = match &error {
        PortalError::RateLimited { retry_after_seconds } => format!("Too many tries. Try again in {}.", wait(*retry_after_seconds)),
        other => other.to_string(),
    };
    let status = if failure.status == StatusCode::TOO_MANY_REQUESTS { failure.status } else { StatusCode::FORBIDDEN };
    let mut response = show(request, status, SignInView { error: Some(text), ..view }).await?;
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// How long to wait, for people.
pub(super) fn wait(seconds: u32) -> String {
    match seconds {
        ..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Signs out.
pub(super) async fn sign_out(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let ended = request.state.portal.access().end_session(&caller).await?;
    let jar = request.state.site.jar();
    let flash = Flash { level: FlashLevel::Ok, text: "You are signed out.".to_owned() };
    let cookies = [jar.gone(jar.session_name()), jar.gone(cookies::SEQ), jar.flash(&flash)];
    // Else the provider would sign the next person in as this one, without asking.
    if let Some(ended) = ended
        && let Some(address) = request.state.portal.providers().logout_address(&ended).await
    {
        return leave(&address, cookies);
    }
    Ok(PageRequest::redirect("/sign-in", cookies))
}

async fn show(request: &PageRequest, status: StatusCode, view: SignInView) -> Result<Response, HttpFailure> {
    let access = request.state.portal.access();
    let view = SignInView {
        return_to: safe_return(&view.return_to).to_owned(),
        providers: request.state.portal.providers().buttons(),
        people: if request.state.site.demo { request.state.portal.people().samples().await? } else { Vec::new() },
        password: access.has_accounts(),
        token: access.has_admin_token(),
        ..view
    };
    let no_way_in = view.people.is_empty() && view.providers.is_empty() && !view.password && !view.token;
    let hint = || {
        "There is no way to sign in yet. Make a link for the first administrator with: waymark admin setup-link. Or set WAYMARK_ADMIN_TOKEN and \
         start the portal again."
            .to_owned()
    };
    let view = SignInView { error: view.error.or_else(|| no_way_in.then(hint)), ..view };
    Ok(request.page_with(status, Place::Elsewhere, |frame| app::render::sign_in(frame, view)))
}
