//! The pages, one a file or folder: each takes its view model and gives what stands in `<main>`.

pub mod catalog;
pub mod design;
pub mod entity;
pub mod error;
pub mod home;
pub mod search;
pub mod sign_in;
