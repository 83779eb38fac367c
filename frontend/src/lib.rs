//! What reaches the browser: islands, and the server functions that they call.
//!
//! Pages are drawn on the server and work as they are. An island makes one piece of them quicker; without it the same
//! piece is a link, a form or a native `details`, `dialog` or `popover`. Everything here counts towards the first page,
//! so islands carry few props, no `format!` on hot ground and no list component of their own.
//!
//! The crate is built twice, never with both features: `ssr` as a library of `app` and `server`, `hydrate` as the wasm
//! module.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` exclude each other: with both, the browser's half silently loses its event handlers");

#[cfg(feature = "ssr")]
pub mod ports;

mod failure;
mod function;
mod island;

pub use failure::ServerFailure;
pub use function::{Check, Complete, PaletteHit, Star, YamlMistake, check, complete, star};
pub use island::{Combobox, CopyButton, FilterBox, GraphWalk, Palette, Shortcuts, StarButton, ThemeSwitch, TrailWalk, YamlCheck};

/// Starts the islands of the page; the page's script calls it once the module is loaded.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
