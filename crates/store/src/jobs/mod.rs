//! Jobs: work that outlives a request and a process, done at least once.
//!
//! A job is queued in the transaction that makes it necessary. A worker claims it for a while and keeps extending that
//! while it works ([`heartbeat`]). If the worker vanishes, the time runs out and another claims the job; should the first
//! come back, everything it writes is refused, because each claim raises the job's epoch and every write names it.
//!
//! A job with a key waits only once: queueing it again while it waits changes the one that waits. Queueing it while it
//! *runs* queues a second one, since what runs may have read the old state already; that one starts when the first ended.

mod backoff;
pub(crate) mod sql;
mod worker;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

pub use worker::{Handled, JobContext, JobFailure, Worker};

use crate::{Args, LeaseLost, Statement, Store, StoreError, Ts, Tx, lease::later};

/// A job to be queued.
#[derive(Debug)]
pub struct NewJob {
    queue: &'static str,
    name: &'static str,
    key: Option<String>,
    payload: String,
    priority: i64,
    run_at: Option<Timestamp>,
    max_attempts: u32,
}

impl NewJob {
    /// A job without a key, of priority 0, to be run now and tried up to five times. `payload` is what the handler gets.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the payload cannot be written as JSON.
    pub fn new<T: Serialize + ?Sized>(queue: &'static str, name: &'static str, payload: &T) -> Result<Self, StoreError> {
        Ok(Self { queue, name, key: None, payload: text_of(payload)?, priority: 0, run_at: None, max_attempts: 5 })
    }

    /// Makes it one with the job that waits under the same queue, name and key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Larger is earlier.
    #[must_use]
    pub fn priority(mut self, priority: i64) -> Self {
        self.priority = priority;
        self
    }

    /// Not before this, by the database's clock.
    #[must_use]
    pub fn run_at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }

    /// How often it is started before it is given up; at least once.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }
}

/// A claimed job. It is proof of a claim only as long as nobody else made a later one: see [`Tx::fence`].
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The queue it was in.
    pub queue: String,
    /// Which handler it is for.
    pub name: String,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// What the handler gets, as JSON text.
    payload: String,
    /// The number of this attempt, from 1.
    pub attempts: i64,
    /// After so many it is given up.
    pub max_attempts: i64,
    /// Which claim this is; larger is later.
    pub epoch: i64,
    locked_until: Ts,
}

impl Job {
    /// The payload.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has another shape, say because an older version queued it.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.payload)
            .map_err(|error| StoreError::refused("job.payload", format!("job {} ({}): {error}", self.id, self.name)))
    }

    /// When others may take it over, unless a heartbeat comes first.
    pub fn locked_until(&self) -> Timestamp {
        self.locked_until.0
    }

    fn held(&self, rows: u64) -> Result<(), StoreError> {
        if rows == 0 { Err(LeaseLost { what: format!("job {}", self.id), epoch: self.epoch }.into()) } else { Ok(()) }
    }
}

/// A job as people look at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobStatus {
    /// Its id.
    pub id: String,
    /// Its queue.
    pub queue: String,
    /// Its name.
    pub name: String,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// `queued`, `running`, `done`, `dead` (given up) or `superseded` (a newer job of its key does its work).
    pub state: String,
    /// It starts not before this.
    pub run_at: Ts,
    /// How often it was started.
    pub attempts: i64,
    /// After so many it is given up.
    pub max_attempts: i64,
    /// What its handler last reported, as JSON text.
    pub progress: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Ts,
    /// When anything about it last changed.
    pub updated_at: Ts,
}

/// How many jobs of a queue are in a state.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobCount {
    /// The queue.
    pub queue: String,
    /// The state, as in [`JobStatus::state`].
    pub state: String,
    /// How many.
    pub jobs: i64,
}

/// The jobs of one kind that are not done.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobKind {
    /// The queue.
    pub queue: String,
    /// The name.
    pub name: String,
    /// How many wait.
    pub queued: i64,
    /// How many run.
    pub running: i64,
    /// How many were given up, and are not pruned yet.
    pub dead: i64,
    /// Since when the longest waiting one could run.
    pub oldest: Option<Ts>,
    /// Why the last attempt of one of them failed.
    pub last_error: Option<String>,
}

