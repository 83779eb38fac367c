//! One location: how it is, what stands in the way, and what it provides.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{ConflictRow, EntityLink, FileMistake, FileRow, HeldView, LOCATIONS_PAGE, LocationStatus, LocationView},
};

use super::{by, next, shortened, status, time};
use crate::{
    components::{
        Banner, Breadcrumbs, Button, ButtonLink, Count, Crumb, DataTable, EntityLinkView, Glyph, HiddenFields, KeyValue, KeyValueRow, Look,
        OwnerLink, Pager, TableColumn, TextLink, Time, Tone,
    },
    pages::entity::is_web,
    text::{self, locations as words},
};

/// What stands in `<main>`.
pub fn location(view: LocationView) -> impl IntoView {
    let now = view.now;
    let page = format!("/locations/{}", view.row.id);
    let banners = banners(&view, &page);
    let facts = facts(&view);
    let head = head(&view, &page);
    // Readings keep the messages; where each mistake stands is found by looking again, which only addresses can be.
    let lines = (view.row.location_type != "file").then(|| view.row.target.clone());
    let LocationView { row, files, files_total, conflicts, entities, kinds, page: at, .. } = view;
    view! {
        {head}
        <div class="location-banners">{banners}</div>
        <div class="location-columns">
            <div class="location-main">
                {broken(files, files_total, lines)}
                {taken(conflicts, now)}
                {provides(entities, kinds, row.entities, at, page)}
            </div>
            {facts}
        </div>
    }
}

fn head(view: &LocationView, page: &str) -> AnyView {
    let row = &view.row;
    let crumbs = vec![Crumb { text: words::TITLE.to_owned(), href: Some("/locations".to_owned()) }];
    let unregister = row.registered.then(|| {
        view! { <ButtonLink text=words::UNREGISTER href=format!("{page}/unregister") look=Look::Danger/> }
    });
    let problems = (row.problems > 0).then(|| {
        view! { <ButtonLink text=words::SHOW_PROBLEMS href=format!("/problems?location={}", row.id)/> }
    });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head location-head">
            <h1 class="title break" title=row.target.clone()><bdi dir="ltr">{shortened(&row.target)}</bdi></h1>
            {status(row)}
            <div class="actions">
                {problems}
                <form method="post" action=format!("{page}/refresh")><Button text=words::REFRESH glyph=Glyph::Refresh/></form>
                {unregister}
            </div>
        </div>
    }
    .into_any()
}

fn banners(view: &LocationView, page: &str) -> AnyView {
    let held = view.held.clone().map(|loss| held(loss, page, view.now));
    let error = view.last_error.clone().filter(|_| view.row.status == LocationStatus::Error).map(|message| {
        view! {
            <Banner tone=Tone::Danger title=words::CANNOT_READ>
                <p class="break" dir="auto">{message}</p><p>{words::CANNOT_READ_HINT}</p>
            </Banner>
        }
    });
    let leaves = view.row.leaves_at.map(|at| {
        let when = words::leaves(&super::coming(at, view.now));
        view! { <Banner tone=Tone::Warning title=words::LEAVES><p>{when}</p></Banner> }
    });
    let configured = (!view.row.registered).then(|| view! { <p class="muted small location-configured">{words::IN_CONFIGURATION}</p> });
    view! { {held}{error}{leaves}{configured} }.into_any()
}

fn held(loss: HeldView, page: &str, now: Timestamp) -> AnyView {
    let HeldView { lost, of, at, entities } = loss;
    let more = lost.saturating_sub(entities.len() as u64);
    let more = (more > 0).then(|| view! { <li class="muted small">{text::and_more(more)}</li> });
    let few = entities.len() <= 24;
    let action = format!("{page}/confirm");
    let names: Vec<_> = entities.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
    view! {
        <Banner tone=Tone::Warning title=words::held(lost, of)>
            <p class="small">{words::FOUND}" "<Time at now/></p>
            <details class="location-loss" open=few><summary>{words::WOULD_GO}</summary><ul class="name-list">{names}{more}</ul></details>
            <p>{words::HELD_WAY_OUT}</p>
            <form class="actions" method="post" action=action><Button text=words::confirm(lost) look=Look::Danger/></form>
        </Banner>
    }
    .into_any()
}

fn facts(view: &LocationView) -> AnyView {
    let (row, now) = (&view.row, view.now);
    let target = match view.target_href.clone().filter(|href| is_web(href)) {
        Some(href) => view! { <span class="break"><TextLink text=row.target.clone() href external=true/></span> }.into_any(),
        None => view! { <code class="break" dir="ltr">{row.target.clone()}</code> }.into_any(),
    };
    let schedule = view.every_seconds.map_or_else(|| words::DEFAULT_SCHEDULE.to_owned(), words::every);
    let webhook = (row.location_type != "file").then(|| {
        let at = match view.last_push {
            Some(at) => view! { <Time at now/> }.into_any(),
            None => view! { <span class="muted">{words::NO_WEBHOOK}</span> }.into_any(),
        };
        view! { <KeyValueRow label=words::WEBHOOK>{at}</KeyValueRow> }
    });
    let owned = !row.owners.is_empty();
    let owners: Vec<_> = row.owners.clone().into_iter().map(|link| view! { <li><OwnerLink owner=Some(link)/></li> }).collect();
    let owners = owned.then(|| view! { <KeyValueRow label=words::OWNERS><ul>{owners}</ul></KeyValueRow> });
    let (location_type, last_ok) = (row.location_type.clone(), time(view.last_ok, now));
    let (last_read, next_read) = (time(row.last_read, now), next(row, now));
    let (registered_by, entity) = (by(row.registered_by.clone(), row.registered), view.entity.clone());
    view! {
        <section class="section location-facts" aria-labelledby="about">
            <div class="section-head"><h2 class="section-title" id="about">{words::ABOUT}</h2></div>
            <KeyValue>
                <KeyValueRow label=words::TARGET>{target}</KeyValueRow>
                <KeyValueRow label=words::TYPE>{location_type}</KeyValueRow>
                <KeyValueRow label=words::LAST_READ>{last_read}</KeyValueRow>
                <KeyValueRow label=words::LAST_OK>{last_ok}</KeyValueRow>
                <KeyValueRow label=words::NEXT_READ>{next_read}</KeyValueRow>
                <KeyValueRow label=words::SCHEDULE>{schedule}</KeyValueRow>
                {webhook}
                {owners}
                <KeyValueRow label=words::REGISTERED_BY>{registered_by}</KeyValueRow>
                <KeyValueRow label=words::ENTITY><span class="break"><EntityLinkView link=entity/></span></KeyValueRow>
            </KeyValue>
        </section>
    }
    .into_any()
}

