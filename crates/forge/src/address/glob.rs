//! Which paths of a tree a target means.

use globset::{GlobBuilder, GlobMatcher};

use crate::ForgeError;

/// What a target without a path means.
const DESCRIPTORS: &str = "**/catalog-info.{yaml,yml}";

/// A target's path as a test of paths: `*` stays within a folder, `**` does not, folders that begin with a dot count.
#[derive(Debug)]
pub(crate) struct Glob {
    matcher: GlobMatcher,
}

impl Glob {
    /// No path means every descriptor of the repository.
    pub(crate) fn new(path: &str) -> Result<Self, ForgeError> {
        let pattern = if path.is_empty() { DESCRIPTORS } else { path };
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| ForgeError::Refused(format!("the glob `{path}` is not valid: {}", error.kind())))?;
        Ok(Self { matcher: glob.compile_matcher() })
    }

    /// Every descriptor below a folder.
    pub(crate) fn below(folder: &str) -> Result<Self, ForgeError> {
        Self::new(&format!("{}/{DESCRIPTORS}", globset::escape(folder.trim_end_matches('/'))))
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

pub(super) fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '{'])
}
