//! Writing what was processed: batches while a location is read, and one closing transaction.
//!
//! Three rules keep entities from vanishing or doubling:
//! - a name keeps its row, and so its uid and first-seen time, as long as any file provides it;
//! - what a file no longer provides goes only in the closing transaction, when every file of the walk had its chance to claim it;
//! - what a broken file used to provide stays, with the error on it.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;
use store::{Args, Store, StoreError, Tx, lease::Lease};

use super::process::{ProcessedEntity, ProcessedFile, status_item};
use crate::sql::{self, BATCH, FileRow, KnownRow};

/// One reading of a location: what was written so far and what is still to be decided at its end.
#[derive(Debug)]
pub(crate) struct Scan {
    store: Store,
    location: String,
    lease: Option<Lease>,
    /// Rows that no file provides any more, by name.
    missing: HashMap<String, KnownRow>,
    /// Names that another file's row has, with who wants them.
    claims: HashMap<String, (ProcessedEntity, String)>,
    /// Whether anything has to be closed.
    touched: bool,
}

/// A row of `entity` as its bulk statement takes it: uid, name, file, position, hash, JSON, relations, status.
#[derive(Serialize)]
struct EntityParameters(String, String, String, usize, String, String, String, Option<String>);

/// What one transaction is going to write.
#[derive(Default)]
struct Changes {
    entities: Vec<EntityParameters>,
    statuses: Vec<Value>,
    deleted: Vec<String>,
    uids: Vec<String>,
}

/// How long a location's lease is held without a sign of life.
pub(crate) const LEASE: std::time::Duration = std::time::Duration::from_secs(15);

impl Scan {
    /// Begins to read a location; with PostgreSQL under its lease.
    pub(crate) fn begin(store: &Store, location: &str, lease: Option<Lease>) -> Self {
        let (missing, claims) = (HashMap::new(), HashMap::new());
        Self { store: store.clone(), location: location.to_owned(), lease, missing, claims, touched: false }
    }

