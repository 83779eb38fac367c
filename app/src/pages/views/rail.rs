//! Saved views on the catalog's page: the button that keeps what shows, and the list above the filters.

use leptos::prelude::*;
use model::view::{CatalogView, SavedView};

use crate::{
    components::{Button, Checkbox, Glyph, HiddenFields, Icon, Look, Menu},
    text::views as words,
};

/// The button that keeps the page as it is filtered.
pub(in crate::pages) fn save(view: &CatalogView) -> Option<AnyView> {
    if !view.views.can_save {
        return None;
    }
    let query = view.query.at_page(1).query_string();
    Some(
        view! {
            <Menu id="save-view" text=words::SAVE_VIEW glyph=Glyph::Bookmark>
                <form class="menu-form" method="post" action="/views">
                    <HiddenFields fields=vec![("query", query)]/>
                    <label for="view-name">{words::VIEW_NAME}</label>
                    <input class="input" type="text" id="view-name" name="name" required=true maxlength="80" dir="auto" autocomplete="off"/>
                    <Checkbox name="shared" label=words::SHARE/>
                    <Button text=words::SAVE_VIEW look=Look::Primary/>
                </form>
            </Menu>
        }
        .into_any(),
    )
}

/// The list above the filters; nothing as long as there are none.
pub(in crate::pages) fn rail(view: &CatalogView) -> Option<AnyView> {
    let views = &view.views;
    if views.mine.is_empty() && views.shared.is_empty() {
        return None;
    }
    let now = view.query.at_page(1).query_string();
    let list = |saved: &[SavedView]| -> Vec<_> {
        saved
            .iter()
            .map(|saved| {
                let current = (saved.query == now).then_some("true");
                view! { <li><a class="facet" href=saved.href() aria-current=current title=saved.name.clone()><span class="clamp-1" dir="auto">{saved.name.clone()}</span></a></li> }
            })
            .collect()
    };
    let shared = (!views.shared.is_empty()).then(|| {
        let heading = (!views.mine.is_empty()).then(|| view! { <li class="facet-note">{words::SHARED_VIEWS}</li> });
        view! { {heading}{list(&views.shared)} }
    });
    Some(
        view! {
            <details class="facet-group" open>
                <summary>{words::SAVED_VIEWS}<Icon glyph=Glyph::ChevronDown/></summary>
                <ul>{list(&views.mine)}{shared}</ul>
                <a class="more" href="/views">{words::MANAGE_VIEWS}</a>
            </details>
        }
        .into_any(),
    )
}
