//! The supervisor: starts readings when they are due, takes in how they went, and notices locations that come, change and go.

use std::{collections::HashMap, sync::Arc, time::Duration};

use model::Timestamp;
use store::{Args, StoreError};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    Reading, Request,
    agenda::{Take, spread},
    ledger, lock,
    shards::{Hold, Shards},
};
use crate::{
    ingest::{LEASE, Order, Walked},
    location::micros,
    registry,
    sql::{self, BATCH, LocationRow},
};

/// Readings of files of this machine at once.
const FILES_AT_ONCE: usize = 4;
/// Readings of places on the network at once; they mostly wait.
const NETWORK_AT_ONCE: usize = 12;
/// How often what changes nothing is written down.
const FLUSH: Duration = Duration::from_secs(15);
/// How often an unchanged location is written down.
const TELL: Duration = Duration::from_secs(600);
/// How long a location whose host is away waits at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// How long files of this machine are not looked at, at most, because looking takes so long.
const LONGEST_LOOK: Duration = Duration::from_secs(60);
/// How often all rows are compared, should a row of the feed have been missed.
const COMPARE: Duration = Duration::from_secs(300);
/// How long a reading under way may take to end when the process stops.
const DRAIN: Duration = Duration::from_secs(5);

/// What reads locations, as long as the process runs.
pub(super) struct Supervisor {
    reading: Arc<Reading>,
    shards: Shards,
    running: JoinSet<Result<Walked, StoreError>>,
    /// Which locations are being read, and for whom.
    names: HashMap<Id, (String, Vec<Request>)>,
    files: usize,
    network: usize,
    keep_at: Instant,
    flush_at: Instant,
    compare_at: Instant,
}

impl Supervisor {
    /// Loads the locations.
    pub(super) async fn begin(reading: Arc<Reading>) -> Result<Self, StoreError> {
        let rows: Vec<LocationRow> = reading.store.fetch_all(&sql::LOCATIONS, Args::new()).await?;
        let mut unread = 0;
        for row in rows {
            let Some(mut entry) = reading.entry(row) else { continue };
            entry.unread = entry.row.last_read_at.is_none() || entry.row.location_type == "file";
            unread += usize::from(entry.unread);
            lock(&reading.agenda).insert(entry);
        }
        reading.unread.send_replace(unread);
        let now = Instant::now();
        let shards = Shards::new(&reading.store, &reading.config.holder);
        Ok(Self {
            reading,
            shards,
            running: JoinSet::new(),
            names: HashMap::new(),
            files: 0,
            network: 0,
            keep_at: now,
            flush_at: now + FLUSH,
            compare_at: now + COMPARE,
        })
    }

    /// Reads until `cancel`.
    pub(super) async fn run(mut self, cancel: CancellationToken) {
        let reading = Arc::clone(&self.reading);
        loop {
            let now = Instant::now();
            if now >= self.keep_at {
                self.keep_at = now + LEASE / 3;
                if let Err(error) = self.shards.keep().await {
                    tracing::warn!(%error, "the leases of locations could not be asked for");
                }
            }
            if now >= self.compare_at {
                self.compare_at = now + COMPARE;
                self.compare().await;
            }
            self.take_changes().await;
            if now >= self.flush_at {
                self.flush_at = now + FLUSH;
                self.flush().await;
            }
            let next = self.start_due();
            let wake_at = [Some(self.keep_at), Some(self.flush_at), next].into_iter().flatten().min().unwrap_or(self.flush_at);
            tokio::select! {
                () = cancel.cancelled() => break,
                Some(done) = self.running.join_next_with_id() => self.over(done).await,
                () = tokio::time::sleep_until(wake_at) => {}
                () = reading.wake.notified() => {}
            }
        }
        self.stop().await;
    }

