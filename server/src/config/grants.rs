//! `[access]`: who may do what before anybody has said anything in the portal.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use identity::policy::{Grant, GrantOrigin, GrantTo, LONGEST_TEXT, Origin, PolicyText};

use super::{
    ConfigError,
    file::{Entry, Reader},
    settings::GRANTS_KEY,
};

/// The keys of one grant.
const KEYS: [&str; 2] = ["role", "to"];
/// What the file names of policies end in.
const EXTENSION: &str = "cedar";
/// Files that folders of policies may hold, all together.
const MOST_FILES: usize = 1_000;

/// The role that everybody has, or `none`. Whether there is such a role shows when the policies are put together, which can define some.
pub(super) fn default_role(value: &str) -> Result<Option<String>, String> {
    match value.trim() {
        "" => Err("expected a role such as developer or viewer, or none".to_owned()),
        "none" => Ok(None),
        role => Ok(Some(role.to_owned())),
    }
}

impl Reader<'_> {
    /// `[[access.grants]]`
    pub(super) fn grants(&self, value: &Entry<'_>) -> Result<Vec<Grant>, ConfigError> {
        let mut grants = Vec::new();
        for entry in self.tables(GRANTS_KEY, value)? {
            let (mut granted, mut to) = (None, Vec::new());
            for (key, value) in self.entries(GRANTS_KEY, entry)? {
                let path = format!("{GRANTS_KEY}.{}", key.get_ref());
                let wrong = |message: String| self.error(value.span(), &format!("{path}: {message}"));
                match &**key.get_ref() {
                    "role" => granted = Some(self.text(&path, value)?),
                    "to" => {
                        for name in self.texts(&path, value)? {
                            to.push(name.parse::<GrantTo>().map_err(wrong)?);
                        }
                    }
                    name => return Err(self.unknown(key.span(), name, KEYS.into_iter())),
                }
            }
            let (Some(role), false) = (granted, to.is_empty()) else {
                let message = format!("{GRANTS_KEY}: a grant needs role and to, as in role = \"admin\", to = [\"group:default/platform\"]");
                return Err(self.error(entry.span(), &message));
            };
            grants.extend(to.into_iter().map(|to| Grant { role: role.clone(), to, origin: GrantOrigin::Configuration }));
        }
        Ok(grants)
    }
}

/// The policies of files, and of the files in folders, in the order of their names. Each is called as its file, without the ending.
pub(super) fn read_policies(paths: &[PathBuf]) -> Result<Vec<PolicyText>, ConfigError> {
    let mut files = BTreeSet::new();
    for path in paths {
        let failed = |error: std::io::Error| ConfigError { place: path.display().to_string(), message: format!("cannot be read: {error}") };
        if !path.is_dir() {
            files.insert(path.clone());
            continue;
        }
        for entry in std::fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            if file.extension().is_some_and(|extension| extension == EXTENSION) {
                files.insert(file);
            }
        }
        if files.len() > MOST_FILES {
            let message = format!("holds more than {MOST_FILES} policies");
            return Err(ConfigError { place: path.display().to_string(), message });
        }
    }
    let mut texts: Vec<PolicyText> = Vec::new();
    for file in files {
        let text = read(&file).map_err(|message| ConfigError { place: file.display().to_string(), message })?;
        if let Some(other) = texts.iter().find(|other| other.id == text.id) {
            let Origin::File(other) = &other.origin else { continue };
            let message = format!("{other} has the same name, which policies are told apart by; rename one");
            return Err(ConfigError { place: file.display().to_string(), message });
        }
        texts.push(text);
    }
    Ok(texts)
}

fn read(file: &Path) -> Result<PolicyText, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > LONGEST_TEXT as u64 {
        return Err(format!("has {size} bytes, a text of policies has at most {LONGEST_TEXT}"));
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let id = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    Ok(PolicyText { id, text, origin: Origin::File(file.display().to_string()) })
}
