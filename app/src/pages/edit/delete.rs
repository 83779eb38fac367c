//! The question before an entity is deleted.

use leptos::prelude::*;
use model::view::DeleteView;

use super::head;
use crate::{
    components::{Button, ButtonLink, DataTable, EntityLinkView, HiddenFields, Look, TableColumn},
    text::{self, edit as words},
};

/// The page that asks before an entity is deleted.
pub fn delete(view: DeleteView) -> impl IntoView {
    let DeleteView { entity, etag, dangling, more } = view;
    let page = entity.entity_ref.href();
    let action = format!("{page}/delete");
    let dangling = if dangling.is_empty() {
        view! { <p class="quiet">{words::DELETE_SAFE}</p> }.into_any()
    } else {
        let rows: Vec<_> = dangling
            .into_iter()
            .map(|(link, how)| view! { <tr><td class="cell-main"><EntityLinkView link/></td><td data-label=words::HOW_REFERS>{how}</td></tr> })
            .collect();
        let columns = vec![TableColumn::new(words::ENTITY).class("wide"), TableColumn::new(words::HOW_REFERS)];
        let more = (more > 0).then(|| view! { <p class="muted small">{text::and_more(more as u64)}</p> });
        view! {
            <section class="section" aria-labelledby="dangling">
                <div class="section-head"><h2 class="section-title" id="dangling">{words::DELETE_DANGLING}</h2></div>
                <DataTable label=words::DELETE_DANGLING columns>{rows}</DataTable>
                {more}
            </section>
        }
        .into_any()
    };
    view! {
        {head(&entity, words::delete(&entity.title))}
        <p class="lead">{words::DELETE_LEAD}</p>
        {dangling}
        <form class="actions edit-actions" method="post" action=action>
            <HiddenFields fields=vec![("etag", etag)]/>
            <Button text=words::DELETE_NOW look=Look::Danger/>
            <ButtonLink text=words::CANCEL href=page look=Look::Quiet/>
        </form>
    }
}
