//! The browser's half: cargo, wasm-bindgen as a library and, for a release, Binaryen's wasm-opt.

use super::{Flavour, Site, files_below, fingerprint, minify, read, read_text, write};
use crate::{node, process, progress, project};
use anyhow::{Context as _, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

/// What rustc emits for this target by default; Binaryen refuses code whose features are not named.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Compiles crate `frontend` for the browser and puts `waymark.js` and `waymark.wasm` into the site.
pub fn add(site: &mut Site, flavour: Flavour) -> Result<()> {
    let profile = match flavour {
        Flavour::Dev => "wasm-dev",
        Flavour::Release => "wasm-release",
    };
    let arguments = ["rustc", "-p", "frontend", "--lib", "--crate-type", "cdylib", "--features", "hydrate", "--profile", profile];
    process::run(project::cargo(&arguments).args(TARGET))?;
    let compiled = project::path("target/wasm/wasm32-unknown-unknown").join(profile).join("frontend.wasm");
    let bound = bind(&compiled, flavour)?;
    for file in files_below(&bound)? {
        let name = file.strip_prefix(&bound).with_context(|| format!("naming {}", file.display()))?;
        if name != Path::new("stamp") {
            site.put(&name.to_string_lossy().replace('\\', "/"), &read(&file)?)?;
        }
    }
    Ok(())
}

/// The target of every cargo call for the browser, in a folder of its own.
pub const TARGET: [&str; 4] = ["--target", "wasm32-unknown-unknown", "--target-dir", "target/wasm"];

/// Runs wasm-bindgen unless its result for the same bytes is there; returns the folder of the result.
fn bind(compiled: &Path, flavour: Flavour) -> Result<PathBuf> {
    let folder = project::path("target/wasm/bound").join(flavour.name());
    let optimiser = match flavour {
        Flavour::Dev => None,
        Flavour::Release => node::wasm_opt()?,
    };
    let bytes = read(compiled)?;
    let stamp =
        fingerprint(&[&bytes, env!("CARGO_PKG_VERSION").as_bytes(), FEATURES.concat().as_bytes(), &[u8::from(optimiser.is_some())]]);
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|there| there == stamp) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .out_name("waymark")
        .remove_name_section(flavour == Flavour::Release)
        .remove_producers_section(flavour == Flavour::Release)
        .generate(&folder)
        .context("wasm-bindgen; its version in xtask/Cargo.toml has to be that of the crate in Cargo.toml")?;
    // The page asks for this name, since LEPTOS_OUTPUT_NAME is set (.cargo/config.toml).
    let wasm = folder.join("waymark.wasm");
    fs::rename(folder.join("waymark_bg.wasm"), &wasm).context("renaming waymark_bg.wasm")?;
    let script = folder.join("waymark.js");
    let text = read_text(&script)?.replace("waymark_bg.wasm", "waymark.wasm");
    let text = if flavour == Flavour::Release { minify::script(&text) } else { text };
    write(&script, text.as_bytes())?;
    if flavour == Flavour::Release {
        optimise(&wasm, optimiser)?;
    }
    write(&folder.join("stamp"), stamp.as_bytes())?;
    Ok(folder)
}

fn optimise(wasm: &Path, optimiser: Option<PathBuf>) -> Result<()> {
    let Some(program) = optimiser else {
        progress::note("Node.js is not there: the wasm is not optimised, which makes it about twice as large");
        return Ok(());
    };
    let before = read(wasm)?.len();
    process::run(project::command("node").arg(program).arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(wasm))?;
    progress::note(&format!("wasm-opt: {} → {}", progress::bytes(before as u64), progress::bytes(read(wasm)?.len() as u64)));
    Ok(())
}
