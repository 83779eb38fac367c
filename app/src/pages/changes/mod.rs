//! *What changed*: the history of the whole catalog, or of what is around one entity, by day.

mod entry;

use leptos::prelude::*;
use model::view::{ChangeAction, ChangesQuery, ChangesView};

use crate::{
    components::{Breadcrumbs, ButtonLink, Chip, Choice, Crumb, EmptyState, HiddenFields, Segmented},
    text::{self, changes as words},
};

/// The heading.
pub fn heading(view: &ChangesView) -> String {
    view.about.as_ref().map_or_else(|| words::TITLE.to_owned(), |about| words::around(&about.title))
}

/// What stands in `<main>`.
pub fn changes(view: ChangesView) -> impl IntoView {
    let title = heading(&view);
    let crumbs: Vec<Crumb> = view.about.iter().cloned().map(Crumb::from).collect();
    let lead = view.about.is_none().then(|| view! { <p class="lead">{words::LEAD}</p> });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title" dir="auto">{title}</h1></div>
        {lead}
        {toolbar(&view)}
        {list(&view, false)}
        {pager(&view, |query| query.href())}
    }
}

/// The days with what happened in them. On an entity's own page its name is not repeated.
pub(crate) fn list(view: &ChangesView, own: bool) -> AnyView {
    if view.days.is_empty() {
        return empty(view, own);
    }
    let today = view.now.rfc3339().get(..10).unwrap_or_default().to_owned();
    let days: Vec<_> = view
        .days
        .iter()
        .map(|day| {
            let id = format!("day-{}", day.date);
            let (heading, labelled) = (words::day(&day.date, &today), id.clone());
            let entries: Vec<_> = day.entries.iter().map(|change| entry::entry(change, view.now, own)).collect();
            view! {
                <section class="change-day" aria-labelledby=labelled>
                    <h2 class="section-title" id=id>{heading}</h2>
                    <ol class="timeline change-list">{entries}</ol>
                </section>
            }
        })
        .collect();
    view! { <div class="changes">{days}</div> }.into_any()
}

/// Further back, and back to the latest.
pub(crate) fn pager(view: &ChangesView, href: impl Fn(&ChangesQuery) -> String) -> AnyView {
    let newest = view.query.before.is_some().then(|| view! { <ButtonLink text=words::NEWEST href=href(&view.query.first())/> });
    let older = view.next.clone().map(|before| {
        let href = href(&ChangesQuery { before: Some(before), ..view.query.clone() });
        view! { <ButtonLink text=words::OLDER href/> }
    });
    let stopped = view.stopped.then(|| view! { <p class="quiet">{words::STOPPED}</p> });
    (newest.is_some() || older.is_some() || view.stopped)
        .then(|| view! { {stopped}<nav class="actions change-pager" aria-label=text::PAGES>{newest}{older}</nav> })
        .into_any()
}

fn empty(view: &ChangesView, own: bool) -> AnyView {
    if own {
        return view! { <EmptyState title=words::NO_HISTORY/> }.into_any();
    }
    if !view.query.is_filtered() {
        return view! { <EmptyState title=words::NONE text=words::NONE_HINT/> }.into_any();
    }
    if let (Some(around), true) = (&view.query.around, view.query.last_day) {
        let href = ChangesQuery { around: Some(around.clone()), ..ChangesQuery::default() }.href();
        return view! { <EmptyState title=words::NO_MATCH text=words::NO_MATCH_HINT><ButtonLink text=words::ANY_TIME href/></EmptyState> }
            .into_any();
    }
    view! {
        <EmptyState title=words::NO_MATCH text=words::NO_MATCH_HINT><ButtonLink text=words::SHOW_ALL href="/changes"/></EmptyState>
    }
    .into_any()
}

fn toolbar(view: &ChangesView) -> AnyView {
    let query = view.query.first();
    let whose = (view.has_mine && query.around.is_none()).then(|| {
        let to = |mine: bool| ChangesQuery { mine, owner: None, ..query.clone() }.href();
        let choices = vec![
            Choice::new(words::MINE, to(true), query.mine),
            Choice::new(words::EVERYBODYS, to(false), !query.mine && query.owner.is_none()),
        ];
        view! { <Segmented label=words::WHOSE choices/> }
    });
    let range = query.around.is_some().then(|| {
        let to = |last_day: bool| ChangesQuery { last_day, ..query.clone() }.href();
        let choices =
            vec![Choice::new(words::LAST_DAY, to(true), query.last_day), Choice::new(words::ANY_TIME, to(false), !query.last_day)];
        view! { <Segmented label=words::RANGE choices/> }
    });
    let kept = ["kind", "action", "q"];
    let hidden: Vec<_> = query.fields(false).into_iter().filter(|(name, _)| !kept.contains(name)).collect();
    let option = |value: &str, label: &str, picked: bool| {
        let (value, label) = (value.to_owned(), label.to_owned());
        view! { <option value=value selected=picked>{label}</option> }.into_any()
    };
    let mut kinds = vec![option("", words::ANY_KIND, query.kind.is_none())];
    kinds.extend(view.kinds.iter().map(|(value, label)| option(value, label, query.kind.as_deref() == Some(value))));
    let mut actions = vec![option("", words::ANY, query.action.is_none())];
    actions.extend(ChangeAction::ALL.iter().map(|action| option(action.value(), action.label(), query.action == Some(*action))));
    view! {
        <div class="toolbar change-toolbar">
            {whose}
            {range}
            <form class="change-filters" method="get" action="/changes" role="search" aria-label=words::FILTER>
                <HiddenFields fields=hidden/>
                <input class="input" type="search" name="q" value=query.text.clone() aria-label=words::TEXT placeholder=words::TEXT
                    autocomplete="off" spellcheck="false" maxlength="200" dir="auto"/>
                <select class="input" name="kind" aria-label=words::KIND>{kinds}</select>
                <select class="input" name="action" aria-label=words::ACTION>{actions}</select>
                <button class="button" type="submit">{words::APPLY}</button>
            </form>
        </div>
        {chips(view)}
    }
    .into_any()
}

/// The filters that no control shows.
fn chips(view: &ChangesView) -> AnyView {
    let query = view.query.first();
    let mut chips = Vec::new();
    if let Some(owner) = &query.owner {
        let value = view.named.clone().unwrap_or_else(|| owner.to_string());
        let href = ChangesQuery { owner: None, ..query.clone() }.href();
        chips.push(view! { <Chip label=words::OWNER value remove_href=href/> }.into_any());
    }
    if let Some(actor) = &query.actor {
        let value = view.named.clone().filter(|_| query.owner.is_none()).unwrap_or_else(|| actor.clone());
        let href = ChangesQuery { actor: None, ..query.clone() }.href();
        chips.push(view! { <Chip label=words::ACTOR value remove_href=href/> }.into_any());
    }
    (!chips.is_empty()).then(|| view! { <div class="chips" role="group" aria-label=text::CHOSEN_FILTERS>{chips}</div> }).into_any()
}
