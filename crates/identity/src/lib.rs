//! People and machines: how they come in, what they may do, and what they did.
//!
//! - [`Action`] is everything that can be done with the portal, and [`policy`] decides it with Cedar;
//! - sessions, tokens and accounts say who asks; providers of the outside world say it too;
//! - the audit log keeps what was done, in a chain.
//!
//! Groups come from outside: whoever asks this crate brings them along.

pub mod account;
mod action;
pub mod audit;
mod digest;
pub mod policy;
pub mod provider;
pub mod service;
pub mod session;
pub mod setup;
mod sql;
pub mod throttle;
pub mod token;

pub use action::{Access, Action, ResourceKind};
pub use digest::digest;
pub use sql::STATEMENTS;
