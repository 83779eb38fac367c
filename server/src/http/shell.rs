//! What every request passes through, around the router: one plain function instead of a tower of layers.
//!
//! Each layer of a router costs a box and a clone per request, and its type grows; this shell costs neither. Order: request
//! id, host, who asks, cross-origin check, the handler within its time, the error's shape, headers, log and metrics.

use std::{
    future::ready,
    panic::AssertUnwindSafe,
    sync::{Arc, LazyLock, OnceLock},
    time::Instant,
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header},
    response::Response,
};
use futures_util::FutureExt as _;
use tower::{Layer as _, Service as _, ServiceExt as _};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate as _, SizeAbove},
    },
    csrf::{Csrf, CsrfLayer, ProtectionError},
};

use super::{
    access, assets,
    failure::{self, Asked, Edge, HttpFailure},
    pages, random,
    routes::Label,
    state::AppState,
};

/// The portal's HTTP side: give it a request, get the answer.
#[derive(Clone, Debug)]
pub struct App {
    router: Guarded,
    state: AppState,
}

type Refuse = fn(ProtectionError) -> Response;
type Guarded = Csrf<Router, Refuse>;

tokio::task_local! {
    /// The id under which the request that this task works on is logged.
    static REQUEST_ID: String;
}

/// The id of the request that is being worked on; empty outside of one.
pub(crate) fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

static ELSEWHERE: LazyLock<Arc<Label>> = LazyLock::new(|| Arc::new(Label::new("-")));

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// For answers that are not pages: nothing in them may run or be framed.
const INERT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

impl App {
    pub(super) fn new(router: Router, state: AppState) -> Self {
        let mut csrf = CsrfLayer::new().with_rejection_response(cross_origin as Refuse);
        if let Some(url) = &state.site.public_url {
            let origin = url.origin().ascii_serialization();
            csrf = csrf.add_trusted_origin(origin).expect("the configuration accepts addresses with a host only");
        }
        Self { router: csrf.layer(router), state }
    }

    /// Answers a request. Never fails: a fault is an answer too.
    pub async fn serve(&self, request: Request<Body>) -> Response {
        let (id, value) = accept_id(request.headers());
        REQUEST_ID.scope(id.clone(), portal::remembering_refusals(self.serve_as(request, &id, value))).await
    }

    async fn serve_as(&self, request: Request<Body>, id: &str, request_id: HeaderValue) -> Response {
        let started = Instant::now();
        let edge = Edge::of(request.uri().path());
        let asked = Asked {
            edge,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: if edge == Edge::Page { request.headers().clone() } else { HeaderMap::new() },
            request_id,
            caller: OnceLock::new(),
        };
        let codings = request.headers().get(header::ACCEPT_ENCODING).cloned();
        let answer = tokio::time::timeout(self.state.limits.request_time, self.answer(request, &asked, id.to_owned()));
        let mut response = match AssertUnwindSafe(answer).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                let message = "this took longer than a request may take; ask for less, or try again later";
                self.dress(HttpFailure::new(StatusCode::SERVICE_UNAVAILABLE, message), &asked).await
            }
            Err(panic) => {
                let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                self.dress(HttpFailure::fault(&text.unwrap_or("a panic without a message")), &asked).await
            }
        };
        if let Some(codings) = codings {
            response = compress(response, codings).await;
        }
        finish(&mut response, &asked, started, id, self.state.site.https());
        response
    }

    async fn answer(&self, mut request: Request<Body>, asked: &Asked, id: String) -> Response {
        if let Some(length) = request.body().size_hint().upper().or_else(|| content_length(request.headers()))
            && length > self.state.limits.body_bytes
        {
            let message = format!("the request's body has {length} bytes, this portal accepts {}", self.state.limits.body_bytes);
            return self.dress(HttpFailure::new(StatusCode::PAYLOAD_TOO_LARGE, message), asked).await;
        }
        if let Err(refused) = access::check_host(&self.state, request.headers()) {
            return self.dress(refused, asked).await;
        }
        match access::admit(&self.state, &mut request, id).await {
            Ok(access::Admitted::Pass(caller)) => {
                if let Some(caller) = caller {
                    _ = asked.caller.set(caller);
                }
            }
            Ok(access::Admitted::Redirect(response)) => return response,
            Err(refused) => return self.dress(refused, asked).await,
        }
        let Ok(mut response) = self.router.clone().call(request).await;
        match failure::found_in(&mut response) {
            None => response,
            Some(failed) => {
                let label = response.extensions_mut().remove::<Arc<Label>>();
                let mut dressed = self.dress(failed, asked).await;
                if let Some(label) = label {
                    dressed.extensions_mut().insert(label);
                }
                dressed
            }
        }
    }

    /// The failure in the shape of the edge that was asked.
    async fn dress(&self, failed: HttpFailure, asked: &Asked) -> Response {
        match asked.edge {
            Edge::Backstage => failure::answer(&failed, "application/json; charset=utf-8", failure::backstage_body(&failed, asked)),
            Edge::Page if !failure::prefers_json(&asked.headers) => pages::failure_page(&self.state, &failed, asked),
            Edge::ServerFunction => failure::answer(&failed, "application/json", failure::server_function_body(&failed)),
            Edge::Page | Edge::Problem => {
                let mut response = failure::answer(&failed, "application/problem+json", failure::problem_body(&failed, asked));
                failure::challenge(&mut response, asked.uri.path());
                response
            }
        }
    }
}

