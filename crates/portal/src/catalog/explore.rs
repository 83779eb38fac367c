//! The graph of a whole system, domain, team or of anything: what belongs to it, what is next to it, and in which groups.
//!
//! Nodes come nearest first and are cut at [`MOST_NODES`], so a graph of any size answers from memory in milliseconds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use ::catalog::{
    index::{EntityId, Predicate, RelationView, Visibility},
    relation,
};
use model::{
    EntityRef, PortalError,
    view::{
        EntityLink, ExploreEdge, ExploreGroup, ExploreNode, ExploreQuery, ExploreView, GroupBy, GroupByShown, MOST_NODES, RelationSort,
    },
};

use super::Scoped;
use crate::summary::Links;

/// Starting points that the page offers.
const STARTS: usize = 40;
/// Entities up to which a catalog that is too large to draw is summed up by systems.
const SURVEYED: usize = 30_000;
/// Steps upwards until a system or domain has to be found.
const CLIMB: usize = 6;
/// The key of the group of what is in none.
const NO_GROUP: &str = "-";

/// A relation as an edge: its words, whether it leads from who needs to what is needed, and its sort.
fn edge_of(kind: &str) -> Option<(String, bool, RelationSort)> {
    let (label, needs, sort) = match kind {
        "dependsOn" => ("depends on", true, RelationSort::Depends),
        "dependencyOf" => ("depends on", false, RelationSort::Depends),
        "consumesApi" => ("consumes", true, RelationSort::Apis),
        "apiConsumedBy" => ("consumes", false, RelationSort::Apis),
        "apiProvidedBy" => ("is provided by", true, RelationSort::Apis),
        "providesApi" => ("is provided by", false, RelationSort::Apis),
        "partOf" => ("is part of", true, RelationSort::Parts),
        "hasPart" => ("is part of", false, RelationSort::Parts),
        "ownedBy" => ("is owned by", true, RelationSort::Owners),
        "ownerOf" => ("is owned by", false, RelationSort::Owners),
        "memberOf" => ("is a member of", true, RelationSort::Owners),
        "hasMember" => ("is a member of", false, RelationSort::Owners),
        "childOf" => ("is a child of", true, RelationSort::Owners),
        "parentOf" => ("is a child of", false, RelationSort::Owners),
        _ => {
            let (forward, needs) = relation::forward(kind)?;
            return Some((spoken(forward), needs, RelationSort::Other));
        }
    };
    Some((label.to_owned(), needs, sort))
}

/// `runsOn` as people say it: `runs on`.
fn spoken(kind: &str) -> String {
    let mut out = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The graph that a query asks for.
///
/// # Errors
/// `NotFound` when the query starts from something that the caller cannot see.
pub(super) fn graph(scoped: &Scoped, query: ExploreQuery) -> Result<ExploreView, PortalError> {
    let start = match &query.root {
        Some(root) => Some(find(scoped, root)?),
        None => None,
    };
    Ok(Explorer { scoped, links: Links::new(&scoped.snapshot), sorts: query.shown_relations(), query, start }.view())
}

fn find(scoped: &Scoped, entity: &EntityRef) -> Result<EntityId, PortalError> {
    scoped
        .snapshot
        .find(entity)
        .ok_or_else(|| PortalError::not_found(format!("There is no {entity} in the catalog, so no graph starts from it.")))
}

struct Explorer<'a> {
    scoped: &'a Scoped,
    links: Links<'a>,
    sorts: Vec<RelationSort>,
    query: ExploreQuery,
    start: Option<EntityId>,
}

/// What is in the graph, by name, since relations can lead to what is not in the catalog.
#[derive(Default)]
struct Found {
    places: HashMap<String, usize>,
    nodes: Vec<(EntityLink, Option<EntityId>, bool)>,
    kinds: BTreeMap<String, usize>,
    left_out: HashSet<String>,
}

