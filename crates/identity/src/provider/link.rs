//! Whose User a provider's subject is, once that was settled; and logouts of providers, each taken once.

use model::{EntityRef, Timestamp};
use store::{Args, Store, StoreError, Tx};

use super::{LogoutToken, sql};

/// Longest subject and id that are kept, in bytes. OpenID Connect allows 255 for a subject.
const LONGEST: usize = 255;

/// Whom a subject signed in as before.
///
/// # Errors
/// Any failure of the store.
pub async fn find(store: &Store, provider: &str, subject: &str) -> Result<Option<EntityRef>, StoreError> {
    if subject.contains('\0') {
        return Ok(None);
    }
    let row: Option<(String,)> = store.fetch_optional(&sql::LINK_OF, Args::new().text(provider).text(subject)).await?;
    Ok(row.and_then(|(person,)| person.parse().ok()))
}

/// Remembers whom a subject signed in as; true if that is new.
///
/// # Errors
/// Any failure of the store.
pub async fn put(tx: &mut Tx, provider: &str, subject: &str, person: &EntityRef) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let args = Args::new().text(provider).text(subject).text(person.to_string()).ts(now);
    Ok(tx.execute(&sql::LINK_PUT, args).await? > 0)
}

/// Whether somebody else than this subject would lose the person to it: whoever signed in as them from elsewhere, or has a token of theirs.
///
/// # Errors
/// Any failure of the store.
pub async fn is_held(tx: &mut Tx, provider: &str, subject: &str, person: &EntityRef) -> Result<bool, StoreError> {
    let args = Args::new().text(provider).text(subject).text(person.to_string());
    let row: Option<(String,)> = tx.fetch_optional(&sql::LINK_HELD, args).await?;
    Ok(row.is_some())
}

/// Whether a logout was taken before.
///
/// # Errors
/// Any failure of the store.
pub async fn logout_seen(store: &Store, provider: &str, token: &LogoutToken) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = store.fetch_optional(&sql::LOGOUT_SEEN, Args::new().text(provider).text(&token.id)).await?;
    Ok(row.is_some())
}

/// Remembers a logout until its token has run out; false if it was taken before.
///
/// # Errors
/// Any failure of the store.
pub async fn logout_add(tx: &mut Tx, provider: &str, token: &LogoutToken) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::LOGOUTS_SWEEP, Args::new().ts(now)).await?;
    let args = Args::new().text(provider).text(&token.id).ts(Timestamp(token.until_seconds.saturating_mul(1_000_000)));
    Ok(tx.execute(&sql::LOGOUT_ADD, args).await? > 0)
}

/// Whether a provider's name for somebody can be kept.
pub(super) fn is_plain(subject: &str) -> bool {
    !subject.is_empty() && subject.len() <= LONGEST && !subject.chars().any(char::is_control)
}
