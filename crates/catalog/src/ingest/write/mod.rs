//! Writing what was processed: batches while a location is read, and one closing transaction.
//!
//! These rules keep entities from vanishing or doubling:
//! - a name keeps its row, and so its uid and first-seen time, as long as any file provides it;
//! - what a file no longer provides goes only in the closing transaction, when every file of the walk had its chance to claim it, and then
//!   to who waits for it, or after a time in which any source may claim it;
//! - what a broken file used to provide stays, with the error on it;
//! - a file of which something is left for the closing transaction keeps no hash until then, so that whoever is interrupted in between
//!   finds it changed.

mod changes;
mod end;
mod hold;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::Value;
use store::{Args, LeaseLost, Store, StoreError, Tx, lease::Lease};

use super::process::{Failure, ProcessedEntity, ProcessedFile, status_item};
use crate::sql::{self, BATCH, KnownRow, ScanRow, Waits};
pub(crate) use changes::Changes;

/// What becomes of entities that a reading no longer finds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How long they stay, so that another source can claim them; with zero they go at once.
    pub(crate) grace: Duration,
    /// The share of a location's entities, in percent, whose loss waits for confirmation; `None`: none does.
    pub(crate) hold_percent: Option<u8>,
}

/// One reading of a location: what was written so far and what is still to be decided at its end.
#[derive(Debug)]
pub(crate) struct Scan {
    store: Store,
    location: String,
    lease: Option<Lease>,
    policy: Policy,
    /// The location's row as of the first transaction.
    about: Option<ScanRow>,
    /// The names that its files wait for, by file.
    waits: HashMap<String, Vec<String>>,
    /// Rows that no file provides any more, by name.
    missing: HashMap<String, KnownRow>,
    /// Names that another file's row has, with who wants them.
    claims: HashMap<String, Vec<(ProcessedEntity, String)>>,
    /// Names and files that no longer wait.
    freed: HashSet<(String, String)>,
    /// Files of which something is left to decide, with the hash that they get then.
    open: HashMap<String, Option<String>>,
    /// Whether anything has to be closed.
    touched: bool,
}

/// How long a location's lease is held without a sign of life.
pub(crate) const LEASE: Duration = Duration::from_secs(15);

impl Scan {
    /// Begins to read a location; with PostgreSQL under its lease.
    pub(crate) fn begin(store: &Store, location: &str, lease: Option<Lease>, policy: Policy) -> Self {
        Self {
            store: store.clone(),
            location: location.to_owned(),
            lease,
            policy,
            about: None,
            waits: HashMap::new(),
            missing: HashMap::new(),
            claims: HashMap::new(),
            freed: HashSet::new(),
            open: HashMap::new(),
            touched: false,
        }
    }

