//! The Problems page: what is wrong, by whose it is to mend.
//!
//! Every filter is a link and every state has an address, as in the catalog's list.

mod filters;

use leptos::prelude::*;
use model::view::{PROBLEMS_PAGE, ProblemGroup, ProblemLevel, ProblemOwner, ProblemRow, ProblemSort, ProblemsQuery, ProblemsView};

use super::entity::is_web;
use crate::{
    components::{ButtonLink, Chip, Choice, Count, EmptyState, EntityLinkView, Glyph, Icon, Pager, Segmented, Tabs, Tone},
    text::{self, problems as words},
};

/// What stands in `<main>`.
pub fn problems(view: ProblemsView) -> impl IntoView {
    let tabs = tabs(&view);
    let head = view! {
        <div class="page-head"><h1 class="title">{words::TITLE}<Count count=view.total/></h1></div>
        <p class="lead">{words::LEAD}</p>
    };
    if view.everybodys == 0 && !view.query.is_filtered() {
        return view! { {head}<EmptyState title=words::NONE text=words::NONE_HINT/> }.into_any();
    }
    view! {
        {head}
        {tabs}
        <div class="catalog">
            {filters::rail(&view)}
            <div class="catalog-main">
                {toolbar(&view)}
                {results(view)}
            </div>
        </div>
    }
    .into_any()
}

fn tabs(view: &ProblemsView) -> AnyView {
    let to = |sort: Option<ProblemSort>| ProblemsQuery { sort, page: 1, ..view.query.clone() };
    let all: u64 = view.sorts.iter().map(|(_, count)| count).sum();
    let mut choices = vec![Choice::new(text::EVERYBODYS, to(None).href(), view.query.sort.is_none()).count(all)];
    let shown = view.sorts.iter().filter(|(sort, count)| *count > 0 || view.query.sort == Some(*sort));
    choices
        .extend(shown.map(|(sort, count)| Choice::new(sort.label(), to(Some(*sort)).href(), view.query.sort == Some(*sort)).count(*count)));
    view! { <div class="problem-sorts"><Tabs label=words::SORTS choices/></div> }.into_any()
}

fn toolbar(view: &ProblemsView) -> AnyView {
    let whose = |owner: ProblemOwner| ProblemsQuery { owner, page: 1, ..view.query.clone() }.href();
    let segmented = view.mine.map(|mine| {
        let choices = vec![
            Choice::new(words::MINE, whose(ProblemOwner::Mine), view.query.owner == ProblemOwner::Mine).count(mine),
            Choice::new(words::EVERYBODYS, whose(ProblemOwner::Anyone), view.query.owner == ProblemOwner::Anyone).count(view.everybodys),
        ];
        view! { <Segmented label=words::WHOSE choices/> }
    });
    view! {
        <div class="toolbar">
            {segmented}
            <button class="button filters-button" type="button" popovertarget="filters"><Icon glyph=Glyph::Filter/>{text::FILTERS}</button>
            {chips(view)}
        </div>
    }
    .into_any()
}

fn chips(view: &ProblemsView) -> AnyView {
    let query = &view.query;
    let without = |query: ProblemsQuery| ProblemsQuery { page: 1, ..query }.href();
    let mut chips = Vec::new();
    let owner = match &query.owner {
        ProblemOwner::Anyone | ProblemOwner::Mine => None,
        ProblemOwner::Nobody => Some(words::NOBODY.to_owned()),
        ProblemOwner::One(owner) => {
            let known = view.owners.iter().find(|(link, _)| link.entity_ref == *owner);
            Some(known.map_or_else(|| owner.to_string(), |(link, _)| link.title.clone()))
        }
    };
    if let Some(value) = owner {
        let href = without(ProblemsQuery { owner: ProblemOwner::Anyone, ..query.clone() });
        chips.push(view! { <Chip label=words::OWNERS value remove_href=href/> }.into_any());
    }
    if let Some(kind) = &query.kind {
        let known = view.kinds.iter().find(|(value, ..)| value == kind);
        let value = known.map_or_else(|| kind.clone(), |(_, label, _)| label.clone());
        let href = without(ProblemsQuery { kind: None, ..query.clone() });
        chips.push(view! { <Chip label=words::KINDS value remove_href=href/> }.into_any());
    }
    if let Some(location) = &query.location {
        let value = view.location.clone().unwrap_or_else(|| location.clone());
        let href = without(ProblemsQuery { location: None, ..query.clone() });
        chips.push(view! { <Chip label=words::LOCATION value remove_href=href/> }.into_any());
    }
    (!chips.is_empty()).then(|| view! { <div class="chips" role="group" aria-label=text::CHOSEN_FILTERS>{chips}</div> }).into_any()
}

