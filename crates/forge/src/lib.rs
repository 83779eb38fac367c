//! Places on the network that files are read from: git repositories, plain web addresses, and the hosts they live on.
//!
//! Addresses come from people who may register locations, so they are taken for hostile: hosts on private networks are
//! refused unless the configuration names them, git runs with an empty environment and one transport, redirects are
//! checked one by one, and everything has a limit. Requests go out directly: proxies of the environment are not used.
//!
//! What has not changed costs one small question: `ls-remote` for a repository, a conditional request for a file.

mod address;
mod config;
mod error;
mod forge;
mod git;
mod hosts;
mod network;
mod web;
pub mod webhook;

pub use address::GitTarget;
pub use config::{FetchConfig, HostConfig, HostKind};
pub use error::ForgeError;
pub use forge::Forge;
pub use git::{Checkout, FileKind, Round, TreeFile};
pub use hosts::HostState;
pub use web::Fetched;
