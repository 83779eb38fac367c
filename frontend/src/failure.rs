//! A server function's refusal, as it crosses the wire.

use std::fmt;

use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use model::PortalError;
use serde::{Deserialize, Serialize};

/// Why a server function did not do it. The orphan rule keeps Leptos' trait off [`PortalError`] itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerFailure(pub PortalError);

impl fmt::Display for ServerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ServerFailure {}

impl From<PortalError> for ServerFailure {
    fn from(error: PortalError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for ServerFailure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => PortalError::invalid(message),
            ServerFnErrorErr::Request(_) => {
                PortalError::Unavailable { message: "The portal does not answer. Check the connection and try again.".into() }
            }
            _ => PortalError::Unavailable { message: "The portal's answer was not understood. Reload the page and try again.".into() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the browser reads of a refusal: its kind and its message.
    #[test]
    fn crosses_the_wire_as_the_portals_error() {
        let check = |failure: ServerFailure, expected: &str| {
            assert_eq!(String::from_utf8(failure.ser().to_vec()).expect("JSON is text"), expected);
            assert_eq!(ServerFailure::de(failure.ser()), failure);
        };
        check(PortalError::not_found("nothing there").into(), r#"{"kind":"not_found","message":"nothing there"}"#);
        check(
            ServerFailure::from_server_fn_error(ServerFnErrorErr::MissingArg("text".into())),
            r#"{"kind":"invalid","message":"text","fields":[]}"#,
        );
    }
}
