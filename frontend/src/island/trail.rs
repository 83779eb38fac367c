//! Walking an entity's trail with the arrow keys.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{dom, root};

/// Left and right move along the links inside, Home and End to the first and last one.
#[component]
pub fn TrailWalk(
    /// The trail, drawn by the server.
    children: Children,
) -> impl IntoView {
    view! { <TrailIsland>{children()}</TrailIsland> }
}

#[island]
fn TrailIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    let island = root.clone();
    dom::on_key(root, move |event| {
        let (Some(link), Ok(links), false) = (dom::target(event), island.query_selector_all("a"), dom::has_modifier(event)) else { return };
        let count = links.length();
        let Some(at) = (0..count).find(|at| links.item(*at).is_some_and(|node| node.is_same_node(Some(&link)))) else { return };
        let next = match &*event.key() {
            "ArrowRight" => at + 1,
            "ArrowLeft" => at.wrapping_sub(1),
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        if let Some(next) = links.item(next) {
            event.prevent_default();
            dom::focus(next.unchecked_ref());
        }
    });
}
