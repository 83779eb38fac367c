//! Facts about this installation, as text under a key: that it is a demo, keys that it made for itself.

use crate::{Args, Store, StoreError, Tx, sql};

/// The value under `key`.
///
/// # Errors
/// When the database does not answer.
pub async fn get(store: &Store, key: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = store.fetch_optional(&sql::SETTING_GET, Args::new().text(key)).await?;
    Ok(row.map(|(value,)| value))
}

/// Sets the value under `key`.
///
/// # Errors
/// Any failure of the statement.
pub async fn put(tx: &mut Tx, key: &str, value: &str) -> Result<(), StoreError> {
    tx.execute(&sql::SETTING_PUT, Args::new().text(key).text(value)).await.map(drop)
}

/// Sets the value under `key` unless there is one, and returns the one that holds: of several processes that start at
/// once, all go on with the same.
///
/// # Errors
/// Any failure of the statements.
pub async fn put_if_absent(tx: &mut Tx, key: &str, value: &str) -> Result<String, StoreError> {
    tx.execute(&sql::SETTING_PUT_IF_ABSENT, Args::new().text(key).text(value)).await?;
    let row: Option<(String,)> = tx.fetch_optional(&sql::SETTING_GET, Args::new().text(key)).await?;
    Ok(row.map_or_else(|| value.to_owned(), |(value,)| value))
}
