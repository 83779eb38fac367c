//! The store against real databases: SQLite always, PostgreSQL where `WAYMARK_TEST_POSTGRES` names a server.

mod basics;
mod durability;
mod feed;
mod jobs;
mod leases;
mod migrations;
mod open;
mod worker;

use std::{future::Future, time::Duration};

#[tokio::test]
async fn statements_are_understood() {
    testkit::check_statements(store::STATEMENTS).await;
}

/// Waits for what must come; a test that would hang says what it waited for instead.
async fn soon<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(20), wait).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not come"),
    }
}
