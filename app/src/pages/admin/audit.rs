//! What was done, by whom: the audit log, and one row of it.

use leptos::prelude::*;
use model::Timestamp;
use model::view::{Actor, AuditFilter, AuditRow, AuditRowView, AuditView, ChainState, ChainView};

use crate::{
    components::{
        Badge, Banner, Breadcrumbs, Button, ButtonLink, Chip, Crumb, DataTable, EmptyState, EntityLinkView, Glyph, Icon, KeyValue,
        KeyValueRow, Look, TableColumn, Time, Tone,
    },
    text::{self, audit as words},
};

/// Where the page is.
const PATH: &str = "/admin/audit";

/// What stands in `<main>`: the list.
pub fn audit(view: AuditView) -> impl IntoView {
    let to = |path: &str| AuditFilter { before: None, ..view.filter.clone() }.href(path);
    let (csv, json) = (to("/admin/audit/export.csv"), to("/admin/audit/export.jsonl"));
    view! {
        <div class="page-head">
            <h1 class="title">{words::TITLE}</h1>
            <div class="actions">
                <a class="button" href=csv download><Icon glyph=Glyph::Download/>{words::CSV}</a>
                <a class="button" href=json download><Icon glyph=Glyph::Download/>{words::JSON}</a>
            </div>
        </div>
        <p class="lead">{words::LEAD}</p>
        {chain(view.chain.clone(), view.now)}
        {form(&view)}
        {chips(&view.filter)}
        {results(view)}
    }
}

