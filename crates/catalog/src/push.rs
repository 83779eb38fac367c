//! What follows from a push that a forge tells of: the files that it touched are read again, a location whose file was renamed moves with
//! it, and one whose file is gone goes too, after a while.
//!
//! The webhook only queues a job, so a forge gets its answer at once and nothing is lost when the process ends. Pushes to one branch that
//! come while a job waits are one job.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use forge::{Checkout, ForgeError, GitTarget, Round, webhook::Push, webhook::same_repository};
use model::Timestamp;
use store::{
    Args, StoreError, Tx,
    jobs::{self, Handled, JobContext, JobFailure, NewJob, Worker},
};

use crate::{
    location::{Watched, in_micros, micros},
    reading::{Reading, Request},
    registry::{self, NewLocation},
    sql::{self, BATCH, LocationRow, PushedFileRow},
};

/// The queue, and the name of its jobs.
const QUEUE: &str = "catalog";
const NAME: &str = "push";
/// How long a job waits for the readings that it asked for.
const PATIENCE: Duration = Duration::from_secs(120);
/// Files of one location that are named one by one; beyond that it is read as a whole, which looks at stamps only.
const MOST_FILES: usize = 50;
/// Paths that a waiting job remembers; more count as unknown.
const MOST_TOUCHED: usize = 10_000;

/// Queues what follows from a push. One that waits for the same branch already takes it in.
///
/// # Errors
/// Any failure of the store.
pub async fn pushed(tx: &mut Tx, push: &Push) -> Result<(), StoreError> {
    let repository = push.repositories.iter().map(|address| path_of(address)).min().unwrap_or_default();
    let key = format!("{repository}#{}", push.reference);
    let job = NewJob::new(QUEUE, NAME, push)?.key(key).priority(10);
    jobs::enqueue_merged(tx, job, |earlier| both(earlier, push)).await.map(drop)
}

/// What runs those jobs.
pub fn push_worker(reading: Arc<Reading>) -> Worker {
    let owner = format!("{}:{QUEUE}", reading.holder());
    Worker::new(reading.store().clone(), QUEUE).owned_by(owner).at_once(4).handle(NAME, move |context| {
        let reading = Arc::clone(&reading);
        async move { follow(&reading, &context).await }
    })
}

/// Two pushes to one branch, one after the other.
fn both(earlier: Push, later: &Push) -> Push {
    let mut repositories = earlier.repositories;
    repositories.extend(later.repositories.iter().filter(|address| !repositories.contains(address)).cloned().collect::<Vec<_>>());
    let mut touched = Vec::new();
    if !earlier.touched.is_empty() && !later.touched.is_empty() && earlier.touched.len() + later.touched.len() <= MOST_TOUCHED {
        let all: HashSet<&String> = earlier.touched.iter().chain(&later.touched).collect();
        touched = all.into_iter().cloned().collect();
    }
    Push { repositories, reference: later.reference.clone(), before: earlier.before, after: later.after.clone(), touched }
}

/// The path of a repository's address, without its host: `o/r` of `git@host:o/r.git`.
fn path_of(address: &str) -> String {
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, path)| path),
        None => address.split_once(':').map_or(address, |(_, path)| path),
    };
    let path = rest.split(['?', '#']).next().unwrap_or(rest).trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path).to_lowercase()
}

/// A location that a push concerns.
struct Concerned {
    row: LocationRow,
    /// What it names in the repository; `None` when only files named by its files are there.
    target: Option<GitTarget>,
    files: Vec<PushedFileRow>,
}

/// What is done about a location.
#[derive(Default)]
struct Plan {
    /// It moves there.
    moved: Option<String>,
    /// Its target is gone.
    absent: bool,
    requests: Vec<Request>,
}

