//! Who owns a name: what is expected of an entity that is written directly, who waits for a name that another has, and what becomes of an
//! entity that nobody provides any more.
//!
//! A name belongs to whoever came first. The others wait in `entity_conflict`, with what they would have written, and the first of them
//! takes over in the transaction in which the owner lets go: the entity is never absent, and keeps its uid.

use std::collections::HashMap;

use model::{EntityRef, Timestamp};
use store::{Args, Store, StoreError, Tx};

use crate::{
    descriptor::ValidationError,
    history::source_of,
    ingest::Changes,
    sql::{self, BATCH, ConflictRow, FullRow, KnownRow, WaitingRow},
};

/// The location of entities that were written in the portal or over REST.
pub const PORTAL: &str = "portal";

/// What has to be there for a write to go ahead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    #[default]
    Any,
    /// Nothing: it is created.
    Absent,
    /// Exactly this state, by its etag.
    Etag(String),
}

impl Expected {
    /// Compares with the etag of what is there.
    pub(crate) fn check(&self, current: Option<&str>, entity_ref: &EntityRef) -> Result<(), DirectError> {
        match (self, current) {
            (Self::Any, _) | (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(_)) => Err(DirectError::Exists { entity_ref: entity_ref.clone() }),
            (Self::Etag(_), None) => Err(DirectError::NotFound),
            (Self::Etag(expected), Some(current)) if expected == current => Ok(()),
            (Self::Etag(_), Some(current)) => Err(DirectError::Stale { current: current.to_owned() }),
        }
    }
}

/// Why an entity or overlay was not written. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    /// It is not a valid entity.
    #[error(transparent)]
    Invalid(ValidationError),
    /// A file provides it, so it is changed there.
    #[error("{entity_ref} is provided by {file}: change it there, or put an overlay over it")]
    OwnedByFile {
        /// The entity.
        entity_ref: EntityRef,
        /// The path or address of the file.
        file: String,
    },
    /// It is there already.
    #[error("{entity_ref} is there already")]
    Exists {
        /// The entity.
        entity_ref: EntityRef,
    },
    /// Somebody changed it in between.
    #[error("it was changed in between, its etag is {current} by now: read it again and repeat the change")]
    Stale {
        /// Its etag as it is now.
        current: String,
    },
    /// There is no such entity.
    #[error("there is no such entity")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A source that wants a name which another has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The name.
    pub entity_ref: EntityRef,
    /// The id of the location that does not get it.
    pub location: String,
    /// The file in it.
    pub file: String,
    /// Since when it waits.
    pub since: Timestamp,
}

impl Conflict {
    /// Reads a row; `None` if its name is none.
    pub(crate) fn read(row: ConflictRow) -> Option<Self> {
        Some(Self { entity_ref: row.entity_ref.parse().ok()?, location: row.location_id, file: row.file, since: row.since.into() })
    }
}

/// For each name the sources that wait, the longest first.
pub(crate) async fn waiting(tx: &mut Tx, names: &[&str]) -> Result<HashMap<String, Vec<WaitingRow>>, StoreError> {
    let mut out: HashMap<String, Vec<WaitingRow>> = HashMap::new();
    for chunk in names.chunks(BATCH) {
        for row in tx.fetch_all::<WaitingRow>(&sql::CONFLICTS_OF_NAMES, Args::new().json(chunk)).await? {
            out.entry(row.entity_ref.clone()).or_default().push(row);
        }
    }
    Ok(out)
}

/// Lets go of rows that are locked: hands each to who waits for it, and gives back those that nobody waits for.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    rows: Vec<KnownRow>,
    passes: impl Fn(&WaitingRow) -> bool,
    changes: &mut Changes,
) -> Result<Vec<KnownRow>, StoreError> {
    let names: Vec<&str> = rows.iter().map(|row| row.entity_ref.as_str()).collect();
    let mut waiting = waiting(tx, &names).await?;
    let mut left = Vec::new();
    for row in rows {
        let next = waiting.remove(&row.entity_ref).and_then(|all| all.into_iter().find(&passes));
        match next {
            Some(next) => changes.hand_over(row, next),
            None => left.push(row),
        }
    }
    Ok(left)
}

/// What one batch of cleaning did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The entities that went.
    pub gone: Vec<String>,
    /// There may be more to do.
    pub more: bool,
}

