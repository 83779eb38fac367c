//! The key that the end of the log is signed with.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::chain::hex;

/// The file in the data directory that holds the key where no setting does.
const FILE: &str = "audit.key";

/// 32 bytes that are not in the database.
#[derive(Clone)]
pub struct AuditKey {
    bytes: [u8; 32],
    id: String,
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is no key.
    #[error("{place} is no audit key: it has to be 64 hexadecimal digits (32 bytes), as `openssl rand -hex 32` prints them")]
    Unreadable {
        /// Where the text stands.
        place: String,
    },
    /// The file cannot be read or written.
    #[error("the audit key in {} cannot be {doing}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl AuditKey {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"waymark audit key id 1");
        hasher.update(bytes);
        let id = hex(&hasher.finalize())[..16].to_owned();
        Self { bytes, id }
    }

    /// A key that everybody knows: for tests, which have nothing to protect.
    pub fn known_to_everybody() -> Self {
        Self::new([7; 32])
    }

    /// Reads 64 hexadecimal digits; `place` names where they stand.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`].
    pub fn parse(text: &str, place: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let unreadable = || KeyError::Unreadable { place: place.to_owned() };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(unreadable());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| unreadable())?;
        }
        Ok(Self::new(bytes))
    }

    /// The key that is kept in the data directory, if one is.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or holds something else.
    pub fn in_directory(directory: &Path) -> Result<Option<Self>, KeyError> {
        let path = directory.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path.display().to_string()).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(KeyError::File { path, doing: "read", source }),
        }
    }

    /// Makes a key and keeps it in the data directory, readable by this user only. A file that is there stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn make_in(directory: &Path) -> Result<Self, KeyError> {
        let path = directory.join(FILE);
        let failed = |source| KeyError::File { path: path.clone(), doing: "written", source };
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| failed(io::Error::other(error.to_string())))?;
        // Whole or not at all: a process that dies in between leaves no half key behind.
        let fresh = directory.join(format!("{FILE}.{}", std::process::id()));
        let write = || {
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&fresh)?;
            writeln!(file, "{}", hex(&bytes))?;
            file.sync_all()?;
            // Unlike a rename, a link never replaces what another process made meanwhile.
            let linked = fs::hard_link(&fresh, &path);
            fs::remove_file(&fresh)?;
            linked
        };
        match write() {
            Ok(()) => Ok(Self::new(bytes)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let kept = Self::in_directory(directory)?;
                kept.ok_or_else(|| failed(error))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// A fingerprint, which says which key it is and nothing about it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_keys() {
        let check = |text: &str, taken: bool| assert_eq!(AuditKey::parse(text, "audit.key").is_ok(), taken, "{text}");
        check(&"ab".repeat(32), true);
        check(&format!("{}\n", "AB".repeat(32)), true);
        check(&"ab".repeat(31), false);
        check(&"xy".repeat(32), false);
        check(&format!("+{}", "a".repeat(63)), false);
        check("", false);
        assert_eq!(
            AuditKey::parse("secret", "audit.key").unwrap_err().to_string(),
            "audit.key is no audit key: it has to be 64 hexadecimal digits (32 bytes), as `openssl rand -hex 32` prints them"
        );
    }

    #[test]
    fn is_made_once_and_for_its_user_only() {
        let folder = tempfile::tempdir().unwrap();
        assert!(AuditKey::in_directory(folder.path()).unwrap().is_none());
        let made = AuditKey::make_in(folder.path()).unwrap();
        assert_eq!(AuditKey::make_in(folder.path()).unwrap().id(), made.id());
        assert_eq!(AuditKey::in_directory(folder.path()).unwrap().unwrap().id(), made.id());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!format!("{made:?}").contains(fs::read_to_string(folder.path().join(FILE)).unwrap().trim()));
    }
}
