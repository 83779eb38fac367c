//! The first screen.

use leptos::prelude::*;
use model::view::{EntityTab, EntityView};

use super::{about, details, facts, profile, related, tab_href, words};
use crate::graph::{GraphDrawing, GraphSize};

pub(super) fn overview(mut view: EntityView) -> AnyView {
    let facts = facts::facts(&view);
    let profile = profile::profile(&view);
    let about = about::about(&view, facts.is_none());
    let details = details::details(std::mem::take(&mut view.details));
    let explore = view.tabs.contains(&EntityTab::Dependencies).then(|| tab_href(&view, EntityTab::Dependencies));
    // What the drawing cuts off, the longest of the tables below has.
    let longest = view.sections.iter().max_by_key(|section| section.rows.len()).map(|section| format!("#{}", section.id));
    let all_href = explore.clone().or(longest).unwrap_or_default();
    let explore = explore.map(|href| view! { <a class="more" href=href>{words::EXPLORE}</a> });
    let graph = (view.graph.nodes.len() > 1).then(|| {
        view! {
            <section class="entity-graph" aria-labelledby="relations">
                <div class="section-head"><h2 class="section-title" id="relations">{words::RELATIONS}</h2>{explore}</div>
                <GraphDrawing graph=view.graph size=GraphSize::Small all_href/>
            </section>
        }
    });
    let sections = related::sections(view.sections);
    let side = view! { <div class="entity-side">{profile}{about}</div> };
    if graph.is_none() && sections.is_empty() && details.is_empty() {
        return view! { {facts}{side} }.into_any();
    }
    view! {
        {facts}
        <div class="entity-columns">{side}<div class="entity-main">{details}{graph}{sections}</div></div>
    }
    .into_any()
}