/// Deletes the entities whose grace is over, unless a source waits for one. Several replicas may do so at once: each row is locked.
///
/// Gives how many went.
///
/// # Errors
/// Any failure of the store.
pub async fn clean(store: &Store) -> Result<u64, StoreError> {
    let mut count = 0;
    while needs_cleaning(store).await? {
        let mut tx = store.begin().await?;
        let Some(cleaned) = clean_batch(&mut tx).await? else { break };
        tx.commit().await?;
        count += cleaned.gone.len() as u64;
        if !cleaned.more {
            break;
        }
    }
    Ok(count)
}

/// Whether an entity is on its way out. On SQLite a transaction that writes keeps others waiting, and nearly always there is nothing to do.
///
/// # Errors
/// Any failure of the store.
pub async fn needs_cleaning(store: &Store) -> Result<bool, StoreError> {
    Ok(store.fetch_optional::<(String,)>(&sql::ENTITIES_GOING, Args::new()).await?.is_some())
}

/// One batch of [`clean`]. `None` when nothing was due, so that nothing was written.
///
/// # Errors
/// Any failure of the store.
pub async fn clean_batch(tx: &mut Tx) -> Result<Option<Cleaned>, StoreError> {
    let now = tx.now().await?;
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_DUE, Args::new().ts(now).int(limit)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let more = rows.len() == BATCH;
    let mut changes = Changes::new("", None);
    let gone = release(tx, rows, |_| true, &mut changes).await?;
    changes.write(tx).await?;
    Ok(Some(Cleaned { gone, more }))
}

/// Hands rows over or deletes them; which are deleted.
pub(crate) async fn release(
    tx: &mut Tx,
    rows: Vec<FullRow>,
    passes: impl Fn(&WaitingRow) -> bool,
    changes: &mut Changes,
) -> Result<Vec<String>, StoreError> {
    let sources: HashMap<String, String> = rows.iter().map(|row| (row.uid.clone(), source_of(&row.json))).collect();
    let left = hand_over(tx, rows.into_iter().map(KnownRow::from).collect(), passes, changes).await?;
    let mut gone = Vec::with_capacity(left.len());
    for row in left {
        let source = sources.get(&row.uid).cloned().unwrap_or_default();
        changes.delete(&row, source);
        gone.push(row.entity_ref);
    }
    Ok(gone)
}

/// Lets go of everything that a location provides: what another source waits for is handed over; the rest goes at once, or at `gone_at`
/// unless a source claims it before. The location's own row and files are the caller's, who has to delete or lock the row first.
///
/// # Errors
/// Any failure of the store.
pub(crate) async fn drop_location(tx: &mut Tx, id: &str, actor: Option<&str>, gone_at: Option<Timestamp>) -> Result<(), StoreError> {
    tx.execute(&sql::CONFLICTS_OF_LOCATION_DELETE, Args::new().text(id)).await?;
    let mut names: Vec<String> =
        tx.fetch_all::<KnownRow>(&sql::ENTITIES_OF_LOCATION, Args::new().text(id)).await?.into_iter().map(|row| row.entity_ref).collect();
    names.sort_unstable();
    let mut changes = Changes::new("", actor);
    for chunk in names.chunks(BATCH) {
        let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_FULL, Args::new().json(chunk)).await?;
        // Another source may have taken one over before it was locked.
        let rows = rows.into_iter().filter(|row| row.location_id == id);
        let (stay, go): (Vec<_>, Vec<_>) = rows.partition(|row| gone_at.is_some() && !row.file.is_empty());
        release(tx, go, |_| true, &mut changes).await?;
        let left = hand_over(tx, stay.into_iter().map(KnownRow::from).collect(), |_| true, &mut changes).await?;
        if let Some(at) = gone_at {
            for row in left.into_iter().filter(|row| row.gone_at.is_none()) {
                changes.gone(&row, at);
            }
        }
    }
    changes.write(tx).await.map(drop)
}

impl From<FullRow> for KnownRow {
    fn from(row: FullRow) -> Self {
        Self {
            uid: row.uid,
            entity_ref: row.entity_ref,
            location_id: row.location_id,
            file: row.file,
            hash: row.hash,
            status: row.status,
            gone_at: row.gone_at,
        }
    }
}
