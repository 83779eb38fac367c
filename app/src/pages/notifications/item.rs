//! One message: what it says, where it leads, and what one does with it.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{InboxItem, Severity},
};

use crate::{
    components::{Badge, Glyph, HiddenFields, Icon, Time, Tone},
    text::notifications as words,
};

/// Characters of a text that show at once.
const SHORT: usize = 320;
/// Lines of a text that show at once.
const LINES: usize = 4;

pub(super) fn item(item: InboxItem, back: &str, now: Timestamp) -> AnyView {
    let class = if item.read { "note" } else { "note note-unread" };
    let unread = (!item.read).then(|| view! { <span class="sr-only">{words::UNREAD}": "</span> });
    let title = if item.link.is_empty() {
        view! { <span class="note-title" dir="auto">{item.title.clone()}</span> }.into_any()
    } else {
        // Opening it marks it as read and goes on to where the message leads.
        let href = format!("/notifications/{}", item.id);
        let leaves = !item.link.starts_with('/');
        let shown = leaves.then(|| item.link.clone());
        view! {
            <a class="note-title" dir="auto" href=href title=shown>
                {item.title.clone()}
                {leaves.then(|| view! { <Icon glyph=Glyph::External/> })}
            </a>
        }
        .into_any()
    };
    let badge = match item.severity {
        Severity::Critical => Some(Tone::Danger),
        Severity::High => Some(Tone::Warning),
        Severity::Normal | Severity::Low => None,
    }
    .map(|tone| view! { <Badge text=words::severity(item.severity) tone/> });
    let topic = (!item.topic_label.is_empty()).then(|| view! { <span dir="auto">{item.topic_label.clone()}</span> });
    let everybody = item.everybody.then(|| view! { <span>{words::EVERYBODY}</span> });
    let (read, saved) = (item.read, item.saved);
    let mark = |name: &'static str, value: bool, text: &'static str, glyph: Glyph| {
        let label = words::of_message(text, &item.title);
        let fields = vec![("id", item.id.clone()), (name, value.to_string()), ("return_to", back.to_owned())];
        view! {
            <form method="post" action="/notifications/mark">
                <HiddenFields fields/>
                <button class="button button-quiet button-icon" type="submit" title=text aria-label=label><Icon glyph/></button>
            </form>
        }
    };
    let read = if read { mark("read", false, words::MARK_UNREAD, Glyph::Mail) } else { mark("read", true, words::MARK_READ, Glyph::Check) };
    let saved =
        if saved { mark("saved", false, words::UNSAVE, Glyph::BookmarkFilled) } else { mark("saved", true, words::SAVE, Glyph::Bookmark) };
    view! {
        <li class=class id=format!("note-{}", item.id)>
            <div class="note-text">
                <h3 class="note-head">{unread}{title}{badge}</h3>
                {body(item.body.trim())}
                <p class="note-about small">
                    <span dir="auto">{item.origin.clone()}</span>
                    {topic}
                    {everybody}
                    <Time at=item.at now/>
                </p>
            </div>
            <div class="note-actions">{read}{saved}</div>
        </li>
    }
    .into_any()
}

fn body(text: &str) -> Option<AnyView> {
    if text.is_empty() {
        return None;
    }
    let long = text.chars().count() > SHORT || text.lines().count() > LINES;
    if !long {
        return Some(view! { <p class="note-body break" dir="auto">{text.to_owned()}</p> }.into_any());
    }
    let start: String = text.lines().take(LINES).collect::<Vec<_>>().join("\n").chars().take(SHORT).collect();
    let view = view! {
        <details class="note-more">
            <summary><span class="note-body break" dir="auto">{format!("{}…", start.trim_end().trim_end_matches('.'))}</span><span class="link">{words::MORE}</span></summary>
            <p class="note-body break" dir="auto">{text.to_owned()}</p>
        </details>
    };
    Some(view.into_any())
}
