//! What something is done to, as policies see it.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, RestrictedExpression};

use super::{
    mentions::Mentions,
    schema::{Kind, PORTAL},
};
use crate::ResourceKind;

/// What something is done to.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// The portal itself.
    Portal,
    /// An entity of the catalog.
    Entity(EntityFacts<'a>),
    /// Something else that the portal keeps.
    Other {
        /// What kind of thing it is: any but `Portal` and `Entity`.
        kind: ResourceKind,
        /// What it is called: `payments/ledger`.
        id: &'a str,
        /// Who owns it: canonical names of groups and people.
        owners: &'a [&'a str],
    },
}

/// What policies can ask about an entity of the catalog. Kind, namespace and name are read from `canonical`.
///
/// Only what [`Slice::mentions`](super::Slice::mentions) names has to be filled in.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntityFacts<'a> {
    /// Its name in lower case: `component:default/checkout`. Always needed.
    pub canonical: &'a str,
    /// `spec.type`; empty without one.
    pub type_: &'a str,
    /// `spec.lifecycle`; empty without one.
    pub lifecycle: &'a str,
    /// The canonical name of the system that it is part of; empty without one.
    pub system: &'a str,
    /// `metadata.tags`.
    pub tags: &'a [&'a str],
    /// The canonical names of those who own it (the targets of `ownedBy`). A User belongs to the person without being told so here.
    pub owner_refs: &'a [&'a str],
}

impl<'a> EntityFacts<'a> {
    /// Kind, namespace and name, in lower case.
    pub(super) fn parts(&self) -> [&'a str; 3] {
        let (kind, rest) = self.canonical.split_once(':').unwrap_or(("", self.canonical));
        let (namespace, name) = rest.split_once('/').unwrap_or(("", rest));
        [kind, namespace, name]
    }
}

impl<'a> Resource<'a> {
    /// What kind of thing it is.
    pub fn kind(&self) -> ResourceKind {
        match self {
            Self::Portal => ResourceKind::Portal,
            Self::Entity(_) => ResourceKind::Entity,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// What messages and policies call it: `component:default/checkout`, `payments/ledger`, `waymark`.
    pub fn id(&self) -> &'a str {
        match self {
            Self::Portal => PORTAL,
            Self::Entity(facts) => facts.canonical,
            Self::Other { id, .. } => id,
        }
    }

    /// The system that an entity is part of, or nothing.
    pub(super) fn system(&self) -> &'a str {
        match self {
            Self::Entity(facts) => facts.system,
            Self::Portal | Self::Other { .. } => "",
        }
    }

    /// Those who own it: groups, people and whatever else somebody wrote there.
    pub(super) fn owners(&self) -> impl Iterator<Item = &'a str> + Clone {
        let (stated, own): (&[&str], Option<&str>) = match self {
            Self::Portal => (&[], None),
            Self::Entity(facts) => (facts.owner_refs, facts.canonical.starts_with("user:").then_some(facts.canonical)),
            Self::Other { owners, .. } => (owners, None),
        };
        stated.iter().copied().chain(own)
    }

    /// Those of its owners that are groups.
    pub(super) fn owner_groups(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.owners().filter(|owner| owner.starts_with("group:"))
    }

    /// Those of its owners that are people.
    pub(super) fn owner_users(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.owners().filter(|owner| owner.starts_with("user:"))
    }

    /// As Cedar names it.
    pub(super) fn uid(&self) -> EntityUid {
        Kind::Resource(self.kind()).uid(self.id())
    }

    /// As Cedar sees it, with the attributes that are mentioned.
    pub(super) fn entity(&self, mentions: &Mentions) -> Entity {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let set = |kind: Kind, names: &mut dyn Iterator<Item = &'a str>| {
            RestrictedExpression::new_set(names.map(|name| RestrictedExpression::new_entity_uid(kind.uid(name))))
        };
        let mut attributes = HashMap::new();
        let mut put = |name: &str, value: RestrictedExpression| attributes.insert(name.to_owned(), value);
        if let Self::Entity(facts) = self {
            let [kind, namespace, name] = facts.parts();
            let texts = [
                ("kind", kind, mentions.kind),
                ("namespace", namespace, mentions.namespace),
                ("name", name, mentions.name),
                ("type", facts.type_, mentions.type_),
                ("lifecycle", facts.lifecycle, mentions.lifecycle),
                ("system", facts.system, mentions.system),
            ];
            for (name, value, _) in texts.into_iter().filter(|(.., wanted)| *wanted) {
                put(name, text(value));
            }
            if mentions.tags {
                put("tags", RestrictedExpression::new_set(facts.tags.iter().map(|tag| text(tag))));
            }
        }
        if let Self::Other { id, .. } = self
            && mentions.name
        {
            put("name", text(id));
        }
        if !matches!(self, Self::Portal) {
            if mentions.owner_groups.is_some() {
                put("ownerGroups", set(Kind::Group, &mut self.owner_groups()));
            }
            if mentions.owner_users.is_some() {
                put("ownerUsers", set(Kind::User, &mut self.owner_users()));
            }
            if mentions.unowned {
                put("unowned", RestrictedExpression::new_bool(self.owners().next().is_none()));
            }
        }
        let parents: HashSet<EntityUid> = match self.system() {
            system if system.is_empty() || system == self.id() => HashSet::new(),
            system => HashSet::from([Kind::Resource(ResourceKind::Entity).uid(system)]),
        };
        Entity::new(self.uid(), attributes, parents).expect("texts, names and sets of them have nothing that evaluation could fail at")
    }
}
