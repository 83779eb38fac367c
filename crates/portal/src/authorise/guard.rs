//! Keeps changes of policies and grants from locking everybody out.

use std::collections::HashSet;

use ::catalog::index::{Predicate, Visibility};
use identity::{
    account,
    policy::{Candidate, Grant, GrantTo, Policies, PolicyProblem, PolicyText},
};
use model::{Caller, EntityRef, PortalError, Principal};

use crate::{Portal, Scoped, failure, people::groups_of};

/// People who are asked about at once: nearly always somebody of the first few may.
const AT_ONCE: usize = 200;
/// People and groups who can give roles that an answer names.
const NAMED: usize = 5;

impl Portal {
    /// Why the database must not come to hold these: nobody who can sign in could change policies or give roles any more, or the caller
    /// could not change policies, who can now. `None` when nothing is in the way. Both lists are all that the database would hold; `people`
    /// are [`Self::who_can_sign_in`], read before the transaction that asks, so that it holds nobody up.
    ///
    /// # Errors
    /// `Invalid` for policies that cannot be used, with what is wrong; `Unavailable`.
    pub(crate) async fn would_lock_out(
        &self,
        caller: &Caller,
        texts: Vec<PolicyText>,
        grants: Vec<Grant>,
        people: Vec<EntityRef>,
    ) -> Result<Option<String>, PortalError> {
        let (portal, caller) = (self.clone(), caller.clone());
        on_thread(move || portal.lock_out(&caller, texts, grants, &people)).await?
    }

    /// Whether the policies can be put together if the database holds these.
    ///
    /// # Errors
    /// `Invalid` with what is wrong; `Unavailable`.
    pub(crate) async fn would_hold(&self, texts: Vec<PolicyText>, grants: Vec<Grant>) -> Result<(), PortalError> {
        let portal = self.clone();
        on_thread(move || portal.inner.authority.with(texts, grants).map(drop).map_err(|problems| cannot(&problems))).await?
    }

    fn lock_out(
        &self,
        caller: &Caller,
        texts: Vec<PolicyText>,
        grants: Vec<Grant>,
        people: &[EntityRef],
    ) -> Result<Option<String>, PortalError> {
        let after = self.inner.authority.with(texts, grants).map_err(|problems| cannot(&problems))?;
        if let Principal::Person(_) | Principal::Service(_) = caller.principal {
            let me = [Candidate { principal: caller.principal.clone(), groups: caller.groups.to_vec() }];
            if !self.inner.authority.policies().holders(&me).policy_write.is_empty() && after.holders(&me).policy_write.is_empty() {
                let message =
                    "You could not change policies any more (policy:write). Let somebody else make this change who still can afterwards.";
                return Ok(Some(message.to_owned()));
            }
        }
        let then = self.held(&after, people);
        if then == (true, true) {
            return Ok(None);
        }
        // A portal that is run with the admin token alone has nobody to lose.
        let now = self.held(&self.inner.authority.policies(), people);
        let what = match (now.0 && !then.0, now.1 && !then.1) {
            (false, false) => return Ok(None),
            (true, true) => "change policies (policy:write) and give roles (role:grant)",
            (true, false) => "change policies (policy:write)",
            (false, true) => "give roles (role:grant)",
        };
        Ok(Some(format!("Nobody who can sign in could {what} any more. Give somebody the role admin first.")))
    }

    /// Whether somebody of these people could change policies, and whether somebody could give roles.
    fn held(&self, policies: &Policies, people: &[EntityRef]) -> (bool, bool) {
        let mut found = (false, false);
        for some in people.chunks(AT_ONCE) {
            let holders = policies.holders(&self.candidates(some));
            found.0 |= !holders.policy_write.is_empty();
            found.1 |= !holders.role_grant.is_empty();
            if found == (true, true) {
                break;
            }
        }
        found
    }

    /// Some of the groups and people who can give roles, for those who cannot.
    pub(super) fn can_grant(&self, scoped: &Scoped) -> Vec<EntityRef> {
        let policies = self.inner.authority.policies();
        let gives = |grant: &Grant| {
            let candidate = match &grant.to {
                GrantTo::User(person) => Candidate { principal: Principal::Person(person.clone()), groups: Vec::new() },
                // Whoever is in it, and in nothing else.
                GrantTo::Group(group) => Candidate { principal: nobody(), groups: vec![group.clone()] },
                GrantTo::Service(_) | GrantTo::Everyone => return None,
            };
            let (GrantTo::User(name) | GrantTo::Group(name)) = &grant.to else { return None };
            (!policies.holders(&[candidate]).role_grant.is_empty() && !scoped.hides(name)).then(|| name.clone())
        };
        let mut found: Vec<EntityRef> = Vec::new();
        for grant in self.inner.authority.grants() {
            if found.len() == NAMED {
                break;
            }
            if let Some(name) = gives(&grant).filter(|name| !found.contains(name)) {
                found.push(name);
            }
        }
        found
    }

    /// People of the catalog, and people with a password, but for those who are switched off. Those with passwords come first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn who_can_sign_in(&self, caller: &Caller) -> Result<Vec<EntityRef>, PortalError> {
        let accounts = account::list(&self.inner.store).await.map_err(|error| failure::of_store(&error, caller))?;
        let (off, on): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.disabled != 0);
        let off: HashSet<&str> = off.into_iter().map(|account| account.person.as_str()).collect();
        // The caller is the likeliest to keep it.
        let mut people: Vec<EntityRef> = caller.person().cloned().into_iter().collect();
        people.extend(on.into_iter().filter(|account| account.has_password()).filter_map(|account| account.person.parse().ok()));
        let snapshot = self.inner.catalog.snapshot();
        let users = snapshot.matching(&Predicate::equals("kind", "user"), &Visibility::All);
        people.extend(
            users.iter().map(|id| snapshot.entity(id)).filter(|user| !off.contains(user.canonical())).map(|user| user.entity_ref()),
        );
        Ok(people)
    }

    fn candidates(&self, people: &[EntityRef]) -> Vec<Candidate> {
        let snapshot = self.inner.catalog.snapshot();
        let one = |person: &EntityRef| Candidate { principal: Principal::Person(person.clone()), groups: groups_of(&snapshot, person) };
        people.iter().map(one).collect()
    }
}

/// Policies are put together beside the requests of all others.
async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PortalError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "the policies cannot be put together");
        PortalError::Unavailable { message: "The policies cannot be put together now. Try again.".to_owned() }
    })
}

fn cannot(problems: &[PolicyProblem]) -> PortalError {
    PortalError::invalid(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// A person whom no policy can name.
fn nobody() -> Principal {
    Principal::Person(EntityRef::new("user", "-", "-"))
}
