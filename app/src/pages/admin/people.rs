//! Everybody who can sign in, or did; and the form that makes a local account.

use frontend::CopyButton;
use leptos::prelude::*;
use model::{
    Timestamp,
    view::{ADMIN_PAGE, EntityLink, NewAccountView, PeopleQuery, PeopleShown, PeopleView, PersonRow, SetupLink},
};

use super::roles::held;
use crate::{
    components::{
        Badge, Banner, Breadcrumbs, Button, ButtonLink, Choice, Count, Crumb, DataTable, EmptyState, ErrorList, Field, Glyph, HiddenFields,
        Icon, Look, Pager, TableColumn, Tabs, Time, Tone,
    },
    text::{self, admin as words},
};

/// What stands in `<main>`.
pub fn people(view: PeopleView) -> impl IntoView {
    let new = view.may_make_accounts.then(|| {
        view! { <div class="actions"><ButtonLink text=words::NEW_ACCOUNT href="/admin/people/new" glyph=Glyph::Plus/></div> }
    });
    let total = view.total;
    let everyone = (!view.everyone.is_empty()).then(|| words::everyone_has(&view.everyone));
    let (tabs, filter) =
        (tabs(&view), filter("/admin/people", &view.query.text, view.query.shown.value(), words::FIND_PERSON, words::FIND_PERSON_HINT));
    view! {
        <div class="page-head"><h1 class="title">{words::PEOPLE}<Count count=total/></h1>{new}</div>
        <p class="lead">{words::PEOPLE_LEAD}{everyone}</p>
        <div class="problem-sorts">{tabs}</div>
        {filter}
        {results(view)}
    }
}

fn tabs(view: &PeopleView) -> AnyView {
    let to = |shown: PeopleShown| PeopleQuery { shown, page: 1, ..view.query.clone() }.href();
    let shown = view.counts.iter().filter(|(shown, count)| *count > 0 || *shown == PeopleShown::All || view.query.shown == *shown);
    let choices = shown
        .map(|(shown, count)| Choice::new(words::people_shown(*shown), to(*shown), view.query.shown == *shown).count(*count))
        .collect();
    view! { <Tabs label=words::PEOPLE_SHOWN choices/> }.into_any()
}

/// The search field over a list of administration.
pub(in crate::pages) fn filter(path: &'static str, text: &str, shown: &'static str, label: &'static str, hint: &'static str) -> AnyView {
    let kept = if shown.is_empty() { Vec::new() } else { vec![("show", shown.to_owned())] };
    view! {
        <form class="toolbar location-filter" method="get" action=path role="search" aria-label=label>
            <HiddenFields fields=kept/>
            <div class="search-field">
                <Icon glyph=Glyph::Search/>
                <input class="input" type="search" name="q" value=text.to_owned() placeholder=hint aria-label=label maxlength="500"/>
            </div>
            <Button text=words::APPLY/>
        </form>
    }
    .into_any()
}

fn results(view: PeopleView) -> AnyView {
    if view.rows.is_empty() {
        return view! {
            <EmptyState title=words::NOBODY text=words::NOBODY_HINT><ButtonLink text=words::SHOW_ALL href="/admin/people"/></EmptyState>
        }
        .into_any();
    }
    let PeopleView { query, rows, total, now, .. } = view;
    let rows: Vec<_> = rows.into_iter().map(|found| row(found, now)).collect();
    let columns = vec![
        TableColumn::new(words::PERSON).class("wide"),
        TableColumn::new(words::ROLES),
        TableColumn::new(words::WAYS),
        TableColumn::new(words::SESSIONS).class("number"),
        TableColumn::new(words::TOKENS).class("number"),
        TableColumn::new(words::SEEN),
    ];
    let page = query.page;
    view! {
        <div class="admin-table"><DataTable label=words::PEOPLE columns labelled=true>{rows}</DataTable></div>
        <Pager page size=ADMIN_PAGE total href=Box::new(move |page| PeopleQuery { page, ..query.clone() }.href())/>
    }
    .into_any()
}

