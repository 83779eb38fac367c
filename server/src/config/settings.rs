//! The settings: one row each, for every source.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use super::{
    AccessConfig, CatalogConfig, Config, DataConfig, HttpConfig, LimitsConfig, LogConfig, LogFormat, WebhooksConfig, rows::SETTINGS,
};

/// One thing that can be set.
pub(super) struct Setting {
    /// Its dotted key in the file.
    pub(super) key: &'static str,
    /// Its environment variable.
    pub(super) variable: &'static str,
    /// Its flag, for the table only; empty without one.
    pub(super) flag: &'static str,
    /// What holds without it, as the table shows it.
    pub(super) default: &'static str,
    /// The type that the file has to use.
    pub(super) kind: Kind,
    /// What it means.
    pub(super) about: &'static str,
    /// Reads a value. The error says what was expected.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

/// The type of a setting in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Text that no message repeats.
    Secret,
    /// A list of texts.
    List,
    Number,
    Boolean,
    /// Text such as `5s`.
    Duration,
}

impl Kind {
    /// For messages.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Secret => "a string",
            Self::List => "a list of strings",
            Self::Number => "a whole number",
            Self::Boolean => "true or false",
            Self::Duration => "a duration such as \"500ms\", \"5s\" or \"2m\"",
        }
    }
}

/// The variable that lists catalog locations, separated by commas. The file has tables for them instead.
pub(super) const CATALOG_VARIABLE: &str = "WAYMARK_CATALOG";
/// The variable that names the configuration file.
pub(super) const CONFIG_VARIABLE: &str = "WAYMARK_CONFIG";
/// The table of the file that lists catalog locations.
pub(super) const LOCATIONS_KEY: &str = "catalog.locations";
/// The keys of one catalog location.
pub(super) const LOCATION_KEYS: [&str; 4] = ["type", "target", "rules", "every"];
/// The tables of the file that list hosts.
pub(super) const HOSTS_KEY: &str = "hosts";
/// The tables of the file that declare kinds.
pub(super) const KINDS_KEY: &str = "kinds";
/// Every key of the file that is a list of tables.
pub(super) const TABLES: [&str; 3] = [LOCATIONS_KEY, HOSTS_KEY, KINDS_KEY];

/// The defaults that the table states, with `dir` as the data directory.
pub(super) fn defaults() -> Config {
    Config {
        http: HttpConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: None,
            metrics_listen: None,
            limits: LimitsConfig {
                body_bytes: 10 << 20,
                request_time: Duration::from_secs(30),
                header_time: Duration::from_secs(60),
                connections: 10_000,
                drain_time: Duration::from_secs(25),
            },
        },
        data: DataConfig { dir: "./data".into(), database_url: None, readers: 8 },
        catalog: CatalogConfig {
            locations: Vec::new(),
            poll_interval: Duration::from_secs(5),
            read_every: Duration::from_secs(120),
            grace: Duration::from_secs(30),
            hold_percent: Some(20),
            history: Duration::from_secs(400 * 24 * 3600),
        },
        hosts: Vec::new(),
        fetch: forge::FetchConfig::default(),
        kinds: Arc::default(),
        webhooks: WebhooksConfig::default(),
        access: AccessConfig { admin_token: None },
        log: LogConfig { format: LogFormat::Human, level: "info".to_owned() },
        organisation: String::new(),
        demo: None,
        feed_delay: Duration::ZERO,
        bench: false,
    }
}

/// The operator guide's table of settings, as Markdown.
pub fn reference_table() -> String {
    let mut out = "| key | variable | flag | default | meaning |\n|---|---|---|---|---|\n".to_owned();
    let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{text}`") };
    for setting in SETTINGS {
        let Setting { key, variable, flag, default, about, .. } = setting;
        let flag = code(flag);
        _ = writeln!(out, "| `{key}` | `{variable}` | {flag} | {default} | {about} |");
    }
    _ = writeln!(
        out,
        "| `[[{LOCATIONS_KEY}]]` | `{CATALOG_VARIABLE}` | `--catalog` | none | Where the catalog is read from: tables of `type` (`file`, `url` or `git`), \
         `target`, `rules` (`[{{ allow = [\"Component\"] }}]`, every kind without) and `every` (`\"5m\"`). The variable is a list separated by commas; the flag may be given several times. |"
    );
    _ = writeln!(
        out,
        "| `[[{HOSTS_KEY}]]` | `WAYMARK_HOSTS_<NAME>_TOKEN` |  | none | Hosts to read from: tables of `name`, `kind` (`github`, `gitlab`, `gitea`, `bitbucket` or `plain`), \
         `token` (or `\"$VARIABLE\"`), `token-file` and `user`. In the variable, the name is in capitals with `_` for all else: `WAYMARK_HOSTS_GITHUB_COM_TOKEN`. |"
    );
    _ = writeln!(out, "| `[[{KINDS_KEY}]]` |  |  | none | Kinds of your own, see [Kinds](kinds.md). |");
    out
}
