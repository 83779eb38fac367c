//! Descriptors in files of this machine, named by path or by pattern.

use std::{
    collections::HashMap,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use globset::GlobBuilder;

use super::{Read, Session, Source, SourceError, Stamp};
use crate::descriptor::has_wildcard;

/// Reads `file` locations.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// Bytes that a file may have.
    pub max_bytes: u64,
    /// Files that a pattern may match.
    pub max_matches: usize,
    /// The folder that nothing is read outside of, links followed; `None`: everything may be read.
    pub root: Option<PathBuf>,
}

impl Default for FileSource {
    fn default() -> Self {
        Self { max_bytes: 10 << 20, max_matches: 100_000, root: None }
    }
}

impl FileSource {
    /// What a location with this target may read: the folder of the file, or the one above the first wild card of a pattern.
    pub fn of_location(target: &str) -> Self {
        let path = Path::new(target);
        let folder = if has_wildcard(target) && !path.is_file() {
            fixed_part(target)
        } else {
            path.parent().map(Path::to_path_buf).unwrap_or_default()
        };
        Self { root: Some(folder), ..Self::default() }
    }
}

impl Source for FileSource {
    fn location_type(&self) -> &'static str {
        "file"
    }

    fn begin(&self) -> Arc<dyn Session> {
        Arc::new(FileSession::new(self.clone()))
    }
}

/// One reading of files of this machine.
#[derive(Clone, Debug)]
pub(crate) struct FileSession {
    source: Arc<FileSource>,
    /// The root without links in its path; `None` when everything may be read.
    real_root: Option<PathBuf>,
    /// Folders that were looked at: whether they lie in the root.
    folders: Arc<Mutex<HashMap<PathBuf, bool>>>,
}

impl Session for FileSession {
    fn expand<'a>(&'a self, target: &'a str) -> BoxFuture<'a, Result<Vec<String>, SourceError>> {
        let this = self.clone();
        let target = target.to_owned();
        blocking(move || this.list(&target))
    }

    fn read<'a>(&'a self, file: &'a str, known: Option<&'a Stamp>) -> BoxFuture<'a, Result<Read, SourceError>> {
        let this = self.clone();
        let (file, known) = (file.to_owned(), known.cloned());
        blocking(move || this.read_now(&file, known.as_deref()))
    }

    fn unchanged(&self, files: Vec<(String, Stamp)>) -> BoxFuture<'_, Vec<bool>> {
        let this = self.clone();
        let count = files.len();
        async move {
            let look = move || files.iter().map(|(file, stamp)| this.is_unchanged(file, stamp)).collect();
            tokio::task::spawn_blocking(look).await.unwrap_or_else(|_| vec![false; count])
        }
        .boxed()
    }
}

fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> BoxFuture<'static, Result<T, SourceError>> {
    async move {
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(SourceError::Unreadable(format!("reading was cut off: {error}"))),
        }
    }
    .boxed()
}

impl FileSession {
    fn new(source: FileSource) -> Self {
        // A root that is not there yet has no links in it either.
        let real_root = source.root.as_ref().map(|root| root.canonicalize().unwrap_or_else(|_| root.clone()));
        Self { source: Arc::new(source), real_root, folders: Arc::default() }
    }

