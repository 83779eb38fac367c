//! Who may do what, decided in one place.
//!
//! A token's scopes limit first. Then the policies decide (`identity::policy`), which know people, their groups and service accounts; the
//! admin token and the portal's own work pass. What is refused and would have changed something is recorded and says what would be needed;
//! what is refused and only reads looks as if it were not there.
//!
//! - [`authority`] holds the policies in force, and takes in changes of the database;
//! - [`sight`] makes of the catalog what somebody may see of it;
//! - [`facts`] tells the policies about an entity;
//! - [`explain`] answers why somebody may or may not, [`guard`] keeps changes from locking everybody out;
//! - [`location`] decides who may change what the catalog is read from.

pub(crate) mod authority;
mod explain;
pub(crate) mod facts;
mod guard;
mod location;
mod refusal;
mod sight;

use std::sync::Arc;

use ::catalog::index::{EntityView, Snapshot};
use identity::{
    Action, ResourceKind,
    policy::{EntityFacts, Reach, Resource},
};
use model::{Caller, EntityRef, PortalError, Principal};

use crate::{Portal, Scoped};

pub(crate) use authority::Authority;
pub use explain::Explained;

use facts::Facts;
use refusal::Refusal;

impl Portal {
    /// Whether the caller may do what is done to the portal as a whole; of what is done to entities, whether they may do it to any. A refused
    /// write is recorded.
    ///
    /// # Errors
    /// `Forbidden` with what would be needed; `NotFound` for what only reads.
    pub(crate) async fn allow(&self, caller: &Caller, action: Action) -> Result<(), PortalError> {
        match self.decide(caller, action) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(self.refuse(caller, action, None, refusal).await),
        }
    }

    /// Whether the caller may do it to this entity. A refused write is recorded.
    ///
    /// # Errors
    /// `Forbidden` with what would be needed; `NotFound`, as if there were no such entity, for what only reads.
    pub(crate) async fn allow_entity(&self, caller: &Caller, action: Action, entity: &EntityView<'_>) -> Result<(), PortalError> {
        match self.decide_entity(caller, action, entity) {
            Ok(()) => Ok(()),
            Err(refusal) => Err(self.refuse(caller, action, Some(entity), refusal).await),
        }
    }

    /// Whether the caller may make an entity of this name. Who is in which group decides who may do what, so for people and groups it takes
    /// what changing them takes.
    ///
    /// # Errors
    /// `Forbidden` with what would be needed.
    pub(crate) async fn allow_new(&self, caller: &Caller, name: &EntityRef) -> Result<(), PortalError> {
        self.allow(caller, Action::EntityCreate).await?;
        if !["user", "group"].iter().any(|kind| name.kind().eq_ignore_ascii_case(kind)) {
            return Ok(());
        }
        match first(caller, Action::EntityChange) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // The policies may allow it to the person; the token was made for less.
            Err(refusal) => return Err(self.refuse(caller, Action::EntityChange, None, refusal).await),
        }
        let canonical = name.to_string();
        let facts = EntityFacts { canonical: &canonical, ..EntityFacts::default() };
        if self.inner.authority.slice(caller, Action::EntityChange).permits(&Resource::Entity(facts)) {
            return Ok(());
        }
        let message = format!(
            "Who is in which group decides who may do what, so making {name} takes what changing it would take: {}.",
            Action::EntityChange
        );
        self.refused(caller, Action::EntityCreate.id(), &canonical, serde_json::json!({ "why": message })).await;
        Err(PortalError::Forbidden { message })
    }

    /// As [`Self::allow`], to choose what a page offers; nothing is recorded.
    pub(crate) fn may(&self, caller: &Caller, action: Action) -> bool {
        self.decide(caller, action).is_ok()
    }

    /// As [`Self::allow_entity`], to choose what a page offers; nothing is recorded.
    pub(crate) fn may_entity(&self, caller: &Caller, action: Action, entity: &EntityView<'_>) -> bool {
        self.decide_entity(caller, action, entity).is_ok()
    }

    /// What of the catalog the caller sees.
    ///
    /// # Errors
    /// `Forbidden` when a token was made for something else. Nobody is refused by policies: they see nothing then.
    pub(crate) async fn sight(&self, caller: &Caller, whole: Arc<Snapshot>) -> Result<Scoped, PortalError> {
        let passes = match first(caller, Action::CatalogRead) {
            Ok(passes) => passes,
            Err(refusal) => return Err(self.refuse(caller, Action::CatalogRead, None, refusal).await),
        };
        if passes {
            return Ok(Scoped { snapshot: Arc::clone(&whole), whole, restricted: false });
        }
        let slice = self.inner.authority.slice(caller, Action::CatalogRead);
        let restricted = slice.reach() != Reach::All;
        let (whole, snapshot) = self.inner.authority.sights.of(&slice, whole).await;
        Ok(Scoped { snapshot, whole, restricted })
    }

    fn decide(&self, caller: &Caller, action: Action) -> Result<(), Refusal> {
        if first(caller, action)? {
            return Ok(());
        }
        let slice = self.inner.authority.slice(caller, action);
        let allowed = match action.resource() {
            ResourceKind::Portal => slice.permits(&Resource::Portal),
            // Of which one, is decided when it is known.
            _ => slice.reach() != Reach::Nothing,
        };
        if allowed { Ok(()) } else { Err(Refusal::Denied) }
    }

    fn decide_entity(&self, caller: &Caller, action: Action, entity: &EntityView<'_>) -> Result<(), Refusal> {
        if first(caller, action)? {
            return Ok(());
        }
        let slice = self.inner.authority.slice(caller, action);
        let allowed = match slice.reach() {
            Reach::All => true,
            Reach::Nothing => false,
            Reach::Depends => Facts::mentioned(entity, slice.mentions()).with(|resource| slice.permits(resource)),
        };
        if allowed { Ok(()) } else { Err(Refusal::Denied) }
    }
}

/// What comes before the policies: true for who needs none.
fn first(caller: &Caller, action: Action) -> Result<bool, Refusal> {
    if caller.scopes.as_ref().is_some_and(|scopes| !action.is_in_scope(scopes)) {
        return Err(Refusal::OutOfScope);
    }
    if caller.person().is_none() && matches!(action, Action::StarWrite | Action::ViewWrite) {
        return Err(Refusal::OnlyPeople);
    }
    Ok(matches!(caller.principal, Principal::AdminToken | Principal::Worker))
}
