//! Who may pass: decided once for every request, before the router, so that no handler can forget to ask.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{Caller, PortalError};
use portal::{Opened, Visitor};

use super::{
    cookies,
    failure::{Edge, HttpFailure},
    page::PageRequest,
    state::AppState,
};
use crate::config::ProxyConfig;

/// The machine at the other end of a connection. Whoever accepts connections leaves it in the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(
    /// Its address.
    pub IpAddr,
);

/// Where a request comes from, behind proxies that are trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin(pub(super) Option<IpAddr>);

/// Whoever is signed in. The shell has made sure that somebody is.
#[derive(Clone, Debug)]
pub(super) struct Signed(pub(super) Arc<Caller>);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| HttpFailure::new(StatusCode::UNAUTHORIZED, "sign in first"))
    }
}

/// What became of a request at the gate.
pub(super) enum Admitted {
    /// It goes on; [`Signed`] is in its extensions unless the address is open to anybody.
    Pass(Option<Arc<Caller>>),
    /// The person has to sign in first.
    Redirect(Response),
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Clients of Vault send their token so.
const X_VAULT_TOKEN: HeaderName = HeaderName::from_static("x-vault-token");

/// Lets the request pass, sends the person to the sign-in page, or refuses.
pub(super) async fn admit(state: &AppState, request: &mut Request<Body>, request_id: String) -> Result<Admitted, HttpFailure> {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.to_canonical());
    let trusted = peer.is_some_and(|peer| state.proxy.trusts(peer));
    let origin = Origin(if trusted { forwarded(request.headers(), &state.proxy).or(peer) } else { peer });
    request.extensions_mut().insert(origin);
    // Taken out in any case, so that nothing behind the gate can believe it.
    let sent = state.proxy.header.as_ref().and_then(|name| take(request.headers_mut(), name));
    let proxied = sent.filter(|_| trusted);
    if is_open(request.uri().path()) {
        return Ok(Admitted::Pass(None));
    }
    if let Some(caller) = identify(state, request.headers(), request.uri().path(), origin, proxied, request_id).await? {
        state.portal.catch_up(&caller).await;
        let caller = Arc::new(caller);
        request.extensions_mut().insert(Signed(Arc::clone(&caller)));
        return Ok(Admitted::Pass(Some(caller)));
    }
    if Edge::of(request.uri().path()) == Edge::Page {
        return Ok(Admitted::Redirect(to_sign_in(request)));
    }
    let message = "Missing credentials: send a token as \"Authorization: Bearer …\", or sign in";
    Err(HttpFailure::new(StatusCode::UNAUTHORIZED, message))
}

/// Addresses that anybody may reach. Everything else needs somebody who is signed in. Webhooks are admitted by their signatures.
pub(super) fn is_open(path: &str) -> bool {
    matches!(path, "/sign-in" | "/setup" | "/healthz" | "/readyz" | "/favicon.ico" | "/favicon.svg")
        || path.starts_with("/sign-in/")
        || path.starts_with("/webhooks/")
        || path.starts_with("/assets/")
}

/// Who asks: the bearer of a token, the person whom a trusted proxy names, or the person of the session. A token in the address is never
/// looked at: addresses end in logs and histories.
async fn identify(
    state: &AppState,
    headers: &HeaderMap,
    path: &str,
    Origin(address): Origin,
    proxied: Option<String>,
    request_id: String,
) -> Result<Option<Caller>, HttpFailure> {
    let access = state.portal.access();
    if let Some(sent) = token_in(headers, path) {
        let caller = match sent {
            Some(token) if access.is_admin_token(&token) => Some(Caller { address, request_id, ..Caller::admin_token() }),
            Some(token) => access.caller_of_token(&token, address, &request_id).await?,
            None => None,
        };
        let illegal =
            || HttpFailure::new(StatusCode::UNAUTHORIZED, "Illegal token: it is none of this portal's, or it ended or was revoked");
        return caller.map(|caller| Some(seen(caller, headers))).ok_or_else(illegal);
    }
    let refused = match proxied.map(|name| access.caller_of_proxy(&name, state.proxy.resolver, address, &request_id)) {
        Some(Ok(caller)) => return Ok(Some(seen(caller, headers))),
        // Whom the proxy knows and the portal does not may have signed in with a password, or with the admin token: so they can mend it.
        Some(Err(error @ PortalError::Forbidden { .. })) => Some(error),
        Some(Err(error)) => return Err(error.into()),
        None => None,
    };
    let caller = match cookies::get(headers, state.site.jar().session_name()) {
        Some(session) => access.caller_of_session(session, address, &request_id).await?,
        None => None,
    };
    match (caller, refused) {
        (Some(caller), _) => Ok(Some(seen(caller, headers))),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Ok(None),
    }
}

fn seen(caller: Caller, headers: &HeaderMap) -> Caller {
    Caller { seen: cookies::seen(headers), ..caller }
}

