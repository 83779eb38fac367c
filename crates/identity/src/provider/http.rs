//! Requests to providers: no redirects, little time, small answers.
//!
//! Where a provider sends a machine elsewhere, something is wrong with its address, and following would carry codes and secrets along.

use std::{error::Error, time::Duration};

use ::http::{Method, Request, Response, header};
use bytes::Bytes;
use futures_util::StreamExt as _;
use reqwest::redirect::Policy;
use thiserror::Error;
use url::Url;

use super::{ProviderError, Reason};

/// For one whole request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// For the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Bytes of an answer, decompressed. Key sets and discovery documents have a few thousand.
const MOST_BYTES: usize = 512 * 1024;

/// What asks providers. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: reqwest::Client,
}

/// Why there is no answer.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum HttpError {
    /// No connection, or it broke off.
    #[error("{host} cannot be reached: {cause}")]
    Unreachable { host: String, cause: String },
    /// Too slow.
    #[error("{0} did not answer within {seconds} s", seconds = TIMEOUT.as_secs())]
    Slow(String),
    /// Too much.
    #[error("{0} answers with more than {MOST_BYTES} bytes")]
    TooLarge(String),
    /// It leads elsewhere.
    #[error("{host} answers {status} and leads elsewhere, which is not followed: write the address that it leads to")]
    Redirect { host: String, status: u16 },
    /// The request itself is not possible.
    #[error("{0}")]
    Impossible(String),
}

impl From<HttpError> for ProviderError {
    fn from(error: HttpError) -> Self {
        let reason = match error {
            HttpError::Unreachable { .. } | HttpError::Slow(_) => Reason::Unavailable,
            HttpError::TooLarge(_) | HttpError::Redirect { .. } | HttpError::Impossible(_) => Reason::Misconfigured,
        };
        Self::new(reason, error.to_string())
    }
}

impl Http {
    pub(super) fn new() -> Result<Self, ProviderError> {
        // The client takes the process's choice; a second call only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT)
            .user_agent(concat!("waymark/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ProviderError::new(Reason::Misconfigured, format!("the HTTP client cannot start: {}", cause(&error))))?;
        Ok(Self { client })
    }

    /// Sends a request that was made elsewhere.
    pub(super) async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|error| HttpError::Impossible(cause(&error)))?;
        let host = host(request.url());
        let failed = |error: reqwest::Error| {
            if error.is_timeout() && !error.is_connect() {
                HttpError::Slow(host.clone())
            } else {
                HttpError::Unreachable { host: host.clone(), cause: cause(&error) }
            }
        };
        let response = self.client.execute(request).await.map_err(failed)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(HttpError::Redirect { host, status: status.as_u16() });
        }
        if response.content_length().is_some_and(|length| length > MOST_BYTES as u64) {
            return Err(HttpError::TooLarge(host));
        }
        let mut answer = Response::builder().status(status);
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk: Bytes = chunk.map_err(failed)?;
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(HttpError::TooLarge(host));
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(|error| HttpError::Impossible(error.to_string()))
    }

    /// Asks for JSON.
    pub(super) async fn get(&self, url: &Url, bearer: Option<&str>) -> Result<Response<Vec<u8>>, HttpError> {
        let mut request = Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, "application/json");
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Vec::new()).map_err(|error| HttpError::Impossible(error.to_string()))?;
        self.send(request).await
    }
}

/// Name and port, for messages.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// The innermost reason: the outer ones repeat the address, in whose query a code may stand.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if error.source().is_none() { "the connection failed".to_owned() } else { innermost.to_string().trim_end_matches('.').to_owned() }
}