    /// Refuses what lies outside of the root, be it by `..` or by a link.
    fn confine(&self, file: &str, is_link: bool) -> Result<(), SourceError> {
        let Some(root) = &self.real_root else { return Ok(()) };
        let path = Path::new(file);
        let outside = || {
            let root = self.source.root.as_deref().unwrap_or(root).display();
            SourceError::Unreadable(format!(
                "file {file} lies outside of {root}, the folder of its location; move it there, or register it as a location of its own"
            ))
        };
        if is_link {
            return match path.canonicalize() {
                Ok(real) if !real.starts_with(root) => Err(outside()),
                // A link to nothing says so when it is read.
                _ => Ok(()),
            };
        }
        let folder = path.parent().unwrap_or(path);
        if let Some(inside) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return if *inside { Ok(()) } else { Err(outside()) };
        }
        // What is not there yet is judged by its name, in which `..` was worked out before.
        let inside = match folder.canonicalize() {
            Ok(real) => real.starts_with(root),
            Err(_) => folder.starts_with(root) || self.source.root.as_ref().is_some_and(|root| folder.starts_with(root)),
        };
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), inside);
        if inside { Ok(()) } else { Err(outside()) }
    }

    /// Looks at a plain file without opening it. A link is left to whoever reads it.
    fn is_unchanged(&self, file: &str, stamp: &str) -> bool {
        self.confine(file, false).is_ok() && std::fs::symlink_metadata(file).is_ok_and(|meta| meta.is_file() && stamp_of(&meta) == stamp)
    }

    fn read_now(&self, file: &str, known: Option<&str>) -> Result<Read, SourceError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotFound(format!("file {file} does not exist")),
            _ => SourceError::Unreadable(format!("file {file} could not be read: {error}")),
        };
        self.confine(file, false)?;
        let mut meta = std::fs::symlink_metadata(file).map_err(failed)?;
        if meta.is_symlink() {
            self.confine(file, true)?;
            meta = std::fs::metadata(file).map_err(failed)?;
        }
        // Asked before it is opened: opening a pipe would wait for whoever writes to it.
        if !meta.is_file() {
            return Err(SourceError::Unreadable(format!(
                "{file} is not a file; name a file in it, or a pattern such as {file}/**/catalog-info.yaml"
            )));
        }
        let max_bytes = self.source.max_bytes;
        if meta.len() > max_bytes {
            let limit = max_bytes >> 20;
            return Err(SourceError::Unreadable(format!(
                "file {file} has {} bytes, more than the {limit} MiB a descriptor may have",
                meta.len()
            )));
        }
        let stamp = stamp_of(&meta);
        if known == Some(stamp.as_str()) {
            return Ok(Read::Unchanged);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
        let opened = std::fs::File::open(file).map_err(failed)?;
        // One byte more than allowed: a file that grows while it is read is refused all the same.
        opened.take(max_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > max_bytes {
            return Err(SourceError::Unreadable(format!("file {file} grew past the {} MiB a descriptor may have", max_bytes >> 20)));
        }
        Ok(Read::Content { bytes: Bytes::from(bytes), stamp })
    }

    fn list(&self, target: &str) -> Result<Vec<String>, SourceError> {
        if !has_wildcard(target) || Path::new(target).is_file() {
            return Ok(vec![target.to_owned()]);
        }
        let folder = fixed_part(target);
        // Before anything is listed: a pattern must not make us walk through the whole disk.
        self.confine(&folder.join("*").to_string_lossy(), false)?;
        let glob = GlobBuilder::new(target)
            .literal_separator(true)
            .build()
            .map_err(|error| SourceError::Unreadable(format!("pattern {target} is not valid: {error}")))?
            .compile_matcher();
        let mut found = Vec::new();
        self.walk(&folder, &glob, &mut found, 0)?;
        if found.is_empty() {
            return Err(SourceError::NotFound(format!("Unable to read file, no matching files found for {target}")));
        }
        found.sort_unstable();
        Ok(found)
    }

    fn walk(&self, folder: &Path, glob: &globset::GlobMatcher, found: &mut Vec<String>, depth: usize) -> Result<(), SourceError> {
        // A folder that cannot be listed hides its files; the pattern's owner is told when nothing else matches.
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
        for entry in entries.flatten() {
            let path = entry.path();
            // Links to folders are not followed, so a walk cannot go in circles or leave the tree.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                let name = entry.file_name();
                if depth < 40 && name != ".git" && name != "node_modules" {
                    self.walk(&path, glob, found, depth + 1)?;
                }
            } else if glob.is_match(&path)
                && let Some(text) = path.to_str()
            {
                found.push(text.to_owned());
                if found.len() > self.source.max_matches {
                    return Err(SourceError::Unreadable(format!(
                        "the pattern matches more than {} files, make it narrower",
                        self.source.max_matches
                    )));
                }
            }
        }
        Ok(())
    }
}

fn stamp_of(meta: &std::fs::Metadata) -> Stamp {
    let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos());
    format!("{modified}:{}", meta.len())
}

