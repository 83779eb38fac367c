//! Who may do what: one closed list of actions, decided in one place.
//!
//! Written policies take this function's place; the actions and its callers stay.

use ::catalog::index::EntityView;
use model::{Caller, EntityRef, PortalError, Principal};

/// Everything that can be done with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See entities, their relations, problems and history.
    CatalogRead,
    /// Have an entity or location read again.
    CatalogRefresh,
    /// Have a descriptor checked.
    CatalogValidate,
    /// Make an entity that the portal owns.
    EntityCreate,
    /// Change or delete an entity, or put an overlay over it; only who owns it, see [`allow_change`].
    EntityChange,
    /// See the locations and the hosts that they are on.
    LocationRead,
    /// Have an address looked at before it is registered.
    LocationAnalyze,
    /// Register, change and unregister locations, and confirm losses.
    LocationWrite,
    /// Keep one's own stars.
    StarWrite,
    /// Keep one's own saved views.
    ViewWrite,
}

/// Whether the caller may do it.
///
/// # Errors
/// `Forbidden`, with what would be needed.
pub(crate) fn allow(caller: &Caller, action: Action) -> Result<(), PortalError> {
    let only_people = |what: &str| {
        let message = format!("Only people have {what}. Sign in as a person.");
        Err(PortalError::Forbidden { message })
    };
    match (&caller.principal, action) {
        (Principal::AdminToken | Principal::Worker, Action::StarWrite) => only_people("starred entities"),
        (Principal::AdminToken | Principal::Worker, Action::ViewWrite) => only_people("saved views"),
        (Principal::Person(_), Action::StarWrite | Action::ViewWrite)
        | (
            Principal::Person(_) | Principal::AdminToken | Principal::Worker,
            Action::CatalogRead
            | Action::CatalogRefresh
            | Action::CatalogValidate
            | Action::EntityCreate
            | Action::EntityChange
            | Action::LocationRead
            | Action::LocationAnalyze
            | Action::LocationWrite,
        ) => Ok(()),
    }
}

/// Whether the caller may change this entity: machines with the admin token may, and people who own it, themselves or through a
/// group. What has no owner in the catalog may be changed by everybody who is signed in, else nobody could mend it.
///
/// # Errors
/// `Forbidden`, with who may.
pub(crate) fn allow_change(caller: &Caller, entity: &EntityView<'_>) -> Result<(), PortalError> {
    allow(caller, Action::EntityChange)?;
    let Some(person) = caller.person() else { return Ok(()) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_star() {
        let worker = Caller::worker();
        assert_eq!(allow(&worker, Action::CatalogRead), Ok(()));
        assert!(matches!(allow(&worker, Action::StarWrite), Err(PortalError::Forbidden { .. })));
    }
}
