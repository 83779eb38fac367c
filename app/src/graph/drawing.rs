//! A laid-out graph as SVG. Nodes are links in HTML inside the drawing, so that names are cut, mixed and read as
//! everywhere else; edges lie below them.

#![expect(unreachable_pub, reason = "a component expands to a public function that nothing else can name")]

use leptos::prelude::*;
use model::view::{EntityLink, Graph};

use super::layout::{Content, Input, Layout, Limits, NODE_HEIGHT, NODE_WIDTH, Placed, curve, layout};
use crate::components::{Glyph, Icon};

/// How much room the graph gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphSize {
    /// Beside other things: long columns are cut.
    Small,
    /// The whole page's width: everything shows.
    Whole,
}

impl GraphSize {
    const fn limits(self) -> Limits {
        match self {
            Self::Small => Limits { rows: 7, cut: true },
            Self::Whole => Limits { rows: 28, cut: false },
        }
    }
}

/// The drawing in a box that scrolls, and the same relations as a list below it.
#[component]
pub fn GraphDrawing(
    /// The nodes and edges; the first node is the entity itself.
    graph: Graph,
    /// How much room there is.
    size: GraphSize,
    /// Where everything is shown when some of it is cut off.
    #[prop(into)]
    all_href: String,
) -> impl IntoView {
    let input = Input {
        levels: graph.nodes.iter().map(|node| node.level).collect(),
        edges: graph.edges.iter().map(|edge| (edge.from, edge.to)).collect(),
    };
    let placed = layout(&input, size.limits());
    let name = graph.nodes.first().map(|node| node.entity.title.clone()).unwrap_or_default();
    let label = format!("Relations of {name}");
    let start = placed.boxes.iter().find(|at| at.content == Content::Node(0)).map_or(0, |at| at.x).to_string();
    let (width, height) = (placed.width.to_string(), placed.height.to_string());
    let heads: Vec<_> = placed.columns.iter().filter(|_| !graph.query.all_relations).map(|(level, x)| heading(*level, *x)).collect();
    let edges: Vec<_> = placed.edges.iter().map(|edge| edge_view(&placed, edge.from, edge.to, &labels(&graph, &edge.inputs))).collect();
    let more_href = all_href;
    let boxes: Vec<_> = placed.boxes.iter().map(|at| box_view(&graph, *at, &more_href)).collect();
    let class = if size == GraphSize::Small { "graph graph-small" } else { "graph" };
    view! {
        <div class=class>
            <div class="graph-scroll" role="region" aria-label=label.clone() tabindex="0">
                // Where the box scrolls to at first: a drawing's own elements cannot be told to be that place.
                <div class="graph-start" aria-hidden="true"><svg width=start height="1"></svg><i></i></div>
                <svg class="graph-drawing" role="group" aria-label=label.clone() viewBox=format!("0 0 {width} {height}") width=width height=height>
                    <defs>
                        <marker id="graph-arrow" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="8" markerHeight="8" orient="auto" markerUnits="userSpaceOnUse">
                            <path class="graph-arrow" d="M0.5 0.5 7.5 4 0.5 7.5Z"/>
                        </marker>
                    </defs>
                    {heads}
                    {edges}
                    {boxes}
                </svg>
            </div>
            <RelationList graph/>
        </div>
    }
}

/// What stands over a column of dependencies. Ownership and structure have no word that fits a whole column.
fn heading(level: i32, x: i32) -> AnyView {
    let text = match level {
        0 => return ().into_any(),
        1 => "Needs",
        -1 => "Needed by",
        2.. => "Which needs",
        _ => "And by them",
    };
    view! { <text class="graph-heading" x=x.to_string() y="14" aria-hidden="true">{text}</text> }.into_any()
}

/// What an edge's relations are called, each once.
fn labels(graph: &Graph, edges: &[usize]) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for edge in edges.iter().filter_map(|edge| graph.edges.get(*edge)) {
        if !labels.contains(&&*edge.label) {
            labels.push(&edge.label);
        }
    }
    labels.join(", ")
}

fn edge_view(layout: &Layout, from: usize, to: usize, label: &str) -> AnyView {
    let (Some(from), Some(to)) = (layout.boxes.get(from), layout.boxes.get(to)) else { return ().into_any() };
    let (path, (x, y)) = curve(*from, *to);
    // The wide, invisible curve is what the pointer meets: a line one pixel wide would be hard to point at.
    view! {
        <g class="graph-edge" aria-hidden="true">
            <path class="graph-touch" d=path.clone()><title>{label.to_owned()}</title></path>
            <path class="graph-line" d=path marker-end="url(#graph-arrow)"/>
            <text x=x.to_string() y=(y - 6).to_string()>{label.to_owned()}</text>
        </g>
    }
    .into_any()
}

fn box_view(graph: &Graph, at: Placed, all_href: &str) -> AnyView {
    let content = match at.content {
        Content::Node(index) => match graph.nodes.get(index) {
            Some(node) => node_view(&node.entity, index == 0),
            None => return ().into_any(),
        },
        Content::More(count) => {
            view! { <a class="graph-node graph-more" href=all_href.to_owned()>{format!("{count} more")}</a> }.into_any()
        }
    };
    view! {
        <foreignObject x=at.x.to_string() y=at.y.to_string() width=NODE_WIDTH.to_string() height=NODE_HEIGHT.to_string()>{content}</foreignObject>
    }
    .into_any()
}

fn node_view(entity: &EntityLink, focal: bool) -> AnyView {
    let glyph = Glyph::of_kind(&entity.kind);
    let title = match &entity.spec_type {
        Some(spec_type) => format!("{} · {} {spec_type}", entity.entity_ref, entity.kind),
        None => format!("{} · {}", entity.entity_ref, entity.kind),
    };
    let text = entity.title.clone();
    if !entity.exists {
        return view! {
            <span class="graph-node graph-missing" title=format!("{title} · not in the catalog")><Icon glyph/><span class="graph-name" dir="auto">{text}</span></span>
        }
        .into_any();
    }
    let class = if focal { "graph-node graph-focal" } else { "graph-node" };
    view! {
        <a class=class href=entity.entity_ref.href() title=title aria-current=focal.then_some("true")>
            <Icon glyph/><span class="graph-name" dir="auto">{text}</span>
        </a>
    }
    .into_any()
}

/// The relations in words, folded away: one line for each entity that needs something.
#[component]
fn RelationList(
    /// The nodes and edges.
    graph: Graph,
) -> impl IntoView {
    let lines: Vec<_> = graph
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(index, node)| {
            let needs: Vec<_> = graph
                .edges
                .iter()
                .filter(|edge| edge.from == index && edge.to != index)
                .filter_map(|edge| graph.nodes.get(edge.to).map(|to| (edge.label.clone(), to.entity.clone())))
                .enumerate()
                .map(|(at, (label, to))| view! { {if at > 0 { ", " } else { " " }}{label}" "{plain_link(&to)} })
                .collect();
            (!needs.is_empty()).then(|| view! { <li>{plain_link(&node.entity)}{needs}</li> })
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! { <details class="graph-list"><summary>"These relations as a list"</summary><ul>{lines}</ul></details> }
    })
}

fn plain_link(entity: &EntityLink) -> AnyView {
    let title = entity.title.clone();
    if entity.exists {
        view! { <a class="link" href=entity.entity_ref.href() title=entity.entity_ref.to_string()><bdi>{title}</bdi></a> }.into_any()
    } else {
        view! { <bdi>{title}</bdi>" (not in the catalog)" }.into_any()
    }
}
