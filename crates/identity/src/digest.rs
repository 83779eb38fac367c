//! Digests of secrets, and secrets to take digests of.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// SHA-256 as 64 hexadecimal digits: what the database keeps of cookies, tokens and links. They are random and long, so nothing slower is
/// needed.
pub fn digest(secret: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(secret) {
        let _ = write!(out, "{byte:02x}"); // a String takes everything
    }
    out
}

/// So many random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    bytes
}

/// 128 random bits for the outside: 22 characters.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<16>())
}

/// A short name for lists and the audit log: `s_` and 12 characters. Not secret.
pub(crate) fn name(prefix: &str) -> String {
    let mut out = prefix.to_owned();
    out.extend(random::<12>().iter().map(|byte| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[usize::from(byte % 32)])));
    out
}
