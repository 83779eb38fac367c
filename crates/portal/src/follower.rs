//! Following the change feed: what any replica wrote comes into this one's memory, in order.
//!
//! The feed wakes, the rows tell what changed, and the current rows are read: so applying a change twice, or late, does no harm.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use catalog::{Catalog, Reading};
use model::Seq;
use store::{FeedPage, Store, StoreError};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    access::Access, announcements::Announcements, authorise::Authority, branding::Brand, settings::Preferences, stars::Stars, views::Views,
};

/// Rows of the feed that are taken at once.
const PAGE: u32 = 1_000;
/// How often the feed is looked at even if nothing woke.
const POLL: Duration = Duration::from_millis(500);
/// How long nothing has to change before the index is rebuilt, unless very much has changed.
const QUIET: Duration = Duration::from_millis(400);
/// How long the end of a bulk write is waited for between two steps.
const BULK: Duration = Duration::from_secs(3);
/// How long a read waits for the caller's own write before it reads the feed itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// Everything that is kept in memory and that the feed keeps current.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) authority: Arc<Authority>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) stars: Arc<Stars>,
    pub(crate) views: Arc<Views>,
    pub(crate) preferences: Arc<Preferences>,
    pub(crate) announcements: Arc<Announcements>,
    pub(crate) brand: Arc<Brand>,
    pub(crate) access: Arc<Access>,
    pub(crate) reading: Arc<Reading>,
}

/// What follows the feed for one replica.
#[derive(Debug)]
pub(crate) struct Follower {
    store: Store,
    kept: Kept,
    delay: Duration,
    /// Up to where the feed is in memory. Its lock orders the steps.
    step: Mutex<()>,
    reached: watch::Sender<Seq>,
    failing: watch::Sender<Option<String>>,
}

impl Follower {
    /// Loads everything that is kept in memory, and the place in the feed that it belongs to, from one transaction.
    pub(crate) async fn load(store: &Store, kept: Kept, delay: Duration) -> Result<Arc<Self>, StoreError> {
        let follower = Self {
            store: store.clone(),
            kept,
            delay,
            step: Mutex::default(),
            reached: watch::Sender::new(Seq::default()),
            failing: watch::Sender::new(None),
        };
        follower.reload().await?;
        Ok(Arc::new(follower))
    }

    /// Waits until memory holds everything up to `seq`; after a while reads what is missing itself.
    pub(crate) async fn reach(&self, seq: Option<Seq>) -> Result<(), StoreError> {
        let Some(seq) = seq.filter(|seq| *seq > *self.reached.borrow()) else { return Ok(()) };
        let mut reached = self.reached.subscribe();
        if tokio::time::timeout(PATIENCE, reached.wait_for(|reached| *reached >= seq)).await.is_ok() {
            return Ok(());
        }
        while self.step().await? {}
        Ok(())
    }

    /// Up to where the feed is in memory.
    pub(crate) fn reached(&self) -> Seq {
        *self.reached.borrow()
    }

    /// What keeps the feed from being followed, if something does.
    pub(crate) fn failing(&self) -> Option<String> {
        self.failing.borrow().clone()
    }

    /// Follows the feed until `cancel`.
    pub(crate) async fn run(self: Arc<Self>, cancel: CancellationToken) {
        let mut watch = self.store.feed_watch();
        let mut last_change = Instant::now();
        loop {
            let before = *self.reached.borrow();
            match self.step().await {
                Ok(more) => {
                    self.failing.send_if_modified(|failing| failing.take().is_some());
                    if before != *self.reached.borrow() {
                        last_change = Instant::now();
                    }
                    if more {
                        continue;
                    }
                    self.kept.catalog.rebuild_if_wanted(last_change.elapsed() >= QUIET);
                }
                Err(error) => {
                    tracing::warn!(%error, "the change feed cannot be read, what is shown may be old");
                    self.failing.send_replace(Some(error.to_string()));
                }
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = watch.changed_or(POLL) => {}
            }
            // While a whole catalog comes in, taking it in small steps costs far more than the changes in them.
            let _cancelled = cancel.run_until_cancelled(self.kept.reading.bulk_over(BULK)).await;
            if !self.delay.is_zero() {
                tokio::time::sleep(self.delay).await;
            }
        }
    }