    /// Writes some files in one transaction.
    ///
    /// # Errors
    /// Any failure of the store; nothing of the batch is written then.
    pub(crate) async fn write(&mut self, mut files: Vec<ProcessedFile>) -> Result<(), StoreError> {
        self.touched = true;
        let mut tx = self.tx().await?;
        files.iter_mut().for_each(refuse_repeated);
        let names = files.iter().flat_map(|file| {
            let failed = file.failures.iter().filter_map(|failure| failure.entity_ref.as_deref());
            file.entities.iter().map(|entity| entity.entity_ref.as_str()).chain(failed)
        });
        let mut known = by_ref(&mut tx, names.collect()).await?;
        let changed: Vec<&str> = files.iter().filter(|file| !file.unchanged).map(|file| file.file.as_str()).collect();
        let mut previous: HashMap<String, Vec<KnownRow>> = HashMap::new();
        for chunk in changed.chunks(BATCH) {
            let args = Args::new().text(&self.location).json(chunk);
            for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_OF_FILES, args).await? {
                previous.entry(row.file.clone()).or_default().push(row);
            }
        }
        let mut changes = self.changes();
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            let before = previous.remove(&file.file).unwrap_or_default();
            rows.push((file.file.clone(), file_row(&file)));
            if !file.unchanged {
                self.sort_out(file, before, &mut known, &mut changes);
            }
        }
        for (entity, file) in changes.write(&mut tx).await? {
            self.claim(entity, file);
        }
        for (file, row) in &mut rows {
            if let Some(hash) = self.open.get_mut(file) {
                // Without a hash the file is processed again if the closing transaction never comes.
                *hash = row[2].take().as_str().map(str::to_owned);
            }
        }
        let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
        for chunk in rows.chunks(BATCH) {
            let now = tx.now().await?;
            tx.execute(&sql::FILES_UPSERT, Args::new().text(&self.location).ts(now).json(chunk)).await?;
        }
        tx.commit().await.map(drop)
    }

    async fn tx(&mut self) -> Result<Tx, StoreError> {
        let mut tx = self.store.begin().await?;
        if let Some(lease) = &self.lease {
            // Renewing is the fence: it fails when another replica took over.
            self.lease = Some(store::lease::renew(&mut tx, lease, LEASE).await?);
        }
        let about: Option<ScanRow> = tx.fetch_optional(&sql::SCAN_LOCATION, Args::new().text(&self.location)).await?;
        let Some(about) = about else {
            // Unregistered meanwhile: what would be written now would belong to nobody.
            return Err(
                LeaseLost { what: format!("location {}", self.location), epoch: self.lease.as_ref().map_or(0, |it| it.epoch) }.into()
            );
        };
        if self.about.is_none() {
            for (name, file, ..) in tx.fetch_all::<Waits>(&sql::CONFLICTS_OF_LOCATION, Args::new().text(&self.location)).await? {
                self.waits.entry(file).or_default().push(name);
            }
        }
        self.about = Some(about);
        Ok(tx)
    }

    /// An empty set of changes of this location.
    fn changes(&self) -> Changes {
        // The first reading of what the configuration names takes in a whole catalog, and tells nothing that the entities do not tell
        // themselves. What somebody registers is news.
        let first = self.about.as_ref().is_some_and(|about| about.last_read_at.is_none() && about.source == "config");
        Changes::new(&self.location, None).without_creations(first)
    }

    /// Where an entity of a file comes from, as its history says it.
    fn source(&self, file: &str) -> String {
        let Some(about) = &self.about else { return file.to_owned() };
        format!("{}:{}", about.location_type, if file.is_empty() { &about.target } else { file })
    }

    fn sort_out(&mut self, file: ProcessedFile, before: Vec<KnownRow>, known: &mut HashMap<String, KnownRow>, changes: &mut Changes) {
        let mut lost = None;
        let mut failed: HashMap<&str, Vec<&Value>> = HashMap::new();
        for failure in &file.failures {
            match &failure.entity_ref {
                Some(name) => failed.entry(name).or_default().push(&failure.status),
                None => lost = Some(&failure.status),
            }
        }
        if lost.is_none() {
            // Whether they still wait is said below; what is broken keeps its place.
            let waits = self.waits.get(&file.file).into_iter().flatten().filter(|name| !failed.contains_key(name.as_str()));
            self.freed.extend(waits.map(|name| (name.clone(), file.file.clone())));
        }
        let mut kept: HashSet<String> = HashSet::new();
        for entity in file.entities {
            kept.insert(entity.entity_ref.clone());
            let row = known.get(&entity.entity_ref);
            let theirs = row.is_some_and(|row| row.location_id == self.location && row.file == file.file);
            let free = row.is_none_or(|row| theirs || row.gone_at.is_some() || self.missing.contains_key(&row.entity_ref));
            if !free {
                self.claim(entity, file.file.clone());
            } else if !theirs || row.is_some_and(|row| row.hash != entity.hash || row.status.is_some() || row.gone_at.is_some()) {
                self.missing.remove(&entity.entity_ref);
                let row = row.cloned();
                known.insert(entity.entity_ref.clone(), self.row(&file.file, row.as_ref(), &entity));
                changes.upsert(&file.file, row, entity, self.source(&file.file));
            }
        }
        for row in before {
            if kept.contains(&row.entity_ref) {
                continue;
            }
            let status = match (failed.get(row.entity_ref.as_str()), lost) {
                (Some(items), _) => serde_json::to_string(items).unwrap_or_default(),
                (None, _) if row.gone_at.is_some() => continue,
                (None, Some(item)) => format!("[{item}]"),
                (None, None) => {
                    self.open.insert(file.file.clone(), None);
                    let next = self.claims.get_mut(&row.entity_ref).map(|all| all.remove(0));
                    match next {
                        Some((entity, claimant)) => {
                            self.claims.retain(|_, all| !all.is_empty());
                            known.insert(row.entity_ref.clone(), self.row(&claimant, Some(&row), &entity));
                            changes.upsert(&claimant, Some(row), entity, self.source(&claimant));
                        }
                        None => {
                            self.missing.insert(row.entity_ref.clone(), row);
                        }
                    }
                    continue;
                }
            };
            if row.status.as_deref() != Some(status.as_str()) || row.gone_at.is_some() {
                changes.status(&row.uid, Some(&status));
            }
        }
    }

    /// The row as it is once the entity is written.
    fn row(&self, file: &str, before: Option<&KnownRow>, entity: &ProcessedEntity) -> KnownRow {
        KnownRow {
            uid: before.map_or_else(|| entity.uid.clone(), |row| row.uid.clone()),
            entity_ref: entity.entity_ref.clone(),
            location_id: self.location.clone(),
            file: file.to_owned(),
            hash: entity.hash.clone(),
            status: None,
            gone_at: None,
        }
    }

    /// Remembers that a file wants a name that another has.
    fn claim(&mut self, entity: ProcessedEntity, file: String) {
        self.open.entry(file.clone()).or_default();
        self.claims.entry(entity.entity_ref.clone()).or_default().push((entity, file));
    }
}

/// Reads and locks the rows of these names.
async fn by_ref(tx: &mut Tx, mut names: Vec<&str>) -> Result<HashMap<String, KnownRow>, StoreError> {
    names.sort_unstable();
    names.dedup();
    let mut out = HashMap::with_capacity(names.len());
    for chunk in names.chunks(BATCH) {
        for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_BY_REF, Args::new().json(chunk)).await? {
            out.insert(row.entity_ref.clone(), row);
        }
    }
    Ok(out)
}

/// Of several documents of a file with one name the first counts.
fn refuse_repeated(file: &mut ProcessedFile) {
    let mut seen = HashSet::new();
    let mut failures = Vec::new();
    file.entities.retain(|entity| {
        let first = seen.insert(entity.entity_ref.clone());
        if !first {
            let message =
                format!("{} is in this file more than once, the first counts; rename the others or remove them", entity.entity_ref);
            failures.push(Failure { entity_ref: Some(entity.entity_ref.clone()), status: status_item("ConflictError", &message) });
        }
        first
    });
    file.failures.append(&mut failures);
}

fn file_row(file: &ProcessedFile) -> Value {
    let errors: Vec<_> = file.failures.iter().map(|failure| (&failure.entity_ref, &failure.status)).collect();
    let error = if errors.is_empty() { None } else { serde_json::to_string(&errors).ok() };
    let watched = serde_json::to_string(&file.watched).unwrap_or_default();
    serde_json::json!([file.file, file.parent, file.hash, error, watched])
}
