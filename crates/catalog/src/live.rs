//! The catalog as one replica has it in memory: a snapshot of the index, and the locations.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use bytes::Bytes;
use model::{EntityRef, Seq, Timestamp};
use store::{Args, ReadTx, Store, StoreError};

use crate::{
    index::{Change, Emissions, Record, Snapshot},
    location::{Location, Locations, generated_ref},
    relation,
    sql::{self, BATCH, EntityRow, LocationRow},
};

/// Changed entities beyond which a rebuild does not wait for a quiet moment.
const MANY: usize = 10_000;

/// The catalog in memory. Reading it costs no lock and no IO; one follower writes it.
#[derive(Debug)]
pub struct Catalog {
    store: Store,
    snapshot: ArcSwap<Snapshot>,
    locations: ArcSwap<Locations>,
    /// What came while the index was being rebuilt; `None` when it is not.
    rebuilding: Mutex<Option<(Vec<Change>, Seq)>>,
}

impl Catalog {
    /// An empty catalog over a store; [`Self::load`] fills it.
    pub fn new(store: Store) -> Arc<Self> {
        let snapshot = ArcSwap::from_pointee(Snapshot::build(Vec::new(), Seq(0)));
        Arc::new(Self { store, snapshot, locations: ArcSwap::from_pointee(Locations::default()), rebuilding: Mutex::new(None) })
    }

    /// The index as it is now. It never changes: take it once for one answer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The locations as they are now.
    pub fn locations(&self) -> Arc<Locations> {
        self.locations.load_full()
    }

    /// Reads every row, in the transaction that also gives the feed's head, and replaces what is in memory.
    ///
    /// # Errors
    /// Any failure of the store; what is in memory stays.
    pub async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let head = tx.feed_head().await?;
        let mut records = Vec::new();
        tx.fetch_each(&sql::ENTITIES, Args::new(), |row: EntityRow| records.extend(record(row))).await?;
        let built = tokio::task::spawn_blocking(move || Snapshot::build(records, head)).await;
        match built {
            Ok(snapshot) => self.snapshot.store(Arc::new(snapshot)),
            Err(error) => tracing::error!(%error, "the index could not be built"),
        }
        *self.rebuilding.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.reload_locations().await
    }

    /// Reads the locations and the files' parents again.
    ///
    /// # Errors
    /// Any failure of the store; what is in memory stays.
    pub async fn reload_locations(&self) -> Result<(), StoreError> {
        let rows: Vec<LocationRow> = self.store.fetch_all(&sql::LOCATIONS, Args::new()).await?;
        let parents: Vec<(String, String, String)> = self.store.fetch_all(&sql::FILE_PARENTS, Args::new()).await?;
        let all = rows.into_iter().map(|row| Location {
            entity_ref: generated_ref(&row.location_type, &row.target),
            id: row.id,
            location_type: row.location_type,
            target: row.target,
            last_read: row.last_read_at.map(Timestamp::from),
            last_error: row.last_error,
        });
        let parents = parents.into_iter().filter_map(|(location, file, parent)| Some(((location, file), parent.parse().ok()?)));
        self.locations.store(Arc::new(Locations { all: all.collect(), parents: parents.collect() }));
        Ok(())
    }

    /// Reads the entities of these uids and puts them into the index, as of `seq`. A uid without a row is deleted.
    ///
    /// # Errors
    /// Any failure of the store; the index stays as it was.
    pub async fn apply(self: &Arc<Self>, uids: &[String], seq: Seq) -> Result<(), StoreError> {
        let mut changes = Vec::with_capacity(uids.len());
        for chunk in uids.chunks(BATCH) {
            let rows: Vec<EntityRow> = self.store.fetch_all(&sql::ENTITIES_BY_UID, Args::new().json(chunk)).await?;
            let mut gone: std::collections::HashSet<&String> = chunk.iter().collect();
            for row in &rows {
                gone.remove(&row.uid);
            }
            changes.extend(gone.into_iter().map(|uid| Change::Delete { uid: Arc::from(uid.as_str()) }));
            changes.extend(rows.into_iter().filter_map(record).map(Change::Upsert));
        }
        if let Some((pending, upto)) = &mut *self.rebuilding.lock().unwrap_or_else(PoisonError::into_inner) {
            pending.extend(changes.iter().cloned());
            *upto = seq;
        }
        let before = self.snapshot();
        let this = Arc::clone(self);
        let applied = tokio::task::spawn_blocking(move || this.snapshot.store(Arc::new(before.apply(changes, seq)))).await;
        if let Err(error) = applied {
            tracing::error!(%error, "a change could not be put into the index");
        }
        Ok(())
    }

    /// Rebuilds the index beside the readers when enough has changed; what comes meanwhile is put in afterwards. While changes still
    /// pour in it waits for `quiet`, since a rebuild costs as much as the whole catalog, until the changes are too many for that.
    pub fn rebuild_if_wanted(self: &Arc<Self>, quiet: bool) {
        let before = self.snapshot();
        let many = before.delta_len() > MANY.max(before.base_len() / 2);
        if !before.wants_rebuild() || !(quiet || many) {
            return;
        }
        let mut rebuilding = self.rebuilding.lock().unwrap_or_else(PoisonError::into_inner);
        if rebuilding.is_some() {
            return;
        }
        *rebuilding = Some((Vec::new(), before.seq()));
        drop(rebuilding);
        let this = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let rebuilt = before.rebuild();
            let mut rebuilding = this.rebuilding.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((pending, seq)) = rebuilding.take() {
                let snapshot = if pending.is_empty() { rebuilt } else { rebuilt.apply(pending, seq) };
                this.snapshot.store(Arc::new(snapshot));
            }
        });
    }

    /// The Location entity through which an entity came into the catalog; `None` for a location's own entity.
    pub fn parent_of(&self, location: &str, file: &str) -> Option<EntityRef> {
        if file.is_empty() {
            return None;
        }
        let locations = self.locations.load();
        // What no Location entity names is the location's own file: it comes from the location's entity.
        locations.parent_of(location, file).or_else(|| locations.by_id(location).map(|location| &location.entity_ref)).cloned()
    }
}

fn record(row: EntityRow) -> Option<Record> {
    let named: Named<'_> = match serde_json::from_str(&row.json) {
        Ok(named) => named,
        Err(error) => {
            tracing::error!(uid = row.uid, %error, "an entity's row holds no JSON of an entity, it is left out");
            return None;
        }
    };
    let entity_ref =
        EntityRef::new(named.kind, named.metadata.namespace.as_deref().unwrap_or(model::DEFAULT_NAMESPACE), named.metadata.name);
    let own = entity_ref.to_string();
    let mut emitted = Emissions::default();
    for line in row.emitted.lines() {
        if let Some((kind, target)) = line.split_once(' ')
            && let Some((forward, back)) = relation::pair(kind)
        {
            emitted.push(&own, &own, forward, target);
            emitted.push(&own, target, back, &own);
        }
    }
    Some(Record {
        uid: Arc::from(row.uid),
        entity_ref,
        emitted,
        status: row.status.map(Bytes::from),
        first_seen: row.first_seen.into(),
        changed: row.changed_at.into(),
        location: Arc::from(row.location_id),
        file: Arc::from(row.file),
        json: Bytes::from(row.json),
    })
}

#[derive(serde::Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    metadata: NamedMetadata<'a>,
}

#[derive(serde::Deserialize)]
struct NamedMetadata<'a> {
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    namespace: Option<std::borrow::Cow<'a, str>>,
}
