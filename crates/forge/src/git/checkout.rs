//! The files of one commit: found, read, and followed through renames.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

use crate::{
    ForgeError, GitTarget,
    address::Glob,
    forge::Shared,
    git::{
        FileKind, TreeFile,
        batch::{Batch, Object},
        repository::{Head, Repository, Use},
    },
};

/// Links that are followed for one file.
const MOST_LINKS: usize = 10;

type Renames = Arc<HashMap<String, String>>;

/// A repository at one commit. It stays readable while this value lives, whatever is fetched meanwhile.
#[derive(Debug)]
pub struct Checkout {
    /// The commit, in full.
    pub commit: String,
    /// The branch that the repository's HEAD names, where the target named no reference.
    pub default_branch: Option<String>,
    target: GitTarget,
    head: Head,
    repository: Arc<Repository>,
    shared: Arc<Shared>,
    batch: tokio::sync::Mutex<Option<Batch>>,
    renames: Mutex<HashMap<String, Renames>>,
    _use: Use,
}

impl Checkout {
    pub(super) fn new(shared: Arc<Shared>, repository: Arc<Repository>, target: GitTarget, head: Head) -> Self {
        let in_use = repository.in_use();
        Self {
            commit: head.commit.clone(),
            default_branch: head.branch.clone(),
            target,
            head,
            repository,
            shared,
            batch: tokio::sync::Mutex::default(),
            renames: Mutex::default(),
            _use: in_use,
        }
    }

    /// Every file, by path.
    #[must_use]
    pub fn files(&self) -> &[TreeFile] {
        &self.head.files
    }

    /// The file at a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&TreeFile> {
        let files = self.files();
        files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &files[at])
    }

    /// The files that a target's path means, by path: the file itself, the matches of a glob, every
    /// `catalog-info.yaml` or `.yml` below a folder, or of the whole repository where the path is empty. Submodules are
    /// left out.
    ///
    /// # Errors
    /// `NotFound` where there are none, `Refused` where the glob is not valid.
    pub fn matching(&self, path: &str) -> Result<Vec<&TreeFile>, ForgeError> {
        if let Some(file) = self.find(path).filter(|file| file.kind != FileKind::Submodule) {
            return Ok(vec![file]);
        }
        let prefix = format!("{path}/");
        let is_glob = self.target.with_path(path).is_glob();
        let is_folder = !path.is_empty() && !is_glob && self.files().iter().any(|file| file.path.starts_with(&prefix));
        if !is_glob && !is_folder && !path.is_empty() {
            return Err(ForgeError::NotFound(format!("{} has no file {path}", self.target)));
        }
        let glob = if is_folder { Glob::below(path)? } else { Glob::new(path)? };
        let found: Vec<&TreeFile> =
            self.files().iter().filter(|file| file.kind != FileKind::Submodule && glob.matches(&file.path)).collect();
        if found.is_empty() {
            let what = match (path.is_empty(), is_folder) {
                (true, _) => "no catalog-info.yaml anywhere".to_owned(),
                (_, true) => format!("no catalog-info.yaml in the folder {path}"),
                _ => format!("no file that matches {path}"),
            };
            return Err(ForgeError::NotFound(format!("{} has {what}", self.target)));
        }
        Ok(found)
    }

    /// Reads a file. Links are followed while they stay in the tree.
    ///
    /// # Errors
    /// `NotFound`, `TooLarge`, `Refused` for links that leave the tree and for submodules, `Unreadable` where the clone
    /// is damaged.
    pub async fn read(&self, path: &str) -> Result<Bytes, ForgeError> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let Some(file) = self.find(&path) else {
                return Err(ForgeError::NotFound(format!("{} has no file {path}", self.target)));
            };
            let most = if file.kind == FileKind::Symlink { 4_096 } else { self.shared.fetch.max_bytes };
            match file.kind {
                FileKind::Regular => return self.object(file, most).await,
                FileKind::Submodule => {
                    return Err(ForgeError::Refused(format!("{path} in {} is a submodule: register its repository instead", self.target)));
                }
                FileKind::Symlink => {
                    let link = self.object(file, most).await?;
                    path = followed(&path, &link)
                        .ok_or_else(|| ForgeError::Refused(format!("{path} in {} is a link that leaves the repository", self.target)))?;
                }
            }
        }
        Err(ForgeError::Refused(format!("{path} in {} is a link to a link, more than {MOST_LINKS} times", self.target)))
    }

    /// Where a file of an earlier commit is in this one, if git takes it for the same file. None too where the earlier
    /// commit is no longer to be had.
    pub async fn renamed(&self, before_commit: &str, path: &str) -> Option<String> {
        let known = self.renames.lock().unwrap_or_else(PoisonError::into_inner).get(before_commit).cloned();
        let renames = match known {
            Some(renames) => renames,
            None => {
                let found = self.repository.renames(&self.shared, &self.target, before_commit, &self.commit).await;
                let found = Arc::new(found.unwrap_or_default());
                self.renames.lock().unwrap_or_else(PoisonError::into_inner).insert(before_commit.to_owned(), Arc::clone(&found));
                found
            }
        };
        renames.get(path).cloned()
    }

    async fn object(&self, file: &TreeFile, most: u64) -> Result<Bytes, ForgeError> {
        let too_large =
            || ForgeError::TooLarge(format!("{} in {} has more than {most} bytes (max-bytes under [fetch])", file.path, self.target));
        if file.size > most {
            return Err(too_large());
        }
        // Taken out while it is used: a reader that is dropped in the middle takes the conversation with it.
        let mut batch = self.batch.lock().await;
        let mut open = match batch.take() {
            Some(open) => open,
            None => self.repository.converse(&self.shared, &self.target)?,
        };
        let limit = self.shared.fetch.timeout;
        match tokio::time::timeout(limit, open.read(&file.blob, most)).await {
            Ok(Ok(Object::Content(bytes))) => {
                *batch = Some(open);
                Ok(bytes)
            }
            Ok(Ok(Object::TooLarge)) => Err(too_large()),
            Ok(Ok(Object::Missing)) => {
                *batch = Some(open);
                Err(ForgeError::Unreadable(format!(
                    "the clone of {} lacks {}: it is fetched again at the next reading",
                    self.target, file.path
                )))
            }
            Ok(Err(error)) => Err(ForgeError::Unreadable(format!("the clone of {} cannot be read: {error}", self.target))),
            Err(_) => Err(ForgeError::Unreadable(format!("the clone of {} was not read within {} s", self.target, limit.as_secs_f32()))),
        }
    }
}

/// Where a link leads within the tree.
fn followed(from: &str, link: &[u8]) -> Option<String> {
    let link = std::str::from_utf8(link).ok().filter(|link| !link.starts_with('/') && !link.contains('\0'))?;
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
