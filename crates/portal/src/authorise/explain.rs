//! *Why can't I?*: which policies decide something, and what would change the answer.

use identity::{
    Action, ResourceKind,
    policy::{Explanation, Resource, Who},
};
use model::{Caller, EntityRef, PortalError, Principal};

use super::facts::Facts;
use crate::{Portal, people::groups_of};

/// Somebody's chances to do something, with the reasons.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Whom it is about, as they are recorded: `user:default/ada`, `service:ci`.
    pub who: String,
    /// What they would do.
    pub action: Action,
    /// To which entity; none for the portal as a whole.
    pub resource: Option<EntityRef>,
    /// The scope that the caller's own token lacks.
    pub scope_missing: Option<String>,
    /// What the policies say.
    pub explanation: Explanation,
    /// Who owns the entity.
    pub owners: Vec<EntityRef>,
    /// People and groups who can give roles.
    pub can_grant: Vec<EntityRef>,
}

impl Explained {
    /// Whether they may, all in all.
    pub fn is_allowed(&self) -> bool {
        self.explanation.allowed && self.scope_missing.is_none()
    }
}

impl Portal {
    /// Whether the caller may do each of these: to an entity, or to the portal as a whole. Nothing is recorded. What they do not see, nobody
    /// may do anything to.
    ///
    /// # Errors
    /// `Forbidden` for a token that was made for other things; `Unavailable`.
    pub async fn permitted(&self, caller: &Caller, asked: &[(Action, Option<EntityRef>)]) -> Result<Vec<bool>, PortalError> {
        let scoped = self.catalog().scoped(caller).await?;
        let one = |(action, entity): &(Action, Option<EntityRef>)| match entity {
            None => self.may(caller, *action),
            Some(name) => scoped.snapshot.find(name).is_some_and(|id| match action.resource() {
                ResourceKind::Entity => self.may_entity(caller, *action, &scoped.snapshot.entity(id)),
                _ => self.may(caller, *action),
            }),
        };
        Ok(asked.iter().map(one).collect())
    }

    /// Why somebody may or may not do something: the caller, or with `policy:read` anybody else. Nothing that the caller may not see is
    /// told of.
    ///
    /// # Errors
    /// `NotFound` for an entity or person who is not there, or whom the caller may not see; `Invalid` when the action needs an entity or
    /// takes none.
    pub async fn explain(
        &self,
        caller: &Caller,
        person: Option<&EntityRef>,
        action: Action,
        resource: Option<&EntityRef>,
    ) -> Result<Explained, PortalError> {
        let person = person.filter(|person| caller.person() != Some(person));
        if person.is_some() {
            self.allow(caller, Action::PolicyRead).await?;
        }
        let scoped = self.catalog().scoped(caller).await?;
        let missing = |name: &EntityRef| PortalError::not_found(format!("There is no {name} in the catalog."));
        let asked = match person {
            Some(person) => {
                if !person.kind().eq_ignore_ascii_case("user") {
                    return Err(PortalError::invalid(format!("{person} is no person. Ask for a User, as user:default/ada.")));
                }
                if scoped.hides_past(person) {
                    return Err(missing(person));
                }
                // People with a local account need not be in the catalog; then they are in no group.
                Some((Principal::Person(person.clone()), groups_of(&scoped.whole, person)))
            }
            None => None,
        };
        let (principal, groups) = asked.unwrap_or_else(|| (caller.principal.clone(), caller.groups.to_vec()));
        let who = Who { principal: &principal, groups: &groups };
        let policies = self.inner.authority.policies();
        let explain = |resource: &Resource<'_>| match person {
            Some(_) => policies.explain_about(&who, action, resource),
            None => policies.explain(&who, action, resource),
        };
        let (explanation, owners) = match (resource, action.resource()) {
            (Some(name), ResourceKind::Entity) => {
                let id = scoped.snapshot.find(name).ok_or_else(|| missing(name))?;
                let entity = scoped.snapshot.entity(id);
                let facts = Facts::whole(&entity);
                let owners = facts.owners().iter().filter_map(|owner| owner.parse().ok()).collect();
                (facts.with(explain), owners)
            }
            (None, ResourceKind::Portal) => (explain(&Resource::Portal), Vec::new()),
            (Some(_), _) => return Err(PortalError::invalid(format!("{action} is not done to an entity. Ask without one."))),
            (None, _) => return Err(PortalError::invalid(format!("{action} is done to something. Say to which entity."))),
        };
        let scopes = caller.scopes.as_ref().filter(|_| person.is_none());
        Ok(Explained {
            who: principal.recorded(),
            action,
            resource: resource.cloned(),
            scope_missing: scopes.filter(|scopes| !action.is_in_scope(scopes)).map(|_| action.id().to_owned()),
            explanation,
            owners,
            can_grant: self.can_grant(&scoped),
        })
    }
}
