//! What is wrong with entities, and how to mend it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use catalog::index::{EntityId, EntityView, Snapshot};
use model::view::{Problem, ProblemLevel};
use serde::Deserialize;

/// The sorts of problems, as the catalog page filters by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sort {
    /// Reading or checking the entity failed.
    Error,
    /// Its owner is not in the catalog.
    Owner,
    /// It refers to something that is not in the catalog.
    Dangling,
}

impl Sort {
    pub(crate) const ALL: [Self; 3] = [Self::Error, Self::Owner, Self::Dangling];

    /// The value in the URL.
    pub(crate) const fn value(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Owner => "owner",
            Self::Dangling => "dangling",
        }
    }

    /// The value as people read it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Error => "Cannot be read",
            Self::Owner => "Owner is missing",
            Self::Dangling => "Refers to something missing",
        }
    }
}

/// The relations that an entity itself states, with the words for a problem with them.
const STATED: [(&str, &str); 7] = [
    ("ownedBy", "owner"),
    ("partOf", "system, domain or parent"),
    ("dependsOn", "dependency"),
    ("consumesApi", "consumed API"),
    ("providesApi", "provided API"),
    ("memberOf", "group"),
    ("childOf", "parent group"),
];

/// The entities that have problems, for one snapshot.
#[derive(Debug, Default)]
pub(crate) struct ProblemIndex {
    /// For each entity with problems: their sorts and titles.
    pub(crate) of: HashMap<EntityId, Vec<(Sort, String)>>,
}

impl ProblemIndex {
    /// The titles of an entity's problems.
    pub(crate) fn titles(&self, id: EntityId) -> Vec<String> {
        self.of.get(&id).map(|found| found.iter().map(|(_, title)| title.clone()).collect()).unwrap_or_default()
    }
}

/// Remembers the problems of the latest snapshot.
#[derive(Debug, Default)]
pub(crate) struct ProblemCache {
    latest: Mutex<Option<(Arc<Snapshot>, Arc<ProblemIndex>)>>,
}

impl ProblemCache {
    /// The problems of a snapshot.
    pub(crate) fn of(&self, snapshot: &Arc<Snapshot>) -> Arc<ProblemIndex> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, index)) = &*latest
            && Arc::ptr_eq(known, snapshot)
        {
            return Arc::clone(index);
        }
        let index = Arc::new(find_all(snapshot));
        *latest = Some((Arc::clone(snapshot), Arc::clone(&index)));
        index
    }
}

fn find_all(snapshot: &Snapshot) -> ProblemIndex {
    let mut of = HashMap::new();
    for entity in snapshot.iter() {
        let dangling = entity.relations().any(|relation| relation.target_id().is_none());
        if entity.status().is_none() && !dangling {
            continue;
        }
        let found: Vec<_> = of_entity(&entity).into_iter().map(|(sort, problem)| (sort, problem.title)).collect();
        if !found.is_empty() {
            of.insert(entity.id(), found);
        }
    }
    ProblemIndex { of }
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    message: String,
    #[serde(default)]
    level: String,
}

/// What people can act on: Backstage wraps each error in the name of what found it.
fn innermost(message: &str) -> &str {
    message.rsplit("caused by ").next().unwrap_or(message)
}

/// What is wrong with one entity, the worst first.
pub(crate) fn of_entity(entity: &EntityView<'_>) -> Vec<(Sort, Problem)> {
    let items: Vec<Item> = entity.status().and_then(|status| serde_json::from_slice(status).ok()).unwrap_or_default();
    let is_location = entity.kind().eq_ignore_ascii_case("location");
    let mut out = Vec::new();
    for item in items {
        let (title, fix) = if is_location {
            ("Something in this location cannot be read", "Correct the file that the message names. What it held before is still shown.")
        } else {
            ("The latest version of this entity cannot be used", "Correct its descriptor; this page shows the last version that was good.")
        };
        let level = if item.level == "warning" { ProblemLevel::Warning } else { ProblemLevel::Error };
        out.push((
            Sort::Error,
            Problem { level, title: title.to_owned(), detail: innermost(&item.message).to_owned(), fix: fix.to_owned() },
        ));
    }
    for relation in entity.relations().filter(|relation| relation.target_id().is_none()) {
        let Some((kind, word)) = STATED.into_iter().find(|(kind, _)| *kind == relation.kind) else { continue };
        let target = relation.target;
        let (sort, title) = if kind == "ownedBy" {
            (Sort::Owner, format!("Its owner {target} is not in the catalog"))
        } else {
            (Sort::Dangling, format!("Its {word} {target} is not in the catalog"))
        };
        let fix = format!("Register {target}, or correct the reference in the descriptor.");
        out.push((sort, Problem { level: ProblemLevel::Warning, title, detail: String::new(), fix }));
    }
    out.sort_by_key(|(_, problem)| problem.level);
    out
}
