//! Reading a location: which files there are, which of them changed, and what follows from Location entities in them.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use forge::{Forge, Round};
use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use store::{Args, Store, StoreError, lease::Lease};
use tokio::sync::mpsc;

use super::{
    Policy,
    process::{self, MAX_TARGETS, Origin, ProcessedFile, status_item},
    visit::{Visit, Visited, unreadable},
    write::Scan,
};
use crate::{
    bulk::{Bulk, BulkGuard},
    descriptor::LocationRef,
    location::{Child, Watched, generated_entity, generated_ref},
    source::{Commits, Sessions, SourceError, still_at},
    sql::{self, FileRow},
};

/// Files that are read and processed at once.
const AT_ONCE: usize = 8;
/// Files that are looked at in one go.
const LOOKED_AT: usize = 512;
/// Entities that one transaction writes, about.
const PER_TRANSACTION: usize = 2_000;
/// Files that one location may have; a limit, so that a loop of generated targets ends.
const MAX_FILES: usize = 200_000;
/// How deep Location entities may name files with further Location entities.
const MAX_DEPTH: usize = 16;

/// Reads one location.
#[derive(Clone, Debug)]
pub(crate) struct Walker {
    pub(crate) store: Store,
    pub(crate) forge: Forge,
    pub(crate) id: String,
    pub(crate) location: LocationRef,
    /// Whether it is an error that its target is not there.
    pub(crate) required: bool,
    pub(crate) origin: Arc<Origin>,
    pub(crate) policy: Policy,
    pub(crate) bulk: Bulk,
    /// The commits at which nothing was left to do; while its repositories stand there, nothing is looked at.
    pub(crate) settled_at: Arc<Mutex<Option<Commits>>>,
}

/// How a location is read.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Content is read even where the stamps say that nothing changed.
    pub(crate) force: bool,
    /// The requests that this answers.
    pub(crate) refreshed: Vec<String>,
    /// What is fetched is shared with the readings that have the same.
    pub(crate) round: Arc<Round>,
}

/// How a reading went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Something was written.
    pub(crate) written: bool,
    /// The location's own target could be read.
    pub(crate) found: bool,
    /// A host could not be reached.
    pub(crate) away: bool,
    /// No host is to be asked before this, in microseconds since 1970.
    pub(crate) until: Option<i64>,
}

/// What a walk remembers of a file from before.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) parent: String,
    pub(crate) hash: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) watched: Watched,
}

type KnownFiles = HashMap<String, Known>;

/// A file to look at, and how it was come by.
struct Next {
    at: LocationRef,
    parent: String,
    required: bool,
    depth: usize,
}

/// What came out of a walk.
#[derive(Default)]
struct Produced {
    /// The files that there are.
    seen: HashSet<String>,
    /// How many were sent to be written.
    sent: usize,
    /// Files of before that are no more.
    gone: usize,
    /// Files that are to be looked at again in any case.
    open: usize,
    /// The location's own target could be read.
    found: bool,
}

impl Walker {
    /// Reads the whole location.
    ///
    /// # Errors
    /// Any failure of the store. What cannot be read is no error of the walk: it is kept with the file.
    pub(crate) async fn walk(&self, lease: Option<Lease>, order: &Order) -> Result<Walked, StoreError> {
        if !order.force
            && order.refreshed.is_empty()
            && let Some(commits) = self.settled_at()
            && still_at(&order.round, &commits).await
        {
            return Ok(Walked { found: true, ..Walked::default() });
        }
        self.settle_at(None);
        let known = self.known().await?;
        let sessions = Sessions::begin(&self.forge, &order.round, &self.location);
        let mut scan = Scan::begin(&self.store, &self.id, lease, self.policy);
        let (sender, receiver) = mpsc::channel(AT_ONCE * 8);
        let (produced, written) =
            tokio::join!(self.produce(known, order.force, &sessions, sender), consume(&mut scan, receiver, &self.bulk));
        // Until the last transaction, which is part of it.
        let _bulk = written?;
        let met = sessions.met();
        let quiet = produced.sent == 0 && produced.gone == 0;
        let walked = Walked { written: !quiet, found: produced.found, away: met.away(), until: met.until() };
        if quiet && order.refreshed.is_empty() {
            if produced.open == 0 {
                self.settle_at(met.commits());
            }
            return Ok(walked);
        }
        scan.end(Some(&produced.seen), &order.refreshed).await?;
        Ok(walked)
    }

    /// Reads some files again. Goes on to the whole location when one of them names other files than before.
    ///
    /// # Errors
    /// As [`Self::walk`].
    pub(crate) async fn refresh(&self, lease: Option<Lease>, files: &[String], order: &Order) -> Result<Walked, StoreError> {
        let mut known = self.known().await?;
        let sessions = Sessions::begin(&self.forge, &order.round, &self.location);
        let mut processed = Vec::new();
        for file in files {
            let Some(before) = known.remove(file).filter(|_| !file.is_empty()) else {
                return self.walk(lease, order).await;
            };
            let at = self.place(file, before.watched.location_type.as_deref());
            let parent = before.parent.clone();
            let children = before.watched.children.clone();
            let visit = Visit { sessions: sessions.clone(), origin: Arc::clone(&self.origin), at, parent, force: true };
            let visited = visit.run(Some(before)).await;
            if visited.children != children || visited.missing {
                let order = Order { force: false, ..order.clone() };
                return self.walk(lease, &order).await;
            }
            processed.extend(visited.processed);
        }
        let mut scan = Scan::begin(&self.store, &self.id, lease, self.policy);
        let written = !processed.is_empty();
        if written {
            scan.write(processed).await?;
        }
        scan.end(None, &order.refreshed).await?;
        Ok(Walked { written, found: true, away: sessions.met().away(), until: sessions.met().until() })
    }

