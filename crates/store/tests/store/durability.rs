//! What was committed is there after the process was killed.

use std::{
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

use store::{Args, Statement, Store, StoreConfig};

/// Set for the process that is to be killed: the database that it writes to.
const VICTIM: &str = "WAYMARK_TEST_VICTIM";
const COUNT: Statement = Statement::both("test.settings", "SELECT CAST(count(*) AS BIGINT) FROM setting");

/// Commits until it is killed, and says so after each commit.
#[tokio::test]
async fn victim() {
    let Ok(url) = std::env::var(VICTIM) else { return };
    let store = Store::open(&StoreConfig::new(url)).await.unwrap();
    for n in 0.. {
        let mut tx = store.begin().await.unwrap();
        store::setting::put(&mut tx, &n.to_string(), "x").await.unwrap();
        tx.feed("setting", n.to_string());
        tx.commit().await.unwrap();
        writeln!(std::io::stdout(), "committed").unwrap();
    }
}

#[tokio::test]
async fn a_commit_outlives_the_process() {
    for database in testkit::databases().await {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "durability::victim", "--nocapture"])
            .env(VICTIM, &database.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines =
            BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok).filter(|line| line.ends_with("committed"));
        let mut committed = lines.by_ref().take(25).count();
        victim.kill().unwrap();
        victim.wait().unwrap();
        committed += lines.count();
        let (rows,) = database.store.fetch_optional::<(i64,)>(&COUNT, Args::new()).await.unwrap().unwrap();
        let rows = usize::try_from(rows).unwrap();
        assert!(rows == committed || rows == committed + 1, "{}: {committed} answers, {rows} rows", database.name);
        let head = database.store.feed_head().await.unwrap();
        assert_eq!(usize::try_from(head.0).unwrap(), rows, "{}: feed and rows are one", database.name);
    }
}

/// SQLite's own bound on the file, which fails writes as a full disk does. It holds for one connection only.
const FULL: Statement = Statement::both("test.full", "PRAGMA max_page_count = 1");

#[tokio::test]
async fn writes_go_on_after_the_disk_was_full() {
    for database in testkit::databases().await.into_iter().filter(|database| database.name == "sqlite") {
        let store = &database.store;
        for round in 0..3 {
            let mut tx = store.begin().await.unwrap();
            tx.execute(&FULL, Args::new()).await.unwrap();
            let large = "x".repeat(1 << 20);
            let error = store::setting::put(&mut tx, "large", &large).await.unwrap_err();
            assert!(error.to_string().contains("full"), "{error}");
            drop(tx);
            let mut tx = store.begin().await.unwrap();
            store::setting::put(&mut tx, &format!("small {round}"), "x").await.unwrap();
            tx.commit().await.unwrap();
        }
        let (rows,) = store.fetch_optional::<(i64,)>(&COUNT, Args::new()).await.unwrap().unwrap();
        assert_eq!(rows, 3, "what did not fit is not there, what came after it is");
    }
}
