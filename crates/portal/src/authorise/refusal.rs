//! What somebody is told who may not do something.

use ::catalog::index::EntityView;
use identity::{
    Access, Action, ResourceKind,
    policy::{EntityFacts, Resource},
};
use model::{Caller, PortalError};
use serde_json::json;

use super::{authority::who, facts::Facts};
use crate::Portal;

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The token was made for other things.
    OutOfScope,
    /// It belongs to people, and a machine asks.
    OnlyPeople,
    /// No policy allows it, or one forbids it.
    Denied,
}

impl Portal {
    /// Records a refusal and makes the answer.
    pub(super) async fn refuse(&self, caller: &Caller, action: Action, entity: Option<&EntityView<'_>>, refusal: Refusal) -> PortalError {
        let message = self.refusal(caller, action, entity, refusal);
        crate::last_refusal::remember(action, entity.map(|entity| entity.canonical()));
        if action.access() == Access::Read {
            metrics::counter!("authorisation_denied_reads_total", "action" => action.id()).increment(1);
            return match (refusal, entity) {
                // What the token is for tells nothing of what there is.
                (Refusal::OutOfScope | Refusal::OnlyPeople, _) => PortalError::Forbidden { message },
                (Refusal::Denied, Some(entity)) => PortalError::not_found(format!("There is no {} in the catalog.", entity.entity_ref())),
                (Refusal::Denied, None) => PortalError::not_found(format!("There is nothing here for you. {message}")),
            };
        }
        let resource = entity.map_or_else(|| "portal".to_owned(), |entity| entity.canonical().to_owned());
        self.refused(caller, action.id(), &resource, json!({ "why": message })).await;
        PortalError::Forbidden { message }
    }

    fn refusal(&self, caller: &Caller, action: Action, entity: Option<&EntityView<'_>>, refusal: Refusal) -> String {
        match (refusal, action) {
            (Refusal::OutOfScope, _) => {
                let have = caller.scopes.as_deref().unwrap_or_default().join(", ");
                format!("This token is for {have}. It needs the scope {action}.")
            }
            (Refusal::OnlyPeople, Action::StarWrite) => "Only people have starred entities. Sign in as a person.".to_owned(),
            (Refusal::OnlyPeople, _) => "Only people have saved views. Sign in as a person.".to_owned(),
            (Refusal::Denied, _) => {
                let resource = entity.map_or_else(String::new, |entity| format!("&resource={}", entity.canonical()));
                format!("{} Why: /why?action={action}{resource}", self.denied(caller, action, entity))
            }
        }
    }

    /// Which role, ownership or policy would allow it, or which one forbids it.
    fn denied(&self, caller: &Caller, action: Action, entity: Option<&EntityView<'_>>) -> String {
        let policies = self.inner.authority.policies();
        let explain = |resource: &Resource<'_>| policies.explain(&who(caller), action, resource).summary;
        if let Some(entity) = entity {
            let facts = Facts::whole(entity);
            let mut message = facts.with(explain);
            let snapshot = self.inner.catalog.snapshot();
            if let Some(owner) = facts.owners().first()
                && action.access() == Access::Write
                && facts.owners().iter().all(|owner| snapshot.find_canonical(owner).is_none())
            {
                message.push_str(&format!(" Nobody in the catalog owns it: {owner} is not there. Ask a platform engineer."));
            }
            return message;
        }
        match action.resource() {
            ResourceKind::Portal => explain(&Resource::Portal),
            // Of whichever.
            ResourceKind::Entity => explain(&Resource::Entity(EntityFacts::default())).replacen(" on :", ":", 1),
            kind => explain(&Resource::Other { kind, id: "", owners: &[] }).replacen(" on :", ":", 1),
        }
    }
}
