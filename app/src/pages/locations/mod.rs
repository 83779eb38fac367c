//! Where the catalog is read from: the list with its hosts, one location, and the question before one is unregistered.

mod hosts;
mod one;
mod unregister;

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{Actor, EntityLink, LOCATIONS_PAGE, LocationRow, LocationStatus, LocationsQuery, LocationsView},
};

use crate::{
    components::{
        Badge, Button, ButtonLink, Choice, Count, DataTable, EmptyState, EntityLinkView, Glyph, HiddenFields, Icon, Look, Pager,
        TableColumn, Tabs, Time, Tone,
    },
    text::{self, locations as words},
};

pub use one::location;
pub use unregister::unregister;

/// What stands in `<main>`.
pub fn locations(view: LocationsView) -> impl IntoView {
    let head = view! {
        <div class="page-head">
            <h1 class="title">{words::TITLE}<Count count=view.total/></h1>
            <div class="actions"><ButtonLink text=words::REGISTER href="/register" look=Look::Primary glyph=Glyph::Plus/></div>
        </div>
        <p class="lead">{words::LEAD}</p>
    };
    if view.all == 0 {
        return view! {
            {head}
            <EmptyState title=words::NONE text=words::NONE_HINT><ButtonLink text=words::REGISTER href="/register" look=Look::Primary/></EmptyState>
        }
        .into_any();
    }
    let hosts = hosts::hosts(view.hosts.clone(), view.now);
    view! { {head}{states(&view)}{filter(&view.query)}{results(view)}{hosts} }.into_any()
}

fn states(view: &LocationsView) -> AnyView {
    let to = |status: Option<LocationStatus>| LocationsQuery { status, page: 1, ..view.query.clone() }.href();
    let all: u64 = view.counts.iter().map(|(_, count)| count).sum();
    let mut choices = vec![Choice::new(words::ALL, to(None), view.query.status.is_none()).count(all)];
    let shown = view.counts.iter().filter(|(status, count)| *count > 0 || view.query.status == Some(*status));
    choices.extend(shown.map(|(status, count)| {
        Choice::new(words::status(*status, 0), to(Some(*status)), view.query.status == Some(*status)).count(*count)
    }));
    view! { <div class="problem-sorts"><Tabs label=words::STATES choices/></div> }.into_any()
}

fn filter(query: &LocationsQuery) -> AnyView {
    let kept = query.status.map(|status| ("state", status.value().to_owned())).into_iter().collect::<Vec<_>>();
    view! {
        <form class="toolbar location-filter" method="get" action="/locations" role="search" aria-label=words::FILTER>
            <HiddenFields fields=kept/>
            <div class="search-field">
                <Icon glyph=Glyph::Search/>
                <input class="input" type="search" name="q" value=query.text.clone() placeholder=words::FILTER_HINT aria-label=words::FILTER maxlength="500"/>
            </div>
            <Button text=words::APPLY/>
        </form>
    }
    .into_any()
}

fn results(view: LocationsView) -> AnyView {
    if view.rows.is_empty() {
        return view! {
            <EmptyState title=words::NO_MATCH text=words::NO_MATCH_HINT><ButtonLink text=words::SHOW_ALL href="/locations"/></EmptyState>
        }
        .into_any();
    }
    let LocationsView { query, rows, total, now, .. } = view;
    let page = query.page;
    let back = query.href();
    let rows: Vec<_> = rows.into_iter().map(|found| row(found, &back, now)).collect();
    let columns = vec![
        TableColumn::new(words::TARGET).class("wide"),
        TableColumn::new(words::STATE),
        TableColumn::new(words::ENTITIES).class("number"),
        TableColumn::new(words::OWNERS),
        TableColumn::new(words::LAST_READ),
        TableColumn::new(words::NEXT_READ),
        TableColumn::new(words::REGISTERED_BY),
        TableColumn::new(words::ACTIONS).hidden(),
    ];
    view! {
        <div class="location-table"><DataTable label=words::TITLE columns labelled=true>{rows}</DataTable></div>
        <Pager page size=LOCATIONS_PAGE total href=Box::new(move |page| LocationsQuery { page, ..query.clone() }.href())/>
    }
    .into_any()
}

