//! What is wrong in the catalog, whose it is, and how to mend it.
//!
//! Finding it walks over every entity, so it is done once for each state of the catalog and kept: lists, counts and pages read from that.

mod page;
mod wording;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use ::catalog::{
    BrokenFile, Catalog, Conflict, Location, Locations, PORTAL,
    index::{EntityId, EntityView},
};
use model::{
    EntityRef, Timestamp,
    view::{Problem, ProblemItem, ProblemLevel},
};

use super::Scoped;

pub(crate) use model::view::ProblemSort as Sort;
pub(super) use wording::{innermost, line_in};

/// Schedules that a location may miss before it counts as stale.
const MISSED: i64 = 3;
/// A location is not stale before it was not read for so long, in microseconds, however short its schedule is: five minutes.
const PATIENCE: i64 = 5 * 60 * 1_000_000;

/// The entities that have problems, and everything else that is wrong, for one state of the catalog.
#[derive(Debug, Default)]
pub(crate) struct ProblemIndex {
    /// For each entity with problems: their sorts and titles.
    pub(crate) of: HashMap<EntityId, Vec<(Sort, String)>>,
    /// Every problem: those of one owner together, the owners with the most first, those of nobody last; the worst first within.
    found: Vec<Found>,
    owners: Vec<Arc<str>>,
    kinds: Vec<String>,
    /// For each name that several sources provide: those that do not have it, as `type:file`.
    contested: HashMap<String, Vec<String>>,
    /// For each name that no source provides any more: when it goes.
    gone: BTreeMap<String, Timestamp>,
    /// For each location's id: `type:target`.
    places: HashMap<String, String>,
    /// The next time at which something becomes a problem just by waiting.
    until: Option<Timestamp>,
}

/// A problem, small: there can be as many as entities.
#[derive(Debug)]
struct Found {
    sort: Sort,
    /// Index into the owners; `None` for nobody's.
    owner: Option<u32>,
    /// Index into the kinds.
    kind: u32,
    subject: Subject,
}

#[derive(Debug)]
enum Subject {
    /// The problem of an entity at that place in [`ProblemIndex::of_entity`].
    Entity(EntityId, usize),
    /// Something that no entity of the catalog shows.
    Elsewhere(Box<ProblemItem>),
}

impl ProblemIndex {
    /// The titles of an entity's problems.
    pub(crate) fn titles(&self, id: EntityId) -> Vec<String> {
        self.of.get(&id).map(|found| found.iter().map(|(_, title)| title.clone()).collect()).unwrap_or_default()
    }

    /// What is wrong with one entity, the worst first.
    pub(crate) fn of_entity(&self, entity: &EntityView<'_>) -> Vec<(Sort, Problem)> {
        let mut out = wording::of_entity(entity);
        if let Some(others) = self.contested.get(entity.canonical()) {
            let own = self.source_of(entity);
            out.push((Sort::Conflict, wording::conflict(entity.canonical(), &own, others)));
        }
        if let Some(at) = self.gone.get(entity.canonical()) {
            out.push((Sort::Orphan, wording::orphan(*at)));
        }
        out.sort_by_key(|(sort, problem)| (problem.level, *sort));
        out
    }

    /// What nobody's entity shows and these owners have to mend.
    pub(crate) fn elsewhere_of<'a>(&'a self, owners: &'a [String]) -> impl Iterator<Item = &'a ProblemItem> {
        self.found.iter().filter_map(|found| match &found.subject {
            Subject::Elsewhere(item) if item.owner.as_ref().is_some_and(|owner| owners.contains(&owner.to_string())) => Some(&**item),
            Subject::Elsewhere(_) | Subject::Entity(..) => None,
        })
    }

    /// Where an entity comes from, for people.
    fn source_of(&self, entity: &EntityView<'_>) -> String {
        if entity.location() == PORTAL {
            return "the portal".to_owned();
        }
        if entity.file().is_empty() {
            return self.places.get(entity.location()).cloned().unwrap_or_default();
        }
        entity.file().to_owned()
    }
}

