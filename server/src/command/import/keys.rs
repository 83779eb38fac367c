//! The keys beside `catalog`: those that are carried over by name, and for all others what becomes of them.

use std::path::Path;

use super::{
    Fate, Plan,
    layers::{Leaf, Node, Source},
    toml_file::{Host, Secret},
};

/// The organisation, the address, where to listen, which hosts may be read.
pub(super) fn general(config: &Node, plan: &mut Plan) {
    if let Some(name) = config.text("organization.name") {
        plan.toml.organisation = Some(name);
        plan.carried("organization.name", "`organisation`");
        plan.replaced("app.title", "`organisation` is in the titles of pages");
    } else if let Some(title) = config.text("app.title") {
        plan.toml.organisation = Some(title);
        plan.carried("app.title", "`organisation`");
    }
    if let Some(address) = config.text("app.baseUrl").and_then(|text| url::Url::parse(&text).ok()) {
        let local = address.host_str().is_some_and(|host| host == "localhost" || host.starts_with("127."));
        if local {
            plan.replaced("app.baseUrl", "`listen`; it names this machine only");
        } else {
            plan.toml.public_url = Some(address.origin().ascii_serialization());
            plan.carried("app.baseUrl", "`public-url`, as a comment: take the mark away when Waymark answers there");
        }
        if address.path() != "/" {
            plan.remind(format!("Backstage is served under {}; Waymark takes an address without a path", address.path()));
        }
    }
    listen(config, plan);
    for (index, entry) in config.list("backend.reading.allow").into_iter().enumerate() {
        let key = format!("backend.reading.allow[{index}]");
        match entry.text("host") {
            Some(host) if host.contains('*') => {
                plan.unsupported(
                    format!("{key}.host"),
                    "public hosts need no leave; name private ones in `fetch.allow-private`, each by itself",
                );
            }
            Some(host) => {
                plan.toml.allow_private.push(host);
                plan.carried(format!("{key}.host"), "`fetch.allow-private`");
            }
            None => {}
        }
    }
}

/// `:7007`, `host:7007`, `7007`, or host and port.
fn listen(config: &Node, plan: &mut Plan) {
    let (host, port, keys) = match config.at("backend.listen") {
        Some(Node::Map(_)) => (
            config.text("backend.listen.host").unwrap_or_default(),
            config.text("backend.listen.port").unwrap_or_else(|| "7007".to_owned()),
            vec!["backend.listen.host", "backend.listen.port"],
        ),
        Some(_) => {
            let text = config.text("backend.listen").unwrap_or_default();
            let (host, port) = text.rsplit_once(':').map_or(("", text.as_str()), |(host, port)| (host, port));
            (host.to_owned(), port.to_owned(), vec!["backend.listen"])
        }
        None => return,
    };
    let host = if host.is_empty() { "0.0.0.0" } else { host.as_str() };
    let address = format!("{host}:{port}");
    let valid = host == "localhost" || address.parse::<std::net::SocketAddr>().is_ok();
    for key in keys.into_iter().filter(|key| config.at(key).is_some()) {
        if valid && port.parse::<u16>().is_ok() {
            plan.toml.listen = Some(address.clone());
            plan.carried(key, "`listen`; take another port while both run on one machine");
        } else {
            plan.unsupported(key, "`listen` takes an IP address and a port");
        }
    }
}

/// One kind of integration: its key, what runs there, its usual host, the field with the token and that with its user.
const INTEGRATIONS: [(&str, &str, &str, &[&str], &str); 6] = [
    ("github", "github", "github.com", &["token"], ""),
    ("gitlab", "gitlab", "gitlab.com", &["token"], ""),
    ("gitea", "gitea", "gitea.com", &["password"], "username"),
    ("bitbucketCloud", "bitbucket", "bitbucket.org", &["token", "appPassword"], "username"),
    ("bitbucketServer", "plain", "", &["token", "password"], "username"),
    ("azure", "plain", "dev.azure.com", &["token"], ""),
];

