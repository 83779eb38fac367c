//! The relation graph: laid out here, drawn as SVG by the server, and told as a list for those who cannot see it.

mod drawing;
pub mod fold;
pub mod layered;
pub mod layout;
pub mod map;
mod picture;

pub use drawing::{GraphDrawing, GraphSize};
pub(crate) use picture::group_title;
pub use picture::picture;
