//! What is written down of readings that change nothing: when a location was looked at, and what its host said. Seldom, and together.

use std::collections::{BTreeMap, HashMap};

use forge::HostState;
use model::Timestamp;
use serde_json::{Value, json};
use store::{Args, Store, StoreError};

use crate::sql::{self, BATCH};

/// What waits to be written, and what was.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    checked: BTreeMap<String, (Timestamp, Timestamp)>,
    /// The counters of each host, as last written.
    hosts: HashMap<String, HostState>,
}

impl Ledger {
    /// Notes that a location was looked at, and when it will be next.
    pub(super) fn note(&mut self, id: &str, at: Timestamp, next: Timestamp) {
        self.checked.insert(id.to_owned(), (at, next));
    }

    /// Takes the rows to write about locations.
    pub(super) fn take_checked(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.checked).into_iter().map(|(id, (at, next))| json!([id, at.0, next.0])).collect()
    }

    /// The rows to write about hosts, as they changed since the last time.
    pub(super) fn host_rows(&self, now: &[HostState]) -> Vec<Value> {
        let changed = now.iter().filter(|host| self.hosts.get(&host.host).is_none_or(|before| before.requests != host.requests));
        let since = |now: u64, before: Option<u64>| now.saturating_sub(before.unwrap_or(0));
        let rows = changed.map(|host| {
            let before = self.hosts.get(&host.host);
            json!([
                host.host,
                since(host.requests, before.map(|before| before.requests)),
                since(host.unchanged, before.map(|before| before.unchanged)),
                since(host.failed, before.map(|before| before.failed)),
                host.last_at,
                host.last_result,
                host.budget,
                host.remaining,
                host.resets_at,
                host.waits_until
            ])
        });
        rows.collect()
    }

    /// Whether a host says something that people should see soon: it is new, it wants to be left alone, it fails or works again.
    pub(super) fn news(&self, now: &[HostState]) -> bool {
        let fails = |host: &HostState| !matches!(host.last_result.as_str(), "ok" | "unchanged");
        now.iter().any(|host| {
            self.hosts.get(&host.host).is_none_or(|before| before.waits_until != host.waits_until || fails(before) != fails(host))
        })
    }

    /// Notes that these were written.
    pub(super) fn written(&mut self, hosts: Vec<HostState>) {
        self.hosts = hosts.into_iter().map(|host| (host.host.clone(), host)).collect();
    }
}

/// Writes rows of both kinds in one transaction; nobody is told, since nothing that is shown as changed has.
pub(super) async fn write(store: &Store, checked: &[Value], hosts: &[Value]) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    for chunk in checked.chunks(BATCH) {
        tx.execute(&sql::LOCATIONS_CHECKED, Args::new().json(chunk)).await?;
    }
    for chunk in hosts.chunks(BATCH) {
        tx.execute(&sql::HOSTS_ADD, Args::new().json(chunk)).await?;
    }
    tx.commit().await.map(drop)
}
