//! What runs: replicas and their heartbeat, the database, queues, locations, what is in memory.

use std::{future::Future, time::Duration};

use identity::Action;
use model::{
    Caller, PortalError, Timestamp,
    view::{BrokenLocation, DatabaseView, QueueRow, ReplicaRow, SystemView},
};
use store::{Args, Backend, Store, StoreError, jobs};
use tokio_util::sync::CancellationToken;

use crate::{Portal, failure, record::plain, sql::system as sql};

/// How often a replica says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// Without a word for so long, a replica is probably gone: three beats that did not come.
const STALE: i64 = 35_000_000;
/// Without a word for so long, it is forgotten.
const FORGOTTEN: i64 = 86_400_000_000;
/// Locations that are named, at most; the page of locations has all.
const LOCATIONS: usize = 10;

/// A process, as others see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replica {
    /// A name that no other process uses.
    pub id: String,
    /// The program's version.
    pub version: String,
    /// Where it listens.
    pub address: String,
}

/// Use cases of what runs.
#[derive(Debug)]
pub struct SystemUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> SystemUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The task that says every ten seconds that this replica lives, until `cancel`; then it takes its row away.
    pub fn heartbeat(&self, replica: Replica, cancel: CancellationToken) -> impl Future<Output = ()> + Send + use<> {
        let portal = self.portal.clone();
        async move {
            let store = &portal.inner.store;
            let mut started = None;
            loop {
                match beat(&portal, &replica, started).await {
                    Ok(at) => started = Some(at),
                    // Others say that the database is away.
                    Err(error) => tracing::debug!(%error, "this replica could not say that it lives"),
                }
                if cancel.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_none() {
                    break;
                }
            }
            if let Err(error) = gone(store, &replica.id).await {
                tracing::debug!(%error, "this replica could not say that it stops");
            }
        }
    }

    /// What runs, as the replica named `this` sees it. Its build, data directory and configuration are the server's to add.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable` when the database does not answer.
    pub async fn page(&self, caller: &Caller, this: &str) -> Result<SystemView, PortalError> {
        self.portal.allow(caller, Action::SystemRead).await?;
        self.portal.seen(caller).await?;
        self.read(this).await.map_err(|error| failure::of_store(&error, caller))
    }

    async fn read(&self, this: &str) -> Result<SystemView, StoreError> {
        let inner = &self.portal.inner;
        let store = &inner.store;
        let now = store.now().await?;
        let replicas: Vec<sql::ReplicaRow> = store.fetch_all(&sql::REPLICAS, Args::new()).await?;
        let queues = jobs::kinds(store).await?;
        let locations = inner.catalog.locations();
        let failing = locations.all.iter().filter_map(|location| Some((location, location.last_error.as_ref()?)));
        let failing = failing.map(|(location, error)| BrokenLocation {
            id: location.id.clone(),
            target: plain(&location.target),
            error: error.replace(&location.target, &plain(&location.target)),
        });
        let policies: Option<(i64, i64)> = store.fetch_optional(&sql::COUNTED, Args::new()).await?;
        let policies = policies.unwrap_or_default();
        Ok(SystemView {
            database: database(store).await?,
            replicas: replicas.into_iter().map(|row| replica(row, this, now)).collect(),
            feed_head: store.feed_head().await?.0,
            feed_reached: inner.follower.reached().0,
            feed_failing: inner.follower.failing(),
            queues: queues.into_iter().map(queue).collect(),
            locations: failing.take(LOCATIONS).collect(),
            location_count: locations.all.len() as u64,
            caches: self.caches(),
            policies: (u64::try_from(policies.0).unwrap_or_default(), policies.1),
            now,
            ..SystemView::default()
        })
    }

    /// What this replica holds in memory.
    fn caches(&self) -> Vec<(String, String)> {
        let snapshot = self.portal.inner.catalog.snapshot();
        let count = |name: &str, count: usize| (name.to_owned(), count.to_string());
        vec![
            count("Entities", snapshot.len()),
            count("Views by policy", self.portal.inner.authority.sight_count()),
            count("Sessions, tokens", self.portal.inner.access.known_count()),
        ]
    }
}

async fn database(store: &Store) -> Result<DatabaseView, StoreError> {
    let about: Option<(String, i64)> = store.fetch_optional(&sql::DATABASE, Args::new()).await?;
    let migrations: Option<(i64, i64)> = store.fetch_optional(&sql::MIGRATIONS, Args::new()).await?;
    let (version, bytes) = about.unwrap_or_default();
    let (migrations, newest) = migrations.unwrap_or_default();
    let kind = match store.backend() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    Ok(DatabaseView { kind: kind.to_owned(), version, bytes, migrations, newest })
}

fn replica(row: sql::ReplicaRow, this: &str, now: Timestamp) -> ReplicaRow {
    ReplicaRow {
        is_this: row.id == this,
        stale: now.0 - row.seen_at.0.0 > STALE,
        id: row.id,
        version: row.version,
        address: row.address,
        started: row.started_at.0,
        seen: row.seen_at.0,
        feed: row.feed_seq,
    }
}

fn queue(kind: jobs::JobKind) -> QueueRow {
    let count = |jobs: i64| u64::try_from(jobs).unwrap_or_default();
    QueueRow {
        name: format!("{}/{}", kind.queue, kind.name),
        queued: count(kind.queued),
        running: count(kind.running),
        dead: count(kind.dead),
        oldest: kind.oldest.map(|at| at.0),
        last_error: kind.last_error.unwrap_or_default(),
    }
}

/// Writes the replica's row; returns when it started, by the database's clock. Nobody follows replicas, so the feed does not hear of it.
async fn beat(portal: &Portal, replica: &Replica, started: Option<Timestamp>) -> Result<Timestamp, StoreError> {
    let mut tx = portal.inner.store.begin().await?;
    let now = tx.now().await?;
    let started = started.unwrap_or(now);
    let args = Args::new().text(&replica.id).text(&replica.version).text(&replica.address).ts(started).ts(now);
    tx.execute(&sql::REPLICA_PUT, args.int(portal.inner.follower.reached().0)).await?;
    tx.execute(&sql::REPLICAS_OLD, Args::new().ts(Timestamp(now.0.saturating_sub(FORGOTTEN)))).await?;
    tx.commit().await?;
    Ok(started)
}

async fn gone(store: &Store, id: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.execute(&sql::REPLICA_GONE, Args::new().text(id)).await?;
    tx.commit().await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_is_silent_is_stale() {
        let check = |seconds: i64, stale: bool| {
            let row = sql::ReplicaRow {
                id: "a".to_owned(),
                version: String::new(),
                address: String::new(),
                started_at: Timestamp(0).into(),
                seen_at: Timestamp(0).into(),
                feed_seq: 7,
            };
            assert_eq!(replica(row, "a", Timestamp(seconds * 1_000_000)).stale, stale, "{seconds}");
        };
        check(0, false);
        check(30, false);
        check(36, true);
    }
}
