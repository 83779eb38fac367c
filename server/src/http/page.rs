//! What every page handler needs of its request, and how a page becomes an answer.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use model::{
    Caller,
    view::{Frame, Place},
};

use super::{
    access::{Signed, see_other},
    cookies, random,
    state::AppState,
};

/// A request for a page.
#[derive(Debug)]
pub(super) struct PageRequest {
    pub(super) state: AppState,
    /// Who asks; nobody on the sign-in page.
    caller: Option<Arc<Caller>>,
    pub(super) uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for PageRequest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Signed>().map(|signed| Arc::clone(&signed.0));
        Ok(Self { state: state.clone(), caller, uri: parts.uri.clone(), headers: parts.headers.clone() })
    }
}

impl PageRequest {
    pub(super) fn new(state: AppState, caller: Option<Caller>, uri: Uri, headers: HeaderMap) -> Self {
        Self { state, caller: caller.map(Arc::new), uri, headers }
    }

    /// The raw query string.
    pub(super) fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// The first value of a parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query().as_bytes()).find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
    }

    /// Whether the browser only fetches the page in case it is wanted next.
    pub(super) fn is_prefetch(&self) -> bool {
        self.headers.get("sec-purpose").and_then(|purpose| purpose.to_str().ok()).is_some_and(|purpose| purpose.contains("prefetch"))
    }

    /// Draws the page and answers 200.
    pub(super) fn page(&self, place: Place, draw: impl FnOnce(Frame) -> String) -> Response {
        self.page_with(StatusCode::OK, place, draw)
    }

    /// Draws the page and answers with `status`.
    pub(super) fn page_with(&self, status: StatusCode, place: Place, draw: impl FnOnce(Frame) -> String) -> Response {
        let nonce = random::token(16);
        let policy = content_security_policy(&nonce);
        // A page that is fetched in advance must not use up the message.
        let flash = if self.is_prefetch() { None } else { cookies::flash(&self.headers) };
        let clear = flash.is_some().then(|| self.state.site.jar().gone(cookies::FLASH));
        let frame = Frame {
            organisation: self.state.site.organisation.clone(),
            person: self.caller.as_ref().map(|caller| self.state.portal.people().badge(caller)),
            theme: cookies::theme(&self.headers),
            place,
            path: self.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            flash,
            demo: self.state.site.demo,
            kind_icons: Arc::clone(&self.state.site.kind_icons),
            admin: Vec::new(),
            unread: 0,
            announcements: Vec::new(),
            assets: self.state.assets.prefix().to_owned(),
            nonce,
        };
        let mut response = (status, Html(draw(frame))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        if let Some(clear) = clear {
            headers.append(header::SET_COOKIE, clear);
        }
        response
    }

    /// 303 to a path of this portal, with cookies.
    pub(super) fn redirect(path: &str, set_cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
        let mut response = see_other(path);
        for cookie in set_cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The policy of a page whose own scripts carry `nonce`.
fn content_security_policy(nonce: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).expect("a nonce is base64, so the policy is plain ASCII")
}
