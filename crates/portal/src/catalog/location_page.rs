//! The pages of locations: the list with its hosts, one location, and the question before one is unregistered.

use std::collections::BTreeMap;

use ::catalog::{
    Location,
    descriptor::{EDIT_URL, VIEW_URL},
    index::EntityId,
};
use forge::HostState;
use model::{
    Caller, EntityRef, PortalError, Timestamp,
    view::{
        ConflictRow, EntityLink, FileMistake, FileRow, HeldView, HostRow, KindEntities, LOCATIONS_PAGE, LocationRow, LocationStatus,
        LocationView, LocationsQuery, LocationsView, UnregisterView,
    },
};
use serde_json::Value;

use super::{CatalogUseCases, LocationState, Scoped, changes::actor_of, problems, text};
use crate::summary::{Links, kind_label};

/// Files with mistakes, and names that others have, that a page lists.
const LISTED: usize = 100;
/// Entities of each kind, and relations, that the question before unregistering lists.
const NAMED: usize = 20;

impl CatalogUseCases<'_> {
    /// The list of locations.
    ///
    /// # Errors
    /// As [`Self::location_states`].
    pub async fn locations_page(&self, caller: &Caller, query: &LocationsQuery) -> Result<LocationsView, PortalError> {
        let states = self.location_states(caller).await?;
        let on_network = states.iter().any(|state| state.location.location_type != "file");
        let scoped = self.scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let now = crate::now();
        let all = states.len() as u64;
        let mut rows: Vec<LocationRow> = states.into_iter().map(|state| self.location_row(state, &links)).collect();
        let needle = query.text.to_lowercase();
        rows.retain(|row| needle.is_empty() || is_match(row, &needle));
        let count = |status| rows.iter().filter(|row| row.status == status).count() as u64;
        let counts = LocationStatus::ALL.into_iter().map(|status| (status, count(status))).collect();
        rows.retain(|row| query.status.is_none_or(|status| row.status == status));
        rows.sort_by(|a, b| (a.status, &a.target).cmp(&(b.status, &b.target)));
        let total = rows.len() as u64;
        let rows = rows.into_iter().skip((query.page.max(1) - 1) * LOCATIONS_PAGE).take(LOCATIONS_PAGE).collect();
        // The page is worth showing without them; without a network there are none.
        let hosts = if on_network { self.hosts(caller).await.unwrap_or_default() } else { Vec::new() };
        let mut hosts: Vec<HostRow> = hosts.into_iter().map(|host| host_row(host, now)).collect();
        hosts.sort_by(|a, b| (a.waits_until.is_none(), a.is_ok, &a.host).cmp(&(b.waits_until.is_none(), b.is_ok, &b.host)));
        Ok(LocationsView { query: query.clone(), counts, all, total, rows, hosts, now })
    }

    /// One location's page; `page` is that of its entities, from 1.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::location_states`].
    pub async fn location_page(&self, caller: &Caller, id: &str, page: usize) -> Result<LocationView, PortalError> {
        let states = self.location_states(caller).await?;
        let state = states.into_iter().find(|state| state.location.id == id).ok_or_else(|| no_location(id))?;
        let location = state.location.clone();
        let scoped = self.scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let found = provided(&scoped, &location);
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        for (kind, _) in &found {
            *kinds.entry(kind.clone()).or_default() += 1;
        }
        let page = page.clamp(1, found.len().div_ceil(LOCATIONS_PAGE).max(1));
        let entities = found.iter().skip((page - 1) * LOCATIONS_PAGE).take(LOCATIONS_PAGE).map(|(_, id)| links.link(*id)).collect();
        let (files, files_total) = self.broken_files(&scoped, &links, id);
        Ok(LocationView {
            row: self.location_row(state, &links),
            entity: links.target(&location.entity_ref),
            target_href: text::linkable(&location.target),
            last_ok: location.last_ok,
            last_error: location.last_error.clone(),
            every_seconds: location.read_every.map(|every| every.as_secs()),
            last_push: location.last_push,
            held: location.held.as_ref().map(|held| HeldView {
                lost: held.lost,
                of: held.of,
                at: Timestamp(held.at),
                entities: held.refs.iter().filter_map(|name| name.parse::<EntityRef>().ok()).map(|name| links.target(&name)).collect(),
            }),
            files,
            files_total,
            conflicts: self.conflicts_of(&scoped, &links, id),
            entities,
            kinds: kinds.into_iter().collect(),
            page,
            now: crate::now(),
        })
    }

    /// The question before a location is unregistered.
    ///
    /// # Errors
    /// As [`Self::unregister_preview`].
    pub async fn unregister_page(&self, caller: &Caller, id: &str) -> Result<UnregisterView, PortalError> {
        let preview = self.unregister_preview(caller, id).await?;
        let scoped = self.scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let location = preview.location;
        let mut kinds: BTreeMap<String, Vec<&EntityRef>> = BTreeMap::new();
        for entity in preview.entities.iter().filter(|entity| **entity != location.entity_ref) {
            kinds.entry(kind_label(entity.kind())).or_default().push(entity);
        }
        let kinds: Vec<KindEntities> = kinds
            .into_iter()
            .map(|(kind, found)| KindEntities {
                kind,
                total: found.len() as u64,
                entities: found.into_iter().take(NAMED).map(|name| links.target(name)).collect(),
            })
            .collect();
        Ok(UnregisterView {
            registered: location.source != "config",
            may: preview.may,
            registered_by: location.registered_by.as_deref().map(|actor| actor_of(&links, actor)),
            total: kinds.iter().map(|kind| kind.total).sum(),
            kinds,
            handed_over: preview.handed_over.iter().take(NAMED).map(|(name, file)| (links.target(name), file.clone())).collect(),
            handed_over_total: preview.handed_over.len() as u64,
            dangling: preview
                .dangling
                .iter()
                .take(NAMED)
                .map(|(from, how, to)| (links.target(from), in_words(how), links.target(to)))
                .collect(),
            dangling_total: preview.dangling.len() as u64,
            id: location.id,
            target: location.target,
        })
    }

    fn location_row(&self, state: LocationState, links: &Links<'_>) -> LocationRow {
        let LocationState { location, entities, problems, owners } = state;
        // The replica that reads it knows better than the row, which is not written each time.
        let schedule = self.portal.inner.reading.schedule(&location.id);
        let last_read = schedule.as_ref().and_then(|schedule| schedule.checked_at).max(location.last_read);
        let next_read = schedule.as_ref().and_then(|schedule| schedule.next_at).or(location.next_read);
        LocationRow {
            status: status(&location, entities.saturating_sub(1), problems, last_read),
            problems,
            last_read,
            next_read,
            reading: schedule.is_some_and(|schedule| schedule.reading),
            leaves_at: location.unregister_at,
            // Its own Location entity is not what it gives.
            entities: entities.saturating_sub(1),
            owners: owners.iter().map(|owner| links.target(owner)).collect(),
            registered_by: location.registered_by.as_deref().map(|actor| actor_of(links, actor)),
            registered: location.source != "config",
            id: location.id,
            location_type: location.location_type,
            target: location.target,
        }
    }

    fn broken_files(&self, scoped: &Scoped, links: &Links<'_>, id: &str) -> (Vec<FileRow>, u64) {
        let broken = self.portal.inner.catalog.broken();
        let of_this = || broken.iter().filter(|file| file.location == id && !scoped.hides_file(file));
        let row = |file: &::catalog::BrokenFile| FileRow {
            href: file
                .failures
                .iter()
                .find_map(|(name, _)| file_href(scoped, scoped.snapshot.find(name.as_ref()?)?))
                .or_else(|| text::linkable(&file.file)),
            file: file.file.clone(),
            mistakes: file
                .failures
                .iter()
                .map(|(name, message)| {
                    let message = problems::innermost(message);
                    FileMistake {
                        entity: name.as_ref().map(|name| links.target(name)),
                        line: problems::line_in(message),
                        message: message.to_owned(),
                    }
                })
                .collect(),
        };
        (of_this().take(LISTED).map(row).collect(), of_this().count() as u64)
    }

    fn conflicts_of(&self, scoped: &Scoped, links: &Links<'_>, id: &str) -> Vec<ConflictRow> {
        let conflicts = self.portal.inner.catalog.conflicts();
        let row = |conflict: &::catalog::Conflict| ConflictRow {
            entity: links.target(&conflict.entity_ref),
            file: conflict.file.clone(),
            shown: scoped.snapshot.find(&conflict.entity_ref).map(|id| scoped.snapshot.entity(id).file().to_owned()).unwrap_or_default(),
            since: conflict.since,
        };
        conflicts.iter().filter(|conflict| conflict.location == id && !scoped.hides(&conflict.entity_ref)).take(LISTED).map(row).collect()
    }
}

