//! What runs: program, database, replicas, queues, locations, configuration.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{ConfigurationRow, QueueRow, ReplicaRow, SystemView},
};

use crate::{
    components::{Badge, Banner, DataTable, KeyValue, KeyValueRow, TableColumn, Time, Tone},
    text::{self, system as words},
};

/// What stands in `<main>`.
pub fn system(view: SystemView) -> impl IntoView {
    let now = view.now;
    let failing = view.feed_failing.clone().map(|why| view! { <Banner tone=Tone::Warning title=words::FEED_FAILING><p>{why}</p></Banner> });
    let head = view.feed_head;
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}</h1></div>
        {failing}
        <div class="system-columns">{program(&view)}{database(&view)}</div>
        {replicas(view.replicas.clone(), head, now)}
        {queues(view.queues.clone(), now)}
        {locations(&view)}
        {configuration(view.configuration)}
    }
}

fn program(view: &SystemView) -> AnyView {
    let build = view.build.clone();
    let (data, now) = (view.data.clone(), view.now);
    let size = words::bytes(data.bytes);
    let size = if data.more { words::at_least(&size) } else { size };
    let caches: Vec<_> = view.caches.iter().cloned().map(|(name, size)| view! { <KeyValueRow label=name>{size}</KeyValueRow> }).collect();
    view! {
        <section class="section">
            <h2 class="section-title">{words::PROGRAM}</h2>
            <KeyValue>
                <KeyValueRow label=words::VERSION>{build.version}</KeyValueRow>
                <KeyValueRow label=words::BUILD>{build.target}</KeyValueRow>
                <KeyValueRow label=words::STARTED><Time at=build.started now/></KeyValueRow>
                <KeyValueRow label=words::DATA><span class="mono break">{data.path}</span>" "<span class="muted">{size}</span></KeyValueRow>
                {caches}
            </KeyValue>
        </section>
    }
    .into_any()
}

fn database(view: &SystemView) -> AnyView {
    let database = view.database.clone();
    let (count, changes) = view.policies;
    let feed = words::feed(view.feed_head, view.feed_reached);
    view! {
        <section class="section">
            <h2 class="section-title">{words::DATABASE}</h2>
            <KeyValue>
                <KeyValueRow label=words::KIND>{format!("{} {}", database.kind, database.version)}</KeyValueRow>
                <KeyValueRow label=words::SIZE>{words::bytes(u64::try_from(database.bytes).unwrap_or_default())}</KeyValueRow>
                <KeyValueRow label=words::MIGRATIONS>{words::migrations(database.migrations, database.newest)}</KeyValueRow>
                <KeyValueRow label=words::FEED>{feed}</KeyValueRow>
                <KeyValueRow label=words::POLICIES>{words::policies(count, changes)}</KeyValueRow>
            </KeyValue>
        </section>
    }
    .into_any()
}

fn replicas(rows: Vec<ReplicaRow>, head: i64, now: Timestamp) -> AnyView {
    let empty = rows.is_empty();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let note = if row.is_this {
                Some(view! { <Badge text=words::THIS tone=Tone::Accent/> })
            } else {
                row.stale.then(|| view! { <Badge text=words::SILENT tone=Tone::Warning/> })
            };
            let class = row.stale.then_some("replica-silent");
            view! {
                <tr class=class>
                    <td class="cell-main"><span class="mono break">{row.id}</span>" "{note}</td>
                    <td data-label=words::VERSION>{row.version}</td>
                    <td data-label=words::ADDRESS><span class="mono break">{row.address}</span></td>
                    <td class="short" data-label=words::STARTED><Time at=row.started now/></td>
                    <td class="short" data-label=words::SEEN><Time at=row.seen now/></td>
                    <td class="number" data-label=words::BEHIND>{words::behind(head - row.feed)}</td>
                </tr>
            }
        })
        .collect();
    let columns = vec![
        TableColumn::new(words::REPLICA).class("wide"),
        TableColumn::new(words::VERSION),
        TableColumn::new(words::ADDRESS),
        TableColumn::new(words::STARTED),
        TableColumn::new(words::SEEN),
        TableColumn::new(words::BEHIND).class("number"),
    ];
    let body = if empty {
        view! { <p class="quiet">{words::NO_REPLICAS}</p> }.into_any()
    } else {
        view! { <DataTable label=words::REPLICAS columns labelled=true>{rows}</DataTable> }.into_any()
    };
    view! {
        <section class="section">
            <h2 class="section-title">{words::REPLICAS}</h2>
            <p class="muted small">{words::REPLICAS_HINT}</p>
            {body}
        </section>
    }
    .into_any()
}

