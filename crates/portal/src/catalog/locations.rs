//! Locations: registered, changed, read again and removed by people and machines; and what each of them gives the catalog.

use std::collections::{HashMap, HashSet};

use ::catalog::{
    Location,
    descriptor::relations_with,
    index::{EntityId, Snapshot},
    registry::{self, NewLocation},
};
use forge::HostState;
use identity::Action;
use model::{Caller, EntityRef, PortalError, Seq};

use super::{CatalogUseCases, PATIENCE, write::actor};
use crate::{
    failure,
    record::{Done, plain},
};

/// What registering does with a location that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// It is refused.
    #[default]
    Reject,
    /// It is read again.
    Refresh,
}

/// What registering gave.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The location.
    pub location: Location,
    /// It was there before.
    pub existed: bool,
    /// Where a read has to have come to, to see it.
    pub seq: Seq,
}

/// A location with what the catalog has from it.
#[derive(Clone, Debug)]
pub struct LocationState {
    /// The location.
    pub location: Location,
    /// Entities that it owns, its own Location entity among them.
    pub entities: u64,
    /// Files that cannot be read or checked, names that another location has, and a loss that waits to be confirmed.
    pub problems: u64,
    /// Who owns its entities, those with the most first; at most 5.
    pub owners: Vec<EntityRef>,
}

/// What removing a location would do.
#[derive(Clone, Debug)]
pub struct UnregisterPreview {
    /// The location.
    pub location: Location,
    /// The entities that would go.
    pub entities: Vec<EntityRef>,
    /// The entities that another file takes over, with that file.
    pub handed_over: Vec<(EntityRef, String)>,
    /// The relations of others that would lead nowhere: from, type, to.
    pub dangling: Vec<(EntityRef, String, EntityRef)>,
    /// The caller may remove it.
    pub may: bool,
}

/// Owners that are named for a location, at most.
const OWNERS: usize = 5;

