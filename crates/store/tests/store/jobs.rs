//! The queue, as scripts: what is done on the left, what comes of it on the right.

use std::{collections::BTreeMap, time::Duration};

use store::{
    Args, Statement, Store, StoreError,
    jobs::{self, Failed, Job, NewJob},
};

const HOUR: Duration = Duration::from_secs(3600);
const HURRY: Statement = Statement::both("test.hurry", "UPDATE job SET run_at = 0 WHERE state = 'queued'");
const STATES: Statement = Statement::both("test.states", "SELECT id, state FROM job ORDER BY created_at, id");

/// What the script has done so far: jobs are called A, B, … in the order in which they were queued.
struct Script {
    store: Store,
    ids: Vec<String>,
    claims: BTreeMap<String, Job>,
}

impl Script {
    fn letter(&mut self, id: &str) -> char {
        let at = self.ids.iter().position(|other| other == id).unwrap_or_else(|| {
            self.ids.push(id.to_owned());
            self.ids.len() - 1
        });
        char::from(b'A' + u8::try_from(at).unwrap())
    }

    async fn run(&mut self, step: &str) -> Result<String, StoreError> {
        let words: Vec<&str> = step.split_whitespace().collect();
        let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let mut tx = self.store.begin().await?;
        let held = words.get(1).and_then(|worker| self.claims.get(*worker)).cloned();
        let held = || held.clone().expect("the worker has claimed something");
        let result = match words[0] {
            "queue" => {
                let mut job = NewJob::new("q", "work", option("payload").unwrap_or("none"))?;
                if let Some(key) = option("key") {
                    job = job.key(key);
                }
                if let Some(number) = option("priority") {
                    job = job.priority(number.parse().unwrap());
                }
                if let Some(number) = option("attempts") {
                    job = job.max_attempts(number.parse().unwrap());
                }
                let known = self.ids.len();
                let id = jobs::enqueue(&mut tx, job).await?;
                let letter = self.letter(&id);
                if self.ids.len() > known { format!("new {letter}") } else { format!("as {letter}") }
            }
            "claim" => {
                let lease = if words.contains(&"briefly") { Duration::ZERO } else { HOUR };
                match jobs::claim(&mut tx, "q", &["work"], words[1], lease).await? {
                    Some(job) => {
                        let text = format!("{} {} of attempt {}", self.letter(&job.id), job.payload::<String>()?, job.attempts);
                        self.claims.insert(words[1].to_owned(), job);
                        text
                    }
                    None => "nothing".to_owned(),
                }
            }
            "finish" => jobs::finish(&mut tx, &held()).await.map(|()| "ok".to_owned())?,
            "beat" => jobs::heartbeat(&mut tx, &held(), HOUR).await.map(|()| "ok".to_owned())?,
            "progress" => jobs::progress(&mut tx, &held(), &serde_json::json!({"part": 1})).await.map(|()| "ok".to_owned())?,
            "fence" => tx.fence(&held()).await.map(|()| "ok".to_owned())?,
            "fail" => match jobs::fail(&mut tx, &held(), "no luck", !words.contains(&"finally")).await? {
                Failed::Retried(at) => format!("later {}", at > tx.now().await?),
                Failed::Superseded => "superseded".to_owned(),
                Failed::Dead => "dead".to_owned(),
            },
            "return" => format!("returned {}", jobs::return_leases(&mut tx, words[1]).await?),
            "hurry" => tx.execute(&HURRY, Args::new()).await.map(|jobs| format!("hurried {jobs}"))?,
            "states" => {
                let rows: Vec<(String, String)> = tx.fetch_all(&STATES, Args::new()).await?;
                let mut states: Vec<String> = rows.iter().map(|(id, state)| format!("{} {state}", self.letter(id))).collect();
                states.sort();
                states.join(", ")
            }
            other => panic!("no step {other}"),
        };
        tx.commit().await?;
        Ok(result)
    }
}

async fn check(script: &str) {
    for database in testkit::databases().await {
        let mut run = Script { store: database.store.clone(), ids: Vec::new(), claims: BTreeMap::new() };
        let mut happened = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (step, _) = line.split_once(" -> ").unwrap();
            let result = match run.run(step).await {
                Ok(text) => text,
                Err(StoreError::LeaseLost(_)) => "lost".to_owned(),
                Err(error) => error.to_string(),
            };
            happened.push_str(&format!("{step} -> {result}\n"));
        }
        let expected: String = script.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        assert_eq!(happened, expected, "{}", database.name);
    }
}