    /// Has the next reading look at every file, whatever its repositories stand at.
    pub(crate) fn forget(&self) {
        self.settle_at(None);
    }

    fn settled_at(&self) -> Option<Commits> {
        self.settled_at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn settle_at(&self, commits: Option<Commits>) {
        *self.settled_at.lock().unwrap_or_else(PoisonError::into_inner) = commits;
    }

    fn place(&self, target: &str, location_type: Option<&str>) -> LocationRef {
        LocationRef::new(location_type.unwrap_or(&self.location.type_), target)
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
    async fn produce(&self, known: KnownFiles, force: bool, sessions: &Sessions, sender: mpsc::Sender<ProcessedFile>) -> Produced {
        let root = generated_ref(&self.location.type_, &self.location.target).to_string();
        let mut walk =
            Walk { walker: self, sessions, known, root, sender, out: Produced::default(), targets: 0, away_told: false, limited: false };
        walk.out.seen.insert(String::new());
        // Whoever writes what is sent has stopped at an error, and says so.
        let _: Result<(), Stopped> = walk.run(force).await;
        if walk.limited {
            walk.out.seen.extend(walk.known.drain().map(|(file, _)| file));
        }
        walk.out.gone += walk.known.len();
        walk.out
    }

    /// The location's own Location entity, if it is not written yet.
    fn generated(&self, known: Option<Known>) -> Option<ProcessedFile> {
        let text = self.own_hash();
        if known.is_some_and(|known| known.hash.as_deref() == Some(text.as_str())) {
            return None;
        }
        let entity = generated_entity(&self.location.type_, &self.location.target, self.required);
        match process::generated(entity) {
            Ok(entity) => Some(ProcessedFile::own(text, entity)),
            Err(message) => {
                tracing::error!(location = self.id, message, "the location's own entity is not valid");
                None
            }
        }
    }

    fn own_hash(&self) -> String {
        own_hash(&self.location, self.required)
    }
}

/// What a location's own entity is remembered by.
pub(crate) fn own_hash(location: &LocationRef, required: bool) -> String {
    if required { location.target.clone() } else { format!("{}?", location.target) }
}

/// Nobody takes what is sent any more.
struct Stopped;

/// One walk under way.
struct Walk<'a> {
    walker: &'a Walker,
    sessions: &'a Sessions,
    known: KnownFiles,
    root: String,
    sender: mpsc::Sender<ProcessedFile>,
    out: Produced,
    /// Targets of Location entities so far.
    targets: usize,
    /// An unreachable host was put on a file already.
    away_told: bool,
    /// A limit was met: what was known beyond it stays.
    limited: bool,
}

impl Walk<'_> {
    async fn run(&mut self, force: bool) -> Result<(), Stopped> {
        let own = self.known.remove("");
        if let Some(file) = self.walker.generated(own) {
            self.send(file).await?;
        }
        let target = Child {
            parent: self.root.clone(),
            target: self.walker.location.target.clone(),
            location_type: None,
            required: self.walker.required,
        };
        let mut queue = VecDeque::from([(target, 0)]);
        let mut running: FuturesUnordered<BoxFuture<'static, (Next, Visited)>> = FuturesUnordered::new();
        let mut files: VecDeque<Next> = VecDeque::new();
        let mut ready: VecDeque<Next> = VecDeque::new();
        loop {
            while let Some((child, depth)) = queue.pop_front() {
                self.expand(child, depth, &mut files).await?;
            }
            if ready.is_empty() {
                self.look(&mut files, &mut ready, &mut queue, force).await?;
            }
            while running.len() < AT_ONCE
                && let Some(next) = ready.pop_front()
            {
                if self.out.seen.len() > MAX_FILES {
                    self.note("files", &format!("the location has more than {MAX_FILES} files, the rest is left out")).await?;
                    files.clear();
                    ready.clear();
                    break;
                }
                if self.out.seen.insert(next.at.target.clone()) {
                    let before = self.known.remove(&next.at.target);
                    let (sessions, origin) = (self.sessions.clone(), Arc::clone(&self.walker.origin));
                    let visit = Visit { sessions, origin, at: next.at.clone(), parent: next.parent.clone(), force };
                    running.push(Box::pin(async move {
                        let visited = visit.run(before).await;
                        (next, visited)
                    }));
                }
            }
            match running.next().await {
                Some((next, visited)) => self.visited(next, visited, &mut queue).await?,
                None if queue.is_empty() && files.is_empty() && ready.is_empty() => return Ok(()),
                None => {}
            }
        }
    }

