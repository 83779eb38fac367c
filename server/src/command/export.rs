//! `waymark export`: the catalog as plain catalog files, a file an entity, that Backstage and Waymark read. The way out is open.
//!
//! What the catalog added by itself is left out, and so are Locations: they only say where the files were, and the files written here
//! take their place.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use catalog::{Catalog, descriptor};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use store::{Store, StoreConfig};

use super::{client::Client, yaml};
use crate::config::{Config, ExportArgs};

/// The file through which the others are found.
const ROOT: &str = "catalog-info.yaml";
/// The name of the Location in it.
const ROOT_NAME: &str = "exported-catalog";

/// `waymark export`
///
/// # Errors
/// When the catalog cannot be read, or a file cannot be written.
pub(super) async fn export(args: &ExportArgs, config: &Config) -> anyhow::Result<()> {
    let mut folder = Folder::create(&args.out, args.keep_annotations)?;
    match &args.url {
        Some(url) => {
            let token = args.token.clone().map(SecretString::from).or_else(|| config.access.admin_token.clone());
            from_server(&Client::new(url, token)?, &mut folder).await?;
        }
        None => from_database(config, &mut folder).await?,
    }
    folder.finish()
}

async fn from_server(client: &Client, folder: &mut Folder) -> anyhow::Result<()> {
    let mut cursor = None;
    loop {
        let page = client.page(&[], cursor.as_deref()).await?;
        page.items.into_iter().try_for_each(|entity| folder.write(entity))?;
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// Reads a database beside whatever runs on it; nothing in it is changed.
async fn from_database(config: &Config, folder: &mut Folder) -> anyhow::Result<()> {
    let url = match &config.data.database_url {
        Some(url) => url.expose_secret().to_owned(),
        None => {
            let file = config.data_dir().join("waymark.db");
            anyhow::ensure!(
                file.is_file(),
                "there is no {}; name the data directory with --data-dir, or a running server with --url",
                file.display()
            );
            format!("sqlite:{}", file.display())
        }
    };
    let store = Store::open(&StoreConfig { url, max_readers: 2 }).await?;
    anyhow::ensure!(store.migrated().await?, "the database has the tables of another version; run waymark migrate, or export with --url");
    let catalog = Catalog::new(store.clone());
    catalog.load(&mut store.snapshot().await?).await?;
    let snapshot = catalog.snapshot();
    for entity in snapshot.iter() {
        let value = serde_json::from_slice(entity.json()).with_context(|| format!("{} is not JSON in the database", entity.canonical()))?;
        folder.write(value)?;
    }
    store.close().await;
    Ok(())
}

/// The folder that is being filled.
#[derive(Debug)]
struct Folder {
    root: PathBuf,
    keep_annotations: bool,
    /// Folders below, each with files.
    folders: BTreeSet<String>,
    /// Files by kind.
    written: BTreeMap<String, usize>,
    locations: usize,
}

impl Folder {
    fn create(root: &Path, keep_annotations: bool) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("{} cannot be made", root.display()))?;
        let mut entries = fs::read_dir(root).with_context(|| format!("{} cannot be read", root.display()))?;
        anyhow::ensure!(entries.next().is_none(), "{} is not empty; name a new folder with --out", root.display());
        Ok(Self { root: root.to_owned(), keep_annotations, folders: BTreeSet::new(), written: BTreeMap::new(), locations: 0 })
    }

    fn write(&mut self, mut entity: Value) -> anyhow::Result<()> {
        let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let (Some(kind), Some(name)) = (text("/kind"), text("/metadata/name")) else {
            anyhow::bail!("an entity without kind or name came: {}", entity.to_string().chars().take(200).collect::<String>());
        };
        if kind.eq_ignore_ascii_case("location") {
            self.locations += 1;
            return Ok(());
        }
        let namespace = text("/metadata/namespace").unwrap_or_else(|| model::DEFAULT_NAMESPACE.to_owned());
        strip(&mut entity, self.keep_annotations);
        let folder = format!("{}/{}", file_name(&kind.to_lowercase()), file_name(&namespace.to_lowercase()));
        if !self.folders.contains(&folder) {
            fs::create_dir_all(self.root.join(&folder)).with_context(|| format!("{folder} cannot be made"))?;
            self.folders.insert(folder.clone());
        }
        let path = self.root.join(folder).join(format!("{}.yaml", file_name(&name)));
        fs::write(&path, yaml::document(&entity)).with_context(|| format!("{} cannot be written", path.display()))?;
        *self.written.entry(kind).or_default() += 1;
        Ok(())
    }

    /// Writes the root Location and says what was done.
    fn finish(self) -> anyhow::Result<()> {
        let targets: Vec<String> = self.folders.iter().map(|folder| format!("./{folder}/*.yaml")).collect();
        let root = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": { "name": ROOT_NAME, "description": "Every entity of the exported catalog" },
            "spec": { "targets": targets },
        });
        let path = self.root.join(ROOT);
        fs::write(&path, yaml::document(&root)).with_context(|| format!("{} cannot be written", path.display()))?;
        let mut out = std::io::stdout();
        let total: usize = self.written.values().sum();
        writeln!(out, "{total} entities written below {}", self.root.display())?;
        for (kind, count) in &self.written {
            writeln!(out, "  {kind:<12} {count}")?;
        }
        if self.locations > 0 {
            writeln!(out, "{} Locations left out: they say where the catalog was read from", self.locations)?;
        }
        writeln!(out, "Read them with: waymark serve --catalog {}", path.display())?;
        Ok(())
    }
}

