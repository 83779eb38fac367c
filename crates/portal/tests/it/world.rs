//! A portal over a folder of descriptors.

use std::{path::PathBuf, time::Duration};

use catalog::{LocationConfig, ReadingConfig, SourcesConfig, generated_ref, index::EntityView};
use forge::FetchConfig;
use model::{Caller, EntityRef, Seq};
use portal::{Portal, PortalConfig, ProvidersConfig, Scoped};
use store::{Args, Statement, Store};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const FORGET: Statement = Statement::both("test.forget", "UPDATE location SET last_ok_at = 1 WHERE id = $1");

/// A running portal that reads `catalog-info.yaml` of its folder.
pub(crate) struct World {
    pub(crate) portal: Portal,
    pub(crate) folder: TempDir,
    store: Store,
    cancel: CancellationToken,
    tasks: JoinSet<()>,
}

impl World {
    /// Starts over a store, with these files.
    pub(crate) async fn start(store: &Store, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            write(&folder, name, text);
        }
        Self::over(store, folder, Vec::new()).await
    }

    /// Starts over a store with an empty folder, and reads in a way of its own.
    pub(crate) async fn changed(store: &Store, change: impl FnOnce(&mut ReadingConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder, "catalog-info.yaml", "");
        Self::with(store, folder, Vec::new(), |config| change(&mut config.reading)).await
    }

    /// Starts over a store, with these files, and people who sign in through providers.
    pub(crate) async fn signing_in(store: &Store, files: &[(&str, &str)], providers: ProvidersConfig) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            write(&folder, name, text);
        }
        Self::with(store, folder, Vec::new(), |config| config.providers = providers).await
    }

    /// Starts over a store and a folder that is there.
    pub(crate) async fn over(store: &Store, folder: TempDir, allow: Vec<String>) -> Self {
        Self::with(store, folder, allow, |_| {}).await
    }

    async fn with(store: &Store, folder: TempDir, allow: Vec<String>, change: impl FnOnce(&mut PortalConfig)) -> Self {
        let location = LocationConfig { allow, ..LocationConfig::file("catalog-info.yaml", folder.path()) };
        let mut config = PortalConfig {
            authorisation: Default::default(),
            access: Default::default(),
            providers: Default::default(),
            audit: Default::default(),
            notifications: Default::default(),
            // Longer than any test: what happens, happens because it was asked for.
            reading: ReadingConfig {
                poll: Duration::from_secs(3600),
                grace: Duration::ZERO,
                // The tests' own server.
                sources: SourcesConfig {
                    fetch: FetchConfig { allow_private: vec!["127.0.0.1".to_owned()], ..FetchConfig::default() },
                    ..SourcesConfig::default()
                },
                hold_percent: None,
                ..ReadingConfig::new(vec![location], uuid())
            },
            history: Duration::from_secs(3600),
            feed_delay: Duration::ZERO,
            demo: Some(&[]),
        };
        change(&mut config);
        let portal = Portal::open(store.clone(), config).await.expect("the portal opens");
        let cancel = CancellationToken::new();
        let tasks = portal.start(&cancel).await.expect("the portal starts");
        Self { portal, folder, store: store.clone(), cancel, tasks }
    }

    /// Stops, and starts again over the same store and folder.
    pub(crate) async fn restart(self) -> Self {
        let (store, folder) = self.stop().await;
        Self::over(&store, folder, Vec::new()).await
    }

    /// Stops.
    pub(crate) async fn stop(mut self) -> (Store, TempDir) {
        self.cancel.cancel();
        while self.tasks.join_next().await.is_some() {}
        (self.store, self.folder)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(&self.folder, name, text);
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).expect("the file is there");
    }

    /// The entity that stands for the folder's location.
    pub(crate) fn root(&self) -> EntityRef {
        generated_ref("file", &self.path("catalog-info.yaml"))
    }

    /// As if a location had not been read without a mistake for years.
    pub(crate) async fn forget_last_reading(&self, id: &str) {
        let mut tx = self.store.begin().await.expect("the database answers");
        tx.execute(&FORGET, Args::new().text(id)).await.expect("the location is there");
        tx.feed("location", id);
        let seq = tx.commit().await.expect("the database answers");
        self.seen(seq).await;
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// Reads the whole folder again and waits for it.
    pub(crate) async fn read(&self) -> Scoped {
        let first = Caller::worker();
        // Until the first reading is over, the location's own entity may not be there yet.
        loop {
            match self.portal.catalog().refresh(&first, &self.root()).await {
                Ok(seq) => return self.seen(seq).await,
                Err(model::PortalError::NotFound { .. }) => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// What a caller sees whose last write is `seq`.
    pub(crate) async fn seen(&self, seq: Seq) -> Scoped {
        let caller = Caller { seen: Some(seq), ..Caller::worker() };
        self.portal.catalog().scoped(&caller).await.expect("reads work")
    }

    /// Reads the folder and writes down every entity: a line each, with its problems.
    pub(crate) async fn dump(&self) -> String {
        let scoped = self.read().await;
        let mut lines: Vec<String> = scoped.snapshot.iter().map(|entity| self.line(&entity)).collect();
        lines.sort();
        lines.join("\n")
    }

    fn line(&self, entity: &EntityView<'_>) -> String {
        let name = if entity.entity_ref() == self.root() { "root".to_owned() } else { entity.canonical().to_owned() };
        let value = entity.to_value();
        let description = value["metadata"]["description"].as_str().map(|text| format!(" \"{text}\"")).unwrap_or_default();
        let items = value["status"]["items"].as_array().cloned().unwrap_or_default();
        let errors: String = items.iter().map(|item| format!(" !{}", item["message"].as_str().unwrap_or_default())).collect();
        format!("{name}{description}{errors}").replace(&self.path(""), "")
    }

    /// uid and first-seen time of every entity, to compare.
    pub(crate) fn identities(scoped: &Scoped) -> Vec<String> {
        let mut lines: Vec<String> =
            scoped.snapshot.iter().map(|entity| format!("{} {} {}", entity.canonical(), entity.uid(), entity.first_seen().0)).collect();
        lines.sort();
        lines
    }
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("the file is written");
}

fn uuid() -> String {
    format!("test-{:?}-{:?}", std::thread::current().id(), std::time::Instant::now())
}

/// A component's descriptor.
pub(crate) fn component(name: &str, description: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  description: {description}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}

/// A Location that names targets.
pub(crate) fn location(targets: &str, presence: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: here\nspec:\n  type: file\n  presence: {presence}\n  targets: [{targets}]\n"
    )
}
