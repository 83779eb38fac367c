//! Chromium from the system and Playwright from `end2end/`: the browser tests and the screenshots.

use crate::{node, process, progress, project, tally::Tally};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Names under which distributions install it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Runs the browser tests against a demo that they start themselves.
pub fn test(tally: &mut Tally) -> Result<()> {
    prepare()?;
    let mut command = project::command("npx");
    command.args(["playwright", "test"]).current_dir(project::path("end2end"));
    let good = process::run_lines(&mut command, |line| tally.playwright(line))?;
    if !good {
        bail!("to run them again:\n    {}", process::shown(&command));
    }
    Ok(())
}

/// Installs what the browser tests need.
pub fn prepare() -> Result<()> {
    chromium()?;
    node::install("end2end")
}

/// The browser's program; installs the package when this is root and there is none.
pub fn chromium() -> Result<PathBuf> {
    let find = || NAMES.iter().find_map(|name| project::which(name));
    if let Some(program) = find() {
        return Ok(program);
    }
    if project::is_root() && project::which("apt-get").is_some() {
        progress::step("installing Chromium", || {
            process::run(project::command("apt-get").args(["install", "-y", "-qq", "chromium"]).env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
    }
    match find() {
        Some(program) => Ok(program),
        None => bail!("Chromium is not on PATH; install it (Debian: apt-get install chromium)"),
    }
}
