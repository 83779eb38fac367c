//! Search: what was found, the best first.

use leptos::prelude::*;
use model::view::SearchView;

use crate::{
    components::{Button, ButtonLink, Count, EmptyState, EntityLinkView, Glyph, Icon, Look},
    text,
};

/// What stands in `<main>`.
pub fn search(view: SearchView) -> impl IntoView {
    let SearchView { text: words, hits, total } = view;
    let body = if words.is_empty() {
        view! { <p class="quiet">{text::SEARCH_EMPTY}</p> }.into_any()
    } else if hits.is_empty() {
        view! {
            <EmptyState title=text::search_none(&words) text=text::SEARCH_NONE_HINT>
                <ButtonLink text=text::BROWSE_CATALOG href="/catalog?kind=all"/>
            </EmptyState>
        }
        .into_any()
    } else {
        let items: Vec<_> = hits
            .into_iter()
            .map(|hit| {
                let entity = hit.entity;
                let mut facts = vec![entity.kind.clone()];
                facts.extend(entity.spec_type.clone());
                facts.extend(hit.owner);
                let description = entity.description.clone();
                view! {
                    <li class="hit">
                        <EntityLinkView link=entity/>
                        <span class="hit-facts" dir="auto">{facts.join(" · ")}</span>
                        {(!description.is_empty()).then(|| view! { <p class="clamp-2" dir="auto">{description}</p> })}
                    </li>
                }
            })
            .collect();
        let shown = items.len() as u64;
        let rest = (total > shown).then(|| view! { <p class="quiet">{text::only_best(shown, total)}</p> });
        view! { <ol class="hits">{items}</ol>{rest} }.into_any()
    };
    let count = (!words.is_empty()).then(|| view! { <Count count=total/> });
    view! {
        <div class="page-head"><h1 class="title">{text::SEARCH_HEADING}{count}</h1></div>
        <form class="search-form" action="/search" role="search" aria-label=text::SEARCH_EVERYTHING>
            <span class="search-field">
                <Icon glyph=Glyph::Search/>
                <input class="input" type="search" name="q" value=words aria-label=text::SEARCH_EVERYTHING autofocus maxlength="200" autocomplete="off" dir="auto"/>
            </span>
            <Button text=text::SEARCH look=Look::Primary/>
        </form>
        {body}
    }
}
