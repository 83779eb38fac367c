//! The way to the inbox.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::text::notifications as words;

/// The way to the inbox in the top bar, with how much waits there.
#[component]
pub fn Bell(
    /// Messages that are not read yet.
    unread: usize,
    /// The inbox shows now.
    current: bool,
) -> impl IntoView {
    let label = words::bell(unread);
    let count = (unread > 0).then(|| view! { <span class="bell-count" aria-hidden="true">{words::bell_count(unread)}</span> });
    view! {
        <a class="button button-quiet button-icon bell" href="/notifications" aria-label=label.clone() title=label
            aria-current=current.then_some("page")>
            <Icon glyph=Glyph::Inbox/>
            {count}
        </a>
    }
}
