//! Who may do what: one closed list of actions, decided in one place.
//!
//! Written policies take this function's place; the actions and its callers stay.

use model::{Caller, PortalError, Principal};

/// Everything that can be done with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See entities, their relations and problems.
    CatalogRead,
    /// Have an entity or location read again.
    CatalogRefresh,
    /// Have a descriptor checked.
    CatalogValidate,
    /// See the locations.
    LocationRead,
    /// Keep one's own stars.
    StarWrite,
}

/// Whether the caller may do it.
///
/// # Errors
/// `Forbidden`, with what would be needed.
pub(crate) fn allow(caller: &Caller, action: Action) -> Result<(), PortalError> {
    match (&caller.principal, action) {
        (Principal::AdminToken | Principal::Worker, Action::StarWrite) => {
            Err(PortalError::Forbidden { message: "Only people have starred entities. Sign in as a person.".to_owned() })
        }
        (Principal::Person(_), Action::StarWrite)
        | (
            Principal::Person(_) | Principal::AdminToken | Principal::Worker,
            Action::CatalogRead | Action::CatalogRefresh | Action::CatalogValidate | Action::LocationRead,
        ) => Ok(()),
    }
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
