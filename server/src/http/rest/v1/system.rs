//! `/api/v1/system`

use axum::{extract::State, response::Response};
use model::view::SystemView;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    entities::json,
    shapes::{ProblemDetails, at},
};
use crate::http::{access::Signed, failure::HttpFailure, pages, state::AppState};

/// What runs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct System {
    /// The program's version.
    version: String,
    /// Profile, operating system and machine that it was built for.
    build: String,
    /// The replica that answers.
    replica: String,
    /// When it was started.
    started_at: String,
    database: Database,
    feed: Feed,
    replicas: Vec<Replica>,
    queues: Vec<Queue>,
    /// Locations that could not be read, at most ten.
    broken_locations: Vec<BrokenLocation>,
    /// Locations in all.
    locations: u64,
    /// Policies of the portal that hold.
    policies: u64,
    /// How often policies and grants were changed.
    policy_changes: i64,
    data_directory: DataDirectory,
    configuration: Vec<Setting>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Database {
    /// `SQLite` or `PostgreSQL`.
    kind: String,
    version: String,
    bytes: i64,
    /// Migrations that are applied.
    migrations: i64,
    /// The newest one's number.
    newest_migration: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Feed {
    /// The number of the last change.
    head: i64,
    /// The last change that the replica which answers has in memory.
    reached: i64,
    /// What keeps it from following.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SystemReplica)]
struct Replica {
    id: String,
    version: String,
    /// Machine and address.
    address: String,
    started_at: String,
    seen_at: String,
    /// The last change that it had in memory when it was last seen.
    feed: i64,
    /// It was not heard of for more than three heartbeats.
    silent: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SystemQueue)]
struct Queue {
    /// Queue and job.
    name: String,
    queued: u64,
    running: u64,
    /// Given up.
    dead: u64,
    /// Since when the longest waiting one could run.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_at: Option<String>,
    /// Why the last attempt failed; empty when none did.
    last_error: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SystemLocation)]
struct BrokenLocation {
    id: String,
    target: String,
    error: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct DataDirectory {
    path: String,
    bytes: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SystemSetting)]
struct Setting {
    key: String,
    /// Its value; of a secret only that there is one.
    value: String,
    /// The file, variable or flag that set it; empty for the default.
    source: String,
}

/// Version, database, replicas, queues, locations that fail, and the configuration without its secrets.
#[utoipa::path(
    get, path = "/api/v1/system", tag = "system", operation_id = "getSystem",
    responses(
        (status = 200, body = System),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "not for you", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let view = pages::system_view(&state, &caller).await?;
    json(&System::from(view))
}

impl From<SystemView> for System {
    fn from(view: SystemView) -> Self {
        let replica = |row: model::view::ReplicaRow| Replica {
            id: row.id,
            version: row.version,
            address: row.address,
            started_at: row.started.rfc3339(),
            seen_at: row.seen.rfc3339(),
            feed: row.feed,
            silent: row.stale,
        };
        let queue = |row: model::view::QueueRow| Queue {
            name: row.name,
            queued: row.queued,
            running: row.running,
            dead: row.dead,
            oldest_at: at(row.oldest),
            last_error: row.last_error,
        };
        let location = |row: model::view::BrokenLocation| BrokenLocation { id: row.id, target: row.target, error: row.error };
        Self {
            version: view.build.version,
            build: view.build.target,
            replica: view.build.replica,
            started_at: view.build.started.rfc3339(),
            database: Database {
                kind: view.database.kind,
                version: view.database.version,
                bytes: view.database.bytes,
                migrations: view.database.migrations,
                newest_migration: view.database.newest,
            },
            feed: Feed { head: view.feed_head, reached: view.feed_reached, failing: view.feed_failing },
            replicas: view.replicas.into_iter().map(replica).collect(),
            queues: view.queues.into_iter().map(queue).collect(),
            broken_locations: view.locations.into_iter().map(location).collect(),
            locations: view.location_count,
            policies: view.policies.0,
            policy_changes: view.policies.1,
            data_directory: DataDirectory { path: view.data.path, bytes: view.data.bytes },
            configuration: view
                .configuration
                .into_iter()
                .map(|row| Setting { key: row.key, value: row.value, source: row.source })
                .collect(),
        }
    }
}