    /// Starts what is due and may be read here; when to look again.
    fn start_due(&mut self) -> Option<Instant> {
        let reading = Arc::clone(&self.reading);
        let now = Instant::now();
        let mut waits = false;
        let mut agenda = lock(&reading.agenda);
        let mut leases = HashMap::new();
        let (mut files, mut network) = (self.files, self.network);
        let taken = agenda.take_due(now, |entry| {
            let count = if entry.is_file() { &mut files } else { &mut network };
            let most = if entry.is_file() { FILES_AT_ONCE } else { NETWORK_AT_ONCE };
            match self.shards.hold(&entry.row.id) {
                Hold::Theirs => Take::After(now + LEASE / 3),
                Hold::Mine(_) if *count >= most => {
                    waits = true;
                    Take::Wait
                }
                Hold::Mine(lease) => {
                    *count += 1;
                    leases.insert(entry.row.id.clone(), lease);
                    Take::Now
                }
            }
        });
        (self.files, self.network) = (files, network);
        for id in taken {
            let Some(entry) = agenda.get(&id) else { continue };
            let wanted = std::mem::take(&mut entry.wanted);
            entry.started = now;
            let walker = Arc::clone(&entry.walker);
            let order = Order {
                // The first reading looks at everything that its stamps do not vouch for; what somebody asks for is looked at in any case.
                force: wanted.iter().any(|request| !request.gentle),
                refreshed: wanted.iter().map(|request| request.id.clone()).collect(),
                round: reading.round(wanted.iter().find_map(|request| request.round.as_deref())),
            };
            let files = if entry.read { files_of(&wanted) } else { None };
            let lease = leases.remove(&id).flatten();
            let task = async move {
                match files {
                    Some(files) => walker.refresh(lease, &files, &order).await,
                    None => walker.walk(lease, &order).await,
                }
            };
            let handle = self.running.spawn(task);
            self.names.insert(handle.id(), (id, wanted));
        }
        let unread = *reading.unread.borrow() > 0;
        for (_, entry) in agenda.each().filter(|_| unread).filter(|(_, entry)| entry.unread && !entry.running) {
            // Another replica has read it.
            if entry.row.last_read_at.is_some() && matches!(self.shards.hold(&entry.row.id), Hold::Theirs) {
                entry.unread = false;
                reading.count_read();
            }
        }
        if waits { agenda.next_after(now) } else { agenda.next() }
    }

    /// Takes in how a reading went.
    async fn over(&mut self, done: Result<(Id, Result<Walked, StoreError>), JoinError>) {
        let (task, result) = match done {
            Ok((task, result)) => (task, Some(result)),
            Err(error) => {
                tracing::error!(%error, "a reading broke off");
                (error.id(), None)
            }
        };
        let Some((id, wanted)) = self.names.remove(&task) else { return };
        let reading = Arc::clone(&self.reading);
        let known = lock(&reading.agenda).get(&id).map(|entry| (entry.is_file(), entry.row.unregister_at.map(Timestamp::from)));
        let Some((file, unregister_at)) = known else {
            // It went while it was read; nothing tells any more what it was, so both counts are made anew.
            self.count_running();
            self.tell(wanted).await;
            return;
        };
        let count = if file { &mut self.files } else { &mut self.network };
        *count = count.saturating_sub(1);
        let walked = match result {
            Some(Ok(walked)) => walked,
            other => {
                if let Some(Err(error)) = other {
                    tracing::warn!(location = id, %error, "what was read could not be written, it is tried again");
                }
                let mut agenda = lock(&reading.agenda);
                // It may have been unregistered.
                agenda.changed.insert(id.clone());
                agenda.again(&id, wanted, Instant::now() + Duration::from_secs(1));
                return;
            }
        };
        if unregister_at.is_some()
            && let Err(error) = self.settle_absence(&id, &walked).await
        {
            tracing::warn!(location = id, %error, "whether the location goes could not be settled, the next reading tries again");
        }
        self.plan(&id, &walked);
        if lock(&reading.ledger).news(&reading.forge.hosts()) {
            self.flush_at = Instant::now();
        }
    }

    /// Decides when a location is read next.
    fn plan(&self, id: &str, walked: &Walked) {
        let reading = &self.reading;
        let mut agenda = lock(&reading.agenda);
        let Some(entry) = agenda.get(id) else { return };
        entry.failures = if walked.away { entry.failures.saturating_add(1) } else { 0 };
        let every = reading.every(&entry.row);
        let mut pause = if entry.is_file() { every } else { spread(every) };
        if entry.is_file() && !walked.written {
            // Looking at very many files takes a while even if none changed: it may take up a twentieth of the time.
            pause = pause.max(entry.started.elapsed().saturating_mul(20).min(LONGEST_LOOK));
        }
        if entry.failures > 1 {
            pause = pause.saturating_mul(1 << (entry.failures - 1).min(10)).min(LONGEST_PAUSE.max(every));
        }
        let now = now();
        if let Some(until) = walked.until {
            pause = pause.max(micros(until.saturating_sub(now.0)));
        }
        if let Some(at) = entry.row.unregister_at {
            pause = pause.min(micros(at.0.0.saturating_sub(now.0)).max(Duration::from_secs(1)));
        }
        let next = Timestamp(now.0.saturating_add(crate::location::in_micros(pause)));
        (entry.checked_at, entry.next_at, entry.read) = (Some(now), Some(next), true);
        if std::mem::take(&mut entry.unread) {
            reading.count_read();
        }
        if walked.written || entry.told.is_none_or(|told| told.elapsed() >= TELL) {
            entry.told = Some(Instant::now());
            lock(&reading.ledger).note(id, now, next);
        }
        agenda.done(id, Instant::now() + pause);
    }