/// Leaves what people write: envelope, metadata, spec.
fn strip(entity: &mut Value, keep_annotations: bool) {
    let Some(map) = entity.as_object_mut() else { return };
    map.retain(|key, _| matches!(key.as_str(), "apiVersion" | "kind" | "metadata" | "spec"));
    let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    // `generation` is of Backstage's before 1.0.
    metadata.retain(|key, _| !matches!(key.as_str(), "uid" | "etag" | "generation"));
    let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) else { return };
    let generated = generated(annotations);
    annotations.retain(|key, value| match key.as_str() {
        descriptor::MANAGED_BY_LOCATION | descriptor::MANAGED_BY_ORIGIN_LOCATION | descriptor::ORPHAN => false,
        _ => keep_annotations || generated.get(key) != Some(value),
    });
    if annotations.is_empty() {
        metadata.shift_remove("annotations");
    }
}

/// The annotations that the catalog adds to an entity of this place.
fn generated(annotations: &Map<String, Value>) -> Map<String, Value> {
    let text = |key: &str| annotations.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut bare = json!({ "metadata": {} });
    descriptor::annotate(&mut bare, text(descriptor::MANAGED_BY_LOCATION), text(descriptor::MANAGED_BY_ORIGIN_LOCATION));
    match bare["metadata"]["annotations"].take() {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A part of a path: letters that mean something in paths, patterns or on other systems are percent-encoded.
fn file_name(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const OUT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    let encoded = utf8_percent_encode(text, OUT).to_string();
    // No hidden files, and neither `.` nor `..`.
    if encoded.starts_with('.') { encoded.replacen('.', "%2E", 1) } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalog_added_is_left_out() {
        let mut entity = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": { "name": "a", "namespace": "default", "uid": "1", "etag": "2", "annotations": {
                "backstage.io/managed-by-location": "url:https://github.com/o/r/blob/main/catalog-info.yaml",
                "backstage.io/managed-by-origin-location": "url:https://github.com/o/r/blob/main/catalog-info.yaml",
                "backstage.io/view-url": "https://github.com/o/r/blob/main/catalog-info.yaml",
                "backstage.io/edit-url": "https://example.com/written-by-hand",
                "backstage.io/source-location": "url:https://github.com/o/r/tree/main/",
                "backstage.io/orphan": "true", "a/b": "c" } },
            "spec": { "type": "service" }, "relations": [], "status": {},
        });
        let mut kept = entity.clone();
        strip(&mut entity, false);
        assert_eq!(
            entity,
            json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "a", "namespace": "default",
                "annotations": { "backstage.io/edit-url": "https://example.com/written-by-hand", "a/b": "c" } }, "spec": { "type": "service" } })
        );
        strip(&mut kept, true);
        assert_eq!(kept["metadata"]["annotations"].as_object().unwrap().len(), 4);
    }

    #[test]
    fn names_make_file_names() {
        for (name, expected) in [("a-b_c.d", "a-b_c.d"), ("..", "%2E."), ("../x", "%2E.%2Fx"), ("a*[b]", "a%2A%5Bb%5D"), ("ü", "%C3%BC")] {
            assert_eq!(file_name(name), expected);
        }
    }
}
