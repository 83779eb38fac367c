//! Sign-ins that wait for a provider's answer: one row each, taken out by the first answer.
//!
//! What comes back through the browser is kept as hashes, so that whoever reads the database cannot finish somebody's sign-in.

use model::Timestamp;
use store::{Args, StoreError, Tx};
use subtle::ConstantTimeEq as _;

use super::{ProviderError, Reason, Started, sql};
use crate::digest::digest;

/// How long a provider may take to answer, in seconds: somebody may have to find their second factor.
pub const SECONDS: u32 = 600;
/// Longest state and cookie that are looked up, in bytes; our own are far shorter.
const LONGEST: usize = 200;

/// What an answer is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Of [`Started`].
    pub nonce: String,
    /// Of [`Started`].
    pub verifier: String,
    /// Where the person wanted to go.
    pub return_to: String,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    provider: String,
    browser_hash: String,
    nonce: String,
    verifier: String,
    return_to: String,
    expires_at: i64,
}

/// Keeps a sign-in that began. `browser` is what the cookie holds.
///
/// # Errors
/// Any failure of the store.
pub async fn add(tx: &mut Tx, provider: &str, started: &Started, browser: &str, return_to: &str) -> Result<(), StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::ATTEMPTS_SWEEP, Args::new().ts(now)).await?;
    let args = Args::new()
        .text(digest(&started.state))
        .text(provider)
        .text(digest(browser))
        .text(&started.nonce)
        .text(&started.verifier)
        .text(return_to)
        .ts(now)
        .ts(Timestamp(now.0 + i64::from(SECONDS) * 1_000_000));
    tx.execute(&sql::ATTEMPT_ADD, args).await.map(drop)
}

/// Takes the sign-in out that an answer belongs to. Commit whatever comes back: an answer counts once.
///
/// # Errors
/// Any failure of the store.
pub async fn take(tx: &mut Tx, provider: &str, state: &str, browser: Option<&str>) -> Result<Result<Attempt, ProviderError>, StoreError> {
    let unknown = || {
        let message = "This sign-in is over: each answer of the provider counts once, and for ten minutes. Sign in again.";
        Ok(Err(ProviderError::new(Reason::UnknownState, message)))
    };
    if state.is_empty() || state.len() > LONGEST || state.contains('\0') {
        return unknown();
    }
    let now = tx.now().await?;
    let row: Option<Row> = tx.fetch_optional(&sql::ATTEMPT_TAKE, Args::new().text(digest(state))).await?;
    let Some(row) = row else { return unknown() };
    if row.expires_at < now.0 || row.provider != provider {
        return unknown();
    }
    let browser = browser.filter(|browser| browser.len() <= LONGEST).map(digest).unwrap_or_default();
    if !bool::from(browser.as_bytes().ct_eq(row.browser_hash.as_bytes())) {
        let message = "This sign-in began in another browser, or this one keeps no cookies. Sign in again, here.";
        return Ok(Err(ProviderError::new(Reason::OtherBrowser, message)));
    }
    Ok(Ok(Attempt { nonce: row.nonce, verifier: row.verifier, return_to: row.return_to }))
}
