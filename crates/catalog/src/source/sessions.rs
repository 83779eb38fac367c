//! One reading over all kinds of places: a file of this machine may name addresses, a file of a repository other addresses.

use std::sync::Arc;

use forge::{Forge, GitTarget, Round};

use super::{
    FileSource, Read, Session, Source, SourceError, Stamp,
    network::{Addresses, Met, NetworkSession},
};
use crate::descriptor::LocationRef;

/// One reading of one location, with everything that its files name.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    forge: Forge,
    file: Option<Arc<dyn Session>>,
    url: Arc<dyn Session>,
    git: Arc<dyn Session>,
    met: Arc<Met>,
}

impl Sessions {
    /// Begins to read a location. `round` is shared by readings that belong together, so that they see the same commits.
    pub(crate) fn begin(forge: &Forge, round: &Arc<Round>, location: &LocationRef) -> Self {
        let met = Arc::<Met>::default();
        let network = |addresses| Arc::new(NetworkSession::new(forge, Arc::clone(round), Arc::clone(&met), addresses));
        // Only what the configuration names is read from this machine; nothing on the network can point back at it.
        let file = (location.type_ == "file").then(|| FileSource::of_location(&location.target).begin());
        Self { forge: forge.clone(), file, url: network(Addresses::Web), git: network(Addresses::Git), met }
    }

    /// As [`Session::expand`].
    pub(crate) async fn expand(&self, target: &LocationRef) -> Result<Vec<String>, SourceError> {
        self.of(&target.type_)?.expand(&target.target).await
    }

    /// As [`Session::read`].
    pub(crate) async fn read(&self, file: &LocationRef, known: Option<&Stamp>) -> Result<Read, SourceError> {
        self.of(&file.type_)?.read(&file.target, known).await
    }

    /// As [`Session::unchanged`], for files of this machine.
    pub(crate) async fn unchanged(&self, files: Vec<(String, Stamp)>) -> Vec<bool> {
        match self.of("file") {
            Ok(session) => session.unchanged(files).await,
            Err(_) => vec![false; files.len()],
        }
    }

    /// Whether a stamp says for certain that nothing changed: what git has is named by its content.
    pub(crate) fn is_exact(&self, file: &LocationRef) -> bool {
        match file.type_.as_str() {
            "git" => true,
            "url" => self.forge.target(&file.target).is_some(),
            _ => false,
        }
    }

    /// What this reading met so far.
    pub(crate) fn met(&self) -> &Met {
        &self.met
    }

    fn of(&self, location_type: &str) -> Result<&dyn Session, SourceError> {
        match (location_type, &self.file) {
            ("url", _) => Ok(self.url.as_ref()),
            ("git", _) => Ok(self.git.as_ref()),
            ("file", Some(file)) => {
                self.met.note_other();
                Ok(file.as_ref())
            }
            _ => Err(SourceError::Unreadable(format!("locations of type {location_type} cannot be read here"))),
        }
    }
}

/// Whether repositories still stand at these commits: one question for each.
pub(crate) async fn still_at(round: &Round, commits: &[(GitTarget, String)]) -> bool {
    for (target, commit) in commits {
        match round.checkout(target).await {
            Ok(checkout) if checkout.commit == *commit => {}
            _ => return false,
        }
    }
    true
}
