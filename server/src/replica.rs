//! What this process knows of itself, for the system page.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use model::{
    Timestamp,
    view::{BuildView, ConfigurationRow, DataView},
};
use portal::Replica;

use crate::{config::Config, serve::holder};

/// The program's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Files that are measured, at most.
const FILES: usize = 100_000;

/// What this process knows of itself.
#[derive(Clone, Debug)]
pub(crate) struct ThisReplica {
    pub(crate) build: BuildView,
    pub(crate) configuration: Vec<ConfigurationRow>,
    data_dir: PathBuf,
}

impl ThisReplica {
    /// A process that starts now with `config`.
    pub(crate) fn new(config: &Config) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        let build = BuildView {
            version: VERSION.to_owned(),
            target: format!("{profile}, {} {}", std::env::consts::OS, std::env::consts::ARCH),
            replica: holder(&config.data_dir()),
            started: Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
        };
        Self { build, configuration: config.shown(), data_dir: config.data_dir() }
    }

    /// The data directory with the size of all files in it, as far as they can be read. Takes a while: not for an async task.
    pub(crate) fn data(&self) -> DataView {
        let path = self.data_dir.canonicalize().unwrap_or_else(|_| self.data_dir.clone());
        let (bytes, more) = size(&path);
        DataView { path: path.display().to_string(), bytes, more }
    }
}

/// This process as others see it, listening at `port`.
pub(crate) fn announced(config: &Config, port: u16) -> Replica {
    // In containers the address is the same in all of them, the machine's name is not.
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let listen = std::net::SocketAddr::new(config.http.listen.ip(), port);
    let address = format!("{} {listen}", machine.trim()).trim_start().to_owned();
    Replica { id: holder(&config.data_dir()), version: VERSION.to_owned(), address }
}

/// Bytes of the files below a directory; links are not followed. True when there are more than are counted.
fn size(directory: &Path) -> (u64, bool) {
    let (mut bytes, mut files) = (0, 0);
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = std::fs::read_dir(directory) else { continue };
        for entry in entries.flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                open.push(entry.path());
            } else if about.is_file() {
                bytes += about.len();
                files += 1;
            }
            if files >= FILES {
                return (bytes, true);
            }
        }
    }
    (bytes, false)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn files_are_added_up() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inner")).unwrap();
        std::fs::write(folder.path().join("a"), [0; 10]).unwrap();
        std::fs::write(folder.path().join("inner/b"), [0; 32]).unwrap();
        assert_eq!(size(folder.path()), (42, false));
        assert_eq!(size(&folder.path().join("nothing")), (0, false));
    }
}