/// What became of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is tried again at this time.
    Retried(Timestamp),
    /// A job of the same key was queued meanwhile; that one is the next try.
    Superseded,
    /// It is given up.
    Dead,
}

/// Queues a job, and returns its id: a new one, or that of the job which waits under the same key.
///
/// # Errors
/// Any failure of the statement.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<String, StoreError> {
    insert(tx, &sql::ENQUEUE, &job).await.map(Option::unwrap_or_default)
}

async fn insert(tx: &mut Tx, statement: &'static Statement, job: &NewJob) -> Result<Option<String>, StoreError> {
    let now = tx.now().await?;
    let args = Args::new()
        .text(new_id(now))
        .text(job.queue)
        .text(job.name)
        .opt_text(job.key.clone())
        .json_text(job.payload.clone())
        .int(job.priority)
        .ts(job.run_at.unwrap_or(now))
        .int(job.max_attempts.into())
        .ts(now);
    let row: Option<(String,)> = tx.fetch_optional(statement, args).await?;
    tx.queued_jobs = true;
    Ok(row.map(|(id,)| id))
}

/// How often a job is looked for that another process took just then. Each time means that a worker was faster, so few are enough.
const TRIES: usize = 20;

/// As [`enqueue`], but a job that waits under the same key is made one with this: `merge` gets its payload and gives the new one. Nothing is
/// lost when several transactions do so at once, each sees what the others wrote. Without a key it is [`enqueue`].
///
/// # Errors
/// Any failure of the statements; [`StoreError::Refused`] when the payload of the job that waits has another shape.
pub async fn enqueue_merged<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    mut job: NewJob,
    merge: impl FnOnce(T) -> T,
) -> Result<String, StoreError> {
    let Some(key) = job.key.clone() else { return enqueue(tx, job).await };
    for _ in 0..TRIES {
        if let Some(id) = insert(tx, &sql::ENQUEUE_FIRST, &job).await? {
            return Ok(id);
        }
        if let Some(earlier) = waiting(tx, job.queue, job.name, &key).await? {
            job.payload = text_of(&merge(earlier))?;
            return enqueue(tx, job).await;
        }
    }
    Err(StoreError::refused("job.enqueue_first", format!("jobs of {}/{} {key} start faster than one can be queued", job.queue, job.name)))
}

fn text_of<T: Serialize + ?Sized>(payload: &T) -> Result<String, StoreError> {
    serde_json::to_string(payload).map_err(|error| StoreError::refused("job.enqueue", error.to_string()))
}

/// What the job that waits under a key is going to get, for people and tests; to add to it is [`enqueue_merged`].
///
/// # Errors
/// Any failure of the statement; [`StoreError::Refused`] when it has another shape.
pub async fn waiting<T: DeserializeOwned>(tx: &mut Tx, queue: &str, name: &str, key: &str) -> Result<Option<T>, StoreError> {
    let row: Option<(String,)> = tx.fetch_optional(&sql::WAITING, Args::new().text(queue).text(name).text(key)).await?;
    let read = |(payload,): (String,)| {
        serde_json::from_str(&payload).map_err(|error| StoreError::refused("job.waiting", format!("{queue}/{name} {key}: {error}")))
    };
    row.map(read).transpose()
}

/// An id that sorts by the time of queueing; within one tick of the clock by the order in this process.
fn new_id(now: Timestamp) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let random = Uuid::new_v4().as_u128() as u64;
    format!("{:014x}-{:08x}-{random:016x}", now.0.max(0), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Claims the next job of `queue` that has one of `names`, for `lease` from now: the highest priority first, then the
/// longest waiting. Buries those whose last attempt ended with their worker.
///
/// # Errors
/// Any failure of the statements.
pub async fn claim(tx: &mut Tx, queue: &str, names: &[&str], owner: &str, lease: Duration) -> Result<Option<Job>, StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::BURY, Args::new().text(queue).ts(now)).await?;
    tx.fetch_optional(&sql::CLAIM, Args::new().text(queue).json(names).ts(now).text(owner).ts(later(now, lease))).await
}

