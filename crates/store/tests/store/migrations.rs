//! Migrations: the same tables in both databases, each version over the rows of the one before, safe to start twice.

use std::{collections::BTreeSet, fs, path::PathBuf};

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection,
    migrate::{Migrate, Migrator},
};
use store::{Args, Statement, Store, StoreConfig};

fn folder(dialect: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(dialect)
}

/// Name and text of each `.sql` file in a folder, in order.
fn files(folder: PathBuf) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sql"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn both_databases_have_the_same_versions() {
    let names = |dialect| files(folder(dialect)).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
    for (at, name) in names("sqlite").iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", at + 1)), "{name} is not number {}", at + 1);
    }
    let versions: Vec<_> = names("sqlite").iter().map(|name| format!("{}.sql", &name[..4])).collect();
    for dialect in ["sqlite", "postgres"] {
        let samples: Vec<_> = files(folder(dialect).join("data")).into_iter().map(|(name, _)| name).collect();
        assert_eq!(samples, versions, "{dialect}/data has rows for each version");
    }
}

/// The rules of `migrations/README.md` that can be seen in the text.
fn faults(dialect: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("-- ") {
        faults.push("starts without a comment".to_owned());
    }
    let code: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    for line in &code {
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for word in ["JSONB", "TIMESTAMP", "TIMESTAMPTZ", "SERIAL", "BIGSERIAL", "BOOLEAN", "VARCHAR", "INT", "now", "CURRENT_TIMESTAMP"] {
            if words.contains(&word) {
                faults.push(format!("{word} in: {}", line.trim()));
            }
        }
        let wrong = match dialect {
            "postgres" => line.matches("TEXT").count() != line.matches("TEXT COLLATE \"C\"").count() || words.contains(&"INTEGER"),
            _ => words.contains(&"BIGINT") || line.contains("COLLATE"),
        };
        if wrong {
            faults.push(format!("type in: {}", line.trim()));
        }
    }
    let code = code.join("\n");
    if dialect == "sqlite" && code.matches("CREATE TABLE").count() != code.matches(") STRICT").count() {
        faults.push("a table is not STRICT".to_owned());
    }
    faults
}

#[test]
fn texts_follow_the_rules() {
    for dialect in ["sqlite", "postgres"] {
        for (name, text) in files(folder(dialect)) {
            assert_eq!(faults(dialect, &text), Vec::<String>::new(), "{dialect}/{name}");
        }
    }
    let found = faults("postgres", "CREATE TABLE t (a TEXT, b JSONB, c TEXT COLLATE \"C\", at BIGINT DEFAULT now()) -- INTEGER");
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(faults("sqlite", "-- t\nCREATE TABLE t (a BIGINT);").len(), 2);
}

const TABLES: Statement = Statement::each(
    "test.tables",
    "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 THEN '' ELSE ' or NULL' END || ' ' || c.type
     FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> '_sqlx_migrations'",
    "SELECT CAST(table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE ' or NULL' END || ' '
         || CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'INTEGER' ELSE data_type END AS TEXT)
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
);
const INDEXES: Statement = Statement::each(
    "test.indexes",
    "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = 'public'
     AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'",
);

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let mut seen: Vec<BTreeSet<String>> = Vec::new();
    for database in testkit::databases().await {
        let mut tables: Vec<(String,)> = database.store.fetch_all(&TABLES, Args::new()).await.unwrap();
        tables.extend(database.store.fetch_all::<(String,)>(&INDEXES, Args::new()).await.unwrap());
        seen.push(tables.into_iter().map(|(name,)| name).collect());
    }
    assert!(seen[0].contains("entity.status or NULL TEXT"), "{:?}", seen[0]);
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
}

/// Applies one version after the other, each over rows as they looked under the one before.
async fn climb<C: Migrate + Connection>(connection: &mut C, dialect: &str)
where
    for<'c> &'c mut C: Executor<'c>,
{
    let migrator = Migrator::new(folder(dialect)).await.unwrap();
    let samples = files(folder(dialect).join("data"));
    for (migration, (name, rows)) in migrator.iter().zip(samples) {
        migrator.run_direct(Some(migration.version), connection, false).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&mut *connection).await.unwrap_or_else(|error| panic!("{dialect}/data/{name}: {error}"));
    }
}

#[tokio::test]
async fn each_version_applies_over_the_rows_of_the_one_before() {
    for database in testkit::empty_databases().await {
        match database.name {
            "sqlite" => {
                let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
                climb(&mut connection, "sqlite").await;
                connection.close().await.unwrap();
            }
            _ => {
                let mut connection = PgConnection::connect(&database.url).await.unwrap();
                climb(&mut connection, "postgres").await;
                connection.close().await.unwrap();
            }
        }
        assert!(database.store.migrated().await.unwrap(), "{}: what the program has is what the folder has", database.name);
        database.store.migrate().await.unwrap();
    }
}

#[tokio::test]
async fn several_may_start_at_once() {
    for database in testkit::empty_databases().await {
        assert!(!database.store.migrated().await.unwrap());
        let mut starts = Vec::new();
        for _ in 0..4 {
            let store = Store::open(&StoreConfig::new(&database.url)).await.unwrap();
            starts.push(tokio::spawn(async move {
                store.migrate().await.unwrap();
                assert!(store.migrated().await.unwrap());
                store.close().await;
            }));
        }
        for start in starts {
            start.await.unwrap();
        }
        assert!(database.store.migrated().await.unwrap(), "{}", database.name);
    }
}

const FROM_THE_FUTURE: Statement = Statement::both(
    "test.future",
    "UPDATE _sqlx_migrations SET version = 9000 WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
);

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    for database in testkit::databases().await {
        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&FROM_THE_FUTURE, Args::new()).await.unwrap();
        tx.commit().await.unwrap();
        let error = database.store.migrate().await.unwrap_err().to_string();
        assert!(error.starts_with("the database was written by a newer Waymark: it has migration 9000"), "{error}");
    }
}
