//! Ctrl-C and termination: what was started is ended, what was made is removed, then this process ends.

use anyhow::{Context as _, Result};
use std::{
    process, ptr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// The exit code of a program that SIGINT ended, as shells report it.
const INTERRUPTED: i32 = 130;

static SIGNALS: AtomicU32 = AtomicU32::new(0);
static PENDING: Mutex<Vec<Arc<Task>>> = Mutex::new(Vec::new());

type Task = Mutex<Option<Box<dyn FnOnce() + Send>>>;

/// Makes SIGINT, SIGTERM and SIGHUP run what [`at_end`] was given, latest first. A second signal hurries.
pub fn install() -> Result<()> {
    ctrlc::set_handler(|| {
        if SIGNALS.fetch_add(1, Ordering::SeqCst) == 0 {
            // In a thread of its own, so that the second signal is heard while services finish.
            thread::spawn(|| {
                loop {
                    let latest = PENDING.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some(task) = latest else { break };
                    run(&task);
                }
                process::exit(INTERRUPTED);
            });
        }
    })
    .context("listening for Ctrl-C")
}

/// Runs `task` once: when the guard is dropped, or when this process is interrupted.
pub fn at_end(task: impl FnOnce() + Send + 'static) -> Guard {
    let task: Arc<Task> = Arc::new(Mutex::new(Some(Box::new(task))));
    PENDING.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&task));
    Guard(task)
}

/// Whether a second signal came: wait for nobody.
pub fn is_urgent() -> bool {
    SIGNALS.load(Ordering::SeqCst) > 1
}

/// After a signal the other thread ends this process; whoever sees a child fail meanwhile must not report it.
pub fn pause_if_requested() {
    while SIGNALS.load(Ordering::SeqCst) > 0 {
        thread::sleep(Duration::from_millis(50));
    }
}

/// Keeps a task for the end; see [`at_end`].
pub struct Guard(Arc<Task>);

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        PENDING.lock().unwrap_or_else(PoisonError::into_inner).retain(|task| !ptr::eq(Arc::as_ptr(task), Arc::as_ptr(&self.0)));
        run(&self.0);
    }
}

fn run(task: &Task) {
    // Held while the task runs: a guard dropped meanwhile waits until the work is done.
    let mut slot = task.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(task) = slot.take() {
        task();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_runs_once_when_its_guard_goes() {
        let count = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&count);
        let guard = at_end(move || {
            seen.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(count.load(Ordering::SeqCst), 0);
        drop(guard);
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
