//! What can go wrong in the database, by what can be done about it.

use sqlx::error::{DatabaseError, ErrorKind};

/// A failure of the store, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database does not answer, is full, or is too busy: trying again later can work.
    #[error("{statement}: the database is not available: {source}")]
    Unavailable {
        /// The statement or step that failed.
        statement: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// Something else was written first, or stands in the way: a unique or foreign key, a deadlock. The transaction is lost;
    /// beginning again can work.
    #[error("{statement}: something else was written in between: {source}")]
    Conflict {
        /// The statement that failed.
        statement: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The job or lease is no longer ours. Stop: whatever comes next would be refused as well.
    #[error(transparent)]
    LeaseLost(#[from] LeaseLost),
    /// The store cannot be opened or migrated as it is configured. The text says what to do.
    #[error("{0}")]
    Configuration(String),
    /// A value that no database may be given.
    #[error("{statement}: {message}")]
    Refused {
        /// The statement that it was meant for.
        statement: String,
        /// What is wrong with it.
        message: String,
    },
    /// A fault in a statement or in a row, or one of the database's.
    #[error("{statement}: {source}")]
    Other {
        /// The statement that failed.
        statement: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
}

/// Somebody else holds the job or the lease by now, or it ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is no longer held here (epoch {epoch}): it ran out and was taken over, or it ended")]
pub struct LeaseLost {
    /// `job ID` or `lease NAME`.
    pub what: String,
    /// The epoch under which it was held.
    pub epoch: i64,
}

impl StoreError {
    /// Whether the same call may work later without any change.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Whether the whole transaction may work if it is begun again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Whether a job or lease was taken over.
    pub fn is_lease_lost(&self) -> bool {
        matches!(self, Self::LeaseLost(_))
    }

    pub(crate) fn refused(statement: &str, message: String) -> Self {
        Self::Refused { statement: statement.to_owned(), message }
    }

    /// Sorts what the driver reports; `statement` names what was tried.
    pub(crate) fn from_driver(statement: &'static str, source: sqlx::Error) -> Self {
        match sort(&source) {
            Sort::Unavailable => Self::Unavailable { statement, source },
            Sort::Conflict => Self::Conflict { statement, source },
            Sort::Other => Self::Other { statement, source },
        }
    }
}

enum Sort {
    Unavailable,
    Conflict,
    Other,
}

fn sort(error: &sqlx::Error) -> Sort {
    use sqlx::Error::{BeginFailed, Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        // Protocol is how a connection that broke in the middle of a message shows
        Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed | BeginFailed | Protocol(_) => Sort::Unavailable,
        Database(error) => sort_database(error.as_ref()),
        _ => Sort::Other,
    }
}

fn sort_database(error: &dyn DatabaseError) -> Sort {
    match error.kind() {
        ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => return Sort::Conflict,
        ErrorKind::NotNullViolation | ErrorKind::CheckViolation => return Sort::Other,
        _ => {}
    }
    let code = error.code().unwrap_or_default();
    // PostgreSQL has five characters (https://www.postgresql.org/docs/15/errcodes-appendix.html), SQLite a number whose
    // low byte is the primary code (https://www.sqlite.org/rescode.html)
    if let (true, Ok(number)) = (error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some(), code.parse::<i32>()) {
        return match number & 0xff {
            5 | 6 | 8 | 10 | 13 | 14 => Sort::Unavailable, // busy, locked, read-only, I/O, full, cannot open
            _ => Sort::Other,
        };
    }
    match code.as_ref() {
        "40001" | "40P01" | "55P03" | "23P01" => Sort::Conflict, // serialization, deadlock, lock timeout, exclusion
        "57014" | "25P03" | "25006" => Sort::Unavailable,        // statement timeout, idle in transaction, read-only (a standby)
        "08P01" => Sort::Other,                                  // the wrong number of parameters
        code if ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) => Sort::Unavailable,
        _ => Sort::Other,
    }
}
