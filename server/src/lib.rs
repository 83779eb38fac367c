//! The program `waymark`: configuration, composition root, HTTP and the command line.
//!
//! It is a library so that its tests can drive the router in process. Nothing in it decides what a caller may see or
//! do: that is `portal`'s. It alone knows HTTP and the environment.

pub mod config;
pub mod http;

mod command;
mod demo;
mod lock;
mod logging;
mod ports;
mod replica;
mod serve;

pub use command::run;
pub use serve::portal_config;
