//! The button that copies a piece of the page.

use leptos::prelude::*;
use web_sys::Element;

use super::{dom, root};

/// Copies the text of an element. It names the element instead of carrying the text, which would stand in the page
/// twice. Hidden until it works.
#[component]
pub fn CopyButton(
    /// The id of the element whose text is copied.
    target: String,
    /// What is copied, for the button's name: `YAML`.
    what: String,
) -> impl IntoView {
    let mut label = what;
    label.insert_str(0, "Copy ");
    view! {
        <CopyIsland>
            <button class="button button-quiet copy" type="button" hidden=true data-target=target aria-label=label.clone() title=label>
                <i class="icon i-copy"></i><span aria-live="polite">"Copy"</span>
            </button>
        </CopyIsland>
    }
}

#[island]
fn CopyIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    let Some(button) = dom::find(root, "button") else { return };
    let _ = button.remove_attribute("hidden");
    dom::on(root, "click", move |_| {
        let text =
            button.get_attribute("data-target").and_then(|id| document().get_element_by_id(&id)).and_then(|element| element.text_content());
        if let (Some(text), Some(word)) = (text, dom::find(&button, "span")) {
            let _ = window().navigator().clipboard().write_text(&text);
            word.set_text_content(Some("Copied"));
            dom::later(2000, move || word.set_text_content(Some("Copy")));
        }
    });
}
