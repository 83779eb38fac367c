//! The settings: one row each, for every source.

use std::{fmt::Write as _, net::SocketAddr, time::Duration};

use secrecy::SecretString;

use super::{AccessConfig, CatalogConfig, Config, DataConfig, DemoSize, HttpConfig, LimitsConfig, LogConfig, LogFormat};

/// One thing that can be set.
pub(super) struct Setting {
    /// Its dotted key in the file.
    pub(super) key: &'static str,
    /// Its environment variable.
    pub(super) variable: &'static str,
    /// Its flag, for the table only; empty without one.
    flag: &'static str,
    /// What holds without it, as the table shows it.
    default: &'static str,
    /// The type that the file has to use.
    pub(super) kind: Kind,
    /// What it means.
    about: &'static str,
    /// Reads a value. The error says what was expected.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

/// The type of a setting in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    /// Text such as `5s`.
    Duration,
}

impl Kind {
    /// For messages.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a string",
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
pub(super) const LOCATION_KEYS: [&str; 3] = ["type", "target", "rules"];

/// Every setting but the catalog's locations, which are a list of tables.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        key: "listen",
        variable: "WAYMARK_LISTEN",
        flag: "--listen",
        default: "127.0.0.1:3000",
        kind: Kind::Text,
        about: "The address to answer at. Port 0 takes a free one, which is printed.",
        set: |config, value| address(value).map(|address| config.http.listen = address),
    },
    Setting {
        key: "public-url",
        variable: "WAYMARK_PUBLIC_URL",
        flag: "--public-url",
        default: "none",
        kind: Kind::Text,
        about: "The portal's address as its users type it. Makes cookies `Secure` when it is https, and its origin a trusted one.",
        set: |config, value| public_url(value).map(|url| config.http.public_url = Some(url)),
    },
    Setting {
        key: "metrics-listen",
        variable: "WAYMARK_METRICS_LISTEN",
        flag: "--metrics-listen",
        default: "none",
        kind: Kind::Text,
        about: "A second address that serves `/metrics` without a token.",
        set: |config, value| address(value).map(|address| config.http.metrics_listen = Some(address)),
    },
    Setting {
        key: "data-dir",
        variable: "WAYMARK_DATA_DIR",
        flag: "--data-dir",
        default: "./data",
        kind: Kind::Text,
        about: "Where the SQLite database and the lock are kept. One running portal per directory.",
        set: |config, value| {
            config.data.dir = value.into();
            Ok(())
        },
    },
    Setting {
        key: "database-url",
        variable: "WAYMARK_DATABASE_URL",
        flag: "--database-url",
        default: "a SQLite file in the data directory",
        kind: Kind::Text,
        about: "`postgres://user:password@host/name` or `sqlite:PATH`.",
        set: |config, value| {
            if ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| value.starts_with(scheme)) {
                config.data.database_url = Some(SecretString::from(value));
                Ok(())
            } else {
                // The value may hold a password, so the message does not repeat it.
                Err("expected an address that starts with postgres:// or sqlite:".to_owned())
            }
        },
    },
    Setting {
        key: "database-readers",
        variable: "WAYMARK_DATABASE_READERS",
        flag: "",
        default: "8",
        kind: Kind::Number,
        about: "Database connections that read, at most.",
        set: |config, value| number(value, 1, 1000).map(|readers| config.data.readers = readers as u32),
    },
    Setting {
        key: "organisation",
        variable: "WAYMARK_ORGANISATION",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "The organisation's name, in page titles and on the sign-in page. The demo has its own.",
        set: |config, value| {
            config.organisation = value.to_owned();
            Ok(())
        },
    },
    Setting {
        key: "admin-token",
        variable: "WAYMARK_ADMIN_TOKEN",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "A token that may do everything, sent as `Authorization: Bearer`. 32 random characters or more. No flag: command lines can be read by others.",
        set: |config, value| {
            config.access.admin_token = Some(SecretString::from(value));
            Ok(())
        },
    },
    Setting {
        key: "demo",
        variable: "WAYMARK_DEMO",
        flag: "--demo[=large]",
        default: "off",
        kind: Kind::Text,
        about: "Runs on the sample organisation, `small` or `large`: loopback only, in `demo` under the data directory.",
        set: |config, value| {
            config.demo = one_of(value, &[("off", None), ("small", Some(DemoSize::Small)), ("large", Some(DemoSize::Large))])?;
            Ok(())
        },
    },
    Setting {
        key: "log.format",
        variable: "WAYMARK_LOG_FORMAT",
        flag: "--log-format",
        default: "human",
        kind: Kind::Text,
        about: "How log lines look: `human` or `json`. They go to standard error.",
        set: |config, value| {
            config.log.format = one_of(value, &[("human", LogFormat::Human), ("json", LogFormat::Json)])?;
            Ok(())
        },
    },
    Setting {
        key: "log.level",
        variable: "WAYMARK_LOG_LEVEL",
        flag: "",
        default: "info",
        kind: Kind::Text,
        about: "Which events are logged, as in `info` or `warn,server::http=debug`.",
        set: |config, value| {
            tracing_subscriber::EnvFilter::try_new(value).map_err(|error| format!("expected a log level, {error}"))?;
            config.log.level = value.to_owned();
            Ok(())
        },
    },
    Setting {
        key: "catalog.poll-interval",
        variable: "WAYMARK_CATALOG_POLL_INTERVAL",
        flag: "",
        default: "5s",
        kind: Kind::Duration,
        about: "How often the catalog's files are looked at for changes.",
        set: |config, value| positive(value).map(|time| config.catalog.poll_interval = time),
    },
    Setting {
        key: "limits.body-bytes",
        variable: "WAYMARK_LIMITS_BODY_BYTES",
        flag: "",
        default: "10485760",
        kind: Kind::Number,
        about: "Bytes of a request's body, at most.",
        set: |config, value| number(value, 1024, 1 << 40).map(|bytes| config.http.limits.body_bytes = bytes),
    },
    Setting {
        key: "limits.request-time",
        variable: "WAYMARK_LIMITS_REQUEST_TIME",
        flag: "",
        default: "30s",
        kind: Kind::Duration,
        about: "How long one request may take.",
        set: |config, value| positive(value).map(|time| config.http.limits.request_time = time),
    },
    Setting {
        key: "limits.header-time",
        variable: "WAYMARK_LIMITS_HEADER_TIME",
        flag: "",
        default: "60s",
        kind: Kind::Duration,
        about: "How long a connection may wait for a request's header before it is closed.",
        set: |config, value| positive(value).map(|time| config.http.limits.header_time = time),
    },
    Setting {
        key: "limits.connections",
        variable: "WAYMARK_LIMITS_CONNECTIONS",
        flag: "",
        default: "10000",
        kind: Kind::Number,
        about: "Connections open at once, at most; more wait.",
        set: |config, value| number(value, 1, 1_000_000).map(|count| config.http.limits.connections = count as usize),
    },
    Setting {
        key: "limits.drain-time",
        variable: "WAYMARK_LIMITS_DRAIN_TIME",
        flag: "",
        default: "25s",
        kind: Kind::Duration,
        about: "How long open requests may go on after a signal to stop.",
        set: |config, value| duration(value).map(|time| config.http.limits.drain_time = time),
    },
    Setting {
        key: "feed-delay",
        variable: "WAYMARK_FEED_DELAY",
        flag: "",
        default: "0ms",
        kind: Kind::Duration,
        about: "How late this replica follows the change feed. For tests of several replicas only.",
        set: |config, value| duration(value).map(|time| config.feed_delay = time),
    },
    Setting {
        key: "bench",
        variable: "WAYMARK_BENCH",
        flag: "",
        default: "false",
        kind: Kind::Boolean,
        about: "Opens `/bench/bare?of=PATH`, which repeats one captured answer: the yardstick of the benchmarks.",
        set: |config, value| {
            config.bench = one_of(value, &[("true", true), ("1", true), ("false", false), ("0", false)])?;
            Ok(())
        },
    },
];

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
        catalog: CatalogConfig { locations: Vec::new(), poll_interval: Duration::from_secs(5) },
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
        "| `[[{LOCATIONS_KEY}]]` | `{CATALOG_VARIABLE}` | `--catalog` | none | Where the catalog is read from: tables of `type` (`file`), \
         `target` and `rules` (`[{{ allow = [\"Component\"] }}]`, every kind without). The variable is a list separated by commas; the flag may be given several times. |"
    );
    out
}

