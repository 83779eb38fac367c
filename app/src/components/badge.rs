//! Short words about a thing: its state, its type, its tags.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// What a colour means. Status colours always come with an icon and a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says nothing about good or bad.
    #[default]
    Neutral,
    /// As it should be.
    Ok,
    /// Somebody should look.
    Warning,
    /// Broken, refused or about to be lost.
    Danger,
    /// Worth knowing.
    Info,
    /// The current place or the primary action.
    Accent,
}

impl Tone {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Neutral, Self::Ok, Self::Warning, Self::Danger, Self::Info, Self::Accent];

    /// The class that sets the colours.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Ok => "tone-ok",
            Self::Warning => "tone-warning",
            Self::Danger => "tone-danger",
            Self::Info => "tone-info",
            Self::Accent => "tone-accent",
        }
    }

    /// The icon that goes with the colour, for those who don't see it.
    pub const fn glyph(self) -> Option<Glyph> {
        match self {
            Self::Ok => Some(Glyph::Ok),
            Self::Warning => Some(Glyph::Warning),
            Self::Danger => Some(Glyph::Danger),
            Self::Info => Some(Glyph::Info),
            Self::Neutral | Self::Accent => None,
        }
    }

    /// What a lifecycle means for somebody who wants to use the thing: `deprecated` is a warning, the rest says nothing.
    pub fn of_lifecycle(lifecycle: &str) -> Self {
        match lifecycle {
            "deprecated" | "end-of-life" | "retired" => Self::Warning,
            _ => Self::Neutral,
        }
    }
}

/// A word about a thing, with the icon of its tone.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    text: String,
    /// What its colour means.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! {
        <span class=format!("badge {}", tone.class()) dir="auto">{tone.glyph().map(|glyph| view! { <Icon glyph/> })}{text}</span>
    }
}

/// A tag of an entity; leads to everything else that carries it.
#[component]
pub fn Tag(
    /// The tag.
    #[prop(into)]
    text: String,
    /// Where it leads; without it the tag is text.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    match href {
        Some(href) => view! { <a class="tag" dir="auto" href=href>{text}</a> }.into_any(),
        None => view! { <span class="tag" dir="auto">{text}</span> }.into_any(),
    }
}
