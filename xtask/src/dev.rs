//! `dev`: the demo, built again and restarted when a source changes.
//!
//! The sources are looked at every half second by modification time: no watcher to install, and it works on every file
//! system. The browser shows the change when the page is loaded again.

use crate::{
    interrupt,
    process::Service,
    progress, project, serve,
    site::{self, Flavour},
};
use anyhow::Result;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    thread,
    time::{Duration, SystemTime},
};

/// What a change of makes a new build.
const WATCHED: [&str; 9] = ["app", "frontend", "server", "crates", "platform", "style", "migrations", "Cargo.toml", "Cargo.lock"];

const LOOK: Duration = Duration::from_millis(500);

/// Serves until Ctrl-C.
pub fn dev(arguments: &[String]) -> Result<()> {
    let mut server: Option<Service> = None;
    loop {
        let before = seen()?;
        match build_and_start(arguments, server.take()) {
            Ok(started) => server = Some(started),
            // The error is on the terminal; the next change tries again.
            Err(error) => println!("✗ {error:#}\n  waiting for a change"),
        }
        wait_for_change(&before, server.as_ref())?;
    }
}

/// The old server serves while the new one is built; it goes only when that went well, or so that its data is free.
fn build_and_start(arguments: &[String], old: Option<Service>) -> Result<Service> {
    let restarted = old.is_some();
    site::build(Flavour::Dev)?;
    serve::build()?;
    drop(old);
    let server = serve::start(arguments)?;
    if restarted {
        progress::note("restarted; reload the page");
    }
    Ok(server)
}

fn wait_for_change(before: &BTreeMap<PathBuf, SystemTime>, server: Option<&Service>) -> Result<()> {
    let mut told = false;
    loop {
        thread::sleep(LOOK);
        if let Some(server) = server
            && let Some(status) = server.ended()?
            && !told
        {
            interrupt::pause_if_requested();
            println!("  the server ended ({status}); waiting for a change");
            told = true;
        }
        let now = seen()?;
        if now != *before {
            for path in now.iter().filter(|entry| before.get(entry.0) != Some(entry.1)).map(|(path, _)| path).take(3) {
                progress::note(&format!("changed: {}", path.strip_prefix(project::root()).unwrap_or(path).display()));
            }
            return Ok(());
        }
    }
}

/// Every watched file with its modification time.
fn seen() -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut files = BTreeMap::new();
    for name in WATCHED {
        let path = project::path(name);
        let found = if path.is_file() { vec![path] } else { site::files_below(&path)? };
        for file in found {
            // A file that went away between the two looks is a change that the next look sees.
            if let Ok(modified) = file.metadata().and_then(|data| data.modified()) {
                files.insert(file, modified);
            }
        }
    }
    Ok(files)
}
