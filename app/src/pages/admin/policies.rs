//! Policies: the list, one with its editor and test, its history, and the question before one is deleted.

mod history;
mod one;

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{Actor, CompareLine, DeletePolicyView, PoliciesView, PolicyExample, PolicyOrigin, PolicyRow, YamlProblem},
};

use crate::{
    components::{
        Badge, Breadcrumbs, Button, ButtonLink, CodeBlock, Crumb, DataTable, DiffLine, EntityLinkView, Glyph, HiddenFields, Look,
        TableColumn, Time, Tone,
    },
    text::policies as words,
};

pub use history::history;
pub use one::policy;
pub(crate) use one::{heading, mention_link};

/// What stands in `<main>`.
pub fn policies(view: PoliciesView) -> impl IntoView {
    let PoliciesView { rows, examples, can_write, now } = view;
    let new = can_write.then(|| view! { <ButtonLink text=words::NEW href="/admin/policies/new" look=Look::Primary glyph=Glyph::Plus/> });
    let none = (!rows.iter().any(|row| row.origin == PolicyOrigin::Portal)).then(|| view! { <p class="quiet">{words::NONE_OF_OURS}</p> });
    let rows: Vec<_> = rows.into_iter().map(|found| row(found, now)).collect();
    let columns = vec![
        TableColumn::new(words::NAME).class("wide"),
        TableColumn::new(words::STATE),
        TableColumn::new(words::ORIGIN),
        TableColumn::new(words::CHANGED),
    ];
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}</h1><div class="actions">{new}</div></div>
        <p class="lead">{words::LEAD}</p>
        {none}
        <div class="policy-table"><DataTable label=words::TITLE columns labelled=true>{rows}</DataTable></div>
        {can_write.then(|| starting_points(examples))}
    }
}

fn row(row: PolicyRow, now: Timestamp) -> AnyView {
    let state = state(row.enabled, !row.problems.is_empty());
    let changed = row.changed.map(|(by, at)| changed(by, at, now));
    view! {
        <tr>
            <td class="cell-main">
                <a class="policy-name mono" href=href(&row.name)>{row.name.clone()}</a>
                <div class="cell-text" dir="auto">{row.says}</div>
            </td>
            <td data-label=words::STATE>{state}</td>
            <td data-label=words::ORIGIN><span class="break" dir="auto">{words::origin(&row.origin)}</span></td>
            <td data-label=words::CHANGED>{changed}</td>
        </tr>
    }
    .into_any()
}

fn state(enabled: bool, broken: bool) -> AnyView {
    match (broken, enabled) {
        (true, _) => view! { <Badge text=words::BROKEN tone=Tone::Danger/> }.into_any(),
        (false, true) => view! { <Badge text=words::ON tone=Tone::Ok/> }.into_any(),
        (false, false) => view! { <Badge text=words::OFF/> }.into_any(),
    }
}

fn starting_points(examples: Vec<PolicyExample>) -> AnyView {
    let items: Vec<_> = examples
        .into_iter()
        .map(|example| {
            let href = format!("/admin/policies/new?example={}", example.id);
            view! {
                <details class="policy-example">
                    <summary><span dir="auto">{example.title}</span></summary>
                    <CodeBlock code=example.text label=example.id.clone()><ButtonLink text=words::NEW href look=Look::Quiet/></CodeBlock>
                </details>
            }
        })
        .collect();
    view! { <section class="section policy-examples"><h2 class="section-title">{words::EXAMPLES}</h2>{items}</section> }.into_any()
}

/// The question before a policy is deleted.
pub fn delete(view: DeletePolicyView) -> impl IntoView {
    let DeletePolicyView { name, text, version } = view;
    let crumbs = crumbs(Some(&name));
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title">{words::delete_question(&name)}</h1></div>
        <p class="lead">{words::DELETE_LEAD}</p>
        <div class="edit-compare"><CodeBlock code=text label=name.clone() numbered=true/></div>
        <form class="actions" method="post" action=format!("{}/delete", href(&name))>
            <HiddenFields fields=vec![("version", version.to_string())]/>
            <Button text=words::DELETE look=Look::Danger/>
            <ButtonLink text=words::CANCEL href=href(&name) look=Look::Quiet/>
        </form>
    }
}

/// The way to a policy's pages.
fn crumbs(name: Option<&str>) -> Vec<Crumb> {
    let list = Crumb { text: words::TITLE.to_owned(), href: Some("/admin/policies".to_owned()) };
    let one = name.map(|name| Crumb { text: name.to_owned(), href: Some(href(name)) });
    std::iter::once(list).chain(one).collect()
}

/// Where a policy is read. Names of files may hold anything, so they are encoded.
fn href(name: &str) -> String {
    model::view::policy_href(name)
}

/// Who changed it, and when.
fn changed(by: Actor, at: Timestamp, now: Timestamp) -> AnyView {
    let who = match by {
        Actor::Person(link) => view! { <EntityLinkView link/> }.into_any(),
        Actor::Other(name) => view! { <span class="break">{name}</span> }.into_any(),
    };
    view! { <span class="policy-changed">{who}<span class="muted nowrap"><Time at now/></span></span> }.into_any()
}

fn compared(lines: Vec<CompareLine>) -> Vec<DiffLine> {
    let line = |line| match line {
        CompareLine::Same(text) => DiffLine::Same(text),
        CompareLine::Added(text) => DiffLine::Added(text),
        CompareLine::Removed(text) => DiffLine::Removed(text),
    };
    lines.into_iter().map(line).collect()
}

/// What is wrong with the text, line by line.
fn mistakes(problems: &[YamlProblem]) -> Vec<AnyView> {
    let item = |problem: &YamlProblem| {
        let help = (!problem.help.is_empty()).then(|| view! { <span class="muted">{problem.help.clone()}</span> });
        let place = (problem.line > 0).then(|| view! { <strong>{words::at_line(problem.line, problem.column)}</strong> });
        view! { <li>{place}<span dir="auto">{problem.message.clone()}</span>{help}</li> }.into_any()
    };
    problems.iter().map(item).collect()
}
