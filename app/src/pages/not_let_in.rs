//! Somebody whom a provider sent back, and who was not let in: what was looked for, where, and what can be done.

use frontend::CopyButton;
use leptos::prelude::*;
use model::view::{NotLetInView, TriedResolver};

use crate::{
    components::{ButtonLink, DataTable, Look, TableColumn},
    text::providers as words,
};

/// What stands in `<main>`.
pub fn not_let_in(view: NotLetInView) -> impl IntoView {
    let NotLetInView { provider, title, message, tried, snippet, again, request_id } = view;
    let tried = (!tried.is_empty()).then(|| looked(tried));
    let snippet = snippet.map(|snippet| {
        view! {
            <p class="not-let-in-lead">{words::SNIPPET_LEAD}</p>
            <figure class="code">
                <figcaption><span class="mono">{words::SNIPPET}</span><span class="code-actions"><CopyButton target="snippet".to_owned() what="YAML".to_owned()/></span></figcaption>
                <pre tabindex="0" role="region" aria-label=words::SNIPPET><code id="snippet" dir="ltr">{snippet}</code></pre>
            </figure>
        }
    });
    view! {
        <div class="error-page not-let-in">
            <span class="mark mark-large" aria-hidden="true"></span>
            <p class="overline" dir="auto">{provider}</p>
            <h1 class="error-title">{title}</h1>
            <p class="lead break" dir="auto">{message}</p>
            {tried}
            {snippet}
            <div class="actions"><ButtonLink text=words::AGAIN href=again look=Look::Primary/></div>
            <p class="muted small">{words::request(&request_id)}</p>
        </div>
    }
}

fn looked(tried: Vec<TriedResolver>) -> impl IntoView {
    let rows: Vec<_> = tried
        .into_iter()
        .map(|tried| {
            let value = match tried.value {
                Some(value) => view! { <code class="not-let-in-value" dir="ltr">{value}</code> }.into_any(),
                None => view! { <span class="muted">{words::NOT_SAID}</span> }.into_any(),
            };
            view! {
                <tr>
                    <td class="cell-main"><code>{tried.resolver}</code></td>
                    <td data-label=words::PLACE><code>{tried.place}</code></td>
                    <td data-label=words::VALUE>{value}</td>
                    <td data-label=words::RESULT>{tried.outcome}</td>
                </tr>
            }
        })
        .collect();
    let columns =
        vec![TableColumn::new(words::BY), TableColumn::new(words::PLACE), TableColumn::new(words::VALUE), TableColumn::new(words::RESULT)];
    view! { <DataTable label=words::LOOKED columns labelled=true>{rows}</DataTable> }
}
