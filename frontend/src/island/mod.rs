//! The islands. Each stands over something that works without it.
//!
//! An island's HTML is written by the server and never again by the browser: its children. In the browser it listens to
//! events in its piece of the page and changes attributes and text there. So none of the views below is needed in the
//! wasm module, nor are props: what an island has to know stands in the HTML. Measured when the same islands drew
//! themselves from props and signals: 120 KiB of wasm after brotli; so: 48.

#![expect(unreachable_pub, reason = "an island expands to a public function that nothing else can name")]

mod combobox;
mod copy;
mod dom;
mod editor;
mod explore;
mod filter;
mod listbox;
mod palette;
mod request;
mod shortcuts;
mod star;
mod theme;
mod trail;

use leptos::prelude::*;
use web_sys::Element;

pub use combobox::Combobox;
pub use copy::CopyButton;
pub use editor::YamlCheck;
pub use explore::GraphWalk;
pub use filter::FilterBox;
pub use palette::Palette;
pub use shortcuts::Shortcuts;
pub use star::StarButton;
pub use theme::ThemeSwitch;
pub use trail::TrailWalk;

/// An island's root: shows the children as the server wrote them and, in the browser, gives itself to `start`.
///
/// One type for all islands, since each type of view is a kilobyte of code. The class takes it out of the layout.
fn root(children: Children, start: fn(&Element)) -> impl IntoView {
    let start = move |root: Element| start(&root);
    view! { <div class="island" use:start>{children()}</div> }
}
