//! Filters that are set, and counts.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::text;

/// A filter that is set; following it takes the filter away.
#[component]
pub fn Chip(
    /// What is filtered: `Owner`. Empty where the value says it all.
    #[prop(optional, into)]
    label: String,
    /// By what.
    #[prop(into)]
    value: String,
    /// The page without the filter.
    #[prop(into)]
    remove_href: String,
) -> impl IntoView {
    let remove = text::remove_filter(&label, &value);
    view! {
        <a class="chip" href=remove_href title=remove>
            <span class="sr-only">{text::REMOVE_FILTER}</span>
            {(!label.is_empty()).then(|| view! { <span class="chip-label">{label}" "</span> })}
            <span class="chip-value" dir="auto">{value}</span>
            <Icon glyph=Glyph::Close/>
        </a>
    }
}

/// How many, with separators: `12,345`.
#[component]
pub fn Count(
    /// How many.
    count: u64,
) -> impl IntoView {
    view! { <span class="count">{text::number(count)}</span> }
}
