//! JSON bodies of requests.

use axum::{body::Body, http::StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError};
use serde::de::DeserializeOwned;

use crate::http::failure::HttpFailure;

/// Reads a body whatever its content type says; Backstage's client calls everything JSON, and little else is sent here.
///
/// # Errors
/// 413 when it is larger than the portal accepts, 400 when it is not JSON of that form.
pub(super) async fn read<T: DeserializeOwned>(body: Body) -> Result<T, HttpFailure> {
    let bytes = body.collect().await.map_err(|error| {
        if is_too_long(&error) {
            HttpFailure::new(StatusCode::PAYLOAD_TOO_LARGE, "request entity too large")
        } else {
            HttpFailure::invalid(format!("Malformed request: the body did not arrive whole: {error}"))
        }
    })?;
    let bytes = bytes.to_bytes();
    serde_json::from_slice(&bytes).map_err(|error| HttpFailure::invalid(format!("Malformed request: {error}")))
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
