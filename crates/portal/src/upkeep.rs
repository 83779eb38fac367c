//! What has to be thrown away from time to time, so that tables do not grow for ever.

use std::time::Duration;

use model::Timestamp;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// How often old rows are looked for.
const EVERY: Duration = Duration::from_secs(3600);
/// How long rows of the change feed are kept, in microseconds: two days. A replica that was away for longer loads everything again.
const FEED: i64 = 2 * 86_400 * 1_000_000;
/// Rows that one transaction removes.
const BATCH: u32 = 5_000;

/// Removes old rows every hour until `cancel`. Several replicas may do it at once.
pub(crate) async fn run(store: Store, cancel: CancellationToken) {
    while cancel.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        if let Err(error) = prune(&store).await {
            tracing::info!(%error, "old rows could not be removed, the next hour tries again");
        }
    }
}

async fn prune(store: &Store) -> Result<(), StoreError> {
    loop {
        let mut tx = store.begin().await?;
        let before = Timestamp(tx.now().await?.0 - FEED);
        let removed = store::feed::prune(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        if removed < u64::from(BATCH) {
            return Ok(());
        }
    }
}
