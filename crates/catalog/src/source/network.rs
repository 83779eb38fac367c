//! Descriptors on the network: in git repositories, and at plain web addresses.
//!
//! An address of a known forge (`https://github.com/o/r/blob/main/x.yaml`) is read through git, because one question then tells that
//! none of a repository's files changed, and one fetch brings all that did. Other addresses are asked with conditional requests.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use forge::{Checkout, Fetched, FileKind, Forge, ForgeError, GitTarget, Round};
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::sync::OnceCell;

use super::{Read, Session, Source, SourceError, Stamp};

/// Files that a pattern may match.
const MAX_MATCHES: usize = 100_000;

/// Reads `url` locations.
#[derive(Clone, Debug)]
pub struct UrlSource {
    /// What knows the hosts.
    pub forge: Forge,
}

impl Source for UrlSource {
    fn location_type(&self) -> &'static str {
        "url"
    }

    fn begin(&self) -> Arc<dyn Session> {
        Arc::new(NetworkSession::new(&self.forge, Arc::new(self.forge.round()), Arc::default(), Addresses::Web))
    }
}

/// Reads `git` locations.
#[derive(Clone, Debug)]
pub struct GitSource {
    /// What knows the hosts.
    pub forge: Forge,
}

impl Source for GitSource {
    fn location_type(&self) -> &'static str {
        "git"
    }

    fn begin(&self) -> Arc<dyn Session> {
        Arc::new(NetworkSession::new(&self.forge, Arc::new(self.forge.round()), Arc::default(), Addresses::Git))
    }
}

/// Repositories and references, with the commits that they stand at.
pub(crate) type Commits = Vec<(GitTarget, String)>;

/// What a reading met, which decides when the next one is, and whether that has to look at files at all.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The repositories, with the commits that they stood at.
    commits: Mutex<BTreeMap<String, (GitTarget, String)>>,
    /// Something was asked that no commit stands for, or could not be read.
    otherwise: AtomicBool,
    /// A host could not be reached.
    away: AtomicBool,
    /// No host is to be asked before this, in microseconds since 1970.
    until: Mutex<Option<i64>>,
}

impl Met {
    /// The commits that everything stood at; `None` when commits do not say everything.
    pub(crate) fn commits(&self) -> Option<Commits> {
        let commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = !self.otherwise.load(Ordering::Relaxed) && !commits.is_empty();
        whole.then(|| commits.values().cloned().collect())
    }

    /// Whether a host could not be reached.
    pub(crate) fn away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// When a host that wants to be left alone may be asked again, in microseconds since 1970.
    pub(crate) fn until(&self) -> Option<i64> {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something was read for which no commit stands.
    pub(crate) fn note_other(&self) {
        self.otherwise.store(true, Ordering::Relaxed);
    }

    fn failed(&self, error: ForgeError) -> SourceError {
        self.note_other();
        match error {
            ForgeError::NotFound(message) => SourceError::NotFound(message),
            ForgeError::Refused(message) | ForgeError::TooLarge(message) => SourceError::Unreadable(message),
            ForgeError::Denied(message) | ForgeError::Unreadable(message) => {
                self.away.store(true, Ordering::Relaxed);
                SourceError::Away(message)
            }
            ForgeError::RateLimited { message, until } => {
                let mut latest = self.until.lock().unwrap_or_else(PoisonError::into_inner);
                *latest = Some(latest.map_or(until, |latest| latest.max(until)));
                SourceError::Away(message)
            }
        }
    }
}

/// How the addresses of a session are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// `https://…`
    Web,
    /// `<clone address>//<path>?ref=…`
    Git,
}

type Got = Arc<OnceCell<Result<Fetched, ForgeError>>>;

/// One reading of places on the network.
#[derive(Debug)]
pub(crate) struct NetworkSession {
    forge: Forge,
    round: Arc<Round>,
    met: Arc<Met>,
    addresses: Addresses,
    /// What was got from plain addresses, by address and what was known of it.
    got: Mutex<HashMap<(String, Option<Stamp>), Got>>,
}

impl NetworkSession {
    pub(crate) fn new(forge: &Forge, round: Arc<Round>, met: Arc<Met>, addresses: Addresses) -> Self {
        Self { forge: forge.clone(), round, met, addresses, got: Mutex::default() }
    }