fn address(value: &str) -> Result<SocketAddr, String> {
    let ip = value.strip_prefix("localhost:").map_or_else(|| value.to_owned(), |port| format!("127.0.0.1:{port}"));
    ip.parse().map_err(|_| format!("expected an address such as 127.0.0.1:3000, found \"{value}\""))
}

fn public_url(value: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or_else(|| format!("expected an address such as https://portal.example.com, found \"{value}\""))?;
    if url.path() == "/" && url.query().is_none() && url.fragment().is_none() {
        Ok(url)
    } else {
        Err(format!("expected an address without a path, found \"{value}\""))
    }
}

fn number(value: &str, least: u64, most: u64) -> Result<u64, String> {
    let number = value.replace('_', "").parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("expected a whole number from {least} to {most}, found \"{value}\""))
}

fn duration(value: &str) -> Result<Duration, String> {
    let wrong = || format!("expected {}, found \"{value}\"", Kind::Duration.expected());
    let unit = value.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let count: u64 = value[..unit].parse().map_err(|_| wrong())?;
    let milliseconds = match &value[unit..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    count.checked_mul(milliseconds).filter(|time| *time <= 86_400_000).map(Duration::from_millis).ok_or_else(wrong)
}

fn positive(value: &str) -> Result<Duration, String> {
    let time = duration(value)?;
    if time.is_zero() { Err(format!("expected a duration of more than nothing, found \"{value}\"")) } else { Ok(time) }
}

fn one_of<T: Clone>(value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == value);
    found.map(|(_, choice)| choice.clone()).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        format!("expected {}, found \"{value}\"", names.join(" or "))
    })
}
