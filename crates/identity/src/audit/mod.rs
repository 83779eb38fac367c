//! The audit log: what was done, by whom, in a chain that shows whether anybody changed it.
//!
//! Each row's hash covers the row and the hash before it, so that nothing between two rows can change unnoticed. The end of the chain stands
//! in `audit_head`, signed with a key that is not in the database: so cutting rows off the end, and writing the whole chain anew, are found
//! too. Retention removes the oldest rows and signs where the chain begins from then on.
//!
//! A row is appended in the transaction of the change that it tells of, last ([`Log::append`]). PostgreSQL's lock on the row of the head puts
//! the rows of all replicas in one order.
//!
//! What no chain can show alone is that the whole database was put back to an earlier, rightly signed state. So every process remembers the
//! end that it has seen ([`Seen`]), and the program keeps it outside of the database.

mod chain;
mod entry;
mod export;
mod fault;
mod key;
mod log;
mod retention;
mod search;
mod sql;
mod verify;

pub use entry::{Decision, Entry, Row};
pub use export::{CSV_HEADER, csv_line, json_line};
pub use fault::Fault;
pub use key::{AuditKey, KeyError};
pub use log::{Log, Seen};
pub use retention::{Removed, oldest};
pub use search::{AuditQuery, MOST, Order, action_names, one, search};
pub use sql::STATEMENTS;
pub use verify::{Extent, Verdict, verify};
