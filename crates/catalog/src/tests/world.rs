//! A database with locations whose readings are texts.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use model::{EntityRef, Timestamp};
use serde_json::{Value, json};
use store::{Args, Store, StoreError};

use crate::{
    Catalog,
    history::{ChangeQuery, changes},
    ingest::{Policy, Scan, generated, status_item},
    location::Watched,
    sql::{self, FileRow},
};

pub(super) use crate::ingest::ProcessedFile;

/// What a reading does with entities that it misses, in most tests.
pub(super) const POLICY: Policy = Policy { grace: Duration::from_secs(3600), hold_percent: None };

const LOCATION: store::Statement = store::Statement::both(
    "test.location",
    "INSERT INTO location (id, type, target, source, created_at) VALUES ($1, 'file', $2, 'config', $3) ON CONFLICT (id) DO NOTHING",
);

/// A store with locations.
#[derive(Clone)]
pub(super) struct World {
    pub(super) store: Store,
    pub(super) policy: Policy,
}

impl World {
    /// With these locations.
    pub(super) async fn with(store: &Store, locations: &[&str]) -> Self {
        let world = Self { store: store.clone(), policy: POLICY };
        let mut tx = store.begin().await.unwrap();
        for id in locations {
            let now = tx.now().await.unwrap();
            let args = Args::new().text(*id).text(format!("/{id}")).ts(now);
            tx.execute(&LOCATION, args).await.unwrap();
        }
        tx.commit().await.unwrap();
        world
    }

    /// Reads a location as a whole: `text` is what its files hold.
    pub(super) async fn read(&self, location: &str, text: &str) {
        self.try_read(location, text).await.unwrap();
    }

    pub(super) async fn try_read(&self, location: &str, text: &str) -> Result<(), StoreError> {
        let (mut scan, files, seen) = self.begin(location, text).await;
        if !files.is_empty() {
            scan.write(files).await?;
        }
        scan.end(Some(&seen), &[]).await
    }

