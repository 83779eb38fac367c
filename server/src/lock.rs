//! One running portal per data directory.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
};

use anyhow::{Context as _, bail};

/// The data directory, held until it is dropped; the system lets go of it when the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct DataLock {
    _file: File,
}

impl DataLock {
    /// Makes the directory if need be and takes hold of it.
    ///
    /// # Errors
    /// When another process holds it (named by its id), or the directory cannot be written to.
    pub(crate) fn take(directory: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(directory).with_context(|| format!("the data directory {} cannot be made", directory.display()))?;
        let path = directory.join("waymark.lock");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.as_mut().map_err(|error| anyhow::anyhow!("{} cannot be opened: {error}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                _ = file.read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() { "another process".to_owned() } else { format!("process {}", holder.trim()) };
                bail!(
                    "the data directory {} is in use by {holder}; stop it first, or choose another directory with --data-dir",
                    directory.display()
                );
            }
            Err(TryLockError::Error(error)) => bail!("{} cannot be locked: {error}", path.display()),
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        Ok(Self { _file: file.try_clone()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_holder() {
        let directory = tempfile::tempdir().unwrap();
        let held = DataLock::take(directory.path()).unwrap();
        let refused = DataLock::take(directory.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("is in use by process {}", std::process::id())), "{refused}");
        drop(held);
        DataLock::take(directory.path()).unwrap();
    }
}
