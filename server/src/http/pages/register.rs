//! `/register`: one address for all steps. What was typed travels in the form, so nothing is kept between them.

use axum::{body::Bytes, http::StatusCode, response::Response};
use model::view::{Flash, FlashLevel, Place, RegisterBy, RegisterForm, RegisterOutcome, RegisterView};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// Fields that the form may have; more are not looked at.
const FIELDS: usize = 50;

/// The first step.
pub(super) async fn page(Signed(_): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let by = if request.parameter("by").is_some_and(|by| by == "text") { RegisterBy::Text } else { RegisterBy::Address };
    let address = request.parameter("address").unwrap_or_default();
    let view = RegisterView { form: RegisterForm { by, address, ..RegisterForm::default() }, ..RegisterView::default() };
    Ok(request.page(Place::Register, |frame| app::render::register(frame, view)))
}

/// Looks, or registers.
pub(super) async fn submit(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let sent: Vec<_> = form_urlencoded::parse(&body).take(FIELDS).collect();
    let form = RegisterForm::parse(sent.iter().map(|(name, value)| (&**name, &**value)));
    let catalog = request.state.portal.catalog();
    if !sent.iter().any(|(name, value)| name == "do" && value == "register") {
        let view = catalog.register_preview(&caller, form).await?;
        return Ok(again(&request, view, false));
    }
    match catalog.register_form(&caller, form).await? {
        RegisterOutcome::Done(registered, seq) => {
            let text = app::text::register::registered(registered.entity.as_deref(), registered.entities);
            let jar = request.state.site.jar();
            Ok(PageRequest::redirect(&registered.href, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text })]))
        }
        RegisterOutcome::Again(view, taken) => Ok(again(&request, *view, taken)),
    }
}

/// A preview is an answer; what cannot be looked at is not.
fn again(request: &PageRequest, view: RegisterView, taken: bool) -> Response {
    let status = match (taken, view.errors.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    request.page_with(status, Place::Register, |frame| app::render::register(frame, view))
}
