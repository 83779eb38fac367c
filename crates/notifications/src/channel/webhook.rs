//! Waymark's own webhook: the message as JSON, signed, with an id that stays the same however often it is sent.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Outgoing, Sender};

/// What is sent. Its time is part of what is signed, so that a receiver can refuse what is old.
pub(super) fn body(sender: &Sender, message: &Outgoing) -> Value {
    json!({
        "delivery": message.delivery,
        "timestamp": message.now.rfc3339(),
        "notification": {
            "id": message.notification,
            "origin": message.origin,
            "topic": message.topic,
            "severity": message.severity.name(),
            "title": message.title,
            "body": message.body,
            "link": sender.link(&message.link),
            "scope": message.scope,
            "sent": message.sent.rfc3339(),
        },
    })
}

/// The delivery's id, the time, and `sha256=<HMAC-SHA256 of the body in hex>`.
pub(super) fn headers(message: &Outgoing, body: &str, secret: Option<&SecretString>) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("waymark-event", "notification".to_owned()),
        ("waymark-delivery", message.delivery.clone()),
        ("waymark-timestamp", message.now.0.div_euclid(1_000_000).to_string()),
    ];
    if let Some(secret) = secret {
        headers.push(("waymark-signature-256", signature(body, secret)));
    }
    headers
}

fn signature(body: &str, secret: &SecretString) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_git_hosts_do() {
        // The example of GitHub's documentation.
        let secret = SecretString::from("It's a Secret to Everybody");
        let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(signature("Hello, World!", &secret), expected);
    }
}
