//! The worker: runs what it can, survives what it runs, and leaves nothing held.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use store::{
    Args, Statement, Store,
    jobs::{self, Handled, JobFailure, NewJob, Worker},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::soon;

const STEAL: Statement = Statement::both("test.steal", "UPDATE job SET epoch = epoch + 1, owner = 'thief' WHERE id = $1");

async fn enqueue(store: &Store, name: &'static str) -> String {
    let mut tx = store.begin().await.unwrap();
    let id = jobs::enqueue(&mut tx, NewJob::new("q", name, "x").unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn state(store: &Store, id: &str) -> String {
    let status = jobs::get(store, id).await.unwrap().unwrap();
    format!("{} {} {}", status.state, status.attempts, status.last_error.unwrap_or_default())
}

async fn until(store: &Store, id: &str, expected: &str) {
    soon(expected, async { while state(store, id).await != expected {} }).await;
}

#[tokio::test]
async fn records_how_each_job_ended() {
    for database in testkit::databases().await {
        let store = &database.store;
        let runs = Arc::new(AtomicU32::new(0));
        let worker = Worker::new(store.clone(), "q")
            .handle("good", {
                let runs = Arc::clone(&runs);
                move |context| {
                    let runs = Arc::clone(&runs);
                    async move {
                        assert_eq!(context.job.payload::<String>()?, "x");
                        runs.fetch_add(1, Ordering::Relaxed);
                        Ok(Handled::Done)
                    }
                }
            })
            .handle("recorded", |context| async move {
                let mut tx = context.store.begin().await?;
                tx.fence(&context.job).await?;
                jobs::finish(&mut tx, &context.job).await?;
                tx.commit().await?;
                Ok(Handled::Recorded)
            })
            .handle("bad", |_| async { Err(JobFailure::give_up("cannot work")) })
            .handle("unlucky", |_| async { Err(JobFailure::retry("not now")) })
            .handle("broken", |_| async { panic!("index out of bounds") })
            .handle("misfit", |context| async move {
                context.job.payload::<u32>()?;
                Ok(Handled::Done)
            });
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(worker.at_once(3).run(shutdown.clone()));
        let mut ids = Vec::new();
        for name in ["good", "recorded", "bad", "unlucky", "broken", "misfit"] {
            ids.push(enqueue(store, name).await);
        }
        let stranger = enqueue(store, "stranger").await;
        until(store, &ids[0], "done 1 ").await;
        until(store, &ids[1], "done 1 ").await;
        until(store, &ids[2], "dead 1 cannot work").await;
        until(store, &ids[3], "queued 1 not now").await;
        soon("the panic", async { while !state(store, &ids[4]).await.starts_with("queued 1 the handler panicked") {} }).await;
        soon("the misfit", async { while !state(store, &ids[5]).await.starts_with("dead 1 job.payload: job") {} }).await;
        shutdown.cancel();
        soon("the end of the worker", running).await.unwrap();
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert_eq!(state(store, &stranger).await, "queued 0 ", "there was no handler for it");
    }
}

/// Tells when the future that holds it is dropped.
struct Stopped(mpsc::UnboundedSender<&'static str>);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.send("stopped");
    }
}

fn endless(store: &Store, sender: &mpsc::UnboundedSender<&'static str>) -> Worker {
    let sender = sender.clone();
    Worker::new(store.clone(), "q").drain(Duration::ZERO).handle("endless", move |_| {
        let sender = sender.clone();
        async move {
            let _stopped = Stopped(sender.clone());
            let _ = sender.send("started");
            std::future::pending::<()>().await;
            Ok(Handled::Done)
        }
    })
}

#[tokio::test]
async fn gives_back_what_did_not_stop() {
    for database in testkit::databases().await {
        let store = &database.store;
        let (sender, mut events) = mpsc::unbounded_channel();
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(endless(store, &sender).run(shutdown.clone()));
        let id = enqueue(store, "endless").await;
        assert_eq!(soon("the start", events.recv()).await, Some("started"));
        shutdown.cancel();
        soon("the end of the worker", running).await.unwrap();
        assert_eq!(soon("the end of the job", events.recv()).await, Some("stopped"));
        let mut tx = store.begin().await.unwrap();
        let job = jobs::claim(&mut tx, "q", &["endless"], "next", Duration::ZERO).await.unwrap().unwrap();
        assert_eq!((job.id, job.attempts), (id, 1), "{}: the attempt did not count", database.name);
    }
}

#[tokio::test]
async fn stops_a_job_that_was_taken_over() {
    for database in testkit::databases().await {
        let store = &database.store;
        let (sender, mut events) = mpsc::unbounded_channel();
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(endless(store, &sender).lease(Duration::from_millis(1500)).run(shutdown.clone()));
        let id = enqueue(store, "endless").await;
        assert_eq!(soon("the start", events.recv()).await, Some("started"));
        let before = jobs::get(store, &id).await.unwrap().unwrap().updated_at;
        let beaten = async { while jobs::get(store, &id).await.unwrap().unwrap().updated_at == before {} };
        soon("a heartbeat", beaten).await;
        let mut tx = store.begin().await.unwrap();
        tx.execute(&STEAL, Args::new().text(&id)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(soon("the end of the job", events.recv()).await, Some("stopped"), "{}", database.name);
        shutdown.cancel();
        soon("the end of the worker", running).await.unwrap();
    }
}

#[tokio::test]
async fn a_process_that_was_killed_finds_its_jobs_when_it_starts() {
    for database in testkit::databases().await {
        let store = &database.store;
        let id = enqueue(store, "good").await;
        // Claimed by a process that is gone, for longer than any test.
        let mut tx = store.begin().await.unwrap();
        jobs::claim(&mut tx, "q", &["good"], "replica-7", Duration::from_secs(3600)).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let shutdown = CancellationToken::new();
        let worker = Worker::new(store.clone(), "q").owned_by("replica-7").handle("good", |_| async { Ok(Handled::Done) });
        let running = tokio::spawn(worker.run(shutdown.clone()));
        soon("the job", async { while jobs::get(store, &id).await.unwrap().unwrap().state != "done" {} }).await;
        shutdown.cancel();
        running.await.unwrap();
    }
}
