//! *What changed*: the history of the catalog, of one entity, and of what is around one.

use ::catalog::{
    history::{self, Action, Change, ChangeQuery},
    index::Visibility,
};
use model::{
    Caller, EntityRef, PortalError, Timestamp,
    view::{Actor, ChangeAction, ChangeCursor, ChangeDay, ChangeEntry, ChangeItem, ChangesQuery, ChangesView, FieldDiff},
};
use serde_json::Value;

use super::{CatalogUseCases, Scoped, text};
use crate::{
    failure,
    summary::{Links, Summary, kind_label, missing},
};

/// Changes on one page.
const PAGE: usize = 50;
/// Changes that are read at once.
const CHUNK: u32 = 250;
/// How many chunks are looked through for a page; what is further back is on the next.
const CHUNKS: usize = 12;
/// Entities whose history can be asked for at once.
const ENTITIES: usize = 500;
/// A day, in microseconds.
const DAY: i64 = 86_400 * 1_000_000;

impl CatalogUseCases<'_> {
    /// *What changed*, as the URL asks for it.
    ///
    /// # Errors
    /// `NotFound` when the entity around which it is asked was never there; `Unavailable`; as [`Self::scoped`].
    pub async fn changes(&self, caller: &Caller, query: &ChangesQuery) -> Result<ChangesView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let about = query.around.as_ref().map(|around| links.target(around));
        let named = query.owner.as_ref().cloned().or_else(|| query.actor.as_deref().and_then(|actor| actor.parse().ok()));
        let named = named.map(|named: EntityRef| links.target(&named)).filter(|link| link.exists).map(|link| link.title);
        drop(links);
        let filter = Filter::new(&scoped, caller, query);
        let asked = ChangeQuery {
            entities: filter.entities.clone(),
            actor: query.actor.clone(),
            action: query.action.map(stored),
            since: query.last_day.then(|| Timestamp(crate::now().0 - DAY)),
            before: query.before.as_ref().map(|before| (before.at, before.id.clone())),
            limit: CHUNK,
            ..ChangeQuery::default()
        };
        let found = self.look_through(caller, asked, |change| filter.passes(change)).await?;
        let (days, next, stopped) = found.days(&scoped, &filter.links());
        Ok(ChangesView {
            about,
            days,
            next,
            kinds: kinds(&scoped),
            has_mine: caller.person().is_some(),
            named,
            stopped,
            query: query.clone(),
            now: crate::now(),
        })
    }

    /// The history of one entity, which may have left the catalog.
    ///
    /// # Errors
    /// `Unavailable`; as [`Self::scoped`].
    pub async fn history(&self, caller: &Caller, entity: &EntityRef, before: Option<ChangeCursor>) -> Result<ChangesView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let asked = ChangeQuery {
            entity: Some(entity.clone()),
            before: before.as_ref().map(|before| (before.at, before.id.clone())),
            limit: CHUNK,
            ..ChangeQuery::default()
        };
        let found = self.look_through(caller, asked, |change| is_visible(&scoped, &change.entity_ref)).await?;
        let links = Links::new(&scoped.snapshot);
        let (days, next, stopped) = found.days(&scoped, &links);
        Ok(ChangesView {
            query: ChangesQuery { before, ..ChangesQuery::default() },
            about: Some(links.target(entity)),
            days,
            next,
            kinds: Vec::new(),
            has_mine: false,
            named: None,
            stopped,
            now: crate::now(),
        })
    }

    /// Changes as they are kept, for machines. Those of entities that the caller may not see are left out.
    ///
    /// # Errors
    /// `Unavailable`; as [`Self::scoped`].
    pub async fn changes_raw(&self, caller: &Caller, query: &ChangeQuery) -> Result<Vec<Change>, PortalError> {
        let scoped = self.scoped(caller).await?;
        let mut found = history::changes(&self.portal.inner.store, query).await.map_err(|error| failure::of_store(&error, caller))?;
        found.retain(|change| is_visible(&scoped, &change.entity_ref));
        Ok(found)
    }

    /// The latest changes that are not about Location entities, for the first page.
    ///
    /// # Errors
    /// `Unavailable`; as [`Self::scoped`].
    pub(crate) async fn latest_changes(&self, caller: &Caller, limit: usize) -> Result<Vec<ChangeItem>, PortalError> {
        let scoped = self.scoped(caller).await?;
        // Some are left out, so a few more are read.
        let asked = ChangeQuery { limit: 40, ..ChangeQuery::default() };
        let read = history::changes(&self.portal.inner.store, &asked).await.map_err(|error| failure::of_store(&error, caller))?;
        let links = Links::new(&scoped.snapshot);
        let shown = read.iter().filter(|change| is_visible(&scoped, &change.entity_ref) && !is_location(&change.entity_ref)).take(limit);
        let item = |change: &Change| {
            let entity = link(&links, &change.entity_ref);
            ChangeItem {
                owner: scoped.snapshot.find(&change.entity_ref).and_then(|id| links.first(id, "ownedBy")),
                entity,
                action: shown_as(change.action),
                actor: change.actor.as_deref().map(|actor| actor_of(&links, actor)),
                at: change.at,
            }
        };
        Ok(shown.map(item).collect())
    }

    /// Reads until a page is full, the history ends, or enough was looked at.
    async fn look_through(&self, caller: &Caller, mut asked: ChangeQuery, passes: impl Fn(&Change) -> bool) -> Result<Looked, PortalError> {
        let mut looked = Looked::default();
        if asked.entities.as_ref().is_some_and(Vec::is_empty) {
            return Ok(looked);
        }
        for _ in 0..CHUNKS {
            let read = history::changes(&self.portal.inner.store, &asked).await.map_err(|error| failure::of_store(&error, caller))?;
            let ended = read.len() < asked.limit as usize;
            for change in read {
                asked.before = Some((change.at, change.id.clone()));
                if !passes(&change) {
                    continue;
                }
                if looked.changes.len() == PAGE {
                    looked.more = true;
                    return Ok(looked);
                }
                looked.changes.push(change);
            }
            if ended {
                return Ok(looked);
            }
        }
        looked.stopped_at = asked.before;
        Ok(looked)
    }
}

