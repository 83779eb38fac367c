//! `cargo xtask`: builds, serves, tests and measures Waymark.
//!
//! The only build entry point, since three things have to fit together that cargo alone does not join: the server, the
//! browser's half in WebAssembly, and the style sheet made of the classes that the pages use.

mod bench;
mod browser;
mod dev;
mod interrupt;
mod node;
mod postgres;
mod process;
mod progress;
mod project;
mod release;
mod screenshots;
mod serve;
mod site;
mod tally;
mod test;

use anyhow::{Result, bail};
use std::{env, process::ExitCode};

const HELP: &str = "\
cargo xtask COMMAND

  serve [ARGUMENT…]   build what changed and run the demo on http://127.0.0.1:3000; arguments go to `waymark serve`
  dev [ARGUMENT…]     the same, rebuilt and restarted when a source changes
  test                everything that has to pass: format, lints, unit, databases, browser (.ci/run)
  build               target/release/waymark: one file with the web assets in it
  bench [NAME=VALUE…] ingest, memory, restart and load at 10,000 and 100,000 entities on both databases;
                      sizes=10000,100000 databases=sqlite,postgres seconds=8 rest=10 choose
  screenshots         every page, light and dark, wide and narrow, to target/screenshots
  site [--release]    only the web assets, to target/site
  tailwind            write anew how encre-css differs from Tailwind for the classes in use (xtask/tailwind-differences.txt)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match interrupt::install().and_then(|()| dispatch(&arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let rest = arguments.get(1..).unwrap_or_default();
    match arguments.first().map(String::as_str) {
        Some("serve") => serve::serve(rest),
        Some("dev") => dev::dev(rest),
        // Its last lines are the test runners' own summaries.
        Some("test") => return Ok(if test::test()? { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        Some("build") => release::build(),
        Some("bench") => bench::bench(rest),
        Some("screenshots") => screenshots::screenshots(rest),
        Some("site") => {
            let flavour = if rest.iter().any(|argument| argument == "--release") { site::Flavour::Release } else { site::Flavour::Dev };
            site::build(flavour).map(drop)
        }
        Some("tailwind") => site::tailwind::accept(),
        None | Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("there is no command {other:?}\n\n{HELP}"),
    }?;
    Ok(ExitCode::SUCCESS)
}