/// Whether the log is what was written.
fn chain(chain: Option<ChainView>, now: Timestamp) -> AnyView {
    let verify = view! { <form method="post" action="/admin/audit/verify"><Button text=words::VERIFY look=Look::Quiet/></form> };
    let Some(chain) = chain else {
        return view! { <div class="audit-chain muted small"><p>{words::NOT_CHECKED}</p>{verify}</div> }.into_any();
    };
    let removed = (chain.removed > 0).then(|| format!(" {}", words::removed(chain.removed)));
    let (tone, title) = match chain.state {
        ChainState::Intact => {
            return view! {
                <div class="audit-chain muted small">
                    <p><Icon glyph=Glyph::Ok/><span>{words::intact(chain.last)}{words::AND_CHECKED}<Time at=chain.at now/>"."{removed}</span></p>
                    {verify}
                </div>
            }
            .into_any();
        }
        ChainState::Broken => (Tone::Danger, words::BROKEN),
        ChainState::Unknown => (Tone::Warning, words::UNKNOWN),
    };
    let hint = (chain.state == ChainState::Broken).then_some(words::BROKEN_HINT);
    view! {
        <Banner tone title>
            <p>{capitalised(&chain.message)}"."</p>
            <p>{words::confirmed(chain.last)}{removed}" "{hint}</p>
            <div class="audit-chain small"><p><span>{words::CHECKED}<Time at=chain.at now/>"."</span></p>{verify}</div>
        </Banner>
    }
    .into_any()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn form(view: &AuditView) -> AnyView {
    let filter = view.filter.clone();
    let option = |value: &str, label: &str, picked: bool| {
        let (value, label) = (value.to_owned(), label.to_owned());
        view! { <option value=value selected=picked>{label}</option> }.into_any()
    };
    let mut actions = vec![option("", words::ANY_ACTION, filter.action.is_empty())];
    if !filter.action.is_empty() && !view.actions.contains(&filter.action) {
        actions.push(option(&filter.action, &filter.action, true));
    }
    actions.extend(view.actions.iter().map(|action| option(action, action, *action == filter.action)));
    let decisions = vec![
        option("", words::ANY_DECISION, filter.decision.is_empty()),
        option("allow", words::DONE, filter.decision == "allow"),
        option("deny", words::REFUSED, filter.decision == "deny"),
    ];
    let day = |text: &str| text.get(..10).unwrap_or_default().to_owned();
    view! {
        <form class="audit-filters" method="get" action=PATH role="search" aria-label=words::FILTER>
            <label class="audit-filter"><span>{words::WHO}</span>
                <input class="input" name="who" value=filter.who.clone() placeholder=words::WHO_HINT autocomplete="off" spellcheck="false" maxlength="200"/></label>
            <label class="audit-filter"><span>{words::ACTION}</span><select class="input" name="action">{actions}</select></label>
            <label class="audit-filter audit-filter-wide"><span>{words::RESOURCE}</span>
                <input class="input" name="resource" value=filter.resource.clone() placeholder=words::RESOURCE_HINT autocomplete="off" spellcheck="false" maxlength="300"/></label>
            <label class="audit-filter"><span>{words::DECISION}</span><select class="input" name="decision">{decisions}</select></label>
            <label class="audit-filter"><span>{words::FROM}</span><input class="input" type="date" name="from" value=day(&filter.from)/></label>
            <label class="audit-filter"><span>{words::UNTIL}</span><input class="input" type="date" name="until" value=day(&filter.until)/></label>
            <label class="audit-filter audit-filter-wide"><span>{words::TEXT}</span>
                <input class="input" type="search" name="q" value=filter.text.clone() placeholder=words::TEXT_HINT autocomplete="off" spellcheck="false" maxlength="200"/></label>
            <Button text=words::APPLY/>
        </form>
    }
    .into_any()
}

fn chips(filter: &AuditFilter) -> AnyView {
    let label = |name: &str| match name {
        "who" => words::WHO,
        "action" => words::ACTION,
        "resource" => words::RESOURCE,
        "decision" => words::DECISION,
        "from" => words::FROM,
        "until" => words::UNTIL,
        _ => words::TEXT,
    };
    let chips: Vec<_> = filter
        .fields()
        .into_iter()
        .map(|(name, value)| {
            let value = match (name, value.as_str()) {
                ("decision", "allow") => words::DONE.to_owned(),
                ("decision", _) => words::REFUSED.to_owned(),
                _ => value,
            };
            view! { <Chip label=label(name) value remove_href=filter.without(name).href(PATH)/> }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <div class="chips" role="group" aria-label=text::CHOSEN_FILTERS>{chips}</div> }).into_any()
}

fn results(view: AuditView) -> AnyView {
    let AuditView { filter, rows, next, .. } = view;
    let newest = filter.before.is_some().then(|| {
        let href = AuditFilter { before: None, ..filter.clone() }.href(PATH);
        view! { <ButtonLink text=words::NEWEST href/> }
    });
    if rows.is_empty() {
        return if filter.is_filtered() || newest.is_some() {
            view! { <EmptyState title=words::NO_MATCH text=words::NO_MATCH_HINT><ButtonLink text=words::SHOW_ALL href=PATH/></EmptyState> }
                .into_any()
        } else {
            view! { <EmptyState title=words::NONE text=words::NONE_HINT/> }.into_any()
        };
    }
    let rows: Vec<_> = rows.into_iter().map(|found| row(found, &filter)).collect();
    let columns = vec![
        TableColumn::new(words::TIME),
        TableColumn::new(words::WHO),
        TableColumn::new(words::ACTION),
        TableColumn::new(words::RESOURCE).class("wide"),
        TableColumn::new(words::DECISION),
    ];
    let older = next.map(|before| {
        let href = AuditFilter { before: Some(before), ..filter.clone() }.href(PATH);
        view! { <ButtonLink text=words::OLDER href/> }
    });
    let pager = (newest.is_some() || older.is_some())
        .then(|| view! { <nav class="actions change-pager" aria-label=text::PAGES>{newest}{older}</nav> });
    view! { <div class="admin-table audit-table"><DataTable label=words::TITLE columns labelled=true>{rows}</DataTable></div>{pager} }
        .into_any()
}

fn row(row: AuditRow, filter: &AuditFilter) -> AnyView {
    let href = format!("{PATH}/{}", row.seq);
    let action = AuditFilter { action: row.action.clone(), before: None, ..filter.clone() }.href(PATH);
    view! {
        <tr>
            <td class="cell-main short"><a class="link" href=href><time datetime=row.at.rfc3339()>{words::moment(row.at)}</time></a></td>
            <td data-label=words::WHO>{who(&row.actor)}</td>
            <td data-label=words::ACTION><a class="plain-link mono" href=action title=row.about>{row.action.clone()}</a></td>
            <td data-label=words::RESOURCE>{resource(&row)}</td>
            <td data-label=words::DECISION>{decision(row.refused)}</td>
        </tr>
    }
    .into_any()
}

fn decision(refused: bool) -> AnyView {
    if refused {
        view! { <Badge text=words::REFUSED tone=Tone::Danger/> }.into_any()
    } else {
        view! { <span class="muted">{words::DONE}</span> }.into_any()
    }
}

fn who(actor: &Actor) -> AnyView {
    match actor.clone() {
        Actor::Person(link) => view! { <EntityLinkView link/> }.into_any(),
        Actor::Other(name) => view! { <span class="mono break">{name}</span> }.into_any(),
    }
}

fn resource(row: &AuditRow) -> AnyView {
    match row.entity.clone() {
        Some(link) => view! { <EntityLinkView link/> }.into_any(),
        None => view! { <span class="mono break" dir="auto">{row.resource.clone()}</span> }.into_any(),
    }
}

/// What stands in `<main>`: one row.
pub fn audit_row(view: AuditRowView) -> impl IntoView {
    let AuditRowView { row, via, before_digest, after_digest, request_id, address, detail, hash, previous, following, now } = view;
    let crumbs = vec![Crumb { text: words::TITLE.to_owned(), href: Some(PATH.to_owned()) }];
    let to = |filter: AuditFilter| filter.href(PATH);
    let same_actor = to(AuditFilter { who: row.actor_name.clone(), ..AuditFilter::default() });
    let same_resource = to(AuditFilter { resource: row.resource.clone(), ..AuditFilter::default() });
    let same_request = to(AuditFilter { text: request_id.clone(), ..AuditFilter::default() });
    let line = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <KeyValueRow label><span class="mono break" dir="auto">{value}</span></KeyValueRow> })
    };
    let digests = !before_digest.is_empty() || !after_digest.is_empty();
    let request = (!request_id.is_empty()).then(|| {
        view! { <KeyValueRow label=words::REQUEST><span class="mono break">{request_id}</span>" "<a class="link small" href=same_request>{words::SAME_REQUEST}</a></KeyValueRow> }
    });
    let details: Vec<_> = detail
        .into_iter()
        .map(|(name, value)| view! { <KeyValueRow label=name><span class="break" dir="auto">{value}</span></KeyValueRow> })
        .collect();
    let details = (!details.is_empty()).then(|| {
        view! { <section class="section"><h2 class="section-title">{words::DETAIL}</h2><KeyValue>{details}</KeyValue></section> }
    });
    let about = row.about.map(|about| view! { " "<span class="muted">{about}</span> });
    let refused = row.refused.then(|| view! { <Badge text=words::REFUSED tone=Tone::Danger/> });
    let previous = previous.then(|| view! { <ButtonLink text=words::PREVIOUS href=format!("{PATH}/{}", row.seq - 1)/> });
    let following = following.then(|| view! { <ButtonLink text=words::FOLLOWING href=format!("{PATH}/{}", row.seq + 1)/> });
    let (at, actor, action, target) = (row.at, who(&row.actor), row.action.clone(), resource(&row));
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title">{words::row(row.seq)}</h1>{refused}</div>
        <KeyValue>
            <KeyValueRow label=words::TIME>{words::moment(at)}" "<span class="muted"><Time at now/></span></KeyValueRow>
            <KeyValueRow label=words::WHO>{actor}" "<a class="link small" href=same_actor>{words::SAME_ACTOR}</a></KeyValueRow>
            {line(words::VIA, via)}
            {line(words::ADDRESS, address)}
            <KeyValueRow label=words::ACTION><span class="mono">{action}</span>{about}</KeyValueRow>
            <KeyValueRow label=words::RESOURCE>{target}" "<a class="link small" href=same_resource>{words::SAME_RESOURCE}</a></KeyValueRow>
            {request}
            {line(words::BEFORE, before_digest)}
            {line(words::AFTER, after_digest)}
            {line(words::HASH, hash)}
        </KeyValue>
        {digests.then(|| view! { <p class="muted small">{words::DIGEST_HINT}</p> })}
        {details}
        <nav class="actions change-pager" aria-label=text::PAGES>{previous}{following}</nav>
    }
}
