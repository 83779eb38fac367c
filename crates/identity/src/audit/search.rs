//! Finding rows.

use model::Timestamp;
use store::{Args, Store, StoreError};

use super::{Row, sql};

/// Rows that one search gives, at most.
pub const MOST: u32 = 1_000;
/// Sorts after every text that a column holds.
const LAST: &str = "\u{10ffff}";

/// Which rows. What is empty limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Who: a whole name, or its beginning and a star.
    pub actor: String,
    /// What it was done to: a whole name, or its beginning and a star.
    pub resource: String,
    /// What was done: a whole name, or its beginning and a star.
    pub action: String,
    /// `allow` or `deny`.
    pub decision: String,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// A text that stands in the detail, the resource, the actor, the request's id or the address; letters of either case.
    pub text: String,
    /// Only rows with a higher number.
    pub after: Option<i64>,
    /// Only rows with a lower number.
    pub before: Option<i64>,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As people read.
    NewestFirst,
    /// As it was written.
    OldestFirst,
}

impl AuditQuery {
    fn args(&self, limit: u32) -> Args {
        let mut args = Args::new();
        for name in [&self.actor, &self.resource, &self.action] {
            let (first, last) = bounds(name);
            args = args.text(first).text(last);
        }
        args.int(self.from.map_or(i64::MIN, |from| from.0))
            .int(self.until.map_or(i64::MAX, |until| until.0))
            .text(&self.decision)
            .text(self.text.to_ascii_lowercase())
            .int(self.after.unwrap_or(i64::MIN))
            .int(self.before.unwrap_or(i64::MAX))
            .int(limit.min(MOST).into())
    }
}

/// The first and the last text that a name stands for.
fn bounds(name: &str) -> (String, String) {
    match name.strip_suffix('*') {
        _ if name.is_empty() => (String::new(), LAST.to_owned()),
        Some(beginning) => (beginning.to_owned(), format!("{beginning}{LAST}")),
        None => (name.to_owned(), name.to_owned()),
    }
}

/// Up to `limit` rows ([`MOST`] at most).
///
/// # Errors
/// Any failure of the store.
pub async fn search(store: &Store, query: &AuditQuery, order: Order, limit: u32) -> Result<Vec<Row>, StoreError> {
    // The narrowest of what is asked leads, as far as that can be guessed.
    let statement = match order {
        Order::OldestFirst => &sql::OLDEST,
        Order::NewestFirst if !query.resource.is_empty() => &sql::NEWEST_BY_RESOURCE,
        Order::NewestFirst if !query.actor.is_empty() => &sql::NEWEST_BY_ACTOR,
        Order::NewestFirst if !query.action.is_empty() => &sql::NEWEST_BY_ACTION,
        Order::NewestFirst => &sql::NEWEST,
    };
    store.fetch_all(statement, query.args(limit)).await
}

/// The row of this number.
///
/// # Errors
/// Any failure of the store.
pub async fn one(store: &Store, seq: i64) -> Result<Option<Row>, StoreError> {
    store.fetch_optional(&sql::ONE, Args::new().int(seq)).await
}

/// The actions that occur in the log, by name.
///
/// # Errors
/// Any failure of the store.
pub async fn action_names(store: &Store) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = store.fetch_all(&sql::ACTIONS, Args::new()).await?;
    Ok(rows.into_iter().map(|(action,)| action).collect())
}