impl Found {
    fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl Explorer<'_> {
    fn view(self) -> ExploreView {
        let whole = self.start.is_none_or(|start| is_structure(self.kind(start)));
        let (depth, by) = (
            self.query.depth.unwrap_or(if self.start.is_none() {
                0
            } else if whole {
                1
            } else {
                2
            }),
            self.group_by(whole),
        );
        let mut found = Found::default();
        let seeds = self.seeds();
        if self.start.is_none() && seeds.len() > MOST_NODES {
            return self.landscape(&seeds);
        }
        let mut todo = VecDeque::new();
        for id in seeds {
            // What is asked for by name shows whatever kinds are chosen.
            if Some(id) == self.start || self.wanted(self.kind(id), &mut found) {
                self.add(id, true, &mut found);
                todo.push_back((id, 0));
            }
        }
        self.spread(todo, depth, &mut found);
        let edges = self.edges(&found, by);
        let has_other = self.has_other(&found);
        let (groups, group_of) = self.groups(&found, by);
        let nodes =
            found.nodes.into_iter().zip(group_of).map(|((entity, _, inside), group)| ExploreNode { entity, group, inside }).collect();
        ExploreView {
            root: self.start.map(|start| self.links.link(start)),
            depth,
            group: GroupByShown(by),
            nodes,
            edges,
            groups,
            kinds: found.kinds.into_iter().collect(),
            left_out: found.left_out.len(),
            starts: if self.start.is_none() { self.starts() } else { Vec::new() },
            surveyed: None,
            has_other,
            query: self.query,
        }
    }

    /// A catalog that is too large to draw: its systems, and how many relations lead from what is in one to what is in another.
    fn landscape(self, software: &[EntityId]) -> ExploreView {
        let snapshot = &self.scoped.snapshot;
        let mut found = Found::default();
        let mut crossing: BTreeMap<(usize, usize, RelationSort), usize> = BTreeMap::new();
        let mut system_of: HashMap<EntityId, Option<EntityId>> = HashMap::new();
        let mut system = |id: EntityId| *system_of.entry(id).or_insert_with(|| self.group_of(id, GroupBy::System));
        if software.len() <= SURVEYED {
            let mut systems: Vec<EntityId> = software.iter().filter_map(|id| system(*id)).collect::<HashSet<_>>().into_iter().collect();
            systems.sort_by_key(|id| snapshot.entity(*id).canonical());
            for id in systems {
                self.add(id, true, &mut found);
            }
            for id in software {
                let Some(from) = system(*id).and_then(|from| found.place(snapshot.entity(from).canonical())) else { continue };
                for relation in snapshot.entity(*id).relations() {
                    let Some((_, true, sort)) = edge_of(relation.kind) else { continue };
                    let to = relation.target_id().filter(|_| self.sorts.contains(&sort)).and_then(&mut system);
                    if let Some(to) = to.and_then(|to| found.place(snapshot.entity(to).canonical())).filter(|to| *to != from) {
                        *crossing.entry((from, to, sort)).or_default() += 1;
                    }
                }
            }
        }
        let edges = crossing.into_iter().map(|((from, to, sort), count)| ExploreEdge {
            from,
            to,
            sort,
            label: if count == 1 { "1 relation".to_owned() } else { format!("{count} relations") },
        });
        let edges = edges.collect();
        let by = self.query.group.unwrap_or(GroupBy::Domain);
        let (groups, group_of) = self.groups(&found, by);
        let nodes = found.nodes.into_iter().zip(group_of).map(|((entity, _, inside), group)| ExploreNode { entity, group, inside });
        let nodes: Vec<ExploreNode> = nodes.collect();
        ExploreView {
            depth: 0,
            group: GroupByShown(by),
            edges,
            groups,
            surveyed: Some(software.len()),
            starts: self.starts(),
            nodes,
            query: self.query,
            ..ExploreView::default()
        }
    }

    fn kind(&self, id: EntityId) -> &str {
        self.scoped.snapshot.entity(id).kind()
    }

    fn group_by(&self, whole: bool) -> GroupBy {
        self.query.group.unwrap_or(if whole { GroupBy::System } else { GroupBy::Nothing })
    }

