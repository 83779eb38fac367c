//! What policies are told of an entity.

use std::borrow::Cow;

use ::catalog::index::EntityView;
use identity::policy::{EntityFacts, Mentions, Resource};

use crate::summary::Summary;

/// The facts of one entity, as far as somebody asks for them.
///
/// They depend on nothing but the entity, so decisions can be kept. Owners count as the entity states them, whether they are in the catalog or
/// not: what a team owns that is gone must not become everybody's.
pub(crate) struct Facts<'a> {
    canonical: &'a str,
    type_: Cow<'a, str>,
    lifecycle: Cow<'a, str>,
    system: &'a str,
    tags: Vec<String>,
    owners: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    /// All of them.
    pub(crate) fn whole(entity: &EntityView<'a>) -> Self {
        Self::asked(entity, [true; 5])
    }

    /// Those that policies mention.
    pub(crate) fn mentioned(entity: &EntityView<'a>, mentions: &Mentions) -> Self {
        Self::asked(entity, [mentions.type_, mentions.lifecycle, mentions.system, mentions.tags, mentions.owners])
    }

    fn asked(entity: &EntityView<'a>, [type_, lifecycle, system, tags, owned]: [bool; 5]) -> Self {
        // The descriptor is read only for what stands nowhere else.
        let read = if type_ || lifecycle || tags { Summary::of(entity.json()) } else { Summary::default() };
        let targets = |kind: &'static str| entity.relations().filter(move |found| found.kind == kind).map(|found| found.target);
        Self {
            canonical: entity.canonical(),
            type_: read.spec.spec_type.into_text(),
            lifecycle: read.spec.lifecycle.into_text(),
            tags: read.metadata.tags,
            system: targets("partOf").find(|target| system && target.starts_with("system:")).unwrap_or_default(),
            owners: if owned { targets("ownedBy").collect() } else { Vec::new() },
        }
    }

    /// Asks something about them.
    pub(crate) fn with<T>(&self, ask: impl FnOnce(&Resource<'_>) -> T) -> T {
        let tags: Vec<&str> = self.tags.iter().map(String::as_str).collect();
        ask(&Resource::Entity(EntityFacts {
            canonical: self.canonical,
            type_: &self.type_,
            lifecycle: &self.lifecycle,
            system: self.system,
            tags: &tags,
            owner_refs: &self.owners,
        }))
    }

    /// The canonical names of those who own it.
    pub(crate) fn owners(&self) -> &[&'a str] {
        &self.owners
    }
}
