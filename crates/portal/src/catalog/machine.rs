//! What machines ask of the catalog beside queries: reading again, checking, locations, ancestry.

use std::collections::HashSet;

use ::catalog::{
    Location, PORTAL,
    descriptor::{self, LocationRef},
};
use identity::Action;
use model::{Caller, EntityRef, PortalError, Principal, Seq};
use serde_json::{Value, json};

use super::{CatalogUseCases, Scoped};
use crate::{
    failure,
    record::{Done, plain},
};

impl CatalogUseCases<'_> {
    /// Has an entity read again from its source, and waits (up to 5 s) until that is done. The place in the feed that comes back is
    /// where the result can be read.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable`.
    pub async fn refresh(&self, caller: &Caller, entity: &EntityRef) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::CatalogRefresh).await?;
        let scoped = self.scoped(caller).await?;
        let missing = || PortalError::not_found(format!("Entity {entity} not found"));
        let id = scoped.snapshot.find(entity).ok_or_else(missing)?;
        let (location, file) = {
            let entity = scoped.snapshot.entity(id);
            (entity.location().to_owned(), Some(entity.file().to_owned()).filter(|file| !file.is_empty()))
        };
        if location == PORTAL {
            // Its row is its source: there is nothing to read again.
            return self.portal.inner.store.feed_head().await.map_err(|error| failure::of_store(&error, caller));
        }
        self.asked_again(caller, &location, file.as_deref()).await
    }

    /// As [`Self::read_again`], for somebody who asked for just that, which is recorded. The portal's own readings are no act of anybody.
    pub(super) async fn asked_again(&self, caller: &Caller, location: &str, file: Option<&str>) -> Result<Seq, PortalError> {
        if caller.principal != Principal::Worker {
            let done = Done::new(Action::CatalogRefresh, format!("location:{location}"));
            let done = file.into_iter().fold(done, |done, file| done.with("file", plain(file)));
            self.portal.record(caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        }
        self.read_again(caller, location, file).await
    }

    /// Checks a descriptor as if it came from a location, `type:target`; what is wrong with it, nothing if it is good. Files that it
    /// includes are read where the location is one of the network.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` when the location is none.
    pub async fn validate(
        &self,
        caller: &Caller,
        mut entity: Value,
        location: &str,
    ) -> Result<Vec<descriptor::ValidationError>, PortalError> {
        self.portal.allow(caller, Action::CatalogValidate).await?;
        let place = LocationRef::parse(location).ok().filter(|place| matches!(&*place.type_, "url" | "git" | "file"));
        let place = place.ok_or_else(|| {
            PortalError::invalid(format!(
                "Malformed location {location}, expected url:https://…, git:… or file:…, as in url:https://host/path"
            ))
        })?;
        if let Err(error) = self.portal.inner.reading.include(&mut entity, &place).await {
            return Ok(vec![error]);
        }
        let kinds = &self.portal.inner.kinds;
        if let Err(error) = descriptor::validate_with(&mut entity, kinds) {
            return Ok(vec![error]);
        }
        descriptor::annotate(&mut entity, location, location);
        Ok(descriptor::relations_with(&entity, kinds).err().into_iter().collect())
    }

    /// The registered locations.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn locations(&self, caller: &Caller) -> Result<Vec<Location>, PortalError> {
        self.portal.allow(caller, Action::LocationRead).await?;
        let scoped = self.scoped(caller).await?;
        let mut all = self.portal.inner.catalog.locations().all.clone();
        if scoped.is_restricted() {
            all.iter_mut().for_each(|location| withhold(&scoped, location));
        }
        Ok(all)
    }

    /// One location.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::locations`].
    pub async fn location(&self, caller: &Caller, id: &str) -> Result<Location, PortalError> {
        let locations = self.locations(caller).await?;
        locations
            .into_iter()
            .find(|location| location.id == id)
            .ok_or_else(|| PortalError::not_found(format!("Found no location with ID {id}")))
    }

    /// The location that an entity came from.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::locations`].
    pub async fn location_by_entity(&self, caller: &Caller, entity: &EntityRef) -> Result<Location, PortalError> {
        let scoped = self.scoped(caller).await?;
        let missing = || PortalError::not_found(format!("found no origin for ref {entity}"));
        let id = scoped.snapshot.find(entity).ok_or_else(missing)?;
        let location = scoped.snapshot.entity(id).location().to_owned();
        self.location(caller, &location).await.map_err(|_| missing())
    }

    /// The entity and all Location entities through which it came into the catalog, as Backstage's `ancestry`.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::scoped`].
    pub async fn ancestry(&self, caller: &Caller, entity: &EntityRef) -> Result<Value, PortalError> {
        let scoped = self.scoped(caller).await?;
        let missing = || PortalError::not_found(format!("No such entity {entity}"));
        let id = scoped.snapshot.find(entity).ok_or_else(missing)?;
        let mut items = Vec::new();
        let mut seen = HashSet::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            let view = scoped.snapshot.entity(id);
            let parent = self.portal.inner.catalog.parent_of(view.location(), view.file()).filter(|parent| !scoped.hides(parent));
            let parents: Vec<String> = parent.iter().map(ToString::to_string).collect();
            items.push(json!({ "entity": view.to_value(), "parentEntityRefs": parents }));
            next = parent.and_then(|parent| scoped.snapshot.find(&parent));
        }
        Ok(json!({ "rootEntityRef": entity.to_string(), "items": items }))
    }
}

/// Takes out of a location what would name entities that are hidden from the caller.
fn withhold(scoped: &Scoped, location: &mut Location) {
    if let Some(held) = &mut location.held {
        held.refs.retain(|name| name.parse().is_ok_and(|name: EntityRef| !scoped.hides_past(&name)));
    }
    // The text of an error may quote any descriptor of the location.
    let quotes = || scoped.whole.iter().any(|entity| entity.location() == location.id && scoped.hides(&entity.entity_ref()));
    if location.last_error.is_some() && quotes() {
        location.last_error = Some("Something in it is wrong that you may not see.".to_owned());
    }
}
