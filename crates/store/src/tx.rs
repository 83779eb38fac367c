//! Transactions: [`Tx`] writes, [`ReadTx`] reads one state of the database.

use std::sync::Arc;

use model::{Seq, Timestamp};
use sqlx::{AssertSqlSafe, Executor, Postgres, Sqlite, Transaction};

use crate::{
    Args, Backend, Row, Statement, StoreError, feed::Entry, jobs, jobs::Job, lease, lease::Lease, query::Link, query::timed, sql,
    store::Wake,
};

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Open {
    fn link(&mut self) -> Link<'_> {
        match self {
            Self::Sqlite(transaction) => Link::Sqlite(transaction),
            Self::Postgres(transaction) => Link::Postgres(transaction),
        }
    }

    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => timed("tx.commit", transaction.commit()).await,
            Self::Postgres(transaction) => timed("tx.commit", transaction.commit()).await,
        }
    }

    async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => timed("tx.rollback", transaction.rollback()).await,
            Self::Postgres(transaction) => timed("tx.rollback", transaction.rollback()).await,
        }
    }

    /// Runs text without parameters and without rows.
    async fn run(&mut self, name: &'static str, text: String) -> Result<(), StoreError> {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(transaction) => timed(name, transaction.execute(text)).await.map(drop),
            Self::Postgres(transaction) => timed(name, transaction.execute(text)).await.map(drop),
        }
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it leaves nothing behind.
///
/// On PostgreSQL a failed statement spoils the transaction: roll back, or return to a [`Tx::savepoint`].
#[must_use = "nothing is written before commit"]
pub struct Tx {
    open: Open,
    feed: Vec<Entry>,
    savepoints: Vec<(&'static str, usize)>,
    /// The head that this transaction took, once it has written its changes to the feed.
    sealed: Option<Seq>,
    pub(crate) queued_jobs: bool,
    wake: Arc<Wake>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("backend", &self.backend()).field("feed", &self.feed).finish_non_exhaustive()
    }
}

impl Tx {
    pub(crate) fn sqlite(transaction: Transaction<'static, Sqlite>, wake: Arc<Wake>) -> Self {
        Self::new(Open::Sqlite(transaction), wake)
    }

    pub(crate) fn postgres(transaction: Transaction<'static, Postgres>, wake: Arc<Wake>) -> Self {
        Self::new(Open::Postgres(transaction), wake)
    }

    fn new(open: Open, wake: Arc<Wake>) -> Self {
        Self { open, feed: Vec::new(), savepoints: Vec::new(), sealed: None, queued_jobs: false, wake }
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self.open {
            Open::Sqlite(_) => Backend::Sqlite,
            Open::Postgres(_) => Backend::Postgres,
        }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn fetch_all<R: Row>(&mut self, statement: &'static Statement, args: Args) -> Result<Vec<R>, StoreError> {
        self.open.link().fetch_all(statement, args).await
    }

    /// The first row of a statement.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn fetch_optional<R: Row>(&mut self, statement: &'static Statement, args: Args) -> Result<Option<R>, StoreError> {
        self.open.link().fetch_optional(statement, args).await
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn execute(&mut self, statement: &'static Statement, args: Args) -> Result<u64, StoreError> {
        self.open.link().execute(statement, args).await
    }

    /// The time by the database's clock, which all processes share.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn now(&mut self) -> Result<Timestamp, StoreError> {
        let row: Option<(i64,)> = self.fetch_optional(&sql::NOW, Args::new()).await?;
        Ok(Timestamp(row.unwrap_or_default().0))
    }

    /// Notes that something changed: `topic` says what kind of thing, `key` which one. Written by [`Tx::commit`].
    pub fn feed(&mut self, topic: &'static str, key: impl Into<String>) {
        self.feed.push(Entry { i: self.feed.len(), topic, key: key.into() });
    }

    /// Fails unless the job is still held by the claim that `job` came from, and keeps it so until this transaction ends.
    /// Call it first in every transaction in which a job writes to its domain.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it was taken over or has ended.
    pub async fn fence(&mut self, job: &Job) -> Result<(), StoreError> {
        jobs::fence(self, job).await
    }

    /// As [`Tx::fence`], for a lease.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it was taken over or released.
    pub async fn fence_lease(&mut self, lease: &Lease) -> Result<(), StoreError> {
        lease::fence(self, lease).await
    }

