//! Where descriptors come from. A [`Source`] lists and reads the files of a target; everything after that is the same for all.

mod file;
mod network;
mod sessions;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};

pub use file::FileSource;
pub(crate) use network::Commits;
pub use network::{GitSource, UrlSource};
pub(crate) use sessions::{Sessions, still_at};

/// What sources on the network need.
#[derive(Clone, Debug, Default)]
pub struct SourcesConfig {
    /// The hosts that the configuration knows: what runs there, credentials, whether private addresses are allowed.
    pub hosts: Vec<forge::HostConfig>,
    /// Limits of requests, and which private addresses may be asked.
    pub fetch: forge::FetchConfig,
    /// Where clones are kept; `None`: no git repositories can be read.
    pub cache: Option<std::path::PathBuf>,
}

/// What a source remembers of a file to tell cheaply whether it changed: a modification time, an entity tag, a commit.
pub type Stamp = String;

/// A kind of place that descriptors are read from. None knows what is in a file.
pub trait Source: Send + Sync + fmt::Debug {
    /// The `type` of the locations that it reads, as in `file`.
    fn location_type(&self) -> &'static str;

    /// Begins one reading. Within it each place outside is asked once, so what it gives belongs together.
    fn begin(&self) -> Arc<dyn Session>;
}

/// One reading of one or more locations.
pub trait Session: Send + Sync + fmt::Debug {
    /// Lists the files that a target means, in order: itself, or what a pattern matches.
    ///
    /// # Errors
    /// When nothing matches, or too much, or the place cannot be reached.
    fn expand<'a>(&'a self, target: &'a str) -> BoxFuture<'a, Result<Vec<String>, SourceError>>;

    /// Reads a file, or says that it is still the one of `known`.
    ///
    /// # Errors
    /// When it is not there, cannot be read or is too large.
    fn read<'a>(&'a self, file: &'a str, known: Option<&'a Stamp>) -> BoxFuture<'a, Result<Read, SourceError>>;

    /// For each of many files whether it is certainly still the one of its stamp. A source that cannot say so faster than by reading them
    /// one by one says no.
    fn unchanged(&self, files: Vec<(String, Stamp)>) -> BoxFuture<'_, Vec<bool>> {
        async move { vec![false; files.len()] }.boxed()
    }
}

/// What reading a file gave.
#[derive(Clone, Debug)]
pub enum Read {
    /// It is still what the stamp was taken of.
    Unchanged,
    /// What it holds now.
    Content {
        /// All of it.
        bytes: Bytes,
        /// What to remember it by.
        stamp: Stamp,
    },
}

/// Why a target or file could not be read, in words for the owner of the location.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It is not there.
    #[error("{0}")]
    NotFound(String),
    /// It is there and cannot be had.
    #[error("{0}")]
    Unreadable(String),
    /// The place it is in cannot be reached now; nothing is said about the file itself.
    #[error("{0}")]
    Away(String),
}

impl SourceError {
    /// The name under which Backstage reports such an error.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "NotFoundError",
            Self::Unreadable(_) | Self::Away(_) => "Error",
        }
    }
}
