//! What has to be done from time to time: throwing old rows away, so that tables do not grow for ever, and letting entities go that no
//! source provides any more.

use std::time::Duration;

use model::{Caller, Timestamp};
use serde_json::json;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::{Portal, record::Done};

/// How often old rows are looked for.
const EVERY: Duration = Duration::from_secs(3600);
/// How often entities are looked for whose grace is over.
const CLEAN: Duration = Duration::from_secs(2);
/// How long rows of the change feed are kept: two days. A replica that was away for longer loads everything again.
const FEED: Duration = Duration::from_secs(2 * 86_400);
/// Rows that one transaction removes.
const BATCH: u32 = 5_000;
/// Entities that a row of the audit log names, at most.
const NAMED: usize = 100;

/// Removes old rows every hour, those of the history when they are older than `history`, until `cancel`. Several replicas may do it at
/// once.
pub(crate) async fn run(store: Store, history: Duration, cancel: CancellationToken) {
    while cancel.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        if let Err(error) = prune(&store, history).await {
            tracing::info!(%error, "old rows could not be removed, the next hour tries again");
        }
    }
}

/// Lets entities go whose grace is over, every few seconds until `cancel`. Several replicas may do it at once: each row goes once.
pub(crate) async fn clean(portal: Portal, cancel: CancellationToken) {
    let mut failing = false;
    while cancel.run_until_cancelled(tokio::time::sleep(CLEAN)).await.is_some() {
        match let_go(&portal).await {
            Ok(gone) => {
                failing = false;
                if gone > 0 {
                    tracing::info!(gone, "entities went that no source provided any more");
                }
            }
            // Said once: while the database is away, others say so too.
            Err(error) if !std::mem::replace(&mut failing, true) => {
                tracing::info!(%error, "entities that no source provides could not be removed, it is tried again");
            }
            Err(_) => {}
        }
    }
}

/// Deletes the entities whose grace is over; how many.
async fn let_go(portal: &Portal) -> Result<u64, StoreError> {
    let store = &portal.inner.store;
    let mut count = 0;
    while catalog::needs_cleaning(store).await? {
        let mut tx = store.begin().await?;
        let Some(cleaned) = catalog::clean_batch(&mut tx).await? else { break };
        if cleaned.gone.is_empty() {
            // Everything was handed over to another source: a reading did that, and is recorded as the history of the entities.
            tx.commit().await?;
        } else {
            let named: Vec<&String> = cleaned.gone.iter().take(NAMED).collect();
            let done = Done::named("catalog:clean", format!("{} entities", cleaned.gone.len())).with("entities", json!(named));
            portal.commit(tx, &Caller::worker(), done).await?;
        }
        count += cleaned.gone.len() as u64;
        if !cleaned.more {
            break;
        }
    }
    Ok(count)
}

async fn prune(store: &Store, history: Duration) -> Result<(), StoreError> {
    loop {
        let mut tx = store.begin().await?;
        let before = before(tx.now().await?, FEED);
        let removed = store::feed::prune(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        if removed < u64::from(BATCH) {
            break;
        }
    }
    loop {
        let mut tx = store.begin().await?;
        let before = before(tx.now().await?, history);
        let removed = catalog::history::prune(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        if removed < u64::from(BATCH) {
            return Ok(());
        }
    }
}

fn before(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}
