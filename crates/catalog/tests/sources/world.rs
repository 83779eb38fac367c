//! A running reading over a database, and what it brought.

use std::{sync::Arc, time::Duration};

use catalog::{
    Catalog, Location, LocationConfig, Reading, ReadingConfig, SourcesConfig, push_worker, pushed,
    registry::{self, NewLocation, Registered},
};
use forge::webhook::Push;
use model::Seq;
use store::Store;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes, should a machine be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A reading with all that keeps it going.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) reading: Arc<Reading>,
    cancel: CancellationToken,
    tasks: JoinSet<()>,
    _cache: TempDir,
}

/// A configuration in which nothing happens unless it is asked for.
pub(crate) fn quiet(locations: Vec<LocationConfig>) -> ReadingConfig {
    ReadingConfig {
        poll: Duration::from_secs(3600),
        read_every: Duration::from_secs(3600),
        grace: Duration::ZERO,
        hold_percent: None,
        ..ReadingConfig::new(locations, format!("test-{}", uuid::Uuid::new_v4()))
    }
}

/// A location of the configuration.
pub(crate) fn configured(text: &str) -> LocationConfig {
    LocationConfig::parse(text, std::path::Path::new("/"))
}

impl World {
    pub(crate) async fn start(store: &Store, locations: &[&str]) -> Self {
        Self::with(store, quiet(locations.iter().map(|text| configured(text)).collect())).await
    }

    pub(crate) async fn with(store: &Store, mut config: ReadingConfig) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let fetch = forge::FetchConfig { allow_private: vec!["127.0.0.1".to_owned()], ..forge::FetchConfig::default() };
        config.sources = SourcesConfig { fetch, cache: Some(cache.path().to_owned()), ..config.sources };
        let reading = Reading::open(store, config).await.unwrap();
        let cancel = CancellationToken::new();
        let after = store.feed_head().await.unwrap();
        let mut tasks = reading.run(&cancel).await.unwrap();
        tasks.spawn(push_worker(Arc::clone(&reading)).run(cancel.clone()));
        tasks.spawn(follow(store.clone(), Arc::clone(&reading), after, cancel.clone()));
        reading.settled(PATIENCE).await;
        Self { store: store.clone(), reading, cancel, tasks, _cache: cache }
    }

    pub(crate) async fn stop(mut self) {
        self.cancel.cancel();
        while self.tasks.join_next().await.is_some() {}
    }

    pub(crate) async fn catalog(&self) -> Arc<Catalog> {
        let catalog = Catalog::new(self.store.clone());
        let mut tx = self.store.snapshot().await.unwrap();
        catalog.load(&mut tx).await.unwrap();
        tx.end().await.unwrap();
        catalog
    }

    /// Every entity but the locations' own, a line each: name, description, problems.
    pub(crate) async fn dump(&self) -> String {
        let snapshot = self.catalog().await.snapshot();
        let mut lines: Vec<String> = snapshot
            .iter()
            .map(|entity| {
                let value = entity.to_value();
                let name = entity.canonical().replace(":default/", ":");
                let name = if name.starts_with("location:generated-") { "own".to_owned() } else { name };
                let description = value["metadata"]["description"].as_str().map(|text| format!(" \"{text}\"")).unwrap_or_default();
                let items = value["status"]["items"].as_array().cloned().unwrap_or_default();
                let errors: String = items.iter().map(|item| format!(" !{}", item["message"].as_str().unwrap_or_default())).collect();
                format!("{name}{description}{errors}")
            })
            .filter(|line| line != "own")
            .collect();
        lines.sort();
        lines.join("\n")
    }

    pub(crate) async fn uid(&self, name: &str) -> Option<String> {
        let snapshot = self.catalog().await.snapshot();
        let id = snapshot.find(&name.parse().unwrap())?;
        Some(snapshot.entity(id).uid().to_owned())
    }

    pub(crate) async fn locations(&self) -> Vec<Location> {
        self.catalog().await.locations().all.clone()
    }

    /// The only location.
    pub(crate) async fn location(&self) -> Location {
        let all = self.locations().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    /// Reads a location again, as when somebody asks for it.
    pub(crate) async fn refresh(&self, location: &str) -> Seq {
        self.reading.refresh(location, None, PATIENCE).await.unwrap().expect("it is read in time")
    }

    pub(crate) async fn refresh_all(&self) {
        for location in self.locations().await {
            self.refresh(&location.id).await;
        }
    }

    pub(crate) async fn register(&self, new: &NewLocation) -> Registered {
        let new = registry::check_target(new).unwrap();
        self.register_unchecked(&new).await
    }

    /// Registers what people may not, so that tests need no server.
    pub(crate) async fn register_unchecked(&self, new: &NewLocation) -> Registered {
        let mut tx = self.store.begin().await.unwrap();
        let registered = registry::register(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        registered
    }

    /// Takes a push in and waits until all that follows from it was done.
    pub(crate) async fn push(&self, push: &Push) {
        let mut tx = self.store.begin().await.unwrap();
        pushed(&mut tx, push).await.unwrap();
        tx.commit().await.unwrap();
        self.until("the job is done", async || {
            let jobs = store::jobs::counts(&self.store).await.unwrap();
            assert!(jobs.iter().all(|count| count.state != "dead"), "{jobs:?}");
            jobs.iter().all(|count| count.state == "done")
        })
        .await;
    }

    /// Waits until something holds.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what}");
    }
}

/// What a portal's follower does for the reading.
async fn follow(store: Store, reading: Arc<Reading>, mut after: Seq, cancel: CancellationToken) {
    let mut watch = store.feed_watch();
    while !cancel.is_cancelled() {
        let page = store.feed_after(after, 1_000).await.unwrap();
        for row in page.rows {
            match row.topic.as_str() {
                "location" => reading.located(&row.key),
                "refresh" => reading.requested(&row.key),
                "refreshed" => reading.refreshed(&row.key, row.seq),
                _ => {}
            }
            after = row.seq;
        }
        tokio::select! {
            () = cancel.cancelled() => {}
            () = watch.changed_or(Duration::from_millis(50)) => {}
        }
    }
}

pub(crate) fn component(name: &str, description: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  description: {description}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}

/// A Location that names targets.
pub(crate) fn names(name: &str, targets: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  targets: [{targets}]\n")
}
