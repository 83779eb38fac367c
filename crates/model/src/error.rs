//! What can go wrong, by what the caller can do about it.

use serde::{Deserialize, Serialize};

/// A refusal or failure, by what the caller can do about it. The edges turn it into a status and a shape.
///
/// The text is for the caller. A cause that is not theirs to mend goes to the log under the incident id only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PortalError {
    /// It does not exist, or the caller may not know that it does. 404
    #[error("{message}")]
    NotFound {
        /// What was looked for.
        message: String,
    },
    /// The input is wrong. 400
    #[error("{message}")]
    Invalid {
        /// What is wrong with the whole.
        message: String,
        /// What is wrong with single fields.
        fields: Vec<FieldError>,
    },
    /// Nobody is signed in, or the token is unknown. 401
    #[error("{message}")]
    Unauthenticated {
        /// What is missing.
        message: String,
    },
    /// The caller is known and may not. 403
    #[error("{message}")]
    Forbidden {
        /// What was refused and what would be needed.
        message: String,
    },
    /// The thing changed or exists already. 409
    #[error("{message}")]
    Conflict {
        /// What stands in the way.
        message: String,
    },
    /// Too often. 429
    #[error("too many requests, try again in {retry_after_seconds} s")]
    RateLimited {
        /// Seconds until the next try can work.
        retry_after_seconds: u32,
    },
    /// Something Waymark needs does not answer; trying again later can work. 503
    #[error("{message}")]
    Unavailable {
        /// What does not answer.
        message: String,
    },
    /// A fault of Waymark's. The log has the cause under the incident id. 500
    #[error("something went wrong on our side, incident {incident}")]
    Internal {
        /// The id under which the log has the cause.
        incident: String,
    },
}

/// What is wrong with one field of a form or a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form, or the JSON pointer into the body.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl PortalError {
    /// Nothing is there under that name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }

    /// The input as a whole is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), fields: Vec::new() }
    }
}
