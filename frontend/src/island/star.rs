//! The star beside an entity's name.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlFormElement};

use super::{dom, request, root};

/// A star that is a plain form to `/star`; in the browser it answers at once and the page stays.
///
/// When the portal refuses, the form is sent after all, so that the next page says why.
#[component]
pub fn StarButton(
    /// The entity, `kind:namespace/name`.
    entity: String,
    /// The entity's title, for the button's name.
    title: String,
    /// Whether it is starred now.
    starred: bool,
    /// Path and query of the page, to which the form comes back.
    return_to: String,
) -> impl IntoView {
    let class = if starred { "icon i-star-filled" } else { "icon i-star" };
    let mut label = title;
    label.insert_str(0, "Star ");
    view! {
        <StarIsland>
            <form class="star" method="post" action="/star">
                <input type="hidden" name="entity" value=entity/>
                <input type="hidden" name="starred" value=flag(!starred)/>
                <input type="hidden" name="return_to" value=return_to/>
                <button class="star-button" type="submit" aria-pressed=flag(starred) aria-label=label title="Star"><i class=class></i></button>
            </form>
        </StarIsland>
    }
}

#[island]
fn StarIsland(children: Children) -> impl IntoView {
    root(children, start)
}

const fn flag(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}

fn start(root: &Element) {
    let island = root.clone();
    dom::on(root, "submit", move |event| {
        let (Some(entity), Some(next)) = (dom::field(&island, "input[name=entity]"), dom::field(&island, "input[name=starred]")) else {
            return;
        };
        event.prevent_default();
        let starred = next.value() == "true";
        let island = island.clone();
        show(&island, starred);
        spawn_local(async move {
            if request::star(&entity.value(), starred).await.is_err() {
                show(&island, !starred);
                if let Some(form) = dom::find(&island, "form") {
                    let _ = form.unchecked_into::<HtmlFormElement>().submit();
                }
            }
        });
    });
}

fn show(island: &Element, starred: bool) {
    if let (Some(button), Some(icon), Some(next)) =
        (dom::find(island, "button"), dom::find(island, "i"), dom::field(island, "input[name=starred]"))
    {
        dom::set(&button, "aria-pressed", flag(starred));
        icon.set_class_name(if starred { "icon i-star-filled" } else { "icon i-star" });
        next.set_value(flag(!starred));
    }
}