/// What was found.
#[derive(Default)]
struct Looked {
    changes: Vec<Change>,
    /// There are more behind the last one.
    more: bool,
    /// Where looking ended, when it ended before the history did.
    stopped_at: Option<(Timestamp, String)>,
}

impl Looked {
    /// By day, with where the next page starts, and whether looking ended early.
    fn days(self, scoped: &Scoped, links: &Links<'_>) -> (Vec<ChangeDay>, Option<ChangeCursor>, bool) {
        let cursor = |(at, id): (Timestamp, String)| ChangeCursor { at, id };
        let stopped = self.stopped_at.is_some();
        let last = self.changes.last().map(|change| (change.at, change.id.clone()));
        let next = self.stopped_at.or_else(|| last.filter(|_| self.more)).map(cursor);
        let mut days: Vec<ChangeDay> = Vec::new();
        for change in self.changes {
            let date = change.at.rfc3339().get(..10).unwrap_or_default().to_owned();
            if days.last().is_none_or(|day| day.date != date) {
                days.push(ChangeDay { date, entries: Vec::new() });
            }
            if let Some(day) = days.last_mut() {
                day.entries.push(entry(change, scoped, links));
            }
        }
        (days, next, stopped)
    }
}

/// What the database cannot filter by: owners, kinds and text, as the catalog has them now.
struct Filter<'a> {
    scoped: &'a Scoped,
    query: &'a ChangesQuery,
    /// Owners that are wanted; `None` for everybody's.
    owners: Option<Vec<String>>,
    /// The entities that are wanted, when there are few enough to ask the database for them.
    entities: Option<Vec<EntityRef>>,
    text: String,
}

impl<'a> Filter<'a> {
    fn new(scoped: &'a Scoped, caller: &Caller, query: &'a ChangesQuery) -> Self {
        let owners: Option<Vec<String>> = if query.mine && caller.person().is_some() {
            Some(caller.person().into_iter().chain(caller.groups.iter()).map(ToString::to_string).collect())
        } else {
            query.owner.as_ref().map(|owner| vec![owner.to_string()])
        };
        Self {
            scoped,
            query,
            owners,
            entities: query.around.as_ref().map(|around| around_of(scoped, around)),
            text: query.text.to_lowercase(),
        }
    }

    fn links(&self) -> Links<'a> {
        Links::new(&self.scoped.snapshot)
    }

    fn passes(&self, change: &Change) -> bool {
        let name = &change.entity_ref;
        if !is_visible(self.scoped, name) || self.query.kind.as_ref().is_some_and(|kind| !name.kind().eq_ignore_ascii_case(kind)) {
            return false;
        }
        (self.text.is_empty() || self.says(change)) && self.owners.as_ref().is_none_or(|owners| owned_by(self.scoped, change, owners))
    }

    /// Whether the text is in the entity's name or title.
    fn says(&self, change: &Change) -> bool {
        if change.entity_ref.to_string().contains(&self.text) {
            return true;
        }
        self.scoped.snapshot.find(&change.entity_ref).is_some_and(|id| {
            let entity = self.scoped.snapshot.entity(id);
            Summary::of(entity.json()).metadata.title.is_some_and(|title| title.to_lowercase().contains(&self.text))
        })
    }
}

