//! Opening a database, and saying clearly why it cannot be opened.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Executor, PgPool, SqlitePool,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgConnection},
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};

use crate::StoreError;

/// Which database is behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file, for one process.
    Sqlite,
    /// A server, for any number of processes.
    Postgres,
}

/// Where the database is.
#[derive(Clone)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://user:password@host:port/database`.
    pub url: String,
    /// How many readers may work at once; on PostgreSQL a few connections for writers come on top.
    pub max_readers: u32,
}

impl std::fmt::Debug for StoreConfig {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig").field("max_readers", &self.max_readers).finish_non_exhaustive()
    }
}

impl StoreConfig {
    /// The database at `url`, with eight readers.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_readers: 8 }
    }
}

/// How long a call waits for a connection before it fails as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a write waits for the one writer of SQLite. Longer, since the file is always there: it is only ever busy.
const WRITER_PATIENCE: Duration = Duration::from_secs(30);
/// How long SQLite waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);
/// Writers of PostgreSQL on top of the readers.
const WRITERS: u32 = 4;
/// The oldest server that is tested: `SEARCH`, `json_to_recordset` and exact `extract(epoch)` all exist from here on.
const OLDEST_POSTGRES: i64 = 14;

pub(crate) enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres { pool: PgPool, options: Box<PgConnectOptions> },
}

pub(crate) async fn open(config: &StoreConfig) -> Result<Pools, StoreError> {
    let url = config.url.as_str();
    if let Some(rest) = url.strip_prefix("sqlite:") {
        open_sqlite(rest.strip_prefix("//").unwrap_or(rest), config.max_readers).await
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        open_postgres(url, config.max_readers).await
    } else {
        let scheme = url.split_once(':').map_or("nothing before a colon", |(scheme, _)| scheme);
        Err(StoreError::Configuration(format!(
            "the database URL must start with sqlite: or postgres://, as in sqlite:./data/waymark.db or \
             postgres://waymark:password@localhost:5432/waymark; it starts with \"{scheme}\""
        )))
    }
}

