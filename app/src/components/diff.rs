//! What changed in a text.

use leptos::prelude::*;

use crate::text;

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// Only in the new text.
    Added(String),
    /// Only in the old text.
    Removed(String),
}

/// A comparison of two texts, line by line; the sign before the line says what the colour says.
#[component]
pub fn Diff(
    /// What is compared: the file's name.
    #[prop(into)]
    label: String,
    /// The lines.
    lines: Vec<DiffLine>,
) -> impl IntoView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let (class, sign, word, line) = match line {
                DiffLine::Same(line) => ("diff-line", " ", "", line),
                DiffLine::Added(line) => ("diff-line diff-added", "+", text::DIFF_ADDED, line),
                DiffLine::Removed(line) => ("diff-line diff-removed", "−", text::DIFF_REMOVED, line),
            };
            let word = (!word.is_empty()).then(|| view! { <span class="sr-only">{word}</span> });
            view! { <span class=class><span class="diff-sign" aria-hidden="true">{sign}</span>{word}{format!("{line}\n")}</span> }
        })
        .collect();
    view! {
        <figure class="code">
            <figcaption><span class="mono" dir="auto">{label.clone()}</span></figcaption>
            <pre tabindex="0" role="region" aria-label=label><code>{lines}</code></pre>
        </figure>
    }
}