#[tokio::test]
async fn the_most_urgent_first_then_the_oldest() {
    check(
        "queue payload=one -> new A
         queue payload=two priority=5 -> new B
         queue payload=three -> new C
         claim w1 -> B two of attempt 1
         claim w2 -> A one of attempt 1
         claim w3 -> C three of attempt 1
         claim w4 -> nothing
         beat w1 -> ok
         progress w1 -> ok
         fence w1 -> ok
         finish w1 -> ok
         finish w1 -> lost
         fence w1 -> lost
         states -> A running, B done, C running",
    )
    .await;
}

#[tokio::test]
async fn a_key_waits_once_and_runs_once() {
    check(
        "queue key=k payload=old -> new A
         queue key=k payload=new -> as A
         queue key=other -> new B
         claim w1 -> A new of attempt 1
         queue key=k payload=newer -> new C
         queue key=k payload=newest -> as C
         claim w2 -> B none of attempt 1
         claim w3 -> nothing
         finish w1 -> ok
         claim w3 -> C newest of attempt 1
         states -> A done, B running, C running",
    )
    .await;
}

#[tokio::test]
async fn what_ran_out_is_taken_over_and_its_old_holder_can_do_nothing() {
    check(
        "queue key=k payload=x -> new A
         claim w1 briefly -> A x of attempt 1
         fence w1 -> ok
         queue key=k payload=y -> new B
         claim w2 -> A x of attempt 2
         claim w3 -> nothing
         beat w1 -> lost
         progress w1 -> lost
         fence w1 -> lost
         fail w1 -> lost
         finish w1 -> lost
         progress w2 -> ok
         finish w2 -> ok
         claim w3 -> B y of attempt 1",
    )
    .await;
}

#[tokio::test]
async fn failures_are_tried_again_later_until_they_are_given_up() {
    check(
        "queue key=k attempts=2 -> new A
         claim w1 -> A none of attempt 1
         fail w1 -> later true
         claim w1 -> nothing
         hurry -> hurried 1
         claim w1 -> A none of attempt 2
         fail w1 -> dead
         states -> A dead
         queue key=k -> new B
         claim w1 -> B none of attempt 1
         fail w1 finally -> dead
         queue key=k payload=x -> new C
         claim w1 -> C x of attempt 1
         queue key=k payload=y -> new D
         fail w1 -> superseded
         claim w1 -> D y of attempt 1
         states -> A dead, B dead, C superseded, D running",
    )
    .await;
}

#[tokio::test]
async fn a_job_that_takes_its_worker_down_is_given_up() {
    check(
        "queue attempts=2 -> new A
         claim w1 briefly -> A none of attempt 1
         claim w2 briefly -> A none of attempt 2
         claim w3 -> nothing
         states -> A dead",
    )
    .await;
}

#[tokio::test]
async fn a_shutdown_gives_back_what_it_holds() {
    check(
        "queue key=a attempts=1 -> new A
         queue key=b -> new B
         claim w1 -> A none of attempt 1
         claim w2 -> B none of attempt 1
         queue key=a payload=later -> new C
         return w1 -> returned 1
         finish w1 -> lost
         claim w3 -> A none of attempt 1
         claim w4 -> nothing
         return w1 -> returned 0
         finish w3 -> ok
         claim w4 -> C later of attempt 1",
    )
    .await;
}

