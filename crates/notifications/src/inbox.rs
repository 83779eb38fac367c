//! What somebody was told: listed, counted, read and saved.

use std::{cmp::Ordering, collections::HashMap};

use model::Timestamp;
use store::{Args, Store, StoreError, Tx};

use crate::{Severity, sql};

/// What is looked for in an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxQuery {
    /// Only read ones, or only unread ones.
    pub read: Option<bool>,
    /// Only saved ones, or only the others.
    pub saved: Option<bool>,
    /// Only about this.
    pub topic: Option<String>,
    /// Only these severities; empty: every one.
    pub severities: Vec<Severity>,
    /// Only what has this text in its title or body; the case of ASCII letters does not matter.
    pub search: Option<String>,
    /// Only what was created then or later.
    pub created_after: Option<Timestamp>,
    /// Only these.
    pub ids: Option<Vec<String>>,
    /// The order; empty: unread ones first, then the latest.
    pub sort: Vec<Sort>,
    /// How many are left out at the start.
    pub offset: usize,
    /// How many are given, at most; `None`: all.
    pub limit: Option<usize>,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The largest first.
    pub descending: bool,
}

/// What messages can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// When it was first sent.
    Created,
    /// When it was replaced; those that never were come first.
    Updated,
    /// The title's bytes.
    Title,
    /// The topic's bytes.
    Topic,
    /// The origin's bytes.
    Origin,
    /// How much it matters.
    Severity,
    /// When it was read; unread ones come first.
    Read,
    /// When it was saved; others come first.
    Saved,
}

/// A message in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Whether it is for everybody.
    pub everybody: bool,
    /// What sent it.
    pub origin: String,
    /// What it is about.
    pub topic: String,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// More.
    pub body: String,
    /// Where to go.
    pub link: String,
    /// The name of an icon.
    pub icon: String,
    /// What it replaces.
    pub scope: String,
    /// When it was first sent.
    pub created: Timestamp,
    /// When it was replaced.
    pub updated: Option<Timestamp>,
    /// When the person read it.
    pub read: Option<Timestamp>,
    /// When the person saved it.
    pub saved: Option<Timestamp>,
}

/// One page of an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many match.
    pub total: u64,
    /// The page's.
    pub items: Vec<Item>,
}

/// How full an inbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Not read yet.
    pub unread: u64,
    /// Read.
    pub read: u64,
    /// Saved, read or not.
    pub saved: u64,
}

/// What is noted of messages; `None`: it stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Read or unread.
    pub read: Option<bool>,
    /// Saved or not.
    pub saved: Option<bool>,
}

/// The messages of a person that match, one page of them. `person` is a User's ref in small letters.
///
/// # Errors
/// When the database does not answer.
pub async fn list(store: &Store, person: &str, query: &InboxQuery) -> Result<Listed, StoreError> {
    let severities: Vec<&str> = query.severities.iter().map(|severity| severity.name()).collect();
    let all: Vec<&str> = Severity::ALL.iter().map(|severity| severity.name()).collect();
    let args = Args::new()
        .text(person)
        .text(query.read.map_or("", |read| if read { "read" } else { "unread" }))
        .text(query.saved.map_or("", |saved| if saved { "saved" } else { "unsaved" }))
        .text(query.topic.as_deref().unwrap_or_default())
        .json(if severities.is_empty() { &all } else { &severities })
        .ts(query.created_after.unwrap_or(Timestamp(i64::MIN)))
        .text(query.search.as_deref().unwrap_or_default().to_ascii_lowercase());
    let args = match &query.ids {
        Some(ids) => args.json(ids),
        None => args.text(""),
    };
    let mut rows: Vec<sql::InboxRow> = store.fetch_all(&sql::INBOX, args).await?;
    if query.sort.is_empty() {
        rows.sort_by_key(|row| row.read_at.is_some());
    } else {
        rows.sort_by(|a, b| order(&query.sort, a, b));
    }
    let total = rows.len() as u64;
    let ids: Vec<String> = rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX)).map(|row| row.id).collect();
    Ok(Listed { total, items: by_ids(store, person, &ids).await? })
}

