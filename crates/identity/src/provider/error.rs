//! Why a sign-in through a provider did not come about.

use thiserror::Error;

/// What went wrong, for the audit log and for deciding whether to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The provider cannot be reached, or answers nonsense.
    Unavailable,
    /// The provider, or what is configured of it, is not as it has to be.
    Misconfigured,
    /// The answer belongs to no sign-in that waits: it was used before, is too old, or was never asked for.
    UnknownState,
    /// The answer came to another browser than the one that asked.
    OtherBrowser,
    /// The provider says no, or the person did.
    Denied,
    /// The provider does not take the code (again).
    Code,
    /// The answer names another issuer.
    Issuer,
    /// The token is for somebody else.
    Audience,
    /// The token belongs to another sign-in.
    Nonce,
    /// The token ran out, or is from the future.
    Expired,
    /// The token is signed in a way that is not accepted, or not at all.
    Algorithm,
    /// The token's signature is wrong, or of an unknown key.
    Signature,
    /// The token or the answer to a question about the person cannot be read.
    Malformed,
    /// A token for signing out was used before.
    Replayed,
    /// The e-mail address is not one that may sign in.
    Email,
}

impl Reason {
    /// How the audit log has it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unavailable => "provider-unavailable",
            Self::Misconfigured => "provider-misconfigured",
            Self::UnknownState => "unknown-state",
            Self::OtherBrowser => "other-browser",
            Self::Denied => "denied-by-provider",
            Self::Code => "code-refused",
            Self::Issuer => "wrong-issuer",
            Self::Audience => "wrong-audience",
            Self::Nonce => "wrong-nonce",
            Self::Expired => "expired",
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
            Self::Malformed => "malformed",
            Self::Replayed => "replayed",
            Self::Email => "email",
        }
    }
}

/// Why something with a provider did not come about: a sentence for the person, without anything secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What kind of thing.
    pub reason: Reason,
    /// What happened and what to do.
    pub message: String,
}

impl ProviderError {
    /// An error.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    /// Whether trying again can succeed with nothing changed.
    pub fn is_transient(&self) -> bool {
        self.reason == Reason::Unavailable
    }
}

/// A word or sentence of the provider's for our own text: short, one line, nothing that could be markup or a token.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 200;
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = plain.take(MOST).collect();
    if text.chars().count() > MOST {
        out.push('…');
    }
    out.trim().to_owned()
}