async fn follow(reading: &Reading, context: &JobContext) -> Result<Handled, JobFailure> {
    let push: Push = context.job.payload()?;
    let round = reading.round(Some(&context.job.id));
    let concerned = concerned(reading, &round, &push).await?;
    let touched: HashSet<&str> = push.touched.iter().map(String::as_str).collect();
    let mut plans = Vec::with_capacity(concerned.len());
    for location in &concerned {
        let plan = plan(reading, &round, location, &push, &touched, &context.job.id).await;
        plans.push((location, plan));
    }
    let mut tx = context.store.begin().await?;
    tx.fence(&context.job).await?;
    let now = tx.now().await?;
    let absent_until = Timestamp(now.0.saturating_add(in_micros(reading.grace())));
    for (location, plan) in &plans {
        if let Some(target) = &plan.moved {
            let new = NewLocation {
                required: location.row.presence != "optional",
                read_every: location.row.read_every.map(micros),
                registered_by: location.row.registered_by.clone(),
                ..NewLocation::new(&location.row.location_type, target)
            };
            let moved = registry::update(&mut tx, &location.row.id, &new).await?;
            tracing::info!(location = location.row.id, from = location.row.target, to = target, moved, "the location's file was renamed");
        }
        let until = plan.absent.then_some(absent_until);
        if tx.execute(&sql::LOCATION_UNREGISTER_AT, Args::new().text(&location.row.id).opt_ts(until)).await? > 0 {
            tx.feed("location", &location.row.id);
        }
    }
    let ids: Vec<&str> = plans.iter().map(|(location, _)| location.row.id.as_str()).collect();
    for chunk in ids.chunks(BATCH) {
        tx.execute(&sql::LOCATIONS_PUSHED, Args::new().ts(now).json(chunk)).await?;
    }
    tx.commit().await?;
    let requests: Vec<Request> = plans.into_iter().flat_map(|(_, plan)| plan.requests).collect();
    if !requests.is_empty() {
        let asked = requests.len();
        let done = reading.ask(requests, PATIENCE).await?;
        let late = done.iter().filter(|done| done.is_none()).count();
        if late > 0 {
            tracing::warn!(late, asked, "not everything that a push concerns was read in time; its schedule reads it");
        }
    }
    Ok(Handled::Done)
}

/// The locations that have anything in the repository, at the branch.
async fn concerned(reading: &Reading, round: &Round, push: &Push) -> Result<Vec<Concerned>, StoreError> {
    let rows: Vec<LocationRow> = reading.store().fetch_all(&sql::LOCATIONS, Args::new()).await?;
    let mut files: BTreeMap<String, Vec<PushedFileRow>> = BTreeMap::new();
    let paths: HashSet<String> = push.repositories.iter().map(|address| path_of(address)).filter(|path| !path.is_empty()).collect();
    for path in paths {
        for row in reading.store().fetch_all::<PushedFileRow>(&sql::FILES_AT, Args::new().text(path)).await? {
            let all = files.entry(row.location_id.clone()).or_default();
            if !all.iter().any(|known| known.target == row.target) {
                all.push(row);
            }
        }
    }
    let mut branches = Branches { round, push, known: HashMap::new() };
    let mut concerned = Vec::new();
    for row in rows {
        let mut target = target_of(reading, &row.location_type, &row.target);
        if let Some(place) = &target
            && !branches.has(place).await
        {
            target = None;
        }
        let mut inside = Vec::new();
        for file in files.remove(&row.id).unwrap_or_default() {
            if let Some(place) = target_of(reading, &row.location_type, &file.target)
                && branches.has(&place).await
            {
                inside.push(file);
            }
        }
        if target.is_some() || !inside.is_empty() {
            concerned.push(Concerned { row, target, files: inside });
        }
    }
    Ok(concerned)
}

/// What an address means in a repository, whichever kind of location names it.
fn target_of(reading: &Reading, location_type: &str, address: &str) -> Option<GitTarget> {
    let web = if address.starts_with("http") { reading.forge().target(address) } else { None };
    web.or_else(|| if location_type == "git" { GitTarget::parse(address).ok() } else { None })
}

/// Tells what is in the repository and branch that was pushed to.
struct Branches<'a> {
    round: &'a Round,
    push: &'a Push,
    /// Of clones: whether the branch is their default one.
    known: HashMap<String, bool>,
}

