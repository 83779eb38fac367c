//! Where descriptors come from, read for real: folders, git repositories, a web server on this machine.

mod confined;
mod forges;
mod git;
#[expect(dead_code, reason = "the tests of forges need more of it")]
#[path = "../../../forge/tests/it/server.rs"]
mod git_server;
mod hostile;
mod previews;
mod pushes;
mod registering;
mod repository;
mod waiting;
mod web;
mod web_server;
mod world;
