//! `/bench/bare?of=PATH`: the yardstick of the benchmarks, there only with `bench` in the configuration.
//!
//! The first request asks the real handler once. Every later one gets the same bytes through the same shell, router
//! and headers, so that what is left of the difference is the portal's own work.

use std::{collections::HashMap, sync::RwLock};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header},
    response::Response,
    routing::get,
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::{access::Signed, failure::HttpFailure, routes::Routes, state::AppState};

/// Answers that were captured, by the raw query.
#[derive(Debug, Default)]
pub(super) struct BareAnswers(RwLock<HashMap<String, Captured>>);

#[derive(Clone, Debug)]
struct Captured {
    kind: HeaderValue,
    body: Bytes,
}

/// Answers kept, at most.
const MOST: usize = 10_000;

/// The route. `real` holds the portal's own routes.
pub(super) fn routes(real: Router) -> Routes {
    let handler = move |signed: Signed, state: State<AppState>, uri: Uri, headers: HeaderMap| {
        let real = real.clone();
        async move { bare(signed, state, &uri, headers, real).await }
    };
    Routes::default().add("/bench/bare", get(handler))
}

async fn bare(signed: Signed, State(state): State<AppState>, uri: &Uri, headers: HeaderMap, real: Router) -> Result<Response, HttpFailure> {
    let Some(bare) = &state.bare else { return Err(HttpFailure::not_found("there is nothing at this address")) };
    let query = uri.query().unwrap_or_default();
    let found = bare.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(query).cloned();
    let captured = match found {
        Some(captured) => captured,
        None => {
            let captured = capture(signed, query, headers, real).await?;
            let mut answers = bare.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            if answers.len() < MOST {
                answers.insert(query.to_owned(), captured.clone());
            }
            captured
        }
    };
    let mut response = Response::new(Body::from(captured.body));
    response.headers_mut().insert(header::CONTENT_TYPE, captured.kind);
    Ok(response)
}

async fn capture(signed: Signed, query: &str, headers: HeaderMap, real: Router) -> Result<Captured, HttpFailure> {
    let of = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "of").map(|(_, value)| value.into_owned());
    let of = of.filter(|of| of.starts_with('/')).ok_or_else(|| HttpFailure::invalid("of=PATH has to name a path of this portal"))?;
    let mut request = Request::get(&of).body(Body::empty()).map_err(|error| HttpFailure::invalid(format!("of={of}: {error}")))?;
    *request.headers_mut() = headers;
    request.extensions_mut().insert(signed);
    let Ok(response) = real.oneshot(request).await;
    if response.status() != StatusCode::OK {
        return Err(HttpFailure::invalid(format!("of={of}: the portal answers {}", response.status())));
    }
    let kind = response.headers().get(header::CONTENT_TYPE).cloned().unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let body = response.into_body().collect().await.map_err(|error| HttpFailure::fault(&error))?.to_bytes();
    Ok(Captured { kind, body })
}
