//! From rows to what is read: who walks a location, how often, and what a changed row means for that.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    Reading, Request,
    agenda::{Entry, spread},
    lock,
    supervise::now,
};
use crate::{
    descriptor::{LocationRef, Presence, Rules},
    ingest::{Origin, Policy, Walker},
    location::micros,
    sql::LocationRow,
};

impl Entry {
    pub(super) fn is_file(&self) -> bool {
        self.row.location_type == "file"
    }
}

impl Reading {
    /// How often a location is read.
    pub(super) fn every(&self, row: &LocationRow) -> Duration {
        let own = row.read_every.map(micros);
        own.unwrap_or(if row.location_type == "file" { self.config.poll } else { self.config.read_every })
    }

    /// Takes in rows that came or changed, and those that are gone; requests for the latter come back.
    pub(super) fn take_rows(&self, gone: HashSet<&String>, rows: Vec<LocationRow>) -> Vec<Request> {
        let mut agenda = lock(&self.agenda);
        let mut unanswered = Vec::new();
        for id in gone {
            let (entry, mut requests) = agenda.remove(id);
            unanswered.append(&mut requests);
            if entry.is_some_and(|entry| entry.unread) {
                self.count_read();
            }
        }
        for row in rows {
            let id = row.id.clone();
            let Some(entry) = agenda.get(&id) else {
                if let Some(entry) = self.entry(row) {
                    agenda.insert(entry);
                }
                continue;
            };
            let (before, mut due) = (entry.row.clone(), None);
            let defines = |row: &LocationRow| {
                (row.location_type.clone(), row.target.clone(), row.presence.clone(), row.rules.clone(), row.source.clone())
            };
            if defines(&before) != defines(&row) {
                if let Some(walker) = self.walker(&row) {
                    entry.walker = Arc::new(walker);
                }
                due = Some(Instant::now());
            } else if row.confirmed.is_some() && before.confirmed != row.confirmed {
                entry.walker.forget();
                due = Some(Instant::now());
            } else if before.read_every != row.read_every {
                due = Some(Instant::now() + spread(self.every(&row)));
            } else if let Some(at) = row.unregister_at.filter(|_| before.unregister_at != row.unregister_at) {
                due = Some(entry.due.min(Instant::now() + micros(at.0.0.saturating_sub(now().0))));
            }
            entry.row = row;
            if let Some(due) = due {
                agenda.set_due(&id, due);
            }
        }
        unanswered
    }

    pub(super) fn entry(&self, row: LocationRow) -> Option<Entry> {
        let walker = self.walker(&row)?;
        let (now, clock) = (Instant::now(), now());
        // Files of this machine cost nothing to look at; what is on the network keeps its schedule over a restart.
        let due = match row.next_read_at {
            Some(at) if row.location_type != "file" && row.last_read_at.is_some() => {
                now + micros(at.0.0.saturating_sub(clock.0)).min(self.every(&row))
            }
            _ => now,
        };
        Some(Entry::new(row, walker, due))
    }

    fn walker(&self, row: &LocationRow) -> Option<Walker> {
        if !matches!(row.location_type.as_str(), "file" | "url" | "git") {
            tracing::error!(location = row.id, kind = row.location_type, "locations of this type cannot be read");
            return None;
        }
        let location = LocationRef::new(&row.location_type, &row.target);
        let origin = Origin {
            location_type: row.location_type.clone(),
            origin: location.to_string(),
            rules: rules_of(row),
            kinds: Arc::clone(&self.config.kinds),
        };
        Some(Walker {
            store: self.store.clone(),
            forge: self.forge.clone(),
            id: row.id.clone(),
            location,
            required: row.presence != Presence::Optional.as_str(),
            origin: Arc::new(origin),
            policy: Policy { grace: self.config.grace, hold_percent: self.config.hold_percent },
            bulk: self.bulk.clone(),
            settled_at: Arc::default(),
        })
    }

    pub(super) fn count_read(&self) {
        self.unread.send_modify(|unread| *unread = unread.saturating_sub(1));
    }
}

/// The kinds that may come from a location: what it says itself; without that everything from the configuration, and what Backstage lets
/// in from locations that people register.
fn rules_of(row: &LocationRow) -> Rules {
    let allow: Vec<String> = row.rules.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    match (allow.is_empty(), row.source.as_str()) {
        (false, _) => Rules::kinds(&allow),
        (true, "registered") => Rules::registered(),
        (true, _) => Rules::everything(),
    }
}
