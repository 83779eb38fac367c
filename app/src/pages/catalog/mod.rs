//! The catalog's list: kinds, filters, the table, and what to do when it is empty.
//!
//! Everything that can be chosen is a link or a plain form, and everything chosen is in the address. While one types
//! into the text filter, the island swaps the regions named in [`REGIONS`] for those of the new page.

mod empty;
mod filters;
pub(crate) mod rows;
mod toolbar;

use leptos::prelude::*;
use model::{
    CatalogQuery, FacetKey, Owner, PAGE_SIZE,
    view::{CatalogView, KindCount},
};

use crate::{
    components::{Choice, Count, Pager, Tabs},
    text,
};

/// The ids of the parts that change with the text filter.
const REGIONS: &str = "catalog-title catalog-actions catalog-kinds filters catalog-whose catalog-results";

/// The heading: the kind in the plural.
pub fn heading(view: &CatalogView) -> String {
    let kind = &view.query.kind;
    view.kinds.iter().find(|known| known.kind == *kind).map_or_else(|| text::kind_heading(kind), plural)
}

/// What stands in `<main>`.
pub fn catalog(view: CatalogView) -> impl IntoView {
    let is_empty = view.kinds.iter().all(|kind| kind.count == 0);
    let title = heading(&view);
    if is_empty && !view.query.is_filtered() {
        return view! { <div class="page-head"><h1 class="title">{text::CATALOG}</h1></div>{empty::catalog()} }.into_any();
    }
    view! {
        <div class="page-head">
            <h1 class="title" id="catalog-title">{title.clone()}<Count count=view.total/></h1>
            {toolbar::actions(&view)}
        </div>
        <div id="catalog-kinds"><Tabs label=text::KINDS choices=kinds(&view)/></div>
        <div class="catalog">
            {filters::rail(&view)}
            <div class="catalog-main">
                {toolbar::toolbar(&view)}
                <div id="catalog-results">
                    {toolbar::chips(&view)}
                    {results(view, title)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// How to get the first entity in, for every page that would list some.
pub(crate) fn empty_catalog() -> AnyView {
    empty::catalog()
}

fn results(view: CatalogView, title: String) -> AnyView {
    if view.rows.is_empty() {
        return empty::results(&view);
    }
    let CatalogView { query, rows, total, now, .. } = view;
    let page = query.page;
    let pages = query.clone();
    view! {
        {rows::table(&query, &rows, now, title)}
        <Pager page size=PAGE_SIZE total href=Box::new(move |page| pages.at_page(page).href("/catalog"))/>
    }
    .into_any()
}

/// The kinds with their counts. Text and *mine* stay when the kind changes; the other filters mean nothing elsewhere.
fn kinds(view: &CatalogView) -> Vec<Choice> {
    view.kinds
        .iter()
        .map(|kind| {
            let query = CatalogQuery { text: view.query.text.clone(), owned: view.query.owned, ..CatalogQuery::of_kind(&kind.kind) };
            let label = if kind.kind == "all" { text::EVERYBODYS.to_owned() } else { plural(kind) };
            Choice::new(label, query.href("/catalog"), kind.kind == view.query.kind).count(kind.count)
        })
        .collect()
}

/// A kind in the plural.
fn plural(kind: &KindCount) -> String {
    kind.plural.clone().unwrap_or_else(|| text::kind_heading(&kind.label))
}

/// A filter that is set, in the order in which the chips show it.
struct SetFilter {
    label: &'static str,
    value: String,
    /// The page without it.
    without: CatalogQuery,
}

/// What narrows the page beside its kind, the last one set last as far as the address tells.
fn set_filters(view: &CatalogView) -> Vec<SetFilter> {
    let query = &view.query;
    let mut out = Vec::new();
    let owned = match query.owned {
        Owner::Anyone => None,
        Owner::Mine => Some(text::MINE),
        Owner::Starred => Some(text::STARRED),
    };
    if let Some(value) = owned {
        let without = CatalogQuery { owned: Owner::Anyone, page: 1, ..query.clone() };
        out.push(SetFilter { label: "", value: value.to_owned(), without });
    }
    for (key, values) in &query.facets {
        for value in values {
            out.push(SetFilter { label: key.label(), value: label_of(view, *key, value), without: query.toggled(*key, value) });
        }
    }
    if !query.text.is_empty() {
        let without = CatalogQuery { text: String::new(), page: 1, ..query.clone() };
        out.push(SetFilter { label: text::TEXT, value: query.text.clone(), without });
    }
    out
}

/// A facet's value as people read it.
fn label_of(view: &CatalogView, key: FacetKey, value: &str) -> String {
    let facet = view.facets.iter().find(|facet| facet.key == key);
    let option = facet.and_then(|facet| facet.options.iter().find(|option| option.value == value));
    option.map_or_else(|| value.to_owned(), |option| option.label.clone())
}

/// The page without any filter.
fn unfiltered(query: &CatalogQuery) -> CatalogQuery {
    CatalogQuery { text: String::new(), owned: Owner::Anyone, facets: Default::default(), page: 1, ..query.clone() }
}
