//! What went wrong, in the shape that each edge promises: the only place where errors become answers.
//!
//! A handler returns [`HttpFailure`]. It cannot know who asks, so it only leaves itself in the answer's extensions; the
//! shell around the router calls [`dress`] with the request's edge. A 5xx says an incident id and nothing of the cause.

use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use model::{Caller, FieldError, PortalError};
use serde_json::json;

/// A refusal or fault on its way out.
#[derive(Clone, Debug)]
pub(super) struct HttpFailure {
    /// The status.
    pub(super) status: StatusCode,
    /// What happened and what the caller can do, in one sentence.
    pub(super) message: String,
    /// What is wrong with single fields.
    pub(super) fields: Vec<FieldError>,
    /// The id under which the log has the cause, for faults of Waymark's.
    pub(super) incident: Option<String>,
    /// Seconds after which a second try can work.
    pub(super) retry_after: Option<u32>,
}

/// Marks an answer whose body is meant as it is, although its status says failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsItIs;

/// Whose shape an answer has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// HTML for people.
    Page,
    /// Backstage's REST.
    Backstage,
    /// Server functions of the islands.
    ServerFunction,
    /// Everything else: RFC 9457.
    Problem,
}

impl Edge {
    /// The edge that a path belongs to.
    pub(super) fn of(path: &str) -> Self {
        let under = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if under("/api/catalog") || under("/api/notifications") {
            Self::Backstage
        } else if path == "/api" {
            // The description of the REST for people.
            Self::Page
        } else if under("/fn") {
            Self::ServerFunction
        } else if ["/api", "/webhooks", "/assets", "/healthz", "/readyz", "/metrics", "/bench", "/git", "/terraform", "/vault"]
            .into_iter()
            .any(under)
        {
            Self::Problem
        } else {
            Self::Page
        }
    }
}

/// What of the request an error's answer needs.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) edge: Edge,
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Only what pages need: cookies and `Accept`.
    pub(super) headers: HeaderMap,
    pub(super) request_id: HeaderValue,
    /// Who asks, once the gate has found out.
    pub(super) caller: OnceLock<Arc<Caller>>,
}

impl HttpFailure {
    /// A failure with a sentence for the caller.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), fields: Vec::new(), incident: None, retry_after: None }
    }

    /// 400: the input as a whole is wrong.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404: nothing is there.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 500: logs the cause under a new incident id.
    pub(super) fn fault(cause: &dyn std::fmt::Display) -> Self {
        let incident = super::random::incident();
        let request_id = super::request_id();
        tracing::error!(incident, request_id, cause = %cause, "a request failed");
        PortalError::Internal { incident }.into()
    }

    fn reason(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Failed")
    }

    /// Backstage's name for it, which its clients turn into an exception's.
    fn backstage_name(&self) -> &'static str {
        match self.status.as_u16() {
            400 | 413 | 415 | 421 => "InputError",
            401 => "AuthenticationError",
            403 => "NotAllowedError",
            404 => "NotFoundError",
            409 => "ConflictError",
            429 => "TooManyRequestsError",
            503 => "ServiceUnavailableError",
            _ => "Error",
        }
    }
}

impl From<PortalError> for HttpFailure {
    fn from(error: PortalError) -> Self {
        let text = error.to_string();
        match error {
            PortalError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, text),
            PortalError::Invalid { fields, .. } => Self { fields, ..Self::new(StatusCode::BAD_REQUEST, text) },
            PortalError::Unauthenticated { .. } => Self::new(StatusCode::UNAUTHORIZED, text),
            PortalError::Forbidden { .. } => Self::new(StatusCode::FORBIDDEN, text),
            PortalError::Conflict { .. } => Self::new(StatusCode::CONFLICT, text),
            PortalError::RateLimited { retry_after_seconds } => {
                Self { retry_after: Some(retry_after_seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
            }
            PortalError::Unavailable { .. } => Self { retry_after: Some(5), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, text) },
            PortalError::Internal { incident } => Self { incident: Some(incident), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, text) },
        }
    }
}

impl IntoResponse for HttpFailure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Box::new(self));
        response
    }
}