    /// Marks a place to which [`Tx::rollback_to`] can return. Savepoints nest.
    ///
    /// # Errors
    /// [`StoreError::Refused`] unless `name` is lower-case letters and underscores.
    pub async fn savepoint(&mut self, name: &'static str) -> Result<(), StoreError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !plain {
            return Err(StoreError::refused("tx.savepoint", format!("\"{name}\" is not lower-case letters and underscores")));
        }
        self.open.run("tx.savepoint", format!("SAVEPOINT {name}")).await?;
        self.savepoints.push((name, self.feed.len()));
        Ok(())
    }

    /// Forgets a savepoint and keeps what was written since.
    ///
    /// # Errors
    /// When there is no such savepoint.
    pub async fn release(&mut self, name: &'static str) -> Result<(), StoreError> {
        let at = self.position("tx.release", name)?;
        self.open.run("tx.release", format!("RELEASE SAVEPOINT {name}")).await?;
        self.savepoints.truncate(at);
        Ok(())
    }

    /// Undoes what was written since the savepoint, changes noted for the feed included. The savepoint stays.
    ///
    /// # Errors
    /// When there is no such savepoint.
    pub async fn rollback_to(&mut self, name: &'static str) -> Result<(), StoreError> {
        let at = self.position("tx.rollback_to", name)?;
        self.open.run("tx.rollback_to", format!("ROLLBACK TO SAVEPOINT {name}")).await?;
        self.feed.truncate(self.savepoints[at].1);
        self.savepoints.truncate(at + 1);
        Ok(())
    }

    fn position(&self, step: &str, name: &str) -> Result<usize, StoreError> {
        let at = self.savepoints.iter().rposition(|(other, _)| *other == name);
        at.ok_or_else(|| StoreError::refused(step, format!("there is no savepoint \"{name}\"")))
    }

    /// Writes the noted changes: the number of the last, or the current head if none was noted. From here to the commit this
    /// transaction holds the row of the head, so all that follow take higher numbers and commit later. So it comes last, and only what has
    /// to stand in the same order may be written between it and [`Tx::commit`], as the audit log is. Once only; nothing can be noted after it.
    ///
    /// # Errors
    /// When the database does not answer, or the row of the head is missing.
    pub async fn seal(&mut self) -> Result<Seq, StoreError> {
        if let Some(sealed) = self.sealed {
            return Ok(sealed);
        }
        if self.feed.is_empty() {
            let head: Option<(i64,)> = self.fetch_optional(&sql::FEED_HEAD, Args::new()).await?;
            let head = Seq(head.unwrap_or_default().0);
            self.sealed = Some(head);
            return Ok(head);
        }
        let count = i64::try_from(self.feed.len()).unwrap_or(i64::MAX);
        let now = self.now().await?;
        let last: Option<(i64,)> = self.fetch_optional(&sql::FEED_TAKE, Args::new().int(count)).await?;
        let (last,) = last.ok_or_else(|| StoreError::Configuration("the row of feed_head is missing: restore a backup".to_owned()))?;
        let rows = Args::new().int(last - count + 1).ts(now).json(&self.feed);
        self.execute(&sql::FEED_WRITE, rows).await?;
        if self.backend() == Backend::Postgres {
            self.execute(&sql::FEED_NOTIFY, Args::new().text(last.to_string())).await?;
        }
        self.sealed = Some(Seq(last));
        Ok(Seq(last))
    }

    /// Writes the noted changes and ends the transaction. Returns the number of its last change, or the current head if it
    /// noted none: whoever reads up to that number sees this write.
    ///
    /// # Errors
    /// Any failure. After [`StoreError::Unavailable`] it is not known whether the commit took place.
    pub async fn commit(mut self) -> Result<Seq, StoreError> {
        let last = self.seal().await?;
        self.open.commit().await?;
        self.wake.committed(!self.feed.is_empty(), self.queued_jobs);
        Ok(last)
    }

    /// Undoes everything. Dropping the transaction does the same, a moment later.
    ///
    /// # Errors
    /// When the database does not answer; nothing was written then either.
    pub async fn rollback(self) -> Result<(), StoreError> {
        self.open.rollback().await
    }
}

impl Wake {
    fn committed(&self, feed: bool, jobs: bool) {
        if feed {
            self.feed.send_modify(|count| *count += 1);
        }
        if jobs {
            self.jobs.send_modify(|count| *count += 1);
        }
    }
}

/// A transaction that only reads. All its statements see the same state of the database.
#[must_use = "it holds a connection"]
pub struct ReadTx {
    open: Open,
}

impl std::fmt::Debug for ReadTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadTx").finish_non_exhaustive()
    }
}

impl ReadTx {
    pub(crate) fn sqlite(transaction: Transaction<'static, Sqlite>) -> Self {
        Self { open: Open::Sqlite(transaction) }
    }

    pub(crate) fn postgres(transaction: Transaction<'static, Postgres>) -> Self {
        Self { open: Open::Postgres(transaction) }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn fetch_all<R: Row>(&mut self, statement: &'static Statement, args: Args) -> Result<Vec<R>, StoreError> {
        self.open.link().fetch_all(statement, args).await
    }

    /// The first row of a statement.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn fetch_optional<R: Row>(&mut self, statement: &'static Statement, args: Args) -> Result<Option<R>, StoreError> {
        self.open.link().fetch_optional(statement, args).await
    }

    /// Hands each row of a statement to `each` as it arrives, so that a large result is never held twice.
    ///
    /// # Errors
    /// Any failure of the statement; rows before it were handed over.
    pub async fn fetch_each<R: Row>(
        &mut self,
        statement: &'static Statement,
        args: Args,
        each: impl FnMut(R) + Send,
    ) -> Result<(), StoreError> {
        self.open.link().fetch_each(statement, args, each).await
    }

    /// The number of the last change that this transaction sees.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_head(&mut self) -> Result<Seq, StoreError> {
        let row: Option<(i64,)> = self.fetch_optional(&sql::FEED_HEAD, Args::new()).await?;
        Ok(Seq(row.unwrap_or_default().0))
    }

    /// Ends the transaction and gives its connection back at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(self) -> Result<(), StoreError> {
        self.open.rollback().await
    }
}
