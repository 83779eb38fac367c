//! Values of settings, read from text: the same words whatever the source.

use std::{net::SocketAddr, time::Duration};

use secrecy::SecretString;

use super::settings::Kind;

pub(super) fn address(value: &str) -> Result<SocketAddr, String> {
    let ip = value.strip_prefix("localhost:").map_or_else(|| value.to_owned(), |port| format!("127.0.0.1:{port}"));
    ip.parse().map_err(|_| format!("expected an address such as 127.0.0.1:3000, found \"{value}\""))
}

pub(super) fn public_url(value: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or_else(|| format!("expected an address such as https://portal.example.com, found \"{value}\""))?;
    if url.path() == "/" && url.query().is_none() && url.fragment().is_none() {
        Ok(url)
    } else {
        Err(format!("expected an address without a path, found \"{value}\""))
    }
}

pub(super) fn number(value: &str, least: u64, most: u64) -> Result<u64, String> {
    let number = value.replace('_', "").parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("expected a whole number from {least} to {most}, found \"{value}\""))
}

/// At most a day; longer ones go through [`long_duration`].
pub(super) fn duration(value: &str) -> Result<Duration, String> {
    long_duration(value, 1)
}

/// At most so many days.
pub(super) fn long_duration(value: &str, days: u64) -> Result<Duration, String> {
    let wrong = || format!("expected {}, found \"{value}\"", Kind::Duration.expected());
    let unit = value.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let count: u64 = value[..unit].parse().map_err(|_| wrong())?;
    let milliseconds = match &value[unit..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY,
        _ => return Err(wrong()),
    };
    match count.checked_mul(milliseconds).filter(|time| *time <= days * DAY) {
        Some(time) => Ok(Duration::from_millis(time)),
        None => Err(format!("expected at most {days}d, found \"{value}\"")),
    }
}

/// Milliseconds.
const DAY: u64 = 86_400_000;

/// How long a session may live: five minutes to a year. When it was used last is written every half minute, so less would be guesswork.
pub(super) fn session(value: &str) -> Result<Duration, String> {
    let time = long_duration(value, 365)?;
    if time < Duration::from_secs(300) { Err(format!("expected 5m or more, found \"{value}\"")) } else { Ok(time) }
}

pub(super) fn positive(value: &str) -> Result<Duration, String> {
    let time = duration(value)?;
    if time.is_zero() { Err(format!("expected a duration of more than nothing, found \"{value}\"")) } else { Ok(time) }
}

pub(super) fn one_of<T: Clone>(value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == value);
    found.map(|(_, choice)| choice.clone()).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        format!("expected {}, found \"{value}\"", names.join(" or "))
    })
}

/// A share such as `20%`; `off` is none.
pub(super) fn percent(value: &str) -> Result<Option<u8>, String> {
    if value == "off" {
        return Ok(None);
    }
    let number = value.strip_suffix('%').and_then(|number| number.parse().ok()).filter(|number| (1..=99).contains(number));
    number.map(Some).ok_or_else(|| format!("expected a share from \"1%\" to \"99%\", or \"off\", found \"{value}\""))
}

/// Parts between commas.
pub(super) fn list(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A secret of at least some length. The message does not repeat it.
pub(super) fn secret(value: &str) -> Result<SecretString, String> {
    if value.len() < 8 { Err("expected a secret of 8 characters or more".to_owned()) } else { Ok(SecretString::from(value)) }
}
