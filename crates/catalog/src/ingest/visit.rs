//! Looking at one file: whether it changed, what it holds, and the parts that its entities are made of.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt as _, stream};

use super::{
    process::{self, Failure, Opened, Origin, Parts, ProcessedFile, status_item},
    walk::Known,
};
use crate::{
    descriptor::LocationRef,
    location::{Child, Watched},
    source::{Read, Sessions, SourceError},
};

/// Parts of one file that are read at once.
const PARTS_AT_ONCE: usize = 4;
/// Bytes that the parts of one file may have together.
const MAX_PART_BYTES: usize = 64 << 20;

/// What is needed to look at one file.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) sessions: Sessions,
    pub(crate) origin: Arc<Origin>,
    pub(crate) at: LocationRef,
    /// The Location entity that names it.
    pub(crate) parent: String,
    /// Whether it is read although its stamp is the same.
    pub(crate) force: bool,
}

/// How a file came out.
#[derive(Debug, Default)]
pub(crate) struct Visited {
    /// Where to go on from it.
    pub(crate) children: Vec<Child>,
    /// What to write, if anything.
    pub(crate) processed: Option<ProcessedFile>,
    /// It was there before.
    pub(crate) known: bool,
    /// It could not be read.
    pub(crate) failed: bool,
    /// It is not there.
    pub(crate) missing: bool,
    /// Its host could not be reached.
    pub(crate) away: bool,
    /// It is to be looked at again in any case.
    pub(crate) open: bool,
}

/// What was made of a file's content in one go.
enum Step {
    Done(Visited),
    /// Its parts have to be read first.
    Parts(Opened),
}

impl Visit {
    /// Looks at the file.
    pub(crate) async fn run(self, before: Option<Known>) -> Visited {
        // A file that lost a conflict or could not be read has no hash: it is read again each time.
        let stamp = before.as_ref().filter(|known| known.hash.is_some() && known.parent == self.parent);
        let stamp = stamp.and_then(|known| known.watched.stamp.as_ref()).filter(|_| !self.force || self.sessions.is_exact(&self.at));
        let current = match (&before, stamp.cloned()) {
            (Some(known), Some(stamp)) if self.parts_are_current(known).await => Some(stamp),
            _ => None,
        };
        let known = before.is_some();
        match self.sessions.read(&self.at, current.as_ref()).await {
            Ok(Read::Unchanged) => {
                Visited { children: before.map(|known| known.watched.children).unwrap_or_default(), known, ..Visited::default() }
            }
            Ok(Read::Content { bytes, stamp }) => {
                let children = before.as_ref().map(|known| known.watched.children.clone()).unwrap_or_default();
                let (at, parent, origin) = (self.at.clone(), self.parent.clone(), Arc::clone(&self.origin));
                let stamped = stamp.clone();
                let step = tokio::task::spawn_blocking(move || first_step(&at, &parent, &bytes, stamped, before, &origin)).await;
                let visited = match step {
                    Ok(Step::Done(visited)) => Ok(visited),
                    Ok(Step::Parts(opened)) => self.with_parts(opened, stamp).await,
                    Err(error) => Err(error),
                };
                match visited {
                    Ok(visited) => Visited { known, ..visited },
                    Err(error) => {
                        let error = SourceError::Unreadable(format!("processing {} was cut off: {error}", self.at.target));
                        Visited { children, known, ..unreadable(&self.at, &self.parent, &error, None, &self.origin) }
                    }
                }
            }
            Err(error) => unreadable(&self.at, &self.parent, &error, before, &self.origin),
        }
    }

    /// Whether the further files that the entities are made of are what they were. What cannot be asked now counts as it was.
    async fn parts_are_current(&self, known: &Known) -> bool {
        for (part, stamp) in &known.watched.parts {
            let Ok(part) = LocationRef::parse(part) else { return false };
            match self.sessions.read(&part, Some(stamp).filter(|stamp| !stamp.is_empty())).await {
                Ok(Read::Unchanged) | Err(SourceError::Away(_)) => {}
                // It could not be read before either.
                Err(_) if stamp.is_empty() => {}
                Ok(Read::Content { stamp: now, .. }) if now == *stamp && !stamp.is_empty() => {}
                Ok(Read::Content { .. }) | Err(_) => return false,
            }
        }
        true
    }

    async fn with_parts(&self, opened: Opened, stamp: String) -> Result<Visited, tokio::task::JoinError> {
        let parts = read_parts(&self.sessions, &opened.parts).await;
        let (at, parent, origin) = (self.at.clone(), self.parent.clone(), Arc::clone(&self.origin));
        tokio::task::spawn_blocking(move || done(process::process(&at, &parent, opened, stamp, &parts, &origin))).await
    }
}

