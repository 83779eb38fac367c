//! What can go wrong between here and a host, by what the reader can do about it.

use thiserror::Error;

/// Why something could not be read. Its text is a sentence for the owner of a location: it names the host and what to
/// do, and never holds a credential.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ForgeError {
    /// The host answers, and there is no such file, branch or repository (or it hides a private one).
    #[error("{0}")]
    NotFound(String),
    /// The address is not read: it is malformed, private, or leads to what is not a file.
    #[error("{0}")]
    Refused(String),
    /// The host asks for a credential, or refuses the one it got.
    #[error("{0}")]
    Denied(String),
    /// More than the limits of `[fetch]` allow.
    #[error("{0}")]
    TooLarge(String),
    /// The host could not be reached, broke off, or answered nonsense: trying again may help.
    #[error("{0}")]
    Unreadable(String),
    /// The host's budget is used up. Nothing is sent to it until then.
    #[error("{message}")]
    RateLimited {
        /// The sentence, with the time in it.
        message: String,
        /// When the host may be asked again, in microseconds since 1970.
        until: i64,
    },
}

impl ForgeError {
    /// Whether trying again later, with nothing changed here, can succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::RateLimited { .. })
    }
}
