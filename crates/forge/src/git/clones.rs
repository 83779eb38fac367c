//! The repositories on disk, and which of them go when there are too many.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    FetchConfig, ForgeError,
    git::{command::Git, repository::Repository},
    hosts::now,
};

/// Bytes that all clones may take; those that were used longest ago go first.
const MOST_BYTES: u64 = 8 << 30;
/// The mark of a folder that is being deleted.
const GOING: &str = ".going";

/// All clones.
#[derive(Debug)]
pub(crate) struct Clones {
    root: PathBuf,
    pub(super) git: Git,
    inner: Mutex<Inner>,
    // Without a folder of the configuration; it goes with this value.
    _temporary: Option<TempDir>,
}

#[derive(Debug, Default)]
struct Inner {
    open: HashMap<String, Arc<Repository>>,
    on_disk: HashMap<String, Kept>,
    deleted: u64,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    bytes: u64,
    used: i64,
}

impl Clones {
    pub(crate) fn new(cache: Option<PathBuf>, fetch: &FetchConfig) -> Result<Self, ForgeError> {
        let fails = |error: io::Error| ForgeError::Unreadable(format!("the folder for cloned repositories cannot be made: {error}"));
        let temporary =
            if cache.is_none() { Some(tempfile::Builder::new().prefix("waymark-git-").tempdir().map_err(fails)?) } else { None };
        let root = cache.or_else(|| temporary.as_ref().map(|temporary| temporary.path().to_owned())).unwrap_or_default();
        fs::create_dir_all(&root).map_err(fails)?;
        let root = fs::canonicalize(root).map_err(fails)?;
        let home = root.join("home");
        fs::create_dir_all(&home).map_err(fails)?;
        // A file:// repository that the configuration names may belong to another user of this machine.
        fs::write(home.join("gitconfig"), "[safe]\n\tdirectory = *\n").map_err(fails)?;
        let on_disk = found(&root);
        let git = Git::new(home, fetch.timeout);
        Ok(Self { root, git, inner: Mutex::new(Inner { on_disk, ..Inner::default() }), _temporary: temporary })
    }

    /// The clone of an address; nothing is asked yet.
    pub(super) fn open(&self, address: &str) -> Arc<Repository> {
        let name = name_of(address);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = inner.on_disk.get_mut(&name) {
            kept.used = now();
        }
        let dir = self.root.join(&name);
        Arc::clone(inner.open.entry(name).or_insert_with(|| Arc::new(Repository::new(dir))))
    }

    /// Takes note of a clone's size, and makes room where all together have too much.
    pub(super) async fn grew(&self, dir: &Path, bytes: u64) {
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let going = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.on_disk.insert(name, Kept { bytes, used: now() });
            inner.make_room(&self.root, MOST_BYTES)
        };
        for dir in going {
            delete(&dir).await;
        }
    }

    /// Empties a clone that is damaged or has grown by many fetches. The folder is moved first, so that what stands
    /// half deleted is never read.
    pub(super) async fn wipe(&self, dir: &Path) {
        let gone = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.move_away(&self.root, dir)
        };
        delete(&gone).await;
    }
}

impl Inner {
    fn make_room(&mut self, root: &Path, most: u64) -> Vec<PathBuf> {
        let mut sum: u64 = self.on_disk.values().map(|kept| kept.bytes).sum();
        if sum <= most {
            return Vec::new();
        }
        let mut oldest: Vec<(String, Kept)> = self.on_disk.iter().map(|(name, kept)| (name.clone(), *kept)).collect();
        oldest.sort_by_key(|(_, kept)| kept.used);
        let mut going = Vec::new();
        for (name, kept) in oldest {
            if sum <= most {
                break;
            }
            // Held by this map alone: nobody reads it, and nobody can begin to while this is locked.
            if self.open.get(&name).is_none_or(|repository| Arc::strong_count(repository) == 1) {
                sum -= kept.bytes;
                self.open.remove(&name);
                self.on_disk.remove(&name);
                going.push(self.move_away(root, &root.join(name)));
            }
        }
        going
    }

    fn move_away(&mut self, root: &Path, dir: &Path) -> PathBuf {
        self.deleted += 1;
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let gone = root.join(format!("{name}{GOING}{}", self.deleted));
        match fs::rename(dir, &gone) {
            Ok(()) => gone,
            Err(_) => dir.to_owned(),
        }
    }
}

fn name_of(address: &str) -> String {
    Sha256::digest(address).iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

/// What an earlier process left: clones to use, and halves to delete.
fn found(root: &Path) -> HashMap<String, Kept> {
    let mut kept = HashMap::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let (path, Ok(name)) = (entry.path(), entry.file_name().into_string()) else { continue };
        if name.contains(GOING) {
            let _ = fs::remove_dir_all(&path);
        } else if name.len() == 40 {
            let packs = fs::read_dir(path.join("objects/pack")).into_iter().flatten().flatten();
            let bytes = packs.filter_map(|pack| pack.metadata().ok()).map(|metadata| metadata.len()).sum();
            let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            let used = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).and_then(|time| i64::try_from(time.as_micros()).ok());
            kept.insert(name, Kept { bytes, used: used.unwrap_or_default() });
        }
    }
    kept
}

async fn delete(dir: &Path) {
    if let Err(error) = tokio::fs::remove_dir_all(dir).await
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, dir = %dir.display(), "a clone could not be deleted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first_and_what_is_in_use_stays() {
        let root = tempfile::tempdir().unwrap();
        let mut inner = Inner::default();
        for (name, used) in [("oldest", 1), ("old", 2), ("middle", 3), ("new", 4)] {
            fs::create_dir(root.path().join(name)).unwrap();
            inner.on_disk.insert(name.to_owned(), Kept { bytes: 10, used });
            inner.open.insert(name.to_owned(), Arc::new(Repository::new(root.path().join(name))));
        }
        let in_use = Arc::clone(&inner.open["oldest"]);
        assert_eq!(inner.make_room(root.path(), 40), Vec::<PathBuf>::new());
        let going = inner.make_room(root.path(), 25);
        let names: Vec<&str> = going.iter().filter_map(|dir| dir.file_name()?.to_str()).collect();
        assert_eq!(names, ["old.going1", "middle.going2"]);
        let mut left: Vec<&str> = inner.on_disk.keys().map(String::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["new", "oldest"]);
        drop(in_use);
        // What a crash left half deleted is not taken for a clone.
        assert_eq!(found(root.path()).len(), 0);
        assert!(!root.path().join("old.going1").exists());
    }
}
