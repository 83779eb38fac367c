//! The page that says what went wrong and what to do next.

use axum::response::Response;
use model::view::{ErrorView, Place};

use crate::http::{
    failure::{self, Asked, HttpFailure},
    page::PageRequest,
    state::AppState,
};

/// The failure as a page, with the person in the header if the gate found out who it is.
pub(in crate::http) fn failure_page(state: &AppState, failed: &HttpFailure, asked: &Asked) -> Response {
    let caller = asked.caller.get().cloned();
    let view = ErrorView {
        status: failed.status.as_u16(),
        title: failure::title(failed).to_owned(),
        // The title says whose fault it is, and the id stands by itself.
        message: match &failed.incident {
            Some(_) => "Try again. If it stays like this, tell whoever runs Waymark the incident below.".to_owned(),
            None => failure::with_fields(failed),
        },
        next: next(failed, asked.uri.path(), caller.is_some()),
        incident: failed.incident.clone(),
    };
    let request = PageRequest::new(state.clone(), caller, asked.uri.clone(), asked.headers.clone());
    let mut response = request.page_with(failed.status, Place::Elsewhere, |frame| app::render::error(frame, view));
    if let Some(seconds) = failed.retry_after {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Where somebody learns why they may not, and what would change that.
fn why(failed: &HttpFailure) -> Option<(String, String)> {
    let refused = portal::last_refusal().filter(|_| failed.status == 403)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", refused.action.id());
    if let Some(resource) = &refused.resource {
        query.append_pair("resource", resource);
    }
    Some((app::text::policies::WHY_LINK.to_owned(), format!("/why?{}", query.finish())))
}

/// Where to go from here: label and path.
fn next(failed: &HttpFailure, path: &str, signed_in: bool) -> Vec<(String, String)> {
    let to = |label: &str, path: &str| (label.to_owned(), path.to_owned());
    if !signed_in {
        return vec![to("Sign in", "/sign-in")];
    }
    let mut out = Vec::new();
    out.extend(why(failed));
    let parts: Vec<_> = path.split('/').collect();
    if failed.status == 404
        && let ["", "catalog", _, _, name, ..] = parts[..]
    {
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", &name).finish();
        out.push((format!("Search for {name}"), format!("/search?{query}")));
    }
    if failed.status.is_server_error() {
        out.push(to("Try again", path));
    }
    out.push(to("Open the catalog", "/catalog"));
    out.push(to("Go to your home page", "/"));
    out
}