/// The entities that a location provides with their kinds, by kind and name, without its own.
fn provided(scoped: &Scoped, location: &Location) -> Vec<(String, EntityId)> {
    let own = location.entity_ref.to_string();
    let mut found: Vec<(String, String, EntityId)> = scoped
        .snapshot
        .iter()
        .filter(|entity| entity.location() == location.id && entity.canonical() != own)
        .map(|entity| (kind_label(entity.kind()), entity.canonical().to_owned(), entity.id()))
        .collect();
    found.sort();
    found.into_iter().map(|(kind, _, id)| (kind, id)).collect()
}

fn status(location: &Location, entities: u64, problems: u64, last_read: Option<Timestamp>) -> LocationStatus {
    if location.held.is_some() {
        LocationStatus::Held
    // A mistake in one of many files is no failure of the whole.
    } else if location.last_error.is_some() && (entities == 0 || problems == 0) {
        LocationStatus::Error
    } else if location.unregister_at.is_some() {
        LocationStatus::Leaving
    } else if problems > 0 {
        LocationStatus::Problems
    } else if last_read.is_none() {
        LocationStatus::Unread
    } else {
        LocationStatus::Fine
    }
}

fn is_match(row: &LocationRow, needle: &str) -> bool {
    let link = |link: &EntityLink| link.title.to_lowercase().contains(needle) || link.entity_ref.to_string().contains(needle);
    let actor = |actor: &model::view::Actor| match actor {
        model::view::Actor::Person(person) => link(person),
        model::view::Actor::Other(name) => name.to_lowercase().contains(needle),
    };
    row.target.to_lowercase().contains(needle)
        || row.location_type == needle
        || row.owners.iter().any(link)
        || row.registered_by.as_ref().is_some_and(actor)
}