fn broken(files: Vec<FileRow>, total: u64, lines: Option<String>) -> Option<AnyView> {
    if files.is_empty() {
        return None;
    }
    let more = total.saturating_sub(files.len() as u64);
    let items: Vec<_> = files.into_iter().map(file).collect();
    let lines = lines.map(|address| {
        let fields = vec![("by", "address".to_owned()), ("address", address)];
        view! { <form class="broken-lines" method="post" action="/register"><HiddenFields fields/><Button text=words::SHOW_LINES/></form> }
    });
    let section = view! {
        <section class="section" aria-labelledby="files">
            <div class="section-head"><h2 class="section-title" id="files">{words::FILES}<Count count=total/></h2></div>
            <ul class="broken-files">{items}</ul>
            {(more > 0).then(|| view! { <p class="muted small">{text::and_more(more)}</p> })}
            {lines}
        </section>
    };
    Some(section.into_any())
}

fn file(row: FileRow) -> AnyView {
    let FileRow { file, href, mistakes } = row;
    let name = match href.filter(|href| is_web(href)) {
        Some(href) => view! { <a class="link mono" dir="ltr" href=href rel="noopener noreferrer">{file}</a> }.into_any(),
        None => view! { <span class="mono" dir="ltr">{file}</span> }.into_any(),
    };
    let mistakes: Vec<_> = mistakes
        .into_iter()
        .map(|FileMistake { entity, line, message }| {
            let line = line.map(|line| view! { <strong>{words::line(line)}</strong> });
            let entity = entity.map(|link| view! { <EntityLinkView link/> });
            view! { <li>{line}{entity}<span class="break" dir="auto">{message}</span></li> }
        })
        .collect();
    view! { <li><p class="broken-file break small">{name}</p><ol class="yaml-problems">{mistakes}</ol></li> }.into_any()
}

fn taken(conflicts: Vec<ConflictRow>, now: Timestamp) -> Option<AnyView> {
    if conflicts.is_empty() {
        return None;
    }
    let rows: Vec<_> = conflicts
        .into_iter()
        .map(|conflict| {
            view! {
                <tr>
                    <td class="cell-main"><EntityLinkView link=conflict.entity/></td>
                    <td class="break" data-label=words::HERE><span class="mono small" dir="ltr">{conflict.file}</span></td>
                    <td class="break" data-label=words::SHOWN><span class="mono small" dir="ltr">{conflict.shown}</span></td>
                    <td class="short" data-label=words::SINCE><Time at=conflict.since now/></td>
                </tr>
            }
        })
        .collect();
    let columns =
        vec![TableColumn::new(words::FROM), TableColumn::new(words::HERE), TableColumn::new(words::SHOWN), TableColumn::new(words::SINCE)];
    let section = view! {
        <section class="section" aria-labelledby="conflicts">
            <div class="section-head"><h2 class="section-title" id="conflicts">{words::CONFLICTS}</h2></div>
            <p class="muted small">{words::CONFLICTS_HINT}</p>
            <DataTable label=words::CONFLICTS columns labelled=true>{rows}</DataTable>
        </section>
    };
    Some(section.into_any())
}

fn provides(entities: Vec<EntityLink>, kinds: Vec<(String, u64)>, total: u64, page: usize, path: String) -> AnyView {
    if entities.is_empty() {
        return view! {
            <section class="section" aria-labelledby="entities">
                <div class="section-head"><h2 class="section-title" id="entities">{words::PROVIDES}</h2></div>
                <p class="quiet">{words::PROVIDES_NOTHING}</p>
            </section>
        }
        .into_any();
    }
    let kinds: Vec<_> = kinds.into_iter().map(|(kind, count)| words::of_kind(&kind, count)).collect();
    // One list a kind: the entities come sorted by it.
    let mut groups: Vec<(String, Vec<EntityLink>)> = Vec::new();
    for link in entities {
        match groups.last_mut() {
            Some((kind, links)) if *kind == link.kind => links.push(link),
            _ => groups.push((link.kind.clone(), vec![link])),
        }
    }
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(kind, links)| {
            let names: Vec<_> = links.into_iter().map(|link| view! { <li><EntityLinkView link plain=true/></li> }).collect();
            view! { <div class="kind-group"><h3 class="kind-group-title">{kind}</h3><ul class="name-list">{names}</ul></div> }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="entities">
            <div class="section-head"><h2 class="section-title" id="entities">{words::PROVIDES}<Count count=total/></h2><span class="muted small">{kinds.join(", ")}</span></div>
            {groups}
            <Pager page size=LOCATIONS_PAGE total href=Box::new(move |page| format!("{path}?page={page}"))/>
        </section>
    }
    .into_any()
}
