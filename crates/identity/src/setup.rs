//! Links that let one person choose a password, once: the first administrator's, and those that administrators hand out.

use std::time::Duration;

use model::EntityRef;
use store::{Args, Store, StoreError, Tx};

use crate::{
    digest::{digest, secret},
    session::after,
    sql,
};

/// How long a link can be used.
pub const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Makes a link's secret. Without an account whoever uses it chooses a name and becomes an administrator.
///
/// # Errors
/// Any failure of the statements.
pub async fn add(tx: &mut Tx, account: Option<&str>, created_by: &str) -> Result<String, StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::SETUP_SWEEP, Args::new().ts(now)).await?;
    let secret = secret();
    let args = Args::new().text(digest(&secret)).text(account.unwrap_or_default()).text(created_by).ts(after(now, LIFETIME));
    tx.execute(&sql::SETUP_ADD, args).await?;
    Ok(secret)
}

/// The account that a link is for, if it can still be used: `Some(None)` for an administrator's.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn find(store: &Store, secret: &str) -> Result<Option<Option<String>>, StoreError> {
    let now = store.now().await?;
    let row: Option<(String,)> = store.fetch_optional(&sql::SETUP_OF, Args::new().text(digest(secret)).ts(now)).await?;
    Ok(row.map(|(account,)| Some(account).filter(|account| !account.is_empty())))
}

/// Takes a link, so that it works once. With an administrator's, all others like it go: there is one first administrator.
///
/// # Errors
/// Any failure of the statements.
pub async fn take(tx: &mut Tx, secret: &str) -> Result<Option<Option<String>>, StoreError> {
    let now = tx.now().await?;
    let row: Option<(String,)> = tx.fetch_optional(&sql::SETUP_TAKE, Args::new().text(digest(secret)).ts(now)).await?;
    let Some((account,)) = row else { return Ok(None) };
    tx.execute(&sql::SETUP_CLOSE, Args::new().text(&account)).await?;
    Ok(Some(Some(account).filter(|account| !account.is_empty())))
}

/// Removes what a person who is switched off made, and the links for their account under any of its names; how many it were.
///
/// # Errors
/// Any failure of the statements.
pub async fn close_of(tx: &mut Tx, person: &EntityRef, account: &str) -> Result<u64, StoreError> {
    let args = Args::new().text(person.to_string()).text(account).text(person.name().to_lowercase());
    tx.execute(&sql::SETUP_CLOSE_OF, args).await
}

/// Removes what was made by whom a role was taken from, written as grants are: they might not make it now. Of a group or of everybody it
/// is what any person or service account made, since links are cheap and nobody remembers through what their makers might make them.
///
/// # Errors
/// Any failure of the statements.
pub async fn close_made_by(tx: &mut Tx, principal: &str) -> Result<u64, StoreError> {
    if principal.starts_with("user:") || principal.starts_with("service:") {
        return tx.execute(&sql::SETUP_CLOSE_BY, Args::new().text(principal)).await;
    }
    tx.execute(&sql::SETUP_CLOSE_GIVEN, Args::new()).await
}

/// Gives a role to a principal, as the first administrator gets theirs.
///
/// # Errors
/// Any failure of the statements.
pub async fn grant(tx: &mut Tx, role: &str, principal: &str, created_by: &str) -> Result<(), StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::GRANT_ADD, Args::new().text(role).text(principal).text(created_by).ts(now)).await?;
    tx.feed("grant", principal);
    Ok(())
}
