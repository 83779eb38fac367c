//! `/admin/policies` and `/why`.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use model::{
    PortalError, Seq,
    view::{Flash, FlashLevel, Place, PolicyForm, PolicyView, policy_href},
};
use portal::PolicySaved;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Fields that a form may have; more are not looked at.
const FIELDS: usize = 50;

/// A form that was sent.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn of(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).take(FIELDS).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(have, _)| have == name).map_or("", |(_, value)| value)
    }

    fn number(&self, name: &str) -> i64 {
        self.get(name).parse().unwrap_or_default()
    }

    fn form(&self) -> PolicyForm {
        PolicyForm::parse(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// Every policy.
pub(super) async fn list(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.policies().list(&caller).await?;
    Ok(request.page(Place::AdminPolicies, |frame| app::render::policies(frame, view)))
}

/// The editor of a new policy.
pub(super) async fn new(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let example = request.parameter("example").unwrap_or_default();
    let view = request.state.portal.policies().fresh(&caller, &example).await?;
    Ok(drawn(&request, StatusCode::OK, view))
}

/// Reviews, tests or makes a new policy.
pub(super) async fn create(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let sent = Sent::of(&body);
    submit(&caller, &request, &sent, sent.form(), true).await
}

/// One policy.
pub(super) async fn one(Signed(caller): Signed, Path(name): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.policies().one(&caller, &name).await?;
    Ok(drawn(&request, StatusCode::OK, view))
}

/// Reviews, tests or saves a policy.
pub(super) async fn change(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let sent = Sent::of(&body);
    let form = PolicyForm { name, ..sent.form() };
    submit(&caller, &request, &sent, form, false).await
}

async fn submit(
    caller: &model::Caller,
    request: &PageRequest,
    sent: &Sent,
    form: PolicyForm,
    is_new: bool,
) -> Result<Response, HttpFailure> {
    let policies = request.state.portal.policies();
    match sent.get("do") {
        "save" => match policies.save(caller, form, is_new).await? {
            PolicySaved::Done(name, seq) => {
                let said = app::text::policies::saved(&name);
                Ok(done(request, &policy_href(&name), said, seq))
            }
            PolicySaved::Again(view, true) => Ok(drawn(request, StatusCode::CONFLICT, *view)),
            PolicySaved::Again(view, false) => Ok(drawn(request, status(&view), *view)),
        },
        "test" => {
            let view = policies.test(caller, form, is_new).await?;
            Ok(drawn(request, status(&view), view))
        }
        _ => {
            let view = policies.review(caller, form, is_new).await?;
            Ok(drawn(request, status(&view), view))
        }
    }
}

/// A review and a test are answers; what has mistakes is not.
fn status(view: &PolicyView) -> StatusCode {
    if view.conflict.is_some() {
        StatusCode::CONFLICT
    } else if view.errors.is_empty() && view.problems.is_empty() && view.message.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn drawn(request: &PageRequest, status: StatusCode, view: PolicyView) -> Response {
    request.page_with(status, Place::AdminPolicies, |frame| app::render::policy(frame, view))
}

/// Switches a policy on or off.
pub(super) async fn enable(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let sent = Sent::of(&body);
    let on = sent.get("enabled") == "true";
    let result = request.state.portal.policies().enable(&caller, &name, sent.number("version"), on).await;
    back(&request, &policy_href(&name), app::text::policies::turned(&name, on), result)
}

/// The question before a policy is deleted.
pub(super) async fn question(Signed(caller): Signed, Path(name): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.policies().delete_page(&caller, &name).await?;
    Ok(request.page(Place::AdminPolicies, |frame| app::render::delete_policy(frame, view)))
}

/// Deletes a policy.
pub(super) async fn delete(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let result = request.state.portal.policies().delete(&caller, &name, Sent::of(&body).number("version")).await;
    let path = if result.is_ok() { "/admin/policies".to_owned() } else { policy_href(&name) };
    back(&request, &path, app::text::policies::deleted(&name), result)
}

/// The history of a policy.
pub(super) async fn history(Signed(caller): Signed, Path(name): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.policies().history(&caller, &name).await?;
    Ok(request.page(Place::AdminPolicies, |frame| app::render::policy_history(frame, view)))
}

/// Brings an older version back.
pub(super) async fn rollback(
    Signed(caller): Signed,
    Path(name): Path<String>,
    request: PageRequest,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let sent = Sent::of(&body);
    let to = sent.number("to");
    let result = request.state.portal.policies().rollback(&caller, &name, to, sent.number("version")).await;
    back(&request, &format!("{}/history", policy_href(&name)), app::text::policies::rolled_back(&name, to), result)
}

/// Why somebody may or may not do something.
pub(super) async fn why(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let asked = |name: &str| request.parameter(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let view = request.state.portal.policies().why(&caller, &asked("who"), &asked("action"), &asked("resource")).await?;
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(request.page_with(status, Place::Elsewhere, |frame| app::render::why(frame, view)))
}

fn done(request: &PageRequest, path: &str, text: String, seq: Seq) -> Response {
    let jar = request.state.site.jar();
    PageRequest::redirect(path, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text })])
}

/// Back to a page with what happened; what was refused is said there too.
fn back(request: &PageRequest, path: &str, text: String, result: Result<Seq, PortalError>) -> Result<Response, HttpFailure> {
    match result {
        Ok(seq) => Ok(done(request, path, text, seq)),
        Err(error @ (PortalError::Conflict { .. } | PortalError::Invalid { .. })) => {
            let flash = Flash { level: FlashLevel::Danger, text: error.to_string() };
            Ok(PageRequest::redirect(path, [request.state.site.jar().flash(&flash)]))
        }
        Err(error) => Err(error.into()),
    }
}
