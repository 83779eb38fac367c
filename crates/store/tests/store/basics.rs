//! Values, transactions, savepoints, bulk statements, errors.

use model::Timestamp;
use serde_json::json;
use store::{Args, Json, Statement, Store, StoreError, Ts, Tx};

const PUT_LOCATION: Statement = Statement::both(
    "test.put_location",
    "INSERT INTO location (id, type, target, source, rules, created_at, last_read_at) VALUES ($1, 'file', $2, 'config', $3, $4, $5)",
);
const LOCATIONS: Statement =
    Statement::both("test.locations", "SELECT id, target, rules, created_at, last_read_at FROM location ORDER BY target");
const COUNT: Statement = Statement::both("test.count", "SELECT CAST(count(*) AS BIGINT) FROM location");

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Location {
    id: String,
    target: String,
    rules: Option<Json<serde_json::Value>>,
    created_at: Ts,
    last_read_at: Option<Ts>,
}

async fn put(tx: &mut Tx, id: &str) -> Result<u64, StoreError> {
    let args = Args::new().text(id).text(format!("t/{id}")).opt_text(None::<String>).ts(Timestamp(1)).opt_ts(None);
    tx.execute(&PUT_LOCATION, args).await
}

async fn count(store: &Store) -> i64 {
    store.fetch_optional::<(i64,)>(&COUNT, Args::new()).await.unwrap().unwrap().0
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    for database in testkit::databases().await {
        let store = &database.store;
        let rules = json!([{"z": 1, "a": "ä\"\\ \u{1F600}"}, null, 1.5]);
        let mut tx = store.begin().await.unwrap();
        let full = Args::new().text("1").text("b").json(&rules).ts(Timestamp(i64::MAX)).opt_ts(Some(Timestamp(-1)));
        tx.execute(&PUT_LOCATION, full).await.unwrap();
        let empty = Args::new().text("").text("B").opt_text(None::<&str>).ts(Timestamp(0)).opt_ts(None);
        tx.execute(&PUT_LOCATION, empty).await.unwrap();
        tx.commit().await.unwrap();

        let rows: Vec<Location> = store.fetch_all(&LOCATIONS, Args::new()).await.unwrap();
        let (max, before) = (Ts(Timestamp(i64::MAX)), Some(Ts(Timestamp(-1))));
        let full = Location { id: "1".into(), target: "b".into(), rules: Some(Json(rules)), created_at: max, last_read_at: before };
        let empty = Location { id: String::new(), target: "B".into(), rules: None, created_at: Ts(Timestamp(0)), last_read_at: None };
        // bytes order text in both databases, so capitals come first
        assert_eq!(rows, [empty, full], "{}", database.name);
    }
}

#[tokio::test]
async fn nothing_stays_of_a_transaction_without_commit() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut dropped = store.begin().await.unwrap();
        put(&mut dropped, "a").await.unwrap();
        dropped.feed("location", "a");
        drop(dropped);
        let mut rolled_back = store.begin().await.unwrap();
        put(&mut rolled_back, "a").await.unwrap();
        rolled_back.rollback().await.unwrap();
        assert_eq!(count(store).await, 0, "{}", database.name);
        assert_eq!(store.feed_head().await.unwrap().0, 0, "{}", database.name);
    }
}

#[tokio::test]
async fn a_snapshot_stays_while_others_write() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.feed_head().await.unwrap().0, 0);
        let mut tx = store.begin().await.unwrap();
        put(&mut tx, "a").await.unwrap();
        tx.feed("location", "a");
        assert_eq!(count(store).await, 0, "readers see what is committed ({})", database.name);
        assert_eq!(tx.commit().await.unwrap().0, 1);
        assert_eq!(count(store).await, 1);
        let mut rows = 0;
        snapshot.fetch_each(&LOCATIONS, Args::new(), |_: Location| rows += 1).await.unwrap();
        assert_eq!((rows, snapshot.feed_head().await.unwrap().0), (0, 0), "{}", database.name);
        snapshot.end().await.unwrap();
    }
}

/// One JSON parameter for many rows; the two texts differ only in how it is taken apart.
const PUT_MANY: Statement = Statement::each(
    "test.put_many",
    "INSERT INTO location (id, type, target, source, created_at)
     SELECT value ->> 'id', 'file', value ->> 'target', value ->> 'source', 0 FROM json_each($1) WHERE true
     ON CONFLICT (id) DO UPDATE SET target = excluded.target",
    "INSERT INTO location (id, type, target, source, created_at)
     SELECT id, 'file', target, source, 0 FROM json_to_recordset($1::json) AS r(id TEXT, target TEXT, source TEXT)
     ON CONFLICT (id) DO UPDATE SET target = excluded.target",
);

