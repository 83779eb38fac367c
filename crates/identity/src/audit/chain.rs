//! What hashes and signatures cover, byte for byte. Version 1: what is written here never changes, or every log would look forged.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{AuditKey, Row};

/// Stands for the hash before the first row of all.
pub(super) const BEGINNING: &str = "";
/// Stands for the hash before a row that was appended to a head which was not signed with the key: it fits no row, so the place stays
/// visible for good.
pub(super) const FORGED: &str = "forged";

/// The hash of a row that follows the row with the hash `previous`.
pub(super) fn row_hash(previous: &str, row: &Row) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"waymark audit row 1");
    text(&mut |bytes| hasher.update(bytes), previous);
    hasher.update(row.seq.to_be_bytes());
    hasher.update(row.at().0.to_be_bytes());
    for field in row.texts() {
        text(&mut |bytes| hasher.update(bytes), field);
    }
    hex(&hasher.finalize())
}

/// The signature of the head: how far the log goes.
pub(super) fn head_mac(key: &AuditKey, seq: i64, hash: &str) -> String {
    mac(key, "waymark audit head 1", &[seq], hash)
}

/// The signature of a checkpoint: up to where rows were removed.
pub(super) fn checkpoint_mac(key: &AuditKey, seq: i64, hash: &str, removed: i64, created_at: i64) -> String {
    mac(key, "waymark audit checkpoint 1", &[seq, removed, created_at], hash)
}

/// The signature of what a process has seen of the log.
pub(super) fn seen_mac(key: &AuditKey, seq: i64, hash: &str) -> String {
    mac(key, "waymark audit seen 1", &[seq], hash)
}

/// Whether two signatures are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(one.as_bytes(), other.as_bytes()))
}

fn mac(key: &AuditKey, what: &str, numbers: &[i64], hash: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    text(&mut |bytes| mac.update(bytes), what);
    for number in numbers {
        mac.update(&number.to_be_bytes());
    }
    text(&mut |bytes| mac.update(bytes), hash);
    hex(&mac.finalize().into_bytes())
}

/// A text with its length first, so that no two rows have the same bytes.
fn text(update: &mut dyn FnMut(&[u8]), text: &str) {
    update(&(text.len() as u64).to_be_bytes());
    update(text.as_bytes());
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::audit::{Decision, Entry};

    fn row(actor: &str, via: &str) -> Row {
        let text = String::new;
        let entry = Entry {
            actor: actor.to_owned(),
            via: via.to_owned(),
            action: "entity:create".to_owned(),
            resource: "component:default/größe".to_owned(),
            decision: Decision::Allow,
            before_digest: text(),
            after_digest: text(),
            request_id: text(),
            address: text(),
            detail: text(),
        };
        Row::new(1, Timestamp(2), entry)
    }

    #[test]
    fn what_is_hashed_never_changes() {
        assert_eq!(row_hash("", &row("user:default/ada", "session:s")), "237672cbc8a20a59493602b7def92b9b750c5d985049357c990083b207e6b5d6");
        let key = AuditKey::known_to_everybody();
        assert_eq!(head_mac(&key, 1, "h"), "82dcb3a41ea01ce20d668e3ed9e56c746c34c2a316466da79ace57cc8474afb6");
        assert_eq!(checkpoint_mac(&key, 1, "h", 2, 3), "fdcab6f070277b436e861d2256e4c8bcbc03df7dafb039cba3c2835ea3abf052");
        assert_eq!(key.id(), "cc9394a64efcd7f6");
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(row_hash("", &row("ab", "c")), row_hash("", &row("a", "bc")));
        assert_ne!(row_hash("a", &row("b", "c")), row_hash("", &row("ab", "c")));
    }
}
