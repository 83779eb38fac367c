//! Databases that a server process opens, and what they hold when it does not run.

use std::collections::BTreeMap;

use store::{Args, Statement, Store, StoreConfig};

const IDENTITIES: Statement = Statement::both("test.identities", "SELECT ref, uid, first_seen FROM entity");

/// For each entity in the database: its uid and first-seen time.
pub(crate) fn identities(url: &str) -> BTreeMap<String, (String, i64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&StoreConfig { url: url.to_owned(), max_readers: 1 }).await.expect("the database opens");
        let rows: Vec<(String, String, i64)> = store.fetch_all(&IDENTITIES, Args::new()).await.expect("the rows are read");
        store.close().await;
        rows.into_iter().map(|(name, uid, first_seen)| (name, (uid, first_seen))).collect()
    })
}

/// Fresh databases: their names and addresses, with what keeps them alive.
pub(crate) fn fresh() -> Vec<testkit::TestDatabase> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(testkit::databases())
}
