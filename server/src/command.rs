//! The command line's verbs.

use std::{io::Write as _, process::ExitCode};

use anyhow::Context as _;
use clap::Parser as _;

use crate::{
    config::{self, Cli, Command, Config, Sources},
    logging, serve,
};

/// Runs the program: reads the command line, does it, and says how it went.
pub fn run() -> ExitCode {
    match execute(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // `{:#}` puts the causes behind the message, each once.
            _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Version => {
            writeln!(std::io::stdout(), "waymark {}", env!("CARGO_PKG_VERSION"))?;
            Ok(())
        }
        Command::Migrate(args) => {
            let config = prepare(args.into())?;
            runtime()?.block_on(Box::pin(serve::migrate(&config)))
        }
        Command::Serve(args) => {
            let config = prepare(args)?;
            let runtime = runtime()?;
            let done = runtime.block_on(Box::pin(serve::serve(config)));
            // What still runs now is blocking work that nobody waits for.
            runtime.shutdown_background();
            done
        }
    }
}

fn prepare(flags: config::ServeArgs) -> anyhow::Result<Config> {
    let config = config::load(&Sources::of_process(flags)?)?;
    logging::start(&config.log)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(config)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime's threads cannot be started")
}
