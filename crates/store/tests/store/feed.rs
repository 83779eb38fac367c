//! The change feed: no row is missed, whoever commits first.

use std::fmt::Write as _;

use model::{Seq, Timestamp};
use sqlx::{ConnectOptions, Connection, Executor, postgres::PgConnectOptions};
use store::{Args, Backend, FeedPage, Statement, Store, StoreConfig};

use crate::soon;

async fn commit(store: &Store, keys: &[&str]) -> Seq {
    let mut tx = store.begin().await.unwrap();
    for key in keys {
        tx.feed("entity", *key);
    }
    tx.commit().await.unwrap()
}

fn text(page: &FeedPage) -> String {
    let mut text = String::new();
    for row in &page.rows {
        write!(text, "{} {} {}, ", row.seq.0, row.topic, row.key).unwrap();
    }
    write!(text, "head {}{}", page.head.0, if page.pruned { ", pruned" } else { "" }).unwrap();
    text
}

async fn check(store: &Store, after: i64, limit: u32, expected: &str) {
    assert_eq!(text(&store.feed_after(Seq(after), limit).await.unwrap()), expected, "{:?}", store.backend());
}

#[tokio::test]
async fn pages_and_pruning() {
    for database in testkit::databases().await {
        let store = &database.store;
        check(store, 0, 10, "head 0").await;
        assert_eq!(commit(store, &["a", "b"]).await, Seq(2));
        assert_eq!(commit(store, &[]).await, Seq(2));
        assert_eq!(commit(store, &["c"]).await, Seq(3));
        check(store, 0, 10, "1 entity a, 2 entity b, 3 entity c, head 3").await;
        check(store, 0, 2, "1 entity a, 2 entity b, head 3").await;
        check(store, 2, 2, "3 entity c, head 3").await;
        check(store, 3, 2, "head 3").await;

        let mut tx = store.begin().await.unwrap();
        assert_eq!(store::feed::prune(&mut tx, Timestamp(0), 10).await.unwrap(), 0);
        assert_eq!(store::feed::prune(&mut tx, Timestamp(i64::MAX), 2).await.unwrap(), 2);
        tx.commit().await.unwrap();
        check(store, 1, 10, "3 entity c, head 3, pruned").await;
        check(store, 2, 10, "3 entity c, head 3").await;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(store::feed::prune(&mut tx, Timestamp(i64::MAX), 10).await.unwrap(), 1);
        assert_eq!(store::feed::prune(&mut tx, Timestamp(i64::MAX), 10).await.unwrap(), 0);
        tx.commit().await.unwrap();
        check(store, 0, 10, "head 3, pruned").await;
        check(store, 3, 10, "head 3").await;
        assert_eq!(commit(store, &["d"]).await, Seq(4));
    }
}

/// The first to begin commits last. A sequence would have given it the smaller number, to appear behind a reader's back.
#[tokio::test]
async fn transactions_that_commit_in_reverse_order() {
    for database in testkit::databases().await {
        let store = &database.store;
        if store.backend() == Backend::Sqlite {
            continue; // one writer: they cannot overlap
        }
        let mut early = store.begin().await.unwrap();
        store::setting::put(&mut early, "early", "1").await.unwrap();
        early.feed("entity", "early");
        let mut late = store.begin().await.unwrap();
        store::setting::put(&mut late, "late", "1").await.unwrap();
        late.feed("entity", "late");
        assert_eq!(late.commit().await.unwrap(), Seq(1));
        check(store, 0, 10, "1 entity late, head 1").await;
        assert_eq!(early.commit().await.unwrap(), Seq(2));
        check(store, 1, 10, "2 entity early, head 2").await;
    }
}

const WAITING: Statement = Statement::both(
    "test.waiting",
    "SELECT CAST(count(*) AS BIGINT) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
);

/// One transaction has its number and has not committed: the next one must not get ahead of it.
#[tokio::test]
async fn a_number_is_taken_only_when_the_one_before_is_visible() {
    for database in testkit::databases().await {
        let store = database.store.clone();
        if store.backend() == Backend::Sqlite {
            continue;
        }
        let options: PgConnectOptions = database.url.parse().unwrap();
        let mut slow = options.connect().await.unwrap();
        let mut transaction = slow.begin().await.unwrap();
        transaction.execute("UPDATE feed_head SET seq = seq + 1 WHERE id = 1").await.unwrap();
        transaction.execute("INSERT INTO feed (seq, at, topic, key) VALUES (1, 0, 'entity', 'slow')").await.unwrap();
        let quick = tokio::spawn({
            let store = store.clone();
            async move { commit(&store, &["quick"]).await }
        });
        let blocked = async { while store.fetch_optional::<(i64,)>(&WAITING, Args::new()).await.unwrap() != Some((1,)) {} };
        soon("the second transaction, at the lock,", blocked).await;
        check(&store, 0, 10, "head 0").await;
        transaction.commit().await.unwrap();
        assert_eq!(quick.await.unwrap(), Seq(2));
        check(&store, 0, 10, "1 entity slow, 2 entity quick, head 2").await;
        slow.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_follower_sees_everything_once() {
    const WRITERS: usize = 8;
    const COMMITS: usize = 25;
    for database in testkit::databases().await {
        let store = database.store.clone();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let store = store.clone();
                tokio::spawn(async move {
                    for n in 0..COMMITS {
                        let keys: Vec<String> = (0..=n % 3).map(|i| format!("{writer}/{n}/{i}")).collect();
                        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                        commit(&store, &keys).await;
                    }
                })
            })
            .collect();
        let all = WRITERS * (0..COMMITS).map(|n| n % 3 + 1).sum::<usize>();
        let (mut seen, mut at) = (std::collections::BTreeSet::new(), Seq(0));
        while seen.len() < all {
            for row in store.feed_after(at, 7).await.unwrap().rows {
                assert_eq!(row.seq.0, at.0 + 1, "no gap: {}", database.name);
                at = row.seq;
                assert!(seen.insert(row.key), "once: {}", database.name);
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(store.feed_head().await.unwrap(), at);
    }
}

const END_LISTENER: Statement = Statement::both(
    "test.end_listener",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%'",
);

#[tokio::test]
async fn watches_wake() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut watch = store.feed_watch();
        if store.backend() == Backend::Postgres {
            soon("the start of listening", watch.changed()).await;
            let other = Store::open(&StoreConfig::new(&database.url)).await.unwrap();
            commit(&other, &["a"]).await;
            soon("another process's commit", watch.changed()).await;
            let mut tx = store.begin().await.unwrap();
            assert_eq!(tx.execute(&END_LISTENER, Args::new()).await.unwrap(), 1);
            tx.commit().await.unwrap();
            soon("the new connection", watch.changed()).await;
            commit(&other, &["b"]).await;
            soon("another process's commit, after the connection was lost", watch.changed()).await;
        }
        commit(store, &["c"]).await;
        soon("this process's commit", watch.changed()).await;
        watch.changed_or(std::time::Duration::ZERO).await;
    }
}
