//! Making the locations of the database those of the configuration, when the process starts.

use store::{Args, Store, StoreError, Tx, setting};

use super::ReadingConfig;
use crate::{
    conflict,
    location::{LocationConfig, in_micros},
    sql::{self, LocationRow},
};

/// Under which setting the digest of the declared kinds stands.
const KINDS: &str = "catalog.kinds";

/// Refuses locations that can never be read.
pub(super) fn check(config: &ReadingConfig) -> Result<(), StoreError> {
    for location in &config.locations {
        let wrong = match location.location_type.as_str() {
            "file" => None,
            "url" if location.target.starts_with("https://") || location.target.starts_with("http://") => None,
            "url" => Some("a location of type url is an http or https address".to_owned()),
            "git" => forge::GitTarget::parse(&location.target).err().map(|error| error.to_string()),
            other => Some(format!("there is no location type {other}; use file, url or git")),
        };
        if let Some(message) = wrong {
            return Err(StoreError::Configuration(format!("the location {}: {message}", location.text())));
        }
    }
    Ok(())
}

/// Writes what the configuration says over what the database has.
pub(super) async fn settle(store: &Store, config: &ReadingConfig) -> Result<(), StoreError> {
    let kinds = setting::get(store, KINDS).await?;
    let mut tx = store.begin().await?;
    let before: Vec<LocationRow> = tx.fetch_all(&sql::LOCATIONS, Args::new()).await?;
    let now = tx.now().await?;
    for location in &config.locations {
        let known = before.iter().find(|row| is_at(row, location));
        let id = known.map_or_else(|| uuid::Uuid::new_v4().to_string(), |row| row.id.clone());
        let rules = if location.allow.is_empty() { None } else { serde_json::to_string(&location.allow).ok() };
        let every = location.every.map(in_micros);
        let same = known.is_some_and(|row| row.source == "config" && row.rules == rules);
        if same && known.is_some_and(|row| row.read_every == every) {
            continue;
        }
        let args = Args::new().text(&id).text(&location.location_type).text(&location.target).opt_text(rules).ts(now).opt_int(every);
        tx.execute(&sql::LOCATION_UPSERT, args).await?;
        if !same {
            // Other rules can allow or refuse what did not change, so every file is processed again.
            tx.execute(&sql::FILES_OF_LOCATION_DELETE, Args::new().text(&id)).await?;
        }
        tx.feed("location", &id);
    }
    for row in before.iter().filter(|row| row.source == "config") {
        if !config.locations.iter().any(|location| is_at(row, location)) {
            remove(&mut tx, &row.id, config).await?;
        }
    }
    let digest = config.kinds.digest();
    if kinds.unwrap_or_default() != digest {
        // What was refused may be right now, and the other way round.
        tx.execute(&sql::FILES_FORGET_ALL, Args::new()).await?;
        setting::put(&mut tx, KINDS, &digest).await?;
    }
    tx.commit().await.map(drop)
}

fn is_at(row: &LocationRow, location: &LocationConfig) -> bool {
    row.location_type == location.location_type && row.target == location.target
}

/// Removes a location that the configuration no longer has. What it provided stays for the grace, so that it can come from elsewhere.
async fn remove(tx: &mut Tx, id: &str, config: &ReadingConfig) -> Result<(), StoreError> {
    let gone_at =
        if config.grace.is_zero() { None } else { Some(model::Timestamp(tx.now().await?.0.saturating_add(in_micros(config.grace)))) };
    tx.execute(&sql::LOCATION_DELETE, Args::new().text(id)).await?;
    conflict::drop_location(tx, id, None, gone_at).await?;
    tx.execute(&sql::FILES_OF_LOCATION_DELETE, Args::new().text(id)).await?;
    tx.feed("location", id);
    Ok(())
}
