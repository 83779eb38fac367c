//! What was done, for the audit log: written in the transaction of the change itself, last.

use std::fmt::Display;

use identity::{
    Action,
    audit::{Decision, Entry},
};
use model::{Caller, Seq};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};

use crate::Portal;

/// A change that is about to be committed.
#[derive(Debug)]
pub(crate) struct Done {
    action: &'static str,
    /// What it was done to: a ref, `location:…`, `token:…`; never a secret.
    resource: String,
    before: String,
    after: String,
    detail: Map<String, Value>,
    decision: Decision,
    actor: Option<String>,
}

impl Done {
    /// Something was done to `resource`.
    pub(crate) fn new(action: Action, resource: impl Display) -> Self {
        Self::named(action.id(), resource)
    }

    /// Something was done that no policy decides, as signing in.
    pub(crate) fn named(action: &'static str, resource: impl Display) -> Self {
        Self {
            action,
            resource: resource.to_string(),
            before: String::new(),
            after: String::new(),
            detail: Map::new(),
            decision: Decision::Allow,
            actor: None,
        }
    }

    /// What it was before, of which only a digest is kept.
    pub(crate) fn before(mut self, content: &[u8]) -> Self {
        self.before = digest(content);
        self
    }

    /// What it is now, of which only a digest is kept.
    pub(crate) fn after(mut self, content: &[u8]) -> Self {
        self.after = digest(content);
        self
    }

    /// Something else worth knowing; never a secret.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }

    /// It was refused, and nothing was done.
    pub(crate) fn refused(mut self) -> Self {
        self.decision = Decision::Deny;
        self
    }

    /// Somebody else than the caller did it: `anonymous`, or the person who is signing in.
    pub(crate) fn by(mut self, actor: impl Display) -> Self {
        self.actor = Some(actor.to_string());
        self
    }

    fn entry(mut self, caller: &Caller) -> Entry {
        for (key, value) in &mut self.detail {
            mask(key, value);
        }
        Entry {
            actor: self.actor.unwrap_or_else(|| caller.principal.recorded()),
            via: caller.via.recorded(),
            action: self.action.to_owned(),
            resource: self.resource,
            decision: self.decision,
            before_digest: self.before,
            after_digest: self.after,
            request_id: caller.request_id.clone(),
            address: caller.address.map(|address| address.to_string()).unwrap_or_default(),
            detail: if self.detail.is_empty() { String::new() } else { Value::Object(self.detail).to_string() },
        }
    }
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes out what must not have come here: whoever hands details in should not, but a log is read by many and kept for long.
fn mask(key: &str, value: &mut Value) {
    const NAMES: [&str; 6] = ["password", "secret", "cookie", "authorization", "private_key", "client_secret"];
    const MASKED: &str = "***";
    match value {
        Value::String(text) if NAMES.contains(&key.to_ascii_lowercase().as_str()) || text.starts_with("wm_") => MASKED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(key, item)),
        Value::Object(inner) => inner.iter_mut().for_each(|(key, value)| mask(key, value)),
        _ => {}
    }
}

/// An address without what may be secret in it: login, query and fragment.
pub(crate) fn plain(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else {
        // A path, or `git@host:owner/name`, whose login is everybody's.
        return address.to_owned();
    };
    url.set_query(None);
    url.set_fragment(None);
    // Refused for addresses without a host, which have no login either.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.to_string()
}

impl Portal {
    /// Ends a transaction with its row of the audit log: both are written, or neither.
    ///
    /// # Errors
    /// Any failure of the store; nothing was written then.
    pub(crate) async fn commit(&self, mut tx: Tx, caller: &Caller, done: Done) -> Result<Seq, StoreError> {
        let row = self.inner.audit.log().append(&mut tx, done.entry(caller)).await?;
        let seq = tx.commit().await?;
        self.inner.audit.committed(&row);
        Ok(seq)
    }

    /// Records what changes nothing else, in a transaction of its own.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn record(&self, caller: &Caller, done: Done) -> Result<Seq, StoreError> {
        let tx = self.inner.store.begin().await?;
        self.commit(tx, caller, done).await
    }

    /// Records that something was refused, in a transaction of its own: what was begun for it is given up. It stays refused if that cannot be
    /// recorded; then the program's log says so.
    pub(crate) async fn refused(&self, caller: &Caller, action: &'static str, resource: &str, detail: Value) {
        let mut done = Done::named(action, resource).refused();
        match detail {
            Value::Null => {}
            Value::Object(detail) => done.detail = detail,
            other => done = done.with("detail", other),
        }
        if !self.inner.audit.may_refuse(caller) {
            metrics::counter!("audit_refusals_left_out_total").increment(1);
            return;
        }
        if let Err(error) = self.record(caller, done).await {
            tracing::error!(action, resource, actor = caller.principal.recorded(), %error, "a refusal could not be recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_lose_what_may_be_secret() {
        let check = |address: &str, expected: &str| assert_eq!(plain(address), expected);
        check("https://ada:secret@example.com/a/b?token=x#y", "https://example.com/a/b");
        check("git@example.com:a/b.git", "git@example.com:a/b.git");
        check("/srv/catalog/*.yaml", "/srv/catalog/*.yaml");
    }

    #[test]
    fn details_lose_secrets() {
        let done = Done::named("token:create", "token:1")
            .with("password", "hunter2")
            .with("given", json!({"token": "wm_abc", "scopes": ["catalog:read"], "Secret": ["a", "b"]}));
        let entry = done.entry(&Caller::worker());
        assert_eq!(entry.detail, r#"{"password":"***","given":{"token":"***","scopes":["catalog:read"],"Secret":["***","***"]}}"#);
        assert_eq!((entry.actor.as_str(), entry.via.as_str()), ("system:worker", "worker"));
    }
}
