//! Links to entities: the icon of the kind, the title, the full name on hover.

use leptos::prelude::*;
use model::view::EntityLink;

use super::{Glyph, Icon};
use crate::text;

/// A link to an entity. One that refers to nothing says so and is no link.
#[component]
pub fn EntityLinkView(
    /// The entity.
    link: EntityLink,
    /// Without the icon of its kind, where every row has the same.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let icon = (!plain).then(|| view! { <Icon glyph=Glyph::of_kind(&link.kind)/> });
    if link.exists {
        view! { <a class="entity" href=link.entity_ref.href() title=link.entity_ref.to_string()>{icon}<bdi>{link.title}</bdi></a> }
            .into_any()
    } else {
        let title = text::missing_entity(&link.entity_ref.to_string());
        view! { <span class="entity entity-missing" title=title>{icon}<bdi>{link.title}</bdi><span class="sr-only">{text::NOT_IN_CATALOG}</span></span> }
            .into_any()
    }
}

/// Who owns something, or a quiet word that nobody does.
#[component]
pub fn OwnerLink(
    /// The owner.
    owner: Option<EntityLink>,
) -> impl IntoView {
    match owner {
        Some(link) => view! { <EntityLinkView link/> }.into_any(),
        None => view! { <span class="muted">{text::NO_OWNER}</span> }.into_any(),
    }
}

/// An entity in a few lines: kind, title, full name and description.
#[component]
pub fn QuickCard(
    /// The entity.
    link: EntityLink,
) -> impl IntoView {
    let kind = match &link.spec_type {
        Some(spec_type) => format!("{} · {spec_type}", link.kind),
        None => link.kind.clone(),
    };
    let description = (!link.description.is_empty()).then(|| view! { <p class="clamp-2" dir="auto">{link.description.clone()}</p> });
    view! {
        <div class="quick-card">
            <p class="overline">{kind}</p>
            <p class="quick-title"><EntityLinkView link=link.clone() plain=true/></p>
            <p class="mono muted break">{link.entity_ref.to_string()}</p>
            {description}
        </div>
    }
}
