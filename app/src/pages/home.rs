//! The first page after signing in: what needs the person, what is theirs, what happened.

use leptos::prelude::*;
use model::{
    CatalogQuery, Column,
    view::{CatalogRow, ChangeAction, ChangeItem, EntityLink, HomeView, NeedsYou},
};

use super::catalog::rows;
use crate::{
    components::{ButtonLink, EmptyState, EntityLinkView, Glyph, Html, TableColumn, Timeline, TimelineItem, Tone, table_of},
    text,
};

/// What stands in `<main>`.
pub fn home(view: HomeView) -> impl IntoView {
    if view.catalog_size == 0 {
        return view! { <div class="page-head"><h1 class="title">{text::HOME}</h1></div>{super::catalog::empty_catalog()} }.into_any();
    }
    let HomeView { teams, needs_you, more_needs, services, services_total, starred, recent, changes, now, .. } = view;
    let has_team = !teams.is_empty();
    view! {
        <div class="page-head">
            <h1 class="title">{text::HOME}</h1>
            {has_team.then(|| view! { <ul class="home-teams" aria-label=text::YOUR_TEAMS>{list(teams)}</ul> })}
            <nav class="actions" aria-label=text::QUICK_ACTIONS>
                <ButtonLink text=text::BROWSE_COMPONENTS href="/catalog" glyph=Glyph::Component/>
                <ButtonLink text=text::BROWSE_APIS href="/apis" glyph=Glyph::Api/>
                <ButtonLink text=text::views::REGISTER href="/register" glyph=Glyph::Plus/>
            </nav>
        </div>
        {needs(needs_you, more_needs)}
        <div class="home">
            <div class="home-main">
                <section class="section" aria-labelledby="services">
                    <div class="section-head">
                        <h2 class="section-title" id="services">{text::MY_SERVICES}</h2>
                        {(services_total > 0).then(|| view! { <a class="more" href="/catalog?kind=all&owner=mine">{text::all_of(services_total)}</a> })}
                    </div>
                    {my_services(&services, now, has_team)}
                </section>
                <div class="columns-even">
                    {column("starred", text::STARRED_HEADING, text::NOTHING_STARRED, starred, Some("/starred"))}
                    {column("recent", text::RECENT, text::NOTHING_RECENT, recent, None)}
                </div>
            </div>
            <section class="section" aria-labelledby="changes">
                <div class="section-head">
                    <h2 class="section-title" id="changes">{text::CHANGES}</h2>
                    <a class="more" href="/changes">{text::ALL_CHANGES}</a>
                </div>
                {timeline(changes, now)}
            </section>
        </div>
    }
    .into_any()
}

fn list(links: Vec<EntityLink>) -> Vec<impl IntoView> {
    links.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect()
}

fn needs(items: Vec<NeedsYou>, more: usize) -> AnyView {
    if items.is_empty() {
        return view! {
            <section aria-labelledby="needs-you">
                <h2 class="sr-only" id="needs-you">{text::NEEDS_YOU}</h2>
                <p class="needs-none"><i class=Glyph::Ok.class()></i>{text::NOTHING_NEEDS_YOU}</p>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = items
        .into_iter()
        .map(|item| {
            view! {
                <li>
                    <i class=Glyph::Warning.class()></i>
                    <div class="needs-what"><span dir="auto">{item.title}</span>" "<span class="muted" dir="auto">{item.fix}</span></div>
                    <EntityLinkView link=item.entity/>
                </li>
            }
        })
        .collect();
    let more = (more > 0).then(|| view! { <a class="more" href="/problems?owner=mine">{text::and_more(more as u64)}</a> });
    view! {
        <section class="needs" aria-labelledby="needs-you">
            <div class="section-head"><h2 class="section-title" id="needs-you">{text::NEEDS_YOU}</h2>{more}</div>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn my_services(services: &[CatalogRow], now: model::Timestamp, has_team: bool) -> AnyView {
    if services.is_empty() {
        let (title, hint) = if has_team { (text::NO_SERVICES, text::NO_SERVICES_HINT) } else { (text::NO_TEAM, text::NO_TEAM_HINT) };
        return view! {
            <EmptyState title=title text=hint>
                <ButtonLink text=text::BROWSE_CATALOG href=CatalogQuery::of_kind("all").href("/catalog")/>
            </EmptyState>
        }
        .into_any();
    }
    let shown = [Column::Owner, Column::Lifecycle, Column::Changed, Column::Problems];
    let mut columns = vec![TableColumn::new(text::NAME).class("wide")];
    columns.extend(shown.iter().map(|column| TableColumn::new(column.label())));
    let (everything, mut body) = (CatalogQuery::of_kind("all"), Html::default());
    for row in services {
        body.markup("<tr>");
        rows::name(&mut body, row, true);
        for column in shown {
            rows::cell(&mut body, &everything, row, column, now);
        }
        body.markup("</tr>");
    }
    table_of(text::MY_SERVICES.to_owned(), columns, body)
}

fn timeline(changes: Vec<ChangeItem>, now: model::Timestamp) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="quiet">{text::NO_CHANGES}</p> }.into_any();
    }
    let items: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let what = text::changes::happened(change.action);
            let tone = if change.action == ChangeAction::Created { Tone::Ok } else { Tone::Neutral };
            view! {
                <TimelineItem at=change.at now glyph=Glyph::of_kind(&change.entity.kind) tone>
                    <EntityLinkView link=change.entity plain=true/>" "<span class="muted">{what}</span>
                </TimelineItem>
            }
        })
        .collect();
    view! { <Timeline>{items}</Timeline> }.into_any()
}

fn column(id: &'static str, title: &'static str, empty: &'static str, links: Vec<EntityLink>, all: Option<&'static str>) -> AnyView {
    let all = all.filter(|_| !links.is_empty()).map(|href| view! { <a class="more" href=href>{text::views::SEE_ALL}</a> });
    let body = if links.is_empty() {
        view! { <p class="quiet">{empty}</p> }.into_any()
    } else {
        view! { <ul class="entity-list">{list(links)}</ul> }.into_any()
    };
    view! { <section class="section" aria-labelledby=id><div class="section-head"><h2 class="section-title" id=id>{title}</h2>{all}</div>{body}</section> }
        .into_any()
}
