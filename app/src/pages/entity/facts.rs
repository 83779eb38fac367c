//! The facts of the first screen, for somebody on call: owner and how to reach them, on call, what runs, runbook,
//! dashboards, logs. What nothing is connected to is said once, in grey, below them.

use leptos::prelude::*;
use model::view::{EntityView, Fact};

use super::{header::is_web, words};
use crate::components::{EntityLinkView, Glyph, Icon, OwnerLink};

/// The facts; nothing for people and groups, whose profile says it.
pub(super) fn facts(view: &EntityView) -> Option<AnyView> {
    let (known, unknown): (Vec<&Fact>, Vec<&Fact>) = view.facts.iter().partition(|fact| fact.value.is_some());
    if view.profile.is_some() || view.facts.is_empty() && view.about.owner.is_none() {
        return None;
    }
    let has_owner = known.iter().any(|fact| fact.label == words::OWNER);
    let owner = (!has_owner).then(|| {
        let owner = view
            .about
            .owner
            .clone()
            .map_or_else(|| view! { <OwnerLink owner=None/> }.into_any(), |link| view! { <EntityLinkView link/> }.into_any());
        view! { <div class="glance"><dt>{words::OWNER}</dt><dd>{owner}</dd></div> }
    });
    let known: Vec<_> = known.into_iter().map(fact).collect();
    let unknown = (!unknown.is_empty()).then(|| not_connected(&unknown));
    Some(
        view! {
            <section class="glances" aria-labelledby="at-a-glance">
                <h2 class="sr-only" id="at-a-glance">{words::AT_A_GLANCE}</h2>
                <dl class="glance-grid">{owner}{known}</dl>
                {unknown}
            </section>
        }
        .into_any(),
    )
}

fn fact(fact: &Fact) -> AnyView {
    let value = fact.value.clone().unwrap_or_default();
    let value = match fact.href.clone().filter(|href| is_web(href)) {
        Some(href) => {
            let outside = !href.starts_with('/');
            let icon = (outside && !href.starts_with("mailto:")).then(|| view! { <Icon glyph=Glyph::External/> });
            view! { <a class="link" href=href rel=outside.then_some("noopener noreferrer") dir="auto">{value}{icon}</a> }.into_any()
        }
        None => view! { <span dir="auto">{value}</span> }.into_any(),
    };
    let hint = fact.hint.clone().map(|hint| view! { <span class="glance-hint" dir="auto">{hint}</span> });
    view! { <div class="glance"><dt>{fact.label.clone()}</dt><dd>{value}{hint}</dd></div> }.into_any()
}

fn not_connected(facts: &[&Fact]) -> AnyView {
    let names: Vec<&str> = facts.iter().map(|fact| &*fact.label).collect();
    let names = format!("{}: {}", words::NOT_CONNECTED, names.join(", "));
    let hints: Vec<_> = facts
        .iter()
        .filter_map(|fact| {
            fact.hint.clone().map(|hint| view! { <li><strong>{fact.label.clone()}</strong>" "<span dir="auto">{hint}</span></li> })
        })
        .collect();
    if hints.is_empty() {
        return view! { <p class="glance-missing">{names}</p> }.into_any();
    }
    view! {
        <details class="glance-missing"><summary>{names}" "<span class="glance-how">{words::HOW}</span></summary><ul class="plain-list">{hints}</ul></details>
    }
    .into_any()
}
