//! The rows: one for each thing that can be set.

use portal::ProxyResolver;
use secrecy::SecretString;

use super::{
    DemoSize, LogFormat,
    grants::default_role,
    notifications, proxy,
    settings::{Kind, Setting},
    value::{address, duration, list, long_duration, number, one_of, percent, positive, public_url, secret, session},
};

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
        kind: Kind::Secret,
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
        kind: Kind::Secret,
        about: "A token that may do everything, sent as `Authorization: Bearer`. 32 random characters or more. No flag: command lines can be read by others.",
        set: |config, value| {
            config.access.admin_token = Some(SecretString::from(value));
            Ok(())
        },
    },
    Setting {
        key: "session.idle",
        variable: "WAYMARK_SESSION_IDLE",
        flag: "",
        default: "12h",
        kind: Kind::Duration,
        about: "After how long without a request a person is signed out. From `5m` on.",
        set: |config, value| session(value).map(|time| config.session.idle = time),
    },
    Setting {
        key: "session.absolute",
        variable: "WAYMARK_SESSION_ABSOLUTE",
        flag: "",
        default: "30d",
        kind: Kind::Duration,
        about: "After how long a person is signed out whatever happens. From `5m` on.",
        set: |config, value| session(value).map(|time| config.session.absolute = time),
    },
    Setting {
        key: "proxy.addresses",
        variable: "WAYMARK_PROXY_ADDRESSES",
        flag: "",
        default: "none",
        kind: Kind::List,
        about: "Addresses (`10.0.0.7`) and ranges (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed, and whose `proxy.header` is. A list in the file, separated by commas in the variable.",
        set: |config, value| {
            config.proxy.addresses = list(value).iter().map(|text| text.parse()).collect::<Result<_, String>>()?;
            Ok(())
        },
    },
    Setting {
        key: "proxy.header",
        variable: "WAYMARK_PROXY_HEADER",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "The header in which those proxies name the person whom they signed in, as in `X-Forwarded-Email`. From other addresses it is ignored. See [Access](access.md).",
        set: |config, value| proxy::header(value).map(|header| config.proxy.header = Some(header)),
    },
    Setting {
        key: "proxy.resolver",
        variable: "WAYMARK_PROXY_RESOLVER",
        flag: "",
        default: "email",
        kind: Kind::Text,
        about: "How that name leads to a User: `email` (`spec.profile.email`), `local-part` (what stands before the @ is the User's name) or `name`.",
        set: |config, value| {
            let known = [("email", ProxyResolver::Email), ("local-part", ProxyResolver::LocalPart), ("name", ProxyResolver::Name)];
            config.proxy.resolver = one_of(value, &known)?;
            Ok(())
        },
    },
    Setting {
        key: "access.default-role",
        variable: "WAYMARK_ACCESS_DEFAULT_ROLE",
        flag: "",
        default: "developer",
        kind: Kind::Text,
        about: "The role of everybody who signs in: `developer`, `viewer`, another one, or `none`.",
        set: |config, value| default_role(value).map(|role| config.access.default_role = role),
    },
    Setting {
        key: "access.policies",
        variable: "WAYMARK_ACCESS_POLICIES",
        flag: "",
        default: "none",
        kind: Kind::List,
        about: "Files of Cedar policies, and folders whose `.cedar` files are read, beside what comes with Waymark and what is written in the portal. A list in the file, separated by commas in the variable.",
        set: |config, value| {
            config.access.policy_files = list(value).into_iter().map(Into::into).collect();
            Ok(())
        },
    },
    Setting {
        key: "audit.key",
        variable: "WAYMARK_AUDIT_KEY",
        flag: "",
        default: "the file `audit.key` in the data directory, made at the first start",
        kind: Kind::Secret,
        about: "What the audit log is signed with: 64 hexadecimal digits, the same for every replica. See [Audit](audit.md).",
        set: |config, value| {
            let key = identity::audit::AuditKey::parse(value, "the value").map_err(|error| error.to_string())?;
            config.audit.key = Some(key);
            Ok(())
        },
    },
    Setting {
        key: "audit.retention",
        variable: "WAYMARK_AUDIT_RETENTION",
        flag: "",
        default: "400d",
        kind: Kind::Duration,
        about: "How long rows of the audit log are kept, from `1d` on; `forever` removes none.",
        set: |config, value| {
            config.audit.retention = match value {
                "forever" => None,
                _ => Some(long_duration(value, 36_500)?).filter(|time| time.as_secs() >= 86_400),
            };
            if value != "forever" && config.audit.retention.is_none() {
                return Err(format!("expected a day or more, as in \"400d\", or \"forever\", found \"{value}\""));
            }
            Ok(())
        },
    },
    Setting {
        key: "audit.stdout",
        variable: "WAYMARK_AUDIT_STDOUT",
        flag: "",
        default: "false",
        kind: Kind::Boolean,
        about: "Writes each row of the audit log to standard output too, as a line of JSON, by the process that made it.",
        set: |config, value| {
            config.audit.stdout = one_of(value, &[("true", true), ("1", true), ("false", false), ("0", false)])?;
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
        key: "catalog.read-every",
        variable: "WAYMARK_CATALOG_READ_EVERY",
        flag: "",
        default: "2m",
        kind: Kind::Duration,
        about: "How often locations on the network are asked for changes, unless they say `every` themselves.",
        set: |config, value| positive(value).map(|time| config.catalog.read_every = time),
    },
    Setting {
        key: "catalog.grace",
        variable: "WAYMARK_CATALOG_GRACE",
        flag: "",
        default: "30s",
        kind: Kind::Duration,
        about: "How long an entity stays that no source provides any more, so that a file can move from one location to another.",
        set: |config, value| duration(value).map(|time| config.catalog.grace = time),
    },
    Setting {
        key: "catalog.hold-loss",
        variable: "WAYMARK_CATALOG_HOLD_LOSS",
        flag: "",
        default: "20%",
        kind: Kind::Text,
        about: "The share of a location's entities that one reading may lose; more waits for somebody to confirm it. `off` lets everything go.",
        set: |config, value| percent(value).map(|share| config.catalog.hold_percent = share),
    },
    Setting {
        key: "catalog.history",
        variable: "WAYMARK_CATALOG_HISTORY",
        flag: "",
        default: "400d",
        kind: Kind::Duration,
        about: "How long changes of entities are remembered.",
        set: |config, value| long_duration(value, 3650).map(|time| config.catalog.history = time),
    },
    Setting {
        key: "fetch.max-bytes",
        variable: "WAYMARK_FETCH_MAX_BYTES",
        flag: "",
        default: "10485760",
        kind: Kind::Number,
        about: "Bytes of one file from the network, at most.",
        set: |config, value| number(value, 1024, 1 << 32).map(|bytes| config.fetch.max_bytes = bytes),
    },
    Setting {
        key: "fetch.timeout",
        variable: "WAYMARK_FETCH_TIMEOUT",
        flag: "",
        default: "30s",
        kind: Kind::Duration,
        about: "How long one request to the network may take, and each step of git.",
        set: |config, value| positive(value).map(|time| config.fetch.timeout = time),
    },
    Setting {
        key: "fetch.allow-private",
        variable: "WAYMARK_FETCH_ALLOW_PRIVATE",
        flag: "",
        default: "none",
        kind: Kind::List,
        about: "Hosts (`git.internal:8443`), addresses and ranges (`10.0.0.0/8`) on private networks that may be read from; no others are. A list in the file, separated by commas in the variable.",
        set: |config, value| {
            config.fetch.allow_private = list(value);
            Ok(())
        },
    },
    Setting {
        key: "webhooks.github-secret",
        variable: "WAYMARK_WEBHOOKS_GITHUB_SECRET",
        flag: "",
        default: "none",
        kind: Kind::Secret,
        about: "Opens `/webhooks/github`: the secret that GitHub signs its events with.",
        set: |config, value| secret(value).map(|secret| config.webhooks.github = Some(secret)),
    },
    Setting {
        key: "webhooks.gitlab-secret",
        variable: "WAYMARK_WEBHOOKS_GITLAB_SECRET",
        flag: "",
        default: "none",
        kind: Kind::Secret,
        about: "Opens `/webhooks/gitlab`: the token that GitLab sends with its events.",
        set: |config, value| secret(value).map(|secret| config.webhooks.gitlab = Some(secret)),
    },
    Setting {
        key: "webhooks.git-secret",
        variable: "WAYMARK_WEBHOOKS_GIT_SECRET",
        flag: "",
        default: "none",
        kind: Kind::Secret,
        about: "Opens `/webhooks/git`, for any other program that knows of pushes: the secret that it signs them with.",
        set: |config, value| secret(value).map(|secret| config.webhooks.git = Some(secret)),
    },
    Setting {
        key: "smtp.host",
        variable: "WAYMARK_SMTP_HOST",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "The mail server. Without one no e-mail is sent.",
        set: |config, value| notifications::text(value).map(|host| config.notifications.smtp.host = host),
    },
    Setting {
        key: "smtp.port",
        variable: "WAYMARK_SMTP_PORT",
        flag: "",
        default: "587, 465 or 25, by `smtp.tls`",
        kind: Kind::Number,
        about: "Its port.",
        set: |config, value| number(value, 1, 65_535).map(|port| config.notifications.smtp.port = u16::try_from(port).ok()),
    },
    Setting {
        key: "smtp.tls",
        variable: "WAYMARK_SMTP_TLS",
        flag: "",
        default: "starttls",
        kind: Kind::Text,
        about: "How the connection is encrypted: `starttls`, `tls`, or `none` for a server on this machine.",
        set: |config, value| notifications::tls(value).map(|tls| config.notifications.smtp.tls = tls),
    },
    Setting {
        key: "smtp.user",
        variable: "WAYMARK_SMTP_USER",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "The name to sign in to it with.",
        set: |config, value| notifications::text(value).map(|user| config.notifications.smtp.user = user),
    },
    Setting {
        key: "smtp.password",
        variable: "WAYMARK_SMTP_PASSWORD",
        flag: "",
        default: "none",
        kind: Kind::Secret,
        about: "The password for that.",
        set: |config, value| {
            config.notifications.smtp.password = Some(SecretString::from(value));
            Ok(())
        },
    },
    Setting {
        key: "smtp.from",
        variable: "WAYMARK_SMTP_FROM",
        flag: "",
        default: "none",
        kind: Kind::Text,
        about: "From whom e-mail comes: `Waymark <portal@example.com>`.",
        set: |config, value| notifications::text(value).map(|from| config.notifications.smtp.from = from),
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