fn row(row: PersonRow, now: Timestamp) -> AnyView {
    let missing = (!row.person.exists).then(|| view! { <Badge text=words::NOT_IN_CATALOG tone=Tone::Warning/> });
    let off = row.disabled.then(|| view! { <Badge text=words::SWITCHED_OFF/> });
    let number =
        |count: u64| if count == 0 { view! { <span class="muted">"–"</span> }.into_any() } else { text::number(count).into_any() };
    // On phones a card leaves out what is not there.
    let class = |there: bool| (!there).then_some("is-none");
    let (with_roles, with_ways) = (class(!row.roles.is_empty()), class(!row.ways.is_empty()));
    let counted = |count: u64| if count == 0 { "number is-none" } else { "number" };
    let roles = if row.roles.is_empty() { view! { <span class="muted">"–"</span> }.into_any() } else { held(row.roles) };
    view! {
        <tr>
            <td class="cell-main">{person_link(&row.person)}{missing}{off}</td>
            <td class=with_roles data-label=words::ROLES>{roles}</td>
            <td class=with_ways data-label=words::WAYS>{ways(&row.ways)}</td>
            <td class=counted(row.sessions) data-label=words::SESSIONS>{number(row.sessions)}</td>
            <td class=counted(row.tokens) data-label=words::TOKENS>{number(row.tokens)}</td>
            <td class="short" data-label=words::SEEN>{seen(row.seen, now)}</td>
        </tr>
    }
    .into_any()
}

/// Ways in, in words.
pub(super) fn ways(ways: &[String]) -> AnyView {
    if ways.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    ways.iter().map(|way| words::way(way)).collect::<Vec<_>>().join(", ").into_any()
}

/// When somebody was last seen.
pub(super) fn seen(seen: Option<Timestamp>, now: Timestamp) -> AnyView {
    match seen {
        Some(at) => view! { <Time at now/> }.into_any(),
        None => view! { <span class="muted">{words::NEVER}</span> }.into_any(),
    }
}

/// The address of somebody's page in administration.
pub(in crate::pages) fn person_href(person: &EntityLink) -> String {
    let [namespace, name] = [person.entity_ref.namespace(), person.entity_ref.name()];
    format!("/admin/people/{}/{}", namespace.to_lowercase(), name)
}

/// A person as administration links to them.
pub(in crate::pages) fn person_link(person: &EntityLink) -> AnyView {
    view! {
        <a class="entity" href=person_href(person) title=person.entity_ref.to_string()><Icon glyph=Glyph::User/><bdi>{person.title.clone()}</bdi></a>
    }
    .into_any()
}

/// A set-up link that was just made, to be copied now.
pub(super) fn setup_link(link: Option<SetupLink>) -> Option<AnyView> {
    let SetupLink { account, address, hours } = link?;
    Some(
        view! {
            <div class="made" role="status">
                <Banner tone=Tone::Ok title=words::link_made(&account)>
                    <div class="made-secret"><code id="made-link" dir="ltr">{address}</code><CopyButton target="made-link".to_owned() what=words::LINK.to_owned()/></div>
                    <p>{words::link_hint(hours)}</p>
                </Banner>
            </div>
        }
        .into_any(),
    )
}

/// What stands in `<main>`: a new local account, or the link of one that was just made.
pub fn new_account(view: NewAccountView) -> impl IntoView {
    let NewAccountView { form, link } = view;
    let crumbs = vec![Crumb { text: words::PEOPLE.to_owned(), href: Some("/admin/people".to_owned()) }];
    let error = form.errors.iter().find(|error| error.field == "name").map(|error| error.message.clone());
    let body = if link.is_some() {
        view! { {setup_link(link)}<div class="actions edit-actions"><ButtonLink text=words::BACK_TO_PEOPLE href="/admin/people"/></div> }
            .into_any()
    } else {
        view! {
            <p class="lead">{words::NEW_ACCOUNT_LEAD}</p>
            <ErrorList errors=form.errors/>
            <form method="post" action="/admin/people/new">
                <Field name="name" label=words::NAME value=form.name hint=words::ACCOUNT_NAME_HINT error=error.unwrap_or_default() required=true autofocus=true autocomplete="off"/>
                <div class="actions edit-actions"><Button text=words::MAKE_LINK look=Look::Primary/><ButtonLink text=words::CANCEL href="/admin/people"/></div>
            </form>
        }
        .into_any()
    };
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title">{words::NEW_ACCOUNT}</h1></div>
        {body}
    }
}
