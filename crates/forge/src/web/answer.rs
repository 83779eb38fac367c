//! What an answer says besides its content: budgets, waits, and whether it is a page instead of a file.

use std::error::Error;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use url::Url;

use crate::hosts::Budget;

/// How long a host is left alone that says "too many" and not how long, in microseconds.
const DEFAULT_WAIT: i64 = 60_000_000;

/// GitHub and Gitea write `x-ratelimit-*`, GitLab and others `ratelimit-*`; the reset is seconds since 1970 on both,
/// seconds from now where the number is small.
pub(super) fn budget(status: StatusCode, headers: &HeaderMap, now: i64) -> Budget {
    let number = |name: &str| {
        let value = headers.get(format!("x-ratelimit-{name}")).or_else(|| headers.get(format!("ratelimit-{name}")))?;
        value.to_str().ok()?.split([',', ';']).next()?.trim().parse::<i64>().ok().filter(|value| *value >= 0)
    };
    let resets_at = number("reset").map(|seconds| {
        let micros = seconds.saturating_mul(1_000_000);
        if seconds < 1_000_000_000 { now.saturating_add(micros) } else { micros }
    });
    let remaining = number("remaining");
    let asked_to_wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|value| retry_after(value, now));
    let used_up = (remaining == Some(0)).then_some(resets_at).flatten();
    let waits_until = match status {
        StatusCode::TOO_MANY_REQUESTS => Some(asked_to_wait.or(used_up).unwrap_or(now + DEFAULT_WAIT)),
        StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE => asked_to_wait.or(used_up),
        _ => used_up,
    };
    Budget { limit: number("limit"), remaining, resets_at, waits_until: waits_until.filter(|until| *until > now) }
}

/// Seconds, or a date.
fn retry_after(value: &str, now: i64) -> Option<i64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<i64>() {
        return (seconds >= 0).then(|| now.saturating_add(seconds.saturating_mul(1_000_000)));
    }
    rfc2822::parse(value).ok().map(|date| Timestamp::as_microsecond(date.timestamp()))
}

/// Whether a person's page came where a file was meant.
pub(super) fn is_web_page(url: &Url, content_type: &str, content: &[u8]) -> bool {
    let path = url.path().to_ascii_lowercase();
    if [".html", ".htm", ".xhtml"].iter().any(|end| path.ends_with(end)) {
        return false;
    }
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml") {
        return true;
    }
    let start: Vec<u8> = content.iter().copied().skip_while(u8::is_ascii_whitespace).take(14).collect();
    start.to_ascii_lowercase().starts_with(b"<!doctype html") || start.to_ascii_lowercase().starts_with(b"<html")
}

/// The innermost reason of an error of the client: the outer ones repeat the address, with its query.
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if error.source().is_none() { "the connection failed".to_owned() } else { innermost.to_string() }
}