fn queues(rows: Vec<QueueRow>, now: Timestamp) -> AnyView {
    if rows.is_empty() {
        return view! { <section class="section"><h2 class="section-title">{words::QUEUES}</h2><p class="quiet">{words::NO_JOBS}</p></section> }
            .into_any();
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let oldest = row.oldest.map(|at| view! { <Time at now/> });
            let dead = if row.dead > 0 {
                view! { <Badge text=text::number(row.dead) tone=Tone::Danger/> }.into_any()
            } else {
                view! { <span class="muted">"–"</span> }.into_any()
            };
            view! {
                <tr>
                    <td class="cell-main"><span class="mono break">{row.name}</span></td>
                    <td class="number" data-label=words::WAITING>{text::number(row.queued)}</td>
                    <td class="number" data-label=words::RUNNING>{text::number(row.running)}</td>
                    <td class="number" data-label=words::GIVEN_UP>{dead}</td>
                    <td class="short" data-label=words::OLDEST>{oldest}</td>
                    <td data-label=words::LAST_ERROR><span class="break" dir="auto">{row.last_error}</span></td>
                </tr>
            }
        })
        .collect();
    let columns = vec![
        TableColumn::new(words::QUEUE),
        TableColumn::new(words::WAITING).class("number"),
        TableColumn::new(words::RUNNING).class("number"),
        TableColumn::new(words::GIVEN_UP).class("number"),
        TableColumn::new(words::OLDEST),
        TableColumn::new(words::LAST_ERROR).class("wide"),
    ];
    view! {
        <section class="section">
            <h2 class="section-title">{words::QUEUES}</h2>
            <DataTable label=words::QUEUES columns labelled=true>{rows}</DataTable>
        </section>
    }
    .into_any()
}

fn locations(view: &SystemView) -> AnyView {
    let items: Vec<_> = view
        .locations
        .iter()
        .cloned()
        .map(|location| {
            view! {
                <li class="system-location">
                    <a class="link break" href=format!("/locations/{}", location.id)><bdi dir="ltr">{location.target}</bdi></a>
                    <span class="muted break" dir="auto">{location.error}</span>
                </li>
            }
        })
        .collect();
    let body = if items.is_empty() {
        view! { <p class="quiet">{words::LOCATIONS_FINE}</p> }.into_any()
    } else {
        view! { <ul class="system-locations">{items}</ul> }.into_any()
    };
    view! {
        <section class="section">
            <h2 class="section-title">{words::LOCATIONS}</h2>
            {body}
            <p><a class="link" href="/locations">{words::ALL_LOCATIONS}" ("{text::number(view.location_count)}")"</a></p>
        </section>
    }
    .into_any()
}

fn configuration(rows: Vec<ConfigurationRow>) -> AnyView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let source = if row.source.is_empty() {
                view! { <span class="muted">{words::DEFAULT}</span> }.into_any()
            } else {
                view! { <span class="mono break">{row.source}</span> }.into_any()
            };
            view! {
                <tr>
                    <td class="cell-main"><span class="mono break" title=row.about>{row.key}</span></td>
                    <td data-label=words::VALUE><span class="mono break" dir="auto">{row.value}</span></td>
                    <td data-label=words::SOURCE>{source}</td>
                </tr>
            }
        })
        .collect();
    let columns = vec![TableColumn::new(words::KEY), TableColumn::new(words::VALUE).class("wide"), TableColumn::new(words::SOURCE)];
    view! {
        <section class="section">
            <h2 class="section-title">{words::CONFIGURATION}</h2>
            <p class="muted small">{words::CONFIGURATION_HINT}</p>
            <DataTable label=words::CONFIGURATION columns labelled=true>{rows}</DataTable>
        </section>
    }
    .into_any()
}
