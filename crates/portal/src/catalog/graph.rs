//! The relation graph around an entity: nodes in levels, edges that say who needs whom.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
};

use ::catalog::{index::EntityId, relation};
use model::{
    EntityRef,
    view::{Graph, GraphEdge, GraphNode, GraphQuery},
};

use super::Scoped;
use crate::summary::Links;

/// Nodes that a graph shows at most.
const NODES: usize = 120;

/// A relation as an edge: its words, whether it points from who needs to what is needed, and whether it is a dependency.
fn edge_of(kind: &str) -> Option<(Cow<'static, str>, bool, bool)> {
    let (words, needs, dependency) = match kind {
        "dependsOn" => ("depends on", true, true),
        "dependencyOf" => ("depends on", false, true),
        "consumesApi" => ("consumes", true, true),
        "apiConsumedBy" => ("consumes", false, true),
        "apiProvidedBy" => ("is provided by", true, true),
        "providesApi" => ("is provided by", false, true),
        "partOf" => ("is part of", true, false),
        "hasPart" => ("is part of", false, false),
        "ownedBy" => ("is owned by", true, false),
        "ownerOf" => ("is owned by", false, false),
        "memberOf" => ("is a member of", true, false),
        "hasMember" => ("is a member of", false, false),
        "childOf" => ("is a child of", true, false),
        "parentOf" => ("is a child of", false, false),
        _ => {
            let (forward, needs) = relation::forward(kind)?;
            return Some((relation::title(forward).to_lowercase().into(), needs, false));
        }
    };
    Some((words.into(), needs, dependency))
}

/// The graph around an entity, as the query asks.
pub(super) fn around(scoped: &Scoped, id: EntityId, query: GraphQuery, links: &Links<'_>) -> Graph {
    let mut graph = Graph { query, ..Graph::default() };
    let mut places: HashMap<EntityRef, usize> = HashMap::new();
    let start = scoped.snapshot.entity(id).entity_ref();
    places.insert(start, 0);
    graph.nodes.push(GraphNode { entity: links.link(id), level: 0 });
    // What is needed is followed to the right, who needs to the left; from a node on the right nothing leads left again.
    let mut todo = VecDeque::from([(id, 0_i32)]);
    while let Some((at, level)) = todo.pop_front() {
        if level.unsigned_abs() >= u32::from(query.depth) {
            continue;
        }
        let from = places[&scoped.snapshot.entity(at).entity_ref()];
        for relation in scoped.snapshot.entity(at).relations() {
            let Some((label, needs, dependency)) = edge_of(relation.kind) else { continue };
            let wanted = if needs { query.needs && level >= 0 } else { query.needed_by && level <= 0 };
            if !wanted || !(dependency || query.all_relations) {
                continue;
            }
            let Ok(target) = relation.target.parse::<EntityRef>() else { continue };
            let to = match places.get(&target) {
                Some(place) => *place,
                None if graph.nodes.len() >= NODES => {
                    graph.left_out += 1;
                    continue;
                }
                None => {
                    let next = if needs { level + 1 } else { level - 1 };
                    let place = graph.nodes.len();
                    graph.nodes.push(GraphNode { entity: links.target(&target), level: next });
                    places.insert(target, place);
                    if let Some(target) = relation.target_id() {
                        todo.push_back((target, next));
                    }
                    place
                }
            };
            let (from, to) = if needs { (from, to) } else { (to, from) };
            let edge = GraphEdge { from, to, label: label.into_owned() };
            if !graph.edges.contains(&edge) {
                graph.edges.push(edge);
            }
        }
    }
    graph
}
