//! Files over HTTP: conditional requests, redirects checked one by one, limits while the answer still comes in.

mod answer;
mod stamp;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION},
};
use secrecy::ExposeSecret;
use url::Url;

use crate::{
    ForgeError,
    address::plain_text,
    forge::Shared,
    hosts::{Budget, Outcome, now, waiting},
    network::is_near,
    web::stamp::Stamp,
};

/// What came of asking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It is what the caller has.
    Unchanged,
    /// It is this now.
    Content {
        /// The file, decompressed.
        bytes: Bytes,
        /// Give it to the next [`crate::Forge::get`] as `known`. Opaque.
        stamp: String,
        /// Where the redirects led.
        final_url: String,
    },
}

pub(crate) async fn get(shared: &Shared, address: &str, known: Option<&str>) -> Result<Fetched, ForgeError> {
    let url = checked(address)?;
    let known = known.and_then(Stamp::parse);
    let host = host_key(&url);
    let _turn = shared.hosts.turn(&host).await;
    match tokio::time::timeout(shared.fetch.timeout, Box::pin(follow(shared, url, known.as_ref()))).await {
        Ok(result) => result,
        Err(_) => {
            let seconds = shared.fetch.timeout.as_secs_f32();
            let error = ForgeError::Unreadable(format!("{host} did not answer in whole within {seconds} s (timeout under [fetch])"));
            shared.hosts.record(&host, &Outcome::Failed(&error), Budget::default());
            Err(error)
        }
    }
}

async fn follow(shared: &Shared, mut url: Url, known: Option<&Stamp>) -> Result<Fetched, ForgeError> {
    for _ in 0..=shared.fetch.max_redirects {
        let host = host_key(&url);
        shared.hosts.may_ask(&host)?;
        let (response, budget) = match ask(shared, &url, known).await {
            Ok(answer) => answer,
            Err(error) => {
                // What was refused here was never sent.
                if !matches!(error, ForgeError::Refused(_)) {
                    shared.hosts.record(&host, &Outcome::Failed(&error), Budget::default());
                }
                return Err(error);
            }
        };
        let result = match response.status() {
            StatusCode::NOT_MODIFIED if known.is_some() => Ok(Step::Done(Fetched::Unchanged)),
            StatusCode::OK => content(shared, &url, response, known).await.map(Step::Done),
            status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => next(&url, &response).map(Step::Next),
            status => Err(refused_by_host(shared, &url, status, &budget)),
        };
        let outcome = match &result {
            Ok(Step::Done(Fetched::Unchanged)) => Outcome::Unchanged,
            Ok(_) => Outcome::Ok,
            Err(error) => Outcome::Failed(error),
        };
        shared.hosts.record(&host, &outcome, budget);
        match result? {
            Step::Done(fetched) => return Ok(fetched),
            Step::Next(there) => url = there,
        }
    }
    let error = format!(
        "{} redirects more than {} times: register the address that the redirects lead to",
        host_key(&url),
        shared.fetch.max_redirects
    );
    Err(ForgeError::Unreadable(error))
}

enum Step {
    Done(Fetched),
    Next(Url),
}

