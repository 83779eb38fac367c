//! The history of a policy: what each version changed, and the way back to it.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{PolicyHistoryView, PolicyVersion},
};

use super::{changed, compared, crumbs, href, state};
use crate::{
    components::{Badge, Breadcrumbs, Button, Diff, HiddenFields, Tone},
    text::policies as words,
};

/// What stands in `<main>`.
pub fn history(view: PolicyHistoryView) -> impl IntoView {
    let PolicyHistoryView { name, exists, versions, more, can_write, now } = view;
    let crumbs = crumbs(exists.then_some(&*name));
    let newest = versions.first().map_or(0, |version| version.version);
    let items: Vec<_> = versions.into_iter().map(|found| version(found, &name, newest, exists, can_write, now)).collect();
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title break">{words::history_of(&name)}</h1></div>
        <ol class="policy-versions">{items}</ol>
        {more.then(|| view! { <p class="quiet">{words::OLDER}</p> })}
    }
}

fn version(found: PolicyVersion, name: &str, newest: i64, exists: bool, can_write: bool, now: Timestamp) -> AnyView {
    let PolicyVersion { version, by, at, comment, enabled, deleted, lines } = found;
    let is_current = exists && version == newest;
    let comment = if comment.is_empty() {
        view! { <span class="muted">{words::NO_COMMENT}</span> }.into_any()
    } else {
        view! { <span dir="auto">{comment}</span> }.into_any()
    };
    let what = if deleted { view! { <Badge text=words::DELETED tone=Tone::Danger/> }.into_any() } else { state(enabled, false) };
    let current = is_current.then(|| view! { <Badge text=words::CURRENT tone=Tone::Accent/> });
    let back = (can_write && !is_current && !deleted).then(|| {
        let fields = vec![("to", version.to_string()), ("version", newest.to_string())];
        view! { <form method="post" action=format!("{}/rollback", href(name))><HiddenFields fields/><Button text=words::ROLL_BACK/></form> }
    });
    let lines = if lines.is_empty() {
        view! { <p class="muted small">{words::SAME_TEXT}</p> }.into_any()
    } else {
        view! { <Diff label=words::version(version) lines=compared(lines)/> }.into_any()
    };
    view! {
        <li class="policy-version">
            <div class="policy-version-head">
                <h2 class="policy-version-title">{words::version(version)}</h2>
                {current}
                {what}
                {changed(by, at, now)}
                {back}
            </div>
            <p class="policy-comment">{comment}</p>
            {lines}
        </li>
    }
    .into_any()
}
