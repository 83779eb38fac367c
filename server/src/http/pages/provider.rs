//! `/sign-in/{provider}`: to a provider, back from it, and what it says when somebody left there; and `/admin/providers`.

use axum::{
    Form, Json,
    extract::{Path, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use model::{PortalError, view::Place};
use portal::{Callback, NotLetIn};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::http::{
    access::{Signed, safe_return, signed_in},
    cookies,
    failure::HttpFailure,
    page::PageRequest,
    random,
};

/// What a button of the sign-in page may send.
#[derive(Debug, Deserialize)]
pub(super) struct StartForm {
    #[serde(default)]
    return_to: String,
}

/// To the provider. A link and no form leads here: pages allow their forms to lead to the providers' own addresses only, and many providers
/// pass people on to another one.
pub(super) async fn start(Path(provider): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    if request.is_prefetch() {
        // It was not asked for yet, and would begin a sign-in that nobody finishes.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let return_to = request.parameter("return_to").unwrap_or_default();
    begin(&request, &provider, &return_to).await
}

/// As [`start`], from a form.
pub(super) async fn start_form(
    Path(provider): Path<String>,
    request: PageRequest,
    form: Result<Form<StartForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    begin(&request, &provider, &form.return_to).await
}

async fn begin(request: &PageRequest, provider: &str, return_to: &str) -> Result<Response, HttpFailure> {
    let jar = request.state.site.jar();
    // Kept if it is there, so that sign-ins in two tabs do not spoil each other.
    let kept = cookies::get(request.headers(), jar.sign_in_name()).filter(|kept| kept.len() == 43);
    let browser = kept.map_or_else(|| random::token(32), str::to_owned);
    let address = request.state.portal.providers().start(provider, &browser, safe_return(return_to), &request.visitor()).await?;
    leave(&address, [jar.sign_in(&browser)])
}

/// Back from the provider.
pub(super) async fn callback(Path(provider): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let jar = request.state.site.jar();
    let callback = Callback {
        code: request.parameter("code"),
        state: request.parameter("state"),
        issuer: request.parameter("iss"),
        error: request.parameter("error"),
        error_description: request.parameter("error_description"),
        browser: cookies::get(request.headers(), jar.sign_in_name()).map(str::to_owned),
    };
    match request.state.portal.providers().finish(&provider, &callback, &request.visitor()).await {
        Ok(finished) => Ok(signed_in(&request, &finished.opened, &finished.return_to).await),
        Err(NotLetIn::Failed(error)) => Err(error.into()),
        Err(NotLetIn::Refused(view)) => {
            Ok(request.page_with(StatusCode::FORBIDDEN, Place::Elsewhere, |frame| app::render::not_let_in(frame, *view)))
        }
    }
}

/// What a provider sends when somebody left there.
#[derive(Deserialize)]
pub(super) struct LogoutForm {
    logout_token: String,
}

/// Ends what has ended there. Source of the shape: OpenID Connect Back-Channel Logout 1.0, section 2.8.
pub(super) async fn back_channel_logout(
    Path(provider): Path<String>,
    request: PageRequest,
    form: Result<Form<LogoutForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let refused = |message: &str| {
        let body = Json(json!({ "error": "invalid_request", "error_description": message }));
        Ok((StatusCode::BAD_REQUEST, no_store.clone(), body).into_response())
    };
    let Ok(Form(form)) = form else { return refused("send the token as logout_token in a form") };
    match request.state.portal.providers().back_channel_logout(&provider, &form.logout_token, &request.visitor()).await {
        Ok(_) => Ok((StatusCode::OK, no_store).into_response()),
        Err(error @ PortalError::Invalid { .. }) => refused(&error.to_string()),
        Err(error) => Err(error.into()),
    }
}

/// The providers, and the test of one.
pub(super) async fn admin(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let test = request.parameter("test").filter(|id| !id.is_empty() && !request.is_prefetch());
    let view = request.state.portal.providers().page(&caller, test.as_deref()).await?;
    Ok(request.page(Place::AdminProviders, |frame| app::render::providers(frame, view)))
}

/// 303 to a provider.
pub(super) fn leave(address: &Url, set_cookies: impl IntoIterator<Item = HeaderValue>) -> Result<Response, HttpFailure> {
    let location = HeaderValue::from_str(address.as_str()).map_err(|error| HttpFailure::fault(&error))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    let headers = response.headers_mut();
    // The address is for this browser, once.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in set_cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
