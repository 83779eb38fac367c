//! The crate from outside: addresses and webhooks as tables, files and repositories against servers on the loopback.

mod addresses;
mod git;
mod hosted;
mod repository;
mod server;
mod targets;
mod web;
mod webhooks;
