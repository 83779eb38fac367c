//! Databases that live as long as a test.

use std::env;

use sqlx::{AssertSqlSafe, ConnectOptions, Executor, postgres::PgConnectOptions};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use uuid::Uuid;

/// The variable with the URL of a PostgreSQL server on which databases may be created and dropped.
const SERVER: &str = "WAYMARK_TEST_POSTGRES";

/// A database of a test's own. Dropping it removes it, also when the test panics.
#[derive(Debug)]
pub struct TestDatabase {
    /// The open database.
    pub store: Store,
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// Its URL, to open it once more.
    pub url: String,
    /// Last, so that the store is gone before what it works on.
    _place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _folder: TempDir },
    Server { server: Box<PgConnectOptions>, database: String },
}

/// A fresh, migrated database of each kind: SQLite always, PostgreSQL where `WAYMARK_TEST_POSTGRES` names a server.
///
/// # Panics
/// When one cannot be made.
pub async fn databases() -> Vec<TestDatabase> {
    let databases = empty_databases().await;
    for database in &databases {
        database.store.migrate().await.expect("the migrations apply to an empty database");
    }
    databases
}

/// As [`databases`], without any table.
///
/// # Panics
/// When one cannot be made.
pub async fn empty_databases() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite().await];
    if let Ok(server) = env::var(SERVER) {
        databases.push(postgres(&server).await);
    }
    databases
}

async fn sqlite() -> TestDatabase {
    let folder = TempDir::with_prefix("waymark-test-").expect("a temporary folder can be made");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    TestDatabase { store: open(&url).await, name: "sqlite", url, _place: Place::Folder { _folder: folder } }
}

async fn postgres(server: &str) -> TestDatabase {
    let server: PgConnectOptions = server.parse().expect("WAYMARK_TEST_POSTGRES is a URL of PostgreSQL");
    let server = server.disable_statement_logging();
    let database = format!("wm_test_{}", Uuid::new_v4().simple());
    run(&server, format!("CREATE DATABASE {database}")).await.expect("WAYMARK_TEST_POSTGRES may create databases");
    let url = server.clone().database(&database).to_url_lossy().to_string();
    TestDatabase { store: open(&url).await, name: "postgres", url, _place: Place::Server { server: Box::new(server), database } }
}

async fn open(url: &str) -> Store {
    Store::open(&StoreConfig { url: url.to_owned(), max_readers: 4 }).await.expect("a fresh database opens")
}

async fn run(server: &PgConnectOptions, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = server.connect().await?;
    connection.execute(AssertSqlSafe(statement)).await.map(drop)
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Server { server, database } = self else { return };
        let (server, statement) = (server.clone(), format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
        // The test's runtime may be going down, or be busy with this very drop: hence a thread with one of its own.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(run(&server, statement)).map_err(std::io::Error::other)
        });
        let _ = dropping.join(); // a database left behind ends with its server; a panic here would hide the test's own
    }
}
