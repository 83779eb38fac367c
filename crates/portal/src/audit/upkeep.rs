//! What is done to the log from time to time: old rows removed, the chain checked, its end noted outside of the database.

use std::time::Duration;

use identity::audit::{self, Removed};
use model::{Caller, Timestamp};
use store::StoreError;
use tokio_util::sync::CancellationToken;

use crate::{Portal, record::Done};

/// How long after the start, and then how often, it is done.
const FIRST: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(3600);
/// Of these times, every so many the whole chain is checked.
const CHECK: u32 = 24;
/// Rows that one transaction removes.
const BATCH: u32 = 2_000;
/// Rows are removed when the oldest is so much over its time: once a day at most, since each removal is a row too.
const SLACK: Duration = Duration::from_secs(86_400);

/// Looks after the log until `cancel`. Several replicas may do it at once.
pub(crate) async fn run(portal: Portal, cancel: CancellationToken) {
    let mut wait = FIRST;
    let mut round = 0;
    while cancel.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
        wait = EVERY;
        if let Err(error) = portal.remove_old_records().await {
            tracing::info!(%error, "old rows of the audit log could not be removed, the next hour tries again");
        }
        if round % CHECK == 0
            && let Err(error) = portal.inner.audit.check(&portal.inner.store).await
        {
            tracing::info!(%error, "the audit log could not be checked, the next day tries again");
        }
        portal.inner.audit.keep(&portal.inner.audit.log().seen());
        round += 1;
    }
    portal.inner.audit.keep(&portal.inner.audit.log().seen());
    if let Some(stream) = &portal.inner.audit.stream {
        stream.flush();
    }
}

impl Portal {
    /// Removes the rows that are older than they are to be kept, with a signed checkpoint and a row that says so. Gives how many went.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn remove_old_records(&self) -> Result<u64, StoreError> {
        let Some(retention) = self.inner.audit.retention else { return Ok(0) };
        let store = &self.inner.store;
        let due = earlier(store.now().await?, retention.saturating_add(SLACK));
        if audit::oldest(store).await?.is_none_or(|oldest| oldest >= due) {
            return Ok(0);
        }
        let before = earlier(store.now().await?, retention);
        remove_before(self, before).await
    }
}

/// Removes the rows of before `before`, batch by batch; how many went.
pub(super) async fn remove_before(portal: &Portal, before: Timestamp) -> Result<u64, StoreError> {
    let mut gone = 0;
    loop {
        let mut tx = portal.inner.store.begin().await?;
        match portal.inner.audit.log().remove_old(&mut tx, before, BATCH).await? {
            Removed::Nothing => {
                tx.rollback().await?;
                return Ok(gone);
            }
            Removed::Kept(fault) => {
                tx.rollback().await?;
                tracing::error!("no rows of the audit log are removed, since it is not intact: {fault}");
                return Ok(gone);
            }
            Removed::Rows { count, up_to, more } => {
                let done =
                    Done::named("audit:retention", "audit").with("removed", count).with("up_to", up_to).with("before", before.rfc3339());
                portal.commit(tx, &Caller::worker(), done).await?;
                gone += count;
                if !more {
                    return Ok(gone);
                }
            }
        }
    }
}

fn earlier(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}
