//! One row of the log: as it is handed in, and as it is kept.

use model::Timestamp;
use serde::Serialize;
use store::Ts;

/// Characters of a name, a resource, an address. Longer ones are cut: a row is never refused for its length.
const TEXT: usize = 1_000;
/// Bytes of the detail. Longer ones are replaced by a note that says so.
const DETAIL: usize = 16 * 1024;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It was allowed, and done.
    Allow,
    /// It was refused; nothing was done.
    Deny,
}

impl Decision {
    /// As rows keep it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// What is to be recorded.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `user:…`, `service:NAME`, `system:admin-token`, `system:worker` or `anonymous`.
    pub actor: String,
    /// `session:ID`, `token:ID`, `admin-token`, `proxy`, `worker` or nothing.
    pub via: String,
    /// What was done, as policies call it.
    pub action: String,
    /// What it was done to.
    pub resource: String,
    /// Whether it was done.
    pub decision: Decision,
    /// SHA-256 of what it was before, in hexadecimal; empty where there was nothing.
    pub before_digest: String,
    /// SHA-256 of what it is now.
    pub after_digest: String,
    /// The id under which the request was logged.
    pub request_id: String,
    /// Where the request came from.
    pub address: String,
    /// What else is worth knowing, as a JSON object or nothing. Never a secret.
    pub detail: String,
}

impl Entry {
    /// What the portal did to the log itself.
    pub(super) fn of_worker(action: &str, decision: Decision) -> Self {
        Self {
            actor: "system:worker".to_owned(),
            via: "worker".to_owned(),
            action: action.to_owned(),
            resource: "audit".to_owned(),
            decision,
            before_digest: String::new(),
            after_digest: String::new(),
            request_id: String::new(),
            address: String::new(),
            detail: String::new(),
        }
    }

    /// Cut to what a row may hold, without NUL, which no database can keep.
    pub(super) fn bounded(mut self) -> Self {
        for text in [
            &mut self.actor,
            &mut self.via,
            &mut self.action,
            &mut self.resource,
            &mut self.before_digest,
            &mut self.after_digest,
            &mut self.request_id,
            &mut self.address,
        ] {
            bound(text);
        }
        if self.detail.len() > DETAIL {
            self.detail = format!("{{\"left_out\":\"the detail had {} bytes\"}}", self.detail.len());
        }
        self.detail = self.detail.replace('\0', "\u{fffd}");
        self
    }
}

fn bound(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(TEXT) {
        text.truncate(at);
        text.push('…');
    }
    if text.contains('\0') {
        *text = text.replace('\0', "\u{fffd}");
    }
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Its number. Numbers have no gaps.
    pub seq: i64,
    at: Ts,
    /// Who did it.
    pub actor: String,
    /// By what they came in.
    pub via: String,
    /// What was done, as policies call it.
    pub action: String,
    /// What it was done to.
    pub resource: String,
    /// `allow` or `deny`.
    pub decision: String,
    /// SHA-256 of what it was before.
    pub before_digest: String,
    /// SHA-256 of what it is now.
    pub after_digest: String,
    /// The id under which the request was logged.
    pub request_id: String,
    /// Where the request came from.
    pub address: String,
    /// JSON, or nothing.
    pub detail: String,
    /// SHA-256 of all this and the hash of the row before.
    pub hash: String,
}

impl Row {
    /// The entry as the row `seq`, which still lacks its hash.
    pub(super) fn new(seq: i64, at: Timestamp, entry: Entry) -> Self {
        Self {
            seq,
            at: Ts(at),
            actor: entry.actor,
            via: entry.via,
            action: entry.action,
            resource: entry.resource,
            decision: entry.decision.id().to_owned(),
            before_digest: entry.before_digest,
            after_digest: entry.after_digest,
            request_id: entry.request_id,
            address: entry.address,
            detail: entry.detail,
            hash: String::new(),
        }
    }

    /// When it was done, by the database's clock.
    pub fn at(&self) -> Timestamp {
        self.at.0
    }

    /// Its texts in the order in which the hash covers them.
    pub(super) fn texts(&self) -> [&str; 10] {
        [
            &self.actor,
            &self.via,
            &self.action,
            &self.resource,
            &self.decision,
            &self.before_digest,
            &self.after_digest,
            &self.request_id,
            &self.address,
            &self.detail,
        ]
    }
}
