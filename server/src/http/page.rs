//! What every page handler needs of its request, and how a page becomes an answer.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use model::{
    Caller,
    view::{AnnouncementView, Frame, Place},
};

use super::{
    access::{Origin, Signed, see_other},
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
    /// Messages in the person's inbox that are not read yet.
    unread: usize,
    origin: Origin,
}

impl FromRequestParts<AppState> for PageRequest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Signed>().map(|signed| Arc::clone(&signed.0));
        let unread = match &caller {
            Some(caller) => state.portal.notifications().unread(caller).await,
            None => 0,
        };
        let origin = parts.extensions.get::<Origin>().copied().unwrap_or_default();
        Ok(Self { state: state.clone(), caller, uri: parts.uri.clone(), headers: parts.headers.clone(), origin, unread })
    }
}

impl PageRequest {
    pub(super) fn new(state: AppState, caller: Option<Arc<Caller>>, uri: Uri, headers: HeaderMap) -> Self {
        Self { state, caller, uri, headers, origin: Origin::default(), unread: 0 }
    }

    /// The headers that came with it.
    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where it comes from.
    pub(super) fn client(&self) -> Origin {
        self.origin
    }

    /// What stands before each path in addresses for people: as configured, else as the browser reached this portal.
    pub(super) fn origin(&self) -> String {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        match (&self.state.site.public_url, host) {
            (None, Some(host)) => format!("http://{host}"),
            _ => self.state.site.origin(),
        }
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
        let policy = content_security_policy(&nonce, &self.state.portal.providers().form_origins());
        // A page that is fetched in advance must not use up the message.
        let flash = if self.is_prefetch() { None } else { cookies::flash(&self.headers) };
        let clear = flash.is_some().then(|| self.state.site.jar().gone(cookies::FLASH));
        let frame = Frame {
            organisation: self.state.portal.branding().organisation().unwrap_or_else(|| self.state.site.organisation.clone()),
            person: self.caller.as_ref().map(|caller| self.state.portal.people().badge(caller)),
            theme: cookies::theme(&self.headers),
            place,
            path: self.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            flash,
            demo: self.state.site.demo,
            kind_icons: Arc::clone(&self.state.site.kind_icons),
            admin: self.caller.as_ref().map(|caller| self.state.portal.admin_places(caller)).unwrap_or_default(),
            unread: self.unread,
            keys_off: self.caller.as_ref().is_some_and(|caller| self.state.portal.keys_off(caller)),
            announcements: self.announcements(),
            branding: self.state.portal.branding().shown(),
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

    /// What is announced to whoever is signed in, without what this browser closed.
    fn announcements(&self) -> Vec<AnnouncementView> {
        if self.caller.is_none() {
            return Vec::new();
        }
        let closed = cookies::closed(&self.headers);
        self.state.portal.announcements().current(|id| closed.contains(&id))
    }

    /// The cookie of closed announcements with one more in it.
    pub(super) fn closed_with(&self, id: &str) -> HeaderValue {
        self.state.site.jar().closed(&cookies::closed(&self.headers), id)
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

/// The policy of a page whose own scripts carry `nonce`, and whose forms may lead on to the sign-in providers: signing out does.
fn content_security_policy(nonce: &str, providers: &[String]) -> HeaderValue {
    let providers = providers.iter().fold(String::new(), |out, origin| out + " " + origin);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: https:; \
         font-src 'self'; connect-src 'self'; form-action 'self'{providers}; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).expect("a nonce is base64 and an origin is ASCII, so the policy is")
}
