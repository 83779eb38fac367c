//! The routing table with a label for each address, for logs and metrics.
//!
//! Metrics carry the matched path and never the asked one: else every entity would be a time series of its own.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use axum::{Router, http::Request, response::Response, routing::MethodRouter};
use metrics::Histogram;
use tower::{Layer, Service};

use super::state::AppState;

/// Collects routes. What it collected can be listed, so that tests can try every one of them.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<AppState>,
    paths: Vec<&'static str>,
}

/// An address as its route states it, with its metrics.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) path: &'static str,
    durations: [OnceLock<Histogram>; 5],
}

impl Label {
    pub(super) const fn new(path: &'static str) -> Self {
        Self { path, durations: [const { OnceLock::new() }; 5] }
    }

    /// Counts an answer with `status` that took `seconds`.
    pub(super) fn record(&self, status: u16, seconds: f64) {
        const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        // The recorder looks names up in a map; a request has no time for that.
        let histogram = self.durations[class]
            .get_or_init(|| metrics::histogram!("http_request_duration_seconds", "path" => self.path, "status" => CLASSES[class]));
        histogram.record(seconds);
    }
}

impl Routes {
    /// Adds a route.
    #[must_use]
    pub fn add(mut self, path: &'static str, methods: MethodRouter<AppState>) -> Self {
        self.paths.push(path);
        self.router = self.router.route(path, methods.layer(Labelled(Arc::new(Label::new(path)))));
        self
    }

    /// Adds the routes of another table.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.router = self.router.merge(other.router);
        self
    }

    /// The paths, in the order in which they were added.
    pub fn paths(&self) -> &[&'static str] {
        &self.paths
    }

    /// The router.
    pub(super) fn into_router(self) -> Router<AppState> {
        self.router
    }
}

/// Leaves the route's label in the answer.
#[derive(Clone)]
struct Labelled(Arc<Label>);

impl<S> Layer<S> for Labelled {
    type Service = LabelledService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LabelledService { inner, label: Arc::clone(&self.0) }
    }
}

#[derive(Clone)]
struct LabelledService<S> {
    inner: S,
    label: Arc<Label>,
}

impl<S, B> Service<Request<B>> for LabelledService<S>
where
    S: Service<Request<B>, Response = Response, Error = Infallible>,
    S::Future: Unpin,
{
    type Response = Response;
    type Error = Infallible;
    type Future = LabelledFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        LabelledFuture { inner: self.inner.call(request), label: Some(Arc::clone(&self.label)) }
    }
}

struct LabelledFuture<F> {
    inner: F,
    label: Option<Arc<Label>>,
}

impl<F: Future<Output = Result<Response, Infallible>> + Unpin> Future for LabelledFuture<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(mut response) = ready!(Pin::new(&mut self.inner).poll(cx));
        if let Some(label) = self.label.take() {
            response.extensions_mut().insert(label);
        }
        Poll::Ready(Ok(response))
    }
}