    /// A location whose target was gone: it stays if the target is there again, and goes if its time is up.
    async fn settle_absence(&self, id: &str, walked: &Walked) -> Result<(), StoreError> {
        let mut tx = self.reading.store.begin().await?;
        let row: Vec<LocationRow> = tx.fetch_all(&sql::LOCATIONS_BY_ID, Args::new().json(&[id])).await?;
        let now = tx.now().await?;
        let at = row.first().and_then(|row| row.unregister_at);
        if walked.found {
            tx.execute(&sql::LOCATION_UNREGISTER_AT, Args::new().text(id).opt_ts(None)).await?;
            tx.feed("location", id);
        } else if !walked.away && at.is_some_and(|at| at.0 <= now) {
            tracing::info!(location = id, "the location's target is gone for good, it is unregistered");
            registry::unregister(&mut tx, id, None).await?;
        } else {
            return tx.rollback().await;
        }
        tx.commit().await.map(drop)
    }

    /// Looks at the rows of locations that came, changed or went.
    async fn take_changes(&mut self) {
        let ids: Vec<String> = self.reading.ids_changed().into_iter().collect();
        for chunk in ids.chunks(BATCH) {
            match self.reading.store.fetch_all::<LocationRow>(&sql::LOCATIONS_BY_ID, Args::new().json(chunk)).await {
                Ok(rows) => self.take_rows(chunk, rows).await,
                Err(error) => {
                    tracing::warn!(%error, "the locations could not be looked at, it is tried again");
                    lock(&self.reading.agenda).changed.extend(chunk.iter().cloned());
                }
            }
        }
    }

    async fn take_rows(&mut self, ids: &[String], rows: Vec<LocationRow>) {
        let mut gone: std::collections::HashSet<&String> = ids.iter().collect();
        for row in &rows {
            gone.remove(&row.id);
        }
        let unanswered = self.reading.take_rows(gone, rows);
        self.tell(unanswered).await;
    }

    /// Whoever waits for a location that is gone need not wait any longer.
    async fn tell(&self, unanswered: Vec<Request>) {
        if unanswered.is_empty() {
            return;
        }
        let told = async {
            let mut tx = self.reading.store.begin().await?;
            unanswered.iter().for_each(|request| tx.feed("refreshed", &request.id));
            tx.commit().await
        };
        if let Err(error) = told.await {
            tracing::info!(%error, "who waits for a location that is gone could not be told");
        }
    }

    async fn compare(&mut self) {
        match self.reading.store.fetch_all::<LocationRow>(&sql::LOCATIONS, Args::new()).await {
            Ok(rows) => {
                let known: Vec<String> = lock(&self.reading.agenda).ids().cloned().collect();
                self.take_rows(&known, rows).await;
            }
            Err(error) => tracing::warn!(%error, "the locations could not be compared"),
        }
    }

    /// Writes down what was looked at, and what hosts say.
    async fn flush(&mut self) {
        let reading = &self.reading;
        let hosts = reading.forge.hosts();
        let (checked, rows) = {
            let mut ledger = lock(&reading.ledger);
            (ledger.take_checked(), ledger.host_rows(&hosts))
        };
        if checked.is_empty() && rows.is_empty() {
            return;
        }
        match ledger::write(&reading.store, &checked, &rows).await {
            Ok(()) => lock(&reading.ledger).written(hosts),
            Err(error) => tracing::info!(%error, "when locations were looked at could not be written down"),
        }
    }

    fn count_running(&mut self) {
        let mut agenda = lock(&self.reading.agenda);
        let (files, network) = agenda
            .each()
            .filter(|(_, entry)| entry.running)
            .fold((0, 0), |(files, network), (_, entry)| if entry.is_file() { (files + 1, network) } else { (files, network + 1) });
        drop(agenda);
        (self.files, self.network) = (files, network);
    }

    async fn stop(mut self) {
        let drained = tokio::time::timeout(DRAIN, async { while self.running.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            // What is half written is undone by its transaction.
            self.running.shutdown().await;
        }
        self.flush().await;
        if let Err(error) = self.shards.give_back().await {
            tracing::warn!(%error, "the leases of locations could not be given back, they run out by themselves");
        }
    }
}

/// The files that requests are about, if each is about one.
fn files_of(wanted: &[Request]) -> Option<Vec<String>> {
    let files: Option<Vec<String>> = wanted.iter().map(|request| request.file.clone()).collect();
    files.filter(|files| !files.is_empty())
}

/// This machine's clock; what it is compared with was written by it too, or by one that is not far off.
pub(super) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