/// Reads what placeholders name, a few at once.
pub(crate) async fn read_parts(sessions: &Sessions, wanted: &[LocationRef]) -> Parts {
    let mut parts: Parts = BTreeMap::new();
    let mut room = MAX_PART_BYTES;
    let mut reads = stream::iter(wanted.iter().cloned())
        .map(|part| async move {
            let read = sessions.read(&part, None).await;
            (part, read)
        })
        .buffer_unordered(PARTS_AT_ONCE);
    while let Some((part, read)) = reads.next().await {
        let read = match read {
            Ok(Read::Content { bytes, stamp }) if bytes.len() <= room => {
                room -= bytes.len();
                Ok((bytes, stamp))
            }
            Ok(Read::Content { .. }) => {
                Err(format!("the parts of this file have more than {} MiB together; include less", MAX_PART_BYTES >> 20))
            }
            Ok(Read::Unchanged) => Err(format!("{part} was read without a stamp and called unchanged")),
            Err(error) => Err(error.to_string()),
        };
        parts.insert(part, read);
    }
    parts
}

fn first_step(at: &LocationRef, parent: &str, bytes: &[u8], stamp: String, before: Option<Known>, origin: &Origin) -> Step {
    if let Some(known) = before
        && known.watched.parts.is_empty()
        && known.parent == parent
        && known.hash.as_deref() == Some(process::content_hash(bytes).as_str())
    {
        return Step::Done(same(&at.target, parent, stamp, known));
    }
    let opened = process::open(at, bytes);
    if opened.parts.is_empty() {
        return Step::Done(done(process::process(at, parent, opened, stamp, &Parts::default(), origin)));
    }
    Step::Parts(opened)
}

fn done(processed: ProcessedFile) -> Visited {
    Visited { children: processed.watched.children.clone(), processed: Some(processed), ..Visited::default() }
}

/// A file that was touched and holds what it held.
fn same(file: &str, parent: &str, stamp: String, known: Known) -> Visited {
    let children = known.watched.children.clone();
    if known.watched.stamp.as_ref() == Some(&stamp) || known.error.is_some() {
        return Visited { children, ..Visited::default() };
    }
    let processed = ProcessedFile {
        file: file.to_owned(),
        parent: parent.to_owned(),
        hash: known.hash,
        watched: Watched { stamp: Some(stamp), ..known.watched },
        entities: Vec::new(),
        failures: Vec::new(),
        unchanged: true,
    };
    Visited { children, processed: Some(processed), ..Visited::default() }
}

/// A file that cannot be read: what it held stays, and so do the files that it named.
pub(crate) fn unreadable(at: &LocationRef, parent: &str, error: &SourceError, before: Option<Known>, origin: &Origin) -> Visited {
    let status = status_item(error.name(), &format!("Unable to read file, {error}"));
    let known_error = before.as_ref().and_then(|known| known.error.clone());
    let mut visited = Visited {
        known: before.is_some(),
        failed: true,
        missing: matches!(error, SourceError::NotFound(_)),
        away: matches!(error, SourceError::Away(_)),
        open: true,
        children: before.map(|known| known.watched.children).unwrap_or_default(),
        processed: None,
    };
    let written = serde_json::to_string(&[(None::<String>, &status)]).ok();
    if known_error.is_none() || known_error != written {
        let mut processed = ProcessedFile::failed(&at.target, parent, status);
        processed.watched.children.clone_from(&visited.children);
        processed.watched.location_type = (at.type_ != origin.location_type).then(|| at.type_.clone());
        visited.processed = Some(processed);
    }
    visited
}

impl ProcessedFile {
    /// A file of which only this can be said.
    pub(crate) fn failed(file: &str, parent: &str, status: serde_json::Value) -> Self {
        Self {
            file: file.to_owned(),
            parent: parent.to_owned(),
            hash: None,
            watched: Watched::default(),
            entities: Vec::new(),
            failures: vec![Failure { entity_ref: None, status }],
            unchanged: false,
        }
    }

    /// The location's own entity, which stands in no file.
    pub(crate) fn own(hash: String, entity: process::ProcessedEntity) -> Self {
        Self {
            file: String::new(),
            parent: String::new(),
            hash: Some(hash),
            watched: Watched::default(),
            entities: vec![entity],
            failures: Vec::new(),
            unchanged: false,
        }
    }
}
