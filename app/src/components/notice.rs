//! Messages: why something is empty, what is wrong, what just happened.

use leptos::prelude::*;
use model::view::{Flash, FlashLevel};

use super::{Glyph, Icon, Tone};
use crate::text;

/// What stands where nothing is: why, and what to do next.
#[component]
pub fn EmptyState(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    #[prop(optional, into)]
    text: String,
    /// Buttons and links that do it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="mark" aria-hidden="true"></span>
            <p class="empty-title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p class="muted">{text}</p> })}
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// A message about the page: what, where and why, and what to do.
#[component]
pub fn Banner(
    /// What its colour and icon mean.
    tone: Tone,
    /// What is the matter, in one line.
    #[prop(into)]
    title: String,
    /// Details, what to do, links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class())>
            <Icon glyph=tone.glyph().unwrap_or(Glyph::Info)/>
            <div>
                <p class="banner-title" dir="auto">{title}</p>
                {children.map(|children| view! { <div class="banner-text">{children()}</div> })}
            </div>
        </div>
    }
}

/// What the last action did; stays until it is closed or the next page.
#[component]
pub fn Toast(
    /// The message.
    flash: Flash,
) -> impl IntoView {
    let (tone, role) = match flash.level {
        FlashLevel::Ok => (Tone::Ok, "status"),
        FlashLevel::Danger => (Tone::Danger, "alert"),
    };
    view! {
        <details class=format!("toast {}", tone.class()) open>
            <summary aria-label=text::DISMISS title=text::DISMISS><Icon glyph=Glyph::Close/></summary>
            <div class="toast-body" role=role>{tone.glyph().map(|glyph| view! { <Icon glyph/> })}<p dir="auto">{flash.text}</p></div>
        </details>
    }
}