/// Holds the job for `lease` from now.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it was taken over or has ended: stop working on it.
pub async fn heartbeat(tx: &mut Tx, job: &Job, lease: Duration) -> Result<(), StoreError> {
    let now = tx.now().await?;
    let args = Args::new().text(&job.id).int(job.epoch).ts(later(now, lease)).ts(now);
    job.held(tx.execute(&sql::HEARTBEAT, args).await?)
}

/// Records how far the job is, for people and for its next attempt.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it was taken over or has ended.
pub async fn progress<T: Serialize + ?Sized>(tx: &mut Tx, job: &Job, progress: &T) -> Result<(), StoreError> {
    let now = tx.now().await?;
    job.held(tx.execute(&sql::PROGRESS, Args::new().text(&job.id).int(job.epoch).json(progress).ts(now)).await?)
}

/// Records that the job is done. In the transaction of its last write, it is done exactly if that is.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it was taken over or has ended.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    let now = tx.now().await?;
    job.held(tx.execute(&sql::FINISH, Args::new().text(&job.id).int(job.epoch).ts(now)).await?)
}

/// Records that the job failed. With `retry` it is queued again after a pause that doubles with each attempt, until its
/// attempts are used up.
///
/// # Errors
/// [`StoreError::LeaseLost`] when it was taken over or has ended. [`StoreError::Conflict`] when a job of the same key is
/// being queued at this very moment: call it again in a new transaction.
pub async fn fail(tx: &mut Tx, job: &Job, error: &str, retry: bool) -> Result<Failed, StoreError> {
    let now = tx.now().await?;
    let error: String = error.chars().filter(|c| *c != '\0').take(LONGEST_ERROR).collect();
    let args = Args::new().text(&job.id).int(job.epoch).text(error);
    if !retry || job.attempts >= job.max_attempts {
        job.held(tx.execute(&sql::GIVE_UP, args.ts(now)).await?)?;
        return Ok(Failed::Dead);
    }
    let run_at = later(now, backoff::pause(job.attempts, backoff::chance()));
    let row: Option<(String,)> = tx.fetch_optional(&sql::RETRY, args.ts(run_at).ts(now)).await?;
    job.held(u64::from(row.is_some()))?;
    let superseded = row.is_some_and(|(state,)| state == "superseded");
    Ok(if superseded { Failed::Superseded } else { Failed::Retried(run_at) })
}

/// The longest error text that is kept, in characters.
const LONGEST_ERROR: usize = 4000;

pub(crate) async fn fence(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    job.held(tx.execute(&sql::FENCE, Args::new().text(&job.id).int(job.epoch)).await?)
}

/// Gives back whatever `owner` still holds, so that others need not wait for it to run out; returns how many. The attempts
/// do not count. For shutdown, when nothing of it runs any more.
///
/// # Errors
/// Any failure of the statement.
pub async fn return_leases(tx: &mut Tx, owner: &str) -> Result<u64, StoreError> {
    let now = tx.now().await?;
    tx.queued_jobs = true; // a worker in the same process may take them
    tx.execute(&sql::RETURN, Args::new().text(owner).ts(now)).await
}

/// How many jobs there are, by queue and state.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(store: &Store) -> Result<Vec<JobCount>, StoreError> {
    store.fetch_all(&sql::COUNTS, Args::new()).await
}

/// The jobs that are not done, by queue and name.
///
/// # Errors
/// When the database does not answer.
pub async fn kinds(store: &Store) -> Result<Vec<JobKind>, StoreError> {
    store.fetch_all(&sql::KINDS, Args::new()).await
}

/// The job with this id, if it was not pruned yet.
///
/// # Errors
/// When the database does not answer.
pub async fn get(store: &Store, id: &str) -> Result<Option<JobStatus>, StoreError> {
    store.fetch_optional(&sql::GET, Args::new().text(id)).await
}

/// Removes jobs that ended before `before`, at most `limit`, oldest first; returns how many.
///
/// # Errors
/// Any failure of the statement.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    tx.execute(&sql::PRUNE, Args::new().ts(before).int(limit.into())).await
}
