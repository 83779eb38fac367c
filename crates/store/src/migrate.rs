//! Applying migrations, by one process at a time.

use sqlx::{
    Connection, Executor, FromRow, IntoArguments, Pool, SqlSafeStr, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgConnection},
};

use crate::{Backend, StoreError, query::timed};

/// Version, name and text of each, in order; made by the build script from `migrations/`.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/migrations.rs"));
}

/// The migrations of this program for a database.
fn migrator(backend: Backend) -> Migrator {
    let list = match backend {
        Backend::Sqlite => embedded::SQLITE,
        Backend::Postgres => embedded::POSTGRES,
    };
    let migration = |(version, name, text): &(i64, &'static str, &'static str)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, text.into_sql_str(), false)
    };
    Migrator::with_migrations(list.iter().map(migration).collect())
}

/// The versions that were applied, none if there is no table of them yet.
pub(crate) const HISTORY_SQLITE: [&str; 2] =
    ["SELECT CAST(count(*) AS BIGINT) FROM sqlite_schema WHERE name = '_sqlx_migrations'", HISTORY];
pub(crate) const HISTORY_POSTGRES: [&str; 2] =
    ["SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')", HISTORY];
const HISTORY: &str = "SELECT version FROM _sqlx_migrations WHERE success";

/// Brings a file up to date, all or nothing. The transaction is what keeps another process out.
pub(crate) async fn sqlite(write: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = timed("migrate.begin", write.begin_with("BEGIN IMMEDIATE")).await?;
    Box::pin(migrator(Backend::Sqlite).run_direct(None, &mut *transaction, false)).await.map_err(failed)?;
    timed("migrate.commit", transaction.commit()).await
}

/// Brings a server's database up to date, each migration all or nothing, under an advisory lock that ends with the connection.
pub(crate) async fn postgres(options: &PgConnectOptions) -> Result<(), StoreError> {
    // A connection of its own: no statement timeout, and a failure leaves no lock behind in the pool.
    let mut connection = timed("migrate.connect", PgConnection::connect_with(options)).await?;
    // "already exists, skipping" at every start is noise
    timed("migrate.quiet", connection.execute("SET client_min_messages = warning")).await?;
    let result = Box::pin(migrator(Backend::Postgres).run_direct(None, &mut connection, false)).await.map_err(failed);
    let closed = timed("migrate.close", connection.close()).await;
    result.and(closed)
}

/// The versions that were applied.
pub(crate) async fn applied<DB>(pool: &Pool<DB>, [exists, versions]: [&'static str; 2]) -> Result<Vec<i64>, StoreError>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    (i64,): for<'r> FromRow<'r, DB::Row>,
{
    let mut connection = timed("store.reader", pool.acquire()).await?;
    let (table,): (i64,) = timed("migrate.exists", sqlx::query_as(exists).fetch_one(&mut *connection)).await?;
    if table == 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64,)> = timed("migrate.versions", sqlx::query_as(versions).fetch_all(&mut *connection)).await?;
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

/// Whether nothing is missing.
pub(crate) fn complete(backend: Backend, applied: &[i64]) -> bool {
    migrator(backend).iter().all(|migration| applied.contains(&migration.version))
}

fn failed(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => StoreError::from_driver("migrate", error),
        MigrateError::VersionMissing(version) => StoreError::Configuration(format!(
            "the database was written by a newer Waymark: it has migration {version}, which this one does not know. \
             Run the newer version, or restore a backup from before the upgrade"
        )),
        MigrateError::VersionMismatch(version) => StoreError::Configuration(format!(
            "migration {version} was applied to the database in another form than this Waymark has it. \
             Run the version that wrote the database, or restore a backup"
        )),
        error => StoreError::Configuration(format!("the database could not be brought up to date: {error}")),
    }
}
