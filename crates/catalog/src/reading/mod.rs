//! Keeping locations read: each on its schedule, on the replica that holds its lease, and at once when somebody asks.

mod agenda;
mod entries;
mod ledger;
mod setup;
mod shards;
mod supervise;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use forge::{Forge, Round};
use model::{Seq, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};
use tokio::sync::{Notify, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    bulk::Bulk,
    descriptor::{Kinds, LocationRef},
    location::LocationConfig,
    source::{Read, Sessions, SourcesConfig},
};
use agenda::Agenda;
use ledger::Ledger;

/// How locations are read.
#[derive(Clone, Debug)]
pub struct ReadingConfig {
    /// The locations of the configuration; others of the configuration that the database still has are removed.
    pub locations: Vec<LocationConfig>,
    /// How often files of this machine are asked whether something changed.
    pub poll: Duration,
    /// How often places on the network are, where they do not say so themselves; a tenth more or less, so that they spread.
    pub read_every: Duration,
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
            read_every: Duration::from_secs(120),
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
    forge: Forge,
    agenda: Mutex<Agenda>,
    /// Rouses the supervisor.
    wake: Notify,
    waiting: Mutex<HashMap<String, oneshot::Sender<Seq>>>,
    rounds: Mutex<HashMap<String, Weak<Round>>>,
    ledger: Mutex<Ledger>,
    /// How many locations are still to be read for the first time.
    unread: watch::Sender<usize>,
    bulk: Bulk,
}

/// A wish to read something again, as it travels through the change feed to whichever replica holds the location.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The id that comes back in the feed when it is done.
    pub(crate) id: String,
    /// The location.
    pub(crate) location: String,
    /// A file of it; the whole location without one.
    #[serde(default)]
    pub(crate) file: Option<String>,
    /// Nothing is read whose stamp is the same.
    #[serde(default)]
    pub(crate) gentle: bool,
    /// Requests with the same text share what they fetch.
    #[serde(default)]
    pub(crate) round: Option<String>,
}

/// When a location was and will be looked at, as this replica knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// When it was last looked at, changed or not.
    pub checked_at: Option<Timestamp>,
    /// When it will be next.
    pub next_at: Option<Timestamp>,
    /// It is being read now.
    pub reading: bool,
}

impl Reading {
    /// Makes the locations of the database those of the configuration.
    ///
    /// # Errors
    /// Any failure of the store; [`StoreError::Configuration`] when a location or host of the configuration makes no sense.
    pub async fn open(store: &Store, config: ReadingConfig) -> Result<Arc<Self>, StoreError> {
        setup::check(&config)?;
        let sources = config.sources.clone();
        let forge =
            Forge::new(sources.hosts, sources.fetch, sources.cache).map_err(|error| StoreError::Configuration(error.to_string()))?;
        setup::settle(store, &config).await?;
        Ok(Arc::new(Self {
            store: store.clone(),
            config,
            forge,
            agenda: Mutex::default(),
            wake: Notify::new(),
            waiting: Mutex::default(),
            rounds: Mutex::default(),
            ledger: Mutex::default(),
            unread: watch::Sender::new(usize::MAX),
            bulk: Bulk::default(),
        }))
    }

