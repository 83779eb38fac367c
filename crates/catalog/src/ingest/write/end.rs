//! The closing transaction of a reading: who gets a name, what goes, and what is said about it.

use std::collections::{HashMap, HashSet};

use model::Timestamp;
use serde_json::{Value, json};
use store::{Args, StoreError, Tx};

use super::{
    Changes, Scan, by_ref,
    hold::{Verdict, judge},
};
use crate::{
    conflict::{PORTAL, hand_over},
    ingest::{ProcessedEntity, process::status_item},
    sql::{self, BATCH, FileRow, KnownRow, Waits},
};

/// What a closing transaction found out.
#[derive(Default)]
struct Losses {
    /// Files whose rows stay, since what they lost waits for confirmation.
    held: HashSet<String>,
}

impl Scan {
    /// Ends the reading: settles claims, lets go of what is gone, and puts errors on the Location entities. `seen` are the files that a
    /// whole walk met; without it only the files written so far are settled.
    ///
    /// # Errors
    /// Any failure of the store; the next reading settles it then.
    pub(crate) async fn end(mut self, seen: Option<&HashSet<String>>, refreshed: &[String]) -> Result<(), StoreError> {
        let mut tx = self.tx().await?;
        let files: Vec<FileRow> = tx.fetch_all(&sql::FILES, Args::new().text(&self.location)).await?;
        let gone: Vec<String> = match seen {
            Some(seen) => files.iter().map(|file| file.target.clone()).filter(|file| !seen.contains(file)).collect(),
            None => Vec::new(),
        };
        let held = seen.is_some() && self.about.as_ref().is_some_and(|about| about.held.is_some());
        if !self.touched && gone.is_empty() && refreshed.is_empty() && !held {
            return tx.rollback().await;
        }
        for chunk in gone.chunks(BATCH) {
            let args = Args::new().text(&self.location).json(chunk);
            for row in tx.fetch_all::<KnownRow>(&sql::ENTITIES_OF_FILES, args).await? {
                if row.gone_at.is_none() {
                    self.missing.insert(row.entity_ref.clone(), row);
                }
            }
        }
        let mut changes = self.changes();
        let conflicts = self.settle_claims(&mut tx, &mut changes).await?;
        let losses = self.let_go(&mut tx, seen.is_some(), &mut changes).await?;
        let (kept, removed): (Vec<String>, Vec<String>) = gone.into_iter().partition(|file| losses.held.contains(file));
        for file in &removed {
            let waits = self.waits.get(file).into_iter().flatten();
            self.freed.extend(waits.map(|name| (name.clone(), file.clone())));
        }
        let lost = changes.write(&mut tx).await?;
        self.note_conflicts(&mut tx, conflicts.into_iter().chain(lost).collect()).await?;
        for chunk in removed.chunks(BATCH) {
            tx.execute(&sql::FILES_DELETE, Args::new().text(&self.location).json(chunk)).await?;
        }
        let open = self.open.iter().filter(|(file, _)| !losses.held.contains(*file));
        let mut settled: Vec<(&str, Option<&str>)> = open.map(|(file, hash)| (file.as_str(), hash.as_deref())).collect();
        // A file whose loss is held is processed again each time, and when it comes back.
        settled.extend(losses.held.iter().map(|file| (file.as_str(), None)));
        for chunk in settled.chunks(BATCH) {
            tx.execute(&sql::FILES_SETTLE, Args::new().text(&self.location).json(chunk)).await?;
        }
        let removed: HashSet<String> = removed.into_iter().collect();
        let remaining = files.into_iter().filter(|file| !removed.contains(&file.target) && !kept.contains(&file.target));
        let mut changes = self.changes();
        let error = self.blame_locations(&mut tx, remaining, &mut changes).await?;
        changes.write(&mut tx).await?;
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

    /// Gives claimed names to their claimants where the row has no provider left; the others come back as conflicts.
    async fn settle_claims(&mut self, tx: &mut Tx, changes: &mut Changes) -> Result<Vec<(ProcessedEntity, String)>, StoreError> {
        let claims = std::mem::take(&mut self.claims);
        // What is missing is locked in the same go: two replicas that each want what the other has lock in the same order.
        let known = by_ref(tx, claims.keys().chain(self.missing.keys()).map(String::as_str).collect()).await?;
        // Another source may have taken one over since it was missed here.
        self.missing.retain(|name, row| {
            known.get(name).is_some_and(|now| {
                now.uid == row.uid && now.location_id == row.location_id && now.file == row.file && now.gone_at.is_none()
            })
        });
        let mut conflicts = Vec::new();
        for (name, all) in claims {
            let mut row = known.get(&name).cloned();
            for (entity, file) in all {
                let theirs = |row: &KnownRow| row.location_id == self.location && row.file == file;
                let free = row.as_ref().is_none_or(|row| row.gone_at.is_some() || self.missing.contains_key(&name) || theirs(row));
                if free {
                    self.missing.remove(&name);
                    let next = self.row(&file, row.as_ref(), &entity);
                    changes.upsert(&file, row.replace(next), entity, self.source(&file));
                } else {
                    conflicts.push((entity, file));
                }
            }
        }
        Ok(conflicts)
    }

    /// Lets go of what is missing: to who waits, at once, after the grace, or not before somebody confirms it.
    async fn let_go(&mut self, tx: &mut Tx, whole: bool, changes: &mut Changes) -> Result<Losses, StoreError> {
        let mut losses = Losses::default();
        let mut rows: Vec<KnownRow> = std::mem::take(&mut self.missing).into_values().collect();
        rows.sort_unstable_by(|a, b| a.entity_ref.cmp(&b.entity_ref));
        let passes = |next: &sql::WaitingRow| {
            next.location_id != self.location || !self.freed.contains(&(next.entity_ref.clone(), next.file.clone()))
        };
        let rows = hand_over(tx, rows, passes, changes).await?;
        let now = tx.now().await?;
        let Some(about) = &self.about else { return Ok(losses) };
        let verdict = if rows.is_empty() {
            Verdict::Apply
        } else {
            let total: Option<(i64,)> = tx.fetch_optional(&sql::SCAN_COUNT, Args::new().text(&self.location)).await?;
            judge(&rows, total.unwrap_or_default().0, self.policy.hold_percent, about, now)
        };
        match verdict {
            Verdict::Apply => {
                let at = Timestamp(now.0.saturating_add(i64::try_from(self.policy.grace.as_micros()).unwrap_or(i64::MAX)));
                for row in rows {
                    // A location's own entity stands for the location and for nothing in a file.
                    if self.policy.grace.is_zero() || row.file.is_empty() {
                        changes.delete(&row, self.source(&row.file));
                    } else {
                        changes.gone(&row, at);
                    }
                }
                if whole && (about.held.is_some() || about.confirmed.is_some()) {
                    tx.execute(&sql::SCAN_HELD, Args::new().text(&self.location).opt_text(None::<String>)).await?;
                }
            }
            Verdict::Hold(held) => {
                tracing::warn!(
                    location = self.location,
                    lost = held.lost,
                    of = held.of,
                    "a reading would lose too much of a location at once, nothing goes before somebody confirms it"
                );
                losses.held = rows.into_iter().map(|row| row.file).collect();
                // A few files alone may lose less than all of them do: what the whole location loses is what people confirm.
                let text = serde_json::to_string(&held).unwrap_or_default();
                if (whole || about.held.is_none()) && about.held.as_deref() != Some(text.as_str()) {
                    tx.execute(&sql::SCAN_HELD, Args::new().text(&self.location).text(text)).await?;
                }
            }
        }
        Ok(losses)
    }

    /// Remembers who waits for which name, and forgets who no longer does.
    async fn note_conflicts(&mut self, tx: &mut Tx, conflicts: Vec<(ProcessedEntity, String)>) -> Result<(), StoreError> {
        let now = tx.now().await?;
        let mut rows = Vec::with_capacity(conflicts.len());
        for (entity, file) in conflicts {
            self.freed.remove(&(entity.entity_ref.clone(), file.clone()));
            rows.push(json!([entity.entity_ref, file, entity.position, entity.hash, entity.json, entity.emitted]));
        }
        let freed: Vec<Value> = self.freed.drain().map(|(name, file)| json!([name, self.location, file])).collect();
        for chunk in freed.chunks(BATCH) {
            tx.execute(&sql::CONFLICTS_DELETE, Args::new().json(chunk)).await?;
        }
        for chunk in rows.chunks(BATCH) {
            tx.execute(&sql::CONFLICTS_UPSERT, Args::new().text(&self.location).ts(now).json(chunk)).await?;
        }
        Ok(())
    }

    /// Puts the errors of files on the Location entities that name them; the location's own error, for people, comes back.
    async fn blame_locations(
        &self,
        tx: &mut Tx,
        files: impl Iterator<Item = FileRow>,
        changes: &mut Changes,
    ) -> Result<Option<String>, StoreError> {
        let mut conflicts: HashMap<String, Vec<Value>> = HashMap::new();
        for (name, file, location, other) in tx.fetch_all::<Waits>(&sql::CONFLICTS_OF_LOCATION, Args::new().text(&self.location)).await? {
            let message = match (location, other) {
                (Some(location), _) if location == PORTAL => {
                    format!("{name} is kept in the portal already; delete it there, or rename one of them")
                }
                (_, other) => {
                    let other = other.unwrap_or_default();
                    format!("{name} is already provided by {other}; rename one of them or remove it")
                }
            };
            conflicts.entry(file).or_default().push(status_item("ConflictError", &message));
        }
        let mut wanted: HashMap<String, Vec<Value>> = HashMap::new();
        let mut first = None;
        for file in files {
            let errors = errors_of(&file);
            let waits = conflicts.remove(&file.target).unwrap_or_default().into_iter().map(|item| (Value::Null, item));
            let parent = file.parent.unwrap_or_default();
            wanted.entry(parent.clone()).or_default();
            for (owner, item) in errors.into_iter().chain(waits) {
                first.get_or_insert_with(|| item["message"].as_str().unwrap_or_default().to_owned());
                let at = owner.as_str().filter(|owner| owner.starts_with("location:")).unwrap_or(&parent);
                wanted.entry(at.to_owned()).or_default().push(item);
            }
        }
        wanted.remove("");
        let named: Vec<String> = wanted.keys().cloned().collect();
        let names = named.iter().map(String::as_str).collect();
        for (name, row) in by_ref(tx, names).await? {
            let items = wanted.remove(&name).unwrap_or_default();
            let status = if items.is_empty() { None } else { serde_json::to_string(&items).ok() };
            if row.status != status && row.location_id == self.location && row.gone_at.is_none() {
                changes.status(&row.uid, status.as_deref());
            }
        }
        Ok(first)
    }
}

/// A file's errors: whose they are (a name, or nobody's) and the status item.
fn errors_of(file: &FileRow) -> Vec<(Value, Value)> {
    file.error.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
