//! Above the table: the text filter, whose entities, the filters that are set, columns and export.

use frontend::FilterBox;
use leptos::prelude::*;
use model::{CatalogQuery, Column, Owner, Sort, view::CatalogView};

use super::{REGIONS, set_filters, unfiltered};
use crate::{
    components::{Button, Checkbox, Chip, Choice, Glyph, HiddenFields, Icon, Menu, Segmented},
    pages::views,
    text,
};

/// The columns' and the export's menus.
pub(super) fn actions(view: &CatalogView) -> AnyView {
    let query = &view.query;
    let shown = query.shown_columns();
    let boxes: Vec<_> = Column::ALL
        .iter()
        .map(|column| view! { <Checkbox name="col" label=column.label() value=column.parameter() checked=shown.contains(column)/> })
        .collect();
    let mut fields = carried(query, &["columns"]);
    fields.push(("columns", "none".to_owned()));
    let (csv, json) = (query.at_page(1).href("/catalog/export.csv"), query.at_page(1).href("/catalog/export.json"));
    view! {
        <div class="actions" id="catalog-actions">
            {views::save(view)}
            <Menu id="columns" text=text::COLUMNS glyph=Glyph::Columns>
                <form class="menu-form" action="/catalog"><HiddenFields fields/>{boxes}<Button text=text::SHOW_COLUMNS/></form>
            </Menu>
            <Menu id="export" text=text::EXPORT glyph=Glyph::Download>
                <a class="menu-item" href=csv download="">{text::EXPORT_CSV}</a>
                <a class="menu-item" href=json download="">{text::EXPORT_JSON}</a>
            </Menu>
        </div>
    }
    .into_any()
}

/// The text filter, whose entities, and on phones the button that opens the filters.
pub(super) fn toolbar(view: &CatalogView) -> AnyView {
    let query = &view.query;
    let whose = |text: &'static str, owned: Owner| {
        Choice::new(text, CatalogQuery { owned, page: 1, ..query.clone() }.href("/catalog"), query.owned == owned)
    };
    let mut choices = vec![whose(text::EVERYBODYS, Owner::Anyone)];
    choices.extend(view.mine.map(|count| whose(text::MINE, Owner::Mine).count(count)));
    choices.extend(view.starred.map(|count| whose(text::STARRED, Owner::Starred).count(count)));
    let segmented = (choices.len() > 1).then(|| view! { <Segmented label=text::WHOSE choices/> });
    view! {
        <div class="toolbar">
            <form class="search-field" action="/catalog" role="search" aria-label=text::FILTER_TEXT>
                <HiddenFields fields=carried(query, &["q"])/>
                <Icon glyph=Glyph::Search/>
                <FilterBox name="q".to_owned() value=query.text.clone() label=text::FILTER_TEXT_HINT.to_owned() regions=REGIONS.to_owned()/>
            </form>
            <div id="catalog-whose">{segmented}</div>
            <button class="button filters-button" type="button" popovertarget="filters"><Icon glyph=Glyph::Filter/>{text::FILTERS}</button>
        </div>
    }
    .into_any()
}

/// The filters that are set.
pub(super) fn chips(view: &CatalogView) -> Option<AnyView> {
    let set = set_filters(view);
    if set.is_empty() {
        return None;
    }
    let several = set.len() > 1;
    let chips: Vec<_> =
        set.into_iter().map(|set| view! { <Chip label=set.label value=set.value remove_href=set.without.href("/catalog")/> }).collect();
    let clear = several.then(|| view! { <a class="more" href=unfiltered(&view.query).href("/catalog")>{text::CLEAR_FILTERS}</a> });
    Some(view! { <div class="chips" role="group" aria-label=text::CHOSEN_FILTERS>{chips}{clear}</div> }.into_any())
}

/// What a form has to send along so that the page stays what it is; without the parameters in `except`, and on page 1.
fn carried(query: &CatalogQuery, except: &[&str]) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if query.kind != "component" {
        out.push(("kind", query.kind.clone()));
    }
    if !query.text.is_empty() {
        out.push(("q", query.text.clone()));
    }
    match query.owned {
        Owner::Anyone => {}
        Owner::Mine => out.push(("owner", "mine".to_owned())),
        Owner::Starred => out.push(("owner", "starred".to_owned())),
    }
    for (key, values) in &query.facets {
        out.extend(values.iter().map(|value| (key.parameter(), value.clone())));
    }
    if (query.sort, query.descending) != (Sort::Name, false) {
        out.push(("sort", format!("{}{}", if query.descending { "-" } else { "" }, query.sort.parameter())));
    }
    if let Some(columns) = &query.columns {
        let names: Vec<_> = columns.iter().map(|column| column.parameter()).collect();
        out.push(("columns", if names.is_empty() { "none".to_owned() } else { names.join(",") }));
    }
    out.retain(|(name, _)| !except.contains(name));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_carries_what_the_address_has() {
        let address = "kind=api&q=pay&owner=mine&type=service&type=website&tag=go&sort=-changed&columns=owner%2Ctags";
        let query = CatalogQuery::parse(address);
        let carried: Vec<_> = carried(&query, &[]).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(CatalogQuery::parse(&carried.join("&")), query);
    }
}
