//! Service accounts: machines with a name of their own. They come in with tokens only.

use store::{Args, Store, StoreError, Ts, Tx};

use crate::sql;

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceAccountRow {
    /// Its name, as policies call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The User or Group that answers for it.
    pub owner: String,
    /// 1 when it is switched off: its tokens hold no more.
    pub disabled: i64,
    /// Who made it, as recorded.
    pub created_by: String,
    /// When it was made.
    pub created_at: Ts,
    /// When it was last changed.
    pub changed_at: Ts,
    /// Its tokens that hold.
    pub tokens: i64,
}

/// All service accounts, by name.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn list(store: &Store) -> Result<Vec<ServiceAccountRow>, StoreError> {
    let now = store.now().await?;
    store.fetch_all(&sql::SERVICES, Args::new().ts(now)).await
}

/// The service account of this name.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn find(store: &Store, name: &str) -> Result<Option<ServiceAccountRow>, StoreError> {
    let now = store.now().await?;
    store.fetch_optional(&sql::SERVICE_OF, Args::new().text(name).ts(now)).await
}

/// Makes a service account; false when there is one of that name.
///
/// # Errors
/// Any failure of the statements.
pub async fn add(tx: &mut Tx, name: &str, description: &str, owner: &str, created_by: &str) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let args = Args::new().text(name).text(description).text(owner).text(created_by).ts(now);
    Ok(tx.execute(&sql::SERVICE_ADD, args).await? == 1)
}

/// Switches a service account off or on; false without it.
///
/// # Errors
/// Any failure of the statements.
pub async fn disable(tx: &mut Tx, name: &str, disabled: bool) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    Ok(tx.execute(&sql::SERVICE_DISABLE, Args::new().text(name).bool(disabled).ts(now)).await? == 1)
}