/// Claims that run out at once, so that the claimers take everything from each other all the time.
#[tokio::test]
async fn two_claimers_never_both_finish() {
    const JOBS: i64 = 40;
    for database in testkit::databases().await {
        let mut tx = database.store.begin().await.unwrap();
        for n in 0..JOBS {
            jobs::enqueue(&mut tx, NewJob::new("q", "work", &n).unwrap().max_attempts(1_000_000)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let claimers: Vec<_> = (0..6)
            .map(|claimer| {
                let store = database.store.clone();
                tokio::spawn(async move {
                    let mut finished = Vec::new();
                    loop {
                        let mut tx = store.begin().await.unwrap();
                        let job = jobs::claim(&mut tx, "q", &["work"], &claimer.to_string(), Duration::ZERO).await.unwrap();
                        tx.commit().await.unwrap();
                        let Some(job) = job else { return finished };
                        tokio::task::yield_now().await;
                        let mut tx = store.begin().await.unwrap();
                        match jobs::finish(&mut tx, &job).await {
                            Ok(()) => {
                                tx.commit().await.unwrap();
                                finished.push(job.payload::<i64>().unwrap());
                            }
                            Err(error) => assert!(error.is_lease_lost(), "{error}"),
                        }
                    }
                })
            })
            .collect();
        let mut finished = Vec::new();
        for claimer in claimers {
            finished.extend(claimer.await.unwrap());
        }
        finished.sort_unstable();
        assert_eq!(finished, (0..JOBS).collect::<Vec<_>>(), "{}", database.name);
        let counts = jobs::counts(&database.store).await.unwrap();
        assert_eq!(counts, [jobs::JobCount { queue: "q".into(), state: "done".into(), jobs: JOBS }]);
        let mut tx = database.store.begin().await.unwrap();
        assert_eq!(jobs::prune(&mut tx, model::Timestamp(i64::MAX), 30).await.unwrap(), 30);
        assert_eq!(jobs::prune(&mut tx, model::Timestamp(i64::MAX), 30).await.unwrap(), 10);
    }
}

/// Many queue under one key at the same time, while somebody takes what waits: every payload is in some job.
#[tokio::test]
async fn nothing_is_lost_that_is_queued_at_once() {
    const WRITERS: i64 = 24;
    for database in testkit::databases().await {
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let store = database.store.clone();
                tokio::spawn(async move {
                    let mut tx = store.begin().await.unwrap();
                    let job = NewJob::new("q", "work", &[number]).unwrap().key("k");
                    jobs::enqueue_merged(&mut tx, job, |earlier: Vec<i64>| [earlier, vec![number]].concat()).await.unwrap();
                    // Others come to the same key before this is committed.
                    for _ in 0..5 {
                        tokio::task::yield_now().await;
                    }
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        let mut done: Vec<i64> = Vec::new();
        let mut writers = writers.into_iter();
        loop {
            let mut tx = database.store.begin().await.unwrap();
            let job = jobs::claim(&mut tx, "q", &["work"], "w", HOUR).await.unwrap();
            if let Some(job) = &job {
                jobs::finish(&mut tx, job).await.unwrap();
                done.extend(job.payload::<Vec<i64>>().unwrap());
            }
            tx.commit().await.unwrap();
            match writers.next() {
                Some(writer) => writer.await.unwrap(),
                None if job.is_none() => break,
                None => {}
            }
        }
        done.sort_unstable();
        assert_eq!(done, (0..WRITERS).collect::<Vec<_>>(), "{}", database.name);
    }
}

/// Whoever holds the fence keeps others from taking the job over until the write that it protects is committed.
#[tokio::test]
async fn a_fence_holds_until_the_commit() {
    for database in testkit::databases().await {
        let store = &database.store;
        let mut tx = store.begin().await.unwrap();
        let id = jobs::enqueue(&mut tx, NewJob::new("q", "work", "x").unwrap()).await.unwrap();
        let job = jobs::claim(&mut tx, "q", &["work"], "w1", Duration::ZERO).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut fenced = store.begin().await.unwrap();
        fenced.fence(&job).await.unwrap();
        let other = tokio::spawn({
            let store = store.clone();
            async move {
                loop {
                    let mut tx = store.begin().await.unwrap();
                    let claimed = jobs::claim(&mut tx, "q", &["work"], "w2", HOUR).await.unwrap();
                    tx.commit().await.unwrap();
                    if let Some(job) = claimed {
                        return job.epoch;
                    }
                }
            }
        });
        tokio::task::yield_now().await;
        store::setting::put(&mut fenced, "written", "by w1").await.unwrap();
        fenced.commit().await.unwrap();
        assert_eq!(other.await.unwrap(), job.epoch + 1, "{}", database.name);
        let status = jobs::get(store, &id).await.unwrap().unwrap();
        assert_eq!((status.state.as_str(), status.attempts), ("running", 2));
    }
}