/// The folder above the first part of a path that has a wildcard.
fn fixed_part(pattern: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in Path::new(pattern).components() {
        if has_wildcard(&part.as_os_str().to_string_lossy()) {
            break;
        }
        out.push(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a/catalog-info.yaml", "a/b/catalog-info.yaml", "a/other.yaml", "node_modules/x/catalog-info.yaml"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let root = folder.path().to_str().unwrap();
        let got = FileSession::new(FileSource::default()).list(&format!("{root}/{target}"));
        let text = got.map_or_else(|error| error.to_string(), |files| files.join(" "));
        assert_eq!(text.replace(&format!("{root}/"), ""), expected);
    }

    #[test]
    fn lists_what_a_pattern_matches() {
        check("a/catalog-info.yaml", "a/catalog-info.yaml");
        check("*/catalog-info.yaml", "a/catalog-info.yaml");
        check("**/catalog-info.yaml", "a/b/catalog-info.yaml a/catalog-info.yaml");
        check("a/*.yaml", "a/catalog-info.yaml a/other.yaml");
        check("missing.yaml", "missing.yaml");
        check("b/*.yaml", "Unable to read file, no matching files found for b/*.yaml");
    }

    #[test]
    fn refuses_what_is_not_a_small_file() {
        let folder = tempfile::tempdir().unwrap();
        let session = FileSession::new(FileSource { max_bytes: 3, ..FileSource::default() });
        let path = folder.path().join("f");
        std::fs::write(&path, "12345").unwrap();
        let read = |path: &Path| session.read_now(path.to_str().unwrap(), None).unwrap_err();
        assert!(read(&path).to_string().contains("has 5 bytes, more than"));
        assert!(read(folder.path()).to_string().contains("is not a file"));
        assert_eq!(read(&folder.path().join("g")).name(), "NotFoundError");
    }

    /// Reads a file of a location at `real/all.yaml`, which is reached through a link.
    fn confined(file: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("real/sub")).unwrap();
        std::fs::create_dir_all(root.join("other")).unwrap();
        for file in ["real/all.yaml", "real/sub/a.yaml", "other/secret.yaml"] {
            std::fs::write(root.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink(root.join("real"), root.join("linked")).unwrap();
        std::os::unix::fs::symlink("sub/a.yaml", root.join("real/inside.yaml")).unwrap();
        std::os::unix::fs::symlink("../other/secret.yaml", root.join("real/outside.yaml")).unwrap();
        std::os::unix::fs::symlink("../other", root.join("real/away")).unwrap();
        let text = root.to_str().unwrap();
        let session = FileSession::new(FileSource::of_location(&format!("{text}/linked/all.yaml")));
        let full = format!("{text}/{file}");
        let got = match session.list(&full) {
            Ok(files) if files == [full.clone()] => session.read_now(&full, None).map(|_| "read".to_owned()),
            Ok(files) => Ok(files.join(" ")),
            Err(error) => Err(error),
        };
        let got = got.unwrap_or_else(|error| error.to_string()).replace(&format!("{text}/"), "");
        let advice = ", the folder of its location; move it there, or register it as a location of its own";
        assert_eq!(got.replace(advice, ""), expected);
    }

    #[test]
    fn reads_nothing_outside_of_its_folder() {
        confined("linked/all.yaml", "read");
        confined("linked/sub/a.yaml", "read");
        confined("linked/inside.yaml", "read");
        confined("linked/sub/../all.yaml", "read");
        confined("linked/outside.yaml", "file linked/outside.yaml lies outside of linked");
        confined("linked/away/secret.yaml", "file linked/away/secret.yaml lies outside of linked");
        confined("other/secret.yaml", "file other/secret.yaml lies outside of linked");
        confined("linked/../other/secret.yaml", "file linked/../other/secret.yaml lies outside of linked");
        confined("other/*.yaml", "file other/* lies outside of linked");
        confined("linked/sub/missing.yaml", "file linked/sub/missing.yaml does not exist");
        confined("missing/x.yaml", "file missing/x.yaml lies outside of linked");
    }
}
