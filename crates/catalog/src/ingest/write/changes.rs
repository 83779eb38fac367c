//! What one transaction writes to entities, with their history and the rows of the feed.

use std::collections::{HashMap, HashSet};

use model::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::{Args, StoreError, Tx};

use crate::{
    descriptor,
    history::{self, Action, NewChange, source_of},
    ingest::ProcessedEntity,
    sql::{self, BATCH, KnownRow, WaitingRow},
};

/// A row of `entity` as its bulk statement takes it: uid, name, file, position, hash, JSON, relations, status.
#[derive(Serialize)]
struct EntityParameters(String, String, String, usize, String, String, String, Option<String>);

/// An entity that is written, over a row or as a new one.
struct Upsert {
    before: Option<KnownRow>,
    source: String,
    parameters: EntityParameters,
}

/// A row that gets another provider.
struct Handover {
    before: KnownRow,
    next: WaitingRow,
}

/// What one transaction is going to write.
pub(crate) struct Changes {
    location: String,
    actor: Option<String>,
    /// Whether the creation of an entity stands in its history.
    tell_created: bool,
    upserts: Vec<Upsert>,
    handovers: Vec<Handover>,
    statuses: Vec<Value>,
    gone: Vec<(Timestamp, String)>,
    deleted: Vec<(String, NewChange)>,
    uids: Vec<String>,
}

impl Changes {
    /// Nothing yet. What is upserted belongs to `location`; `actor` did it all, or a source if nobody did.
    pub(crate) fn new(location: &str, actor: Option<&str>) -> Self {
        Self {
            location: location.to_owned(),
            actor: actor.map(str::to_owned),
            tell_created: true,
            upserts: Vec::new(),
            handovers: Vec::new(),
            statuses: Vec::new(),
            gone: Vec::new(),
            deleted: Vec::new(),
            uids: Vec::new(),
        }
    }

    /// Leaves creations out of the history, as in the first reading of a location.
    pub(crate) fn without_creations(mut self, without: bool) -> Self {
        self.tell_created = !without;
        self
    }

    /// Writes an entity of `file` over a row, or as a new one.
    pub(crate) fn upsert(&mut self, file: &str, before: Option<KnownRow>, entity: ProcessedEntity, source: String) {
        let uid = before.as_ref().map_or_else(|| entity.uid.clone(), |row| row.uid.clone());
        // A name that is known keeps its uid; both texts are UUIDs, so the one is put in the other's place.
        let json = if uid == entity.uid { entity.json } else { entity.json.replacen(&entity.uid, &uid, 1) };
        let parameters =
            EntityParameters(uid, entity.entity_ref, file.to_owned(), entity.position, entity.hash, json, entity.emitted, None);
        self.upserts.push(Upsert { before, source, parameters });
    }

    /// Gives a row to the source that waits for its name.
    pub(crate) fn hand_over(&mut self, before: KnownRow, next: WaitingRow) {
        self.handovers.push(Handover { before, next });
    }

    /// Gives a row a status; its provider still stands.
    pub(crate) fn status(&mut self, uid: &str, status: Option<&str>) {
        self.uids.push(uid.to_owned());
        self.statuses.push(serde_json::json!([uid, status]));
    }

    /// Marks a row as one that goes at `at`, unless a source claims it before.
    pub(crate) fn gone(&mut self, row: &KnownRow, at: Timestamp) {
        self.uids.push(row.uid.clone());
        self.gone.push((at, row.uid.clone()));
    }

    /// Deletes a row.
    pub(crate) fn delete(&mut self, row: &KnownRow, source: String) {
        let change =
            NewChange { entity_ref: row.entity_ref.clone(), action: Action::Removed, actor: self.actor.clone(), source, diff: Vec::new() };
        self.deleted.push((row.uid.clone(), change));
    }

