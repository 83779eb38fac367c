//! `/admin`, and everybody who can sign in under `/admin/people`.

use axum::{
    Form,
    extract::{Path, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use model::{
    EntityRef, FieldError, PortalError,
    view::{AccountForm, Flash, FlashLevel, NewAccountView, PeopleQuery, Place, SetupLink},
};
use serde::Deserialize;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Hours for which a set-up link works, as `identity::setup` has it.
const LINK_HOURS: u64 = 24;

/// The first part of administration that the caller may see.
pub(super) async fn admin(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let first = request.state.portal.admin_places(&caller).first().and_then(|place| place.admin_href());
    // Whoever may see none of it is not told that it is there.
    let first = first.ok_or_else(|| HttpFailure::not_found("there is nothing at /admin"))?;
    Ok(PageRequest::redirect(first, []))
}

/// Everybody who can sign in, or did.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = PeopleQuery::parse(request.query());
    let view = request.state.portal.admin().people(&caller, &query).await?;
    Ok(request.page(Place::AdminPeople, |frame| app::render::people(frame, view)))
}

/// One person.
pub(super) async fn one(
    Signed(caller): Signed,
    Path((namespace, name)): Path<(String, String)>,
    request: PageRequest,
) -> Result<Response, HttpFailure> {
    let view = request.state.portal.admin().person(&caller, &EntityRef::new("user", namespace, name)).await?;
    Ok(request.page(Place::AdminPeople, |frame| app::render::person(frame, view)))
}

/// `session=s_…`, or `all=true`
#[derive(Debug, Deserialize)]
pub(super) struct SessionsForm {
    session: Option<String>,
    all: Option<String>,
}

/// Ends one session of somebody, or all.
pub(super) async fn end_sessions(
    Signed(caller): Signed,
    Path((namespace, name)): Path<(String, String)>,
    request: PageRequest,
    form: Result<Form<SessionsForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let person = EntityRef::new("user", namespace, name);
    let access = request.state.portal.access();
    let done = match (&form.session, &form.all) {
        (Some(session), _) => access.revoke_session(&caller, session).await.map(|()| app::text::admin::SESSION_ENDED.to_owned()),
        (None, Some(_)) => access.revoke_all_of(&caller, &person).await.map(app::text::admin::sessions_ended),
        (None, None) => Err(PortalError::invalid("say which session")),
    };
    done_at(&request, &address(&person), done)
}

/// `do=off`, `do=on` or `do=link`
#[derive(Debug, Deserialize)]
pub(super) struct AccountAction {
    #[serde(rename = "do")]
    what: String,
}

/// Switches somebody off or on, or makes a new set-up link for their local account.
pub(super) async fn account(
    Signed(caller): Signed,
    Path((namespace, name)): Path<(String, String)>,
    request: PageRequest,
    form: Result<Form<AccountAction>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let person = EntityRef::new("user", namespace, name);
    let mut view = request.state.portal.admin().person(&caller, &person).await?;
    let off = match form.what.as_str() {
        "link" => {
            let account = view.account.as_ref().map(|account| account.name.clone());
            let account = account.ok_or_else(|| HttpFailure::invalid(format!("{person} has no local account")))?;
            view.link = Some(link(&request, &caller, &account).await?);
            return Ok(once(request.page(Place::AdminPeople, |frame| app::render::person(frame, view))));
        }
        "off" => true,
        "on" => false,
        other => return Err(HttpFailure::invalid(format!("an account cannot be done \"{other}\" to"))),
    };
    let done = request.state.portal.access().disable_account(&caller, &person.to_string(), off).await;
    let jar = request.state.site.jar();
    match done {
        Ok(seq) => {
            let flash = Flash { level: FlashLevel::Ok, text: app::text::admin::person_switched(&view.row.person.title, off) };
            Ok(PageRequest::redirect(&address(&person), [jar.seq(seq), jar.flash(&flash)]))
        }
        Err(error) => done_at(&request, &address(&person), Err(error)),
    }
}

/// The form that makes a local account.
pub(super) async fn new_account(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    request.state.portal.admin().new_account(&caller).await?;
    Ok(request.page(Place::AdminPeople, |frame| app::render::new_account(frame, NewAccountView::default())))
}

/// `name=ada`
#[derive(Debug, Deserialize)]
pub(super) struct NewAccount {
    #[serde(default)]
    name: String,
}

/// Makes a set-up link for a local account, and shows it once.
pub(super) async fn create_account(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<NewAccount>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let (status, view) = match link(&request, &caller, form.name.trim()).await {
        Ok(link) => (StatusCode::OK, NewAccountView { link: Some(link), ..NewAccountView::default() }),
        Err(PortalError::Invalid { message, .. } | PortalError::Conflict { message }) => {
            let errors = vec![FieldError { field: "name".to_owned(), message }];
            (StatusCode::BAD_REQUEST, NewAccountView { form: AccountForm { name: form.name, errors }, link: None })
        }
        Err(error) => return Err(error.into()),
    };
    Ok(once(request.page_with(status, Place::AdminPeople, |frame| app::render::new_account(frame, view))))
}

async fn link(request: &PageRequest, caller: &model::Caller, account: &str) -> Result<SetupLink, PortalError> {
    let secret = request.state.portal.access().create_setup_link(caller, Some(account)).await?;
    let address = format!("{}/setup?token={secret}", request.origin());
    Ok(SetupLink { account: account.to_lowercase(), address, hours: LINK_HOURS })
}

/// An answer that shows a secret: no cache keeps it, the browser's own included.
pub(super) fn once(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Somebody's page.
fn address(person: &EntityRef) -> String {
    let path = |part: &str| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>();
    format!("/admin/people/{}/{}", path(&person.namespace().to_lowercase()), path(person.name()))
}

/// Back to a page with what happened; what was refused is said there too.
pub(super) fn done_at(request: &PageRequest, path: &str, done: Result<String, PortalError>) -> Result<Response, HttpFailure> {
    let flash = match done {
        Ok(text) => Flash { level: FlashLevel::Ok, text },
        Err(error @ (PortalError::Conflict { .. } | PortalError::Forbidden { .. } | PortalError::NotFound { .. })) => {
            Flash { level: FlashLevel::Danger, text: error.to_string() }
        }
        Err(error) => return Err(error.into()),
    };
    Ok(PageRequest::redirect(path, [request.state.site.jar().flash(&flash)]))
}