/// The failure that an answer stands for, if its shape is not yet the edge's.
pub(super) fn found_in(response: &mut Response) -> Option<HttpFailure> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    if let Some(failure) = response.extensions_mut().remove::<Box<HttpFailure>>() {
        return Some(*failure);
    }
    // What axum or a layer refused by itself is a line of plain text or nothing.
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain || response.extensions().get::<AsItIs>().is_some() {
        return None;
    }
    Some(HttpFailure::new(
        status,
        match status {
            StatusCode::METHOD_NOT_ALLOWED => "this address does not answer to that method",
            StatusCode::PAYLOAD_TOO_LARGE => "the request's body is larger than this portal accepts",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "the request's body is not of a type that this address reads",
            StatusCode::NOT_FOUND => "there is nothing at this address",
            _ => "the request could not be read",
        },
    ))
}

/// Backstage's error body.
pub(super) fn backstage_body(failure: &HttpFailure, asked: &Asked) -> Vec<u8> {
    // Backstage's routers are mounted at these and report addresses from there.
    let url = asked.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = ["/api/catalog", "/api/notifications"].into_iter().find_map(|mount| url.strip_prefix(mount)).unwrap_or(url);
    let mut error = json!({ "name": failure.backstage_name(), "message": failure.message });
    if let Some(incident) = &failure.incident {
        error["incident"] = json!(incident);
    }
    let body = json!({
        "error": error,
        "request": { "method": asked.method.as_str(), "url": url },
        "response": { "statusCode": failure.status.as_u16() },
    });
    body.to_string().into_bytes()
}

/// RFC 9457's problem.
pub(super) fn problem_body(failure: &HttpFailure, asked: &Asked) -> Vec<u8> {
    let mut body = json!({
        "type": "about:blank",
        "title": failure.reason(),
        "status": failure.status.as_u16(),
        "detail": failure.message,
        "instance": asked.uri.path(),
        "request_id": asked.request_id.to_str().unwrap_or_default(),
    });
    if let Some(incident) = &failure.incident {
        body["incident"] = json!(incident);
    }
    if !failure.fields.is_empty() {
        body["errors"] = json!(failure.fields);
    }
    body.to_string().into_bytes()
}

/// Whether the client asked for JSON and not for a page.
pub(super) fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("json") && !accept.contains("text/html")
}

/// What an error page says above its message.
pub(super) fn title(failure: &HttpFailure) -> &'static str {
    match failure.status.as_u16() {
        400 | 405 | 413 | 415 | 422 => "That request cannot be read",
        401 => "Sign in first",
        403 => "Not allowed",
        404 => "Nothing here",
        408 | 504 => "That took too long",
        409 => "That changed meanwhile",
        421 => "This address is not served here",
        429 => "Too many requests",
        503 => "Not available right now",
        _ => "Something went wrong on our side",
    }
}

/// Answers with `body` in the failure's status.
pub(super) fn answer(failure: &HttpFailure, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = failure.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if failure.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// git and Terraform send what they know only when they are asked for it, and know no bearer.
pub(super) fn challenge(response: &mut Response, path: &str) {
    if response.status() == StatusCode::UNAUTHORIZED && (path.starts_with("/git/") || path.starts_with("/terraform/")) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Waymark: any name, and a token as the password\""));
    }
}

/// The message with what is wrong with single fields after it, for edges without a place for them.
pub(super) fn with_fields(failure: &HttpFailure) -> String {
    let mut out = failure.message.clone();
    for field in &failure.fields {
        _ = write!(out, "; {}: {}", field.field, field.message);
    }
    out
}

/// The body of a server function's refusal: the portal's own error, which the islands read.
pub(super) fn server_function_body(failure: &HttpFailure) -> Vec<u8> {
    let message = with_fields(failure);
    let error = match (failure.status.as_u16(), &failure.incident) {
        (_, Some(incident)) => PortalError::Internal { incident: incident.clone() },
        (401, None) => PortalError::Unauthenticated { message },
        (403, None) => PortalError::Forbidden { message },
        (404, None) => PortalError::NotFound { message },
        (409, None) => PortalError::Conflict { message },
        (503, None) => PortalError::Unavailable { message },
        _ => PortalError::invalid(message),
    };
    serde_json::to_vec(&error).unwrap_or_default()
}
