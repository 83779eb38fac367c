//! Who sent it.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::webhook::WebhookError;

/// `sha256=<HMAC-SHA256 of the body in hex>`.
pub(super) fn hmac(header: &str, given: Option<&str>, body: &[u8], secret: &SecretString) -> Result<(), WebhookError> {
    let given = present(header, given, secret)?;
    let wrong =
        || WebhookError::Signature(format!("the signature in {header} does not fit the body: is the secret the same on both sides?"));
    let given = given.strip_prefix("sha256=").and_then(from_hex).ok_or_else(wrong)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(|_| wrong())?;
    mac.update(body);
    mac.verify_slice(&given).map_err(|_| wrong())
}

/// The secret itself.
pub(super) fn token(header: &str, given: Option<&str>, secret: &SecretString) -> Result<(), WebhookError> {
    let given = present(header, given, secret)?;
    // Hashes have one length, so the comparison tells nothing of the secret's.
    let (given, secret) = (Sha256::digest(given), Sha256::digest(secret.expose_secret()));
    if bool::from(given.as_slice().ct_eq(secret.as_slice())) {
        return Ok(());
    }
    Err(WebhookError::Signature(format!("the token in {header} is not the configured one")))
}

fn present<'a>(header: &str, given: Option<&'a str>, secret: &SecretString) -> Result<&'a str, WebhookError> {
    // An empty secret would let anyone sign.
    if secret.expose_secret().is_empty() {
        return Err(WebhookError::Signature("no secret is configured under [webhooks]".to_owned()));
    }
    given.map(str::trim).filter(|given| !given.is_empty()).ok_or_else(|| {
        WebhookError::Signature(format!("the header {header} is missing: set the webhook's secret to the one under [webhooks]"))
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
