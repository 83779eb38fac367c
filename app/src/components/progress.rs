//! Waiting: how far something is, and the shape of what is coming.

use leptos::prelude::*;

/// How far something is.
#[component]
pub fn Progress(
    /// What is going on.
    #[prop(into)]
    label: String,
    /// From 0 to 100; without it nobody knows how long it takes.
    #[prop(optional, into)]
    percent: Option<u8>,
) -> impl IntoView {
    let percent = percent.map(|percent| percent.min(100));
    let words = percent.map(|percent| format!("{percent} %"));
    view! {
        <div class="progress">
            <span class="progress-label"><span>{label.clone()}</span><span class="muted">{words}</span></span>
            <progress max="100" value=percent.map(|percent| percent.to_string()) aria-label=label></progress>
        </div>
    }
}

/// The shape of what is coming; an island shows it only past 300 ms.
#[component]
pub fn Skeleton(
    /// How many lines.
    lines: usize,
) -> impl IntoView {
    let lines: Vec<_> = (0..lines.min(50)).map(|_| view! { <span></span> }).collect();
    view! { <div class="skeleton" aria-hidden="true">{lines}</div> }
}
