//! The trail: what the entity needs, the entity, who needs it. One line that one can walk with the arrow keys.

use frontend::TrailWalk;
use leptos::prelude::*;
use model::view::{EntityLink, EntityTab, EntityView};

use super::{tab_href, words};
use crate::{
    components::{EntityLinkView, Glyph, Icon},
    text,
};

/// The trail; nothing for an entity that stands alone, as people and groups do.
pub(super) fn trail(view: &EntityView) -> Option<AnyView> {
    let trail = &view.trail;
    if trail.needs.is_empty() && trail.needed_by.is_empty() {
        return None;
    }
    let all = if view.tabs.contains(&EntityTab::Dependencies) {
        tab_href(view, EntityTab::Dependencies)
    } else {
        view.header.entity.entity_ref.href()
    };
    let entity = &view.header.entity;
    let (needs, needed_by) = (
        side(&trail.needs, trail.more_needs, &all, words::NEEDS_NOTHING),
        side(&trail.needed_by, trail.more_needed_by, &all, words::NEEDED_BY_NOBODY),
    );
    let (href, title) = (entity.entity_ref.href(), entity.title.clone());
    let here = view.tab == EntityTab::Overview;
    Some(
        view! {
            <nav class="trail" aria-label=words::TRAIL>
                <TrailWalk>
                    <div class="trail-line">
                        <div class="trail-side"><span class="trail-label" id="trail-needs">{words::NEEDS}</span><ul aria-labelledby="trail-needs">{needs}</ul></div>
                        <span class="trail-step"><Icon glyph=Glyph::ArrowLeft/></span>
                        <a class="trail-self" href=href aria-current=here.then_some("page")><bdi>{title}</bdi></a>
                        <span class="trail-step"><Icon glyph=Glyph::ArrowRight/></span>
                        <div class="trail-side"><span class="trail-label" id="trail-needed-by">{words::NEEDED_BY}</span><ul aria-labelledby="trail-needed-by">{needed_by}</ul></div>
                    </div>
                </TrailWalk>
            </nav>
        }
        .into_any(),
    )
}

fn side(links: &[EntityLink], more: usize, all: &str, nothing: &'static str) -> Vec<AnyView> {
    if links.is_empty() {
        return vec![view! { <li class="muted">{nothing}</li> }.into_any()];
    }
    let mut out: Vec<AnyView> = links.iter().cloned().map(|link| view! { <li><EntityLinkView link/></li> }.into_any()).collect();
    if more > 0 {
        out.push(view! { <li><a class="more" href=all.to_owned()>{text::and_more(more as u64)}</a></li> }.into_any());
    }
    out
}
