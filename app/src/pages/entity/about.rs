//! The About part: where the entity belongs, where it comes from, and what its authors say about it.

use leptos::prelude::*;
use model::{
    CatalogQuery, FacetKey,
    view::{Actor, EntityLink, EntityView, Link},
};

use super::{header::is_web, words};
use crate::{
    components::{Badge, EntityLinkView, Glyph, Icon, KeyValue, KeyValueRow, OwnerLink, Tag, Time, Tone},
    text,
};

/// Labels shown before the rest is folded.
const LABELS: usize = 6;

/// The About part. `owner`: the owner belongs here, since nothing above has said it.
pub(super) fn about(view: &EntityView, owner: bool) -> AnyView {
    let about = &view.about;
    let kind = view.header.entity.kind.to_lowercase();
    let owner = (owner && view.profile.is_none()).then(|| about.owner.clone());
    let owner = owner.map(|owner| view! { <KeyValueRow label=words::OWNER><OwnerLink owner/></KeyValueRow> });
    let link = |label: &'static str, link: &Option<EntityLink>| {
        link.clone().map(|link| view! { <KeyValueRow label=label><EntityLinkView link/></KeyValueRow> })
    };
    let spec_type = about.spec_type.clone().map(|value| {
        let href = filtered(&kind, FacetKey::Type, &value);
        view! { <KeyValueRow label=words::TYPE><a class="link" dir="auto" href=href>{value}</a></KeyValueRow> }
    });
    let lifecycle = about.lifecycle.clone().map(|value| {
        let tone = Tone::of_lifecycle(&value);
        let value = if tone == Tone::Neutral {
            view! { <span dir="auto">{value}</span> }.into_any()
        } else {
            view! { <Badge text=value tone/> }.into_any()
        };
        view! { <KeyValueRow label=words::LIFECYCLE>{value}</KeyValueRow> }
    });
    let tags = (!about.tags.is_empty()).then(|| {
        let tags: Vec<_> =
            about.tags.iter().map(|tag| view! { <Tag text=tag.clone() href=filtered("all", FacetKey::Tag, tag)/> }).collect();
        view! { <KeyValueRow label=words::TAGS><span class="chips">{tags}</span></KeyValueRow> }
    });
    let links = (!about.links.is_empty()).then(|| {
        let links: Vec<_> = about.links.iter().map(link_view).collect();
        view! { <KeyValueRow label=words::LINKS><ul class="about-links">{links}</ul></KeyValueRow> }
    });
    let annotations: Vec<_> = about
        .annotations
        .iter()
        .map(|known| {
            let value = match known.href.clone().filter(|href| is_web(href)) {
                Some(href) => view! { <a class="link" dir="auto" href=href rel="noopener noreferrer">{known.value.clone()}</a> }.into_any(),
                None => view! { <span class="mono" dir="auto">{known.value.clone()}</span> }.into_any(),
            };
            let key = known.key.clone();
            view! { <KeyValueRow label=known.label.clone()><span title=key>{value}</span></KeyValueRow> }
        })
        .collect();
    let location = (!about.location.is_empty()).then(|| {
        let text = about.location.clone();
        let value = match view.header.view_source.clone().filter(|href| is_web(href)) {
            Some(href) => view! { <a class="link mono" dir="ltr" href=href rel="noopener noreferrer">{text}</a> }.into_any(),
            None => view! { <span class="mono" dir="ltr">{text}</span> }.into_any(),
        };
        view! { <KeyValueRow label=words::LOCATION>{value}</KeyValueRow> }
    });
    let overlay = about.overlay.clone().map(|note| {
        let by = match note.by {
            Actor::Person(link) => view! { <EntityLinkView link plain=true/> }.into_any(),
            Actor::Other(name) => name.into_any(),
        };
        let (at, now, fields) = (note.at, view.now, text::edit::overlaid(&note.fields));
        view! {
            <KeyValueRow label=text::edit::OVERLAY>
                <span class="about-overlay"><Icon glyph=Glyph::Info/>{fields}</span><span class="muted small">{by}", "<Time at now/></span>
            </KeyValueRow>
        }
    });
    let (system, parent) = (link(words::SYSTEM, &about.system), link(words::PART_OF, &about.parent));
    let (changed, first_seen, now, labels) = (about.changed, about.first_seen, view.now, labels(view));
    view! {
        <section class="about" aria-labelledby="about">
            <div class="section-head"><h2 class="section-title" id="about">{words::ABOUT}</h2></div>
            <KeyValue>
                {owner}
                {system}
                {parent}
                {spec_type}
                {lifecycle}
                {tags}
                {links}
                {annotations}
                {location}
                {overlay}
                <KeyValueRow label=words::CHANGED><Time at=changed now/></KeyValueRow>
                <KeyValueRow label=words::FIRST_SEEN><Time at=first_seen now/></KeyValueRow>
                {labels}
            </KeyValue>
        </section>
    }
    .into_any()
}

/// The catalog's page of everything that shares a value.
fn filtered(kind: &str, key: FacetKey, value: &str) -> String {
    CatalogQuery::of_kind(kind).toggled(key, value).href("/catalog")
}

fn link_view(link: &Link) -> AnyView {
    let glyph = Glyph::of_link(link.icon.as_deref());
    let title = if link.title.trim().is_empty() { link.url.clone() } else { link.title.clone() };
    if is_web(&link.url) {
        view! { <li><a class="about-link" href=link.url.clone() rel="noopener noreferrer" title=link.url.clone()><Icon glyph/><bdi>{title}</bdi></a></li> }.into_any()
    } else {
        view! { <li><span class="about-link"><Icon glyph/><bdi>{title}</bdi>" "<code>{link.url.clone()}</code></span></li> }.into_any()
    }
}

fn labels(view: &EntityView) -> Option<AnyView> {
    let labels = &view.about.labels;
    if labels.is_empty() {
        return None;
    }
    let all: Vec<_> = labels.iter().map(|(key, value)| view! { <li class="mono">{format!("{key}={value}")}</li> }).collect();
    let content = if labels.len() > LABELS {
        view! { <details><summary class="more">{labels.len().to_string()}</summary><ul>{all}</ul></details> }.into_any()
    } else {
        view! { <ul>{all}</ul> }.into_any()
    };
    Some(view! { <KeyValueRow label=words::LABELS>{content}</KeyValueRow> }.into_any())
}
