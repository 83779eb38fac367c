//! `/admin/service-accounts`: machines and their tokens; `/admin/tokens`: every token there is.

use axum::{
    Form,
    body::Bytes,
    extract::{Path, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use model::{
    FieldError, PortalError,
    view::{Flash, FlashLevel, MadeToken, Place, ServiceAccountForm, TokenForm, TokensQuery},
};
use portal::{NewServiceAccount, NewToken, TokenOwner};
use serde::Deserialize;

use super::{
    people::{done_at, once},
    settings::token_form,
};
use crate::http::{
    access::{Signed, safe_return},
    failure::HttpFailure,
    page::PageRequest,
};

/// The service accounts.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.admin().service_accounts(&caller).await?;
    Ok(request.page(Place::AdminServiceAccounts, |frame| app::render::service_accounts(frame, view)))
}

/// The form that makes one.
pub(super) async fn new(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    request.state.portal.admin().new_service_account(&caller).await?;
    let form = ServiceAccountForm::default();
    Ok(request.page(Place::AdminServiceAccounts, |frame| app::render::new_service_account(frame, form)))
}

/// `name=ci&description=…&owner=group:default/platform`
#[derive(Debug, Deserialize)]
pub(super) struct Creating {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    owner: String,
}

/// Makes a service account.
pub(super) async fn create(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<Creating>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(Creating { name, description, owner }) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let new = NewServiceAccount { name: name.clone(), description: description.clone(), owner: owner.clone() };
    let (status, errors) = match request.state.portal.access().create_service_account(&caller, &new).await {
        Ok(seq) => {
            let name = name.trim().to_lowercase();
            let jar = request.state.site.jar();
            let flash = Flash { level: FlashLevel::Ok, text: app::text::admin::service_account_made(&name) };
            return Ok(PageRequest::redirect(&format!("/admin/service-accounts/{name}"), [jar.seq(seq), jar.flash(&flash)]));
        }
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => (StatusCode::BAD_REQUEST, fields),
        Err(PortalError::Conflict { message }) => (StatusCode::CONFLICT, vec![FieldError { field: "name".to_owned(), message }]),
        Err(other) => return Err(other.into()),
    };
    let form = ServiceAccountForm { name, description, owner, errors };
    Ok(request.page_with(status, Place::AdminServiceAccounts, |frame| app::render::new_service_account(frame, form)))
}

/// One service account.
pub(super) async fn one(Signed(caller): Signed, Path(name): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.admin().service_account(&caller, &name).await?;
    Ok(request.page(Place::AdminServiceAccounts, |frame| app::render::service_account(frame, view)))
}

/// `do=off` or `do=on`
#[derive(Debug, Deserialize)]
pub(super) struct Switching {
    #[serde(rename = "do")]
    what: String,
}

/// Switches a service account off or on.
pub(super) async fn switch(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    form: Result<Form<Switching>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let off = match form.what.as_str() {
        "off" => true,
        "on" => false,
        other => return Err(HttpFailure::invalid(format!("a service account cannot be done \"{other}\" to"))),
    };
    let seq = request.state.portal.access().disable_service_account(&caller, &name, off).await?;
    let jar = request.state.site.jar();
    let flash = Flash { level: FlashLevel::Ok, text: app::text::admin::service_account_switched(&name, off) };
    Ok(PageRequest::redirect(&format!("/admin/service-accounts/{name}"), [jar.seq(seq), jar.flash(&flash)]))
}

/// The form that makes a token of a service account.
pub(super) async fn new_token(Signed(caller): Signed, Path(name): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let form = TokenForm { days: "90".to_owned(), scopes: vec!["catalog:read".to_owned()], ..TokenForm::default() };
    let view = request.state.portal.admin().new_token(&caller, &name, form).await?;
    Ok(request.page(Place::AdminServiceAccounts, |frame| app::render::new_token(frame, view)))
}

/// Makes a token of a service account, and shows it once.
pub(super) async fn create_token(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let (mut form, days) = token_form(&body)?;
    let owner = TokenOwner::Service(name.clone());
    let new = NewToken { owner, name: form.name.clone(), scopes: form.scopes.clone(), expires_days: days };
    match request.state.portal.access().create_token(&caller, &new).await {
        Ok(created) => {
            let mut view = request.state.portal.admin().service_account(&caller, &name).await?;
            view.made = Some(MadeToken { name: form.name, token: created.token });
            Ok(once(request.page(Place::AdminServiceAccounts, |frame| app::render::service_account(frame, view))))
        }
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => {
            form.errors = fields;
            let view = request.state.portal.admin().new_token(&caller, &name, form).await?;
            Ok(request.page_with(StatusCode::BAD_REQUEST, Place::AdminServiceAccounts, |frame| app::render::new_token(frame, view)))
        }
        Err(error) => done_at(&request, &format!("/admin/service-accounts/{name}"), Err(error)),
    }
}

/// Every token there is.
pub(super) async fn tokens(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = TokensQuery::parse(request.query());
    let view = request.state.portal.admin().tokens(&caller, &query).await?;
    Ok(request.page(Place::AdminServiceAccounts, |frame| app::render::all_tokens(frame, view)))
}

/// Revokes a token, and goes back to where the button was.
pub(super) async fn revoke_token(
    Signed(caller): Signed,
    Path(id): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let back = form_urlencoded::parse(&body).find(|(name, _)| name == "return_to").map(|(_, value)| value.into_owned());
    let back = back.filter(|back| !back.is_empty()).unwrap_or_else(|| "/admin/tokens".to_owned());
    let done = request.state.portal.access().revoke_token(&caller, &id).await;
    done_at(&request, safe_return(&back), done.map(|_| app::text::settings::REVOKED.to_owned()))
}