fn results(view: ProblemsView) -> AnyView {
    if view.groups.is_empty() {
        return view! {
            <EmptyState title=words::NO_MATCH text=words::NO_MATCH_HINT>
                <ButtonLink text=words::SHOW_ALL href="/problems"/>
            </EmptyState>
        }
        .into_any();
    }
    let ProblemsView { query, groups, total, .. } = view;
    let groups: Vec<_> = groups.into_iter().enumerate().map(|(at, found)| group(at, found)).collect();
    let page = query.page;
    view! {
        {groups}
        <Pager page size=PROBLEMS_PAGE total href=Box::new(move |page| ProblemsQuery { page, ..query.clone() }.href())/>
    }
    .into_any()
}

fn group(at: usize, group: ProblemGroup) -> AnyView {
    let id = format!("owner-{at}");
    let labelled = id.clone();
    let owner = match group.owner {
        Some(link) => view! { <EntityLinkView link/> }.into_any(),
        None => words::UNOWNED.into_any(),
    };
    let yours = group.mine.then(|| view! { <span class="muted small">{words::YOURS}</span> });
    let rows: Vec<_> = group.rows.into_iter().map(row).collect();
    view! {
        <section class="problem-group" aria-labelledby=labelled>
            <div class="section-head"><h2 class="section-title" id=id>{owner}</h2>{yours}</div>
            <ul class="problem-list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(row: ProblemRow) -> AnyView {
    let ProblemRow { item, entity, location, file_href } = row;
    let tone = match item.level {
        ProblemLevel::Error => Tone::Danger,
        ProblemLevel::Warning => Tone::Warning,
    };
    let entity = entity.map(|link| view! { <EntityLinkView link/> });
    let has_subject = entity.is_some();
    let sort = view! { <span class="muted small">{item.sort.label()}</span> };
    let subject = has_subject.then(|| view! { <p class="problem-subject">{entity}{sort}</p> });
    let detail = (!item.detail.is_empty()).then(|| view! { <p class="problem-detail break" dir="auto">{item.detail.clone()}</p> });
    let place = item.file.clone().map(|file| {
        let text = words::place(&file, item.line);
        match file_href.filter(|href| is_web(href)) {
            Some(href) => view! { <a class="link mono" dir="ltr" href=href rel="noopener noreferrer">{text}</a> }.into_any(),
            None => view! { <span class="mono" dir="ltr">{text}</span> }.into_any(),
        }
    });
    let held = item.sort == ProblemSort::Held;
    let location = item.location.clone().map(|id| {
        let words = if held { words::REVIEW_LOSS } else { words::OPEN_LOCATION };
        view! { <a class="link" href=format!("/locations/{id}") title=location>{words}</a> }
    });
    let where_ = (place.is_some() || location.is_some()).then(|| view! { <p class="problem-place small break">{place}{location}</p> });
    view! {
        <li class=format!("problem {}", tone.class())>
            {tone.glyph().map(|glyph| view! { <Icon glyph/> })}
            <div class="problem-text">
                {subject}
                <p class="problem-title" dir="auto">{item.title.clone()}</p>
                {detail}
                <p class="problem-do" dir="auto">{item.fix.clone()}</p>
                {where_}
            </div>
        </li>
    }
    .into_any()
}