/// What an index was made from.
type Inputs = (Scoped, Arc<Locations>, Arc<Vec<Conflict>>, Arc<Vec<BrokenFile>>);

/// Indexes that are remembered: one for everybody who sees everything, and some for those who do not.
const KEPT: usize = 8;

/// An index that is being made or is there.
#[derive(Debug)]
struct Kept {
    inputs: Inputs,
    index: OnceLock<Arc<ProblemIndex>>,
}

/// Remembers the problems of the latest state of the catalog, for each part of it that somebody sees.
#[derive(Debug)]
pub(crate) struct ProblemCache {
    catalog: Arc<Catalog>,
    /// How often locations are read that say nothing themselves: files, and what is on the network.
    every: (Duration, Duration),
    /// The latest used come last.
    latest: Mutex<Vec<Arc<Kept>>>,
}

impl ProblemCache {
    /// Over a catalog, with the usual schedules of files and of what is on the network.
    pub(crate) fn new(catalog: Arc<Catalog>, every: (Duration, Duration)) -> Self {
        Self { catalog, every, latest: Mutex::default() }
    }

    /// The problems of what somebody sees.
    pub(crate) fn of(&self, scoped: &Scoped) -> Arc<ProblemIndex> {
        let inputs = (scoped.clone(), self.catalog.locations(), self.catalog.conflicts(), self.catalog.broken());
        let now = crate::now();
        let kept = self.kept(inputs, now);
        // Who asks meanwhile for the same one waits for it; others don't.
        let make = || Arc::new(Finder::new(&kept.inputs, self.catalog.gone(), self.every, now).find());
        Arc::clone(kept.index.get_or_init(make))
    }

    fn kept(&self, inputs: Inputs, now: Timestamp) -> Arc<Kept> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &Arc<Kept>| {
            let (scoped, locations, conflicts, broken) = &kept.inputs;
            Arc::ptr_eq(&scoped.snapshot, &inputs.0.snapshot)
                && Arc::ptr_eq(locations, &inputs.1)
                && Arc::ptr_eq(conflicts, &inputs.2)
                && Arc::ptr_eq(broken, &inputs.3)
                && kept.index.get().is_none_or(|index| index.until.is_none_or(|until| now < until))
        };
        let kept = match latest.iter().position(same) {
            Some(at) => latest.remove(at),
            None => {
                // A state of the catalog that is over is not asked about again, and holds memory.
                latest.retain(|kept| Arc::ptr_eq(&kept.inputs.0.whole, &inputs.0.whole));
                if latest.len() == KEPT {
                    latest.remove(0);
                }
                Arc::new(Kept { inputs, index: OnceLock::new() })
            }
        };
        latest.push(Arc::clone(&kept));
        kept
    }
}

/// Walks over the catalog once.
struct Finder<'a> {
    inputs: &'a Inputs,
    every: (Duration, Duration),
    now: Timestamp,
    index: ProblemIndex,
    owners: HashMap<Arc<str>, u32>,
    kinds: HashMap<String, u32>,
    /// Locations with a file that never could be read.
    unread: HashSet<String>,
}

impl<'a> Finder<'a> {
    fn new(inputs: &'a Inputs, gone: BTreeMap<String, Timestamp>, every: (Duration, Duration), now: Timestamp) -> Self {
        let (_, locations, conflicts, _) = inputs;
        let places: HashMap<String, String> =
            locations.all.iter().map(|found| (found.id.clone(), format!("{}:{}", found.location_type, found.target))).collect();
        let mut contested: HashMap<String, Vec<String>> = HashMap::new();
        for conflict in conflicts.iter() {
            let other = if conflict.file.is_empty() { places.get(&conflict.location) } else { Some(&conflict.file) };
            contested.entry(conflict.entity_ref.to_string()).or_default().extend(other.cloned());
        }
        let index = ProblemIndex { contested, gone, places, ..ProblemIndex::default() };
        Self { inputs, every, now, index, owners: HashMap::new(), kinds: HashMap::new(), unread: HashSet::new() }
    }

