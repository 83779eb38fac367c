//! The single-key shortcuts, and the dialog that lists them and switches them off.

use leptos::prelude::*;
use web_sys::Element;

use super::{dom, root};

/// The id of the dialog; a `button commandfor="shortcuts" command="show-modal"` opens it too.
pub(super) const DIALOG: &str = "shortcuts";

/// Milliseconds within which the second key has to follow `g`.
const PAUSE: f64 = 1500.0;

/// `g h`, `g c`, `g a` go to a place, `?` shows the keys. The palette listens for its own keys.
#[component]
pub fn Shortcuts(
    /// The person's settings switch them off, in every browser.
    #[prop(optional)]
    off: bool,
) -> impl IntoView {
    let switch = if off {
        view! { <p class="muted small">"They are off for you in every browser. "<a class="link" href="/settings/appearance">"Switch them on"</a></p> }
            .into_any()
    } else {
        view! { <label class="shortcut-switch"><input type="checkbox" checked=true/>"Use shortcuts in this browser"</label> }.into_any()
    };
    view! {
        <ShortcutsIsland>
            <dialog id=DIALOG class="dialog shortcuts" aria-labelledby="shortcuts-title">
                <form method="dialog">
                    <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                    <dl class="shortcut-list">
                        <dt><kbd>"Ctrl"</kbd>" or "<kbd>"⌘"</kbd>" "<kbd>"K"</kbd></dt><dd>"Search or jump to"</dd>
                        <dt><kbd>"/"</kbd></dt><dd>"Search or jump to"</dd>
                        <dt><kbd>"g"</kbd>" "<kbd>"h"</kbd></dt><dd>"Home"</dd>
                        <dt><kbd>"g"</kbd>" "<kbd>"c"</kbd></dt><dd>"Catalog"</dd>
                        <dt><kbd>"g"</kbd>" "<kbd>"a"</kbd></dt><dd>"APIs"</dd>
                        <dt><kbd>"←"</kbd>" "<kbd>"→"</kbd></dt><dd>"Walk along an entity’s trail"</dd>
                        <dt><kbd>"?"</kbd></dt><dd>"This list"</dd>
                    </dl>
                    {switch}
                    <div class="actions"><button class="button" type="submit" autofocus=true>"Close"</button></div>
                </form>
            </dialog>
        </ShortcutsIsland>
    }
}

#[island]
fn ShortcutsIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    if let Some(switch) = dom::field(root, "input") {
        switch.set_checked(dom::keys_on());
        dom::on(root, "change", move |_| dom::switch_keys(switch.checked()));
    }
    let mut first = f64::NEG_INFINITY;
    dom::on_key(&document(), move |event| {
        if dom::key_is_taken(event) || event.repeat() || !dom::keys_on() {
            return;
        }
        let follows = event.time_stamp() - first < PAUSE;
        first = f64::NEG_INFINITY;
        match (&*event.key(), follows) {
            ("?", _) => dom::open_dialog(DIALOG),
            ("g", _) => first = event.time_stamp(),
            ("h", true) => dom::go("/"),
            ("c", true) => dom::go("/catalog"),
            ("a", true) => dom::go("/apis"),
            _ => {}
        }
    });
}
