//! Reading a location: which files there are, which of them changed, and what follows from Location entities in them.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use store::{Args, Store, StoreError, lease::Lease};
use tokio::sync::mpsc;

use super::{
    process::{self, Failure, Origin, ProcessedFile, status_item},
    write::Scan,
};
use crate::{
    bulk::{Bulk, BulkGuard},
    location::{Child, Watched, generated_entity, generated_ref},
    source::{Read, Source, SourceError},
    sql::{self, FileRow},
};

/// Files that are read and processed at once.
const AT_ONCE: usize = 8;
/// Entities that one transaction writes, about.
const PER_TRANSACTION: usize = 2_000;
/// Files that one location may have; a limit, so that a loop of generated targets ends.
const MAX_FILES: usize = 200_000;

/// Reads one location.
#[derive(Clone, Debug)]
pub(crate) struct Walker {
    pub(crate) store: Store,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) id: String,
    pub(crate) location_type: String,
    pub(crate) target: String,
    pub(crate) origin: Arc<Origin>,
    pub(crate) bulk: Bulk,
}

/// What a walk remembers of a file from before.
#[derive(Debug)]
struct Known {
    parent: String,
    hash: Option<String>,
    error: Option<String>,
    watched: Watched,
}

type KnownFiles = HashMap<String, Known>;

/// How a file came out: its path, where to go on from it, and what to write, if anything.
struct Visited {
    children: Vec<Child>,
    processed: Option<ProcessedFile>,
}

impl Walker {
    /// Reads the whole location; `force` reads content even where the stamps say that nothing changed.
    ///
    /// # Errors
    /// Any failure of the store. What cannot be read is no error of the walk: it is kept with the file.
    pub(crate) async fn walk(&self, lease: Option<Lease>, force: bool, refreshed: &[String]) -> Result<(), StoreError> {
        let known = self.known().await?;
        let mut scan = Scan::begin(&self.store, &self.id, lease);
        let (sender, receiver) = mpsc::channel(AT_ONCE * 8);
        let (seen, written) = tokio::join!(self.produce(known, force, sender), consume(&mut scan, receiver, &self.bulk));
        // Until the last transaction, which is part of it.
        let _bulk = written?;
        scan.end(Some(&seen), refreshed).await
    }

    /// Reads some files again. Goes on to the whole location when one of them names other files than before.
    ///
    /// # Errors
    /// As [`Self::walk`].
    pub(crate) async fn refresh(&self, lease: Option<Lease>, files: &[String], refreshed: &[String]) -> Result<(), StoreError> {
        let mut known = self.known().await?;
        let mut processed = Vec::new();
        for file in files {
            let Some(mut before) = known.remove(file).filter(|_| !file.is_empty()) else {
                return self.walk(lease, true, refreshed).await;
            };
            before.watched.stamp = None;
            let parent = before.parent.clone();
            let children = before.watched.children.clone();
            let visited = self.clone().visit(file.clone(), parent, Some(before), true).await;
            if visited.children != children {
                return self.walk(lease, false, refreshed).await;
            }
            processed.extend(visited.processed);
        }
        let mut scan = Scan::begin(&self.store, &self.id, lease);
        if !processed.is_empty() {
            scan.write(processed).await?;
        }
        scan.end(None, refreshed).await
    }

    async fn known(&self) -> Result<KnownFiles, StoreError> {
        let rows: Vec<FileRow> = self.store.fetch_all(&sql::FILES, Args::new().text(&self.id)).await?;
        let known = rows.into_iter().map(|row| {
            let watched = serde_json::from_str(&row.watched).unwrap_or_default();
            (row.target, Known { parent: row.parent.unwrap_or_default(), hash: row.hash, error: row.error, watched })
        });
        Ok(known.collect())
    }

    /// Walks from the location's target, sends what changed, and says which files there are.
    async fn produce(&self, mut known: KnownFiles, force: bool, sender: mpsc::Sender<ProcessedFile>) -> HashSet<String> {
        let root = generated_ref(&self.location_type, &self.target).to_string();
        let mut seen = HashSet::from([String::new()]);
        if let Some(file) = self.generated(known.remove(""))
            && sender.send(file).await.is_err()
        {
            return seen;
        }
        let mut queue = VecDeque::from([Child { parent: root, target: self.target.clone(), required: true }]);
        let mut running: FuturesUnordered<BoxFuture<'static, Visited>> = FuturesUnordered::new();
        let mut files: VecDeque<(String, String)> = VecDeque::new();
        loop {
            while let Some(child) = queue.pop_front() {
                match self.source.expand(&child.target).await {
                    Ok(found) => files.extend(found.into_iter().map(|file| (file, child.parent.clone()))),
                    Err(error) => {
                        // The target stands for the files that it cannot name: those of before stay.
                        let before: Vec<String> =
                            known.iter().filter(|(_, known)| known.parent == child.parent).map(|(file, _)| file.clone()).collect();
                        files.extend(before.into_iter().map(|file| (file, child.parent.clone())));
                        let unchanged = known.remove(&child.target);
                        if child.required && seen.insert(child.target.clone()) {
                            let failed = unreadable(&child.target, &child.parent, &error, unchanged);
                            if let Some(file) = failed.processed
                                && sender.send(file).await.is_err()
                            {
                                return seen;
                            }
                        }
                    }
                }
            }
            while running.len() < AT_ONCE
                && let Some((file, parent)) = files.pop_front()
            {
                if seen.len() > MAX_FILES {
                    tracing::warn!(location = self.id, "the location has more than {MAX_FILES} files, the rest is left out");
                    files.clear();
                    break;
                }
                if seen.insert(file.clone()) {
                    let before = known.remove(&file);
                    let this = self.clone();
                    running.push(Box::pin(this.visit(file, parent, before, force)));
                }
            }
            let Some(visited) = running.next().await else {
                if queue.is_empty() && files.is_empty() {
                    return seen;
                }
                continue;
            };
            queue.extend(visited.children);
            if let Some(file) = visited.processed
                && sender.send(file).await.is_err()
            {
                return seen;
            }
        }
    }