    fn find(mut self) -> ProblemIndex {
        self.entities();
        self.never_worked();
        self.locations();
        let Self { mut index, .. } = self;
        let mut counts = vec![0_usize; index.owners.len()];
        for owner in index.found.iter().filter_map(|found| found.owner) {
            counts[owner as usize] += 1;
        }
        let owners = &index.owners;
        let rank = |owner: Option<u32>| {
            owner.map_or((true, 0, ""), |owner| (false, usize::MAX - counts[owner as usize], &*owners[owner as usize]))
        };
        // Stable: entities come in the order of the snapshot, which is that of their names.
        index.found.sort_by(|a, b| rank(a.owner).cmp(&rank(b.owner)).then(a.sort.cmp(&b.sort)));
        index
    }

    fn entities(&mut self) {
        let (scoped, _, _, broken) = self.inputs;
        let snapshot = &scoped.snapshot;
        let told: HashSet<&str> =
            broken.iter().flat_map(|file| file.failures.iter().map(|(_, message)| wording::innermost(message))).collect();
        for entity in snapshot.iter() {
            let dangling = entity.relations().any(|relation| relation.target_id().is_none());
            let contested = !self.index.contested.is_empty() && self.index.contested.contains_key(entity.canonical());
            let gone = !self.index.gone.is_empty() && self.index.gone.contains_key(entity.canonical());
            if entity.status().is_none() && !dangling && !contested && !gone {
                continue;
            }
            let problems = self.index.of_entity(&entity);
            if problems.is_empty() {
                continue;
            }
            let is_location = entity.kind().eq_ignore_ascii_case("location");
            let owner = self.owner(owner_of(&entity));
            let kind = self.kind(entity.kind());
            for (at, (sort, problem)) in problems.iter().enumerate() {
                // What a file does to its location's entity is told of the file itself.
                if is_location && *sort == Sort::Error && told.contains(problem.detail.as_str()) {
                    continue;
                }
                self.index.found.push(Found { sort: *sort, owner, kind, subject: Subject::Entity(entity.id(), at) });
            }
            self.index.of.insert(entity.id(), problems.into_iter().map(|(sort, problem)| (sort, problem.title)).collect());
        }
    }

    /// Descriptors whose entities never came: nothing in the catalog can show what is wrong with them.
    fn never_worked(&mut self) {
        let (scoped, locations, _, broken) = self.inputs;
        let snapshot = &scoped.snapshot;
        if broken.is_empty() {
            return;
        }
        let files: HashSet<(&str, &str)> = broken.iter().map(|file| (file.location.as_str(), file.file.as_str())).collect();
        let mut owners: HashMap<(&str, &str), String> = HashMap::new();
        for entity in snapshot.iter() {
            let place = (entity.location(), entity.file());
            if files.contains(&place) {
                owners.entry(place).or_insert_with(|| owner_of(&entity).unwrap_or_default());
            }
        }
        for file in broken.iter().filter(|file| !scoped.hides_file(file)) {
            let known = owners.get(&(file.location.as_str(), file.file.as_str()));
            let registered = locations.by_id(&file.location).and_then(registered_by);
            let owner = known.filter(|owner| !owner.is_empty()).cloned().or(registered);
            for (name, message) in &file.failures {
                // What the catalog has shows the mistake itself, and so does a file that gave entities before.
                let shown = match name {
                    Some(name) => snapshot.find(name).is_some(),
                    None => known.is_some(),
                };
                let contested = name.as_ref().is_some_and(|name| self.index.contested.contains_key(&name.to_string()));
                if shown || contested || wording::is_conflict(message) {
                    continue;
                }
                if name.is_none() {
                    self.unread.insert(file.location.clone());
                }
                let item = wording::never_worked(&file.location, &file.file, name.as_ref(), message);
                let kind = name.as_ref().map_or_else(|| "Location".to_owned(), |name| crate::summary::kind_label(name.kind()));
                self.elsewhere(item, owner.clone(), &kind);
            }
        }
    }

