//! Runs jobs: claims what it has handlers for, keeps the claims alive, and records how they end.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Job, claim, fail, finish, heartbeat, return_leases};
use crate::{FeedWatch, Store, StoreError};

/// What a handler gets.
#[derive(Clone, Debug)]
pub struct JobContext {
    /// The database. Begin every transaction with [`Tx::fence`](crate::Tx::fence) on [`JobContext::job`].
    pub store: Store,
    /// The claimed job.
    pub job: Arc<Job>,
    /// Asks the handler to stop at the next good place and return [`JobFailure::interrupted`]: the process shuts down.
    pub shutdown: CancellationToken,
}

/// How a handler ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// The worker is to record it.
    Done,
    /// The handler called [`finish`] itself, in the transaction of its last write.
    Recorded,
}

/// Why a handler could not do its work.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct JobFailure {
    message: String,
    sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Retry,
    GiveUp,
    Interrupted,
    Lost,
}

impl JobFailure {
    /// Trying again later can work.
    pub fn retry(message: impl Into<String>) -> Self {
        Self { message: message.into(), sort: Sort::Retry }
    }

    /// Trying again cannot work.
    pub fn give_up(message: impl Into<String>) -> Self {
        Self { message: message.into(), sort: Sort::GiveUp }
    }

    /// It stopped because it was asked to: it goes on elsewhere, or after the restart.
    pub fn interrupted() -> Self {
        Self { message: "interrupted by a shutdown".to_owned(), sort: Sort::Interrupted }
    }
}

impl From<StoreError> for JobFailure {
    fn from(error: StoreError) -> Self {
        let sort = match error {
            StoreError::LeaseLost(_) => Sort::Lost,
            StoreError::Refused { .. } => Sort::GiveUp,
            _ => Sort::Retry,
        };
        Self { message: error.to_string(), sort }
    }
}

type Running = Pin<Box<dyn Future<Output = Result<Handled, JobFailure>> + Send>>;
type Handler = Arc<dyn Fn(JobContext) -> Running + Send + Sync>;

/// Runs the jobs of one queue.
///
/// ```
/// # use store::{Store, jobs::{Handled, Worker}};
/// # async fn example(store: Store, shutdown: tokio_util::sync::CancellationToken) {
/// Worker::new(store, "catalog")
///     .handle("refresh", |context| async move {
///         let location: String = context.job.payload()?;
///         # drop(location);
///         Ok(Handled::Done)
///     })
///     .run(shutdown)
///     .await;
/// # }
/// ```
#[derive(Clone)]
pub struct Worker {
    store: Store,
    queue: &'static str,
    owner: String,
    handlers: BTreeMap<&'static str, Handler>,
    at_once: usize,
    lease: Duration,
    poll: Duration,
    drain: Duration,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("queue", &self.queue).field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker that runs two jobs at once, holds each for 30 s at a time, and looks for jobs of other processes every second.
    pub fn new(store: Store, queue: &'static str) -> Self {
        Self {
            store,
            queue,
            owner: Uuid::new_v4().to_string(),
            handlers: BTreeMap::new(),
            at_once: 2,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(20),
        }
    }

    /// Runs jobs called `name` with `handler`. It may be called more than once for a job, and for the same key later again.
    #[must_use]
    pub fn handle<F, R>(mut self, name: &'static str, handler: F) -> Self
    where
        F: Fn(JobContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Handled, JobFailure>> + Send + 'static,
    {
        self.handlers.insert(name, Arc::new(move |context| Box::pin(handler(context))));
        self
    }

    /// Names the worker's owner, so that a process that was killed finds its jobs again when it starts: they are given back at once and
    /// need not run out. No two processes that run at the same time may use one name.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// How many jobs run at once; at least one.
    #[must_use]
    pub fn at_once(mut self, jobs: usize) -> Self {
        self.at_once = jobs.max(1);
        self
    }

    /// How long a claim lasts without a heartbeat. Heartbeats come three times as often.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How often to look for jobs of other processes; those of this one are noticed at once.
    #[must_use]
    pub fn poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }

    /// How long running jobs may take to stop when the worker is asked to.
    #[must_use]
    pub fn drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// The name under which this worker holds its jobs.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Runs jobs until `shutdown`. Then claims no more, waits for those that run, stops what still runs after the drain
    /// time, and gives back what it holds.
    pub async fn run(self, shutdown: CancellationToken) {
        let worker = Arc::new(self);
        match worker.give_back().await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(queue = worker.queue, jobs, "jobs of a process that was killed start again"),
            Err(error) => tracing::warn!(queue = worker.queue, %error, "jobs of an earlier process could not be looked for, they run out"),
        }
        let mut slots = JoinSet::new();
        for _ in 0..worker.at_once {
            slots.spawn(Arc::clone(&worker).slot(shutdown.clone()));
        }
        shutdown.cancelled().await;
        let drained = tokio::time::timeout(worker.drain, async { while slots.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(queue = worker.queue, "jobs did not stop in time, they will be started again");
            slots.shutdown().await;
        }
        match worker.give_back().await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(queue = worker.queue, jobs, "gave jobs back"),
            Err(error) => tracing::warn!(queue = worker.queue, %error, "could not give jobs back, they run out by themselves"),
        }
    }

