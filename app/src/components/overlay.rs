//! What opens over the page. All of them are the browser's own popovers: a button with `popovertarget` opens them,
//! Escape and a click beside them close them, and none of it needs a script.

use leptos::prelude::*;

use super::{Glyph, Icon, Look};
use crate::text;

/// A small panel under the button that opens it.
#[component]
pub fn Menu(
    /// The panel's id, once a page.
    #[prop(into)]
    id: String,
    /// What the button says.
    #[prop(into)]
    text: String,
    /// The button's icon.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// How much the button asks for attention.
    #[prop(optional)]
    look: Look,
    /// The button shows only its icon.
    #[prop(optional)]
    icon_only: bool,
    /// What the panel holds: links and buttons of class `menu-item`, or a small form.
    children: Children,
) -> impl IntoView {
    let label = icon_only.then(|| text.clone());
    let class = if icon_only { format!("{} button-icon", look.class()) } else { look.class().to_owned() };
    view! {
        <div class="menu">
            <button class=class type="button" popovertarget=id.clone() title=label.clone() aria-label=label>
                {glyph.map(|glyph| view! { <Icon glyph/> })}
                {(!icon_only).then(|| view! { <span>{text.clone()}</span><Icon glyph=Glyph::ChevronDown/> })}
            </button>
            <div class="menu-panel" id=id popover="auto" role="group" aria-label=text.clone()>{children()}</div>
        </div>
    }
}

/// A question that has to be answered before going on; a [`super::Button`] with `opens` shows it.
#[component]
pub fn Dialog(
    /// Its id, once a page.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    title: String,
    /// Text and the form with the buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="dialog" id=id.clone() popover="auto" role="dialog" aria-labelledby=format!("{id}-title")>
            <div class="dialog-head"><h2 id=format!("{id}-title")>{title}</h2><Dismiss id=id.clone()/></div>
            <div class="dialog-body">{children()}</div>
        </div>
    }
}

/// A panel at the page's edge: from the right on wide screens, from below on phones.
#[component]
pub fn Sheet(
    /// Its id, once a page.
    #[prop(into)]
    id: String,
    /// What it is about.
    #[prop(into)]
    title: String,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sheet" id=id.clone() popover="auto" role="dialog" aria-labelledby=format!("{id}-title")>
            <div class="dialog-head"><h2 id=format!("{id}-title")>{title}</h2><Dismiss id=id.clone()/></div>
            <div class="dialog-body">{children()}</div>
        </div>
    }
}

/// The cross that closes a panel.
#[component]
fn Dismiss(
    /// The panel's id.
    id: String,
) -> impl IntoView {
    view! {
        <button class="button button-quiet button-icon" type="button" popovertarget=id popovertargetaction="hide" aria-label=text::CLOSE title=text::CLOSE>
            <Icon glyph=Glyph::Close/>
        </button>
    }
}

/// A word of explanation behind a question mark: shown when the mark is pressed, so it also works by touch.
#[component]
pub fn Tooltip(
    /// Its id, once a page.
    #[prop(into)]
    id: String,
    /// What is explained.
    #[prop(into)]
    about: String,
    /// The explanation.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class="menu">
            <button class="tooltip-mark" type="button" popovertarget=id.clone() aria-label=text::explain(&about)><Icon glyph=Glyph::Info/></button>
            <span class="menu-panel tooltip" id=id popover="auto" role="note">{text}</span>
        </span>
    }
}