    fn locations(&mut self) {
        let (_, locations, _, broken) = self.inputs;
        for location in &locations.all {
            let owner = registered_by(location);
            if let Some(held) = &location.held {
                self.elsewhere(wording::held(location, held), owner.clone(), "Location");
            }
            let unreadable = location.last_error.is_some()
                && broken.iter().any(|file| {
                    file.location == location.id
                        && file.file == location.target
                        && file.failures.iter().any(|(_, message)| wording::is_unreadable(message))
                });
            // A mistake in a descriptor is told of the entity, and a target that gave nothing yet as one that never worked.
            if !unreadable || self.unread.contains(&location.id) {
                continue;
            }
            let usual = if location.location_type == "file" { self.every.0 } else { self.every.1 };
            let every = i64::try_from(location.read_every.unwrap_or(usual).as_micros()).unwrap_or(i64::MAX / 8);
            let stale_at = location.last_ok.map(|last| Timestamp(last.0.saturating_add((every.saturating_mul(MISSED)).max(PATIENCE))));
            match stale_at {
                Some(at) if at > self.now => self.index.until = Some(self.index.until.map_or(at, |until| until.min(at))),
                _ => self.elsewhere(wording::stale(location, self.now), owner, "Location"),
            }
        }
    }

    fn elsewhere(&mut self, mut item: ProblemItem, owner: Option<String>, kind: &str) {
        item.owner = owner.as_deref().and_then(|owner| owner.parse().ok());
        let (sort, owner, kind) = (item.sort, self.owner(owner), self.kind(kind));
        self.index.found.push(Found { sort, owner, kind, subject: Subject::Elsewhere(Box::new(item)) });
    }

    fn owner(&mut self, owner: Option<String>) -> Option<u32> {
        let owner: Arc<str> = owner?.into();
        if let Some(known) = self.owners.get(&owner) {
            return Some(*known);
        }
        let at = u32::try_from(self.index.owners.len()).ok()?;
        self.index.owners.push(Arc::clone(&owner));
        self.owners.insert(owner, at);
        Some(at)
    }

    fn kind(&mut self, kind: &str) -> u32 {
        if let Some(known) = self.kinds.get(kind) {
            return *known;
        }
        let at = u32::try_from(self.index.kinds.len()).unwrap_or(u32::MAX);
        self.index.kinds.push(kind.to_owned());
        self.kinds.insert(kind.to_owned(), at);
        at
    }
}

/// Whose an entity is to mend: its owner, in the catalog or not; groups and people mend themselves.
fn owner_of(entity: &EntityView<'_>) -> Option<String> {
    let owner = entity.relations().find(|relation| relation.kind == "ownedBy").map(|relation| relation.target.to_owned());
    let is_owner = entity.kind().eq_ignore_ascii_case("group") || entity.kind().eq_ignore_ascii_case("user");
    owner.or_else(|| is_owner.then(|| entity.canonical().to_owned()))
}

/// Who registered a location, if a person did.
fn registered_by(location: &Location) -> Option<String> {
    location.registered_by.as_deref().and_then(|by| by.parse::<EntityRef>().ok()).map(|by| by.to_string())
}

/// How bad a sort is by itself.
const fn level_of(sort: Sort) -> ProblemLevel {
    match sort {
        Sort::Error | Sort::NeverWorked | Sort::Held | Sort::Conflict => ProblemLevel::Error,
        Sort::Orphan | Sort::Stale | Sort::Waiting | Sort::Owner | Sort::Dangling => ProblemLevel::Warning,
    }
}
