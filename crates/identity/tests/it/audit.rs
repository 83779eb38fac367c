//! The audit log, and everything that somebody with the database and without the key may do to it.

use std::time::Duration;

use identity::audit::{self, AuditKey, AuditQuery, Decision, Entry, Log, Order, Removed, Seen, Verdict, verify};
use model::Timestamp;
use store::{Args, Statement, Store, StoreConfig};
use testkit::TestDatabase;

fn key() -> AuditKey {
    AuditKey::known_to_everybody()
}

fn entry(resource: &str) -> Entry {
    Entry {
        actor: "user:default/ada".to_owned(),
        via: "session:s1".to_owned(),
        action: "entity:change".to_owned(),
        resource: resource.to_owned(),
        decision: Decision::Allow,
        before_digest: String::new(),
        after_digest: String::new(),
        request_id: "r1".to_owned(),
        address: "127.0.0.1".to_owned(),
        detail: r#"{"change":"größer"}"#.to_owned(),
    }
}

async fn append(store: &Store, log: &Log, resource: &str) -> i64 {
    let mut tx = store.begin().await.unwrap();
    let row = log.append(&mut tx, entry(resource)).await.unwrap();
    tx.commit().await.unwrap();
    log.committed(&row);
    row.seq
}

/// A log of `rows` rows.
async fn filled(store: &Store, rows: usize) -> Log {
    let log = Log::open(store, key()).await.unwrap();
    for at in 1..=rows {
        append(store, &log, &format!("component:default/c{at}")).await;
    }
    log
}