impl CatalogUseCases<'_> {
    /// Registers a location; it is read soon after.
    ///
    /// # Errors
    /// `Invalid` for an address that cannot be registered, with the reason; `Conflict` when it is registered already and `on_conflict` is
    /// to reject that; `Forbidden`, `Unavailable`.
    pub async fn register(&self, caller: &Caller, new: NewLocation, on_conflict: OnConflict) -> Result<Registered, PortalError> {
        self.portal.allow(caller, Action::LocationWrite).await?;
        let new = registry::check_target(&new).map_err(PortalError::invalid)?;
        let new = NewLocation { registered_by: Some(actor(caller)), ..new };
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        let registered = registry::register(&mut tx, &new).await.map_err(failed)?;
        if registered.existed {
            tx.rollback().await.map_err(failed)?;
            if on_conflict == OnConflict::Reject {
                let message = format!("Location {}:{} already exists", new.location_type, new.target);
                return Err(PortalError::Conflict { message });
            }
            let seq = self.asked_again(caller, &registered.id, None).await?;
            return Ok(Registered { location: self.location_at(caller, &registered.id, seq).await?, existed: true, seq });
        }
        let done = location_done(&registered.id, &new.location_type, &new.target).with("change", "registered");
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok(Registered { location: self.location_at(caller, &registered.id, seq).await?, existed: false, seq })
    }

    /// Points a location at another address. It keeps its id; entities that both addresses provide keep theirs.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for one of the configuration, and one that somebody else registered and whose entities are not all the
    /// caller's to change; `Invalid` and `Conflict` as [`Self::register`].
    pub async fn update_location(&self, caller: &Caller, id: &str, new: NewLocation) -> Result<(Location, Seq), PortalError> {
        self.portal.allow(caller, Action::LocationWrite).await?;
        let before = self.registered_one(caller, id).await?;
        self.portal.allow_location(caller, &self.scoped(caller).await?, &before).await?;
        let new = registry::check_target(&new).map_err(PortalError::invalid)?;
        let new = NewLocation { registered_by: before.registered_by.clone(), read_every: new.read_every.or(before.read_every), ..new };
        let same = |other: &Location| other.id != id && other.location_type == new.location_type && other.target == new.target;
        if self.portal.inner.catalog.locations().all.iter().any(same) {
            return Err(PortalError::Conflict { message: format!("Location {}:{} already exists", new.location_type, new.target) });
        }
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if !registry::update(&mut tx, id, &new).await.map_err(failed)? {
            return Err(no_location(id));
        }
        let done = location_done(id, &new.location_type, &new.target)
            .with("change", "pointed elsewhere")
            .with("before", format!("{}:{}", before.location_type, plain(&before.target)));
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok((self.location_at(caller, id, seq).await?, seq))
    }

    /// Removes a location with the entities that no other provides.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` as [`Self::update_location`].
    pub async fn unregister(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::LocationWrite).await?;
        let location = self.registered_one(caller, id).await?;
        self.portal.allow_location(caller, &self.scoped(caller).await?, &location).await?;
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if !registry::unregister(&mut tx, id, Some(&actor(caller))).await.map_err(failed)? {
            return Err(no_location(id));
        }
        let done = location_done(id, &location.location_type, &location.target).with("change", "unregistered");
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok(self.shown(caller, seq).await)
    }

    /// What removing a location would do.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::locations`](CatalogUseCases::locations).
    pub async fn unregister_preview(&self, caller: &Caller, id: &str) -> Result<UnregisterPreview, PortalError> {
        let location = self.location(caller, id).await?;
        let scoped = self.scoped(caller).await?;
        let snapshot = &scoped.snapshot;
        // A name that another file waits for does not go, it changes hands.
        let waiting: HashMap<EntityRef, String> = self
            .portal
            .inner
            .catalog
            .conflicts()
            .iter()
            .filter(|conflict| conflict.location != id)
            .map(|conflict| (conflict.entity_ref.clone(), conflict.file.clone()))
            .collect();
        let (mut gone, mut entities, mut handed_over) = (HashSet::new(), Vec::new(), Vec::new());
        for entity in snapshot.iter().filter(|entity| entity.location() == id) {
            let name = entity.entity_ref();
            match waiting.get(&name) {
                Some(file) => handed_over.push((name, file.clone())),
                None => {
                    gone.insert(entity.id());
                    entities.push(name);
                }
            }
        }
        entities.sort();
        handed_over.sort();
        let may = self.portal.may_location(caller, &scoped, &location);
        Ok(UnregisterPreview { location, entities, handed_over, dangling: self.dangling_without(snapshot, &gone), may })
    }

    /// Applies the loss that a location holds back.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it holds nothing back; `Forbidden` when its entities are not all the caller's to change.
    pub async fn confirm_loss(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::LocationWrite).await?;
        let location = self.location(caller, id).await?;
        self.portal.allow_location(caller, &self.scoped(caller).await?, &location).await?;
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if !registry::confirm(&mut tx, id).await.map_err(failed)? {
            let message = format!("{}:{} holds no loss back any more. Look at its state again.", location.location_type, location.target);
            return Err(PortalError::Conflict { message });
        }
        let done = location_done(id, &location.location_type, &location.target).with("change", "loss confirmed");
        self.portal.commit(tx, caller, done).await.map_err(failed)?;
        // What was confirmed is applied by a reading, so there is one now.
        self.read_again(caller, id, None).await
    }

    /// Reads a location again, and waits (up to 5 s) until that is done.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable`.
    pub async fn refresh_location(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::CatalogRefresh).await?;
        self.location(caller, id).await?;
        self.asked_again(caller, id, None).await
    }

    /// Every location with what the catalog has from it, in the order in which they came.
    ///
    /// # Errors
    /// As [`Self::locations`](CatalogUseCases::locations).
    pub async fn location_states(&self, caller: &Caller) -> Result<Vec<LocationState>, PortalError> {
        let locations = self.locations(caller).await?;
        let scoped = self.scoped(caller).await?;
        let mut of: HashMap<&str, (u64, HashMap<&str, u64>)> = HashMap::new();
        for entity in scoped.snapshot.iter() {
            let (entities, owners) = of.entry(entity.location()).or_default();
            *entities += 1;
            for owner in entity.relations().filter(|relation| relation.kind == "ownedBy") {
                *owners.entry(owner.target).or_default() += 1;
            }
        }
        let mut problems: HashMap<String, u64> = HashMap::new();
        for file in self.portal.inner.catalog.broken().iter().filter(|file| !scoped.hides_file(file)) {
            *problems.entry(file.location.clone()).or_default() += 1;
        }
        for conflict in self.portal.inner.catalog.conflicts().iter().filter(|conflict| !scoped.hides(&conflict.entity_ref)) {
            *problems.entry(conflict.location.clone()).or_default() += 1;
        }
        let state = |location: Location| {
            let (entities, owners) = of.get(location.id.as_str()).cloned().unwrap_or_default();
            let mut owners: Vec<(&str, u64)> = owners.into_iter().collect();
            owners.sort_by_key(|(owner, count)| (std::cmp::Reverse(*count), *owner));
            LocationState {
                entities,
                problems: problems.get(&location.id).copied().unwrap_or_default() + u64::from(location.held.is_some()),
                owners: owners.into_iter().filter_map(|(owner, _)| owner.parse().ok()).take(OWNERS).collect(),
                location,
            }
        };
        Ok(locations.into_iter().map(state).collect())
    }

    /// The hosts that files are read from: what the last request to each gave, and what each still allows.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn hosts(&self, caller: &Caller) -> Result<Vec<HostState>, PortalError> {
        self.portal.allow(caller, Action::LocationRead).await?;
        registry::hosts(&self.portal.inner.store).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Has a location, or one file of it, read again, and waits for that up to [`PATIENCE`].
    pub(super) async fn read_again(&self, caller: &Caller, location: &str, file: Option<&str>) -> Result<Seq, PortalError> {
        let failed = |error| failure::of_store(&error, caller);
        match self.portal.inner.reading.refresh(location, file, PATIENCE).await.map_err(failed)? {
            Some(seq) => Ok(seq),
            None => self.portal.inner.store.feed_head().await.map_err(failed),
        }
    }

    /// Waits until this replica shows a write, so that a client that sends no `Waymark-Seq` sees it too. The write is done: what keeps it
    /// from showing is not its failure.
    pub(super) async fn shown(&self, caller: &Caller, seq: Seq) -> Seq {
        let caller = Caller { seen: Some(seq), ..caller.clone() };
        let _ = self.portal.seen(&caller).await;
        seq
    }

    /// A location that people may change.
    async fn registered_one(&self, caller: &Caller, id: &str) -> Result<Location, PortalError> {
        let location = self.location(caller, id).await?;
        if location.source == "config" {
            let message = format!(
                "{}:{} comes from the configuration; change it there ([[catalog.locations]] in waymark.toml) and start the portal again.",
                location.location_type, location.target
            );
            return Err(PortalError::Forbidden { message });
        }
        Ok(location)
    }

    /// A location as it is after a write.
    async fn location_at(&self, caller: &Caller, id: &str, seq: Seq) -> Result<Location, PortalError> {
        let caller = Caller { seen: Some(seq.max(caller.seen.unwrap_or_default())), ..caller.clone() };
        self.location(&caller, id).await
    }

    /// The relations that others state and that would lead nowhere without these entities.
    fn dangling_without(&self, snapshot: &Snapshot, gone: &HashSet<EntityId>) -> Vec<(EntityRef, String, EntityRef)> {
        let neighbours: HashSet<EntityId> = gone
            .iter()
            .flat_map(|id| snapshot.entity(*id).relations().filter_map(|relation| relation.target_id()).collect::<Vec<_>>())
            .filter(|other| !gone.contains(other))
            .collect();
        let mut dangling = Vec::new();
        for id in neighbours {
            let entity = snapshot.entity(id);
            let own = entity.entity_ref();
            // Each relation shows at both ends. Only the end that states it keeps it.
            let stated = relations_with(&entity.to_value(), &self.portal.inner.kinds).unwrap_or_default();
            for relation in stated.into_iter().filter(|relation| relation.source == own) {
                if snapshot.find(&relation.target).is_some_and(|target| gone.contains(&target)) {
                    dangling.push((own.clone(), relation.kind.to_owned(), relation.target));
                }
            }
        }
        dangling.sort();
        dangling.dedup();
        dangling
    }
}

/// Something was done to a location.
fn location_done(id: &str, location_type: &str, target: &str) -> Done {
    Done::new(Action::LocationWrite, format!("location:{id}")).with("location", format!("{location_type}:{}", plain(target)))
}

fn no_location(id: &str) -> PortalError {
    PortalError::not_found(format!("Found no location with ID {id}"))
}
