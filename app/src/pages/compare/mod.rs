//! Two entities side by side: rows with what each has, same and different marked in words, and both descriptors line by line.

use frontend::Combobox;
use leptos::prelude::*;
use model::view::{ComparePart, CompareRow, CompareValue, CompareView, DescriptorLine, EntityLink};

use crate::{
    components::{Badge, Banner, Button, ButtonLink, Diff, DiffLine, EmptyState, EntityLinkView, Glyph, Icon, Look, Tone},
    text::compare as words,
};

/// The title, for the browser's tab too.
pub fn heading(view: &CompareView) -> String {
    match (&view.a, &view.b) {
        (Some(a), Some(b)) => words::title(&a.title, &b.title),
        _ => words::COMPARE.to_owned(),
    }
}

/// What stands in `<main>`.
pub fn compare(view: CompareView) -> impl IntoView {
    let form = form(&view);
    let body = match (view.a.clone(), view.b.clone()) {
        (Some(a), Some(b)) => compared(view, a, b),
        (None, None) if view.asked_a.is_empty() && view.asked_b.is_empty() => {
            view! { <EmptyState title=words::NOTHING_YET text=words::NOTHING_YET_HINT/> }.into_any()
        }
        _ => view! { <EmptyState title=words::NOT_YET text=words::NOT_YET_HINT/> }.into_any(),
    };
    view! {
        <div class="page-head"><h1 class="title">{words::COMPARE}</h1></div>
        <p class="muted compare-lead">{words::LEAD}</p>
        {form}
        {body}
    }
}

fn form(view: &CompareView) -> AnyView {
    let value = |link: &Option<EntityLink>, asked: &str| link.as_ref().map_or_else(|| asked.to_owned(), |link| link.entity_ref.to_string());
    let swap = view.a.as_ref().zip(view.b.as_ref()).map(|(a, b)| {
        let href = CompareView::href(&b.entity_ref, Some(&a.entity_ref));
        view! { <ButtonLink text=words::SWAP href look=Look::Quiet glyph=Glyph::Sort/> }
    });
    let field = |id: &'static str, label: &'static str, value: String, error: Option<String>| {
        let class = if error.is_some() { "field field-wrong" } else { "field" };
        let error = error.map(|error| view! { <span class="field-error" role="alert"><Icon glyph=Glyph::Danger/>{error}</span> });
        view! {
            <div class=class>
                <label for=format!("compare-{id}")>{label}</label>
                <Combobox id=format!("compare-{id}") name=id.to_owned() value kind=String::new()/>
                {error}
            </div>
        }
    };
    view! {
        <form class="compare-form" action="/compare">
            {field("a", words::LEFT, value(&view.a, &view.asked_a), view.errors.0.clone())}
            {field("b", words::RIGHT, value(&view.b, &view.asked_b), view.errors.1.clone())}
            <div class="actions"><Button text=words::DO look=Look::Primary/>{swap}</div>
        </form>
        <p class="hint">{words::FIELD_HINT}</p>
    }
    .into_any()
}

fn compared(view: CompareView, a: EntityLink, b: EntityLink) -> AnyView {
    let (same, different) = view.counts();
    let tone = if different == 0 { Tone::Ok } else { Tone::Info };
    let parts: Vec<_> = view.parts.into_iter().map(|part| table(part, &a, &b)).collect();
    let cut = (view.cut > 0).then(|| view! { <p class="muted small">{words::cut(view.cut)}</p> });
    let label = format!("{} → {}", a.entity_ref, b.entity_ref);
    let lines: Vec<DiffLine> = view
        .lines
        .into_iter()
        .map(|line| match line {
            DescriptorLine::Same(line) => DiffLine::Same(line),
            DescriptorLine::Left(line) => DiffLine::Removed(line),
            DescriptorLine::Right(line) => DiffLine::Added(line),
            DescriptorLine::Folded(count) => DiffLine::Same(format!("⋯ {}", words::folded(count))),
        })
        .collect();
    view! {
        <Banner tone title=words::counts(same, different)/>
        {parts}
        <section class="section" aria-labelledby="descriptors">
            <h2 class="section-title" id="descriptors">{words::DESCRIPTORS}</h2>
            <Diff label lines/>
            {cut}
        </section>
    }
    .into_any()
}

fn table(part: ComparePart, a: &EntityLink, b: &EntityLink) -> AnyView {
    let head = |link: &EntityLink| view! { <th scope="col" class="compare-side"><EntityLinkView link=link.clone()/></th> };
    let (heads, names) = (view! { {head(a)}{head(b)} }, (a.title.clone(), b.title.clone()));
    let rows: Vec<_> = part.rows.into_iter().map(|row| line(row, &names)).collect();
    view! {
        <section class="section" aria-labelledby=part.id>
            <h2 class="section-title" id=part.id>{part.title}</h2>
            <table class="table table-labelled compare">
                <caption class="sr-only">{part.title}</caption>
                <thead><tr><th scope="col" class="compare-what">{words::WHAT}</th>{heads}<th scope="col" class="compare-verdict">{words::VERDICT}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn line(row: CompareRow, names: &(String, String)) -> AnyView {
    let (word, tone) = match (row.same(), row.a.is_empty(), row.b.is_empty()) {
        (true, ..) => (words::SAME, Tone::Neutral),
        (_, _, true) => (words::ONLY_LEFT, Tone::Info),
        (_, true, _) => (words::ONLY_RIGHT, Tone::Info),
        _ => (words::DIFFERENT, Tone::Info),
    };
    let class = if row.same() { "is-same" } else { "is-different" };
    let other = (row.a.clone(), row.b.clone());
    view! {
        <tr class=class>
            <th scope="row" class="cell-main" dir="auto">{row.label}</th>
            <td data-label=names.0.clone()>{values(row.a, &other.1)}</td>
            <td data-label=names.1.clone()>{values(row.b, &other.0)}</td>
            <td class="short"><Badge text=word tone/></td>
        </tr>
    }
    .into_any()
}

/// The values of one side; those that the other side has not are marked.
fn values(values: Vec<CompareValue>, other: &[CompareValue]) -> AnyView {
    if values.is_empty() {
        return view! { <span class="muted" aria-hidden="true">{words::NOTHING}</span><span class="sr-only">{words::NOTHING_SPOKEN}</span> }.into_any();
    }
    let several = values.len() > 1;
    let items: Vec<_> = values
        .into_iter()
        .map(|value| {
            let own = several && !other.contains(&value);
            let content = match value {
                CompareValue::Text(text) => view! { <span class="break" dir="auto">{text}</span> }.into_any(),
                CompareValue::Entity(link) => view! { <EntityLinkView link/> }.into_any(),
            };
            view! { <li class=own.then_some("is-own")>{content}</li> }
        })
        .collect();
    view! { <ul class="compare-values">{items}</ul> }.into_any()
}
