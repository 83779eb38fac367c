//! One of a few views of the same thing: segmented controls and tabs. Both are links, each view has its address.

use leptos::prelude::*;

use super::{Count, Glyph, Icon};

/// One of the views.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// Its address.
    pub href: String,
    /// It is the one that shows.
    pub current: bool,
    /// How many things it holds.
    pub count: Option<u64>,
    /// An icon before the text.
    pub glyph: Option<Glyph>,
}

impl Choice {
    /// A view without a count and an icon.
    pub fn new(text: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { text: text.into(), href: href.into(), current, count: None, glyph: None }
    }

    /// With the number of things that it holds.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count: Some(count), ..self }
    }

    /// With an icon before the text.
    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }
}

fn links(choices: Vec<Choice>, current: &'static str) -> Vec<impl IntoView> {
    choices
        .into_iter()
        .map(|choice| {
            view! {
                <a href=choice.href aria-current=choice.current.then_some(current)>
                    {choice.glyph.map(|glyph| view! { <Icon glyph/> })}
                    <span dir="auto">{choice.text}</span>
                    {choice.count.map(|count| view! { <Count count/> })}
                </a>
            }
        })
        .collect()
}

/// Two to four choices side by side, such as *All*, *Mine*, *Starred*.
#[component]
pub fn Segmented(
    /// What is chosen, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The choices.
    choices: Vec<Choice>,
) -> impl IntoView {
    view! { <nav class="segmented" aria-label=label>{links(choices, "true")}</nav> }
}

/// The parts of a page. The bar scrolls sideways where it does not fit.
#[component]
pub fn Tabs(
    /// What they are parts of, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The parts.
    choices: Vec<Choice>,
) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{links(choices, "page")}</nav> }
}
