//! Administration: what leaves the portal, and how it went.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{ChannelView, DELIVERIES_PAGE, DeliveriesQuery, DeliveriesView, DeliveryState, DeliveryView},
};

use crate::{
    components::{
        Badge, Banner, Button, ButtonLink, Chip, Choice, DataTable, EmptyState, HiddenFields, Pager, TableColumn, Tabs, Time, Tone,
    },
    pages::settings::until,
    text::{self, notifications as words},
};

/// What stands in `<main>`.
pub fn deliveries(view: DeliveriesView) -> impl IntoView {
    let links = (!view.has_links && !view.channels.is_empty()).then(|| {
        view! { <Banner tone=Tone::Warning title=words::NO_LINKS><p>{words::NO_LINKS_HINT}</p></Banner> }
    });
    let channels = channels(&view);
    view! {
        <div class="page-head"><h1 class="title">{words::DELIVERIES}</h1></div>
        <p class="lead">{words::DELIVERIES_LEAD}</p>
        {links}
        {channels}
        {log(view)}
    }
}

fn channels(view: &DeliveriesView) -> AnyView {
    if view.channels.is_empty() {
        return view! { <EmptyState title=words::NO_CHANNELS text=words::NO_CHANNELS_HINT/> }.into_any();
    }
    let rows: Vec<_> = view.channels.iter().map(|found| channel(found, view)).collect();
    let columns = vec![
        TableColumn::new(words::CHANNEL).class("wide"),
        TableColumn::new(words::LEADS_TO),
        TableColumn::new(words::TAKES),
        TableColumn::new(words::LAST),
        TableColumn::new(words::ACTIONS).class("channel-actions").hidden(),
    ];
    view! {
        <section class="section" aria-labelledby="channels">
            <div class="section-head"><h2 class="section-title" id="channels">{words::CHANNELS}</h2></div>
            <DataTable label=words::CHANNELS columns labelled=true>{rows}</DataTable>
        </section>
    }
    .into_any()
}

fn channel(channel: &ChannelView, view: &DeliveriesView) -> AnyView {
    let href = DeliveriesQuery { channel: Some(channel.id.clone()), page: 1, state: None }.href();
    let last = match channel.last {
        Some(at) => view! { <Time at now=view.now/><br/><span class="muted small">{words::counts(channel.sent, channel.waiting, channel.failed)}</span> }.into_any(),
        None => view! { <span class="muted">{words::NEVER}</span> }.into_any(),
    };
    let takes = if channel.kind == "email" { words::EMAIL_TAKES.to_owned() } else { channel.takes.join(", ") };
    let address = (channel.kind == "email").then(|| {
        view! {
            <input class="input" type="email" name="address" required=true value=view.own_address.clone() aria-label=words::TEST_ADDRESS placeholder=words::TEST_ADDRESS/>
        }
    });
    view! {
        <tr>
            <td class="cell-main"><a class="link" dir="auto" href=href>{channel.label.clone()}</a><br/><span class="muted small">{words::kind(channel.kind)}</span></td>
            <td class="break" data-label=words::LEADS_TO dir="ltr">{channel.target.clone()}</td>
            <td class="break" data-label=words::TAKES>{takes}</td>
            <td data-label=words::LAST><div>{last}</div></td>
            <td>
                <form class="channel-test" method="post" action="/admin/notifications/test" aria-label=words::test(&channel.label)>
                    <HiddenFields fields=vec![("channel", channel.id.clone())]/>
                    {address}
                    <Button text=words::TEST/>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn log(view: DeliveriesView) -> AnyView {
    let all: u64 = view.states.iter().map(|(_, count)| count).sum();
    if all == 0 && view.query.channel.is_none() {
        let quiet = (!view.channels.is_empty()).then(|| view! { <p class="quiet">{words::NO_DELIVERIES}</p> });
        return quiet.into_any();
    }
    let to = |state: Option<DeliveryState>| DeliveriesQuery { state, page: 1, ..view.query.clone() }.href();
    let mut choices = vec![Choice::new(words::ALL, to(None), view.query.state.is_none()).count(all)];
    choices.extend(
        view.states
            .iter()
            .map(|(state, count)| Choice::new(words::state(*state), to(Some(*state)), view.query.state == Some(*state)).count(*count)),
    );
    let chip = view.query.channel.as_ref().map(|id| {
        let value = view.channels.iter().find(|channel| channel.id == *id).map_or_else(|| id.clone(), |channel| channel.label.clone());
        let href = DeliveriesQuery { channel: None, page: 1, ..view.query.clone() }.href();
        view! { <div class="chips" role="group" aria-label=text::CHOSEN_FILTERS><Chip label=words::ONLY_CHANNEL value remove_href=href/></div> }
    });
    let DeliveriesView { query, rows, total, now, .. } = view;
    let body = if rows.is_empty() {
        view! { <EmptyState title=words::NO_SUCH_DELIVERIES><ButtonLink text=words::EVERY_DELIVERY href="/admin/notifications"/></EmptyState> }.into_any()
    } else {
        let back = query.href();
        let rows: Vec<_> = rows.into_iter().map(|found| row(found, &back, now)).collect();
        let columns = vec![
            TableColumn::new(words::MESSAGE).class("wide"),
            TableColumn::new(words::TO),
            TableColumn::new(words::STATE),
            TableColumn::new(words::ATTEMPTS).class("number"),
            TableColumn::new(words::CHANGED),
            TableColumn::new(words::ACTIONS).class("narrow").hidden(),
        ];
        let page = query.page;
        view! {
            <DataTable label=words::LOG columns labelled=true>{rows}</DataTable>
            <Pager page size=DELIVERIES_PAGE total href=Box::new(move |page| DeliveriesQuery { page, ..query.clone() }.href())/>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="log">
            <div class="section-head"><h2 class="section-title" id="log">{words::LOG}</h2></div>
            <Tabs label=words::STATES choices/>
            {chip}
            {body}
        </section>
    }
    .into_any()
}

fn row(row: DeliveryView, back: &str, now: Timestamp) -> AnyView {
    let tone = match row.state {
        DeliveryState::Failed => Tone::Danger,
        DeliveryState::Waiting => Tone::Neutral,
        DeliveryState::Sent => Tone::Ok,
    };
    let title = if row.title.is_empty() {
        view! { <span class="muted">{words::GONE}</span> }.into_any()
    } else {
        view! { <span dir="auto">{row.title.clone()}</span> }.into_any()
    };
    let error = (!row.error.is_empty()).then(|| view! { <p class="delivery-error small break" dir="auto">{row.error.clone()}</p> });
    let next = row.next.map(|at| view! { <br/><span class="muted small">{words::NEXT}" "{until(at, now)}</span> });
    let retry = (row.state == DeliveryState::Failed).then(|| {
        let label = words::retry(&row.title, &row.target);
        view! {
            <form method="post" action=format!("/admin/notifications/{}/retry", row.id)>
                <HiddenFields fields=vec![("return_to", back.to_owned())]/>
                <button class="button" type="submit" aria-label=label>{words::RETRY}</button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="cell-main wide">{title}{error}</td>
            <td class="break" data-label=words::TO><div><span dir="ltr">{row.target.clone()}</span><br/><span class="muted small" dir="auto">{row.channel.clone()}</span></div></td>
            <td data-label=words::STATE><div><Badge text=words::state(row.state) tone/></div></td>
            <td class="number" data-label=words::ATTEMPTS>{text::number(row.attempts)}</td>
            <td data-label=words::CHANGED><div><Time at=row.changed now/>{next}</div></td>
            <td>{retry}</td>
        </tr>
    }
    .into_any()
}
