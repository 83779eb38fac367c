//! The configuration: one struct per concern, filled from defaults, `waymark.toml`, the environment and flags, in that order.
//!
//! Every setting is one row of [`rows::SETTINGS`]: its key in the file, its variable, its flag, its default and what
//! it means. So all sources accept the same values with the same messages, and the guide's table cannot drift.
//! No other module of the program reads the environment.

mod cli;
mod file;
mod grants;
mod hosts;
mod kinds;
mod load;
mod notifications;
mod proxy;
mod rows;
mod settings;
mod shown;
mod sign_in;
mod value;
mod verbs;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use catalog::descriptor::Kinds;
use identity::policy::{Grant, PolicyText};
use secrecy::SecretString;

pub use cli::{Cli, Command, MigrateArgs, ServeArgs};
pub use load::{ConfigError, Sources, load, read_kinds};
pub use notifications::{NotificationsConfig, SmtpSettings};
pub use proxy::{Network, ProxyConfig};
pub use settings::reference_table;
pub use shown::Given;
pub use verbs::{
    AdminCommand, AdminTokenArgs, AdminTokenCommand, AuditArgs, AuditCommand, AuditExportArgs, AuditFormat, Ci, ExportArgs, ImportArgs,
    ImportCommand, InitArgs, ReportFormat, SetupLinkArgs, ShadowArgs, ShadowFormat, ValidateArgs,
};

/// All that the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it answers and within which limits.
    pub http: HttpConfig,
    /// Where it keeps what has to last.
    pub data: DataConfig,
    /// Where the catalog comes from.
    pub catalog: CatalogConfig,
    /// The hosts that it reads from, beside those that everybody knows.
    pub hosts: Vec<forge::HostConfig>,
    /// Who signs people in.
    pub sign_in: Vec<identity::provider::ProviderConfig>,
    /// Limits of requests to them.
    pub fetch: forge::FetchConfig,
    /// The kinds that are declared.
    pub kinds: Arc<Kinds>,
    /// Who may say that something was pushed.
    pub webhooks: WebhooksConfig,
    /// Who may come in without being a person.
    pub access: AccessConfig,
    /// How long sessions of people live.
    pub session: SessionConfig,
    /// Proxies that are trusted.
    pub proxy: ProxyConfig,
    /// What was done, and by whom.
    pub audit: AuditConfig,
    /// How messages leave the portal.
    pub notifications: NotificationsConfig,
    /// What it says while it runs.
    pub log: LogConfig,
    /// The organisation's name, in page titles and on the sign-in page; empty without one.
    pub organisation: String,
    /// Runs on the sample organisation.
    pub demo: Option<DemoSize>,
    /// How late the replica follows the change feed; zero but in tests of several replicas.
    pub feed_delay: Duration,
    /// Opens `/bench/bare`, the yardstick of the benchmarks.
    pub bench: bool,
    /// What was set, and where.
    pub given: Vec<Given>,
}

/// Where it answers and within which limits.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The address that people and clients reach; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The portal's address as its users type it, without a final slash. The only source of absolute addresses.
    pub public_url: Option<url::Url>,
    /// A second address that serves `/metrics` to everybody who reaches it.
    pub metrics_listen: Option<SocketAddr>,
    /// The limits.
    pub limits: LimitsConfig,
}

/// How much and how long one request may take.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// Bytes of a request's body.
    pub body_bytes: u64,
    /// From the request's header to the answer's.
    pub request_time: Duration,
    /// From the connection's start, or the answer before, to the end of a request's header.
    pub header_time: Duration,
    /// Connections open at once; more wait.
    pub connections: usize,
    /// From the signal to stop until open requests are cut.
    pub drain_time: Duration,
}

/// Where it keeps what has to last.
#[derive(Clone, Debug)]
pub struct DataConfig {
    /// The data directory.
    pub dir: PathBuf,
    /// `postgres://…` or `sqlite:PATH`; a SQLite file in the data directory without it. Secret: it may hold a password.
    pub database_url: Option<SecretString>,
    /// Connections that read, at most.
    pub readers: u32,
}