fn row(row: LocationRow, back: &str, now: Timestamp) -> AnyView {
    let href = format!("/locations/{}", row.id);
    let next = next(&row, now);
    let (state, target) = (status(&row), shortened(&row.target));
    let refresh = words::refresh(&row.target);
    let action = format!("/locations/{}/refresh", row.id);
    view! {
        <tr>
            <td class="cell-main">
                <a class="location-target" href=href title=row.target.clone()><Icon glyph=Glyph::Location/><bdi dir="ltr">{target}</bdi></a>
                <span class="muted small location-type">{row.location_type.clone()}</span>
            </td>
            <td data-label=words::STATE>{state}</td>
            <td class="number" data-label=words::ENTITIES>{text::number(row.entities)}</td>
            <td data-label=words::OWNERS>{owners(row.owners)}</td>
            <td class="short" data-label=words::LAST_READ>{time(row.last_read, now)}</td>
            <td class="short" data-label=words::NEXT_READ>{next}</td>
            <td data-label=words::REGISTERED_BY>{by(row.registered_by, row.registered)}</td>
            <td class="location-actions">
                <form method="post" action=action>
                    <HiddenFields fields=vec![("return_to", back.to_owned())]/>
                    <button class="button button-quiet button-icon" type="submit" title=refresh.clone() aria-label=refresh><Icon glyph=Glyph::Refresh/></button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

/// A state with its icon and word; one that has problems leads to them.
fn status(row: &LocationRow) -> AnyView {
    let tone = tone(row.status);
    let text = words::status(row.status, row.problems);
    match row.status {
        LocationStatus::Problems => {
            let href = format!("/problems?location={}", row.id);
            view! { <a class="location-state" href=href><Badge text tone/></a> }.into_any()
        }
        _ => view! { <Badge text tone/> }.into_any(),
    }
}

const fn tone(status: LocationStatus) -> Tone {
    match status {
        LocationStatus::Held | LocationStatus::Leaving | LocationStatus::Problems => Tone::Warning,
        LocationStatus::Error => Tone::Danger,
        LocationStatus::Unread => Tone::Info,
        LocationStatus::Fine => Tone::Ok,
    }
}

fn owners(owners: Vec<EntityLink>) -> AnyView {
    const SHOWN: usize = 2;
    if owners.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    let more = owners.len().saturating_sub(SHOWN) as u64;
    let names: Vec<_> = owners.into_iter().take(SHOWN).map(|link| view! { <EntityLinkView link/> }).collect();
    let more = (more > 0).then(|| view! { <span class="muted small nowrap">{text::and_more(more)}</span> });
    view! { <span class="location-owners">{names}{more}</span> }.into_any()
}

fn by(actor: Option<Actor>, registered: bool) -> AnyView {
    match actor {
        Some(Actor::Person(link)) => view! { <EntityLinkView link/> }.into_any(),
        Some(Actor::Other(name)) => view! { <span class="muted break">{name}</span> }.into_any(),
        None if registered => view! { <span class="muted">"–"</span> }.into_any(),
        None => view! { <span class="muted">{words::CONFIGURATION}</span> }.into_any(),
    }
}

fn time(at: Option<Timestamp>, now: Timestamp) -> AnyView {
    match at {
        Some(at) => view! { <Time at now/> }.into_any(),
        None => view! { <span class="muted">{words::NEVER}</span> }.into_any(),
    }
}

fn next(row: &LocationRow, now: Timestamp) -> AnyView {
    if row.reading {
        return view! { <span class="muted">{words::READING}</span> }.into_any();
    }
    match row.next_read {
        Some(at) => view! { <Coming at now/> }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    }
}

/// A time that is still to come, with the exact one on hover.
#[component]
fn Coming(at: Timestamp, now: Timestamp) -> impl IntoView {
    let exact = at.rfc3339();
    let title = exact.get(..19).map_or_else(|| exact.clone(), |text| format!("{} UTC", text.replace('T', " ")));
    view! { <time datetime=exact title=title>{coming(at, now)}</time> }
}

fn coming(at: Timestamp, now: Timestamp) -> String {
    match u64::try_from(at.0 - now.0) {
        Ok(micros) if micros > 0 => words::in_future(micros.div_ceil(1_000_000)),
        _ => words::DUE.to_owned(),
    }
}

/// An address without what every one has, cut in the middle: the host and the file's name tell the most.
fn shortened(target: &str) -> String {
    const LONGEST: usize = 64;
    let bare = target.strip_prefix("https://").unwrap_or(target);
    let letters: Vec<char> = bare.chars().collect();
    if letters.len() <= LONGEST {
        return bare.to_owned();
    }
    let start: String = letters.iter().take(LONGEST / 2 - 6).collect();
    let end: String = letters.iter().skip(letters.len() - (LONGEST / 2 + 5)).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_addresses_keep_both_ends() {
        assert_eq!(shortened("https://github.com/acme/pay"), "github.com/acme/pay");
        let long = format!("https://github.com/acme/pay/blob/main/{}/catalog-info.yaml", "folder/".repeat(20));
        let short = shortened(&long);
        assert_eq!(short.chars().count(), 64);
        assert!(short.starts_with("github.com/acme/pay/") && short.ends_with("/catalog-info.yaml"), "{short}");
    }

    #[test]
    fn what_is_to_come() {
        let check = |seconds: i64, expected: &str| assert_eq!(coming(Timestamp(seconds * 1_000_000), Timestamp(0)), expected);
        check(-5, "Now");
        check(4, "in 4 s");
        check(90, "in 2 min");
        check(7_200, "in 2 h");
        check(259_200, "in 3 days");
    }
}
