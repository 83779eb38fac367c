//! The change feed: what changed, in the order of commits, so that every process can follow the others.
//!
//! A number is taken from one row at the very end of a transaction and held until its commit. So numbers appear in order:
//! whoever has seen number *n* can never later find a new row with a smaller one. A sequence would not do: it hands out 1
//! and 2, and 2 may be committed first.
//!
//! A row names what changed and carries no content; readers fetch the current row. Old rows are pruned; a reader that
//! comes back from before the tail learns so from [`FeedPage::pruned`] and loads everything again.

use std::time::Duration;

use model::{Seq, Timestamp};
use serde::Serialize;
use sqlx::{
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgListener},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Args, StoreError, Tx, sql};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Its place. Larger is later.
    pub seq: Seq,
    /// The kind of thing that changed.
    pub topic: String,
    /// Which one.
    pub key: String,
}

/// What [`Store::feed_after`](crate::Store::feed_after) found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    /// The changes, in order.
    pub rows: Vec<FeedRow>,
    /// The number of the last change there is; later than the last row if the limit cut the page short.
    pub head: Seq,
    /// Rows after the asked place were pruned: what follows them is not enough, load everything.
    pub pruned: bool,
}

/// Wakes when there may be something new in the feed.
#[derive(Clone, Debug)]
pub struct FeedWatch {
    receiver: watch::Receiver<u64>,
}

impl FeedWatch {
    pub(crate) fn new(receiver: watch::Receiver<u64>) -> Self {
        Self { receiver }
    }

    /// Waits until something was committed since the last call (or since the watch was made). Several commits wake once.
    /// Once the store is gone it never returns.
    pub async fn changed(&mut self) {
        if self.receiver.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// As [`FeedWatch::changed`], but returns after `poll` at the latest: a notification may be lost, the table is the truth.
    pub async fn changed_or(&mut self, poll: Duration) {
        let _ = tokio::time::timeout(poll, self.changed()).await; // either way it is time to look
    }
}

/// Removes changes older than `before`, at most `limit` of them, oldest first; returns how many. Call it again while it
/// returns `limit`.
///
/// # Errors
/// Any failure of the statements.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let last: Option<(Option<i64>,)> = tx.fetch_optional(&sql::FEED_PRUNE_TO, Args::new().ts(before).int(limit.into())).await?;
    let Some(last) = last.and_then(|(last,)| last) else { return Ok(0) };
    let removed = tx.execute(&sql::FEED_PRUNE, Args::new().int(last)).await?;
    tx.execute(&sql::FEED_TAIL, Args::new().int(last)).await?;
    Ok(removed)
}

/// A change that waits for its transaction to commit.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) i: usize,
    pub(crate) topic: &'static str,
    pub(crate) key: String,
}

#[derive(sqlx::FromRow)]
pub(crate) struct PageRow {
    head: i64,
    tail: i64,
    seq: Option<i64>,
    topic: Option<String>,
    key: Option<String>,
}

pub(crate) fn page(after: Seq, rows: Vec<PageRow>) -> FeedPage {
    let (head, tail) = rows.first().map_or((0, 0), |row| (row.head, row.tail));
    let rows = rows.into_iter().filter_map(|row| Some(FeedRow { seq: Seq(row.seq?), topic: row.topic?, key: row.key? })).collect();
    FeedPage { rows, head: Seq(head), pruned: after.0 < tail }
}

/// Turns PostgreSQL's notifications into wake-ups, until `closed`. A lost connection is made again, and then wakes once,
/// since whatever was notified in between is gone.
pub(crate) async fn listen(options: PgConnectOptions, wake: watch::Sender<u64>, closed: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    loop {
        let error = tokio::select! {
            () = closed.cancelled() => return,
            error = listen_once(&options, &wake, &mut pause) => error,
        };
        tracing::warn!(%error, retry_in = ?pause, "not listening for changes of other processes, they are polled for");
        tokio::select! {
            () = closed.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

async fn listen_once(options: &PgConnectOptions, wake: &watch::Sender<u64>, pause: &mut Duration) -> sqlx::Error {
    let pool = PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(3))
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.clone());
    let listening = async {
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen("waymark_feed").await?;
        loop {
            *pause = FIRST_PAUSE;
            wake.send_modify(|count| *count += 1);
            // None: the connection was lost and made again
            let _ = listener.try_recv().await?;
        }
    };
    let result: Result<std::convert::Infallible, sqlx::Error> = listening.await;
    match result {
        Ok(never) => match never {},
        Err(error) => error,
    }
}
