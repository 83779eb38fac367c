//! Buttons do something, links go somewhere; a link that should look like a button is a [`ButtonLink`].

use leptos::prelude::*;

use super::{Glyph, Icon};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one action of the page, in the accent colour, 36 px high.
    Primary,
    /// Everything else.
    #[default]
    Plain,
    /// No line around it: in tool bars and tables.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Look {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Primary, Self::Plain, Self::Quiet, Self::Danger];

    /// The classes that draw it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Plain => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button of a form: it says what happens ("Create service").
#[component]
pub fn Button(
    /// What happens.
    #[prop(into)]
    text: String,
    /// How much it asks for attention.
    #[prop(optional)]
    look: Look,
    /// An icon before the text.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// Sent with the form under this name, with `value`.
    #[prop(optional, into)]
    name: Option<String>,
    /// What is sent under `name`.
    #[prop(optional, into)]
    value: Option<String>,
    /// The id of the popover that it opens; it then submits nothing.
    #[prop(optional, into)]
    opens: Option<String>,
    /// It shows only the icon; the text is its label.
    #[prop(optional)]
    icon_only: bool,
    /// It cannot be pressed now.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let kind = if opens.is_some() { "button" } else { "submit" };
    let label = icon_only.then(|| text.clone());
    let class = if icon_only { format!("{} button-icon", look.class()) } else { look.class().to_owned() };
    view! {
        <button class=class type=kind name=name value=value popovertarget=opens disabled=disabled title=label.clone() aria-label=label>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {(!icon_only).then_some(text)}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// What one finds there, or what happens there.
    #[prop(into)]
    text: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it asks for attention.
    #[prop(optional)]
    look: Look,
    /// An icon before the text.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// It leads away from the portal.
    #[prop(optional)]
    external: bool,
) -> impl IntoView {
    view! {
        <a class=look.class() href=href rel=external.then_some("noopener noreferrer")>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {text}
            {external.then(|| view! { <Icon glyph=Glyph::External/> })}
        </a>
    }
}

/// A link in running text; one that leads away from the portal says so with an icon.
#[component]
pub fn TextLink(
    /// What one finds there.
    #[prop(into)]
    text: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// It leads away from the portal.
    #[prop(optional)]
    external: bool,
) -> impl IntoView {
    view! {
        <a class="link" dir="auto" href=href rel=external.then_some("noopener noreferrer")>
            {text}
            {external.then(|| view! { <Icon glyph=Glyph::External/> })}
        </a>
    }
}
