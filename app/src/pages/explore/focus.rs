//! What has the focus: what it is, what it needs, who needs it, and where to go from it.

use leptos::prelude::*;
use model::view::{EntityLink, ExploreQuery, ExploreView};

use super::links;
use crate::{
    components::{ButtonLink, Glyph, Icon, QuickCard},
    graph::{fold::is, map::Map},
    text::explore as words,
};

/// Neighbours of one side that the panel names.
const SHOWN: usize = 12;

pub(super) fn panel(view: &ExploreView, _map: &Map) -> Option<AnyView> {
    let focus = view.query.focus.as_deref()?;
    let at = view.nodes.iter().position(|node| is(&node.entity.entity_ref.to_string(), focus))?;
    let entity = view.nodes[at].entity.clone();
    let needs = neighbours(view, at, true);
    let needed_by = neighbours(view, at, false);
    let nothing = (needs.is_empty() && needed_by.is_empty()).then(|| view! { <p class="quiet">{words::NO_NEIGHBOURS}</p> });
    let start = ExploreQuery { relations: view.query.relations.clone(), ..ExploreQuery::from(entity.entity_ref.clone()) };
    let buttons = entity.exists.then(|| {
        view! {
            <div class="actions">
                <ButtonLink text=words::OPEN_PAGE href=entity.entity_ref.href()/>
                <ButtonLink text=words::START_HERE href=start.href() glyph=Glyph::Graph/>
            </div>
        }
    });
    let clear = view.query.focused(None).href();
    Some(
        view! {
            <aside class="explore-focus" aria-label=words::FOCUS>
                <a class="button button-quiet button-icon explore-clear" href=clear aria-label=words::CLEAR_FOCUS title=words::CLEAR_FOCUS><Icon glyph=Glyph::Close/></a>
                <QuickCard link=entity.clone()/>
                {buttons}
                {side("focus-needs", words::NEEDS, needs)}
                {side("focus-needed-by", words::NEEDED_BY, needed_by)}
                {nothing}
            </aside>
        }
        .into_any(),
    )
}

/// What the entity needs, or who needs it, each once.
pub(super) fn neighbours(view: &ExploreView, at: usize, needs: bool) -> Vec<EntityLink> {
    let mut out: Vec<usize> = view
        .edges
        .iter()
        .filter_map(|edge| match needs {
            true => (edge.from == at).then_some(edge.to),
            false => (edge.to == at).then_some(edge.from),
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out.into_iter().map(|node| view.nodes[node].entity.clone()).collect()
}

fn side(id: &'static str, title: &'static str, entities: Vec<EntityLink>) -> Option<AnyView> {
    let more = entities.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| view! { <li class="muted small">{crate::text::and_more(more as u64)}</li> });
    (!entities.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id>
                <h2 class="section-title" id=id>{title}<span class="count">{entities.len()}</span></h2>
                <ul class="entity-list">{links(entities.into_iter().take(SHOWN))}{more}</ul>
            </section>
        }
        .into_any()
    })
}
