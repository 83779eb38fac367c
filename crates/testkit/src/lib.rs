//! What tests share: throw-away databases of both kinds, and the checks that every crate with SQL runs.
//!
//! ```no_run
//! # async fn example() {
//! for database in testkit::databases().await {
//!     let tx = database.store.begin().await.expect(database.name);
//!     # drop(tx);
//! }
//! # }
//! ```

mod database;
mod statements;

pub use database::{TestDatabase, databases, empty_databases};
pub use statements::check_statements;