    /// What the graph starts from: the parts of a system or domain, what a team or person owns, or the one thing.
    fn seeds(&self) -> Vec<EntityId> {
        let snapshot = &self.scoped.snapshot;
        let Some(start) = self.start else {
            let software = Predicate::one_of("kind", ["component", "api", "resource"]);
            let mut all: Vec<EntityId> = snapshot.matching(&software, &Visibility::All).iter().collect();
            // Ids depend on what changed when; names don't.
            all.sort_by_key(|id| snapshot.entity(*id).canonical());
            return all;
        };
        let kind = self.kind(start).to_lowercase();
        let down: &[&str] = match kind.as_str() {
            "system" | "domain" => &["hasPart"],
            "group" => &["ownerOf", "parentOf", "hasPart"],
            "user" => &["ownerOf", "memberOf", "hasPart"],
            _ => return vec![start],
        };
        let structure = self.sorts.iter().any(|sort| matches!(sort, RelationSort::Parts | RelationSort::Owners));
        let (mut out, mut seen, mut todo) = (Vec::new(), HashSet::from([start]), VecDeque::from([start]));
        while let Some(id) = todo.pop_front() {
            if structure || !is_structure(self.kind(id)) {
                out.push(id);
            }
            let below = snapshot.entity(id).relations().filter(|relation| down.contains(&relation.kind));
            for next in below.filter_map(RelationView::target_id) {
                if seen.insert(next) {
                    todo.push_back(next);
                }
            }
        }
        out
    }

    /// Counts an entity of this kind, and says whether the chosen kinds have it.
    fn wanted(&self, kind: &str, found: &mut Found) -> bool {
        let kind = kind.to_lowercase();
        let shown = self.query.shows_kind(&kind);
        *found.kinds.entry(kind).or_default() += 1;
        shown
    }

    fn add(&self, id: EntityId, inside: bool, found: &mut Found) -> bool {
        let name = self.scoped.snapshot.entity(id).canonical();
        if found.places.contains_key(name) {
            return true;
        }
        if found.nodes.len() >= MOST_NODES {
            found.left_out.insert(name.to_owned());
            return false;
        }
        found.places.insert(name.to_owned(), found.nodes.len());
        found.nodes.push((self.links.link(id), Some(id), inside));
        true
    }

    /// Follows the relations outwards, the nearest first.
    fn spread(&self, mut todo: VecDeque<(EntityId, u8)>, depth: u8, found: &mut Found) {
        let mut refused: HashSet<String> = HashSet::new();
        while let Some((at, level)) = todo.pop_front() {
            for relation in self.scoped.snapshot.entity(at).relations() {
                let Some((_, needs, sort)) = edge_of(relation.kind) else { continue };
                if !self.sorts.contains(&sort) || found.places.contains_key(relation.target) || refused.contains(relation.target) {
                    continue;
                }
                let Some(target) = relation.target_id() else {
                    // A reference to nothing is a finding of its own: it shows beside what it comes from.
                    let kind = relation.target.split(':').next().unwrap_or_default();
                    if needs && level == 0 && self.wanted(kind, found) {
                        self.add_missing(relation.target, found);
                    }
                    continue;
                };
                if level >= depth {
                    continue;
                }
                if !self.wanted(self.kind(target), found) {
                    refused.insert(relation.target.to_owned());
                } else if self.add(target, false, found) {
                    todo.push_back((target, level + 1));
                }
            }
        }
    }

    fn add_missing(&self, target: &str, found: &mut Found) {
        if found.nodes.len() < MOST_NODES
            && let Ok(reference) = target.parse::<EntityRef>()
        {
            found.places.insert(target.to_owned(), found.nodes.len());
            found.nodes.push((self.links.target(&reference), None, false));
        }
    }

    /// Every drawn relation once, from who needs to what is needed. What a box says already is not drawn as well.
    fn edges(&self, found: &Found, by: GroupBy) -> Vec<ExploreEdge> {
        let mut edges = Vec::new();
        for (from, (_, id, _)) in found.nodes.iter().enumerate() {
            let Some(id) = id else { continue };
            let own = self.group_of(*id, by);
            let mut seen = BTreeSet::new();
            for relation in self.scoped.snapshot.entity(*id).relations() {
                let Some((label, true, sort)) = edge_of(relation.kind) else { continue };
                let Some(to) = found.places.get(relation.target).copied() else { continue };
                let boxed =
                    matches!(sort, RelationSort::Parts | RelationSort::Owners) && relation.target_id().is_some_and(|to| Some(to) == own);
                if to != from && !boxed && self.sorts.contains(&sort) && seen.insert((to, sort, label.clone())) {
                    edges.push(ExploreEdge { from, to, sort, label });
                }
            }
        }
        edges
    }

