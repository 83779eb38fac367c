//! Who may change what the catalog is read from. Pointing a location elsewhere, removing it and letting go what it lost change every entity
//! that comes from it, so it takes what changing those takes.

use ::catalog::{
    Location,
    index::{EntityView, Snapshot},
};
use identity::{
    Action,
    policy::{EntityFacts, Reach, Resource},
};
use model::{Caller, PortalError};
use serde_json::json;

use super::facts::Facts;
use crate::{Portal, Scoped};

/// What stands in the way of changing a location.
enum Obstacle<'a> {
    /// An entity that comes from it.
    Entity(EntityView<'a>),
    /// Nothing comes from it, and somebody else registered it.
    Registrar,
}

impl Portal {
    /// Whether the caller may change a location: whoever registered it may, and whoever may change every entity that comes from it, hidden
    /// ones included. While nothing comes from it, it counts as owned by whoever registered it. A refusal is recorded.
    ///
    /// # Errors
    /// `Forbidden` with what would be needed.
    pub(crate) async fn allow_location(&self, caller: &Caller, scoped: &Scoped, location: &Location) -> Result<(), PortalError> {
        self.allow(caller, Action::LocationWrite).await?;
        if is_registrar(caller, location) {
            return Ok(());
        }
        self.allow(caller, Action::EntityChange).await?;
        let name = format!("{}:{}", location.location_type, location.target);
        let message = match self.obstacle(caller, &scoped.whole, location) {
            None => return Ok(()),
            Some(Obstacle::Entity(entity)) if !scoped.hides(&entity.entity_ref()) => {
                return Err(match self.allow_entity(caller, Action::EntityChange, &entity).await {
                    Err(PortalError::Forbidden { message }) => PortalError::Forbidden {
                        message: format!(
                            "{} comes from {name}, which whoever registered it may change, else those who may change all that comes from it. {message}",
                            entity.entity_ref()
                        ),
                    },
                    Err(other) => other,
                    // What was in the way went this moment.
                    Ok(()) => return Ok(()),
                });
            }
            Some(Obstacle::Entity(_)) => format!(
                "Not all that comes from {name} is yours to change. Whoever registered it may change it, else those who may change all that comes from it."
            ),
            Some(Obstacle::Registrar) => {
                format!("Nothing comes from {name} yet: whoever registered it may change it, else platform engineers and administrators.")
            }
        };
        self.refused(caller, Action::LocationWrite.id(), &format!("location:{}", location.id), json!({ "why": message })).await;
        Err(PortalError::Forbidden { message })
    }

    /// As [`Self::allow_location`], to choose what a page offers; nothing is recorded.
    pub(crate) fn may_location(&self, caller: &Caller, scoped: &Scoped, location: &Location) -> bool {
        let may_entities = || self.may(caller, Action::EntityChange) && self.obstacle(caller, &scoped.whole, location).is_none();
        self.may(caller, Action::LocationWrite) && (is_registrar(caller, location) || may_entities())
    }

    fn obstacle<'a>(&self, caller: &Caller, whole: &'a Snapshot, location: &Location) -> Option<Obstacle<'a>> {
        let slice = self.inner.authority.slice(caller, Action::EntityChange);
        if slice.reach() == Reach::All {
            return None;
        }
        let own = location.entity_ref.to_string();
        let mut sweep = slice.sweep();
        let mut is_empty = true;
        // The entity that stands for the location is nobody's.
        for entity in whole.iter().filter(|entity| entity.location() == location.id && entity.canonical() != own) {
            is_empty = false;
            if !Facts::mentioned(&entity, slice.mentions()).with(|resource| sweep.permits(resource)) {
                return Some(Obstacle::Entity(entity));
            }
        }
        let registrar = [location.registered_by.as_deref().unwrap_or("nobody")];
        let facts = EntityFacts { canonical: &own, owner_refs: &registrar, ..EntityFacts::default() };
        (is_empty && !sweep.permits(&Resource::Entity(facts))).then_some(Obstacle::Registrar)
    }
}

/// What the configuration names nobody registered.
fn is_registrar(caller: &Caller, location: &Location) -> bool {
    location.source != "config" && location.registered_by.as_deref() == Some(caller.principal.recorded().as_str())
}
