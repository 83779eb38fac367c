//! The rail of filters: at the side on wide screens, a sheet from below on phones.

use leptos::prelude::*;
use model::{
    CatalogQuery, FacetKey,
    view::{CatalogView, Facet, FacetOption},
};

use crate::{
    components::{Glyph, Html, Icon},
    pages::views,
    text,
};

/// How many values of a filter show before one unfolds the rest.
const SHOWN: usize = 7;

/// All filters that have something to offer.
pub(super) fn rail(view: &CatalogView) -> AnyView {
    let facets: Vec<_> = view.facets.iter().filter(|facet| !facet.options.is_empty()).map(|facet| section(&view.query, facet)).collect();
    view! {
        <aside class="rail" id="filters" popover="auto" aria-label=text::FILTERS>
            <div class="rail-head">
                <h2>{text::FILTERS}</h2>
                <button class="button button-quiet button-icon" type="button" popovertarget="filters" popovertargetaction="hide" aria-label=text::CLOSE>
                    <Icon glyph=Glyph::Close/>
                </button>
            </div>
            {views::rail(view)}
            {facets}
        </aside>
    }
    .into_any()
}

fn section(query: &CatalogQuery, facet: &Facet) -> AnyView {
    let picked = facet.options.iter().filter(|option| option.picked).count();
    let (shown, folded) = facet.options.split_at(facet.options.len().min(SHOWN.max(picked)));
    let more = (!folded.is_empty()).then(|| {
        view! {
            <details class="facet-more">
                <summary>{text::show_more(folded.len() as u64)}</summary>
                <ul inner_html=items(query, facet.key, folded)></ul>
                {(facet.more > 0).then(|| view! { <p class="muted small">{text::more_values(facet.more)}</p> })}
            </details>
        }
    });
    view! {
        <details class="facet-group" open>
            <summary>{facet.key.label()}<Icon glyph=Glyph::ChevronDown/></summary>
            <ul inner_html=items(query, facet.key, shown)></ul>
            {more}
        </details>
    }
    .into_any()
}

/// Each value as a link that picks it, or drops it again.
fn items(query: &CatalogQuery, key: FacetKey, options: &[FacetOption]) -> String {
    let mut html = Html::with_capacity(options.len() * 200);
    for option in options {
        html.markup("<li><a class=\"facet\"").attribute("href", &query.toggled(key, &option.value).href("/catalog"));
        if option.picked {
            html.attribute("aria-current", "true");
        }
        html.markup("><span dir=\"auto\">").text(&option.label).markup("</span>").count(option.count).markup("</a></li>");
    }
    html.finish()
}
