//! The command line's verbs.

mod admin;
pub(crate) mod audit;
mod client;
mod export;
mod import;
mod init;
mod shadow;
mod validate;
mod yaml;

use std::{io::Write as _, process::ExitCode};

use anyhow::Context as _;
use clap::Parser as _;

use crate::{
    config::{self, Cli, Command, Config, ImportCommand, ServeArgs, Sources},
    logging, serve,
};

/// Runs the program: reads the command line, does it, and says how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // For these, 1 says that something was found; that they could not look is 2.
    let failure = if matches!(cli.command, Command::Validate(_) | Command::Shadow(_) | Command::Audit(_)) {
        ExitCode::from(2)
    } else {
        ExitCode::FAILURE
    };
    match execute(cli) {
        Ok(code) => code,
        Err(error) => {
            // `{:#}` puts the causes behind the message, each once.
            _ = writeln!(std::io::stderr(), "error: {error:#}");
            failure
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Version => writeln!(std::io::stdout(), "waymark {}", env!("CARGO_PKG_VERSION"))?,
        Command::Migrate(args) => {
            let config = prepare(args.into())?;
            runtime()?.block_on(Box::pin(serve::migrate(&config)))?;
        }
        Command::Serve(args) => {
            let config = prepare(args)?;
            let runtime = runtime()?;
            let done = runtime.block_on(Box::pin(serve::serve(config)));
            // What still runs now is blocking work that nobody waits for.
            runtime.shutdown_background();
            done?;
        }
        Command::Validate(args) => {
            let config = config::load(&Sources::of_process(ServeArgs {
                config: args.config.clone(),
                without_secrets: true,
                ..ServeArgs::default()
            })?)?;
            return validate::validate(&args, &config.kinds, &mut std::io::stdout().lock());
        }
        Command::Init(args) => init::init(&args)?,
        Command::Admin(command) => {
            let config = config::load(&Sources::of_process(admin::flags(&command))?)?;
            return runtime()?.block_on(Box::pin(admin::run(&command, &config)));
        }
        Command::Audit(command) => {
            let config = config::load(&Sources::of_process(audit::flags(&command))?)?;
            return runtime()?.block_on(Box::pin(audit::run(&command, &config)));
        }
        Command::Import(ImportCommand::Backstage(args)) => {
            let sources = Sources::of_process(ServeArgs::default())?;
            runtime()?.block_on(Box::pin(import::backstage(&args, &sources)))?;
        }
        Command::Shadow(args) => {
            let config = match &args.against {
                Some(_) => None,
                None => Some(config::load(&Sources::of_process(ServeArgs {
                    config: args.config.clone(),
                    without_secrets: true,
                    ..ServeArgs::default()
                })?)?),
            };
            return runtime()?.block_on(Box::pin(shadow::shadow(&args, config.as_ref())));
        }
        Command::Export(args) => {
            let flags = ServeArgs {
                config: args.config.clone(),
                data_dir: args.data_dir.clone(),
                database_url: args.database_url.clone(),
                without_secrets: true,
                ..ServeArgs::default()
            };
            let config = config::load(&Sources::of_process(flags)?)?;
            runtime()?.block_on(Box::pin(export::export(&args, &config)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn prepare(flags: ServeArgs) -> anyhow::Result<Config> {
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
