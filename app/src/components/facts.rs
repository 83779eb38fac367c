//! Facts about a thing: a list of keys and values, and single numbers.

use leptos::prelude::*;

/// A list of facts; its children are [`KeyValueRow`]s.
#[component]
pub fn KeyValue(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// A fact: what it is, and what it says.
#[component]
pub fn KeyValueRow(
    /// What it is: `Owner`.
    #[prop(into)]
    label: String,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! { <div class="fact"><dt>{label}</dt><dd>{children()}</dd></div> }
}

/// A number that matters, with what it counts and a remark.
#[component]
pub fn Stat(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The number.
    #[prop(into)]
    value: String,
    /// What to make of it.
    #[prop(optional, into)]
    note: Option<String>,
    /// Where the things counted are listed.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let number = match href {
        Some(href) => view! { <a class="stat-value" href=href>{value}</a> }.into_any(),
        None => view! { <span class="stat-value">{value}</span> }.into_any(),
    };
    view! { <div class="stat"><span class="stat-label">{label}</span>{number}{note.map(|note| view! { <span class="muted">{note}</span> })}</div> }
}
