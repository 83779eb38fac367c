//! Leases: one process at a time does something, until it says otherwise or stops renewing.
//!
//! A lease cannot stop its old holder, who may only be slow. So each acquisition raises an epoch, and what the holder
//! writes is fenced by it ([`Tx::fence_lease`]): a late write of an old holder fails instead of overwriting a new one's.

use std::time::Duration;

use model::Timestamp;

use crate::{Args, LeaseLost, StoreError, Tx, sql};

/// A lease that was acquired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is held.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Which holding this is; larger is later.
    pub epoch: i64,
    /// When others may take it, by the database's clock.
    pub expires_at: Timestamp,
}

/// Takes the lease `name` for `ttl`, if nobody holds it, if it ran out, or if `holder` itself has it (an older holding of
/// theirs ends then). `holder` must be a name that no other process uses, such as a UUID.
///
/// # Errors
/// Any failure of the statements.
pub async fn acquire(tx: &mut Tx, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
    let now = tx.now().await?;
    let expires_at = later(now, ttl);
    let args = Args::new().text(name).text(holder).ts(expires_at).ts(now);
    let epoch: Option<(i64,)> = tx.fetch_optional(&sql::LEASE_ACQUIRE, args).await?;
    Ok(epoch.map(|(epoch,)| Lease { name: name.to_owned(), holder: holder.to_owned(), epoch, expires_at }))
}

/// Holds the lease for another `ttl` from now. It may have run out, as long as nobody took it.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it was taken over or released; any failure of the statements.
pub async fn renew(tx: &mut Tx, lease: &Lease, ttl: Duration) -> Result<Lease, StoreError> {
    let expires_at = later(tx.now().await?, ttl);
    let renewed = tx.execute(&sql::LEASE_RENEW, Args::new().text(&lease.name).int(lease.epoch).ts(expires_at)).await?;
    held(lease, renewed)?;
    Ok(Lease { expires_at, ..lease.clone() })
}

/// Lets go, so that another need not wait. No error if it was lost already.
///
/// # Errors
/// Any failure of the statement.
pub async fn release(tx: &mut Tx, lease: &Lease) -> Result<(), StoreError> {
    tx.execute(&sql::LEASE_RELEASE, Args::new().text(&lease.name).int(lease.epoch)).await.map(drop)
}

pub(crate) async fn fence(tx: &mut Tx, lease: &Lease) -> Result<(), StoreError> {
    let rows = tx.execute(&sql::LEASE_FENCE, Args::new().text(&lease.name).int(lease.epoch)).await?;
    held(lease, rows)
}

fn held(lease: &Lease, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(LeaseLost { what: format!("lease {}", lease.name), epoch: lease.epoch }.into()) } else { Ok(()) }
}

/// `at` plus `time`, for ever if that is beyond what can be counted.
pub(crate) fn later(at: Timestamp, time: Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}
