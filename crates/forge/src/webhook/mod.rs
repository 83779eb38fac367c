//! What forges send when something was pushed. Pure: headers and body in, an event out.
//!
//! Nothing is believed before its signature was checked, and signatures are compared in constant time.

mod payload;
mod repository;
mod signature;

pub use repository::same_repository;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Files that a push is remembered to touch; more count as unknown.
const MOST_TOUCHED: usize = 10_000;

/// What a forge tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A branch or tag moved, appeared or went.
    Push(Push),
    /// It asks whether anyone is here.
    Ping,
    /// Something that changes no file; its name.
    Other(String),
}

/// A branch or tag moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// All addresses that the payload names the repository by.
    pub repositories: Vec<String>,
    /// The branch or tag, without `refs/heads/` or `refs/tags/`.
    pub reference: String,
    /// The commit before; none where the reference is new.
    pub before: Option<String>,
    /// The commit after; none where the reference was deleted.
    pub after: Option<String>,
    /// The paths that were added, changed or removed. Empty: not known, so all may be.
    pub touched: Vec<String>,
}

/// Why a request is not taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum WebhookError {
    /// It does not prove who sent it: 401.
    #[error("{0}")]
    Signature(String),
    /// It proves who sent it and says nothing that can be read: 400.
    #[error("{0}")]
    Malformed(String),
}

/// GitHub (and Gitea, which sends the same headers): `X-Hub-Signature-256` and `X-GitHub-Event`.
///
/// # Errors
/// See [`WebhookError`].
pub fn github(signature: Option<&str>, event: Option<&str>, body: &[u8], secret: &SecretString) -> Result<Event, WebhookError> {
    signature::hmac("X-Hub-Signature-256", signature, body, secret)?;
    match event {
        None => Err(WebhookError::Malformed("the header X-GitHub-Event is missing".to_owned())),
        Some("ping") => Ok(Event::Ping),
        Some("push") => payload::github(body).map(Event::Push),
        Some(other) => Ok(Event::Other(shown(other))),
    }
}

/// GitLab: `X-Gitlab-Token` and `X-Gitlab-Event`, from a project, a group or the system.
///
/// # Errors
/// See [`WebhookError`].
pub fn gitlab(token: Option<&str>, event: Option<&str>, body: &[u8], secret: &SecretString) -> Result<Event, WebhookError> {
    signature::token("X-Gitlab-Token", token, secret)?;
    payload::gitlab(event, body)
}

/// Anything else that can send JSON: `X-Waymark-Signature: sha256=<HMAC of the body in hex>` and
/// `{"repository": "<address>", "ref": "main", "before"?, "after"?, "added"?, "modified"?, "removed"?}`.
///
/// # Errors
/// See [`WebhookError`].
pub fn git(signature: Option<&str>, body: &[u8], secret: &SecretString) -> Result<Event, WebhookError> {
    signature::hmac("X-Waymark-Signature", signature, body, secret)?;
    payload::generic(body).map(Event::Push)
}

fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}
