//! `/webhooks/…`: hosts of repositories tell that somebody pushed. Open to anybody, since a signature over the body admits.
//!
//! A request is answered once the work is durable: 202, and what the push touched is read soon after. So a host may send the same push
//! again without harm, and a portal that was down misses nothing that the schedule would not find.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use forge::webhook::{self, Event, WebhookError};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::Semaphore;

use super::{failure::HttpFailure, request_id, routes::Routes, state::AppState};

/// Bytes of a request, at most. A push of GitHub's can have 25 MB, which is thousands of commits; such a push is refused, and the
/// location's schedule brings what it changed.
const LIMIT: usize = 5 << 20;
/// What is larger waits for a place, so that strangers cannot fill the memory with bodies whose signature is wrong.
const SMALL: usize = 128 << 10;
/// Large bodies that are held at once.
static LARGE: Semaphore = Semaphore::const_new(16);

/// The routes.
pub(super) fn routes() -> Routes {
    Routes::default().add("/webhooks/github", post(github)).add("/webhooks/gitlab", post(gitlab)).add("/webhooks/git", post(git))
}

/// GitHub, and what speaks like it: Gitea, Forgejo.
async fn github(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Result<Response, HttpFailure> {
    let secret = configured(state.webhooks.github.as_ref(), "GitHub", "github-secret", "GITHUB_SECRET")?;
    let read = |body: &Bytes| webhook::github(text(&headers, "x-hub-signature-256"), text(&headers, "x-github-event"), body, secret);
    receive(&state, &headers, body, read).await
}

/// GitLab.
async fn gitlab(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Result<Response, HttpFailure> {
    let secret = configured(state.webhooks.gitlab.as_ref(), "GitLab", "gitlab-secret", "GITLAB_SECRET")?;
    let read = |body: &Bytes| webhook::gitlab(text(&headers, "x-gitlab-token"), text(&headers, "x-gitlab-event"), body, secret);
    receive(&state, &headers, body, read).await
}

/// Anything that can send a signed line of JSON: a `post-receive` hook, a pipeline.
async fn git(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Result<Response, HttpFailure> {
    let secret = configured(state.webhooks.git.as_ref(), "plain git servers", "git-secret", "GIT_SECRET")?;
    let signature = text(&headers, "x-waymark-signature").or_else(|| text(&headers, "x-hub-signature-256"));
    let read = |body: &Bytes| webhook::git(signature, body, secret);
    receive(&state, &headers, body, read).await
}

async fn receive(
    state: &AppState,
    headers: &HeaderMap,
    body: Body,
    read: impl Fn(&Bytes) -> Result<Event, WebhookError>,
) -> Result<Response, HttpFailure> {
    let length = text(headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<usize>().ok());
    let _place = match length {
        Some(length) if length <= SMALL => None,
        // The semaphore is never closed.
        _ => LARGE.acquire().await.ok(),
    };
    let body = axum::body::to_bytes(body, LIMIT).await.map_err(|_| too_large())?;
    let event = read(&body).map_err(|error| match error {
        WebhookError::Signature(message) => HttpFailure::new(StatusCode::UNAUTHORIZED, message),
        WebhookError::Malformed(message) => HttpFailure::invalid(message),
    })?;
    let push = match event {
        Event::Push(push) => push,
        Event::Ping => {
            return Ok((StatusCode::OK, Json(json!({ "queued": false, "reason": "this was a test, and it worked" }))).into_response());
        }
        Event::Other(event) => {
            let reason = format!("the event \"{event}\" changes no files; send pushes only");
            return Ok((StatusCode::ACCEPTED, Json(json!({ "queued": false, "reason": reason }))).into_response());
        }
    };
    let seq = state.portal.webhooks().receive(&push, &request_id()).await?;
    let answer = json!({ "queued": true, "repository": push.repositories.first(), "reference": push.reference });
    let mut response = (StatusCode::ACCEPTED, Json(answer)).into_response();
    response.headers_mut().insert(HeaderName::from_static("waymark-seq"), HeaderValue::from(seq.0));
    Ok(response)
}

fn configured<'a>(secret: Option<&'a SecretString>, who: &str, key: &str, variable: &str) -> Result<&'a SecretString, HttpFailure> {
    secret.ok_or_else(|| {
        HttpFailure::not_found(format!(
            "webhooks of {who} are off: set {key} under [webhooks] in waymark.toml, or WAYMARK_WEBHOOKS_{variable}, and give the sender the same secret"
        ))
    })
}

fn too_large() -> HttpFailure {
    let message = format!("the push has more than {LIMIT} bytes, or did not arrive whole; the location's schedule reads what it changed");
    HttpFailure::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
