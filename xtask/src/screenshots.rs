//! `screenshots`: every page of the demo, light and dark, wide and narrow, with one contact sheet.

use crate::{
    browser, process, progress, project, serve,
    site::{self, Flavour},
};
use anyhow::{Context as _, Result};
use std::fs;

/// Builds the demo and takes the pictures. Arguments go to Playwright: `-g home` takes those of one page.
pub fn screenshots(arguments: &[String]) -> Result<()> {
    site::build(Flavour::Dev)?;
    serve::build()?;
    browser::prepare()?;
    let folder = project::path("target/screenshots");
    if arguments.is_empty() && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    progress::step("screenshots", || {
        let mut command = project::command("npx");
        command.args(["playwright", "test", "--config", "screenshots.config.ts"]).args(arguments);
        process::run(command.current_dir(project::path("end2end")))
    })?;
    println!("{}", folder.join("index.html").display());
    Ok(())
}