    /// Takes one page of the feed into memory; true if there is more.
    async fn step(&self) -> Result<bool, StoreError> {
        let _one_at_a_time = self.step.lock().await;
        let reached = *self.reached.borrow();
        let page = self.store.feed_after(reached, PAGE).await?;
        if page.pruned {
            drop(_one_at_a_time);
            self.reload().await?;
            return Ok(true);
        }
        let Some(last) = page.rows.last().map(|row| row.seq) else { return Ok(false) };
        self.take(&page, last).await?;
        self.reached.send_replace(last);
        for row in page.rows.iter().filter(|row| row.topic == "refreshed") {
            self.kept.reading.refreshed(&row.key, row.seq);
        }
        Ok(last < page.head)
    }

    async fn take(&self, page: &FeedPage, last: Seq) -> Result<(), StoreError> {
        let (mut uids, mut seen, mut locations) = (Vec::new(), HashSet::new(), false);
        let (mut announcements, mut branding) = (false, false);
        let mut people: HashSet<&str> = HashSet::new();
        let mut keepers: HashSet<&str> = HashSet::new();
        let mut setters: HashSet<&str> = HashSet::new();
        let mut overlays: HashSet<&str> = HashSet::new();
        let (mut accounts, mut policies) = (false, false);
        for row in &page.rows {
            match row.topic.as_str() {
                "entity" => {
                    let keys: Vec<String> = serde_json::from_str(&row.key).unwrap_or_default();
                    uids.extend(keys.into_iter().filter(|uid| seen.insert(uid.clone())));
                }
                "location" => {
                    locations = true;
                    self.kept.reading.located(&row.key);
                }
                "overlay" => {
                    overlays.insert(&row.key);
                }
                "refresh" => self.kept.reading.requested(&row.key),
                "session" | "token" | "account" | "service" => accounts |= self.kept.access.changed(&row.topic, &row.key),
                "star" => {
                    people.insert(&row.key);
                }
                "view" => {
                    keepers.insert(&row.key);
                }
                "policy" | "grant" => policies = true,
                "announcement" => announcements = true,
                "branding" => branding = true,
                "setting" => {
                    setters.insert(&row.key);
                }
                _ => {}
            }
        }
        if policies {
            // Before what they may hide.
            self.kept.authority.reload(&self.store).await?;
        }
        if !overlays.is_empty() {
            // Before their entities, which are read with what is put over them.
            let names: Vec<String> = overlays.into_iter().map(str::to_owned).collect();
            self.kept.catalog.reload_overlays(&names).await?;
        }
        if !uids.is_empty() {
            self.kept.catalog.apply(&uids, last).await?;
        }
        if locations {
            self.kept.catalog.reload_locations().await?;
        }
        if accounts {
            self.kept.access.reload_accounts(&self.store).await?;
        }
        for person in people {
            self.kept.stars.reload(&self.store, person).await?;
        }
        for person in keepers {
            self.kept.views.reload(&self.store, person).await?;
        }
        for person in setters {
            self.kept.preferences.reload(&self.store, person).await?;
        }
        if announcements {
            self.kept.announcements.reload(&self.store).await?;
        }
        if branding {
            self.kept.brand.reload(&self.store).await?;
        }
        Ok(())
    }

    async fn reload(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.step.lock().await;
        let mut tx = self.store.snapshot().await?;
        let head = tx.feed_head().await?;
        self.kept.authority.load(&mut tx).await?;
        self.kept.catalog.load(&mut tx).await?;
        self.kept.access.load(&mut tx).await?;
        self.kept.stars.load(&mut tx).await?;
        self.kept.views.load(&mut tx).await?;
        self.kept.preferences.load(&mut tx).await?;
        self.kept.announcements.load(&mut tx).await?;
        self.kept.brand.load(&mut tx).await?;
        tx.end().await?;
        self.reached.send_replace(head);
        Ok(())
    }
}
