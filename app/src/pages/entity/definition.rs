//! An API's definition: its operations as a table, then the text as written.

use frontend::CopyButton;
use leptos::prelude::*;
use model::view::{ApiDefinition, EntityView};

use super::{highlight, words};
use crate::components::{Count, DataTable, EmptyState, TableColumn};

/// Bytes of a definition that are shown; the page of a longer one would not open on a phone.
const SHOWN: usize = 512 * 1024;

pub(super) fn definition(view: EntityView) -> AnyView {
    let Some(definition) = view.definition.filter(|definition| !definition.text.trim().is_empty()) else {
        return view! { <EmptyState title=words::NO_DEFINITION text=words::NO_DEFINITION_HINT/> }.into_any();
    };
    let ApiDefinition { format, text, operations } = definition;
    let operations = (!operations.is_empty()).then(|| operations_table(operations));
    let shown = text.floor_char_boundary(SHOWN.min(text.len()));
    let cut = (shown < text.len()).then(|| view! { <p class="quiet">{words::cut(shown, text.len())}</p> });
    let code = highlight::code(highlight::language_of(&format, &text), &text[..shown], "definition-text");
    view! {
        {operations}
        <section class="section" aria-labelledby="definition">
            <div class="section-head"><h2 class="section-title" id="definition">{words::DEFINITION}</h2></div>
            <figure class="code">
                <figcaption>
                    <span class="mono">{format}</span>
                    <span class="code-actions"><CopyButton target="definition-text".to_owned() what="definition".to_owned()/></span>
                </figcaption>
                <pre tabindex="0" role="region" aria-label=words::DEFINITION_TEXT>{code}</pre>
            </figure>
            {cut}
        </section>
    }
    .into_any()
}

fn operations_table(operations: Vec<(String, String, String)>) -> AnyView {
    let count = operations.len() as u64;
    let has_summary = operations.iter().any(|(_, _, summary)| !summary.is_empty());
    let mut columns = vec![TableColumn::new(words::VERB), TableColumn::new(words::PATH)];
    columns.extend(has_summary.then(|| TableColumn::new(words::SUMMARY)));
    let rows: Vec<_> = operations
        .into_iter()
        .map(|(verb, path, summary)| {
            let summary = has_summary.then(|| view! { <td data-label=words::SUMMARY dir="auto">{summary}</td> });
            let class = verb_class(&verb);
            view! {
                <tr>
                    <td class="operation-verb" data-label=words::VERB><span class=class>{verb}</span></td>
                    <td class="mono break" data-label=words::PATH dir="ltr">{path}</td>
                    {summary}
                </tr>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="operations">
            <div class="section-head"><h2 class="section-title" id="operations">{words::OPERATIONS}</h2><Count count/></div>
            <DataTable label=words::OPERATIONS columns>{rows}</DataTable>
        </section>
    }
    .into_any()
}

/// Verbs that change something stand out from those that read.
fn verb_class(verb: &str) -> &'static str {
    match verb.to_ascii_lowercase().as_str() {
        "delete" => "verb tone-danger",
        "post" | "put" | "patch" | "mutation" | "publish" | "send" => "verb tone-info",
        _ => "verb tone-neutral",
    }
}
