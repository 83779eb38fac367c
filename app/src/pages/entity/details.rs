//! Sections that the configuration declares for a kind.

use leptos::prelude::*;
use model::view::{DetailSection, DetailValue};

use super::words;
use crate::components::{EntityLinkView, KeyValue, KeyValueRow};

/// The sections, in the order of the configuration.
pub(super) fn details(sections: Vec<DetailSection>) -> Vec<AnyView> {
    sections.into_iter().enumerate().map(|(index, section)| one(index, section)).collect()
}

fn one(index: usize, section: DetailSection) -> AnyView {
    let id = format!("details-{index}");
    let labelled_by = id.clone();
    let rows = section.rows.into_iter().map(|(label, value)| {
        let value = shown(value);
        view! { <KeyValueRow label=label>{value}</KeyValueRow> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="section" aria-labelledby=labelled_by>
            <div class="section-head"><h2 class="section-title" id=id dir="auto">{section.title}</h2></div>
            <KeyValue>{rows}</KeyValue>
        </section>
    }
    .into_any()
}

fn shown(value: DetailValue) -> AnyView {
    match value {
        DetailValue::Text(text) => view! { <span dir="auto">{text}</span> }.into_any(),
        DetailValue::Code(code) => view! { <pre class="mono">{code}</pre> }.into_any(),
        DetailValue::Links(links) => {
            let links: Vec<_> = links.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
            view! { <ul class="plain-list">{links}</ul> }.into_any()
        }
        DetailValue::Missing => view! { <span class="quiet">{words::NOT_STATED}</span> }.into_any(),
    }
}