/// Hosts with their credentials.
pub(super) fn integrations(config: &Node, plan: &mut Plan) {
    for (section, kind, usual, secrets, user_field) in INTEGRATIONS {
        for (index, entry) in config.list(&format!("integrations.{section}")).into_iter().enumerate() {
            let key = format!("integrations.{section}[{index}]");
            let Some(name) = entry.text("host").or_else(|| (!usual.is_empty()).then(|| usual.to_owned())) else {
                plan.unsupported(format!("{key}.host"), "the host's name is not known here; add [[hosts]] by hand");
                continue;
            };
            plan.carried(format!("{key}.host"), "`[[hosts]] name`");
            let mut secret = None;
            for field in secrets {
                if let Some(Node::Leaf(leaf)) = entry.at(field) {
                    secret = Some(reference(leaf, &name, &format!("{key}.{field}"), plan));
                    break;
                }
            }
            let user = entry.text(user_field);
            if user.is_some() {
                plan.carried(format!("{key}.{user_field}"), "`[[hosts]] user`");
            }
            for (field, fate) in [
                ("apiBaseUrl", Fate::Replaced("not needed: files are read with git".to_owned())),
                ("rawBaseUrl", Fate::Replaced("not needed: files are read with git".to_owned())),
                ("baseUrl", Fate::Replaced("not needed: files are read with git".to_owned())),
                ("cloneUrl", Fate::Replaced("a location of type git names the address to clone".to_owned())),
            ] {
                if entry.at(field).is_some() {
                    plan.fates.insert(format!("{key}.{field}"), fate);
                }
            }
            if entry.at("apps").is_some() && secret.is_none() {
                plan.remind(format!("{name} is read as a GitHub App, which Waymark cannot do; give [[hosts]] a token with read access"));
            }
            if section == "azure" || section == "bitbucketServer" {
                plan.remind(format!("addresses of {name} are not understood as files of a repository; name them as locations of type git"));
            }
            let host = Host { name, kind, user, secret };
            if !plan.toml.hosts.iter().any(|have| have.name == host.name) {
                plan.toml.hosts.push(host);
            }
        }
    }
}

/// Refers to a secret where it stands. One that stands in the file itself has to move into a variable.
fn reference(leaf: &Leaf, host: &str, key: &str, plan: &mut Plan) -> Secret {
    match &leaf.source {
        Source::Variable(name) => {
            plan.carried(key, format!("`[[hosts]] token`, from the variable {name}"));
            plan.remind(format!("set {name} for Waymark too"));
            Secret::Variable(name.clone())
        }
        Source::File(file) => {
            plan.carried(key, "`[[hosts]] token-file`");
            if !Path::new(file).exists() {
                plan.remind(format!("{} is not there; it holds the token of {host}", file.display()));
            }
            Secret::File(file.display().to_string())
        }
        Source::Literal | Source::Mixed => {
            let letters = host.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
            let name = format!("{}_TOKEN", letters.collect::<String>());
            plan.carried(key, format!("`[[hosts]] token`, from the variable {name}; the secret itself is not copied"));
            plan.remind(format!("put the token of {host} into the variable {name}"));
            Secret::Variable(name)
        }
    }
}

/// The fate of a key that nothing above has taken: that of the longest beginning in the table.
pub(super) fn fate_of(key: &str) -> Fate {
    let starts = |prefix: &str| key.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let found = TABLE.iter().filter(|(prefix, ..)| starts(prefix)).max_by_key(|(prefix, ..)| prefix.len());
    match found {
        Some((_, Known::Replaced, how)) => Fate::Replaced((*how).to_owned()),
        Some((_, Known::Unsupported, why)) => Fate::Unsupported((*why).to_owned()),
        None => Fate::Unsupported("it is for a plugin; Waymark runs none of Backstage's".to_owned()),
    }
}

#[derive(Clone, Copy)]
enum Known {
    Replaced,
    Unsupported,
}
use Known::{Replaced, Unsupported};

