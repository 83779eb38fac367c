//! Descriptors in files of this machine, named by path or by pattern.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use globset::GlobBuilder;

use super::{Read, Source, SourceError, Stamp};

/// Reads `file` locations.
#[derive(Clone, Copy, Debug)]
pub struct FileSource {
    /// Bytes that a file may have.
    pub max_bytes: u64,
    /// Files that a pattern may match.
    pub max_matches: usize,
}

impl Default for FileSource {
    fn default() -> Self {
        Self { max_bytes: 10 << 20, max_matches: 100_000 }
    }
}

impl Source for FileSource {
    fn location_type(&self) -> &'static str {
        "file"
    }

    fn expand<'a>(&'a self, target: &'a str) -> BoxFuture<'a, Result<Vec<String>, SourceError>> {
        let this = *self;
        let target = target.to_owned();
        blocking(move || this.list(&target))
    }

    fn read<'a>(&'a self, file: &'a str, known: Option<&'a Stamp>) -> BoxFuture<'a, Result<Read, SourceError>> {
        let this = *self;
        let (file, known) = (file.to_owned(), known.cloned());
        blocking(move || this.read_now(&file, known.as_deref()))
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

impl FileSource {
    /// Reads a file without a runtime; the rest is as in [`Source::read`].
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn read_now(&self, file: &str, known: Option<&str>) -> Result<Read, SourceError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotFound(format!("file {file} does not exist")),
            _ => SourceError::Unreadable(format!("file {file} could not be read: {error}")),
        };
        let opened = std::fs::File::open(file).map_err(failed)?;
        let meta = opened.metadata().map_err(failed)?;
        if !meta.is_file() {
            return Err(SourceError::Unreadable(format!(
                "{file} is not a file; name a file in it, or a pattern such as {file}/**/catalog-info.yaml"
            )));
        }
        if meta.len() > self.max_bytes {
            let limit = self.max_bytes >> 20;
            return Err(SourceError::Unreadable(format!(
                "file {file} has {} bytes, more than the {limit} MiB a descriptor may have",
                meta.len()
            )));
        }
        let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos());
        let stamp = format!("{modified}:{}", meta.len());
        if known == Some(stamp.as_str()) {
            return Ok(Read::Unchanged);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
        // One byte more than allowed: a file that grows while it is read is refused all the same.
        opened.take(self.max_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > self.max_bytes {
            return Err(SourceError::Unreadable(format!("file {file} grew past the {} MiB a descriptor may have", self.max_bytes >> 20)));
        }
        Ok(Read::Content { bytes: Bytes::from(bytes), stamp })
    }

    fn list(&self, target: &str) -> Result<Vec<String>, SourceError> {
        if !target.contains(['*', '?', '[', '{']) || Path::new(target).is_file() {
            return Ok(vec![target.to_owned()]);
        }
        let glob = GlobBuilder::new(target)
            .literal_separator(true)
            .build()
            .map_err(|error| SourceError::Unreadable(format!("pattern {target} is not valid: {error}")))?
            .compile_matcher();
        let mut found = Vec::new();
        self.walk(&fixed_part(target), &glob, &mut found, 0)?;
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
                if found.len() > self.max_matches {
                    return Err(SourceError::Unreadable(format!(
                        "the pattern matches more than {} files, make it narrower",
                        self.max_matches
                    )));
                }
            }
        }
        Ok(())
    }
}

/// The folder above the first part of a path that has a wildcard.
fn fixed_part(pattern: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in Path::new(pattern).components() {
        if part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']) {
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
        let got = FileSource::default().list(&format!("{root}/{target}"));
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
        let source = FileSource { max_bytes: 3, ..FileSource::default() };
        let path = folder.path().join("f");
        std::fs::write(&path, "12345").unwrap();
        let read = |path: &Path| source.read_now(path.to_str().unwrap(), None).unwrap_err();
        assert!(read(&path).to_string().contains("has 5 bytes, more than"));
        assert!(read(folder.path()).to_string().contains("is not a file"));
        assert_eq!(read(&folder.path().join("g")).name(), "NotFoundError");
    }
}
