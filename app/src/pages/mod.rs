//! The pages, one a file or folder: each takes its view model and gives what stands in `<main>`.

pub mod admin;
pub mod catalog;
pub mod changes;
pub mod compare;
pub mod design;
pub mod edit;
pub mod entity;
pub mod error;
pub mod explore;
pub mod home;
pub mod locations;
pub mod not_let_in;
pub mod notifications;
pub mod problems;
pub mod register;
pub mod rest;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod starred;
pub mod views;
pub mod why;