    /// The beginning of a reading: what changed, and all files that there are.
    pub(super) async fn begin(&self, location: &str, text: &str) -> (Scan, Vec<ProcessedFile>, HashSet<String>) {
        let known: Vec<FileRow> = self.store.fetch_all(&sql::FILES, Args::new().text(location)).await.unwrap();
        let known: HashMap<String, Option<String>> = known.into_iter().map(|row| (row.target, row.hash)).collect();
        let mut seen = HashSet::from([String::new()]);
        let mut files = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (file, content) = part.split_once(':').unwrap();
            seen.insert(file.to_owned());
            let read = known.get(file).is_none_or(|hash| hash.as_deref() != Some(content));
            files.extend(read.then(|| processed(file, content)));
        }
        (Scan::begin(&self.store, location, None, self.policy), files, seen)
    }

    /// Every entity, a line each: name, description, location/file, marks; then who waits for what.
    pub(super) async fn dump(&self) -> String {
        let catalog = self.catalog().await;
        let snapshot = catalog.snapshot();
        let mut lines: Vec<String> = snapshot
            .iter()
            .map(|entity| {
                let value = entity.to_value();
                let metadata = &value["metadata"];
                let gone = if metadata["annotations"]["backstage.io/orphan"] == "true" { " gone" } else { "" };
                let status = value["status"]["items"].as_array().into_iter().flatten();
                let status: String = status.map(|item| format!(" !{}", item["message"].as_str().unwrap())).collect();
                let description = metadata["description"].as_str().unwrap_or("-");
                let file = entity.file();
                format!("{} {description} {}/{file}{gone}{status}", short(entity.canonical()), entity.location())
            })
            .collect();
        lines.sort();
        let waits = catalog.conflicts();
        lines.extend(waits.iter().map(|wait| format!("{} wanted by {}/{}", short(&wait.entity_ref.to_string()), wait.location, wait.file)));
        lines.join("\n")
    }

    /// The catalog as a replica loads it.
    pub(super) async fn catalog(&self) -> std::sync::Arc<Catalog> {
        let catalog = Catalog::new(self.store.clone());
        let mut tx = self.store.snapshot().await.unwrap();
        catalog.load(&mut tx).await.unwrap();
        tx.end().await.unwrap();
        catalog
    }

    /// The uid and first-seen time of an entity; `None` if it is not there.
    pub(super) async fn identity(&self, name: &str) -> Option<(String, Timestamp)> {
        let snapshot = self.catalog().await.snapshot();
        let id = snapshot.find(&component(name))?;
        let entity = snapshot.entity(id);
        Some((entity.uid().to_owned(), entity.first_seen()))
    }

    /// The history of an entity, the latest first, a line each.
    pub(super) async fn history(&self, query: ChangeQuery) -> String {
        let found = changes(&self.store, &ChangeQuery { limit: if query.limit == 0 { 100 } else { query.limit }, ..query }).await.unwrap();
        let lines: Vec<String> = found
            .iter()
            .map(|change| {
                let who = change.actor.as_deref().map(|actor| format!(" by {actor}")).unwrap_or_default();
                let text = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                let mut diff: Vec<String> = Vec::new();
                for field in change.diff.iter().filter(|field| !field.path.contains("managed-by")) {
                    diff.push(format!(" {}: {} > {}", field.path, text(&field.before), text(&field.after)));
                }
                format!("{} {} {}{who}{}", short(&change.entity_ref.to_string()), change.action.name(), change.source, diff.concat())
            })
            .collect();
        lines.join("\n")
    }

    /// Puts the time of everything that is gone into the past, and cleans up.
    pub(super) async fn later(&self) -> u64 {
        let catalog = self.catalog().await;
        let snapshot = catalog.snapshot();
        let uids: Vec<String> = catalog
            .gone()
            .keys()
            .filter_map(|name| snapshot.find(&name.parse().unwrap()))
            .map(|id| snapshot.entity(id).uid().to_owned())
            .collect();
        let mut tx = self.store.begin().await.unwrap();
        tx.execute(&sql::ENTITIES_GONE, Args::new().ts(Timestamp(1)).json(&uids)).await.unwrap();
        tx.commit().await.unwrap();
        crate::clean(&self.store).await.unwrap()
    }
}

/// The component of that name.
pub(super) fn component(name: &str) -> EntityRef {
    EntityRef::new("Component", "default", name)
}

/// A component's descriptor.
pub(super) fn entity(name: &str, description: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": name, "namespace": "default", "description": description },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team" }
    })
}

fn short(name: &str) -> String {
    name.trim_start_matches("component:default/").to_owned()
}

/// A file: `a=one b=!` has a component that is described as "one", and one that is broken; `!` cannot be read.
fn processed(file: &str, content: &str) -> ProcessedFile {
    let mut out = ProcessedFile {
        file: file.to_owned(),
        parent: String::new(),
        hash: Some(content.to_owned()),
        watched: Watched::default(),
        entities: Vec::new(),
        failures: Vec::new(),
        unchanged: false,
    };
    for (position, word) in content.split_whitespace().enumerate() {
        match word.split_once('=') {
            Some((name, "!")) => {
                let name = component(name).to_string();
                out.failures.push(crate::ingest::Failure { entity_ref: Some(name), status: status_item("InputError", "broken") });
            }
            Some((name, description)) => {
                let mut value = entity(name, description);
                value["metadata"]["annotations"] = json!({ "backstage.io/managed-by-location": format!("file:{file}") });
                let mut entity = generated(value).unwrap();
                entity.position = position;
                out.entities.push(entity);
            }
            None => {
                out.hash = None;
                out.failures.push(crate::ingest::Failure { entity_ref: None, status: status_item("NotFoundError", "away") });
            }
        }
    }
    out
}
