//! The settings: one row each, for every source.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use super::{
    AccessConfig, AuditConfig, CatalogConfig, Config, DataConfig, HttpConfig, LimitsConfig, LogConfig, LogFormat, ProxyConfig,
    SessionConfig, WebhooksConfig, rows::SETTINGS,
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
/// The tables of the file that give roles.
pub(super) const GRANTS_KEY: &str = "access.grants";
/// The tables of the file that list sign-in providers.
pub(super) const SIGN_IN_KEY: &str = "sign-in";
/// The tables of the file that list channels of notifications.
pub(super) const CHANNELS_KEY: &str = "notifications.channels";
/// Every key of the file that is a list of tables.
pub(super) const TABLES: [&str; 6] = [LOCATIONS_KEY, HOSTS_KEY, KINDS_KEY, GRANTS_KEY, SIGN_IN_KEY, CHANNELS_KEY];

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
        sign_in: Vec::new(),
        fetch: forge::FetchConfig::default(),
        kinds: Arc::default(),
        webhooks: WebhooksConfig::default(),
        access: AccessConfig {
            default_role: Some("developer".to_owned()),
            grants: Vec::new(),
            policy_files: Vec::new(),
            policies: Vec::new(),
            admin_token: None,
        },
        session: SessionConfig { idle: Duration::from_secs(12 * 3600), absolute: Duration::from_secs(30 * 86_400) },
        proxy: ProxyConfig::default(),
        audit: AuditConfig { key: None, retention: Some(Duration::from_secs(400 * 24 * 3600)), stdout: false },
        notifications: super::NotificationsConfig::default(),
        log: LogConfig { format: LogFormat::Human, level: "info".to_owned() },
        organisation: String::new(),
        demo: None,
        feed_delay: Duration::ZERO,
        bench: false,
        given: Vec::new(),
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
    _ = writeln!(
        out,
        "| `[[{GRANTS_KEY}]]` |  |  | none | Roles: tables of `role` and `to`, a list of `user:default/ada`, `group:default/platform`, `service:ci` or `everyone`. \
         More can be given in the portal; these cannot be taken away there. |"
    );
    _ = writeln!(
        out,
        "| `[[{SIGN_IN_KEY}]]` | `WAYMARK_SIGN_IN_<ID>_CLIENT_SECRET` |  | none | Providers that sign people in, see [Sign-in](sign-in.md). \
         In the variable, the id is in capitals with `_` for `-`: `WAYMARK_SIGN_IN_OKTA_CLIENT_SECRET`. |"
    );
    _ = writeln!(
        out,
        "| `[[{CHANNELS_KEY}]]` |  |  | none | Where notifications are posted: tables of `id`, `label`, `type` (`slack`, `teams` or `webhook`), `url` and `secret` (or `\"$VARIABLE\"`), \
         `topics`, `severity` and `for` (`[\"everybody\"]`, or groups), see [Notifications](notifications.md). |"
    );
    _ = writeln!(out, "| `[[{KINDS_KEY}]]` |  |  | none | Kinds of your own, see [Kinds](kinds.md). |");
    out
}
