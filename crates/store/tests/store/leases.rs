//! Leases: one holder at a time, and an old one cannot write.

use std::time::Duration;

use store::{
    Store, StoreError,
    lease::{self, Lease},
};

const HOUR: Duration = Duration::from_secs(3600);

async fn acquire(store: &Store, holder: &str, ttl: Duration) -> Option<Lease> {
    let mut tx = store.begin().await.unwrap();
    let lease = lease::acquire(&mut tx, "location/1", holder, ttl).await.unwrap();
    tx.commit().await.unwrap();
    lease
}

/// Renews and fences; tells how both went.
async fn held(store: &Store, lease: &Lease) -> String {
    let mut tx = store.begin().await.unwrap();
    let fenced = tx.fence_lease(lease).await;
    let renewed = lease::renew(&mut tx, lease, HOUR).await;
    tx.commit().await.unwrap();
    match (fenced, renewed) {
        (Ok(()), Ok(renewed)) => {
            assert_eq!(renewed.epoch, lease.epoch);
            "held".to_owned()
        }
        (Err(StoreError::LeaseLost(first)), Err(StoreError::LeaseLost(second))) => {
            assert_eq!(first, second);
            first.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_holder_at_a_time() {
    for database in testkit::databases().await {
        let store = &database.store;
        let lost = |epoch| format!("lease location/1 is no longer held here (epoch {epoch}): it ran out and was taken over, or it ended");
        let first = acquire(store, "a", Duration::ZERO).await.unwrap();
        assert_eq!(first.epoch, 1);
        assert_eq!(held(store, &first).await, "held", "it ran out, but nobody took it");
        assert_eq!(acquire(store, "b", HOUR).await, None, "and so it was renewed");

        let again = acquire(store, "a", Duration::ZERO).await.unwrap();
        assert_eq!(again.epoch, 2);
        assert_eq!(held(store, &first).await, lost(1), "the same holder's older holding ended");

        let second = acquire(store, "b", HOUR).await.unwrap();
        assert_eq!(second.epoch, 3, "it ran out");
        assert_eq!(held(store, &again).await, lost(2));
        assert_eq!(held(store, &second).await, "held");

        let mut tx = store.begin().await.unwrap();
        lease::release(&mut tx, &again).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(held(store, &second).await, "held", "what one does not hold one cannot release");
        let mut tx = store.begin().await.unwrap();
        lease::release(&mut tx, &second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(held(store, &second).await, lost(3));
        assert_eq!(acquire(store, "c", HOUR).await.unwrap().epoch, 4, "{}: epochs go on", database.name);
    }
}

#[tokio::test]
async fn of_many_one_gets_it() {
    for database in testkit::databases().await {
        let tasks: Vec<_> = (0..10)
            .map(|n| {
                let store = database.store.clone();
                tokio::spawn(async move { acquire(&store, &n.to_string(), HOUR).await.is_some() })
            })
            .collect();
        let mut holders = 0;
        for task in tasks {
            holders += u32::from(task.await.unwrap());
        }
        assert_eq!(holders, 1, "{}", database.name);
    }
}
