//! The database as the rest of Waymark sees it.

use std::{sync::Arc, time::Duration};

use model::{Seq, Timestamp};
use sqlx::{Executor, PgConnection, SqlSafeStr, SqliteConnection, pool::PoolConnection};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    Args, Backend, FeedPage, FeedWatch, ReadTx, Row, Statement, StoreConfig, StoreError, Tx, feed, migrate,
    open::{self, Pools},
    query::{Link, timed},
    sql,
};

/// An open database. Clones are cheap and share its connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pools: Pools,
    wake: Arc<Wake>,
    /// Ends the task that listens on PostgreSQL, when the store is closed or the last clone is dropped.
    closed: CancellationToken,
    listening: std::sync::Once,
}

/// What a commit of this process wakes.
#[derive(Debug)]
pub(crate) struct Wake {
    pub(crate) feed: watch::Sender<u64>,
    pub(crate) jobs: watch::Sender<u64>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("backend", &self.backend()).finish_non_exhaustive()
    }
}

/// A connection for one read.
enum Reader {
    Sqlite(PoolConnection<sqlx::Sqlite>),
    Postgres(PoolConnection<sqlx::Postgres>),
}

impl Reader {
    fn link(&mut self) -> Link<'_> {
        match self {
            Self::Sqlite(connection) => Link::Sqlite(connection),
            Self::Postgres(connection) => Link::Postgres(connection),
        }
    }
}

