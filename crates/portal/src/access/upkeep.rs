//! When sessions and tokens were last used, written now and then and never at a read; and throwing away what ended.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use identity::{
    session::Sessions,
    throttle::{self, Limits},
    token::{self, Use},
};
use model::Timestamp;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use super::Access;

/// How often uses are written.
const EVERY: Duration = Duration::from_secs(30);
/// Uses that wait at most; more are dropped, and noted when they happen again.
const WAITING: usize = 20_000;
/// Uses that one statement writes.
const BATCH: usize = 500;
/// How many rounds there are between two cleanings: an hour.
const CLEAN: u32 = 120;
/// How long lists show tokens that ended: 90 days.
const ENDED: i64 = 90 * 86_400_000_000;

/// Uses that wait to be written.
#[derive(Debug, Default)]
pub(super) struct Uses {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    sessions: BTreeSet<Arc<str>>,
    tokens: HashMap<Arc<str>, Option<IpAddr>>,
}

impl Uses {
    /// A session was used.
    pub(super) fn session(&self, id: &Arc<str>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.sessions.len() < WAITING {
            waiting.sessions.insert(Arc::clone(id));
        }
    }

    /// A token was used.
    pub(super) fn token(&self, id: &Arc<str>, from: Option<IpAddr>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.tokens.len() < WAITING {
            waiting.tokens.insert(Arc::clone(id), from);
        }
    }

    fn take(&self) -> Waiting {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Access {
    /// Writes uses and cleans up until `cancel`; what waits then is still written.
    pub(crate) async fn keep(self: Arc<Self>, store: Store, cancel: CancellationToken) {
        let mut round = 0;
        loop {
            let on = cancel.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some();
            if let Err(error) = self.write_uses(&store).await {
                tracing::info!(%error, "it could not be written when sessions and tokens were last used");
            }
            if !on {
                return;
            }
            if round % CLEAN == 0
                && let Err(error) = clean(&store, self.limits).await
            {
                tracing::info!(%error, "sessions and tokens that ended could not be removed, the next hour tries again");
            }
            round += 1;
        }
    }

    /// Writes the uses that wait.
    pub(crate) async fn write_uses(&self, store: &Store) -> Result<(), StoreError> {
        let Waiting { sessions, tokens } = self.uses.take();
        let sessions: Vec<String> = sessions.iter().map(ToString::to_string).collect();
        let from = |from: Option<IpAddr>| from.map(|address| address.to_string()).unwrap_or_default();
        let mut uses: Vec<Use> = tokens.iter().map(|(id, address)| Use { id: id.to_string(), from: from(*address) }).collect();
        // In one order everywhere, so that two replicas never wait for each other.
        uses.sort();
        for batch in sessions.chunks(BATCH) {
            let mut tx = store.begin().await?;
            self.sessions.seen(&mut tx, batch).await?;
            tx.commit().await?;
        }
        for batch in uses.chunks(BATCH) {
            let mut tx = store.begin().await?;
            token::used(&mut tx, batch).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

async fn clean(store: &Store, limits: Limits) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    Sessions::sweep(&mut tx).await?;
    throttle::sweep(&mut tx, limits).await?;
    let now = tx.now().await?;
    token::sweep(&mut tx, Timestamp(now.0 - ENDED)).await?;
    tx.commit().await.map(drop)
}