fn host_row(host: HostState, now: Timestamp) -> HostRow {
    HostRow {
        is_ok: matches!(&*host.last_result, "ok" | "unchanged" | ""),
        last_at: (host.last_at > 0).then_some(Timestamp(host.last_at)),
        budget: host.budget.zip(host.remaining),
        resets_at: host.resets_at.map(Timestamp).filter(|at| *at > now),
        waits_until: host.waits_until.map(Timestamp).filter(|at| *at > now),
        host: host.host,
        requests: host.requests,
        unchanged: host.unchanged,
        failed: host.failed,
        last_result: host.last_result,
    }
}

/// Where an entity's file can be opened, best to be edited.
fn file_href(scoped: &Scoped, id: EntityId) -> Option<String> {
    let value: Value = serde_json::from_slice(scoped.snapshot.entity(id).json()).ok()?;
    let annotation = |key: &str| text::at(&value, &["metadata", "annotations", key]);
    annotation(EDIT_URL).or_else(|| annotation(VIEW_URL)).as_deref().and_then(text::linkable)
}

/// A relation's type in words: `dependsOn` → `depends on`.
pub(super) fn in_words(relation: &str) -> String {
    let mut out = String::with_capacity(relation.len() + 2);
    for letter in relation.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    // The one word that is written in capitals.
    match out.strip_suffix(" api") {
        Some(start) => format!("{start} API"),
        None => out,
    }
}

fn no_location(id: &str) -> PortalError {
    PortalError::not_found(format!("There is no location with the id {id}. It may have been unregistered."))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn relations_in_words() {
        assert_eq!(["dependsOn", "providesApi", "ownedBy"].map(in_words), ["depends on", "provides API", "owned by"]);
    }
}