impl Branches<'_> {
    async fn has(&mut self, target: &GitTarget) -> bool {
        if !self.push.repositories.iter().any(|address| same_repository(address, &target.repository)) {
            return false;
        }
        if let Some(reference) = &target.reference {
            return *reference == self.push.reference;
        }
        if let Some(known) = self.known.get(&target.repository) {
            return *known;
        }
        // Where it cannot be asked which one that is, it may well be this one.
        let default = self.round.checkout(target).await.ok().and_then(|checkout| checkout.default_branch.clone());
        let is_default = default.is_none_or(|branch| branch == self.push.reference);
        self.known.insert(target.repository.clone(), is_default);
        is_default
    }
}

async fn plan(reading: &Reading, round: &Round, location: &Concerned, push: &Push, touched: &HashSet<&str>, key: &str) -> Plan {
    let mut plan = Plan::default();
    let request = |file: Option<String>| Request {
        location: location.row.id.clone(),
        file,
        gentle: true,
        round: Some(key.to_owned()),
        ..Request::default()
    };
    let mut whole = touched.is_empty();
    if let Some(target) = &location.target {
        match round.checkout(target).await {
            Ok(checkout) => {
                let single = !target.path.is_empty() && !target.is_glob();
                if single && !exists(&checkout, &target.path) {
                    plan.moved = moved_to(&checkout, target, push).await.filter(|_| location.row.source == "registered");
                    plan.absent = plan.moved.is_none();
                    whole = true;
                } else if !whole {
                    let known: HashSet<&str> = location.files.iter().map(|file| file.target.as_str()).collect();
                    whole = checkout.matching(&target.path).is_ok_and(|found| {
                        found.iter().any(|file| touched.contains(file.path.as_str()) && !known.contains(target.file(&file.path).as_str()))
                    });
                }
            }
            Err(ForgeError::NotFound(_)) => {
                // The branch or the repository is gone.
                plan.absent = true;
                whole = true;
            }
            Err(error) => {
                tracing::info!(location = location.row.id, %error, "what was pushed cannot be fetched now, the reading tries again");
                whole = true;
            }
        }
    }
    let mut files = Vec::new();
    if !whole {
        for file in &location.files {
            match looks_at(reading, location, file, round, touched).await {
                Looks::Away => {}
                Looks::Touched => files.push(file.target.clone()),
                Looks::New => whole = true,
            }
        }
    }
    if whole || files.len() > MOST_FILES {
        plan.requests.push(request(None));
    } else {
        plan.requests.extend(files.into_iter().map(|file| request(Some(file))));
    }
    plan
}

/// How a file stands to what was touched.
enum Looks {
    /// It has nothing to do with it.
    Away,
    /// It, or a part of it, was touched.
    Touched,
    /// It is a Location whose pattern may fit a file that was not there.
    New,
}

async fn looks_at(reading: &Reading, location: &Concerned, file: &PushedFileRow, round: &Round, touched: &HashSet<&str>) -> Looks {
    let kind = location.row.location_type.as_str();
    let is_touched = |address: &str| target_of(reading, kind, address).is_some_and(|target| touched.contains(target.path.as_str()));
    let watched: Watched = serde_json::from_str(&file.watched).unwrap_or_default();
    let parts = watched.parts.iter().filter_map(|(part, _)| part.split_once(':'));
    if is_touched(&file.target) || parts.into_iter().any(|(_, target)| is_touched(target)) {
        return Looks::Touched;
    }
    for child in &watched.children {
        let Some(target) = target_of(reading, kind, &child.target) else { continue };
        if !target.is_glob() {
            continue;
        }
        if let Ok(checkout) = round.checkout(&target).await
            && let Ok(found) = checkout.matching(&target.path)
            && found.iter().any(|file| touched.contains(file.path.as_str()) && !location.has(&target.file(&file.path)))
        {
            return Looks::New;
        }
    }
    Looks::Away
}

impl Concerned {
    fn has(&self, file: &str) -> bool {
        self.files.iter().any(|known| known.target == file)
    }
}

/// Whether a path is a file, or a folder with files in it.
fn exists(checkout: &Checkout, path: &str) -> bool {
    checkout.matching(path).is_ok()
        || checkout.files().iter().any(|file| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
}

/// The address of the file that a location's file has become.
async fn moved_to(checkout: &Checkout, target: &GitTarget, push: &Push) -> Option<String> {
    let before = push.before.as_deref()?;
    let path = checkout.renamed(before, &target.path).await?;
    Some(target.file(&path))
}
