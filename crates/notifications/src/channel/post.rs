//! Posting JSON to an address that is a secret.

use std::{error::Error as _, time::Duration};

use jiff::fmt::rfc2822;
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use rustls::crypto::ring;
use secrecy::ExposeSecret as _;
use url::Url;

use super::{ChannelConfig, ChannelKind, Outcome};

/// Bytes of an answer that are looked at.
const MOST_ANSWER: usize = 4096;
/// Characters of an answer that the log gets.
const MOST_SHOWN: usize = 200;
/// Bytes from which on a value in an address is taken for a secret; shorter ones are in every other word.
const SHORTEST_VALUE: usize = 3;
/// Bytes from which on a part of a path is taken for a secret.
const SHORTEST_SEGMENT: usize = 8;

/// The address of a channel.
///
/// # Errors
/// What is wrong with it; the address itself is not repeated, since it is a secret.
pub(super) fn address(config: &ChannelConfig) -> Result<Url, String> {
    let url = Url::parse(config.url.expose_secret()).map_err(|error| format!("url: it is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("url: expected an address that begins with https://".to_owned());
    }
    let here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() == "http" && config.kind != ChannelKind::Webhook && !here {
        return Err(format!("url: {} takes messages over https only", config.kind.name()));
    }
    Ok(url)
}

/// The client. It follows no redirects: the body, and the signature on it, are for the configured address.
pub(super) fn client(patience: Duration) -> Result<Client, String> {
    // Another part of the process may have chosen already, which is as good.
    let _ = ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .timeout(patience)
        .user_agent(concat!("waymark/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("the HTTP client cannot be made: {error}"))
}

/// Posts JSON once.
pub(super) async fn send(client: &Client, url: &str, headers: Vec<(&'static str, String)>, body: String) -> Outcome {
    let mut request = client.post(url).header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body);
    for (name, value) in headers {
        request = request.header(HeaderName::from_static(name), value);
    }
    match request.send().await {
        Ok(response) => judge(response, url).await,
        // The innermost cause: the outer ones repeat the address.
        Err(error) if error.is_timeout() => Outcome::Later("no answer in time".to_owned(), None),
        Err(error) => Outcome::Later(format!("cannot be reached: {}", cause(&error)), None),
    }
}

async fn judge(mut response: Response, url: &str) -> Outcome {
    let status = response.status();
    if status.is_success() {
        return Outcome::Taken;
    }
    let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(retry_after);
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await
        && bytes.len() < MOST_ANSWER
    {
        bytes.extend_from_slice(&chunk[..chunk.len().min(MOST_ANSWER)]);
    }
    let message = said(status, &String::from_utf8_lossy(&bytes), url);
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => Outcome::Later(message, asked),
        _ if status.is_server_error() => Outcome::Later(message, asked),
        _ if status.is_redirection() => Outcome::Refused(format!("{message}: redirects are not followed, configure the final address")),
        _ => Outcome::Refused(message),
    }
}

/// What the log gets of an answer: never the address, in case the answer repeats it.
fn said(status: StatusCode, answer: &str, url: &str) -> String {
    let answer = secrets(url).iter().fold(answer.to_owned(), |answer, secret| answer.replace(secret, "…"));
    let plain: String = answer.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_SHOWN).collect();
    if plain.is_empty() || plain.starts_with('<') {
        format!("answered {}", status.as_u16())
    } else {
        format!("answered {}: {plain}", status.as_u16())
    }
}

/// What of an address an answer may repeat that the log must not get, longest first: all of it, path and query, and what is in them, as
/// they are written and as they are meant.
fn secrets(url: &str) -> Vec<String> {
    let mut found = vec![url.to_owned()];
    if let Ok(url) = Url::parse(url) {
        found.extend([url.as_str().to_owned(), url.username().to_owned()]);
        found.extend([url.password(), url.query(), url.fragment()].into_iter().flatten().map(str::to_owned));
        found.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        let written = |pair: &str| pair.split_once('=').map_or(pair, |(_, value)| value).to_owned();
        found.extend(url.query().unwrap_or_default().split('&').map(written));
        found.retain(|secret| secret.len() >= SHORTEST_VALUE);
        found.push(url.path().to_owned());
        // `services` is no secret, but then it is no loss.
        let segments = url.path_segments().into_iter().flatten();
        found.extend(segments.filter(|segment| segment.len() >= SHORTEST_SEGMENT).map(str::to_owned));
    }
    // A single slash is in every text.
    found.retain(|secret| secret.len() > 1);
    found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    found
}

/// Seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(value).ok()?.timestamp();
    Duration::try_from(until.duration_since(jiff::Timestamp::now())).ok()
}

fn cause(error: &reqwest::Error) -> String {
    let mut innermost = error.source();
    while let Some(next) = innermost.and_then(|source| source.source()) {
        innermost = Some(next);
    }
    innermost.map_or_else(|| "the connection failed".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_gets_the_address() {
        let url = "https://hooks.example.com/services/T0/B0/topsecret";
        let check = |answer: &str, expected: &str| assert_eq!(said(StatusCode::FORBIDDEN, answer, url), expected);
        check("invalid_token", "answered 403: invalid_token");
        check("no hook at https://hooks.example.com/services/T0/B0/topsecret\n", "answered 403: no hook at …");
        check("Cannot POST /services/T0/B0/topsecret", "answered 403: Cannot POST …");
        check("no service for topsecret", "answered 403: no service for …");
        check("<html>sign in</html>", "answered 403");
        check("", "answered 403");
    }

    #[test]
    fn the_log_never_gets_what_is_asked_with() {
        let url = "https://ada:hunter2@hooks.example.com/v1?key=k%2Fey-1&token=topsecret&v=1#part";
        let check = |answer: &str, expected: &str| assert_eq!(said(StatusCode::FORBIDDEN, answer, url), expected);
        check("Cannot POST /v1?key=k%2Fey-1&token=topsecret&v=1", "answered 403: Cannot POST …?…");
        check("token topsecret is over since 11:11", "answered 403: token … is over since 11:11");
        check("no key k/ey-1, read as k%2Fey-1", "answered 403: no key …, read as …");
        check("?key=k%2Fey-1&amp;token=topsecret&amp;v=1", "answered 403: ?key=…&amp;token=…&amp;v=1");
        check("who is ada:hunter2", "answered 403: who is …:…");
    }

    #[test]
    fn reads_how_long_to_wait() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("soon"), None);
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), None);
    }
}
