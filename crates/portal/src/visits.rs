//! What people visited. A page view must not wait for a write, so visits are queued and written together.

use std::{collections::HashSet, future::Future, sync::Mutex, sync::PoisonError, time::Duration};

use model::{EntityRef, Timestamp};
use store::{Args, Store, StoreError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::sql;

/// Visits that may wait; more are dropped, since nothing depends on them.
const QUEUE: usize = 4_096;
/// How long visits are gathered before they are written.
const GATHER: Duration = Duration::from_millis(500);

/// The visits of all people.
#[derive(Debug)]
pub(crate) struct Visits {
    store: Store,
    sender: mpsc::Sender<(String, String)>,
    receiver: Mutex<Option<mpsc::Receiver<(String, String)>>>,
}

impl Visits {
    pub(crate) fn new(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        Self { store, sender, receiver: Mutex::new(Some(receiver)) }
    }

    /// Notes a visit, to be written in a moment.
    pub(crate) fn note(&self, person: &EntityRef, entity: &EntityRef) {
        // A full queue drops the visit: nobody waits for it.
        let _ = self.sender.try_send((person.to_string(), entity.to_string()));
    }

    /// What a person visited, the latest first.
    pub(crate) async fn of(&self, person: &EntityRef) -> Result<Vec<EntityRef>, StoreError> {
        let rows: Vec<sql::VisitRow> = self.store.fetch_all(&sql::VISITS_OF, Args::new().text(person.to_string())).await?;
        Ok(rows.iter().filter_map(|row| row.entity_ref.parse().ok()).collect())
    }

    /// The task that writes visits until `cancel`; those that are queued then are still written.
    pub(crate) fn writer(&self, cancel: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let store = self.store.clone();
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        async move {
            let Some(mut receiver) = receiver else { return };
            loop {
                let first = tokio::select! {
                    () = cancel.cancelled() => receiver.try_recv().ok(),
                    first = receiver.recv() => first,
                };
                let Some(first) = first else { return };
                if !cancel.is_cancelled() {
                    tokio::select! {
                        () = cancel.cancelled() => {}
                        () = tokio::time::sleep(GATHER) => {}
                    }
                }
                let mut batch = HashSet::from([first]);
                while batch.len() < 500
                    && let Ok(more) = receiver.try_recv()
                {
                    batch.insert(more);
                }
                if let Err(error) = write(&store, &batch).await {
                    tracing::info!(%error, "{} visits could not be written", batch.len());
                }
            }
        }
    }
}

async fn write(store: &Store, batch: &HashSet<(String, String)>) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let now: Timestamp = tx.now().await?;
    let rows: Vec<_> = batch.iter().collect();
    tx.execute(&sql::VISITS_ADD, Args::new().ts(now).json(&rows)).await?;
    let people: HashSet<&String> = batch.iter().map(|(person, _)| person).collect();
    for person in people {
        tx.execute(&sql::VISITS_TRIM, Args::new().text(person)).await?;
    }
    tx.commit().await.map(drop)
}
