//! What runs: version, database, replicas, queues, configuration.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What runs.
#[derive(Clone, Debug, Default)]
pub struct SystemView {
    /// Version and build of the program that answers.
    pub build: BuildView,
    /// The database.
    pub database: DatabaseView,
    /// Every replica that was seen in the last day, the latest first.
    pub replicas: Vec<ReplicaRow>,
    /// The number of the last change.
    pub feed_head: i64,
    /// The last change that the replica which answers holds in memory.
    pub feed_reached: i64,
    /// What keeps it from following, if something does.
    pub feed_failing: Option<String>,
    /// Jobs by queue and name.
    pub queues: Vec<QueueRow>,
    /// Locations that cannot be read or have problems: target, id and what is wrong.
    pub locations: Vec<BrokenLocation>,
    /// How many locations there are.
    pub location_count: u64,
    /// What is kept in memory: name, and how much.
    pub caches: Vec<(String, String)>,
    /// How many policies hold, and the number of their last change.
    pub policies: (u64, i64),
    /// The data directory of the replica that answers.
    pub data: DataView,
    /// The configuration of the replica that answers.
    pub configuration: Vec<ConfigurationRow>,
    /// The clock.
    pub now: Timestamp,
}

/// The program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildView {
    /// As in `1.2.0`.
    pub version: String,
    /// `debug` or `release`, and for which machines.
    pub target: String,
    /// This process, by the name under which it holds leases.
    pub replica: String,
    /// When it was started.
    pub started: Timestamp,
}

/// The database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseView {
    /// `SQLite` or `PostgreSQL`.
    pub kind: String,
    /// Its version.
    pub version: String,
    /// Bytes.
    pub bytes: i64,
    /// Migrations that are applied.
    pub migrations: i64,
    /// The newest one's number.
    pub newest: i64,
}

/// A process that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaRow {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Where it listens.
    pub address: String,
    /// When it was started.
    pub started: Timestamp,
    /// When it last said that it lives.
    pub seen: Timestamp,
    /// The last change that it held in memory then.
    pub feed: i64,
    /// It has not been heard of for so long that it is probably gone.
    pub stale: bool,
    /// It is the one that answers.
    pub is_this: bool,
}

/// The jobs of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueRow {
    /// Queue and name.
    pub name: String,
    /// Waiting.
    pub queued: u64,
    /// Running.
    pub running: u64,
    /// Given up, and not yet thrown away.
    pub dead: u64,
    /// Since when the longest waiting one could run.
    pub oldest: Option<Timestamp>,
    /// Why the last one failed.
    pub last_error: String,
}

/// A location with something wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokenLocation {
    /// Its id.
    pub id: String,
    /// What it points at.
    pub target: String,
    /// What is wrong.
    pub error: String,
}

/// A directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataView {
    /// Where it is.
    pub path: String,
    /// Bytes of all files in it.
    pub bytes: u64,
    /// There are more files than were counted.
    pub more: bool,
}

/// A setting of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationRow {
    /// Its dotted key.
    pub key: String,
    /// Its value; of a secret only that there is one.
    pub value: String,
    /// Where it was set: a file, a variable, a flag; empty for the default.
    pub source: String,
    /// What it means.
    pub about: String,
}
