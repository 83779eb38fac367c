//! What is old goes, so that the tables do not grow for ever.

use std::time::Duration;

use model::Timestamp;
use store::{Args, StoreError, Tx};

use crate::sql;

/// How long a message is kept that nobody saved.
pub const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Removes messages that were last sent before `before` and that nobody saved, with all that belongs to them; at most `limit`, oldest
/// first. Returns how many.
///
/// # Errors
/// Any failure of the statements.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let rows: Vec<(String,)> = tx.fetch_all(&sql::OLD, Args::new().ts(before).int(limit.into())).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<&str> = rows.iter().map(|(id,)| id.as_str()).collect();
    for statement in [&sql::OLD_RECIPIENTS, &sql::OLD_STATES, &sql::OLD_DELIVERIES, &sql::OLD_REMOVE] {
        tx.execute(statement, Args::new().json(&ids)).await?;
    }
    Ok(ids.len() as u64)
}
