//! The inbox. What one may choose about notifications, and what administrators see of deliveries, are beside it.

mod deliveries;
mod item;
mod settings;

use leptos::prelude::*;
use model::view::{INBOX_PAGE, InboxPageQuery, InboxShow, InboxView, Severity};

use crate::{
    components::{Button, ButtonLink, Choice, Count, EmptyState, Glyph, HiddenFields, Pager, Tabs},
    text::notifications as words,
};

pub use deliveries::deliveries;
pub use settings::settings;

/// What stands in `<main>`.
pub fn inbox(view: InboxView) -> impl IntoView {
    if !view.person {
        return view! {
            <div class="page-head"><h1 class="title">{words::TITLE}</h1></div>
            <EmptyState title=words::ONLY_PEOPLE text=words::ONLY_PEOPLE_HINT/>
        }
        .into_any();
    }
    let read_all = (view.unread > 0).then(|| {
        view! {
            <form method="post" action="/notifications/read-all">
                <HiddenFields fields=vec![("until", view.now.0.to_string()), ("return_to", view.query.href())]/>
                <Button text=words::READ_ALL glyph=Glyph::Check/>
            </form>
        }
    });
    let head = view! {
        <div class="page-head">
            <h1 class="title">{words::TITLE}<Count count=view.all/></h1>
            <div class="actions">
                {read_all}
                <ButtonLink text=words::SETTINGS href="/settings/notifications" glyph=Glyph::Settings/>
            </div>
        </div>
    };
    if view.all == 0 {
        return view! { {head}<EmptyState title=words::NONE text=words::NONE_HINT/> }.into_any();
    }
    view! { {head}{tabs(&view)}{filter(&view)}{results(view)} }.into_any()
}

fn tabs(view: &InboxView) -> AnyView {
    let count = |show| match show {
        InboxShow::All => view.all,
        InboxShow::Unread => view.unread,
        InboxShow::Saved => view.saved,
    };
    let choices = InboxShow::ALL.into_iter().map(|show| {
        let href = InboxPageQuery { show, page: 1, ..view.query.clone() }.href();
        Choice::new(words::show(show), href, view.query.show == show).count(count(show))
    });
    view! { <div class="problem-sorts"><Tabs label=words::SHOWN choices=choices.collect()/></div> }.into_any()
}

fn filter(view: &InboxView) -> AnyView {
    let query = &view.query;
    let kept = if query.show == InboxShow::All { Vec::new() } else { vec![("show", query.show.value().to_owned())] };
    let option = |value: String, text: String, picked: bool| view! { <option value=value selected=picked>{text}</option> };
    let mut topics = vec![option(String::new(), words::EVERY_TOPIC.to_owned(), query.topic.is_none())];
    topics.extend(view.topics.iter().map(|(topic, label)| option(topic.clone(), label.clone(), query.topic.as_ref() == Some(topic))));
    let mut severities = vec![option(String::new(), words::EVERY_SEVERITY.to_owned(), query.least.is_none())];
    let worse = [Severity::Normal, Severity::High, Severity::Critical];
    severities.extend(worse.map(|least| option(least.name().to_owned(), words::and_worse(least).to_owned(), query.least == Some(least))));
    view! {
        <form class="toolbar change-toolbar note-filters" method="get" action="/notifications" role="search" aria-label=words::FILTER>
            <HiddenFields fields=kept/>
            <div class="change-filters">
                <input class="input" type="search" name="q" value=query.search.clone() placeholder=words::FILTER_HINT aria-label=words::FILTER_HINT
                    maxlength="200" dir="auto"/>
                <select class="input" name="topic" aria-label=words::TOPIC>{topics}</select>
                <select class="input" name="severity" aria-label=words::SEVERITY>{severities}</select>
                <Button text=words::APPLY/>
            </div>
        </form>
    }
    .into_any()
}

fn results(view: InboxView) -> AnyView {
    let InboxView { query, items, total, now, .. } = view;
    if items.is_empty() {
        let (title, text) = match query.show {
            _ if query.is_filtered() => (words::NO_MATCH, words::NO_MATCH_HINT),
            InboxShow::Saved => (words::NONE_SAVED, words::NONE_SAVED_HINT),
            InboxShow::All | InboxShow::Unread => (words::NONE_UNREAD, ""),
        };
        return view! { <EmptyState title text><ButtonLink text=words::SHOW_ALL href="/notifications"/></EmptyState> }.into_any();
    }
    let back = query.href();
    let (unread, read): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| !item.read);
    let section = |id: &'static str, heading: &'static str, items: Vec<_>| {
        (!items.is_empty()).then(|| {
            let rows: Vec<_> = items.into_iter().map(|found| item::item(found, &back, now)).collect();
            view! {
                <section class="notes" aria-labelledby=id>
                    <h2 class="section-title" id=id>{heading}</h2>
                    <ul class="note-list">{rows}</ul>
                </section>
            }
        })
    };
    let (unread, read) = (section("unread", words::UNREAD, unread), section("read", words::READ, read));
    let page = query.page;
    view! {
        {unread}
        {read}
        <Pager page size=INBOX_PAGE total href=Box::new(move |page| InboxPageQuery { page, ..query.clone() }.href())/>
    }
    .into_any()
}
