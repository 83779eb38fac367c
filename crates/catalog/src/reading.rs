//! Keeping locations read: a task for each, on the replica that holds its lease, woken by time and by refresh requests.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::Seq;
use serde::{Deserialize, Serialize};
use store::{Args, Backend, Store, StoreError, lease, lease::Lease};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    bulk::Bulk,
    descriptor::{Kinds, Rules},
    ingest::{LEASE, Origin, Walker},
    location::LocationConfig,
    source::{FileSource, Source, SourcesConfig},
    sql::{self, LocationRow},
};

/// How locations are read.
#[derive(Clone, Debug)]
pub struct ReadingConfig {
    /// The locations of the configuration; others of the configuration that the database still has are removed.
    pub locations: Vec<LocationConfig>,
    /// How often sources are asked whether something changed.
    pub poll: Duration,
    /// The name under which this replica holds leases; no other process may use it.
    pub holder: String,
    /// What sources on the network need: credentials, limits, the place of the cache.
    pub sources: SourcesConfig,
    /// The kinds that the configuration declares.
    pub kinds: Arc<Kinds>,
    /// How long an entity that no source provides any more stays, so that another source can take it over.
    pub grace: Duration,
    /// The share of a location's entities, in percent, whose loss in one reading waits for confirmation; `None`: none does.
    pub hold_percent: Option<u8>,
}

impl ReadingConfig {
    /// The locations, with everything else as it is without a configuration.
    pub fn new(locations: Vec<LocationConfig>, holder: String) -> Self {
        Self {
            locations,
            poll: Duration::from_secs(5),
            holder,
            sources: SourcesConfig::default(),
            kinds: Arc::default(),
            grace: Duration::from_secs(30),
            hold_percent: Some(20),
        }
    }
}

/// The replica's reading of locations.
#[derive(Debug)]
pub struct Reading {
    store: Store,
    config: ReadingConfig,
    tasks: Mutex<HashMap<String, mpsc::UnboundedSender<Request>>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Seq>>>,
    /// How many locations are still to be read for the first time.
    unread: watch::Sender<usize>,
    bulk: Bulk,
}

/// A wish to read something again, as it travels through the change feed to whichever replica holds the location.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The id that comes back in the feed when it is done.
    id: String,
    /// The location.
    location: String,
    /// A file of it; the whole location without one.
    file: Option<String>,
}

