//! The portal's own REST, to read and to try: subjects, their operations, and each one's parameters and answers.

use leptos::prelude::*;
use model::view::{RestGroup, RestOperation, RestParameter, RestView};

use crate::{
    components::{ButtonLink, CodeBlock, DataTable, TableColumn},
    text::rest as words,
};

/// What stands in `<main>`.
pub fn rest(view: RestView) -> impl IntoView {
    let subjects: Vec<_> =
        view.groups.iter().map(|group| view! { <li><a href=format!("#{}", group.name)>{words::subject(&group.name)}</a></li> }).collect();
    let groups: Vec<_> = view.groups.into_iter().map(subject).collect();
    view! {
        <div class="page-head">
            <h1 class="title">{words::TITLE}<span class="count">{view.version}</span></h1>
            <ButtonLink text=words::DOCUMENT href="/api/openapi.json"/>
        </div>
        <p class="lead">{view.description}</p>
        <p class="quiet">{words::TOKEN_HINT}</p>
        <nav class="rest-subjects" aria-label=words::SUBJECTS><ul>{subjects}</ul></nav>
        {groups}
    }
}

fn subject(group: RestGroup) -> AnyView {
    let operations: Vec<_> = group.operations.into_iter().map(operation).collect();
    let heading = format!("{}-heading", group.name);
    let title = words::subject(&group.name);
    view! {
        <section class="section" aria-labelledby=heading.clone() id=group.name>
            <div class="section-head"><h2 class="section-title" id=heading.clone()>{title}</h2></div>
            <p class="quiet">{group.description}</p>
            <div class="rest-operations">{operations}</div>
        </section>
    }
    .into_any()
}

fn operation(operation: RestOperation) -> AnyView {
    let tone = match operation.method.as_str() {
        "DELETE" => "verb tone-danger",
        "GET" => "verb tone-neutral",
        _ => "verb tone-info",
    };
    let parameters = (!operation.parameters.is_empty()).then(|| {
        let columns = vec![TableColumn::new(words::NAME), TableColumn::new(words::PLACE), TableColumn::new(words::MEANING).class("wide")];
        let rows: Vec<_> = operation.parameters.into_iter().map(parameter).collect();
        view! { <h3 class="rest-part">{words::PARAMETERS}</h3><DataTable label=words::PARAMETERS columns>{rows}</DataTable> }
    });
    let body = operation.body.map(|(kind, description)| {
        view! { <h3 class="rest-part">{words::BODY}</h3><p><code class="mono">{kind}</code>" "{description}</p> }
    });
    let columns = vec![TableColumn::new(words::STATUS), TableColumn::new(words::MEANING).class("wide")];
    let answers: Vec<_> = operation
        .answers
        .into_iter()
        .map(|(status, meaning)| {
            view! { <tr><td class="mono" data-label=words::STATUS>{status}</td><td data-label=words::MEANING>{meaning}</td></tr> }
        })
        .collect();
    let label = format!("{} · {}", words::ANSWERS, operation.id);
    view! {
        <details class="rest-operation" id=operation.id>
            <summary>
                <span class=tone>{operation.method}</span>
                <code class="mono break">{operation.path}</code>
                <span class="quiet">{operation.summary}</span>
            </summary>
            <div class="rest-detail">
                {parameters}
                {body}
                <h3 class="rest-part">{words::ANSWERS}</h3>
                <DataTable label columns>{answers}</DataTable>
                <h3 class="rest-part">{words::EXAMPLE}</h3>
                <CodeBlock code=operation.example label="sh"/>
            </div>
        </details>
    }
    .into_any()
}

fn parameter(parameter: RestParameter) -> AnyView {
    let required = parameter.required.then(|| view! { <span class="quiet">" "{words::REQUIRED}</span> });
    view! {
        <tr>
            <td data-label=words::NAME><code class="mono">{parameter.name}</code>{required}</td>
            <td data-label=words::PLACE>{parameter.place}</td>
            <td data-label=words::MEANING>{parameter.description}</td>
        </tr>
    }
    .into_any()
}
