//! Who is behind which cookie and token, for a few seconds in memory: a page must not ask the database who asks.
//!
//! What is remembered is forgotten at once when the change feed says that it ended, and after [`FRESH`] in any case. While the database
//! does not answer it may be used for as long as a revocation may take at most ([`STALE`]).

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use model::Principal;
use sha2::{Digest as _, Sha256};
use store::StoreError;

/// How long an answer of the database is believed.
const FRESH: Duration = Duration::from_secs(5);
/// From then on one request asks again, while the others go on.
const RENEW: Duration = Duration::from_secs(4);
/// How long it is believed while the database does not answer.
const STALE: Duration = Duration::from_secs(55);
/// Sessions and tokens that are remembered at once.
const ENTRIES: usize = 20_000;

/// A session or a token that holds.
#[derive(Debug)]
pub(super) struct Good {
    /// What lists and the audit log call it.
    pub(super) id: Arc<str>,
    pub(super) principal: Principal,
    /// What a token is limited to; `None` for sessions.
    pub(super) scopes: Option<Arc<[String]>>,
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    good: Arc<Good>,
    renewing: AtomicBool,
}

/// Digests of what was sent, with whom it stands for.
#[derive(Debug, Default)]
pub(super) struct Known {
    entries: RwLock<HashMap<[u8; 32], Arc<Entry>>>,
}

impl Known {
    /// How many there are, for the system page.
    pub(super) fn count(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Who is behind `secret`: from memory, else what `load` says. The second value tells whether it was loaded.
    pub(super) async fn resolve<F>(&self, secret: &str, load: impl FnOnce() -> F) -> Result<Option<(Arc<Good>, bool)>, StoreError>
    where
        F: Future<Output = Result<Option<Good>, StoreError>>,
    {
        let key: [u8; 32] = Sha256::digest(secret).into();
        let entry = self.entries.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(entry) = &entry {
            let age = entry.at.elapsed();
            if age < RENEW || (age < FRESH && entry.renewing.swap(true, Ordering::Relaxed)) {
                return Ok(Some((Arc::clone(&entry.good), false)));
            }
        }
        match load().await {
            Ok(Some(good)) => {
                let good = Arc::new(good);
                self.put(key, Arc::clone(&good));
                Ok(Some((good, true)))
            }
            Ok(None) => {
                self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
                Ok(None)
            }
            Err(error) if error.is_unavailable() => match entry.filter(|entry| entry.at.elapsed() < STALE) {
                Some(entry) => Ok(Some((Arc::clone(&entry.good), false))),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn put(&self, key: [u8; 32], good: Arc<Good>) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES && !entries.contains_key(&key) {
            entries.retain(|_, entry| entry.at.elapsed() < FRESH);
            if entries.len() >= ENTRIES {
                entries.clear();
            }
        }
        entries.insert(key, Arc::new(Entry { at: Instant::now(), good, renewing: AtomicBool::new(false) }));
    }

    /// Forgets what lists call so.
    pub(super) fn forget(&self, id: &str) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).retain(|_, entry| *entry.good.id != *id);
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(id: &str) -> Good {
        Good { id: id.into(), principal: Principal::Service(id.to_owned()), scopes: None }
    }

    #[tokio::test]
    async fn the_database_is_asked_once_until_it_is_told_otherwise() {
        let known = Known::default();
        let ask = async |secret: &str, answer: Option<Good>| {
            let found = known.resolve(secret, async || Ok(answer)).await.unwrap();
            found.map_or_else(|| "nobody".to_owned(), |(good, loaded)| format!("{} {loaded}", good.id))
        };
        assert_eq!(ask("a", Some(good("one"))).await, "one true");
        assert_eq!(ask("a", None).await, "one false");
        assert_eq!(ask("b", Some(good("two"))).await, "two true");
        known.forget("one");
        assert_eq!(ask("a", None).await, "nobody");
        assert_eq!(ask("b", None).await, "two false");
        known.clear();
        assert_eq!(ask("b", None).await, "nobody");
    }
}