    /// Writes some files in one transaction.
    ///
    /// # Errors
    /// Any failure of the store; nothing of the batch is written then.
    pub(crate) async fn write(&mut self, files: Vec<ProcessedFile>) -> Result<(), StoreError> {
        self.touched = true;
        let mut tx = self.tx().await?;
        let names = files.iter().flat_map(|file| {
            let failed = file.failures.iter().filter_map(|failure| failure.entity_ref.as_deref());
            file.entities.iter().map(|entity| entity.entity_ref.as_str()).chain(failed)
        });
        let mut known = by_ref(&mut tx, &names.collect::<HashSet<_>>()).await?;
        let changed: Vec<&str> = files.iter().filter(|file| !file.unchanged).map(|file| file.file.as_str()).collect();
        let mut previous: HashMap<String, Vec<KnownRow>> = HashMap::new();
        for chunk in changed.chunks(BATCH) {
            let args = Args::new().text(&self.location).json(chunk);
            for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_OF_FILES, args).await? {
                previous.entry(row.file.clone()).or_default().push(row);
            }
        }
        let mut changes = Changes::default();
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            let before = previous.remove(&file.file).unwrap_or_default();
            rows.push(file_row(&file));
            if !file.unchanged {
                self.sort_out(file, before, &mut known, &mut changes);
            }
        }
        for chunk in rows.chunks(BATCH) {
            let now = tx.now().await?;
            tx.execute(&sql::FILES_UPSERT, Args::new().text(&self.location).ts(now).json(chunk)).await?;
        }
        changes.write(&mut tx, &self.location).await?;
        tx.commit().await.map(drop)
    }

    /// Ends the reading: settles claims, removes what is gone, and puts errors on the Location entities. `seen` are the files that a whole
    /// walk met; without it only the files written so far are settled.
    ///
    /// # Errors
    /// Any failure of the store; the next reading settles it then.
    pub(crate) async fn end(mut self, seen: Option<&HashSet<String>>, refreshed: &[String]) -> Result<(), StoreError> {
        let mut tx = self.tx().await?;
        let args = Args::new().text(&self.location);
        let files: Vec<FileRow> = tx.fetch_all(&sql::FILES, args).await?;
        let gone: Vec<&str> = match seen {
            Some(seen) => files.iter().map(|file| file.target.as_str()).filter(|file| !seen.contains(*file)).collect(),
            None => Vec::new(),
        };
        if !self.touched && gone.is_empty() && refreshed.is_empty() {
            return tx.rollback().await;
        }
        for chunk in gone.chunks(BATCH) {
            let args = || Args::new().text(&self.location).json(chunk);
            for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_OF_FILES, args()).await? {
                self.missing.insert(row.entity_ref.clone(), row);
            }
            tx.execute(&sql::FILES_DELETE, args()).await?;
        }
        let mut changes = Changes::default();
        let conflicts = self.settle_claims(&mut tx, &mut changes).await?;
        for row in std::mem::take(&mut self.missing).into_values() {
            changes.deleted.push(row.uid);
        }
        let gone: HashSet<String> = gone.into_iter().map(str::to_owned).collect();
        let files = self.note_conflicts(&mut tx, files, conflicts).await?;
        let remaining = files.into_iter().filter(|file| !gone.contains(&file.target));
        let error = self.blame_locations(&mut tx, remaining, &mut changes).await?;
        changes.write(&mut tx, &self.location).await?;
        if let Some(error) = &error {
            tracing::warn!(location = self.location, error, "not all of a location can be read, the problems are on its entity");
        }
        let now = tx.now().await?;
        tx.execute(&sql::LOCATION_READ, Args::new().text(&self.location).ts(now).opt_text(error)).await?;
        tx.feed("location", &self.location);
        for id in refreshed {
            tx.feed("refreshed", id);
        }
        tx.commit().await.map(drop)
    }

    async fn tx(&mut self) -> Result<Tx, StoreError> {
        let mut tx = self.store.begin().await?;
        if let Some(lease) = &self.lease {
            // Renewing is the fence: it fails when another replica took over.
            self.lease = Some(store::lease::renew(&mut tx, lease, LEASE).await?);
        }
        Ok(tx)
    }

    fn sort_out(&mut self, file: ProcessedFile, before: Vec<KnownRow>, known: &mut HashMap<String, KnownRow>, changes: &mut Changes) {
        let mut kept: HashSet<String> = HashSet::new();
        for entity in file.entities {
            kept.insert(entity.entity_ref.clone());
            match known.get(&entity.entity_ref) {
                Some(row) if self.is_theirs(row, &file.file) => {
                    if row.hash != entity.hash || row.status.is_some() {
                        changes.upsert(&file.file, &row.uid, entity);
                    }
                }
                Some(row) if self.missing.remove(&row.entity_ref).is_some() => changes.upsert(&file.file, &row.uid, entity),
                Some(_) => {
                    self.claims.entry(entity.entity_ref.clone()).or_insert((entity, file.file.clone()));
                }
                None => {
                    let row = KnownRow {
                        uid: entity.uid.clone(),
                        entity_ref: entity.entity_ref.clone(),
                        location_id: self.location.clone(),
                        file: file.file.clone(),
                        hash: entity.hash.clone(),
                        status: None,
                    };
                    known.insert(entity.entity_ref.clone(), row);
                    changes.upsert(&file.file, &entity.uid.clone(), entity);
                }
            }
        }
        let mut lost = None;
        let mut failed: HashMap<&str, Vec<&Value>> = HashMap::new();
        for failure in &file.failures {
            match &failure.entity_ref {
                Some(name) => failed.entry(name).or_default().push(&failure.status),
                None => lost = Some(&failure.status),
            }
        }
        for row in before {
            if kept.contains(&row.entity_ref) {
                continue;
            }
            let status = match (failed.get(row.entity_ref.as_str()), lost) {
                (Some(items), _) => serde_json::to_string(items).unwrap_or_default(),
                (None, Some(item)) => format!("[{item}]"),
                (None, None) => {
                    match self.claims.remove(&row.entity_ref) {
                        Some((entity, claimant)) => changes.upsert(&claimant, &row.uid, entity),
                        None => {
                            self.missing.insert(row.entity_ref.clone(), row);
                        }
                    }
                    continue;
                }
            };
            if row.status.as_deref() != Some(status.as_str()) {
                changes.status(&row.uid, Some(&status));
            }
        }
    }

    fn is_theirs(&self, row: &KnownRow, file: &str) -> bool {
        row.location_id == self.location && row.file == file
    }

    /// Gives claimed names to their claimants where the row has no provider left; the others come back as conflicts.
    async fn settle_claims(&mut self, tx: &mut Tx, changes: &mut Changes) -> Result<Vec<(String, String)>, StoreError> {
        let claims = std::mem::take(&mut self.claims);
        let names: HashSet<&str> = claims.keys().map(String::as_str).collect();
        let known = by_ref(tx, &names).await?;
        let mut conflicts = Vec::new();
        for (name, (entity, file)) in claims {
            match known.get(&name) {
                None => changes.upsert(&file, &entity.uid.clone(), entity),
                Some(row) if self.missing.remove(&name).is_some() => changes.upsert(&file, &row.uid, entity),
                Some(row) => conflicts.push((file, format!("{name} is already provided by {}; rename one of them or remove it", row.file))),
            }
        }
        conflicts.sort();
        Ok(conflicts)
    }

    /// Remembers conflicts with the files that lost, and forgets their hash, so that they are read again until the name is free.
    async fn note_conflicts(
        &self,
        tx: &mut Tx,
        mut files: Vec<FileRow>,
        conflicts: Vec<(String, String)>,
    ) -> Result<Vec<FileRow>, StoreError> {
        let mut rows = Vec::new();
        for file in &mut files {
            let items: Vec<_> = conflicts
                .iter()
                .filter(|(at, _)| *at == file.target)
                .map(|(_, message)| (Value::Null, status_item("ConflictError", message)))
                .collect();
            if !items.is_empty() {
                let mut errors: Vec<(Value, Value)> = errors_of(file);
                errors.extend(items);
                file.error = serde_json::to_string(&errors).ok();
                rows.push(serde_json::json!([file.target, file.parent, null, file.error, "{}"]));
            }
        }
        for chunk in rows.chunks(BATCH) {
            let now = tx.now().await?;
            tx.execute(&sql::FILES_UPSERT, Args::new().text(&self.location).ts(now).json(chunk)).await?;
        }
        Ok(files)
    }

    /// Puts the errors of files on the Location entities that name them; the location's own error, for people, comes back.
    async fn blame_locations(
        &self,
        tx: &mut Tx,
        files: impl Iterator<Item = FileRow>,
        changes: &mut Changes,
    ) -> Result<Option<String>, StoreError> {
        let mut wanted: HashMap<String, Vec<Value>> = HashMap::new();
        let mut first = None;
        for file in files {
            let errors = errors_of(&file);
            let parent = file.parent.unwrap_or_default();
            wanted.entry(parent.clone()).or_default();
            for (owner, item) in errors {
                first.get_or_insert_with(|| item["message"].as_str().unwrap_or_default().to_owned());
                let at = owner.as_str().filter(|owner| owner.starts_with("location:")).unwrap_or(&parent);
                wanted.entry(at.to_owned()).or_default().push(item);
            }
        }
        wanted.remove("");
        let names: HashSet<&str> = wanted.keys().map(String::as_str).collect();
        for (name, row) in by_ref(tx, &names).await? {
            let items = wanted.remove(&name).unwrap_or_default();
            let status = if items.is_empty() { None } else { serde_json::to_string(&items).ok() };
            if row.status != status && row.location_id == self.location {
                changes.status(&row.uid, status.as_deref());
            }
        }
        Ok(first)
    }
}