    /// Takes the next files; those of this machine that did not change are done with here, many in one go.
    async fn look(
        &mut self,
        files: &mut VecDeque<Next>,
        ready: &mut VecDeque<Next>,
        queue: &mut VecDeque<(Child, usize)>,
        force: bool,
    ) -> Result<(), Stopped> {
        let mut asked = Vec::new();
        let mut stamps = Vec::new();
        for next in files.drain(..files.len().min(LOOKED_AT)) {
            let known = self.known.get(&next.at.target).filter(|known| {
                !force && next.at.type_ == "file" && known.hash.is_some() && known.parent == next.parent && known.watched.parts.is_empty()
            });
            match known.and_then(|known| known.watched.stamp.clone()) {
                Some(stamp) => {
                    stamps.push((next.at.target.clone(), stamp));
                    asked.push(next);
                }
                None => ready.push_back(next),
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        let unchanged = self.sessions.unchanged(stamps).await;
        for (next, unchanged) in asked.into_iter().zip(unchanged) {
            if !unchanged {
                ready.push_back(next);
            } else if self.out.seen.insert(next.at.target.clone()) {
                let children = self.known.remove(&next.at.target).map(|known| known.watched.children).unwrap_or_default();
                self.visited(next, Visited { children, known: true, ..Visited::default() }, queue).await?;
            }
        }
        Ok(())
    }

    /// Finds the files that a target means.
    async fn expand(&mut self, child: Child, depth: usize, files: &mut VecDeque<Next>) -> Result<(), Stopped> {
        let at = self.walker.place(&child.target, child.location_type.as_deref());
        let next =
            |file: String| Next { at: LocationRef::new(&at.type_, file), parent: child.parent.clone(), required: child.required, depth };
        let error = match self.sessions.expand(&at).await {
            Ok(found) => {
                files.extend(found.into_iter().map(next));
                return Ok(());
            }
            Err(SourceError::NotFound(_)) if !child.required => return Ok(()),
            Err(error) => error,
        };
        // The target stands for the files that it cannot name: those of before stay.
        let before: Vec<String> = self
            .known
            .iter()
            .filter(|(file, known)| known.parent == child.parent && **file != child.target)
            .map(|(file, _)| file.clone())
            .collect();
        let unchanged = self.known.remove(&child.target);
        if matches!(error, SourceError::Away(_)) {
            self.away_told = true;
        }
        files.extend(before.into_iter().map(next));
        if self.out.seen.insert(child.target.clone()) {
            self.out.open += 1;
            let failed = unreadable(&at, &child.parent, &error, unchanged, &self.walker.origin);
            if let Some(file) = failed.processed {
                self.send(file).await?;
            }
        }
        Ok(())
    }

    /// Takes in how a file came out.
    async fn visited(&mut self, next: Next, visited: Visited, queue: &mut VecDeque<(Child, usize)>) -> Result<(), Stopped> {
        if visited.missing && !next.required {
            // As if nothing named it: what it held goes.
            self.out.seen.remove(&next.at.target);
            self.out.gone += usize::from(visited.known);
            return Ok(());
        }
        if next.parent == self.root && !visited.failed {
            self.out.found = true;
        }
        self.out.open += usize::from(visited.open);
        if !visited.children.is_empty() {
            if next.depth + 1 > MAX_DEPTH {
                let message =
                    format!("{} lies {MAX_DEPTH} Locations deep, those that it names are not read; name them further up", next.at);
                self.note("depth", &message).await?;
            } else {
                let room = MAX_TARGETS.saturating_sub(self.targets);
                self.targets += visited.children.len();
                if visited.children.len() > room {
                    let message = format!(
                        "the Locations in it name more than {MAX_TARGETS} targets, the rest is not read; use patterns, or several locations"
                    );
                    self.note("targets", &message).await?;
                }
                queue.extend(visited.children.into_iter().take(room).map(|child| (child, next.depth + 1)));
            }
        }
        if let Some(file) = visited.processed {
            // One file that says so is enough when a host is away: the others keep what they have, and nothing is written.
            if visited.away && visited.known && std::mem::replace(&mut self.away_told, true) {
                return Ok(());
            }
            self.send(file).await?;
        }
        Ok(())
    }

    /// Puts a limit that was met on the location, once.
    async fn note(&mut self, key: &str, message: &str) -> Result<(), Stopped> {
        self.limited = true;
        let pseudo = format!("{} ({key})", self.walker.location.target);
        let hash = Some(process::content_hash(message.as_bytes()));
        if !self.out.seen.insert(pseudo.clone()) || self.known.remove(&pseudo).is_some_and(|known| known.hash == hash) {
            return Ok(());
        }
        tracing::warn!(location = self.walker.id, message, "a limit was met");
        let mut file = ProcessedFile::failed(&pseudo, &self.root, status_item("InputError", message));
        file.hash = hash;
        self.send(file).await
    }

    async fn send(&mut self, file: ProcessedFile) -> Result<(), Stopped> {
        self.out.sent += 1;
        self.sender.send(file).await.map_err(|_| Stopped)
    }
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
