//! The portal over real files and real databases: what is read, what is kept when files break, and what replicas show each other.

mod analyzing;
mod edits;
mod exploring;
#[expect(dead_code, reason = "the tests of forges need more of it")]
#[path = "../../../forge/tests/it/server.rs"]
mod git_server;
mod keeping;
mod pages;
mod reading;
mod registering;
mod replicas;
#[expect(dead_code, reason = "the tests of the catalog need more of it")]
#[path = "../../../catalog/tests/sources/repository.rs"]
mod repository;
mod statements;
mod waiting;
mod web;
mod world;
mod writing;