#[tokio::test]
async fn a_failed_batch_is_written_row_by_row() {
    for database in testkit::databases().await {
        let store = &database.store;
        let rows: Vec<_> = (0..500)
            .map(|n| json!({"id": n.to_string(), "target": format!("t/{n}"), "source": if n == 250 { "nowhere" } else { "config" }}))
            .collect();
        let mut tx = store.begin().await.unwrap();
        tx.feed("location", "before");
        tx.savepoint("batch").await.unwrap();
        tx.feed("location", "batch");
        tx.execute(&PUT_MANY, Args::new().json(&rows)).await.unwrap_err();
        tx.rollback_to("batch").await.unwrap();
        let mut bad = Vec::new();
        for row in &rows {
            tx.savepoint("row").await.unwrap();
            match tx.execute(&PUT_MANY, Args::new().json(&[row])).await {
                Ok(_) => tx.release("row").await.unwrap(),
                Err(error) => {
                    tx.rollback_to("row").await.unwrap();
                    bad.push((row["id"].clone(), error.is_conflict()));
                }
            }
        }
        tx.release("batch").await.unwrap();
        assert!(tx.release("batch").await.is_err());
        assert_eq!(tx.commit().await.unwrap().0, 1, "what was noted after the savepoint is gone with it");
        assert_eq!(bad, [(json!("250"), false)], "{}", database.name);
        assert_eq!(count(store).await, 499);
    }
}

#[tokio::test]
async fn errors_say_what_can_be_done() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut tx = store.begin().await.unwrap();
        put(&mut tx, "a").await.unwrap();
        let error = put(&mut tx, "a").await.unwrap_err();
        assert!(error.is_conflict(), "{error}");
        assert!(error.to_string().starts_with("test.put_location: something else was written in between"), "{error}");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        let error = put(&mut tx, "a\0b").await.unwrap_err();
        assert!(matches!(error, StoreError::Refused { .. }), "{error}");
        assert!(matches!(tx.savepoint("x; DROP TABLE job").await, Err(StoreError::Refused { .. })));
        drop(tx);
        let error = store.fetch_all::<(i64,)>(&LOCATIONS, Args::new()).await;
        assert_eq!(error.unwrap(), [], "no row, no fault");
        store.close().await;
        let error = store.fetch_all::<(i64,)>(&COUNT, Args::new()).await.unwrap_err();
        assert!(error.is_unavailable(), "{error}");
        assert!(store.begin().await.unwrap_err().is_unavailable());
    }
}

#[tokio::test]
async fn one_writer_after_another() {
    for database in testkit::databases().await {
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let store = database.store.clone();
                tokio::spawn(async move {
                    let mut tx = store.begin().await.unwrap();
                    put(&mut tx, &n.to_string()).await.unwrap();
                    tx.feed("location", n.to_string());
                    tx.commit().await.unwrap().0
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.push(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>(), "{}", database.name);
    }
}

#[tokio::test]
async fn the_clock_is_the_databases() {
    for database in testkit::databases().await {
        let mut tx = database.store.begin().await.unwrap();
        let (first, second) = (tx.now().await.unwrap(), tx.now().await.unwrap());
        assert!(first <= second, "{}", database.name);
        assert_eq!(&first.rfc3339()[..2], "20", "{}: {}", database.name, first.rfc3339());
    }
}

#[tokio::test]
async fn settings_keep_the_first_or_the_last() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(store::setting::put_if_absent(&mut tx, "demo", "yes").await.unwrap(), "yes");
        assert_eq!(store::setting::put_if_absent(&mut tx, "demo", "no").await.unwrap(), "yes");
        tx.commit().await.unwrap();
        assert_eq!(store::setting::get(store, "demo").await.unwrap().as_deref(), Some("yes"));
        let mut tx = store.begin().await.unwrap();
        store::setting::put(&mut tx, "demo", "no").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store::setting::get(store, "demo").await.unwrap().as_deref(), Some("no"));
        assert_eq!(store::setting::get(store, "other").await.unwrap(), None);
    }
}
