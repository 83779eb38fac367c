//! `test`: everything that has to pass before a change is good.
//!
//! The order is quick to slow. All of it uses one profile and one set of flags, so that each dependency is compiled once.
//! A failing step does not hide the later ones, except where they need its result; the run ends with the test runners' own
//! summaries.

use crate::{
    browser, node,
    postgres::Cluster,
    process, progress, project,
    site::{self, Flavour},
    tally::Tally,
};
use anyhow::{Context as _, Result, bail};
use std::time::{Duration, Instant};

/// The steps so far, each with its time and its error.
#[derive(Default)]
struct Run {
    steps: Vec<(String, Duration, bool)>,
}

impl Run {
    /// Runs a step and remembers how it went; returns whether it went well.
    fn step(&mut self, what: &str, run: impl FnOnce() -> Result<()>) -> bool {
        let start = Instant::now();
        let result = progress::step(what, run);
        if let Err(error) = &result {
            println!("✗ {what}: {error:#}\n");
        }
        self.steps.push((what.to_owned(), start.elapsed(), result.is_ok()));
        result.is_ok()
    }
}

/// Runs every step, prints times and summaries, and returns whether all of it passed.
pub fn test() -> Result<bool> {
    let start = Instant::now();
    let mut run = Run::default();
    let mut tally = Tally::default();
    let lints = ["--", "-D", "warnings"];

    run.step("toolchain", toolchain);
    run.step("format", || {
        process::run(&mut project::cargo(&["fmt", "--all", "--check"]))?;
        process::run(&mut project::cargo(&["fmt", "--manifest-path", "xtask/Cargo.toml", "--check"]))
    });
    let assets = run.step("web assets", || site::build(Flavour::Dev).map(drop));
    run.step("lints (browser)", || {
        let arguments = ["clippy", "-p", "frontend", "--features", "hydrate", "--profile", "wasm-dev"];
        process::run(project::cargo(&arguments).args(site::wasm::TARGET).args(lints))
    });
    run.step("lints (host)", || process::run(project::cargo(&["clippy", "--workspace", "--tests"]).args(lints)));
    let compiled = run.step("compiling tests", || process::run(&mut project::cargo(&["test", "--workspace", "--no-run"])));
    if compiled {
        run.step("tests", || cargo_tests(&mut tally));
    }
    run.step("tests of xtask", || xtask_tests(&mut tally));
    if assets && compiled {
        run.step("server", || process::run(&mut project::cargo(&["build", "-p", "server"])));
        run.step("tests in the browser", || browser::test(&mut tally));
    }
    println!();
    for (what, took, good) in &run.steps {
        println!("{} {:>12}  {what}", if *good { "✓" } else { "✗" }, progress::seconds(*took));
    }
    println!("  {:>12}  in all\n", progress::seconds(start.elapsed()));
    let failed: Vec<&str> = run.steps.iter().filter(|(_, _, good)| !good).map(|(what, ..)| what.as_str()).collect();
    if !failed.is_empty() {
        println!("failed: {}\n", failed.join(", "));
    }
    tally.print();
    Ok(failed.is_empty())
}

/// The WebAssembly target, which `rust-toolchain.toml` names but a toolchain from elsewhere may lack.
fn toolchain() -> Result<()> {
    let sysroot = process::output(project::command("rustc").args(["--print", "sysroot"]))?;
    if std::path::Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    if project::which("rustup").is_none() {
        bail!("the target wasm32-unknown-unknown is not installed, and there is no rustup to install it with");
    }
    process::run(project::command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}

/// Unit, integration and documentation tests, on SQLite and on a PostgreSQL of their own.
fn cargo_tests(tally: &mut Tally) -> Result<()> {
    let cluster = Cluster::start(&[]).context("no PostgreSQL for the tests")?;
    let mut command = project::cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.env("WAYMARK_TEST_POSTGRES", cluster.url("postgres"));
    let good = process::run_lines(&mut command, |line| tally.rust(line));
    tally.close();
    if !good? {
        bail!("to run them again, with WAYMARK_TEST_POSTGRES=postgres://… for a PostgreSQL's superuser:\n    cargo test --workspace");
    }
    Ok(())
}

fn xtask_tests(tally: &mut Tally) -> Result<()> {
    node::install("xtask")?;
    let manifest = ["--manifest-path", "xtask/Cargo.toml", "--target-dir", "target/xtask"];
    process::run(project::cargo(&["clippy", "--tests"]).args(manifest).args(["--", "-D", "warnings"]))?;
    let mut command = project::cargo(&["test"]);
    if !process::run_lines(command.args(manifest), |line| tally.rust(line))? {
        bail!("to run them again:\n    {}", process::shown(&command));
    }
    Ok(())
}
