//! What went wrong, and where to go next.

use leptos::prelude::*;
use model::view::ErrorView;

use crate::{
    components::{ButtonLink, KeyValue, KeyValueRow, Look},
    text,
};

/// What stands in `<main>`.
pub fn error(view: ErrorView) -> impl IntoView {
    let ErrorView { status, title, message, next, incident } = view;
    let next = if next.is_empty() { vec![(text::GO_HOME.to_owned(), "/".to_owned())] } else { next };
    let links: Vec<_> = next
        .into_iter()
        .enumerate()
        .map(|(at, (label, href))| {
            let look = if at == 0 { Look::Primary } else { Look::Plain };
            view! { <ButtonLink text=label href look/> }
        })
        .collect();
    let incident = incident.map(|incident| {
        view! {
            <div class="incident">
                <KeyValue><KeyValueRow label=text::INCIDENT><code class="break">{incident}</code></KeyValueRow></KeyValue>
                <p class="muted small">{text::INCIDENT_HINT}</p>
            </div>
        }
    });
    view! {
        <div class="error-page">
            <span class="mark mark-large" aria-hidden="true"></span>
            <p class="overline">{status}</p>
            <h1 class="error-title" dir="auto">{title}</h1>
            <p class="lead" dir="auto">{message}</p>
            <div class="actions">{links}</div>
            {incident}
        </div>
    }
}