/// The token that was sent, if anything was sent that has to be one: `Some(None)` for what cannot be read. Programs that know no bearer
/// send it as a password (git, Terraform) or in a header of their own (clients of Vault).
fn token_in(headers: &HeaderMap, path: &str) -> Option<Option<String>> {
    let under = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if under("/vault")
        && let Some(token) = headers.get(X_VAULT_TOKEN)
    {
        return Some(token.to_str().ok().map(|token| token.trim().to_owned()));
    }
    let value = headers.get(header::AUTHORIZATION)?;
    let read = || {
        let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(rest.trim().to_owned());
        }
        if scheme.eq_ignore_ascii_case("basic") && (under("/git") || under("/terraform")) {
            let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            return pair.split_once(':').map(|(_, password)| password.to_owned());
        }
        None
    };
    Some(read())
}

/// The client's address, as proxies pass it on: the last that none of the trusted ones wrote about another of them.
fn forwarded(headers: &HeaderMap, proxy: &ProxyConfig) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all(X_FORWARDED_FOR).into_iter().filter_map(|line| line.to_str().ok()).collect();
    let mut found = None;
    for part in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let part = part.trim();
        let address = part.parse().ok().or_else(|| part.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()));
        // What stands before something unreadable was written by nobody who is trusted.
        let Some(address) = address.map(|address: IpAddr| address.to_canonical()) else { break };
        found = Some(address);
        if !proxy.trusts(address) {
            break;
        }
    }
    found
}

/// Takes a header out: its value, if it was sent once.
fn take(headers: &mut HeaderMap, name: &HeaderName) -> Option<String> {
    let count = headers.get_all(name).iter().count();
    let value = headers.remove(name)?;
    let text = value.to_str().ok().map(str::trim).filter(|text| !text.is_empty());
    if count == 1 { text.map(str::to_owned) } else { None }
}

/// Answers a sign-in that worked: sets the cookie of the new session, ends the session that the browser had before, and goes on to
/// `return_to` if that is a path of this portal.
pub(super) async fn signed_in(request: &PageRequest, opened: &Opened, return_to: &str) -> Response {
    let jar = request.state.site.jar();
    if let Some(before) = request.session_cookie()
        && let Err(error) = request.state.portal.access().end_cookie(before, &request.visitor()).await
    {
        // The browser forgets it in any case.
        tracing::info!(%error, "the session before this sign-in could not be ended");
    }
    PageRequest::redirect(safe_return(return_to), [jar.session(&opened.cookie, opened.seconds), jar.seq(opened.seq)])
}

impl PageRequest {
    /// Where the request comes from, for somebody who is not known yet.
    pub(super) fn visitor(&self) -> Visitor {
        let agent = self.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Visitor { address: self.client().0, agent: agent.to_owned(), request_id: super::request_id() }
    }

    fn session_cookie(&self) -> Option<&str> {
        cookies::get(self.headers(), self.state.site.jar().session_name())
    }
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
    fn tokens_come_in_headers_only() {
        let check = |path: &str, name: &str, value: &str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
            let shown = match token_in(&headers, path) {
                None => "none".to_owned(),
                Some(None) => "unreadable".to_owned(),
                Some(Some(token)) => token,
            };
            assert_eq!(shown, expected, "{path} {name}: {value}");
        };
        let basic = format!("Basic {}", STANDARD.encode("anybody:wm_1:2"));
        check("/api/catalog", "authorization", "Bearer  wm_1", "wm_1");
        check("/api/catalog", "authorization", &basic, "unreadable");
        check("/git/a/b.git/info/refs", "authorization", &basic, "wm_1:2");
        check("/terraform/a", "authorization", &basic, "wm_1:2");
        check("/terraform/a", "authorization", "Basic %%%", "unreadable");
        check("/github", "authorization", &basic, "unreadable");
        check("/vault/v1/a", "x-vault-token", "wm_1", "wm_1");
        check("/api/catalog", "x-vault-token", "wm_1", "none");
        check("/vault/v1/a", "authorization", "Bearer wm_1", "wm_1");
    }

    #[test]
    fn proxies_pass_addresses_on() {
        let proxy = ProxyConfig { addresses: vec!["10.0.0.0/8".parse().unwrap()], ..ProxyConfig::default() };
        let check = |lines: &[&str], expected: &str| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(X_FORWARDED_FOR, line.parse().unwrap());
            }
            let shown = forwarded(&headers, &proxy).map(|address| address.to_string()).unwrap_or_default();
            assert_eq!(shown, expected, "{lines:?}");
        };
        check(&["192.0.2.1"], "192.0.2.1");
        check(&["203.0.113.9, 192.0.2.1, 10.1.1.1"], "192.0.2.1");
        check(&["203.0.113.9", "192.0.2.1"], "192.0.2.1");
        check(&["192.0.2.1:4711"], "192.0.2.1");
        check(&["nonsense, 10.1.1.1"], "10.1.1.1");
        check(&["nonsense"], "");
        check(&[], "");
    }
}