/// Whether one of these owns the entity; for one that is gone, or whose owner changed just then, what the change says counts.
fn owned_by(scoped: &Scoped, change: &Change, owners: &[String]) -> bool {
    if let Some(id) = scoped.snapshot.find(&change.entity_ref) {
        let entity = scoped.snapshot.entity(id);
        let mut relations = entity.relations();
        if relations.any(|relation| relation.kind == "ownedBy" && owners.iter().any(|owner| owner == relation.target)) {
            return true;
        }
        if owners.iter().any(|owner| owner == entity.canonical()) {
            return true;
        }
    }
    let context = model::RefContext { kind: Some("group"), namespace: change.entity_ref.namespace() };
    let stated = change.diff.iter().filter(|field| field.path == "spec.owner").flat_map(|field| [&field.before, &field.after]);
    let mut names = stated.flatten().filter_map(|value| EntityRef::parse_in(value.as_str()?, context).ok());
    names.any(|name| owners.contains(&name.to_string()))
}

/// An entity and what is directly related to it.
fn around_of(scoped: &Scoped, around: &EntityRef) -> Vec<EntityRef> {
    let mut out = vec![around.clone()];
    if let Some(id) = scoped.snapshot.find(around) {
        let entity = scoped.snapshot.entity(id);
        for relation in entity.relations() {
            if out.len() == ENTITIES {
                break;
            }
            if let Ok(target) = relation.target.parse()
                && !out.contains(&target)
            {
                out.push(target);
            }
        }
    }
    out
}

/// What is there is shown to those who may see it; what is gone to those who may see everything.
fn is_visible(scoped: &Scoped, entity: &EntityRef) -> bool {
    !scoped.hides_past(entity)
}

fn is_location(entity: &EntityRef) -> bool {
    entity.kind().eq_ignore_ascii_case("location")
}

fn kinds(scoped: &Scoped) -> Vec<(String, String)> {
    let everything = ::catalog::index::Predicate::EVERYTHING;
    let facets = scoped.snapshot.facets(&["kind".to_owned()], &everything, &Visibility::All);
    let values = facets.into_iter().next().map(|facet| facet.values).unwrap_or_default();
    values.iter().map(|(kind, _)| (kind.to_lowercase(), kind.clone())).collect()
}

fn entry(change: Change, scoped: &Scoped, links: &Links<'_>) -> ChangeEntry {
    let id = scoped.snapshot.find(&change.entity_ref);
    ChangeEntry {
        entity: link(links, &change.entity_ref),
        at: change.at,
        action: shown_as(change.action),
        actor: change.actor.as_deref().map(|actor| actor_of(links, actor)),
        source: source(&change),
        owner: id.and_then(|id| links.first(id, "ownedBy")),
        diff: change.diff.into_iter().map(field).collect(),
        id: change.id,
    }
}

/// The entity, or its name when it is gone.
fn link(links: &Links<'_>, entity: &EntityRef) -> model::view::EntityLink {
    let link = links.target(entity);
    if link.exists { link } else { model::view::EntityLink { kind: kind_label(entity.kind()), ..missing(entity.clone()) } }
}

/// Who did something: a person of the catalog, or whatever the name says.
pub(crate) fn actor_of(links: &Links<'_>, actor: &str) -> Actor {
    let person = actor.parse::<EntityRef>().ok().filter(|name| name.kind().eq_ignore_ascii_case("user"));
    match person.map(|person| links.target(&person)) {
        Some(link) => Actor::Person(link),
        None => Actor::Other(actor.to_owned()),
    }
}

/// Where it comes from; nothing when a person did it in the portal, who is named already.
fn source(change: &Change) -> String {
    if change.source == ::catalog::PORTAL || change.actor.is_some() { String::new() } else { change.source.clone() }
}

fn field(field: history::FieldChange) -> FieldDiff {
    FieldDiff { path: field.path, before: field.before.as_ref().map(shown), after: field.after.as_ref().map(shown) }
}

/// A value as text: texts as they are, lists of plain values on one line, the rest as YAML.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Object(_) | Value::Array(_) => text::yaml(value).trim().to_owned(),
        other => other.to_string(),
    }
}

const fn stored(action: ChangeAction) -> Action {
    match action {
        ChangeAction::Created => Action::Created,
        ChangeAction::Changed => Action::Changed,
        ChangeAction::Moved => Action::Moved,
        ChangeAction::Removed => Action::Removed,
        ChangeAction::Overlaid => Action::Overlaid,
    }
}

const fn shown_as(action: Action) -> ChangeAction {
    match action {
        Action::Created => ChangeAction::Created,
        Action::Changed => ChangeAction::Changed,
        Action::Moved => ChangeAction::Moved,
        Action::Removed => ChangeAction::Removed,
        Action::Overlaid => ChangeAction::Overlaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_values_as_people_read_them() {
        let check = |value: Value, expected: &str| assert_eq!(shown(&value), expected);
        check(serde_json::json!("a: b"), "a: b");
        check(serde_json::json!(["a", "b", 1]), "a, b, 1");
        check(serde_json::json!({"a": ["b"]}), "a:\n  - b");
        check(serde_json::json!(true), "true");
    }
}