    /// Whether any entity of the graph has a relation that configuration declares.
    fn has_other(&self, found: &Found) -> bool {
        let of = |id: EntityId| self.scoped.snapshot.entity(id).relations();
        found
            .nodes
            .iter()
            .filter_map(|(_, id, _)| *id)
            .any(|id| of(id).any(|relation| edge_of(relation.kind).is_some_and(|(_, _, sort)| sort == RelationSort::Other)))
    }

    /// The groups by title, and each node's.
    fn groups(&self, found: &Found, by: GroupBy) -> (Vec<ExploreGroup>, Vec<Option<usize>>) {
        if by == GroupBy::Nothing {
            return (Vec::new(), vec![None; found.nodes.len()]);
        }
        let ids: Vec<Option<EntityId>> = found.nodes.iter().map(|(_, id, _)| id.and_then(|id| self.group_of(id, by))).collect();
        let mut known: Vec<(String, String, EntityId)> = ids
            .iter()
            .flatten()
            .collect::<HashSet<_>>()
            .into_iter()
            .map(|id| (self.links.link(*id).title, self.scoped.snapshot.entity(*id).canonical().to_owned(), *id))
            .collect();
        known.sort_unstable();
        let places: HashMap<EntityId, usize> = known.iter().enumerate().map(|(at, (_, _, id))| (*id, at)).collect();
        let mut groups: Vec<ExploreGroup> =
            known.into_iter().map(|(_, key, id)| ExploreGroup { key, entity: Some(self.links.link(id)) }).collect();
        if groups.is_empty() {
            return (groups, vec![None; found.nodes.len()]);
        }
        let none = groups.len();
        let of: Vec<Option<usize>> = ids.iter().map(|id| Some(id.map_or(none, |id| places[&id]))).collect();
        if of.contains(&Some(none)) {
            groups.push(ExploreGroup { key: NO_GROUP.to_owned(), entity: None });
        }
        (groups, of)
    }

    /// The system, domain or owner of an entity; a system, domain or group is in its own box.
    fn group_of(&self, id: EntityId, by: GroupBy) -> Option<EntityId> {
        let wanted = match by {
            GroupBy::Nothing => return None,
            GroupBy::System => "system",
            GroupBy::Domain => "domain",
            GroupBy::Owner => {
                let owned = self.up(id, "ownedBy");
                return owned.or_else(|| matches!(self.kind(id).to_lowercase().as_str(), "group" | "user").then_some(id));
            }
        };
        let mut at = id;
        for _ in 0..CLIMB {
            if self.kind(at).eq_ignore_ascii_case(wanted) {
                return Some(at);
            }
            let parts = || self.scoped.snapshot.entity(at).relations().filter(|relation| relation.kind == "partOf");
            let named = parts().find(|relation| relation.target.split(':').next() == Some(wanted));
            at = named.and_then(RelationView::target_id).or_else(|| parts().find_map(RelationView::target_id))?;
        }
        None
    }

    fn up(&self, id: EntityId, kind: &str) -> Option<EntityId> {
        self.scoped.snapshot.entity(id).relations().filter(|relation| relation.kind == kind).find_map(RelationView::target_id)
    }

    /// Domains to start from; systems where there are none.
    fn starts(&self) -> Vec<EntityLink> {
        let of_kind = |kind: &str| -> Vec<EntityLink> {
            let found = self.scoped.snapshot.matching(&Predicate::equals("kind", kind), &Visibility::All);
            found.iter().map(|id| self.links.link(id)).collect()
        };
        let mut starts = of_kind("domain");
        if starts.is_empty() {
            starts = of_kind("system");
        }
        starts.sort_by_cached_key(|link| (link.title.to_lowercase(), link.entity_ref.to_string()));
        starts.truncate(STARTS);
        starts
    }
}

fn is_structure(kind: &str) -> bool {
    ["system", "domain", "group", "user"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}