    /// Writes it all. What comes back could not be written, with its file, since somebody else took the name in the same moment.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn write(mut self, tx: &mut Tx) -> Result<Vec<(ProcessedEntity, String)>, StoreError> {
        let now = tx.now().await?;
        let before = self.looks_before(tx).await?;
        let mut lost = Vec::new();
        let mut history = Vec::new();
        let mut upserts = std::mem::take(&mut self.upserts).into_iter();
        loop {
            let mut chunk: Vec<Upsert> = upserts.by_ref().take(BATCH).collect();
            if chunk.is_empty() {
                break;
            }
            let rows: Vec<&EntityParameters> = chunk.iter().map(|upsert| &upsert.parameters).collect();
            let written = tx.execute(&sql::ENTITIES_UPSERT, Args::new().text(&self.location).ts(now).json(&rows)).await?;
            if written < chunk.len() as u64 {
                lost.extend(taken(tx, &mut chunk).await?);
            }
            for upsert in chunk {
                history.extend(self.told(&upsert, &before));
                self.uids.push(upsert.parameters.0);
            }
        }
        self.write_handovers(tx, now, &before, &mut history).await?;
        for chunk in self.statuses.chunks(BATCH) {
            tx.execute(&sql::ENTITIES_STATUS, Args::new().json(chunk)).await?;
        }
        self.gone.sort();
        for chunk in self.gone.chunk_by(|a, b| a.0 == b.0) {
            for part in chunk.chunks(BATCH) {
                let uids: Vec<&str> = part.iter().map(|(_, uid)| uid.as_str()).collect();
                tx.execute(&sql::ENTITIES_GONE, Args::new().ts(part[0].0).json(&uids)).await?;
            }
        }
        for chunk in self.deleted.chunks(BATCH) {
            let uids: Vec<&str> = chunk.iter().map(|(uid, _)| uid.as_str()).collect();
            tx.execute(&sql::ENTITIES_DELETE, Args::new().json(&uids)).await?;
        }
        for (uid, change) in self.deleted.drain(..) {
            self.uids.push(uid);
            history.push(change);
        }
        history::record(tx, &history).await?;
        for chunk in self.uids.chunks(BATCH) {
            tx.feed("entity", serde_json::to_string(chunk).unwrap_or_default());
        }
        Ok(lost)
    }

    /// What the rows that get other content look like before, by uid. New entities have nothing to look up.
    async fn looks_before(&self, tx: &mut Tx) -> Result<HashMap<String, Value>, StoreError> {
        let upserted = self.upserts.iter().filter(|upsert| upsert.before.as_ref().is_some_and(|row| row.hash != upsert.parameters.4));
        let uids: Vec<&str> = upserted
            .map(|upsert| upsert.parameters.0.as_str())
            .chain(self.handovers.iter().map(|handover| handover.before.uid.as_str()))
            .collect();
        let mut out = HashMap::with_capacity(uids.len());
        for chunk in uids.chunks(BATCH) {
            for (uid, json) in tx.fetch_all::<(String, String)>(&sql::ENTITIES_JSON, Args::new().json(chunk)).await? {
                out.insert(uid, serde_json::from_str(&json).unwrap_or_default());
            }
        }
        Ok(out)
    }

    /// What the history says of an upsert; nothing if only a status or a mark went.
    fn told(&self, upsert: &Upsert, before: &HashMap<String, Value>) -> Option<NewChange> {
        let EntityParameters(uid, name, file, _, hash, json, ..) = &upsert.parameters;
        let action = match &upsert.before {
            None if !self.tell_created => return None,
            None => Action::Created,
            Some(row) if row.location_id != self.location || row.file != *file => Action::Moved,
            Some(row) if row.hash != *hash => Action::Changed,
            Some(_) => return None,
        };
        Some(NewChange {
            entity_ref: name.clone(),
            action,
            actor: self.actor.clone(),
            source: upsert.source.clone(),
            diff: before.get(uid).map(|before| difference(before, json)).unwrap_or_default(),
        })
    }

    async fn write_handovers(
        &mut self,
        tx: &mut Tx,
        now: Timestamp,
        before: &HashMap<String, Value>,
        history: &mut Vec<NewChange>,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(self.handovers.len());
        let mut settled = Vec::with_capacity(self.handovers.len());
        for Handover { before: row, next } in self.handovers.drain(..) {
            let mut entity: Value = serde_json::from_str(&next.json).unwrap_or_default();
            let (bytes, _) = descriptor::finish(&mut entity, &row.uid);
            let json = String::from_utf8_lossy(&bytes).into_owned();
            history.push(NewChange {
                entity_ref: row.entity_ref.clone(),
                action: Action::Moved,
                actor: self.actor.clone(),
                source: source_of(&json),
                diff: before.get(&row.uid).map(|before| difference(before, &json)).unwrap_or_default(),
            });
            rows.push(serde_json::json!([row.uid, next.location_id, next.file, next.position, next.hash, json, next.emitted]));
            settled.push(serde_json::json!([row.entity_ref, next.location_id, next.file]));
            self.uids.push(row.uid);
        }
        for (rows, settled) in rows.chunks(BATCH).zip(settled.chunks(BATCH)) {
            tx.execute(&sql::ENTITIES_HAND_OVER, Args::new().ts(now).json(rows)).await?;
            tx.execute(&sql::CONFLICTS_DELETE, Args::new().json(settled)).await?;
        }
        if let Some(first) = settled.first() {
            // Whoever shows conflicts reads them again.
            tx.feed("location", first[1].as_str().unwrap_or_default());
        }
        Ok(())
    }
}

fn difference(before: &Value, after: &str) -> Vec<history::FieldChange> {
    serde_json::from_str(after).map(|after| history::diff(before, &after)).unwrap_or_default()
}

/// Takes those out of `chunk` whose name has another row by now.
async fn taken(tx: &mut Tx, chunk: &mut Vec<Upsert>) -> Result<Vec<(ProcessedEntity, String)>, StoreError> {
    let names: Vec<&str> = chunk.iter().map(|upsert| upsert.parameters.1.as_str()).collect();
    let rows: Vec<KnownRow> = tx.fetch_all(&sql::ENTITIES_BY_REF, Args::new().json(&names)).await?;
    let ours: HashSet<String> = rows.into_iter().map(|row| row.uid).collect();
    let (kept, lost): (Vec<_>, Vec<_>) = std::mem::take(chunk).into_iter().partition(|upsert| ours.contains(&upsert.parameters.0));
    *chunk = kept;
    let lost = lost.into_iter().map(|upsert| {
        let EntityParameters(uid, entity_ref, file, position, hash, json, emitted, _) = upsert.parameters;
        (ProcessedEntity { entity_ref, uid, hash, json, emitted, position }, file)
    });
    Ok(lost.collect())
}