    /// Starts to read every location, until `cancel`; then gives its leases back. Locations that are registered later are read from then
    /// on, those that are removed no longer.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn run(self: &Arc<Self>, cancel: &CancellationToken) -> Result<tokio::task::JoinSet<()>, StoreError> {
        let supervisor = supervise::Supervisor::begin(Arc::clone(self)).await?;
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(supervisor.run(cancel.clone()));
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
        let request = Request { location: location.to_owned(), file: file.map(str::to_owned), ..Request::default() };
        let done = self.ask(vec![request], patience).await?;
        Ok(done.into_iter().next().flatten())
    }

    /// Asks for several readings at once, and waits for all of them; the order of the answers is that of the requests.
    pub(crate) async fn ask(&self, mut requests: Vec<Request>, patience: Duration) -> Result<Vec<Option<Seq>>, StoreError> {
        let mut receivers = Vec::with_capacity(requests.len());
        for request in &mut requests {
            request.id = uuid::Uuid::new_v4().to_string();
            let (sender, receiver) = oneshot::channel();
            lock(&self.waiting).insert(request.id.clone(), sender);
            receivers.push(receiver);
        }
        let asked = async {
            let mut tx = self.store.begin().await?;
            for request in &requests {
                tx.feed("refresh", serde_json::to_string(request).unwrap_or_default());
            }
            tx.commit().await
        };
        let done = match asked.await {
            Ok(_) => {
                let until = tokio::time::Instant::now() + patience;
                let mut done = Vec::with_capacity(receivers.len());
                for receiver in receivers {
                    done.push(tokio::time::timeout_at(until, receiver).await.ok().and_then(Result::ok));
                }
                Ok(done)
            }
            Err(error) => Err(error),
        };
        let mut waiting = lock(&self.waiting);
        for request in &requests {
            waiting.remove(&request.id);
        }
        done
    }

    /// Waits until every location was read once, or until `patience` is over. Those that were read before this process started, and are
    /// not due yet, count as read.
    pub async fn settled(&self, patience: Duration) {
        let mut unread = self.unread.subscribe();
        // Over time or not, whoever waits goes on.
        let _ = tokio::time::timeout(patience, unread.wait_for(|unread| *unread == 0)).await;
    }

    /// Waits, while this replica reads a large catalog, for the end of that, at most for `patience`.
    pub async fn bulk_over(&self, patience: Duration) {
        self.bulk.over(patience).await;
    }

    /// Takes a `refresh` row of the feed: has the location read, if it is held here.
    pub fn requested(&self, key: &str) {
        let Ok(request) = serde_json::from_str::<Request>(key) else { return };
        lock(&self.agenda).request(request);
        self.wake.notify_one();
    }

    /// Takes a `refreshed` row of the feed: wakes who waits for it.
    pub fn refreshed(&self, id: &str, seq: Seq) {
        if let Some(waiting) = lock(&self.waiting).remove(id) {
            // Whoever waited may have given up.
            let _ = waiting.send(seq);
        }
    }

    /// Takes a `location` row of the feed: the location came, changed or went.
    pub fn located(&self, id: &str) {
        lock(&self.agenda).changed.insert(id.to_owned());
        self.wake.notify_one();
    }

    /// When a location was and will be looked at. On the replica that reads it this is newer than its row, which is not written each time.
    pub fn schedule(&self, id: &str) -> Option<Schedule> {
        lock(&self.agenda).schedule(id)
    }

    /// What knows the hosts on the network.
    pub fn forge(&self) -> &Forge {
        &self.forge
    }

    /// The kinds that the configuration declares.
    pub fn kinds(&self) -> &Arc<Kinds> {
        &self.config.kinds
    }

    /// How long an entity that no source provides any more stays.
    pub fn grace(&self) -> Duration {
        self.config.grace
    }

    /// The text of one file of a location, as it is now, and its path in its repository; outside of one the file itself.
    ///
    /// # Errors
    /// A sentence, when it cannot be read or is no text.
    pub async fn text_of(&self, location_type: &str, file: &str) -> Result<(String, String), String> {
        let at = LocationRef::new(location_type, file);
        let sessions = Sessions::begin(&self.forge, &Arc::new(self.forge.round()), &at);
        let bytes = match sessions.read(&at, None).await {
            Ok(Read::Content { bytes, .. }) => bytes,
            Ok(Read::Unchanged) => return Err(format!("{file} was not read")),
            Err(error) => return Err(error.to_string()),
        };
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| format!("{file} is not UTF-8"))?;
        let target = match location_type {
            "url" => self.forge.target(file),
            "git" => forge::GitTarget::parse(file).ok(),
            _ => None,
        };
        Ok((text, target.map_or_else(|| file.to_owned(), |target| target.path)))
    }

    /// What readings with this key share; made anew when nobody uses it any more.
    pub(crate) fn round(&self, key: Option<&str>) -> Arc<Round> {
        let Some(key) = key else { return Arc::new(self.forge.round()) };
        let mut rounds = lock(&self.rounds);
        rounds.retain(|_, round| round.strong_count() > 0);
        if let Some(round) = rounds.get(key).and_then(Weak::upgrade) {
            return round;
        }
        let round = Arc::new(self.forge.round());
        rounds.insert(key.to_owned(), Arc::downgrade(&round));
        round
    }

    /// The name under which this replica holds what it does; it is kept over restarts.
    pub(crate) fn holder(&self) -> &str {
        &self.config.holder
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    fn ids_changed(&self) -> HashSet<String> {
        std::mem::take(&mut lock(&self.agenda).changed)
    }
}

/// A lock whose holder never leaves something half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
