//! What stands above an entity's tabs: the way here, what it is, and what one can open or do.

use frontend::{CopyButton, StarButton};
use leptos::prelude::*;
use model::view::{CompareView, EditAccess, EntityTab, EntityView, ExploreQuery, Frame, Link, Problem, ProblemLevel};

use super::{profile, tab_href, words};
use crate::{
    components::{Badge, Banner, Breadcrumbs, ButtonLink, Crumb, Glyph, Icon, Look, Menu, Tone},
    text,
};

/// The id of the element that holds the entity's full name.
const NAME: &str = "entity-ref";
/// Problems shown in full; the rest is folded.
const SHOWN: usize = 2;

pub(super) fn header(frame: &Frame, view: &EntityView) -> AnyView {
    let head = &view.header;
    let entity = &head.entity;
    let name = entity.entity_ref.to_string();
    let crumbs: Vec<Crumb> = head.breadcrumbs.iter().cloned().map(Crumb::from).collect();
    let spec_type = head.spec_type.clone().map(|spec_type| view! { <span class="dot" dir="auto">{spec_type}</span> });
    let lifecycle = head.lifecycle.clone().map(|lifecycle| {
        let tone = Tone::of_lifecycle(&lifecycle);
        if tone == Tone::Neutral {
            view! { <span class="dot" dir="auto">{lifecycle}</span> }.into_any()
        } else {
            view! { <Badge text=lifecycle tone/> }.into_any()
        }
    });
    let star = head.starred.map(|starred| {
        view! { <StarButton entity=name.clone() title=entity.title.clone() starred return_to=frame.path.clone()/> }
    });
    let description = if head.description.trim().is_empty() {
        view! { <p class="entity-description muted">{words::NO_DESCRIPTION}</p> }.into_any()
    } else {
        view! { <p class="entity-description" dir="auto">{head.description.clone()}</p> }.into_any()
    };
    view! {
        <Breadcrumbs crumbs/>
        <div class="entity-head">
            <div class="entity-title-row">
                {profile::picture(view)}
                <h1 class="title" dir="auto">{entity.title.clone()}</h1>
                {star}
            </div>
            <div class="actions entity-actions">{actions(view)}</div>
            <div class="entity-kind">
                <span class="entity-kind-name"><Icon glyph=Glyph::of_kind(&entity.kind)/>{entity.kind.clone()}</span>
                {spec_type}
                {lifecycle}
                <span class="entity-ref"><code id=NAME dir="ltr">{name}</code><CopyButton target=NAME.to_owned() what="name".to_owned()/></span>
            </div>
        </div>
        {description}
        {problems(&view.problems)}
    }
    .into_any()
}

/// Documentation, definition or APIs, source: what one most likely came for.
fn actions(view: &EntityView) -> Vec<AnyView> {
    let head = &view.header;
    let mut out = Vec::new();
    let docs = view.about.links.iter().find(|link| is_docs(link) && is_web(&link.url));
    if let Some(link) = docs {
        out.push(view! { <ButtonLink text=words::DOCS href=link.url.clone() glyph=Glyph::Docs external=true/> }.into_any());
    }
    if let Some(href) = provided(view) {
        out.push(view! { <ButtonLink text=words::API href glyph=Glyph::Api/> }.into_any());
    }
    if let Some(href) = head.view_source.clone().filter(|href| is_web(href)) {
        out.push(view! { <ButtonLink text=words::SOURCE href glyph=Glyph::Source external=true/> }.into_any());
    }
    if let Some(href) = head.edit_source.clone().filter(|href| is_web(href)) {
        out.push(view! { <ButtonLink text=words::EDIT href look=Look::Quiet glyph=Glyph::Edit external=true/> }.into_any());
    }
    let edit = match head.edit {
        EditAccess::No => None,
        EditAccess::Entity => Some(text::edit::EDIT),
        EditAccess::Overlay => Some(text::edit::EDIT_OVERLAY),
    };
    if let Some(text) = edit {
        let href = format!("{}/edit", head.entity.entity_ref.href());
        out.push(view! { <ButtonLink text href look=Look::Quiet glyph=Glyph::Edit/> }.into_any());
    }
    let (graph, compare) = (ExploreQuery::from(head.entity.entity_ref.clone()).href(), CompareView::href(&head.entity.entity_ref, None));
    let more = view! {
        <Menu id="more-actions" text=text::compare::MORE_ACTIONS glyph=Glyph::More look=Look::Quiet icon_only=true>
            <a class="menu-item" href=graph><Icon glyph=Glyph::Graph/>{text::explore::OPEN_EXPLORER}</a>
            <a class="menu-item" href=compare><Icon glyph=Glyph::Compare/>{text::compare::COMPARE_WITH}</a>
        </Menu>
    };
    out.push(more.into_any());
    out
}

/// Where the API that it provides is defined; the list of them when there are several.
fn provided(view: &EntityView) -> Option<String> {
    let mut apis = view.trail.needed_by.iter().filter(|link| link.exists && link.entity_ref.kind().eq_ignore_ascii_case("api"));
    let first = apis.next().filter(|_| view.tabs.contains(&EntityTab::Apis))?;
    let only = apis.next().is_none() && view.trail.more_needed_by == 0;
    Some(if only { format!("{}/{}", first.entity_ref.href(), EntityTab::Definition.path()) } else { tab_href(view, EntityTab::Apis) })
}

fn is_docs(link: &Link) -> bool {
    matches!(link.icon.as_deref(), Some("docs" | "techdocs")) || link.title.eq_ignore_ascii_case("docs")
}

/// Whether an address may become a link: the web's and mail's; anything else (`javascript:`) is shown as text.
pub(crate) fn is_web(href: &str) -> bool {
    let starts = |scheme: &str| href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts("https://") || starts("http://") || starts("mailto:") || (href.starts_with('/') && !href.starts_with("//"))
}

/// What is wrong, the first few in full.
fn problems(problems: &[Problem]) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let (shown, folded) = problems.split_at(problems.len().min(SHOWN));
    let folded = (!folded.is_empty()).then(|| {
        view! {
            <details class="more-problems"><summary class="more">{words::more_problems(folded.len())}</summary>{banners(folded)}</details>
        }
    });
    Some(view! { <div class="problems">{banners(shown)}{folded}</div> }.into_any())
}

fn banners(problems: &[Problem]) -> Vec<AnyView> {
    problems
        .iter()
        .cloned()
        .map(|problem| {
            let tone = match problem.level {
                ProblemLevel::Error => Tone::Danger,
                ProblemLevel::Warning => Tone::Warning,
            };
            let detail = (!problem.detail.is_empty()).then(|| view! { <p class="break" dir="auto">{problem.detail}</p> });
            let fix = (!problem.fix.is_empty()).then(|| view! { <p class="problem-fix" dir="auto">{problem.fix}</p> });
            view! { <Banner tone title=problem.title>{detail}{fix}</Banner> }.into_any()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_web;

    #[test]
    fn only_safe_addresses_become_links() {
        let check = |href, expected| assert_eq!(is_web(href), expected, "{href}");
        check("https://example.com", true);
        check("HTTP://example.com", true);
        check("mailto:a@example.com", true);
        check("/catalog", true);
        check("//example.com", false);
        check("javascript:alert(1)", false);
        check("data:text/html,x", false);
        check("", false);
    }
}
