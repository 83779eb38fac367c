//! Who may pass: decided once for every request, before the router, so that no handler can forget to ask.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Caller;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    cookies,
    failure::{Edge, HttpFailure},
    state::AppState,
};

/// Whoever is signed in. The shell has made sure that somebody is.
#[derive(Clone, Debug)]
pub(super) struct Signed(pub(super) Arc<Caller>);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| HttpFailure::new(StatusCode::UNAUTHORIZED, "sign in first"))
    }
}

/// The token that may do everything. Only a hash of it is kept.
#[derive(Debug)]
pub(super) struct AdminToken {
    hash: [u8; 32],
}

/// How long somebody who signed in with the token stays signed in.
const ADMIN_SESSION_SECONDS: u64 = 12 * 3600;
/// What the cookie of such a session starts with; the portal's own sessions never do.
const ADMIN_SESSION: &str = "admin.";

impl AdminToken {
    pub(super) fn new(token: &SecretString) -> Self {
        Self { hash: Sha256::digest(token.expose_secret()).into() }
    }

    /// Whether it is the token. Hashes are compared, so time tells nothing of the token or of its length.
    pub(super) fn is(&self, offered: &str) -> bool {
        let offered: [u8; 32] = Sha256::digest(offered).into();
        self.hash.ct_eq(&offered).into()
    }

    /// A session for the browser, so that the token itself is in no cookie.
    pub(super) fn open_session(&self) -> (String, u32) {
        let until = now() + ADMIN_SESSION_SECONDS;
        let session = format!("{ADMIN_SESSION}{until}.{}", URL_SAFE_NO_PAD.encode(self.seal(until).finalize().into_bytes()));
        (session, ADMIN_SESSION_SECONDS as u32)
    }

    fn holds(&self, session: &str) -> bool {
        let Some((until, seal)) = session.strip_prefix(ADMIN_SESSION).and_then(|rest| rest.split_once('.')) else { return false };
        let (Ok(until), Ok(seal)) = (until.parse(), URL_SAFE_NO_PAD.decode(seal)) else { return false };
        until > now() && self.seal(until).verify_slice(&seal).is_ok()
    }

    fn seal(&self, until: u64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.hash).expect("HMAC takes a key of any length");
        mac.update(b"browser session until ");
        mac.update(&until.to_be_bytes());
        mac
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// What became of a request at the gate.
pub(super) enum Admitted {
    /// It goes on; [`Signed`] is in its extensions unless the address is open to anybody.
    Pass,
    /// The person has to sign in first.
    Redirect(Response),
}

/// Lets the request pass, sends the person to the sign-in page, or refuses.
pub(super) async fn admit(state: &AppState, request: &mut Request<Body>, request_id: String) -> Result<Admitted, HttpFailure> {
    if is_open(request.uri().path()) {
        return Ok(Admitted::Pass);
    }
    if let Some(caller) = identify(state, request.headers(), request_id).await? {
        request.extensions_mut().insert(Signed(Arc::new(caller)));
        return Ok(Admitted::Pass);
    }
    if Edge::of(request.uri().path()) == Edge::Page {
        return Ok(Admitted::Redirect(to_sign_in(request)));
    }
    let message = "Missing credentials: send the admin token as \"Authorization: Bearer …\", or sign in";
    Err(HttpFailure::new(StatusCode::UNAUTHORIZED, message))
}

/// Addresses that anybody may reach. Everything else needs somebody who is signed in. Webhooks are admitted by their signatures.
pub(super) fn is_open(path: &str) -> bool {
    matches!(path, "/sign-in" | "/healthz" | "/readyz" | "/favicon.ico" | "/favicon.svg")
        || path.starts_with("/sign-in/")
        || path.starts_with("/webhooks/")
        || path.starts_with("/assets/")
}

/// Who asks: the bearer of the token, or the person of the session.
///
/// # Errors
/// When a token was sent that is not the right one, or the session cannot be looked up.
pub(super) async fn identify(state: &AppState, headers: &HeaderMap, request_id: String) -> Result<Option<Caller>, HttpFailure> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let known = token.zip(state.admin.as_ref()).is_some_and(|((_, token), admin)| admin.is(token.trim()));
        return if known {
            Ok(Some(admin_caller(headers, request_id)))
        } else {
            Err(HttpFailure::new(StatusCode::UNAUTHORIZED, "Illegal token: it is not the admin token of this portal"))
        };
    }
    let Some(session) = cookies::get(headers, cookies::SESSION) else { return Ok(None) };
    if session.starts_with(ADMIN_SESSION) {
        let known = state.admin.as_ref().is_some_and(|admin| admin.holds(session));
        return Ok(known.then(|| admin_caller(headers, request_id)));
    }
    let caller = state.portal.people().caller_of_session(session, &request_id).await?;
    Ok(caller.map(|caller| Caller { seen: cookies::seen(headers), ..caller }))
}

fn admin_caller(headers: &HeaderMap, request_id: String) -> Caller {
    Caller { seen: cookies::seen(headers), request_id, ..Caller::admin_token() }
}

/// In demo mode anybody may sign in as anybody, so no other name may lead here: a page elsewhere could point its own
/// name at this machine.
pub(super) fn check_host(state: &AppState, headers: &HeaderMap) -> Result<(), HttpFailure> {
    if !state.site.demo {
        return Ok(());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| name.eq_ignore_ascii_case(local)) {
        return Ok(());
    }
    let message = format!("the sample organisation answers to localhost, 127.0.0.1 and [::1] only, not to \"{host}\"");
    Err(HttpFailure::new(StatusCode::MISDIRECTED_REQUEST, message))
}

fn to_sign_in(request: &Request<Body>) -> Response {
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // A form that was sent cannot be sent again after signing in.
    let wanted = if matches!(*request.method(), Method::GET | Method::HEAD) { safe_return(wanted) } else { "/" };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", wanted).finish();
    let target = if wanted == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{query}") };
    see_other(&target)
}

/// 303 to a path of this portal.
pub(super) fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The path to return to if it is one of this portal, else the home page: an address from a link must not lead away.
pub(super) fn safe_return(path: &str) -> &str {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && path.len() <= 2000;
    if local && path.bytes().all(|byte| (0x21..0x7f).contains(&byte)) { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_only_to_its_own_paths() {
        let check = |path: &str, expected: &str| assert_eq!(safe_return(path), expected, "{path:?}");
        check("/catalog?kind=api", "/catalog?kind=api");
        check("/", "/");
        check("//evil.example", "/");
        check("/\\evil.example", "/");
        check("/\t/evil.example", "/");
        check("https://evil.example", "/");
        check("javascript:alert(1)", "/");
        check("", "/");
    }

    #[test]
    fn a_session_of_the_token_holds_for_that_token_only() {
        let token = AdminToken::new(&SecretString::from("one"));
        let (session, _) = token.open_session();
        assert!(token.is("one") && !token.is("two") && !token.is(""));
        assert!(token.holds(&session));
        assert!(!AdminToken::new(&SecretString::from("two")).holds(&session));
        let (until, seal) = session.strip_prefix(ADMIN_SESSION).and_then(|rest| rest.split_once('.')).unwrap();
        let later = until.parse::<u64>().unwrap() + 1;
        assert!(!token.holds(&format!("{ADMIN_SESSION}{later}.{seal}")));
        assert!(!token.holds("admin.1."));
    }
}
