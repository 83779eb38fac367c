//! What is to be read when: the locations, their times, and who asked for them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use model::Timestamp;
use tokio::time::Instant;

use super::{Request, Schedule};
use crate::{ingest::Walker, sql::LocationRow};

/// Requests for locations that are not known yet, at most; they come right after the location does.
const MOST_EARLY: usize = 1_000;

/// Requests that are kept for a location that another replica reads.
const MOST_KEPT: usize = 100;

/// One location.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) row: LocationRow,
    pub(super) walker: Arc<Walker>,
    pub(super) due: Instant,
    pub(super) wanted: Vec<Request>,
    pub(super) running: bool,
    /// When its last reading began.
    pub(super) started: Instant,
    /// Something about it changed while it was being read.
    again: bool,
    /// [`super::Reading::settled`] waits for it.
    pub(super) unread: bool,
    /// It was read by this process.
    pub(super) read: bool,
    /// Readings in a row in which a host was away.
    pub(super) failures: u32,
    pub(super) checked_at: Option<Timestamp>,
    pub(super) next_at: Option<Timestamp>,
    /// When its row was last told.
    pub(super) told: Option<Instant>,
}

impl Entry {
    pub(super) fn new(row: LocationRow, walker: Walker, due: Instant) -> Self {
        Self {
            next_at: row.next_read_at.map(Timestamp::from),
            checked_at: row.last_read_at.map(Timestamp::from),
            row,
            walker: Arc::new(walker),
            due,
            started: due,
            wanted: Vec::new(),
            running: false,
            again: false,
            unread: false,
            read: false,
            failures: 0,
            told: None,
        }
    }
}

/// What can be done with a location that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// It is read.
    Now,
    /// It waits until another reading is over.
    Wait,
    /// Another replica has it; it is looked at again then.
    After(Instant),
}

/// Every location, and the order in which they are due.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: HashMap<String, Entry>,
    order: BTreeSet<(Instant, String)>,
    early: Vec<Request>,
    /// Locations whose rows have to be looked at again.
    pub(super) changed: HashSet<String>,
}

impl Agenda {
    pub(super) fn get(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.get_mut(id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }

    pub(super) fn each(&mut self) -> impl Iterator<Item = (&String, &mut Entry)> {
        self.entries.iter_mut()
    }

    /// Puts a location in, with what was asked of it before it was known.
    pub(super) fn insert(&mut self, mut entry: Entry) {
        let id = entry.row.id.clone();
        let (mine, others) = std::mem::take(&mut self.early).into_iter().partition(|request| request.location == id);
        (entry.wanted, self.early) = (mine, others);
        if !entry.wanted.is_empty() {
            entry.due = Instant::now();
        }
        self.order.insert((entry.due, id.clone()));
        self.entries.insert(id, entry);
    }

    /// Takes a location out; with it come the requests that nobody answers any more.
    pub(super) fn remove(&mut self, id: &str) -> (Option<Entry>, Vec<Request>) {
        let (mut requests, others): (Vec<Request>, _) =
            std::mem::take(&mut self.early).into_iter().partition(|request| request.location == id);
        self.early = others;
        let mut entry = self.entries.remove(id);
        if let Some(entry) = &mut entry {
            self.order.remove(&(entry.due, id.to_owned()));
            requests.append(&mut entry.wanted);
        }
        (entry, requests)
    }

    /// Sets when a location is due.
    pub(super) fn set_due(&mut self, id: &str, due: Instant) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        self.order.remove(&(entry.due, id.to_owned()));
        entry.due = due;
        if entry.running {
            // What is being read comes back when that is over.
            entry.again = true;
        } else {
            self.order.insert((due, id.to_owned()));
        }
    }

    /// Notes that somebody wants a location read.
    pub(super) fn request(&mut self, request: Request) {
        let id = request.location.clone();
        match self.entries.get_mut(&id) {
            Some(entry) => {
                entry.wanted.push(request);
                self.set_due(&id, Instant::now());
            }
            None => {
                // It comes, or it is gone: its row tells.
                self.changed.insert(id);
                if self.early.len() < MOST_EARLY {
                    self.early.push(request);
                }
            }
        }
    }

    /// Goes through what is due. What is taken counts as being read from here on.
    pub(super) fn take_due(&mut self, now: Instant, mut take: impl FnMut(&Entry) -> Take) -> Vec<String> {
        let due: Vec<(Instant, String)> = self.order.iter().take_while(|(at, _)| *at <= now).cloned().collect();
        let mut taken = Vec::new();
        for (at, id) in due {
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            match take(entry) {
                Take::Wait => {}
                Take::Now => {
                    entry.running = true;
                    self.order.remove(&(at, id.clone()));
                    taken.push(id);
                }
                Take::After(later) => {
                    // Whoever holds it was asked as well; should it be taken over soon, what was asked last is done here.
                    let many = entry.wanted.len().saturating_sub(MOST_KEPT);
                    entry.wanted.drain(..many);
                    self.set_due(&id, later);
                }
            }
        }
        taken
    }

    /// A reading is over; the location is due again at `due`, or at once if somebody asked meanwhile.
    pub(super) fn done(&mut self, id: &str, due: Instant) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.running = false;
        let again = std::mem::take(&mut entry.again) || !entry.wanted.is_empty();
        self.set_due(id, if again { Instant::now() } else { due });
    }

    /// A reading came to nothing: those who asked for it go on waiting, and it is tried again at `due`.
    pub(super) fn again(&mut self, id: &str, mut wanted: Vec<Request>, due: Instant) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        (entry.running, entry.again) = (false, false);
        wanted.append(&mut entry.wanted);
        entry.wanted = wanted;
        self.set_due(id, due);
    }

    /// When something is due first that is not due yet.
    pub(super) fn next_after(&self, now: Instant) -> Option<Instant> {
        self.order.iter().map(|(due, _)| *due).find(|due| *due > now)
    }

    /// When something is due first.
    pub(super) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(due, _)| *due)
    }

    pub(super) fn schedule(&self, id: &str) -> Option<Schedule> {
        let entry = self.entries.get(id)?;
        Some(Schedule { checked_at: entry.checked_at, next_at: entry.next_at, reading: entry.running })
    }
}

/// A tenth more or less, so that what began together does not stay together.
pub(super) fn spread(time: Duration) -> Duration {
    let chance = u32::try_from(uuid::Uuid::new_v4().as_u128() % 201).unwrap_or(100);
    time * (900 + chance) / 1_000
}