async fn run(store: &Store, statements: &[&'static str]) {
    let mut tx = store.begin().await.unwrap();
    for text in statements {
        let statement: &'static Statement = Box::leak(Box::new(Statement::both("test", text)));
        tx.execute(statement, Args::new()).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    tx.commit().await.unwrap();
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Intact(extent) => format!("intact: {} rows to {}", extent.rows, extent.last),
        Verdict::Broken(fault, extent) => format!("{:?} after {}: {fault}", fault.seq(), extent.last),
        Verdict::Unknown(why, _) => format!("unknown: {why}"),
    }
}

/// What is said of a log of ten rows after somebody ran these statements.
async fn check(statements: &[&'static str], expected: &str) {
    for database in testkit::databases().await {
        filled(&database.store, 10).await;
        run(&database.store, statements).await;
        let verdict = verify(&database.store, &key(), None).await.unwrap();
        assert_eq!(told(&verdict), expected, "{}: {statements:?}", database.name);
    }
}

#[tokio::test]
async fn a_log_that_nobody_touched_is_intact() {
    check(&[], "intact: 10 rows to 10").await;
    for database in testkit::databases().await {
        Log::open(&database.store, key()).await.unwrap();
        assert_eq!(told(&verify(&database.store, &key(), None).await.unwrap()), "intact: 0 rows to 0");
    }
}

#[tokio::test]
async fn an_altered_row_is_found() {
    const WORDS: &str =
        "does not fit its hash: it was altered or put in another's place, or the row before it was altered together with its own hash";
    for text in [
        "UPDATE audit SET actor = 'user:default/eve' WHERE seq = 4",
        "UPDATE audit SET at = at + 1 WHERE seq = 4",
        "UPDATE audit SET via = '' WHERE seq = 4",
        "UPDATE audit SET action = 'entity:create' WHERE seq = 4",
        "UPDATE audit SET resource = 'component:default/c5' WHERE seq = 4",
        "UPDATE audit SET decision = 'deny' WHERE seq = 4",
        "UPDATE audit SET before_digest = 'x' WHERE seq = 4",
        "UPDATE audit SET after_digest = 'x' WHERE seq = 4",
        "UPDATE audit SET request_id = 'r2' WHERE seq = 4",
        "UPDATE audit SET address = '' WHERE seq = 4",
        "UPDATE audit SET detail = '' WHERE seq = 4",
        "UPDATE audit SET hash = 'x' WHERE seq = 4",
    ] {
        check(&[text], &format!("Some(4) after 3: row 4 {WORDS}")).await;
    }
    // Two rows change places.
    let swap =
        ["UPDATE audit SET seq = 99 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 7", "UPDATE audit SET seq = 7 WHERE seq = 99"];
    check(&swap, &format!("Some(4) after 3: row 4 {WORDS}")).await;
}

#[tokio::test]
async fn a_deleted_row_is_found() {
    check(&["DELETE FROM audit WHERE seq = 4"], "Some(4) after 3: row 4 is missing, while rows after it are there: it was deleted").await;
    check(
        &["DELETE FROM audit WHERE seq <= 4"],
        "Some(1) after 0: rows 1 to 4 are missing, while rows after them are there: they were deleted",
    )
    .await;
    // The gap is closed by hand.
    check(
        &["DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = seq + 1000 WHERE seq > 4", "UPDATE audit SET seq = seq - 1001 WHERE seq > 4"],
        "Some(4) after 3: row 4 does not fit its hash: it was altered or put in another's place, or the row before it was altered together with its own hash",
    )
    .await;
}

#[tokio::test]
async fn deleted_last_rows_are_found() {
    check(
        &["DELETE FROM audit WHERE seq = 10"],
        "Some(10) after 9: the log ends at row 9, while its signed head says that it goes to row 10: the last rows were deleted",
    )
    .await;
    check(
        &["DELETE FROM audit"],
        "Some(1) after 0: the log is empty, while its signed head says that it goes to row 10: all rows were deleted",
    )
    .await;
}

#[tokio::test]
async fn rows_put_in_by_hand_are_found() {
    check(
        &["INSERT INTO audit (seq, at, actor, via, action, resource, decision, hash) SELECT 11, at, actor, via, action, resource, decision, hash FROM audit WHERE seq = 10"],
        "Some(11) after 10: row 11 stands behind the end of the log, which is row 10 by its signed head: it was put in by hand",
    )
    .await;
    check(
        &["INSERT INTO audit (seq, at, actor, via, action, resource, decision, hash) SELECT 0, at, actor, via, action, resource, decision, hash FROM audit WHERE seq = 10"],
        "Some(0) after 0: row 0 is there, while retention removed everything up to row 0: it was put in by hand",
    )
    .await;
}

#[tokio::test]
async fn a_rewritten_head_is_found() {
    // The last two rows go, and the head with them: only the signature is missing.
    check(
        &[
            "DELETE FROM audit WHERE seq > 8",
            "UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8)",
        ],
        "None after 8: the head, by which the log goes to row 8, is not signed with the key: it was rewritten, and rows before it may have been deleted or replaced",
    )
    .await;
    check(&["DELETE FROM audit_head"], "None after 0: the row of audit_head is missing: it was deleted").await;
    // A checkpoint is to explain why the first rows are gone.
    check(
        &[
            "INSERT INTO audit_checkpoint (seq, hash, removed, created_at, mac) SELECT 4, hash, 4, 1, 'x' FROM audit WHERE seq = 4",
            "DELETE FROM audit WHERE seq <= 4",
        ],
        "Some(4) after 0: the checkpoint that says that retention removed the rows up to 4 is not signed with the key: it was forged, to hide deleted rows",
    )
    .await;
    // The whole log is to look new.
    for database in testkit::databases().await {
        let store = &database.store;
        let seen = filled(store, 10).await.seen();
        run(store, &["DELETE FROM audit", "UPDATE audit_head SET seq = 0, hash = '', mac = '', key_id = ''"]).await;
        assert_eq!(
            told(&verify(store, &key(), None).await.unwrap()),
            "unknown: the log has not begun: no portal has opened this database yet"
        );
        let verdict = verify(store, &key(), Some(&seen)).await.unwrap();
        assert!(told(&verdict).starts_with("Some(1) after 0: this program has seen row 10 before"), "{verdict:?}");
        Log::open(store, key()).await.unwrap();
        let verdict = verify(store, &key(), Some(&seen)).await.unwrap();
        assert!(
            told(&verdict).starts_with("Some(1) after 0: this program has seen row 10 before, and now the log ends at row 0"),
            "{verdict:?}"
        );
    }
}

#[tokio::test]
async fn going_on_after_a_forgery_does_not_hide_it() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 10).await;
        run(store, &["DELETE FROM audit WHERE seq > 8", "UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit WHERE seq = 8)"])
            .await;
        // The portal goes on, and says what it found.
        assert_eq!(append(store, &log, "component:default/later").await, 12);
        assert_eq!(append(store, &log, "component:default/later").await, 13);
        let verdict = verify(store, &key(), None).await.unwrap();
        assert!(told(&verdict).starts_with("Some(11) after 8: when row 11 was written, the head was not the one"), "{verdict:?}");
        let row = audit::one(store, 11).await.unwrap().unwrap();
        assert_eq!(row.detail, r#"{"found":"the head was changed without the key","head":8,"last_row":8,"last_seen":10}"#);
    }
    // A rightly signed head of an earlier time is put back: whoever saw the later one knows.
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 8).await;
        run(store, &["CREATE TABLE kept AS SELECT * FROM audit_head"]).await;
        append(store, &log, "component:default/c9").await;
        run(
            store,
            &[
                "DELETE FROM audit WHERE seq > 8",
                "UPDATE audit_head SET seq = (SELECT seq FROM kept), hash = (SELECT hash FROM kept), mac = (SELECT mac FROM kept)",
            ],
        )
        .await;
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 8 rows to 8");
        let line = log.seen().to_line(&key());
        let seen = Seen::from_line(&line, &key()).unwrap();
        assert!(Seen::from_line(&line.replace('9', "7"), &key()).is_none());
        let verdict = verify(store, &key(), Some(&seen)).await.unwrap();
        assert!(told(&verdict).starts_with("Some(9) after 8: this program has seen row 9 before"), "{verdict:?}");
        append(store, &log, "component:default/later").await;
        assert!(told(&verify(store, &key(), None).await.unwrap()).starts_with("Some(10) after 8: when row 10 was written"));
    }
    // A row stands where the next one is to be.
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 3).await;
        run(
            store,
            &["INSERT INTO audit (seq, at, actor, via, action, resource, decision, hash) VALUES (4, 1, 'a', 'b', 'c', 'd', 'allow', 'h')"],
        )
        .await;
        assert_eq!(append(store, &log, "component:default/later").await, 6);
        assert!(told(&verify(store, &key(), None).await.unwrap()).starts_with("Some(4) after 3: row 4 does not fit its hash"));
    }
}