async fn open_sqlite(path: &str, max_readers: u32) -> Result<Pools, StoreError> {
    if path.is_empty() || path.contains(":memory:") || path.contains("mode=memory") {
        return Err(StoreError::Configuration(format!(
            "sqlite:{path} is not a file. Waymark needs a database that outlives it; name a file, as in sqlite:./data/waymark.db"
        )));
    }
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(StoreError::Configuration(format!(
            "the database {path} cannot be opened: there is no folder {}. Create it, or name another file",
            folder.display()
        )));
    }
    let failed = |error: sqlx::Error| {
        StoreError::Configuration(format!(
            "the database {path} cannot be opened for writing: {error}. The file, its folder and the files {path}-wal and {path}-shm \
             must be writable for this user, on a local disk"
        ))
    };
    // The driver sets the busy timeout when it opens the file, before the first pragma: the switch to WAL needs a lock.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL a commit outlives the end of the process without a sync of the disk; only a power cut may lose the last ones
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(256)
        .row_buffer_size(256)
        .disable_statement_logging();
    let write = PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WRITER_PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection: &mut SqliteConnection, _| {
            Box::pin(async move {
                if !connection.is_in_transaction() {
                    return Ok(true);
                }
                // Its rollback may still be on its way. When the disk is full SQLite rolls back by itself, and then the connection
                // believes for ever that it is in a transaction: another one takes its place.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(
            options
                .clone()
                .create_if_missing(true)
                .pragma("cache_size", "-8192") // KiB: a bulk load touches four trees at random places
                .pragma("wal_autocheckpoint", "4000") // pages
                .thread_name(|_| "sqlite-write".to_owned()),
        )
        .await
        .map_err(failed)?;
    // Another program's file, or none that may be written, shows only when it is written to.
    write.execute("PRAGMA user_version = 0").await.map_err(failed)?;
    let read = PoolOptions::new()
        .max_connections(max_readers.max(1))
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .max_lifetime(None)
        .connect_lazy_with(
            options
                .pragma("query_only", "ON")
                .pragma("cache_size", "-1024") // KiB each: what is read again soon is in the operating system's cache anyway
                .thread_name(|id| format!("sqlite-read-{id}")),
        );
    Ok(Pools::Sqlite { write, read })
}

async fn open_postgres(url: &str, max_readers: u32) -> Result<Pools, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| {
            StoreError::Configuration(format!(
                "the database URL cannot be read: {error}. It has the form postgres://user:password@host:port/database, with special \
                 characters of the password written as %XX"
            ))
        })?
        .application_name("waymark")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    let place = place(&options);
    // A connection of its own first: it fails with the reason at once, while a pool tries until its patience ends.
    let mut connection = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options))
        .await
        .map_err(|_| StoreError::Configuration(format!("{place} does not answer within {} s. {CHECK_SERVER}", PATIENCE.as_secs())))?
        .map_err(|error| StoreError::Configuration(explain(&place, &error)))?;
    let (version, encoding): (String, String) =
        sqlx::query_as("SELECT current_setting('server_version_num'), current_setting('server_encoding')")
            .fetch_one(&mut connection)
            .await
            .map_err(|error| StoreError::from_driver("store.version", error))?;
    check_server(&place, &version, &encoding).map_err(StoreError::Configuration)?;
    let _ = connection.close().await; // it served its purpose; a failure here is the server's to log
    let pool = PoolOptions::new()
        .max_connections(max_readers.max(1) + WRITERS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection: &mut PgConnection, metadata| {
            Box::pin(async move {
                // one that was in use a moment ago is not worth a round trip
                if metadata.idle_for > Duration::from_secs(1) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection: &mut PgConnection, _| {
            Box::pin(async move {
                // A process that hangs in the middle of a transaction must not stop the others' writes for ever.
                connection.execute("SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '30s'").await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    Ok(Pools::Postgres { pool, options: Box::new(options) })
}

const CHECK_SERVER: &str = "Check that the server runs, that the address is right and that a firewall lets it through";

/// How messages name the server: never with the password.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(socket) => format!("PostgreSQL at {} (database {database})", socket.display()),
        None => format!("PostgreSQL at {}:{} (database {database})", options.get_host(), options.get_port()),
    }
}

fn explain(place: &str, error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    let advice = match code.as_ref() {
        "28P01" | "28000" => "Check the user name and the password in the URL, and pg_hba.conf",
        "3D000" => "Create it with CREATE DATABASE, encoding UTF8",
        "53300" => "Raise max_connections, or lower the number of readers",
        _ => CHECK_SERVER,
    };
    format!("{place} cannot be reached: {error}. {advice}")
}

/// Whether the server is one that Waymark can work with; the error says what to do.
fn check_server(place: &str, version_num: &str, encoding: &str) -> Result<(), String> {
    let major = version_num.parse::<i64>().unwrap_or_default() / 10_000;
    if major < OLDEST_POSTGRES {
        return Err(format!("{place} has version {major}; Waymark needs PostgreSQL {OLDEST_POSTGRES} or newer"));
    }
    if encoding != "UTF8" {
        return Err(format!("{place} keeps text as {encoding}; create the database with ENCODING 'UTF8' TEMPLATE template0"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(version: &str, encoding: &str, expected: &str) {
        assert_eq!(check_server("PostgreSQL", version, encoding).err().unwrap_or_default(), expected);
    }

    #[test]
    fn refuses_servers_that_will_not_do() {
        check("140000", "UTF8", "");
        check("150014", "UTF8", "");
        check("130020", "UTF8", "PostgreSQL has version 13; Waymark needs PostgreSQL 14 or newer");
        check("160001", "LATIN1", "PostgreSQL keeps text as LATIN1; create the database with ENCODING 'UTF8' TEMPLATE template0");
    }

    #[test]
    fn names_a_server_without_its_password() {
        let options = PgConnectOptions::from_str("postgres://u:secret@db.example.org:5433/w").unwrap();
        assert_eq!(place(&options), "PostgreSQL at db.example.org:5433 (database w)");
    }
}
