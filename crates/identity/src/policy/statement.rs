//! One policy or one granted role, taken apart into what is compared without Cedar and what Cedar evaluates.

use std::sync::Arc;

use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint};

use super::{
    Origin,
    condition::Condition,
    grant::{GrantOrigin, GrantTo},
    schema::{Kind, action_names},
};
use crate::{Action, ResourceKind};

/// Whether a policy allows or refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It allows what it is for, unless another policy forbids it.
    Permit,
    /// It refuses what it is for, whatever else permits it.
    Forbid,
}

/// A policy, or a role that was granted, as messages and pages name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolicyRef {
    /// Unique: `freeze`, `owners/change` (text and `@id`), `developer@everyone/change-own` (role, who has it, policy of the role).
    pub id: String,
    /// The text that it is in.
    pub text: String,
    /// Where that text comes from.
    pub origin: Origin,
    /// The line in that text on which it begins.
    pub line: usize,
    /// Its `@description`; empty without one.
    pub description: String,
    /// Whether it allows or refuses.
    pub effect: Effect,
    /// The role, if it belongs to one.
    pub role: Option<String>,
    /// Who was given that role, and where. `None` as long as nobody was.
    pub granted: Option<(GrantTo, GrantOrigin)>,
}

/// A policy that can be decided.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) info: Arc<PolicyRef>,
    pub(super) principal: PrincipalScope,
    pub(super) actions: ActionSet,
    pub(super) resource: ResourceScope,
    pub(super) condition: Option<Arc<Condition>>,
}

/// Whom a policy is for. Names are those that Cedar has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum PrincipalScope {
    Everybody,
    /// All of a type.
    Kind(Kind),
    /// This one; for a group its members, and only those of a type if there is one.
    Named {
        kind: Kind,
        id: Box<str>,
        only: Option<Kind>,
    },
    /// Nobody: a scope that nobody can fulfil.
    Nobody,
}

/// What a policy is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ResourceScope {
    Everything,
    Kind(ResourceKind),
    /// This one, and what is in it if that is said.
    Named {
        kind: ResourceKind,
        id: Box<str>,
        inside: bool,
    },
    Nothing,
}

/// A set of actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ActionSet(u128);

const _: () = assert!(Action::ALL.len() <= 128, "a set of actions has a bit for each of them");

impl ActionSet {
    pub(super) fn all() -> Self {
        Action::ALL.iter().copied().collect()
    }

    pub(super) fn contains(self, action: Action) -> bool {
        self.0 & (1 << action as u32) != 0
    }

    pub(super) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub(super) fn of(constraint: &ActionConstraint) -> Self {
        let named = |uid: &EntityUid| action_names().get(uid.id().unescaped()).into_iter().flatten().copied();
        match constraint {
            ActionConstraint::Any => Self::all(),
            // A group of actions is none of them.
            ActionConstraint::Eq(uid) => named(uid).filter(|action| action.id() == uid.id().unescaped()).collect(),
            ActionConstraint::In(uids) => uids.iter().flat_map(named).collect(),
        }
    }
}

impl FromIterator<Action> for ActionSet {
    fn from_iter<T: IntoIterator<Item = Action>>(actions: T) -> Self {
        Self(actions.into_iter().fold(0, |bits, action| bits | (1 << action as u32)))
    }
}

impl PrincipalScope {
    pub(super) fn of(constraint: PrincipalConstraint) -> Self {
        let kind = |name: &cedar_policy::EntityTypeName| Kind::named(&name.to_string());
        let named = |uid: &EntityUid, only: Option<Kind>, itself: bool| {
            let id: Box<str> = uid.id().unescaped().into();
            match kind(uid.type_name()) {
                Some(of @ (Kind::User | Kind::ServiceAccount)) if only.is_none_or(|only| only == of) => Self::Named { kind: of, id, only },
                // Nobody is a group, people are in one.
                Some(Kind::Group) if !itself => Self::Named { kind: Kind::Group, id, only },
                _ => Self::Nobody,
            }
        };
        match constraint {
            PrincipalConstraint::Any => Self::Everybody,
            PrincipalConstraint::Is(of) => match kind(&of) {
                Some(of @ (Kind::User | Kind::ServiceAccount)) => Self::Kind(of),
                _ => Self::Nobody,
            },
            PrincipalConstraint::Eq(uid) => named(&uid, None, true),
            PrincipalConstraint::In(uid) => named(&uid, None, false),
            PrincipalConstraint::IsIn(of, uid) => match kind(&of) {
                only @ Some(Kind::User | Kind::ServiceAccount) => named(&uid, only, false),
                _ => Self::Nobody,
            },
        }
    }
}

impl ResourceScope {
    pub(super) fn of(constraint: ResourceConstraint) -> Self {
        let kind = |name: &cedar_policy::EntityTypeName| match Kind::named(&name.to_string()) {
            Some(Kind::Resource(kind)) => Some(kind),
            _ => None,
        };
        let named = |uid: &EntityUid, inside: bool| match kind(uid.type_name()) {
            // Only entities have others in them.
            Some(of) => Self::Named { kind: of, id: uid.id().unescaped().into(), inside: inside && of == ResourceKind::Entity },
            None => Self::Nothing,
        };
        match constraint {
            ResourceConstraint::Any => Self::Everything,
            ResourceConstraint::Is(of) => kind(&of).map_or(Self::Nothing, Self::Kind),
            ResourceConstraint::Eq(uid) => named(&uid, false),
            ResourceConstraint::In(uid) => named(&uid, true),
            ResourceConstraint::IsIn(of, uid) if of == *uid.type_name() => named(&uid, true),
            ResourceConstraint::IsIn(..) => Self::Nothing,
        }
    }

    /// Whether it can be fulfilled by a resource of this kind.
    pub(super) fn admits(&self, kind: ResourceKind) -> bool {
        match self {
            Self::Everything => true,
            Self::Kind(of) | Self::Named { kind: of, .. } => *of == kind,
            Self::Nothing => false,
        }
    }
}

impl Statement {
    /// Takes apart a policy, or a role that was granted.
    pub(super) fn new(policy: &Policy, info: PolicyRef, condition: Option<Arc<Condition>>) -> Self {
        Self {
            info: Arc::new(info),
            principal: PrincipalScope::of(policy.principal_constraint()),
            actions: ActionSet::of(&policy.action_constraint()),
            resource: ResourceScope::of(policy.resource_constraint()),
            condition,
        }
    }

    /// Whether it can matter to this action.
    pub(super) fn is_about(&self, action: Action) -> bool {
        self.actions.contains(action) && self.resource.admits(action.resource())
    }
}