fn order(sort: &[Sort], a: &sql::InboxRow, b: &sql::InboxRow) -> Ordering {
    let severity = |row: &sql::InboxRow| Severity::from_name(&row.severity).unwrap_or_default();
    for Sort { by, descending } in sort {
        let order = match by {
            SortBy::Created => a.created_at.cmp(&b.created_at),
            SortBy::Updated => a.updated_at.cmp(&b.updated_at),
            SortBy::Title => a.title.cmp(&b.title),
            SortBy::Topic => a.topic.cmp(&b.topic),
            SortBy::Origin => a.origin.cmp(&b.origin),
            SortBy::Severity => severity(a).cmp(&severity(b)),
            SortBy::Read => a.read_at.cmp(&b.read_at),
            SortBy::Saved => a.saved_at.cmp(&b.saved_at),
        };
        let order = if *descending { order.reverse() } else { order };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Messages of a person by their ids, in that order; those that are not in the person's inbox are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(store: &Store, person: &str, ids: &[String]) -> Result<Vec<Item>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<sql::ItemRow> = store.fetch_all(&sql::INBOX_ROWS, Args::new().text(person).json(ids)).await?;
    let mut found: HashMap<String, Item> = rows.into_iter().map(|row| (row.id.clone(), item(row))).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn item(row: sql::ItemRow) -> Item {
    Item {
        everybody: row.person == crate::EVERYBODY,
        severity: Severity::from_name(&row.severity).unwrap_or_default(),
        id: row.id,
        origin: row.origin,
        topic: row.topic,
        title: row.title,
        body: row.body,
        link: row.link,
        icon: row.icon,
        scope: row.scope,
        created: row.created_at.0,
        updated: row.updated_at.map(|at| at.0),
        read: row.read_at.map(|at| at.0),
        saved: row.saved_at.map(|at| at.0),
    }
}

/// How full a person's inbox is.
///
/// # Errors
/// When the database does not answer.
pub async fn status(store: &Store, person: &str) -> Result<Status, StoreError> {
    let row: Option<(i64, i64, i64)> = store.fetch_optional(&sql::STATUS, Args::new().text(person)).await?;
    let (all, read, saved) = row.unwrap_or_default();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Status { unread: count(all - read), read: count(read), saved: count(saved) })
}

/// Origin and topic of everything in a person's inbox.
///
/// # Errors
/// When the database does not answer.
pub async fn topics(store: &Store, person: &str) -> Result<Vec<(String, String)>, StoreError> {
    store.fetch_all(&sql::TOPICS, Args::new().text(person)).await
}

/// Notes that a person read or saved messages, or takes that back. Ids that are not in the person's inbox do nothing.
///
/// # Errors
/// Any failure of the statements.
pub async fn mark(tx: &mut Tx, person: &str, ids: &[String], mark: Mark) -> Result<(), StoreError> {
    let now = tx.now().await?;
    let mut seen = std::collections::HashSet::new();
    let ids: Vec<&String> = ids.iter().filter(|id| seen.insert(id.as_str())).collect();
    for (wanted, statement) in [(mark.read, &sql::MARK_READ), (mark.saved, &sql::MARK_SAVED)] {
        if let Some(wanted) = wanted {
            tx.execute(statement, Args::new().text(person).json(&ids).opt_ts(wanted.then_some(now))).await?;
        }
    }
    tx.feed("notification", person);
    Ok(())
}

/// Notes that a person read everything that came up to `until`: what arrived while the person looked stays unread.
///
/// # Errors
/// Any failure of the statement.
pub async fn mark_all_read(tx: &mut Tx, person: &str, until: Timestamp) -> Result<u64, StoreError> {
    let now = tx.now().await?;
    let marked = tx.execute(&sql::MARK_ALL, Args::new().text(person).ts(now).ts(until)).await?;
    tx.feed("notification", person);
    Ok(marked)
}