#[tokio::test]
async fn another_key_is_not_taken() {
    for database in testkit::databases().await {
        let store = &database.store;
        filled(store, 3).await;
        let other = AuditKey::new([9; 32]);
        let refused = Log::open(store, other.clone()).await.unwrap_err().to_string();
        assert!(refused.contains(key().id()) && refused.contains(other.id()) && refused.contains("WAYMARK_AUDIT_KEY"), "{refused}");
        let verdict = told(&verify(store, &other, None).await.unwrap());
        assert!(verdict.starts_with("unknown: the head is signed with the key"), "{verdict}");
        // The key is lost: the log goes on under another.
        let log = Log::rekey(store, other.clone(), "system:command-line").await.unwrap();
        append(store, &log, "component:default/later").await;
        assert_eq!(told(&verify(store, &other, None).await.unwrap()), "intact: 5 rows to 5");
        assert!(Log::open(store, key()).await.is_err());
    }
}

#[tokio::test]
async fn retention_leaves_a_log_that_can_be_checked() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 10).await;
        let at = audit::one(store, 7).await.unwrap().unwrap().at();
        let remove = async |before: Timestamp, batch: u32| {
            let mut tx = store.begin().await.unwrap();
            let removed = log.remove_old(&mut tx, before, batch).await.unwrap();
            tx.commit().await.unwrap();
            removed
        };
        // On SQLite's clock several rows have the same time.
        let young = audit::search(store, &AuditQuery { until: Some(at), ..AuditQuery::default() }, Order::OldestFirst, 100).await.unwrap();
        let old = young.len() as u64;
        if old > 0 {
            assert_eq!(remove(at, 100).await, Removed::Rows { count: old, up_to: old as i64, more: false });
        }
        assert_eq!(remove(at, 100).await, Removed::Nothing);
        let left = 10 - old;
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), format!("intact: {left} rows to 10"));
        assert_eq!(remove(Timestamp(i64::MAX), 2).await, Removed::Rows { count: 2, up_to: old as i64 + 2, more: true });
        // What a process saw before the checkpoint says nothing any more.
        let verdict = verify(store, &key(), Some(&Seen { seq: 1, hash: "gone".to_owned() })).await.unwrap();
        assert_eq!(told(&verdict), format!("intact: {} rows to 10", left - 2));
        while remove(Timestamp(i64::MAX), 100).await != Removed::Nothing {}
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 0 rows to 10");
        append(store, &log, "component:default/later").await;
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 1 rows to 11");
        // The same checks hold after a checkpoint.
        append(store, &log, "component:default/later").await;
        run(store, &["DELETE FROM audit WHERE seq = 11"]).await;
        let verdict = told(&verify(store, &key(), None).await.unwrap());
        assert!(verdict.contains("row 11 is missing"), "{verdict}");
    }
}

