//! Retention as the portal does it, and what its notes outside of the database show.

use std::time::Duration;

use ::catalog::ReadingConfig;
use model::{Caller, view::ChainState};
use serde_json::{Value, json};
use store::{Args, Statement, Store};

use super::upkeep;
use crate::{AuditConfig, AuditQuery, Portal, PortalConfig, record::Done};

const AGE: Statement = Statement::both("test.age", "UPDATE audit SET at = at - $1 WHERE seq <= $2");
const CUT: Statement = Statement::both("test.cut", "DELETE FROM audit WHERE seq > 2");
const PUT_BACK: Statement =
    Statement::both("test.put_back", "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2), mac = $1 WHERE id = 1");
const MAC: Statement = Statement::both("test.mac", "SELECT mac FROM audit_head WHERE id = 1");

async fn portal(store: &Store, audit: AuditConfig) -> Portal {
    let config = PortalConfig {
        authorisation: Default::default(),
        access: Default::default(),
        providers: Default::default(),
        audit,
        notifications: Default::default(),
        reading: ReadingConfig::new(Vec::new(), "test".to_owned()),
        history: Duration::from_secs(3600),
        feed_delay: Duration::ZERO,
        demo: None,
    };
    Portal::open(store.clone(), config).await.unwrap()
}

async fn record(portal: &Portal, resource: &str) {
    portal.record(&Caller::worker(), Done::named("test:do", resource)).await.unwrap();
}

async fn last(portal: &Portal) -> identity::audit::Row {
    let (mut rows, _) = portal.audit().rows(&Caller::worker(), &AuditQuery::default(), 1).await.unwrap();
    rows.remove(0)
}

#[tokio::test]
async fn retention_signs_what_it_leaves() {
    for database in testkit::databases().await {
        let store = &database.store;
        let day = Duration::from_secs(86_400);
        let portal = portal(store, AuditConfig { retention: Some(day), ..AuditConfig::default() }).await;
        assert_eq!(portal.remove_old_records().await.unwrap(), 0);
        for at in 0..5 {
            record(&portal, &format!("thing:{at}")).await;
        }
        assert_eq!(portal.remove_old_records().await.unwrap(), 0);
        // The clock cannot be turned, so the rows are made older, as nobody without the key could do unnoticed.
        let mut tx = store.begin().await.unwrap();
        tx.execute(&AGE, Args::new().int(3 * 86_400 * 1_000_000).int(3)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(portal.remove_old_records().await.unwrap(), 0, "an altered row is kept as a proof");
        assert_eq!(portal.audit().verify(&Caller::worker()).await.unwrap().unwrap().state, ChainState::Broken);
        assert_eq!(last(&portal).await.seq, 5);
    }
    // With no patience for age at all, rows go as they are.
    for database in testkit::databases().await {
        let portal = portal(&database.store, AuditConfig::default()).await;
        for at in 0..5 {
            record(&portal, &format!("thing:{at}")).await;
        }
        let now = database.store.now().await.unwrap();
        let until = model::Timestamp(now.0 + 1_000_000);
        assert_eq!(upkeep::remove_before(&portal, until).await.unwrap(), 5);
        let row = last(&portal).await;
        assert_eq!((row.action.as_str(), row.actor.as_str(), row.seq), ("audit:retention", "system:worker", 6));
        let detail: Value = serde_json::from_str(&row.detail).unwrap();
        assert_eq!((&detail["removed"], &detail["up_to"]), (&json!(5), &json!(5)));
        let chain = portal.audit().verify(&Caller::worker()).await.unwrap().unwrap();
        assert_eq!((chain.state, chain.last, chain.removed), (ChainState::Intact, 6, 5), "{}", chain.message);
    }
}

#[tokio::test]
async fn a_database_that_was_put_back_is_noticed() {
    for database in testkit::databases().await {
        let store = &database.store;
        let folder = tempfile::tempdir().unwrap();
        let config = || AuditConfig { seen_file: Some(folder.path().join("audit.seen")), ..AuditConfig::default() };
        let before = portal(store, config()).await;
        record(&before, "thing:1").await;
        record(&before, "thing:2").await;
        let mac: (String,) = store.fetch_optional(&MAC, Args::new()).await.unwrap().unwrap();
        record(&before, "thing:3").await;
        assert_eq!(before.audit().verify(&Caller::worker()).await.unwrap().unwrap().state, ChainState::Intact);
        drop(before);
        let mut tx = store.begin().await.unwrap();
        tx.execute(&CUT, Args::new()).await.unwrap();
        tx.execute(&PUT_BACK, Args::new().text(mac.0)).await.unwrap();
        tx.commit().await.unwrap();
        let chain = portal(store, config()).await.audit().verify(&Caller::worker()).await.unwrap().unwrap();
        assert_eq!(chain.state, ChainState::Broken);
        assert!(chain.message.starts_with("this program has seen row 3 before"), "{}", chain.message);
        // As the message says: once the file is gone, the earlier state is the one that holds.
        std::fs::remove_file(folder.path().join("audit.seen")).unwrap();
        assert_eq!(portal(store, config()).await.audit().verify(&Caller::worker()).await.unwrap().unwrap().state, ChainState::Intact);
    }
}

#[tokio::test]
async fn refusals_do_not_fill_the_database() {
    for database in testkit::databases().await {
        let portal = portal(&database.store, AuditConfig::default()).await;
        for _ in 0..100 {
            portal.refused(&Caller::admin_token(), "entity:change", "component:default/shop", json!({ "why": "no" })).await;
        }
        portal.refused(&Caller::worker(), "entity:change", "component:default/shop", Value::Null).await;
        let (rows, _) = portal.audit().rows(&Caller::worker(), &AuditQuery::default(), 500).await.unwrap();
        assert_eq!(rows.len(), 61);
        assert!(rows.iter().all(|row| row.decision == "deny"));
    }
}
