//! What happened, the latest first.

use leptos::prelude::*;
use model::Timestamp;

use super::{Glyph, Icon, Time, Tone};

/// A list of what happened; its children are [`TimelineItem`]s.
#[component]
pub fn Timeline(
    /// What happened.
    children: Children,
) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }
}

/// Something that happened.
#[component]
pub fn TimelineItem(
    /// When.
    at: Timestamp,
    /// The clock.
    now: Timestamp,
    /// What it is about.
    glyph: Glyph,
    /// What its colour means.
    #[prop(optional)]
    tone: Tone,
    /// What happened.
    children: Children,
) -> impl IntoView {
    view! {
        <li class=tone.class()><span class="timeline-dot"><Icon glyph/></span><div class="timeline-text">{children()}</div><Time at now/></li>
    }
}
