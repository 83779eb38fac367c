//! The database: SQLite for one process, PostgreSQL for several.
//!
//! This crate alone knows pools and drivers. What others see is a [`Store`] to read from, a [`Tx`] as the only way to
//! write, and [`Statement`]s: static SQL text, written in the crate that owns the concern and checked on both databases.
//!
//! Three rules are built in, since they cannot be added later:
//! - every write is one [`Tx`], and its rows of the change feed are written last, so that feed order is commit order ([`feed`]);
//! - whoever works on something for longer holds it by an epoch, and every write of theirs names it ([`lease`], [`jobs`]);
//! - times that two processes compare come from the database's clock ([`Tx::now`]).

mod args;
mod error;
pub mod feed;
pub mod jobs;
pub mod lease;
mod migrate;
mod open;
mod query;
pub mod setting;
mod sql;
mod statement;
mod store;
mod tx;
mod types;

pub use args::Args;
pub use error::{LeaseLost, StoreError};
pub use feed::{FeedPage, FeedRow, FeedWatch};
pub use open::{Backend, StoreConfig};
pub use sql::STATEMENTS;
pub use statement::Statement;
pub use store::Store;
pub use tx::{ReadTx, Tx};
pub use types::{Json, Row, Ts};
