//! Places on the network that files are read from: git repositories, plain web addresses, and the hosts they live on.

mod config;

pub use config::{FetchConfig, HostConfig, HostKind};
