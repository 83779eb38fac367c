//! Running a statement: timed under its name, its error sorted.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use futures_util::{TryStreamExt, future::BoxFuture};
use sqlx::{PgConnection, SqliteConnection};

use crate::{Args, Row, Statement, StoreError};

/// A statement that takes longer, in seconds, is logged by name.
const SLOW: f64 = 1.0;
/// After this a server that took a statement and says nothing is taken for lost. It is longer than PostgreSQL is told to
/// work on one, and than SQLite waits for its writer.
const LONGEST: Duration = Duration::from_secs(65);

/// A connection of either kind, for as long as one statement runs.
pub(crate) enum Link<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Link<'_> {
    pub(crate) async fn fetch_all<R: Row>(self, statement: &'static Statement, args: Args) -> Result<Vec<R>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let args = args.sqlite(statement.name)?;
                timed(statement.name, sqlx::query_as_with(statement.sqlite, args).fetch_all(connection)).await
            }
            Self::Postgres(connection) => {
                let args = args.postgres(statement.name)?;
                timed(statement.name, sqlx::query_as_with(statement.postgres, args).fetch_all(connection)).await
            }
        }
    }

    pub(crate) async fn fetch_optional<R: Row>(self, statement: &'static Statement, args: Args) -> Result<Option<R>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let args = args.sqlite(statement.name)?;
                timed(statement.name, sqlx::query_as_with(statement.sqlite, args).fetch_optional(connection)).await
            }
            Self::Postgres(connection) => {
                let args = args.postgres(statement.name)?;
                timed(statement.name, sqlx::query_as_with(statement.postgres, args).fetch_optional(connection)).await
            }
        }
    }

    pub(crate) async fn fetch_each<R: Row>(
        self,
        statement: &'static Statement,
        args: Args,
        mut each: impl FnMut(R) + Send,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut rows = sqlx::query_as_with(statement.sqlite, args.sqlite(statement.name)?).fetch(connection);
                timed(statement.name, async {
                    while let Some(row) = rows.try_next().await? {
                        each(row);
                    }
                    Ok(())
                })
                .await
            }
            Self::Postgres(connection) => {
                let mut rows = sqlx::query_as_with(statement.postgres, args.postgres(statement.name)?).fetch(connection);
                timed(statement.name, async {
                    while let Some(row) = rows.try_next().await? {
                        each(row);
                    }
                    Ok(())
                })
                .await
            }
        }
    }

    pub(crate) async fn execute(self, statement: &'static Statement, args: Args) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let args = args.sqlite(statement.name)?;
                timed(statement.name, sqlx::query_with(statement.sqlite, args).execute(connection)).await.map(|done| done.rows_affected())
            }
            Self::Postgres(connection) => {
                let args = args.postgres(statement.name)?;
                timed(statement.name, sqlx::query_with(statement.postgres, args).execute(connection)).await.map(|done| done.rows_affected())
            }
        }
    }
}

/// Awaits `work`, and records its time as `waymark_store_seconds` and its failure as `waymark_store_errors_total` under `name`.
///
/// Boxed, because the driver's futures take many kilobytes, which every future around them would carry along.
pub(crate) fn timed<'a, T: Send + 'a>(
    name: &'static str,
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'a,
) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(async move {
        let start = Instant::now();
        let result = match tokio::time::timeout(LONGEST, work).await {
            Ok(result) => result,
            Err(_) => Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer to the statement"))),
        };
        let seconds = start.elapsed().as_secs_f64();
        metrics::histogram!("waymark_store_seconds", "statement" => name).record(seconds);
        if seconds > SLOW {
            tracing::warn!(statement = name, seconds, "slow statement");
        }
        result.map_err(|error| {
            metrics::counter!("waymark_store_errors_total", "statement" => name).increment(1);
            StoreError::from_driver(name, error)
        })
    })
}
