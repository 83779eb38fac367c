//! Tools from npm, at the versions of the lock files: Binaryen and Tailwind in `xtask/`, Playwright in `end2end/`.
//! Nothing of them is needed at run time.

use crate::{process, progress, project, site};
use anyhow::{Result, bail};
use std::{fs, path::PathBuf};

/// Binaryen's wasm-opt, installed when need be; `None` without Node.js.
pub fn wasm_opt() -> Result<Option<PathBuf>> {
    if project::which("node").is_none() {
        return Ok(None);
    }
    install("xtask")?;
    Ok(Some(project::path("xtask/node_modules/binaryen/bin/wasm-opt")))
}

/// Installs the packages of a folder's lock file, unless exactly those are there.
pub fn install(folder: &str) -> Result<()> {
    let root = project::path(folder);
    let lock = site::read(&root.join("package-lock.json"))?;
    let stamp = root.join("node_modules/.waymark-stamp");
    let wanted = site::fingerprint(&[&lock]);
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if project::which("npm").is_none() {
        bail!("npm is not on PATH; install Node.js 20 or newer (Debian: apt-get install nodejs npm)");
    }
    progress::note(&format!("npm ci in {folder}/"));
    process::run(
        project::command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&root),
    )?;
    site::write(&stamp, wanted.as_bytes())
}
