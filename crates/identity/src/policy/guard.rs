//! Who holds the keys: asked before policies and grants change, so that nobody locks everybody out.

use model::{EntityRef, Principal};

use super::{Policies, Resource, Who};
use crate::Action;

/// Somebody whose rights are looked at, with their groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub principal: Principal,
    /// Their groups, nested ones included.
    pub groups: Vec<EntityRef>,
}

/// Who of some candidates can change policies, and who can give roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// Those who may do `policy:write`.
    pub policy_write: Vec<Principal>,
    /// Those who may do `role:grant`.
    pub role_grant: Vec<Principal>,
}

impl Holders {
    /// Whether somebody is left who could repair whatever goes wrong.
    pub fn is_enough(&self) -> bool {
        !self.policy_write.is_empty() && !self.role_grant.is_empty()
    }
}

impl Policies {
    /// Those of the candidates who could change policies and give roles. Compare what holds now with what is to hold: a change after
    /// which [`Holders::is_enough`] is no longer true, or after which whoever makes it is no longer among them, should be refused.
    pub fn holders(&self, candidates: &[Candidate]) -> Holders {
        let of = |action: Action| {
            let may = |one: &&Candidate| {
                let who = Who { principal: &one.principal, groups: &one.groups };
                self.slice(&who, action).permits(&Resource::Portal)
            };
            candidates.iter().filter(may).map(|one| one.principal.clone()).collect()
        };
        Holders { policy_write: of(Action::PolicyWrite), role_grant: of(Action::RoleGrant) }
    }
}