#[tokio::test]
async fn retention_removes_no_proof() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 10).await;
        run(store, &["UPDATE audit SET actor = 'user:default/eve' WHERE seq = 4"]).await;
        let mut tx = store.begin().await.unwrap();
        let removed = log.remove_old(&mut tx, Timestamp(i64::MAX), 100).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(matches!(&removed, Removed::Kept(fault) if fault.seq() == Some(4)), "{removed:?}");
    }
}

#[tokio::test]
async fn what_is_not_committed_leaves_no_trace() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = filled(store, 3).await;
        let mut tx = store.begin().await.unwrap();
        log.append(&mut tx, entry("component:default/crashed")).await.unwrap();
        drop(tx);
        assert_eq!(append(store, &log, "component:default/next").await, 4);
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 4 rows to 4");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_append_to_one_chain() {
    for database in testkit::databases().await {
        let TestDatabase { store, url, name, .. } = &database;
        let second = Store::open(&StoreConfig { url: url.clone(), max_readers: 4 }).await.unwrap();
        filled(store, 0).await;
        let mut writers = Vec::new();
        for (replica, store) in [store.clone(), second.clone(), store.clone(), second.clone()].into_iter().enumerate() {
            writers.push(tokio::spawn(async move {
                let log = Log::open(&store, key()).await.unwrap();
                for at in 0..25 {
                    // Some note changes for the feed first, some do not; some give up.
                    let mut tx = store.begin().await.unwrap();
                    if at % 2 == 0 {
                        tx.feed("test", format!("{replica}-{at}"));
                    }
                    let row = log.append(&mut tx, entry(&format!("component:default/{replica}-{at}"))).await.unwrap();
                    if at % 5 == 4 {
                        tx.rollback().await.unwrap();
                    } else {
                        tx.commit().await.unwrap();
                        log.committed(&row);
                    }
                }
            }));
        }
        // Checking meanwhile sees whole logs only.
        while writers.iter().any(|writer| !writer.is_finished()) {
            let verdict = verify(store, &key(), None).await.unwrap();
            assert!(matches!(verdict, Verdict::Intact(_)), "{name}: {verdict:?}");
            tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 80 rows to 80", "{name}");
        second.close().await;
    }
}

