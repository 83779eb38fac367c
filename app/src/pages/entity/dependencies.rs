//! The graph as large as it gets, how it is drawn, and the same as lists.

use leptos::prelude::*;
use model::view::{EntityTab, EntityView, ExploreQuery, GraphQuery};

use super::{related, tab_href, words};
use crate::{
    components::{Banner, ButtonLink, Choice, EmptyState, Glyph, Look, Segmented, Tone},
    graph::{GraphDrawing, GraphSize},
    text,
};

/// The deepest that the graph goes.
const DEEPEST: u8 = 4;

pub(super) fn dependencies(view: EntityView) -> AnyView {
    let href = tab_href(&view, EntityTab::Dependencies);
    let explorer = ExploreQuery::from(view.header.entity.entity_ref.clone()).href();
    let controls = controls(view.graph.query, &href, explorer);
    let left_out = (view.graph.left_out > 0).then(|| view! { <Banner tone=Tone::Info title=words::left_out(view.graph.left_out)/> });
    let graph = if view.graph.nodes.len() > 1 {
        view! { <GraphDrawing graph=view.graph size=GraphSize::Whole all_href=href/> }.into_any()
    } else {
        view! { <EmptyState title=words::NO_RELATIONS text=words::NO_RELATIONS_HINT/> }.into_any()
    };
    let sections = related::sections(view.sections);
    view! {
        {controls}
        {left_out}
        {graph}
        <div class="related">{sections}</div>
    }
    .into_any()
}

/// Every setting is a link: one click, an address of its own, and no script.
fn controls(query: GraphQuery, path: &str, explorer: String) -> AnyView {
    let at = |query: GraphQuery| format!("{path}?{}", query.query_string());
    let depths =
        (1..=DEEPEST).map(|depth| Choice::new(depth.to_string(), at(GraphQuery { depth, ..query }), depth == query.depth)).collect();
    let direction = |text: &'static str, needs: bool, needed_by: bool| {
        Choice::new(text, at(GraphQuery { needs, needed_by, ..query }), (needs, needed_by) == (query.needs, query.needed_by))
    };
    let directions =
        vec![direction(words::BOTH, true, true), direction(words::NEEDS, true, false), direction(words::NEEDED_BY, false, true)];
    let relation = |text: &'static str, all_relations: bool| {
        Choice::new(text, at(GraphQuery { all_relations, ..query }), all_relations == query.all_relations)
    };
    let relations = vec![relation(words::ONLY_DEPENDENCIES, false), relation(words::EVERYTHING, true)];
    view! {
        <div class="graph-controls">
            <div class="graph-control"><span aria-hidden="true">{words::DEPTH}</span><Segmented label=words::DEPTH choices=depths/></div>
            <div class="graph-control"><span aria-hidden="true">{words::DIRECTION}</span><Segmented label=words::DIRECTION choices=directions/></div>
            <div class="graph-control"><span aria-hidden="true">{words::WHICH}</span><Segmented label=words::WHICH choices=relations/></div>
            <div class="graph-control"><ButtonLink text=text::explore::OPEN_EXPLORER href=explorer look=Look::Quiet glyph=Glyph::Graph/></div>
        </div>
    }
    .into_any()
}
