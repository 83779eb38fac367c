//! `build`: the release binary with the web assets in it, and what its first page weighs.

use crate::{
    process, progress, project,
    site::{self, Flavour},
};
use anyhow::{Context as _, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the first page may weigh, compressed, in bytes.
const FIRST_PAGE: u64 = 150 * 1024;

/// What the binary may weigh, in bytes.
const BINARY: u64 = 60 * 1024 * 1024;

/// Builds `target/release/waymark` and prints its size and the first page's.
pub fn build() -> Result<()> {
    site::build(Flavour::Release)?;
    binary()?;
    let program = project::binary("release");
    println!("{}: {} (at most {})", program.display(), progress::bytes(size(&program)?), progress::bytes(BINARY));
    first_page()
}

/// Compiles the release binary with the assets that are in `target/site`.
pub fn binary() -> Result<()> {
    progress::step("release binary", || process::run(&mut project::cargo(&["build", "--release", "-p", "server"])))
}

/// Prints what a browser that was never here before loads beside the page.
fn first_page() -> Result<()> {
    let site = project::site();
    let mut total = 0;
    for file in site::files_below(&site)? {
        let Some(sent) = sent(&file)? else { continue };
        let name = file.strip_prefix(&site).unwrap_or(&file).display().to_string();
        println!("  {name:<40} {:>12} {:>12} sent", progress::bytes(size(&file)?), progress::bytes(sent));
        total += sent;
    }
    println!("  {:<40} {:>12} {:>12} sent (at most {})", "first page", "", progress::bytes(total), progress::bytes(FIRST_PAGE));
    if total > FIRST_PAGE {
        println!("warning: the first page is {} over its limit", progress::bytes(total - FIRST_PAGE));
    }
    Ok(())
}

/// The bytes sent for an asset of the first page; `None` for one that it does not load.
fn sent(file: &Path) -> Result<Option<u64>> {
    match file.extension().and_then(|extension| extension.to_str()) {
        // Fonts are compressed already.
        Some("woff2") => size(file).map(Some),
        Some("wasm" | "js" | "css") => size(&PathBuf::from(format!("{}.br", file.display()))).map(Some),
        _ => Ok(None),
    }
}

fn size(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file).with_context(|| format!("reading {}", file.display()))?.len())
}
