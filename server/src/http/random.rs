//! Random text: nonces, and ids that are only unique.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// `bytes` (at most 32) from the system's source of randomness, as URL-safe base64.
pub(crate) fn token(bytes: usize) -> String {
    let mut buffer = [0; 32];
    let part = &mut buffer[..bytes];
    getrandom::fill(part).expect("the system has a source of randomness");
    URL_SAFE_NO_PAD.encode(part)
}

/// 12 hexadecimal digits to find a fault in the log by: short enough to be read out.
pub(crate) fn incident() -> String {
    request_id()[4..].to_owned()
}

/// 16 hexadecimal digits, unique among this process's requests and unlikely to meet another's. Not secret.
pub(crate) fn request_id() -> String {
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // An odd factor maps counts to ids one to one, and neighbours far apart.
    format!("{:016x}", START.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}