    /// The place in a repository that an address means; `None` when it is a plain web address.
    fn target(&self, address: &str) -> Result<Option<GitTarget>, SourceError> {
        match self.addresses {
            Addresses::Git => GitTarget::parse(address).map(Some).map_err(|error| self.met.failed(error)),
            Addresses::Web if address.starts_with("http://") || address.starts_with("https://") => Ok(self.forge.target(address)),
            Addresses::Web => {
                Err(SourceError::Unreadable(format!("'{address}' is no http or https address; write one, or use the location type git")))
            }
        }
    }

    async fn checkout(&self, target: &GitTarget) -> Result<Arc<Checkout>, SourceError> {
        let checkout = self.round.checkout(target).await.map_err(|error| self.met.failed(error))?;
        let mut commits = self.met.commits.lock().unwrap_or_else(PoisonError::into_inner);
        commits.entry(target.to_string()).or_insert_with(|| (target.clone(), checkout.commit.clone()));
        drop(commits);
        Ok(checkout)
    }

    async fn list(&self, address: &str) -> Result<Vec<String>, SourceError> {
        let Some(target) = self.target(address)? else {
            if address.split('?').next().unwrap_or(address).contains('*') {
                return Err(SourceError::Unreadable(format!(
                    "Unable to read url, {address} has a wild card, and no forge is known at its host: only repositories can be searched. \
                     Name the files, or have the host added to the configuration"
                )));
            }
            return Ok(vec![address.to_owned()]);
        };
        let checkout = self.checkout(&target).await?;
        // A folder is not told from a file by its address everywhere, so every path is looked up.
        let mut found: Vec<String> = match checkout.matching(&target.path) {
            Ok(found) if found.len() == 1 && found[0].path == target.path => return Ok(vec![address.to_owned()]),
            Ok(found) => found.into_iter().take(MAX_MATCHES + 1).map(|file| target.file(&file.path)).collect(),
            Err(ForgeError::NotFound(_)) if target.is_glob() => {
                return Err(SourceError::NotFound(format!("Unable to read url, no matching files found for {address}")));
            }
            Err(error) => return Err(self.met.failed(error)),
        };
        if found.len() > MAX_MATCHES {
            return Err(SourceError::Unreadable(format!(
                "the pattern in {address} matches more than {MAX_MATCHES} files, make it narrower"
            )));
        }
        found.sort_unstable();
        Ok(found)
    }

    async fn read_file(&self, file: &str, known: Option<&Stamp>) -> Result<Read, SourceError> {
        let Some(target) = self.target(file)? else { return self.get(file, known).await };
        let checkout = self.checkout(&target).await?;
        let Some(found) = checkout.find(&target.path) else {
            return Err(SourceError::NotFound(format!("file {} does not exist in {target}", target.path)));
        };
        // What a link leads to can change while the link does not.
        let stamp = match found.kind {
            FileKind::Symlink => format!("{}:{}", checkout.commit, found.blob),
            FileKind::Regular | FileKind::Submodule => found.blob.clone(),
        };
        if known == Some(&stamp) {
            return Ok(Read::Unchanged);
        }
        let bytes = checkout.read(&target.path).await.map_err(|error| self.met.failed(error))?;
        Ok(Read::Content { bytes, stamp })
    }

    async fn get(&self, address: &str, known: Option<&Stamp>) -> Result<Read, SourceError> {
        self.met.note_other();
        let key = (address.to_owned(), known.cloned());
        let cell = Arc::clone(self.got.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let got = cell.get_or_init(|| self.forge.get(address, known.map(String::as_str))).await;
        match got {
            Ok(Fetched::Unchanged) => Ok(Read::Unchanged),
            Ok(Fetched::Content { bytes, stamp, .. }) => Ok(Read::Content { bytes: bytes.clone(), stamp: stamp.clone() }),
            Err(error) => Err(self.met.failed(error.clone())),
        }
    }
}

impl Session for NetworkSession {
    fn expand<'a>(&'a self, target: &'a str) -> BoxFuture<'a, Result<Vec<String>, SourceError>> {
        self.list(target).boxed()
    }

    fn read<'a>(&'a self, file: &'a str, known: Option<&'a Stamp>) -> BoxFuture<'a, Result<Read, SourceError>> {
        self.read_file(file, known).boxed()
    }
}
