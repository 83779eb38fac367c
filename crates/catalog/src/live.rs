//! The catalog as one replica has it in memory: a snapshot of the index, and the locations.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use model::{EntityRef, Seq, Timestamp};
use serde_json::Value;
use store::{Args, ReadTx, Store, StoreError};

use crate::{
    conflict::Conflict,
    descriptor::Kinds,
    index::{Change, Snapshot},
    location::{Location, Locations},
    overlay::StoredOverlay,
    sql::{self, BATCH, ConflictRow, EntityRow, LocationRow, OverlayRow},
    visible::record,
};

/// Changed entities beyond which a rebuild does not wait for a quiet moment.
const MANY: usize = 10_000;

/// The catalog in memory. Reading it costs no lock and no IO; one follower writes it.
#[derive(Debug)]
pub struct Catalog {
    store: Store,
    kinds: Arc<Kinds>,
    snapshot: ArcSwap<Snapshot>,
    locations: ArcSwap<Locations>,
    conflicts: ArcSwap<Vec<Conflict>>,
    broken: ArcSwap<Vec<BrokenFile>>,
    /// By canonical name.
    overlays: ArcSwap<HashMap<String, StoredOverlay>>,
    /// The entities that no source provides any more, by canonical name: uid, and when they go.
    gone: Mutex<HashMap<String, (Arc<str>, Timestamp)>>,
    /// What came while the index was being rebuilt; `None` when it is not.
    rebuilding: Mutex<Option<(Vec<Change>, Seq)>>,
}

/// A file of which something could not be taken into the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFile {
    /// The id of its location.
    pub location: String,
    /// Its path or address.
    pub file: String,
    /// What is wrong, and with which entity where that can be told.
    pub failures: Vec<(Option<EntityRef>, String)>,
}

impl Catalog {
    /// An empty catalog over a store; [`Self::load`] fills it.
    pub fn new(store: Store) -> Arc<Self> {
        Self::with_kinds(store, Arc::default())
    }

    /// As [`Self::new`], where the configuration declares kinds.
    pub fn with_kinds(store: Store, kinds: Arc<Kinds>) -> Arc<Self> {
        Arc::new(Self {
            store,
            kinds,
            snapshot: ArcSwap::from_pointee(Snapshot::build(Vec::new(), Seq(0))),
            locations: ArcSwap::default(),
            conflicts: ArcSwap::default(),
            broken: ArcSwap::default(),
            overlays: ArcSwap::default(),
            gone: Mutex::default(),
            rebuilding: Mutex::new(None),
        })
    }

    /// The index as it is now. It never changes: take it once for one answer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The locations as they are now.
    pub fn locations(&self) -> Arc<Locations> {
        self.locations.load_full()
    }

    /// The sources that want a name which another has, by name.
    pub fn conflicts(&self) -> Arc<Vec<Conflict>> {
        self.conflicts.load_full()
    }

    /// The files of which something could not be taken in, by location and file.
    pub fn broken(&self) -> Arc<Vec<BrokenFile>> {
        self.broken.load_full()
    }

    /// What is put over an entity.
    pub fn overlay_of(&self, entity_ref: &EntityRef) -> Option<StoredOverlay> {
        self.overlays.load().get(&entity_ref.to_string()).cloned()
    }

    /// Every overlay by canonical name, also those whose entity is not there.
    pub fn overlays(&self) -> BTreeMap<String, StoredOverlay> {
        self.overlays.load().iter().map(|(name, stored)| (name.clone(), stored.clone())).collect()
    }