/// Where the catalog comes from.
#[derive(Clone, Debug)]
pub struct CatalogConfig {
    /// The places it is read from.
    pub locations: Vec<LocationConfig>,
    /// How often files are looked at for changes.
    pub poll_interval: Duration,
    /// How often locations on the network are asked, unless they say so themselves.
    pub read_every: Duration,
    /// How long an entity stays that no source provides any more; zero: not at all.
    pub grace: Duration,
    /// The share of a location's entities whose loss in one reading waits for confirmation; `None`: none does.
    pub hold_percent: Option<u8>,
    /// How long changes of entities are remembered.
    pub history: Duration,
}

/// One place that the catalog is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationConfig {
    /// `file`, `url` or `git`.
    pub kind: String,
    /// The file (a glob may stand for several) or the address. Files are absolute.
    pub target: String,
    /// The kinds that may come from it; every kind without it.
    pub allow: Option<Vec<String>>,
    /// How often it is read; without it as often as its type is.
    pub every: Option<Duration>,
}

/// Who may say that something was pushed. Without a secret its way in is closed.
#[derive(Clone, Debug, Default)]
pub struct WebhooksConfig {
    /// What GitHub signs events with.
    pub github: Option<SecretString>,
    /// What GitLab sends with events.
    pub gitlab: Option<SecretString>,
    /// What any other program signs pushes with.
    pub git: Option<SecretString>,
}

/// Who may come in without being a person, and who may do what.
#[derive(Clone, Debug)]
pub struct AccessConfig {
    /// The role that everybody has, if there is one.
    pub default_role: Option<String>,
    /// Roles of people, groups and service accounts.
    pub grants: Vec<Grant>,
    /// Files of policies, and folders of such files. Absolute.
    pub policy_files: Vec<PathBuf>,
    /// What stands in them.
    pub policies: Vec<PolicyText>,
    /// The token that may do everything, as `Authorization: Bearer`. None: REST is closed to machines.
    pub admin_token: Option<SecretString>,
}

/// What was done, and by whom.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    /// What the log is signed with; without it, the key in the data directory.
    pub key: Option<identity::audit::AuditKey>,
    /// How long rows are kept; for ever without it.
    pub retention: Option<Duration>,
    /// Writes rows to standard output too.
    pub stdout: bool,
}

/// How long sessions of people live.
#[derive(Clone, Copy, Debug)]
pub struct SessionConfig {
    /// After the last request.
    pub idle: Duration,
    /// After signing in, whatever happens.
    pub absolute: Duration,
}

/// What it says while it runs.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// Which events, in the syntax of `tracing-subscriber`'s `EnvFilter`.
    pub level: String,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Which sample organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoSize {
    /// About sixty entities.
    Small,
    /// Hundreds of people and components, made the same way every time.
    Large,
}

impl DemoSize {
    /// The name of the sample organisation.
    pub const fn organisation(self) -> &'static str {
        match self {
            Self::Small => "Marlow & Fern",
            Self::Large => "Northmere Group",
        }
    }
}

impl Config {
    /// The directory that holds the database, the lock and the demo's files: `data-dir`, or `demo` under it.
    pub fn data_dir(&self) -> PathBuf {
        if self.demo.is_some() { self.data.dir.join("demo") } else { self.data.dir.clone() }
    }

    /// What an operator should know about the settings and may not have meant, one sentence each.
    pub fn warnings(&self) -> Vec<String> {
        use secrecy::ExposeSecret as _;
        let mut out = Vec::new();
        if let Some(token) = &self.access.admin_token
            && token.expose_secret().len() < 32
        {
            out.push("the admin token has fewer than 32 characters and may be guessed; a long random one is safer".to_owned());
        }
        let public = self.http.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if !self.http.listen.ip().is_loopback() && !public {
            out.push(format!(
                "{} is reachable from other machines over plain http; put TLS before it and set public-url",
                self.http.listen
            ));
        }
        out
    }
}
