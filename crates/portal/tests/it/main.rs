//! The portal over real files and real databases: what is read, what is kept when files break, and what replicas show each other.

mod access;
mod access_abuse;
mod analyzing;
mod auditing;
mod authorising;
mod edits;
mod everybody;
mod exploring;
#[expect(dead_code, reason = "the tests of forges need more of it")]
#[path = "../../../forge/tests/it/server.rs"]
mod git_server;
#[expect(dead_code, reason = "the tests of identity need more of it")]
#[path = "../../../identity/tests/provider/issuer.rs"]
mod issuer;
mod keeping;
mod owning;
mod pages;
mod policies;
mod providers;
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