#[tokio::test]
async fn rows_are_found() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = Log::open(store, key()).await.unwrap();
        let rows = [
            ("user:default/ada", "entity:change", "component:default/shop", Decision::Allow, r#"{"Change":"Deleted"}"#),
            ("user:default/bob", "entity:change", "component:default/shop-ui", Decision::Deny, ""),
            ("service:ci", "location:write", "location:1", Decision::Allow, ""),
            ("user:default/ada", "entity:create", "component:default/shop", Decision::Allow, ""),
        ];
        for (actor, action, resource, decision, detail) in rows {
            let mut tx = store.begin().await.unwrap();
            let new = Entry { actor: actor.to_owned(), action: action.to_owned(), decision, detail: detail.to_owned(), ..entry(resource) };
            let row = log.append(&mut tx, new).await.unwrap();
            tx.commit().await.unwrap();
            log.committed(&row);
        }
        let find = async |query: AuditQuery| {
            let found = audit::search(store, &query, Order::NewestFirst, 10).await.unwrap();
            let seqs: Vec<String> = found.iter().map(|row| row.seq.to_string()).collect();
            let mut other: Vec<i64> =
                audit::search(store, &query, Order::OldestFirst, 10).await.unwrap().iter().map(|row| row.seq).collect();
            other.reverse();
            assert_eq!(other, found.iter().map(|row| row.seq).collect::<Vec<_>>());
            seqs.join(" ")
        };
        let query = AuditQuery::default;
        assert_eq!(find(query()).await, "4 3 2 1");
        assert_eq!(find(AuditQuery { actor: "user:default/ada".to_owned(), ..query() }).await, "4 1");
        assert_eq!(find(AuditQuery { actor: "user:*".to_owned(), ..query() }).await, "4 2 1");
        assert_eq!(find(AuditQuery { resource: "component:default/shop".to_owned(), ..query() }).await, "4 1");
        assert_eq!(
            find(AuditQuery { resource: "component:default/shop*".to_owned(), action: "entity:change".to_owned(), ..query() }).await,
            "2 1"
        );
        assert_eq!(find(AuditQuery { action: "entity:*".to_owned(), decision: "deny".to_owned(), ..query() }).await, "2");
        assert_eq!(find(AuditQuery { text: "DELETED".to_owned(), ..query() }).await, "1");
        assert_eq!(find(AuditQuery { text: "100%".to_owned(), ..query() }).await, "");
        assert_eq!(find(AuditQuery { before: Some(3), ..query() }).await, "2 1");
        assert_eq!(find(AuditQuery { after: Some(3), ..query() }).await, "4");
        let now = store.now().await.unwrap();
        let hour = i64::try_from(Duration::from_secs(3600).as_micros()).unwrap();
        assert_eq!(
            find(AuditQuery { from: Some(Timestamp(now.0 - hour)), until: Some(Timestamp(now.0 + hour)), ..query() }).await,
            "4 3 2 1"
        );
        assert_eq!(find(AuditQuery { from: Some(Timestamp(now.0 + hour)), ..query() }).await, "");
        assert_eq!(audit::action_names(store).await.unwrap(), ["entity:change", "entity:create", "location:write"]);
    }
}

#[tokio::test]
async fn rows_have_limits() {
    for database in testkit::databases().await {
        let store = &database.store;
        let log = Log::open(store, key()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let long = Entry { detail: "ü".repeat(20_000), actor: "a\0b".to_owned(), ..entry(&"ü".repeat(5_000)) };
        let row = log.append(&mut tx, long).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((row.resource.chars().count(), row.actor.as_str()), (1_001, "a\u{fffd}b"));
        assert_eq!(row.detail, r#"{"left_out":"the detail had 40000 bytes"}"#);
        assert_eq!(told(&verify(store, &key(), None).await.unwrap()), "intact: 1 rows to 1");
    }
}