fn cross_origin(_: ProtectionError) -> Response {
    use axum::response::IntoResponse as _;
    let message =
        "the request comes from a page of another origin; if this is the portal's own page, set public-url to the address in the browser";
    HttpFailure::new(StatusCode::FORBIDDEN, message).into_response()
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The client's own id if it is short and plain, else a new one.
fn accept_id(headers: &HeaderMap) -> (String, HeaderValue) {
    let plain = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        !bytes.is_empty() && bytes.len() <= 64 && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    if let Some(value) = headers.get(X_REQUEST_ID).filter(plain)
        && let Ok(text) = value.to_str()
    {
        return (text.to_owned(), value.clone());
    }
    let id = random::request_id();
    let value = HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("-"));
    (id, value)
}

/// Compresses the answer if the client accepts it and it is worth the while. Only asked-for, so others pay nothing.
async fn compress(response: Response, codings: HeaderValue) -> Response {
    let accept = codings.to_str().unwrap_or_default();
    if response.headers().contains_key(header::CONTENT_ENCODING) || !(assets::accepts(accept, "br") || assets::accepts(accept, "gzip")) {
        return response;
    }
    let worth = SizeAbove::new(1024).and(NotForContentType::new("font/")).and(NotForContentType::new("image/png"));
    let layer = CompressionLayer::new().gzip(true).br(true).compress_when(worth);
    let mut request = Request::new(());
    request.headers_mut().insert(header::ACCEPT_ENCODING, codings);
    let mut response = Some(response);
    let inner = tower::service_fn(move |_: Request<()>| ready(response.take().ok_or(())));
    match layer.layer(inner).oneshot(request).await {
        Ok(compressed) => compressed.map(Body::new),
        // The service above is called once, so it has its answer.
        Err(()) => Response::new(Body::empty()),
    }
}

/// Headers, log line and metrics of every answer.
fn finish(response: &mut Response, asked: &Asked, started: Instant, id: &str, https: bool) {
    let label = response.extensions_mut().remove::<Arc<Label>>();
    let label = label.as_ref().unwrap_or(&ELSEWHERE);
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, asked.request_id.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if asked.edge == Edge::Page {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        headers.insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(INERT);
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let took = started.elapsed();
    label.record(status.as_u16(), took.as_secs_f64());
    let (status, milliseconds) = (status.as_u16(), took.as_micros() as f64 / 1000.0);
    tracing::info!(request_id = id, method = asked.method.as_str(), path = label.path, status, duration_ms = milliseconds, "request");
}
