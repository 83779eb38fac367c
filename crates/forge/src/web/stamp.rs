//! What is kept of a file to ask later whether it changed.

use std::fmt;

use sha2::{Digest, Sha256};

/// The host's own marks and a hash of the content, which decides where the host ignores its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    content: String,
}

impl Stamp {
    pub(super) fn new(etag: Option<String>, modified: Option<String>, content: &[u8]) -> Self {
        let content = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { etag: etag.filter(|etag| etag.len() <= 512), modified: modified.filter(|modified| modified.len() <= 64), content }
    }

    /// None where the text is no stamp of this version: then the file is read as if for the first time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let (etag, modified, content) = (lines.next()?, lines.next()?, lines.next()?);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(Self { etag: some(etag), modified: some(modified), content: content.to_owned() })
    }
}

/// One line each: headers cannot hold a line break.
impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}\n{}", self.etag.as_deref().unwrap_or_default(), self.modified.as_deref().unwrap_or_default(), self.content)
    }
}
