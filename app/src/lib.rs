//! The portal's pages: a view model in, a whole HTML document out.
//!
//! Pure and synchronous, never compiled for the browser. What runs there are the islands of `frontend`, which pages
//! place like any other component; every page and form works without them.

#![expect(clippy::needless_pass_by_value, reason = "pages and components own what they show: a view outlives its caller")]

pub mod components;
pub mod graph;
pub mod pages;
pub mod render;
pub mod text;
