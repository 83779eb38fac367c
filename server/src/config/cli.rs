//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::verbs::{AdminCommand, AuditCommand, ExportArgs, ImportCommand, InitArgs, ShadowArgs, ValidateArgs};

/// An internal developer platform in one program.
#[derive(Debug, Parser)]
#[command(name = "waymark", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the portal.
    Serve(ServeArgs),
    /// Brings the database to this version's tables and ends.
    Migrate(MigrateArgs),
    /// Checks catalog files as the portal would, for CI
    Validate(ValidateArgs),
    /// Writes a configuration and a first catalog into a folder
    Init(InitArgs),
    /// Takes over what another portal is configured with
    #[command(subcommand)]
    Import(ImportCommand),
    /// Compares every entity and relation with those of a running Backstage
    Shadow(ShadowArgs),
    /// Writes the catalog out as plain catalog files
    Export(ExportArgs),
    /// Makes links and tokens for those who have the machine, beside a running portal too
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Checks or writes out the audit log, beside a running portal too
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Prints the version.
    Version,
}

/// Flags of `serve`. Each also has a variable and a key in the file, which they override.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    /// The configuration file [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The address to answer at; port 0 takes a free one and prints it [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The portal's address as its users type it
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// A second address that serves /metrics without a token
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_listen: Option<String>,
    /// Where the database, if it is SQLite, and the lock are kept [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// postgres://… or sqlite:PATH [default: a SQLite file in the data directory]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// A file, a glob or an address to read the catalog from; may be given several times
    #[arg(long, value_name = "TARGET")]
    pub catalog: Vec<String>,
    /// Runs on the sample organisation, on this machine only
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "small", value_name = "large")]
    pub demo: Option<String>,
    /// How log lines look: human or json [default: human]
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// Takes variables and files of secrets that are not there as they are named: for verbs that ask no host.
    #[arg(skip)]
    pub without_secrets: bool,
}

/// Flags of `migrate`.
#[derive(Clone, Debug, Default, Args)]
pub struct MigrateArgs {
    /// The configuration file [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the SQLite file is kept [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// postgres://… or sqlite:PATH [default: a SQLite file in the data directory]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

impl ServeArgs {
    /// The flags that were given, by the setting's key.
    pub(super) fn given(&self) -> Vec<(&'static str, &str)> {
        let pairs = [
            ("listen", &self.listen),
            ("public-url", &self.public_url),
            ("metrics-listen", &self.metrics_listen),
            ("data-dir", &self.data_dir),
            ("database-url", &self.database_url),
            ("demo", &self.demo),
            ("log.format", &self.log_format),
        ];
        pairs.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?))).collect()
    }
}

impl From<MigrateArgs> for ServeArgs {
    fn from(args: MigrateArgs) -> Self {
        Self { config: args.config, data_dir: args.data_dir, database_url: args.database_url, ..Self::default() }
    }
}
