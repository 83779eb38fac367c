//! `/admin/roles`: the roles, and the forms that give and take them.

use axum::{Form, extract::rejection::FormRejection, http::StatusCode, response::Response};
use model::{
    FieldError, PortalError,
    view::{Flash, FlashLevel, GrantForm, Place},
};
use serde::Deserialize;

use super::people::done_at;
use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The roles, and who has them.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.roles().page(&caller).await?;
    Ok(request.page(Place::AdminRoles, |frame| app::render::roles(frame, view)))
}

/// The form that gives a role, filled with what the address says.
pub(super) async fn grant_page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let given = |name: &str| request.parameter(name).unwrap_or_default();
    let form = GrantForm {
        role: given("role"),
        to: given("to"),
        person: given("person"),
        group: given("group"),
        service: given("service"),
        errors: Vec::new(),
    };
    let view = request.state.portal.roles().grant_page(&caller, form).await?;
    Ok(request.page(Place::AdminRoles, |frame| app::render::grant(frame, view)))
}

/// `role=sre&to=group&group=group:default/operations`
#[derive(Debug, Deserialize)]
pub(super) struct Granting {
    #[serde(default)]
    role: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    service: String,
}

impl Granting {
    /// To whom, as it is recorded; a name without its kind is of the kind that was chosen.
    fn holder(&self) -> Result<String, FieldError> {
        let named = |kind: &str, field: &str, value: &str| match value.trim() {
            "" => Err(FieldError { field: field.to_owned(), message: "Pick somebody from the list.".to_owned() }),
            value if value.contains(':') => Ok(value.to_owned()),
            value => Ok(format!("{kind}:{value}")),
        };
        match self.to.as_str() {
            "group" => named("group", "group", &self.group),
            "service" => named("service", "service", &self.service),
            "everyone" => Ok("everyone".to_owned()),
            _ => named("user", "person", &self.person),
        }
    }
}

/// Gives a role.
pub(super) async fn grant(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<Granting>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let done = match form.holder() {
        Ok(to) => request.state.portal.roles().grant(&caller, &form.role, &to).await.map(|seq| (seq, to)),
        Err(error) => Err(PortalError::Invalid { message: error.message.clone(), fields: vec![error] }),
    };
    let field = if form.to.is_empty() { "person" } else { form.to.as_str() };
    let (status, errors) = match done {
        Ok((seq, to)) => {
            let jar = request.state.site.jar();
            let flash = Flash { level: FlashLevel::Ok, text: app::text::admin::granted(&form.role, &to) };
            return Ok(PageRequest::redirect("/admin/roles", [jar.seq(seq), jar.flash(&flash)]));
        }
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => {
            // What is wrong with whom it is given to stands at the field that was filled.
            let at = |error: FieldError| if error.field == "to" { FieldError { field: field.to_owned(), ..error } } else { error };
            (StatusCode::BAD_REQUEST, fields.into_iter().map(at).collect())
        }
        Err(PortalError::Conflict { message }) => (StatusCode::CONFLICT, vec![FieldError { field: field.to_owned(), message }]),
        Err(other) => return Err(other.into()),
    };
    let Granting { role, to, person, group, service } = form;
    let view = request.state.portal.roles().grant_page(&caller, GrantForm { role, to, person, group, service, errors }).await?;
    Ok(request.page_with(status, Place::AdminRoles, |frame| app::render::grant(frame, view)))
}

/// `role=sre&to=user:default/ada`
#[derive(Debug, Deserialize)]
pub(super) struct Taking {
    role: String,
    to: String,
}

/// Takes a role away.
pub(super) async fn take(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<Taking>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    match request.state.portal.roles().take(&caller, &form.role, &form.to).await {
        Ok(seq) => {
            let jar = request.state.site.jar();
            let flash = Flash { level: FlashLevel::Ok, text: app::text::admin::taken(&form.role, &form.to) };
            Ok(PageRequest::redirect("/admin/roles", [jar.seq(seq), jar.flash(&flash)]))
        }
        Err(error) => done_at(&request, "/admin/roles", Err(error)),
    }
}
