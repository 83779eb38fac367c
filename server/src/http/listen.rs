//! Connections: accept them within limits, let each request end, then close.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response},
};
use http_body_util::Limited;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

use super::{App, Peer, operations};
use crate::config::LimitsConfig;

/// After a failed accept (most often: no free file descriptor) the next is tried so much later.
const BREATH: Duration = Duration::from_millis(100);

/// Serves `app` until `stop`, then lets open requests end within the drain time.
pub async fn run(listener: TcpListener, app: App, limits: LimitsConfig, stop: CancellationToken) {
    let limit = usize::try_from(limits.body_bytes).unwrap_or(usize::MAX);
    let handle = move |request: Request<Incoming>, peer: Peer| {
        let app = app.clone();
        async move {
            let mut request = request.map(|body| Body::new(Limited::new(body, limit)));
            request.extensions_mut().insert(peer);
            Ok::<Response<Body>, Infallible>(app.serve(request).await)
        }
    };
    accept(listener, handle, &limits, stop).await;
}

/// Serves the metrics to everybody who reaches the listener.
pub async fn metrics_listener(listener: TcpListener, metrics: PrometheusHandle, limits: LimitsConfig, stop: CancellationToken) {
    let handle = move |_: Request<Incoming>, _: Peer| {
        let text = metrics.render();
        async move { Ok::<Response<Body>, Infallible>(operations::prometheus(text)) }
    };
    accept(listener, handle, &limits, stop).await;
}

async fn accept<H, F>(listener: TcpListener, handle: H, limits: &LimitsConfig, stop: CancellationToken)
where
    H: Fn(Request<Incoming>, Peer) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            (place, accepted) = next => match accepted {
                Ok((stream, address)) => (place, stream, Peer(address.ip())),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        no_delay(&stream);
        let handle = handle.clone();
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service_fn(move |request| handle(request, peer))));
        tokio::spawn(async move {
            // A client that goes away or sends nonsense is no event for the operator.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain_time, graceful.shutdown()).await.is_err() {
        tracing::warn!(seconds = limits.drain_time.as_secs(), "some requests did not end in time and were cut");
    }
}

/// Answers are written whole, so waiting for more bytes to fill a packet only delays them.
fn no_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it began");
    }
}