    /// When an entity goes that no source provides any more.
    pub fn gone_at(&self, entity_ref: &EntityRef) -> Option<Timestamp> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).get(&entity_ref.to_string()).map(|(_, at)| *at)
    }

    /// Every entity that no source provides any more, and when it goes.
    pub fn gone(&self) -> BTreeMap<String, Timestamp> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(name, (_, at))| (name.clone(), *at)).collect()
    }

    /// Reads every row, in the transaction that also gives the feed's head, and replaces what is in memory.
    ///
    /// # Errors
    /// Any failure of the store; what is in memory stays.
    pub async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let head = tx.feed_head().await?;
        let overlays: Vec<OverlayRow> = tx.fetch_all(&sql::OVERLAYS, Args::new()).await?;
        let overlays: HashMap<_, _> = overlays.into_iter().map(|row| (row.entity_ref.clone(), StoredOverlay::from(row))).collect();
        let (mut records, mut all_gone) = (Vec::new(), HashMap::new());
        let each = |row: EntityRow| {
            let gone = row.gone_at;
            let record = record(row, &overlays, &self.kinds);
            if let (Some(at), Some(record)) = (gone, &record) {
                all_gone.insert(record.entity_ref.to_string(), (Arc::clone(&record.uid), at.into()));
            }
            records.extend(record);
        };
        tx.fetch_each(&sql::ENTITIES, Args::new(), each).await?;
        self.overlays.store(Arc::new(overlays));
        *self.gone.lock().unwrap_or_else(PoisonError::into_inner) = all_gone;
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
        let all = rows.into_iter().map(Location::from);
        let parents = parents.into_iter().filter_map(|(location, file, parent)| Some(((location, file), parent.parse().ok()?)));
        self.locations.store(Arc::new(Locations { all: all.collect(), parents: parents.collect() }));
        let conflicts: Vec<ConflictRow> = self.store.fetch_all(&sql::CONFLICTS, Args::new()).await?;
        self.conflicts.store(Arc::new(conflicts.into_iter().filter_map(Conflict::read).collect()));
        let broken: Vec<(String, String, String)> = self.store.fetch_all(&sql::FILES_BROKEN, Args::new()).await?;
        let broken = broken.into_iter().map(|(location, file, error)| BrokenFile { location, file, failures: failures(&error) });
        self.broken.store(Arc::new(broken.collect()));
        Ok(())
    }

    /// Reads the overlays of these entities again. Their entities are read again by [`Self::apply`], after this.
    ///
    /// # Errors
    /// Any failure of the store; what is in memory stays.
    pub async fn reload_overlays(&self, names: &[String]) -> Result<(), StoreError> {
        let mut overlays = HashMap::clone(&self.overlays.load());
        for chunk in names.chunks(BATCH) {
            let rows: Vec<OverlayRow> = self.store.fetch_all(&sql::OVERLAYS_OF, Args::new().json(chunk)).await?;
            for name in chunk {
                overlays.remove(name);
            }
            overlays.extend(rows.into_iter().map(|row| (row.entity_ref.clone(), StoredOverlay::from(row))));
        }
        self.overlays.store(Arc::new(overlays));
        Ok(())
    }

    /// Reads the entities of these uids and puts them into the index, as of `seq`. A uid without a row is deleted.
    ///
    /// # Errors
    /// Any failure of the store; the index stays as it was.
    pub async fn apply(self: &Arc<Self>, uids: &[String], seq: Seq) -> Result<(), StoreError> {
        let mut changes = Vec::with_capacity(uids.len());
        let overlays = self.overlays.load_full();
        for chunk in uids.chunks(BATCH) {
            let rows: Vec<EntityRow> = self.store.fetch_all(&sql::ENTITIES_BY_UID, Args::new().json(chunk)).await?;
            let mut deleted: HashSet<&str> = chunk.iter().map(String::as_str).collect();
            for row in &rows {
                deleted.remove(row.uid.as_str());
            }
            let mut all_gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
            all_gone.retain(|_, (uid, _)| !deleted.contains(&**uid));
            changes.extend(deleted.into_iter().map(|uid| Change::Delete { uid: Arc::from(uid) }));
            for row in rows {
                let gone = row.gone_at;
                let Some(record) = record(row, &overlays, &self.kinds) else { continue };
                match gone {
                    Some(at) => all_gone.insert(record.entity_ref.to_string(), (Arc::clone(&record.uid), at.into())),
                    None if all_gone.is_empty() => None,
                    None => all_gone.remove(&record.entity_ref.to_string()),
                };
                changes.push(Change::Upsert(record));
            }
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

/// What the errors of a file's row say.
fn failures(error: &str) -> Vec<(Option<EntityRef>, String)> {
    let errors: Vec<(Option<String>, Value)> = serde_json::from_str(error).unwrap_or_default();
    let read = |(name, item): (Option<String>, Value)| {
        (name.and_then(|name| name.parse().ok()), item["message"].as_str().unwrap_or_default().to_owned())
    };
    errors.into_iter().map(read).collect()
}