    async fn slot(self: Arc<Self>, shutdown: CancellationToken) {
        let mut watch = self.store.job_watch();
        while !shutdown.is_cancelled() {
            match self.claim().await {
                Ok(Some(job)) => {
                    let span = tracing::info_span!("job", id = %job.id, name = %job.name, attempt = job.attempts);
                    self.work(job, &shutdown).instrument(span).await;
                }
                Ok(None) => self.rest(&mut watch, &shutdown).await,
                Err(error) => {
                    tracing::warn!(queue = self.queue, %error, "could not look for jobs");
                    self.rest(&mut watch, &shutdown).await;
                }
            }
        }
    }

    async fn rest(&self, watch: &mut FeedWatch, shutdown: &CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = watch.changed_or(self.poll) => {}
        }
    }

    async fn claim(&self) -> Result<Option<Job>, StoreError> {
        let names: Vec<&str> = self.handlers.keys().copied().collect();
        let mut tx = self.store.begin().await?;
        let job = claim(&mut tx, self.queue, &names, &self.owner, self.lease).await?;
        tx.commit().await?;
        Ok(job)
    }

    async fn give_back(&self) -> Result<u64, StoreError> {
        let mut tx = self.store.begin().await?;
        let jobs = return_leases(&mut tx, &self.owner).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    async fn extend(&self, job: &Job) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        heartbeat(&mut tx, job, self.lease).await?;
        tx.commit().await.map(drop)
    }

    async fn work(&self, job: Job, shutdown: &CancellationToken) {
        let Some(handler) = self.handlers.get(job.name.as_str()) else { return };
        let job = Arc::new(job);
        let context = JobContext { store: self.store.clone(), job: Arc::clone(&job), shutdown: shutdown.clone() };
        let start = Instant::now();
        // A task of its own: a panic in a handler is its failure and not ours. Dropped with this future, it is stopped.
        let mut task = JoinSet::new();
        task.spawn(handler(context).in_current_span());
        let ended = tokio::select! {
            ended = task.join_next() => ended,
            () = self.keep(&job) => None,
        };
        drop(task);
        let failure = match ended {
            Some(Ok(Ok(Handled::Recorded))) => None,
            Some(Ok(Ok(Handled::Done))) => self.record(&job, None).await.err().map(JobFailure::from),
            Some(Ok(Err(failure))) => Some(failure),
            Some(Err(panic)) => Some(JobFailure::retry(format!("the handler panicked: {panic}"))),
            None => Some(JobFailure { message: "the claim was lost".to_owned(), sort: Sort::Lost }),
        };
        let outcome = failure.as_ref().map_or("done", JobFailure::outcome);
        if let Some(failure) = &failure {
            tracing::warn!(error = %failure, outcome, "job failed");
            // what was interrupted is given back when the worker ends; what was lost is somebody else's already
            if matches!(failure.sort, Sort::Retry | Sort::GiveUp)
                && let Err(error) = self.record(&job, Some(failure)).await
            {
                tracing::warn!(%error, "could not record how the job ended, it will be started again when its claim runs out");
            }
        }
        let labels = [("job", job.name.clone()), ("outcome", outcome.to_owned())];
        metrics::histogram!("waymark_job_seconds", &labels).record(start.elapsed().as_secs_f64());
    }

    /// Records how a job ended; tries again when something else was written at the same moment.
    async fn record(&self, job: &Job, failure: Option<&JobFailure>) -> Result<(), StoreError> {
        for _ in 0..3 {
            match self.record_once(job, failure).await {
                Err(error) if error.is_conflict() => tracing::debug!(%error, "again"),
                other => return other,
            }
        }
        self.record_once(job, failure).await
    }

    async fn record_once(&self, job: &Job, failure: Option<&JobFailure>) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        match failure {
            None => finish(&mut tx, job).await?,
            Some(failure) => drop(fail(&mut tx, job, &failure.message, failure.sort == Sort::Retry).await?),
        }
        // when it ended, a job of the same key may start
        tx.queued_jobs = true;
        tx.commit().await.map(drop)
    }

    /// Keeps the claim alive; returns when it is lost, or so long out of reach that it may be.
    async fn keep(&self, job: &Job) {
        let mut sure_until = Instant::now() + self.lease;
        loop {
            tokio::time::sleep(self.lease / 3).await;
            let asked = Instant::now();
            match self.extend(job).await {
                Ok(()) => sure_until = asked + self.lease,
                Err(StoreError::LeaseLost(lost)) => {
                    tracing::warn!(%lost, "stopping");
                    return;
                }
                Err(error) if Instant::now() >= sure_until => {
                    tracing::warn!(%error, "stopping: the claim could not be kept");
                    return;
                }
                Err(error) => tracing::warn!(%error, "heartbeat failed"),
            }
        }
    }
}

impl JobFailure {
    fn outcome(&self) -> &'static str {
        match self.sort {
            Sort::Retry => "failed",
            Sort::GiveUp => "gave up",
            Sort::Interrupted => "interrupted",
            Sort::Lost => "lost",
        }
    }
}