/// What Waymark does about keys of Backstage's own (its packages' config.d.ts), by the beginning of the key.
const TABLE: &[(&str, Known, &str)] = &[
    ("app", Unsupported, "the interface is not put together by configuration"),
    ("app.title", Replaced, "`organisation`"),
    ("app.baseUrl", Replaced, "`public-url`"),
    ("app.listen", Replaced, "`listen`: one program serves pages and REST"),
    ("app.support", Unsupported, "there is no support button yet"),
    ("app.analytics", Unsupported, "pages call no analytics services"),
    ("app.https", Replaced, "a proxy before Waymark does TLS"),
    ("app.packages", Unsupported, "Waymark runs none of Backstage's plugins"),
    ("app.extensions", Unsupported, "Waymark runs none of Backstage's plugins"),
    ("app.routes", Unsupported, "the addresses of pages are fixed"),
    ("organization.name", Replaced, "`organisation`"),
    ("backend.baseUrl", Replaced, "`public-url`: pages and REST have one address"),
    ("backend.listen", Replaced, "`listen`"),
    ("backend.https", Replaced, "a proxy before Waymark does TLS"),
    ("backend.cors", Replaced, "not needed: pages and REST have one origin"),
    ("backend.csp", Replaced, "built in: only Waymark's own scripts and styles run"),
    ("backend.auth", Replaced, "service accounts and their `wm_` tokens, which policies limit"),
    ("backend.database", Replaced, "`database-url` or a SQLite file; give Waymark a database of its own"),
    ("backend.cache", Replaced, "not needed: reads come from memory"),
    ("backend.reading.allow", Replaced, "a host is allowed whole, in `fetch.allow-private`"),
    ("backend.workingDirectory", Replaced, "`data-dir`"),
    ("backend.rateLimit", Replaced, "`limits.connections` and `limits.request-time`"),
    ("backend.packages", Unsupported, "Waymark runs none of Backstage's plugins"),
    ("backend.logger", Replaced, "`log.level` and `log.format`"),
    ("backend.health", Replaced, "`/healthz` and `/readyz`"),
    ("backend.lifecycle", Replaced, "`limits.drain-time`"),
    ("backend", Unsupported, "Waymark has no such part"),
    ("discovery", Replaced, "not needed: one program serves everything"),
    ("catalog.import", Replaced, "the page *Register* shows what it finds before it registers it"),
    ("catalog.orphanStrategy", Replaced, "`catalog.grace`: what no file names goes after it"),
    ("catalog.orphanProviderStrategy", Replaced, "`catalog.grace`"),
    ("catalog.processingInterval", Replaced, "`catalog.read-every`"),
    ("catalog.stitchingStrategy", Replaced, "not needed: entities are joined while they are read"),
    ("catalog.useUrlReadersSearch", Replaced, "patterns in addresses are always searched"),
    ("catalog.scmEvents", Replaced, "`/webhooks/github`, `/webhooks/gitlab` and `/webhooks/git`"),
    ("catalog.readonly", Unsupported, "registering is for those who may; there is no switch for all"),
    ("catalog.processors", Unsupported, "Waymark has no processors; kinds of your own are declared under [[kinds]]"),
    (
        "catalog.providers",
        Unsupported,
        "Waymark discovers no repositories, people or teams; with --url what it found becomes locations, and a git location with a pattern reads a whole repository",
    ),
    ("catalog", Unsupported, "Waymark's catalog has no such setting"),
    ("catalog.defaultLocationConflictStrategy", Replaced, "`onConflict` of each call"),
    ("events.modules.github.webhookSecret", Replaced, "`webhooks.github-secret` (WAYMARK_WEBHOOKS_GITHUB_SECRET), for /webhooks/github"),
    ("events.modules.gitlab.webhookSecret", Replaced, "`webhooks.gitlab-secret` (WAYMARK_WEBHOOKS_GITLAB_SECRET), for /webhooks/gitlab"),
    ("events.http", Replaced, "`/webhooks/github`, `/webhooks/gitlab` and `/webhooks/git`"),
    ("events", Unsupported, "webhooks of git forges are all that Waymark listens to"),
    ("integrations", Unsupported, "files are read from git, from web addresses and from this machine; clone what lies elsewhere with git"),
    ("integrations.github", Unsupported, "[[hosts]] takes a name, a kind, a user and a token"),
    ("integrations.gitlab", Unsupported, "[[hosts]] takes a name, a kind, a user and a token"),
    ("integrations.gitea", Unsupported, "[[hosts]] takes a name, a kind, a user and a token"),
    ("integrations.bitbucketCloud", Unsupported, "[[hosts]] takes a name, a kind, a user and a token"),
    ("integrations.bitbucketServer", Unsupported, "[[hosts]] takes a name, a kind, a user and a token"),
    ("integrations.azure", Unsupported, "[[hosts]] takes a name, a kind, a user and a token; put the token there by hand"),
    ("auth", Replaced, "`[[sign-in]]`, written by hand: docs/guide/sign-in.md has each provider"),
    ("permission", Replaced, "roles and policies: `[access]`, docs/guide/policies.md"),
    ("scaffolder", Unsupported, "templates are shown and not run yet"),
    ("techdocs", Unsupported, "documentation pages are not there yet"),
    ("search", Replaced, "built in: search from anywhere with ⌘K, over all fields"),
    ("kubernetes", Unsupported, "clusters are not shown yet"),
    ("proxy", Unsupported, "Waymark calls no other services for the browser"),
    ("notifications", Replaced, "the inbox is built in; `[smtp]` and `[[notifications.channels]]` send elsewhere"),
    ("home", Unsupported, "the home page shows what needs the person who looks"),
    ("userSettings", Replaced, "settings of a person are kept in the database"),
    ("signals", Unsupported, "pages do not listen on a socket"),
    ("auditor", Replaced, "the audit log: Administration, `waymark audit`, and `audit.stdout` for the log"),
    ("metrics", Replaced, "`/metrics`"),
    ("dynamicPlugins", Unsupported, "Waymark runs none of Backstage's plugins"),
    ("mcpActions", Unsupported, "there is no MCP server"),
    ("gateway", Unsupported, "Waymark has no such part"),
];
