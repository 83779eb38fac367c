//! The flags of the command line's verbs beside `serve`. They stand here because some take their value from a variable, and no other
//! module reads the environment.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Flags of `validate`.
#[derive(Clone, Debug, Default, Args)]
pub struct ValidateArgs {
    /// Files, folders (every catalog-info.yaml and catalog-info.yml in them), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How problems are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
    /// The configuration that declares kinds of your own [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The paths are the whole catalog: warn about references to entities that are not in them
    #[arg(long)]
    pub references: bool,
    /// Warnings count as problems
    #[arg(long)]
    pub strict: bool,
}

/// How problems are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A line each, for people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Flags of `init`. A flag answers its question.
#[derive(Clone, Debug, Default, Args)]
pub struct InitArgs {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The organisation's name
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Your team's name
    #[arg(long, value_name = "NAME")]
    pub team: Option<String>,
    /// Your name
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// The name of a service that your team owns
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Where pull requests are checked
    #[arg(long, value_enum, value_name = "CI")]
    pub ci: Option<Ci>,
    /// Asks nothing and takes the defaults where no flag says otherwise
    #[arg(long, short)]
    pub yes: bool,
}

/// Where pull requests are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// Nowhere yet
    None,
}

/// What `import` reads.
#[derive(Clone, Debug, Subcommand)]
pub enum ImportCommand {
    /// Reads a Backstage's configuration and locations; writes waymark.toml and a report of every key
    Backstage(ImportArgs),
}

/// Flags of `import backstage`.
#[derive(Clone, Debug, Default, Args)]
pub struct ImportArgs {
    /// An app-config file; may be given several times, later ones win
    #[arg(long = "app-config", required = true, value_name = "FILE")]
    pub app_config: Vec<PathBuf>,
    /// A running Backstage, for its registered locations and your starred entities
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// A token for it; stars are those of the token's person
    #[arg(long, env = "BACKSTAGE_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// The folder to write to
    #[arg(long, default_value = "waymark", value_name = "DIR")]
    pub out: PathBuf,
    /// The folder that Backstage's backend runs in, where its file locations start from [default: packages/backend beside the first
    /// app-config if it is there, else that file's folder]
    #[arg(long, value_name = "DIR")]
    pub backend_dir: Option<PathBuf>,
}

/// Flags of `shadow`.
#[derive(Clone, Debug, Default, Args)]
pub struct ShadowArgs {
    /// The Backstage to compare with
    #[arg(value_name = "URL")]
    pub url: String,
    /// A token for it
    #[arg(long, env = "BACKSTAGE_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// The Waymark to compare [default: the one of the configuration]
    #[arg(long, value_name = "URL")]
    pub against: Option<String>,
    /// A token for the Waymark [default: the admin token of the configuration]
    #[arg(long, env = "WAYMARK_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub against_token: Option<String>,
    /// The configuration file [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Compares only what a filter of Backstage's REST lets through, as in kind=component; may be given several times
    #[arg(long, value_name = "FILTER")]
    pub filter: Vec<String>,
    /// A field that may differ, as in metadata.annotations.example.com/seen; may be given several times
    #[arg(long, value_name = "FIELD")]
    pub ignore: Vec<String>,
    /// Compares status and the annotations that say where an entity was read from, too
    #[arg(long)]
    pub all_fields: bool,
    /// How differences are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ShadowFormat,
}

/// How differences are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ShadowFormat {
    /// A line each, for people
    #[default]
    Human,
    /// A JSON object each, a line each
    Json,
}

/// What is made for whoever has the machine.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminCommand {
    /// Makes a link with which somebody chooses a password, once
    SetupLink(SetupLinkArgs),
    /// Makes tokens of people
    #[command(subcommand)]
    Token(AdminTokenCommand),
}

/// Flags of `admin setup-link`.
#[derive(Clone, Debug, Default, Args)]
pub struct SetupLinkArgs {
    /// The account whose password is chosen; it is made if it is not there [default: a new administrator, who chooses a name]
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Where the database is
    #[command(flatten)]
    pub place: AuditArgs,
}

/// What is done with tokens.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminTokenCommand {
    /// Makes a token of a person, and prints it
    Create(AdminTokenArgs),
}

/// Flags of `admin token create`.
#[derive(Clone, Debug, Default, Args)]
pub struct AdminTokenArgs {
    /// Whose it is, as in ada or user:default/ada
    #[arg(long, value_name = "REF")]
    pub user: String,
    /// A role that the person gets too, as in admin
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// What it is limited to, as in catalog:read; may be given several times [default: everything that the person may do]
    #[arg(long, value_name = "SCOPE")]
    pub scope: Vec<String>,
    /// After how long it ends, as in 90d [default: not by itself]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
    /// What it is called in lists
    #[arg(long, value_name = "NAME", default_value = "command line")]
    pub name: String,
    /// Where the database is
    #[command(flatten)]
    pub place: AuditArgs,
}

/// What is done with the audit log.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Checks that no row was changed, added or removed: 0 intact, 1 not intact, 2 cannot tell
    Verify(AuditArgs),
    /// Writes rows to standard output, the oldest first
    Export(AuditExportArgs),
    /// Signs the log with the configured key, when the one before is lost or known to others; checks it first
    Rekey(AuditArgs),
}

/// Where the audit log is.
#[derive(Clone, Debug, Default, Args)]
pub struct AuditArgs {
    /// The configuration file [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the SQLite file and the key are kept [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// postgres://… or sqlite:PATH [default: a SQLite file in the data directory]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// Flags of `audit export`.
#[derive(Clone, Debug, Default, Args)]
pub struct AuditExportArgs {
    /// Where it is
    #[command(flatten)]
    pub audit: AuditArgs,
    /// How rows are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: AuditFormat,
    /// Only rows after this number
    #[arg(long, value_name = "SEQ")]
    pub after: Option<i64>,
    /// Only rows from this time on, as in 2026-11-22T09:30:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only rows before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only what this person or machine did, as in user:default/ada or service:*
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// Only what was done to this, as in component:default/shop or location:*
    #[arg(long, value_name = "WHAT")]
    pub resource: Option<String>,
    /// Only this action, as in entity:change or session:*
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// A JSON object a line
    #[default]
    Jsonl,
    /// CSV with a header line
    Csv,
}

/// Flags of `export`.
#[derive(Clone, Debug, Default, Args)]
pub struct ExportArgs {
    /// The folder to write to: a new or an empty one
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A running Waymark or Backstage to read from, instead of a database
    #[arg(long, value_name = "URL", conflicts_with_all = ["config", "data_dir", "database_url"])]
    pub url: Option<String>,
    /// A token for it [default: the admin token]
    #[arg(long, env = "WAYMARK_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// The configuration file [default: waymark.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the SQLite file is kept [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// postgres://… or sqlite:PATH [default: a SQLite file in the data directory]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Keeps the annotations that the catalog added, as links to the source
    #[arg(long)]
    pub keep_annotations: bool,
}