impl Store {
    /// Opens the database, and checks that it answers and is one that Waymark can use. Applies no migration.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] with a text for the operator: a URL that cannot be read, a server that does not answer
    /// within 3 s or is too old, a file that cannot be written.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let pools = Box::pin(open::open(config)).await?; // boxed: opening takes many kilobytes, and only once
        let wake = Arc::new(Wake { feed: watch::Sender::new(0), jobs: watch::Sender::new(0) });
        let inner = Inner { pools, wake, closed: CancellationToken::new(), listening: std::sync::Once::new() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Applies the migrations that are missing. Of several processes that try at once, one does it and the others wait.
    ///
    /// # Errors
    /// When a migration fails, or the database was written by a newer Waymark.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.inner.pools {
            Pools::Sqlite { write, .. } => migrate::sqlite(write).await,
            Pools::Postgres { options, .. } => migrate::postgres(options).await,
        }
    }

    /// Whether every migration of this program is applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migrated(&self) -> Result<bool, StoreError> {
        let applied = match &self.inner.pools {
            Pools::Sqlite { read, .. } => migrate::applied(read, migrate::HISTORY_SQLITE).await,
            Pools::Postgres { pool, .. } => migrate::applied(pool, migrate::HISTORY_POSTGRES).await,
        };
        applied.map(|applied| migrate::complete(self.backend(), &applied))
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match &self.inner.pools {
            Pools::Sqlite { .. } => Backend::Sqlite,
            Pools::Postgres { .. } => Backend::Postgres,
        }
    }

    /// Begins a transaction that writes: the only way to write. On SQLite there is one at a time, so keep it short, and
    /// never wait for anything but the database while it is open.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer within 3 s, or on SQLite another writer takes over 30 s.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let wake = Arc::clone(&self.inner.wake);
        match &self.inner.pools {
            Pools::Sqlite { write, .. } => {
                // not the plain BEGIN: a transaction that reads first could not become a writer beside another process
                Ok(Tx::sqlite(timed("tx.begin", write.begin_with("BEGIN IMMEDIATE")).await?, wake))
            }
            Pools::Postgres { pool, .. } => Ok(Tx::postgres(timed("tx.begin", pool.begin()).await?, wake)),
        }
    }

    /// Begins a transaction that only reads, and sees one state of the database from its first statement to its end.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer within 3 s.
    pub async fn snapshot(&self) -> Result<ReadTx, StoreError> {
        match &self.inner.pools {
            Pools::Sqlite { read, .. } => Ok(ReadTx::sqlite(timed("tx.snapshot", read.begin()).await?)),
            Pools::Postgres { pool, .. } => {
                let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                Ok(ReadTx::postgres(timed("tx.snapshot", begin).await?))
            }
        }
    }

    /// All rows of one statement, outside of any transaction.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer within 3 s; any failure of the statement.
    pub async fn fetch_all<R: Row>(&self, statement: &'static Statement, args: Args) -> Result<Vec<R>, StoreError> {
        self.reader().await?.link().fetch_all(statement, args).await
    }

    /// The first row of one statement, outside of any transaction.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn fetch_optional<R: Row>(&self, statement: &'static Statement, args: Args) -> Result<Option<R>, StoreError> {
        self.reader().await?.link().fetch_optional(statement, args).await
    }

    /// The time by the database's clock.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        let row: Option<(i64,)> = self.fetch_optional(&sql::NOW, Args::new()).await?;
        Ok(Timestamp(row.unwrap_or_default().0))
    }

    /// The number of the last change.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn feed_head(&self) -> Result<Seq, StoreError> {
        let row: Option<(i64,)> = self.fetch_optional(&sql::FEED_HEAD, Args::new()).await?;
        Ok(Seq(row.unwrap_or_default().0))
    }

    /// Up to `limit` changes that come after `after`, in the order of their commits.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn feed_after(&self, after: Seq, limit: u32) -> Result<FeedPage, StoreError> {
        let rows = self.fetch_all(&sql::FEED_AFTER, Args::new().int(after.0).int(limit.into())).await?;
        Ok(feed::page(after, rows))
    }

    /// A watch that wakes when something was committed, here at once, elsewhere by PostgreSQL's notification. It may miss
    /// one while the connection is down, so poll as well: [`FeedWatch::changed_or`].
    pub fn feed_watch(&self) -> FeedWatch {
        if let Pools::Postgres { options, .. } = &self.inner.pools {
            self.inner.listening.call_once(|| {
                tokio::spawn(feed::listen((**options).clone(), self.inner.wake.feed.clone(), self.inner.closed.clone()));
            });
        }
        FeedWatch::new(self.inner.wake.feed.subscribe())
    }

    /// A watch that wakes when this process committed a job. Those of other processes are found by polling.
    pub(crate) fn job_watch(&self) -> FeedWatch {
        FeedWatch::new(self.inner.wake.jobs.subscribe())
    }

    /// Asks the database whether it can understand the statement. For tests.
    ///
    /// # Errors
    /// What the database has against it.
    pub async fn prepare(&self, statement: &'static Statement) -> Result<(), StoreError> {
        async fn on_sqlite(connection: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
            connection.prepare(text.into_sql_str()).await.map(drop)
        }
        async fn on_postgres(connection: &mut PgConnection, text: &'static str) -> Result<(), sqlx::Error> {
            connection.prepare(text.into_sql_str()).await.map(drop)
        }
        match self.reader().await? {
            Reader::Sqlite(mut connection) => timed(statement.name, on_sqlite(&mut connection, statement.sqlite)).await,
            Reader::Postgres(mut connection) => timed(statement.name, on_postgres(&mut connection, statement.postgres)).await,
        }
    }

    /// Closes every connection, after waiting up to 5 s for those in use. Calls made later fail as unavailable.
    pub async fn close(&self) {
        self.inner.closed.cancel();
        let close = async {
            match &self.inner.pools {
                Pools::Sqlite { write, read } => {
                    read.close().await; // first, so that the writer is the last and folds the log into the file
                    write.close().await;
                }
                Pools::Postgres { pool, .. } => pool.close().await,
            }
        };
        if tokio::time::timeout(Duration::from_secs(5), close).await.is_err() {
            tracing::warn!("connections of the database were still in use when it was closed");
        }
    }

    async fn reader(&self) -> Result<Reader, StoreError> {
        match &self.inner.pools {
            Pools::Sqlite { read, .. } => timed("store.reader", read.acquire()).await.map(Reader::Sqlite),
            Pools::Postgres { pool, .. } => timed("store.reader", pool.acquire()).await.map(Reader::Postgres),
        }
    }
}
