//! What stands where no rows are.

use leptos::prelude::*;
use model::{CatalogQuery, view::CatalogView};

use super::{set_filters, unfiltered};
use crate::{
    components::{ButtonLink, CodeBlock, EmptyState, Look},
    text,
};

/// Nothing is in the catalog: how to get the first entity in.
pub(super) fn catalog() -> AnyView {
    view! {
        <EmptyState title=text::EMPTY_CATALOG text=text::EMPTY_CATALOG_HINT/>
        <div class="empty-steps">
            <CodeBlock code=text::EMPTY_CATALOG_FILE label="catalog-info.yaml"/>
            <CodeBlock code=text::EMPTY_CATALOG_COMMAND label="shell"/>
        </div>
    }
    .into_any()
}

/// Nothing matches: the last filter can go, or all of them; without filters, the kind is empty.
pub(super) fn results(view: &CatalogView) -> AnyView {
    let mut set = set_filters(view);
    let Some(last) = set.pop() else {
        return view! {
            <EmptyState title=text::EMPTY_KIND text=text::EMPTY_KIND_HINT>
                <ButtonLink text=text::SHOW_ALL_KINDS href=CatalogQuery::of_kind("all").href("/catalog")/>
            </EmptyState>
        }
        .into_any();
    };
    let label = text::drop_filter(last.label, &last.value);
    let clear = (!set.is_empty()).then(|| view! { <ButtonLink text=text::CLEAR_FILTERS href=unfiltered(&view.query).href("/catalog")/> });
    view! {
        <EmptyState title=text::NO_MATCH text=text::NO_MATCH_HINT>
            <ButtonLink text=label href=last.without.href("/catalog") look=Look::Primary/>
            {clear}
        </EmptyState>
    }
    .into_any()
}
