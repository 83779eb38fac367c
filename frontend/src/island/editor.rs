//! The YAML editor's companion: checks what is typed a moment after the last key.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTextAreaElement};

use super::{dom, request, root};
use crate::YamlMistake;

/// Stands around a text area of YAML and the list of its mistakes. In the browser the server checks the text while one
/// types; without scripts it is checked when it is sent.
#[component]
pub fn YamlCheck(
    /// The text area, and an `<ol>` for the mistakes.
    children: Children,
) -> impl IntoView {
    view! { <EditorIsland>{children()}</EditorIsland> }
}

#[island]
fn EditorIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    let (Some(area), Some(list)) = (dom::find(root, "textarea"), dom::find(root, "ol")) else { return };
    let area: HtmlTextAreaElement = area.unchecked_into();
    let version = Rc::new(Cell::new(0_u32));
    dom::on(root, "input", move |_| {
        version.set(version.get() + 1);
        let (area, list, latest, mine) = (area.clone(), list.clone(), version.clone(), version.get());
        dom::later(400, move || {
            if latest.get() != mine {
                return;
            }
            spawn_local(async move {
                // A check that does not come back says nothing: saving checks again.
                if let Ok(mistakes) = request::check(&area.value()).await
                    && latest.get() == mine
                {
                    show(&area, &list, &mistakes);
                }
            });
        });
    });
}

fn show(area: &HtmlTextAreaElement, list: &Element, mistakes: &[YamlMistake]) {
    list.set_text_content(None);
    for mistake in mistakes {
        let Ok(item) = document().create_element("li") else { return };
        for (tag, text, class) in [("strong", &mistake.place, ""), ("span", &mistake.message, ""), ("span", &mistake.help, "muted")] {
            if let Ok(part) = document().create_element(tag)
                && !text.is_empty()
            {
                dom::set(&part, "class", class);
                part.set_text_content(Some(text));
                let _ = item.append_child(&part);
            }
        }
        let _ = list.append_child(&item);
    }
    if mistakes.is_empty() {
        let _ = area.remove_attribute("aria-invalid");
    } else {
        dom::set(area, "aria-invalid", "true");
    }
}