impl Reading {
    /// Makes the locations of the database those of the configuration.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn open(store: &Store, config: ReadingConfig) -> Result<Arc<Self>, StoreError> {
        let mut tx = store.begin().await?;
        let now = tx.now().await?;
        let before: Vec<LocationRow> = tx.fetch_all(&sql::LOCATIONS, Args::new()).await?;
        let key = |location_type: &str, target: &str| format!("{location_type}:{target}");
        for location in &config.locations {
            let known = before.iter().find(|row| key(&row.location_type, &row.target) == location.text());
            let id = known.map_or_else(|| uuid::Uuid::new_v4().to_string(), |row| row.id.clone());
            let rules = if location.allow.is_empty() { None } else { serde_json::to_string(&location.allow).ok() };
            if known.is_some_and(|row| row.source == "config" && row.rules == rules) {
                continue;
            }
            let args = Args::new().text(&id).text(&location.location_type).text(&location.target).text("config").opt_text(rules).ts(now);
            tx.execute(&sql::LOCATION_UPSERT, args).await?;
            // Other rules can allow or refuse what did not change, so every file is processed again.
            tx.execute(&sql::FILES_OF_LOCATION_DELETE, Args::new().text(&id)).await?;
            tx.feed("location", &id);
        }
        for row in before.iter().filter(|row| row.source == "config") {
            if !config.locations.iter().any(|location| location.text() == key(&row.location_type, &row.target)) {
                remove(&mut tx, &row.id).await?;
            }
        }
        tx.commit().await?;
        Ok(Arc::new(Self {
            store: store.clone(),
            config,
            tasks: Mutex::default(),
            waiting: Mutex::default(),
            unread: watch::Sender::new(usize::MAX),
            bulk: Bulk::default(),
        }))
    }

    /// Starts to read every location, until `cancel`; then gives its leases back.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn run(self: &Arc<Self>, cancel: &CancellationToken) -> Result<tokio::task::JoinSet<()>, StoreError> {
        let mut tasks = tokio::task::JoinSet::new();
        let rows: Vec<LocationRow> = self.store.fetch_all(&sql::LOCATIONS, Args::new()).await?;
        self.unread.send_replace(rows.len());
        for row in rows {
            let (sender, receiver) = mpsc::unbounded_channel();
            self.tasks.lock().unwrap_or_else(PoisonError::into_inner).insert(row.id.clone(), sender);
            tasks.spawn(Arc::clone(self).keep_read(row, receiver, cancel.clone()));
        }
        Ok(tasks)
    }

    /// Asks for a file, or a whole location, to be read again, and waits until that is done.
    ///
    /// What comes back is the place in the feed after which the result can be read; `None` when no replica did it within `patience`
    /// (the request stays in the feed, and a replica that takes the location over reads it anyway).
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn refresh(&self, location: &str, file: Option<&str>, patience: Duration) -> Result<Option<Seq>, StoreError> {
        let request = Request { id: uuid::Uuid::new_v4().to_string(), location: location.to_owned(), file: file.map(str::to_owned) };
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(request.id.clone(), sender);
        let asked = async {
            let mut tx = self.store.begin().await?;
            tx.feed("refresh", serde_json::to_string(&request).unwrap_or_default());
            tx.commit().await
        };
        let done = match asked.await {
            Ok(_) => Ok(tokio::time::timeout(patience, receiver).await.ok().and_then(Result::ok)),
            Err(error) => Err(error),
        };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&request.id);
        done
    }

    /// Waits until every location was read once, or until `patience` is over.
    pub async fn settled(&self, patience: Duration) {
        let mut unread = self.unread.subscribe();
        // Over time or not, whoever waits goes on.
        let _ = tokio::time::timeout(patience, unread.wait_for(|unread| *unread == 0)).await;
    }

    /// Waits, while this replica reads a large catalog, for the end of that, at most for `patience`.
    pub async fn bulk_over(&self, patience: Duration) {
        self.bulk.over(patience).await;
    }

    /// Takes a `refresh` row of the feed: passes it to the location's task, if it is here.
    pub fn requested(&self, key: &str) {
        let Ok(request) = serde_json::from_str::<Request>(key) else { return };
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = tasks.get(&request.location) {
            // A task that ended is one of a process that is stopping.
            let _ = task.send(request);
        }
    }

    /// Takes a `refreshed` row of the feed: wakes who waits for it.
    pub fn refreshed(&self, id: &str, seq: Seq) {
        if let Some(waiting) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            // Whoever waited may have given up.
            let _ = waiting.send(seq);
        }
    }

    async fn keep_read(self: Arc<Self>, row: LocationRow, mut requests: mpsc::UnboundedReceiver<Request>, cancel: CancellationToken) {
        let id = row.id.clone();
        let Some(walker) = self.walker(row) else { return };
        let mut held: Option<Lease> = None;
        let mut wanted: Vec<Request> = Vec::new();
        let mut first = true;
        loop {
            match self.hold(&id, held.take()).await {
                Ok((mine, lease)) => {
                    held = lease.clone();
                    if mine {
                        let ids: Vec<String> = wanted.iter().map(|request| request.id.clone()).collect();
                        let files: Option<Vec<String>> = wanted.iter().map(|request| request.file.clone()).collect();
                        let read = match files {
                            Some(files) if !files.is_empty() && !first => walker.refresh(lease, &files, &ids).await,
                            _ => walker.walk(lease, !wanted.is_empty(), &ids).await,
                        };
                        match read {
                            Ok(()) => {
                                if std::mem::take(&mut first) {
                                    self.unread.send_modify(|unread| *unread = unread.saturating_sub(1));
                                }
                            }
                            Err(error @ StoreError::LeaseLost(_)) => {
                                tracing::info!(location = id, %error, "another replica reads the location now");
                                held = None;
                            }
                            Err(error) => tracing::warn!(location = id, %error, "what was read could not be written, it is tried again"),
                        }
                    }
                    wanted.clear();
                }
                Err(error) => tracing::warn!(location = id, %error, "the location's lease could not be asked for"),
            }
            tokio::select! {
                () = cancel.cancelled() => break,
                () = tokio::time::sleep(self.config.poll.min(LEASE / 3)) => {}
                Some(request) = requests.recv() => {
                    wanted.push(request);
                    while let Ok(more) = requests.try_recv() {
                        wanted.push(more);
                    }
                }
            }
        }
        if let Some(lease) = held
            && let Err(error) = self.give_back(&lease).await
        {
            tracing::warn!(location = id, %error, "the location's lease could not be given back, it runs out by itself");
        }
    }

    /// Whether this replica reads the location now. SQLite has one process only, and so needs no lease.
    async fn hold(&self, id: &str, held: Option<Lease>) -> Result<(bool, Option<Lease>), StoreError> {
        if self.store.backend() == Backend::Sqlite {
            return Ok((true, None));
        }
        let mut tx = self.store.begin().await?;
        let lease = match held {
            Some(lease) => lease::renew(&mut tx, &lease, LEASE).await.map(Some),
            None => lease::acquire(&mut tx, &format!("catalog:{id}"), &self.config.holder, LEASE).await,
        };
        let lease = match lease {
            Ok(lease) => lease,
            Err(StoreError::LeaseLost(_)) => None,
            Err(error) => return Err(error),
        };
        tx.commit().await?;
        Ok((lease.is_some(), lease))
    }

    async fn give_back(&self, held: &Lease) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        lease::release(&mut tx, held).await?;
        tx.commit().await.map(drop)
    }

    fn walker(&self, row: LocationRow) -> Option<Walker> {
        let source: Arc<dyn Source> = Arc::new(FileSource::default());
        if row.location_type != source.location_type() {
            tracing::error!(location = row.id, kind = row.location_type, "locations of this type cannot be read");
            return None;
        }
        let allow: Vec<String> = row.rules.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let rules = if allow.is_empty() { Rules::everything() } else { Rules::kinds(&allow) };
        let origin = Arc::new(Origin { origin: format!("{}:{}", row.location_type, row.target), rules });
        Some(Walker {
            store: self.store.clone(),
            source,
            id: row.id,
            location_type: row.location_type,
            target: row.target,
            origin,
            bulk: self.bulk.clone(),
        })
    }
}

/// Removes a location with its files and entities.
async fn remove(tx: &mut store::Tx, id: &str) -> Result<(), StoreError> {
    let rows: Vec<sql::KnownRow> = tx.fetch_all(&sql::ENTITIES_OF_LOCATION, Args::new().text(id)).await?;
    let uids: Vec<String> = rows.into_iter().map(|row| row.uid).collect();
    for chunk in uids.chunks(sql::BATCH) {
        tx.execute(&sql::ENTITIES_DELETE, Args::new().json(chunk)).await?;
        tx.feed("entity", serde_json::to_string(chunk).unwrap_or_default());
    }
    tx.execute(&sql::FILES_OF_LOCATION_DELETE, Args::new().text(id)).await?;
    tx.execute(&sql::LOCATION_DELETE, Args::new().text(id)).await?;
    tx.feed("location", id);
    Ok(())
}
