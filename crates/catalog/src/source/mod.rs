//! Where descriptors come from. A [`Source`] lists and reads the files of a target; everything after that is the same for all.

mod file;

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use file::FileSource;

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

/// A kind of place that descriptors are read from.
///
/// The implementations for `http`, git and pushed entities stand beside [`FileSource`]; none of them knows what is in a file.
pub trait Source: Send + Sync + fmt::Debug {
    /// The `type` of the locations that it reads, as in `file`.
    fn location_type(&self) -> &'static str;

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
}

impl SourceError {
    /// The name under which Backstage reports such an error.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "NotFoundError",
            Self::Unreadable(_) => "Error",
        }
    }
}
