//! An entity's history: the same list as *What changed*, of one entity.

use leptos::prelude::*;
use model::view::{ChangesQuery, ChangesView, EntityTab, EntityView};

use super::tab_href;
use crate::{
    components::{ButtonLink, Glyph},
    pages::changes::{list, pager},
    text::changes as words,
};

pub(super) fn history(view: &EntityView, changes: &ChangesView) -> AnyView {
    let around = ChangesQuery { around: Some(view.header.entity.entity_ref.clone()), last_day: true, ..ChangesQuery::default() }.href();
    let page = tab_href(view, EntityTab::History);
    let href = move |query: &ChangesQuery| match &query.before {
        Some(before) => format!("{page}?before={}", before.text()),
        None => page.clone(),
    };
    view! {
        <div class="history">
            <div class="actions history-actions"><ButtonLink text=words::AROUND_LINK href=around glyph=Glyph::Graph/></div>
            {list(changes, true)}
            {pager(changes, href)}
        </div>
    }
    .into_any()
}
