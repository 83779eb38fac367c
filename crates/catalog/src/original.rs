//! What a file says now, as its source has it: for patches of it, and for descriptors that are only checked.

use std::{path::Path, sync::Arc};

use serde_json::Value;

use crate::{
    descriptor::{self, LocationRef, ValidationError},
    ingest::{part_of, read_parts},
    reading::Reading,
    source::Sessions,
};

/// Files that one descriptor may include when it is only checked.
const MAX_PARTS: usize = 20;
/// What stands for a file that is not read: a text in YAML and JSON alike.
const UNREAD: &[u8] = b"\"not read\"";

impl Reading {
    /// The text of one file of a location, as it is now, and its path in its repository; outside of one its name.
    ///
    /// # Errors
    /// A sentence, when it cannot be read or is no text.
    pub async fn original(&self, location_type: &str, file: &str) -> Result<(String, String), String> {
        let (text, path) = self.text_of(location_type, file).await?;
        if path != file {
            return Ok((text, path));
        }
        let name = || file.split('?').next().unwrap_or(file).rsplit('/').next().unwrap_or(file).to_owned();
        let checked_out = if location_type == "file" { in_checkout(Path::new(file)) } else { None };
        Ok((text, checked_out.unwrap_or_else(name)))
    }

    /// Puts what `$text` and the like name in their place, as reading the descriptor `at` would. Files of this machine are not read: a
    /// question may not tell which there are.
    ///
    /// # Errors
    /// As [`descriptor::placeholders`].
    pub async fn include(&self, entity: &mut Value, at: &LocationRef) -> Result<(), ValidationError> {
        if at.type_ == "file" {
            return descriptor::placeholders_at(entity, &at.type_, &at.target, &mut |_| Ok(UNREAD.to_vec())).map(drop);
        }
        let mut wanted = descriptor::placeholder_parts(entity, &at.type_, &at.target);
        wanted.truncate(MAX_PARTS);
        let parts = if wanted.is_empty() { Default::default() } else { read_parts(&self.sessions(at), &wanted).await };
        descriptor::placeholders_at(entity, &at.type_, &at.target, &mut |part| part_of(part, &parts)).map(drop)
    }

    fn sessions(&self, at: &LocationRef) -> Sessions {
        Sessions::begin(self.forge(), &Arc::new(self.forge().round()), at)
    }
}

/// The path of a file in the repository that it is checked out from.
fn in_checkout(file: &Path) -> Option<String> {
    let root = file.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
    file.strip_prefix(root).ok()?.to_str().map(str::to_owned)
}