impl Changes {
    fn upsert(&mut self, file: &str, uid: &str, entity: ProcessedEntity) {
        // A name that is known keeps its uid; both texts are UUIDs, so the one is put in the other's place.
        let json = if uid == entity.uid { entity.json } else { entity.json.replacen(&entity.uid, uid, 1) };
        self.uids.push(uid.to_owned());
        let row =
            EntityParameters(uid.to_owned(), entity.entity_ref, file.to_owned(), entity.position, entity.hash, json, entity.emitted, None);
        self.entities.push(row);
    }

    fn status(&mut self, uid: &str, status: Option<&str>) {
        self.uids.push(uid.to_owned());
        self.statuses.push(serde_json::json!([uid, status]));
    }

    async fn write(mut self, tx: &mut Tx, location: &str) -> Result<(), StoreError> {
        let now = tx.now().await?;
        for chunk in self.entities.chunks(BATCH) {
            tx.execute(&sql::ENTITIES_UPSERT, Args::new().text(location).ts(now).json(chunk)).await?;
        }
        for chunk in self.statuses.chunks(BATCH) {
            tx.execute(&sql::ENTITIES_STATUS, Args::new().json(chunk)).await?;
        }
        for chunk in self.deleted.chunks(BATCH) {
            tx.execute(&sql::ENTITIES_DELETE, Args::new().json(chunk)).await?;
        }
        self.uids.append(&mut self.deleted);
        for chunk in self.uids.chunks(BATCH) {
            tx.feed("entity", serde_json::to_string(chunk).unwrap_or_default());
        }
        Ok(())
    }
}

async fn by_ref(tx: &mut Tx, names: &HashSet<&str>) -> Result<HashMap<String, KnownRow>, StoreError> {
    let names: Vec<&str> = names.iter().copied().collect();
    let mut out = HashMap::with_capacity(names.len());
    for chunk in names.chunks(BATCH) {
        for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_BY_REF, Args::new().json(chunk)).await? {
            out.insert(row.entity_ref.clone(), row);
        }
    }
    Ok(out)
}

/// A file's errors: whose they are (a name, or nobody's) and the status item.
fn errors_of(file: &FileRow) -> Vec<(Value, Value)> {
    file.error.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn file_row(file: &ProcessedFile) -> Value {
    let errors: Vec<_> = file.failures.iter().map(|failure| (&failure.entity_ref, &failure.status)).collect();
    let error = if errors.is_empty() { None } else { serde_json::to_string(&errors).ok() };
    let watched = serde_json::to_string(&file.watched).unwrap_or_default();
    serde_json::json!([file.file, file.parent, file.hash, error, watched])
}