    /// The location's own Location entity, if it is not written yet.
    fn generated(&self, known: Option<Known>) -> Option<ProcessedFile> {
        if known.is_some_and(|known| known.hash.as_deref() == Some(self.target.as_str())) {
            return None;
        }
        let entity = match process::generated(generated_entity(&self.location_type, &self.target)) {
            Ok(entity) => entity,
            Err(message) => {
                tracing::error!(location = self.id, message, "the location's own entity is not valid");
                return None;
            }
        };
        Some(ProcessedFile {
            file: String::new(),
            parent: String::new(),
            hash: Some(self.target.clone()),
            watched: Watched::default(),
            entities: vec![entity],
            failures: Vec::new(),
            unchanged: false,
        })
    }

    async fn visit(self, file: String, parent: String, before: Option<Known>, force: bool) -> Visited {
        // A file that lost a conflict or could not be read has no hash: it is read again each time.
        let stamp =
            before.as_ref().filter(|known| known.hash.is_some() && known.parent == parent).and_then(|known| known.watched.stamp.as_ref());
        let current = stamp.filter(|_| !force && before.as_ref().is_some_and(parts_are_current));
        match self.source.read(&file, current).await {
            Ok(Read::Unchanged) => Visited { children: before.map(|known| known.watched.children).unwrap_or_default(), processed: None },
            Ok(Read::Content { bytes, stamp }) => {
                let origin = Arc::clone(&self.origin);
                let (at, below) = (file.clone(), parent.clone());
                let children = before.as_ref().map(|known| known.watched.children.clone()).unwrap_or_default();
                let work = move || {
                    if let Some(known) = before
                        && known.hash.as_deref() == Some(process::content_hash(&bytes).as_str())
                        && known.watched.parts.is_empty()
                        && known.parent == below
                    {
                        return same(&at, &below, stamp, known);
                    }
                    let processed = process::process(&at, &below, &bytes, stamp, &origin);
                    Visited { children: processed.watched.children.clone(), processed: Some(processed) }
                };
                match tokio::task::spawn_blocking(work).await {
                    Ok(visited) => visited,
                    Err(error) => {
                        let error = SourceError::Unreadable(format!("processing {file} was cut off: {error}"));
                        Visited { children, ..unreadable(&file, &parent, &error, None) }
                    }
                }
            }
            Err(error) => unreadable(&file, &parent, &error, before),
        }
    }
}

fn parts_are_current(known: &Known) -> bool {
    let source = crate::source::FileSource::default();
    known.watched.parts.iter().all(|(part, stamp)| matches!(source.read_now(part, Some(stamp)), Ok(Read::Unchanged)))
}

/// A file that was touched and holds what it held.
fn same(file: &str, parent: &str, stamp: String, known: Known) -> Visited {
    let children = known.watched.children.clone();
    if known.watched.stamp.as_ref() == Some(&stamp) || known.error.is_some() {
        return Visited { children, processed: None };
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
    Visited { children, processed: Some(processed) }
}

/// A file that cannot be read: what it held stays, and so do the files that it named.
fn unreadable(file: &str, parent: &str, error: &SourceError, before: Option<Known>) -> Visited {
    let status = status_item(error.name(), &format!("Unable to read file, {error}"));
    let known_error = before.as_ref().and_then(|known| known.error.clone());
    let children = before.map(|known| known.watched.children).unwrap_or_default();
    let written = serde_json::to_string(&[(None::<String>, &status)]).ok();
    if known_error.is_some() && known_error == written {
        return Visited { children, processed: None };
    }
    let processed = ProcessedFile {
        file: file.to_owned(),
        parent: parent.to_owned(),
        hash: None,
        watched: Watched { children: children.clone(), ..Watched::default() },
        entities: Vec::new(),
        failures: vec![Failure { entity_ref: None, status }],
        unchanged: false,
    };
    Visited { children, processed: Some(processed) }
}

/// Writes files as they come, many in one transaction.
///
/// What comes back says, while it is kept, that very much is being written.
async fn consume(scan: &mut Scan, mut receiver: mpsc::Receiver<ProcessedFile>, bulk: &Bulk) -> Result<Option<BulkGuard>, StoreError> {
    let (mut batches, mut guard) = (0, None);
    while let Some(first) = receiver.recv().await {
        let mut entities = first.entities.len();
        let mut files = vec![first];
        while entities < PER_TRANSACTION
            && let Ok(file) = receiver.try_recv()
        {
            entities += file.entities.len();
            files.push(file);
        }
        scan.write(files).await?;
        batches += 1;
        if batches == 2 {
            guard = Some(bulk.begin());
        }
    }
    Ok(guard)
}
