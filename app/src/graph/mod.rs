//! The relation graph: laid out here, drawn as SVG by the server, and told as a list for those who cannot see it.

mod drawing;
pub mod layout;

pub use drawing::{GraphDrawing, GraphSize};
