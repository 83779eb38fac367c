//! Removing old rows, so that what is left can still be checked.

use model::Timestamp;
use store::{Args, Store, StoreError, Ts, Tx};

use super::{
    Fault, Log, Row, chain,
    log::take,
    sql,
    verify::{Checkpoint, Walk},
};

/// What retention did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// Nothing is old enough.
    Nothing,
    /// It removed rows, and signed where the log begins from now on.
    Rows {
        /// How many.
        count: u64,
        /// The last of them.
        up_to: i64,
        /// There may be more.
        more: bool,
    },
    /// It kept them all: what was to be removed is not what was written, and removing it would remove the proof.
    Kept(Fault),
}

/// When the oldest row was written.
///
/// # Errors
/// Any failure of the store.
pub async fn oldest(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    let first: Option<(i64, Ts)> = store.fetch_optional(&sql::FIRST, Args::new()).await?;
    Ok(first.map(|(_, at)| at.0))
}

impl Log {
    /// Removes the rows before `before`, `batch` at most, and signs a checkpoint in the same transaction. Rows go in their order: one that
    /// is young enough keeps all after it.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn remove_old(&self, tx: &mut Tx, before: Timestamp, batch: u32) -> Result<Removed, StoreError> {
        let now = tx.now().await?;
        // Two replicas may come here at once: the second waits for the first one's checkpoint.
        let head = take(tx).await?;
        let last: Option<Checkpoint> = tx.fetch_optional(&sql::CHECKPOINT_LAST, Args::new()).await?;
        if let Some(forged) = last.as_ref().filter(|last| !last.is_signed(self.key())) {
            return Ok(Removed::Kept(Fault::Checkpoint { seq: forged.seq }));
        }
        let mut walk = Walk::after(last.as_ref());
        let start = walk.seq;
        let rows: Vec<Row> = tx.fetch_all(&sql::WALK, Args::new().int(i64::MIN).int(batch.into())).await?;
        for row in rows.iter().take_while(|row| row.at() < before && row.seq <= head.seq) {
            if let Err(fault) = walk.step(row) {
                return Ok(Removed::Kept(fault));
            }
        }
        if walk.seq == start {
            return Ok(Removed::Nothing);
        }
        let count = tx.execute(&sql::REMOVE_TO, Args::new().int(walk.seq)).await?;
        let removed = i64::try_from(count).unwrap_or(i64::MAX);
        let mac = chain::checkpoint_mac(self.key(), walk.seq, &walk.hash, removed, now.0);
        let args = Args::new().int(walk.seq).text(&walk.hash).int(removed).ts(now).text(mac);
        tx.execute(&sql::CHECKPOINT_ADD, args).await?;
        Ok(Removed::Rows { count, up_to: walk.seq, more: count >= u64::from(batch) })
    }
}