async fn ask(shared: &Shared, url: &Url, known: Option<&Stamp>) -> Result<(Response, Budget), ForgeError> {
    let host = host_key(url);
    let name = url.host_str().unwrap_or_default();
    let addresses = shared.allowed.resolve(name, url.port_or_known_default().unwrap_or(443)).await?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/plain, application/yaml, application/json;q=0.9, */*;q=0.5"));
    if let Some(known) = known {
        for (name, value) in [(IF_NONE_MATCH, known.etag.as_deref()), (IF_MODIFIED_SINCE, known.modified.as_deref())] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
    }
    // Only ever to the host it is configured for; each redirect comes by here with its own host.
    if let Some(authorization) = shared.hosts.authorization(&host, false)
        && (url.scheme() == "https" || is_near(&addresses))
        && let Ok(mut value) = HeaderValue::from_str(authorization.expose_secret())
    {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let send = || shared.client.get(url.clone()).headers(headers.clone()).send();
    let response = match send().await {
        // A host may close a kept connection at the moment it is used again.
        Err(error) if error.is_request() && !error.is_connect() && !error.is_timeout() => send().await,
        result => result,
    };
    let response = response.map_err(|error| unreachable_host(&host, &error))?;
    let budget = answer::budget(response.status(), response.headers(), now());
    Ok((response, budget))
}

async fn content(shared: &Shared, url: &Url, response: Response, known: Option<&Stamp>) -> Result<Fetched, ForgeError> {
    let (host, most) = (host_key(url), shared.fetch.max_bytes);
    let too_large = || ForgeError::TooLarge(format!("{} has more than {most} bytes (max-bytes under [fetch])", without_query(url)));
    if response.content_length().is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, modified) = (header("etag"), header("last-modified"));
    let content_type = header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut bytes = BytesMut::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| {
            ForgeError::Unreadable(format!(
                "{host} broke off after {} bytes of {}: {}",
                bytes.len(),
                without_query(url),
                answer::cause(&error)
            ))
        })?;
        if (bytes.len() + chunk.len()) as u64 > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    let bytes = bytes.freeze();
    if answer::is_web_page(url, &content_type, &bytes) {
        return Err(ForgeError::Refused(format!(
            "{} answers with a web page, not with a file: mostly that is a sign-in page (give {host} a token in [[hosts]]) or a page that shows the file (register its raw address, or give {host} its kind in [[hosts]])",
            without_query(url)
        )));
    }
    let stamp = Stamp::new(etag, modified, &bytes);
    if known.is_some_and(|known| *known == stamp) {
        return Ok(Fetched::Unchanged);
    }
    Ok(Fetched::Content { bytes, stamp: stamp.to_string(), final_url: url.to_string() })
}

/// Where a redirect leads, if it may be followed.
fn next(url: &Url, response: &Response) -> Result<Url, ForgeError> {
    let host = host_key(url);
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let Some(location) = location else {
        return Err(ForgeError::Unreadable(format!("{host} answers {} and does not say where to", response.status().as_u16())));
    };
    let there = url.join(location).map_err(|_| ForgeError::Refused(format!("{host} redirects to what is no address")))?;
    if url.scheme() == "https" && there.scheme() == "http" {
        return Err(ForgeError::Refused(format!(
            "{host} redirects to an unencrypted address ({}), which is not followed",
            host_key(&there)
        )));
    }
    checked(there.as_str()).map_err(|error| ForgeError::Refused(format!("{host} redirects to an address that is not followed: {error}")))
}

/// An address that may be asked, as far as its text tells.
fn checked(address: &str) -> Result<Url, ForgeError> {
    let address = plain_text(address)?;
    let mut url = Url::parse(address).map_err(|error| ForgeError::Refused(format!("the address is not valid: {error}")))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ForgeError::Refused(format!("addresses of `{}:` are not read: write https://", url.scheme())));
    }
    if host.is_empty() {
        return Err(ForgeError::Refused("the address names no host".to_owned()));
    }
    if url.password().is_some() || !url.username().is_empty() {
        return Err(ForgeError::Refused(format!(
            "the address holds a user or a password, and addresses are shown to everyone: remove it here and give {host} a token in [[hosts]] of the configuration"
        )));
    }
    url.set_fragment(None);
    Ok(url)
}

fn refused_by_host(shared: &Shared, url: &Url, status: StatusCode, budget: &Budget) -> ForgeError {
    let (host, shown) = (host_key(url), without_query(url));
    if let Some(until) = budget.waits_until {
        return waiting(&host, until);
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => ForgeError::NotFound(format!(
            "{host} has no {} ({}): check the address; if it is private, give {host} a token in [[hosts]] that may read it",
            url.path(),
            status.as_u16()
        )),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            let advice = match (shared.hosts.has_token(&host), url.scheme()) {
                (false, _) => format!("give {host} a token in [[hosts]] that may read it"),
                (true, "http") => {
                    format!("the token of {host} in [[hosts]] may not read it, or was not sent because the address is unencrypted")
                }
                (true, _) => format!("the token of {host} in [[hosts]] may not read it, or has run out"),
            };
            ForgeError::Denied(format!("{host} does not let this portal read {shown} ({}): {advice}", status.as_u16()))
        }
        StatusCode::NOT_MODIFIED => ForgeError::Unreadable(format!("{host} says of {shown} that nothing changed, and was not asked that")),
        status => ForgeError::Unreadable(format!("{host} answers {} for {shown}", status.as_u16())),
    }
}

fn unreachable_host(host: &str, error: &reqwest::Error) -> ForgeError {
    let cause = answer::cause(error);
    let cause = cause.trim_end_matches('.');
    ForgeError::Unreadable(format!("{host} cannot be reached: {cause}. Check that it is up and that this machine may connect to it"))
}

/// The host as `[[hosts]]` names it.
fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// Queries hold tokens now and then: messages do without.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}
