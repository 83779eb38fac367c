//! Who may do what: one closed list of actions, decided in one place.

use ::catalog::index::EntityView;
use identity::Action;
use model::{Caller, EntityRef, PortalError, Principal};

use crate::Portal;

impl Portal {
    /// Whether the caller may do what is done to the portal as a whole. A refused write is recorded.
    ///
    /// # Errors
    /// `Forbidden`, with what would be needed.
    pub(crate) async fn allow(&self, caller: &Caller, action: Action) -> Result<(), PortalError> {
        decide(caller, action)
    }

    /// Whether the caller may do it to this entity. A refused write is recorded.
    ///
    /// # Errors
    /// `Forbidden`, with what would be needed.
    pub(crate) async fn allow_entity(&self, caller: &Caller, action: Action, entity: &EntityView<'_>) -> Result<(), PortalError> {
        decide_entity(caller, action, entity)
    }

    /// As [`Self::allow`], to choose what a page offers; nothing is recorded.
    pub(crate) fn may(&self, caller: &Caller, action: Action) -> bool {
        decide(caller, action).is_ok()
    }

    /// As [`Self::allow_entity`], to choose what a page offers; nothing is recorded.
    pub(crate) fn may_entity(&self, caller: &Caller, action: Action, entity: &EntityView<'_>) -> bool {
        decide_entity(caller, action, entity).is_ok()
    }
}

fn decide(caller: &Caller, action: Action) -> Result<(), PortalError> {
    let only_people = |what: &str| {
        let message = format!("Only people have {what}. Sign in as a person.");
        Err(PortalError::Forbidden { message })
    };
    match (&caller.principal, action) {
        (Principal::Person(_), _) => Ok(()),
        (_, Action::StarWrite) => only_people("starred entities"),
        (_, Action::ViewWrite) => only_people("saved views"),
        _ => Ok(()),
    }
}

fn decide_entity(caller: &Caller, action: Action, entity: &EntityView<'_>) -> Result<(), PortalError> {
    decide(caller, action)?;
    let Some(person) = caller.person().filter(|_| action == Action::EntityChange) else { return Ok(()) };
    let owners: Vec<EntityRef> = entity
        .relations()
        .filter(|relation| relation.kind == "ownedBy" && relation.target_id().is_some())
        .filter_map(|relation| relation.target.parse().ok())
        .collect();
    if owners.is_empty() || owners.iter().any(|owner| owner == person || caller.groups.contains(owner)) || entity.entity_ref() == *person {
        return Ok(());
    }
    let owners: Vec<String> = owners.iter().map(ToString::to_string).collect();
    let message = format!("Only the owner may change {}: {}. Ask them, or somebody of that group.", entity.canonical(), owners.join(", "));
    Err(PortalError::Forbidden { message })
}
