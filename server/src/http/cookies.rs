//! Cookies: the few that the portal sets, and how it reads them.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    Seq,
    view::{Flash, Theme},
};

/// Who is signed in. Not readable by scripts.
const SESSION: &str = "wm_session";
/// The same over TLS: browsers take a cookie of that name from this very host only, never from a neighbour under the same domain.
const HOST_SESSION: &str = "__Host-wm_session";
/// Binds a provider's answer to the browser that asked.
const SIGN_IN: &str = "wm_sign_in";
/// The same over TLS.
const HOST_SIGN_IN: &str = "__Host-wm_sign_in";
/// The theme.
pub(super) const THEME: &str = "wm_theme";
/// The sequence of the last write, for read-your-writes.
pub(super) const SEQ: &str = "wm_seq";
/// The message that the last action left, as base64 JSON.
pub(super) const FLASH: &str = "wm_flash";

/// The announcements that were closed in this browser, parted by dots.
const CLOSED: &str = "wm_closed";
/// Announcements that are remembered as closed, at most; the oldest are forgotten.
const CLOSED_MOST: usize = 20;

/// The value of a cookie.
pub(super) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(have, _)| *have == name).map(|(_, value)| value).next()
}

/// The theme that the cookie asks for.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    get(headers, THEME).map_or_else(Theme::default, Theme::from_name)
}

/// The sequence of the caller's last write, from the cookie or the header `Waymark-Seq`.
pub(super) fn seen(headers: &HeaderMap) -> Option<Seq> {
    let sent = headers.get("waymark-seq").and_then(|value| value.to_str().ok()).or_else(|| get(headers, SEQ));
    sent?.parse().ok().map(Seq)
}

/// The message that the last action left.
pub(super) fn flash(headers: &HeaderMap) -> Option<Flash> {
    let bytes = URL_SAFE_NO_PAD.decode(get(headers, FLASH)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The announcements that were closed in this browser.
pub(super) fn closed(headers: &HeaderMap) -> Vec<&str> {
    get(headers, CLOSED).map(|value| value.split('.').filter(|id| !id.is_empty()).take(CLOSED_MOST).collect()).unwrap_or_default()
}

/// Sets cookies the way this installation needs them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jar {
    /// The portal's address is https.
    pub(super) secure: bool,
}

impl Jar {
    /// The name of the session's cookie.
    pub(super) fn session_name(self) -> &'static str {
        if self.secure { HOST_SESSION } else { SESSION }
    }

    /// The session, until `seconds` have passed. It may end before, which the browser need not know.
    pub(super) fn session(self, value: &str, seconds: u32) -> HeaderValue {
        let name = self.session_name();
        self.header(&format!("{name}={value}; Max-Age={seconds}; HttpOnly"))
    }

    /// The name of the cookie that binds a provider's answer to this browser.
    pub(super) fn sign_in_name(self) -> &'static str {
        if self.secure { HOST_SIGN_IN } else { SIGN_IN }
    }

    /// What a provider's answer has to bring along, for as long as one is waited for.
    pub(super) fn sign_in(self, value: &str) -> HeaderValue {
        let (name, seconds) = (self.sign_in_name(), identity::provider::attempt::SECONDS);
        self.header(&format!("{name}={value}; Max-Age={seconds}; HttpOnly"))
    }

    /// The theme, for a year. The theme switch reads it too.
    pub(super) fn theme(self, theme: Theme) -> HeaderValue {
        self.header(&format!("{THEME}={}; Max-Age=31536000", theme.name()))
    }

    /// The sequence of a write. Replicas are not minutes behind, so it need not live longer.
    pub(super) fn seq(self, seq: Seq) -> HeaderValue {
        self.header(&format!("{SEQ}={}; Max-Age=60; HttpOnly", seq.0))
    }

    /// The announcements that were closed, and one more; for a year.
    pub(super) fn closed(self, before: &[&str], id: &str) -> HeaderValue {
        let fine = |id: &&str| !id.is_empty() && id.len() <= 40 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let mut all: Vec<&str> = before.iter().copied().filter(|known| *known != id).chain([id]).filter(fine).collect();
        all.drain(..all.len().saturating_sub(CLOSED_MOST));
        self.header(&format!("{CLOSED}={}; Max-Age=31536000; HttpOnly", all.join(".")))
    }

    /// A message for the next page.
    pub(super) fn flash(self, flash: &Flash) -> HeaderValue {
        let json = serde_json::to_vec(flash).unwrap_or_default();
        self.header(&format!("{FLASH}={}; Max-Age=60; HttpOnly", URL_SAFE_NO_PAD.encode(json)))
    }

    /// Takes a cookie back.
    pub(super) fn gone(self, name: &str) -> HeaderValue {
        self.header(&format!("{name}=; Max-Age=0"))
    }

    fn header(self, value: &str) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{value}; Path=/; SameSite=Lax{secure}")).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Leaves the sequence of a write with the browser; for answers that are made elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeqCookie(Jar);

impl SeqCookie {
    /// The header's value.
    pub(crate) fn header(self, seq: Seq) -> HeaderValue {
        self.0.seq(seq)
    }
}

impl From<Jar> for SeqCookie {
    fn from(jar: Jar) -> Self {
        Self(jar)
    }
}
