//! The graph explorer: where it starts, what it shows, the drawing or the same as a table, and what has the focus.
//!
//! Every choice is a link or a plain form, so each picture has an address. The island adds the keyboard and zooming.

mod controls;
mod focus;
mod table;

use frontend::GraphWalk;
use leptos::prelude::*;
use model::view::{ExploreQuery, ExploreView};

use crate::{
    components::{Banner, ButtonLink, EmptyState, EntityLinkView, Glyph, Icon, Look, Tone},
    graph::{
        fold::folded,
        map::{Content, Map, map},
        picture,
    },
    text::explore as words,
};

/// The heading, for the browser's tab too.
pub fn heading(view: &ExploreView) -> String {
    view.root.as_ref().map_or_else(|| words::WHOLE.to_owned(), |root| root.title.clone())
}

/// What stands in `<main>`.
pub fn explore(view: ExploreView) -> impl IntoView {
    let title = heading(&view);
    let summary = match view.surveyed {
        Some(_) => words::systems(view.nodes.len()),
        None => words::summary(view.nodes.len(), view.edges.len(), view.groups.len()),
    };
    let icon = view.root.as_ref().map(|root| view! { <Icon glyph=Glyph::of_kind(&root.kind)/> });
    let open = view.root.as_ref().map(|root| view! { <ButtonLink text=words::OPEN_PAGE href=root.entity_ref.href() look=Look::Quiet/> });
    let body = if view.nodes.is_empty() {
        empty(&view)
    } else if view.query.table {
        table::table(&view)
    } else {
        drawing(&view, &title)
    };
    view! {
        <div class="page-head explore-title">
            <h1 class="title" dir="auto">{icon}{title}</h1>
            <span class="muted">{summary}</span>
            <div class="actions">{open}{controls::form(&view)}</div>
        </div>
        {controls::start(&view)}
        {controls::controls(&view)}
        {notes(&view)}
        {body}
    }
}

fn notes(view: &ExploreView) -> Vec<AnyView> {
    let mut out = Vec::new();
    if let Some(count) = view.surveyed.filter(|_| !view.nodes.is_empty()) {
        out.push(view! { <Banner tone=Tone::Info title=words::surveyed(count)/> }.into_any());
    }
    if view.left_out > 0 {
        out.push(view! { <Banner tone=Tone::Info title=words::left_out(view.left_out)/> }.into_any());
    }
    out
}

fn empty(view: &ExploreView) -> AnyView {
    if let Some(count) = view.surveyed {
        return view! { <EmptyState title=words::too_large(count) text=words::TOO_LARGE_HINT/> }.into_any();
    }
    let all = ExploreQuery { kinds: Vec::new(), relations: None, focus: None, ..view.query.clone() };
    view! { <EmptyState title=words::EMPTY text=words::EMPTY_HINT><ButtonLink text=words::EMPTY_RESET href=all.href()/></EmptyState> }
        .into_any()
}

fn drawing(view: &ExploreView, title: &str) -> AnyView {
    let folded = folded(view);
    let map = map(view, &folded);
    let label = words::drawing_of(title);
    let svg = picture(view, &folded, &map, &label);
    let (x, y) = start(view, &map);
    let clear = view.query.focus.is_some().then(|| view.query.focused(None).href());
    let tool = |act: &'static str, label: &'static str, glyph: Glyph| {
        view! {
            <button class="button button-icon" type="button" data-zoom=act aria-label=label title=label hidden=true><Icon glyph/></button>
        }
    };
    view! {
        <div class="explore">
            <GraphWalk>
                <div class="explore-box">
                    <div class="explore-scroll" role="region" aria-label=label tabindex="0" data-clear=clear>
                        // Where the box scrolls to at first: a drawing's own elements cannot be told to be that place.
                        <div class="explore-start" aria-hidden="true"><svg width=x height=y></svg><i></i></div>
                        <div inner_html=svg></div>
                    </div>
                    <div class="explore-tools" role="group" aria-label=words::TOOLS>
                        {tool("in", words::ZOOM_IN, Glyph::Plus)}
                        {tool("out", words::ZOOM_OUT, Glyph::Minus)}
                        {tool("fit", words::ZOOM_FIT, Glyph::Fit)}
                    </div>
                </div>
            </GraphWalk>
            {focus::panel(view, &map)}
        </div>
        <p class="explore-keys muted small">{words::KEYS}</p>
    }
    .into_any()
}

/// The place that shows first: what has the focus, else what the graph starts from, else the top in the middle.
fn start(view: &ExploreView, map: &Map) -> (String, String) {
    let focus = view.query.focus.clone().or_else(|| view.root.as_ref().map(|root| root.entity_ref.to_string()));
    let at = focus.and_then(|focus| {
        map.boxes.iter().find(|at| match at.content {
            Content::Node(node) => view.nodes[node].entity.entity_ref.to_string().eq_ignore_ascii_case(&focus),
            Content::Group(group) => view.groups[group].key.eq_ignore_ascii_case(&focus),
        })
    });
    let (x, y) = at.map_or((map.width / 2, 0), |at| (at.at.x + at.at.width / 2, at.at.y));
    (x.to_string(), y.to_string())
}

/// Links to entities side by side.
fn links(entities: impl Iterator<Item = model::view::EntityLink>) -> Vec<impl IntoView> {
    entities.map(|link| view! { <li><EntityLinkView link/></li> }).collect()
}
