//! The few fields of an entity that links, rows and lists show, read straight from its JSON without building the rest.

use std::{borrow::Cow, cell::RefCell, collections::HashMap};

use catalog::index::{EntityId, Snapshot};
use model::{
    EntityRef,
    view::{CatalogRow, EntityLink},
};
use serde::Deserialize;

/// What lists show of an entity.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Summary<'a> {
    #[serde(borrow, default)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) metadata: Metadata<'a>,
    #[serde(borrow, default)]
    pub(crate) spec: Spec<'a>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Metadata<'a> {
    #[serde(borrow, default)]
    pub(crate) title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) description: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Spec<'a> {
    #[serde(borrow, default, rename = "type")]
    pub(crate) spec_type: Loose<'a>,
    #[serde(borrow, default)]
    pub(crate) lifecycle: Loose<'a>,
    #[serde(borrow, default)]
    pub(crate) profile: Option<Profile<'a>>,
    /// What a Location entity points at.
    #[serde(borrow, default)]
    pub(crate) target: Loose<'a>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Profile<'a> {
    #[serde(borrow, default, rename = "displayName")]
    pub(crate) display_name: Option<Cow<'a, str>>,
}

/// Text where there should be text; anything else counts as nothing, since kinds that nobody checked can hold what they like.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(crate) enum Loose<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Other(serde::de::IgnoredAny),
    #[default]
    Missing,
}

impl<'a> Loose<'a> {
    /// The text; nothing of what is none.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Other(_) | Self::Missing => Cow::Borrowed(""),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone().into_owned()),
            Self::Other(_) | Self::Missing => None,
        }
    }
}

impl<'a> Summary<'a> {
    /// Reads it; an entity whose fields have other types than Backstage's comes out bare.
    pub(crate) fn of(json: &'a [u8]) -> Self {
        serde_json::from_slice(json).unwrap_or_default()
    }
}

/// Makes links and rows out of one snapshot; remembers those that come again, as owners do.
pub(crate) struct Links<'a> {
    snapshot: &'a Snapshot,
    known: RefCell<HashMap<EntityId, EntityLink>>,
}

impl<'a> Links<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, known: RefCell::default() }
    }

    /// The entity as a link.
    pub(crate) fn link(&self, id: EntityId) -> EntityLink {
        if let Some(link) = self.known.borrow().get(&id) {
            return link.clone();
        }
        let entity = self.snapshot.entity(id);
        let link = link_of(entity.entity_ref(), &Summary::of(entity.json()));
        self.known.borrow_mut().insert(id, link.clone());
        link
    }

    /// The target of a relation as a link, whether it exists or not.
    pub(crate) fn target(&self, target: &EntityRef) -> EntityLink {
        match self.snapshot.find(target) {
            Some(id) => self.link(id),
            None => missing(target.clone()),
        }
    }

    /// The first target of a relation.
    pub(crate) fn first(&self, id: EntityId, relation: &str) -> Option<EntityLink> {
        let entity = self.snapshot.entity(id);
        let found = entity.relations().find(|found| found.kind == relation)?;
        Some(match found.target_id() {
            Some(target) => self.link(target),
            None => missing(found.target.parse().ok()?),
        })
    }

    /// The system that it is part of; without one whatever else it is part of.
    fn part_of(&self, id: EntityId) -> Option<EntityLink> {
        let entity = self.snapshot.entity(id);
        let mut systems = entity.relations().filter(|found| found.kind == "partOf" && found.target.starts_with("system:"));
        let system = systems.next().and_then(|found| found.target.parse().ok()).map(|target| self.target(&target));
        system.or_else(|| self.first(id, "partOf"))
    }

    /// The entity as a row of a list.
    pub(crate) fn row(&self, id: EntityId, problems: &[String], starred: bool) -> CatalogRow {
        let entity = self.snapshot.entity(id);
        let summary = Summary::of(entity.json());
        CatalogRow {
            entity: link_of(entity.entity_ref(), &summary),
            description: one_line(summary.metadata.description.as_deref().unwrap_or_default(), 240),
            owner: self.first(id, "ownedBy"),
            system: self.part_of(id),
            spec_type: summary.spec.spec_type.text(),
            lifecycle: summary.spec.lifecycle.text(),
            tags: summary.metadata.tags,
            changed: entity.changed(),
            problems: problems.len(),
            first_problem: problems.first().cloned(),
            starred,
        }
    }
}

fn link_of(entity_ref: EntityRef, summary: &Summary<'_>) -> EntityLink {
    let display = summary.spec.profile.as_ref().and_then(|profile| profile.display_name.as_deref());
    let title = display.or(summary.metadata.title.as_deref()).map(str::to_owned);
    // The entity of a location has a name made of a hash: what it points at says more.
    let target = || summary.spec.target.text().filter(|_| entity_ref.name().starts_with("generated-")).map(|target| short_target(&target));
    let title = title.or_else(target).unwrap_or_else(|| entity_ref.short().into_owned());
    EntityLink {
        title,
        kind: summary.kind.clone().into_owned(),
        spec_type: summary.spec.spec_type.text(),
        description: one_line(summary.metadata.description.as_deref().unwrap_or_default(), 160),
        exists: true,
        entity_ref,
    }
}

/// The end of an address or path, with the two folders before it.
fn short_target(target: &str) -> String {
    let start = target.rmatch_indices('/').nth(2).map_or(0, |(at, _)| at + 1);
    target[start..].to_owned()
}

/// A link to something that is not in the catalog.
pub(crate) fn missing(entity_ref: EntityRef) -> EntityLink {
    EntityLink {
        title: entity_ref.short().into_owned(),
        kind: kind_label(entity_ref.kind()),
        spec_type: None,
        description: String::new(),
        exists: false,
        entity_ref,
    }
}

/// A kind as people write it: `component` is `Component`, `api` is `API`.
pub(crate) fn kind_label(kind: &str) -> String {
    if kind.eq_ignore_ascii_case("api") {
        return "API".to_owned();
    }
    let mut letters = kind.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text on one line, cut after about `limit` characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit * 2));
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
        if out.chars().count() > limit {
            out = out.chars().take(limit).collect();
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        let entity_ref: EntityRef = "component:default/a".parse().unwrap();
        let link = link_of(entity_ref, &Summary::of(json.as_bytes()));
        assert_eq!(format!("{} | {} | {:?} | {}", link.kind, link.title, link.spec_type, link.description), expected);
    }

    #[test]
    fn reads_what_is_shown() {
        check(r#"{"kind":"Component","metadata":{"name":"a"},"spec":{"type":"service"}}"#, r#"Component | a | Some("service") | "#);
        check(
            r#"{"kind":"User","metadata":{"title":"T","description":" a\n b"},"spec":{"profile":{"displayName":"Ada"}}}"#,
            "User | Ada | None | a b",
        );
        check(r#"{"kind":"X","metadata":{"title":"T"},"spec":{"type":{"deep":1},"lifecycle":3}}"#, "X | T | None | ");
    }

    #[test]
    fn labels_kinds() {
        assert_eq!([kind_label("api"), kind_label("component"), kind_label("")], ["API", "Component", ""]);
    }
}
