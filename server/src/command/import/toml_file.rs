//! The `waymark.toml` that is written: in the order and with the comments that a person would give it.

use std::fmt::Write as _;

/// The settings that were found.
#[derive(Clone, Debug, Default)]
pub(super) struct TomlFile {
    pub(super) organisation: Option<String>,
    pub(super) listen: Option<String>,
    /// Commented out: it is for the day on which Waymark takes the address over.
    pub(super) public_url: Option<String>,
    pub(super) read_every: Option<String>,
    pub(super) allow_private: Vec<String>,
    pub(super) hosts: Vec<Host>,
    pub(super) locations: Vec<Location>,
}

/// A host with its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) user: Option<String>,
    pub(super) secret: Option<Secret>,
}

/// Where a secret is found; never the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    Variable(String),
    File(String),
}

/// A location, why it is there, and the kinds that it may bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) kind: String,
    pub(super) target: String,
    /// None lets every kind in.
    pub(super) allow: Option<Vec<String>>,
    pub(super) origin: Origin,
}

/// Where a location was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Configured,
    Registered,
    Discovered,
}

impl TomlFile {
    /// The file's text; `heading` becomes its first comment.
    pub(super) fn text(&self, heading: &str) -> String {
        let mut out = format!("# {heading}\n# What became of each key: import-report.md. Every setting: docs/guide/operate.md.\n");
        let mut setting = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                // Writing into a String cannot fail, here and below.
                _ = writeln!(out, "{key} = {}", quoted(value));
            }
        };
        setting("organisation", &self.organisation);
        setting("listen", &self.listen);
        setting("# When Waymark answers in Backstage's place:\n# public-url", &self.public_url);
        out.push_str("data-dir = \"data\"\n");
        if let Some(every) = &self.read_every {
            _ = write!(out, "\n[catalog]\nread-every = {}\n", quoted(every));
        }
        if !self.allow_private.is_empty() {
            let hosts: Vec<_> = self.allow_private.iter().map(|host| quoted(host)).collect();
            _ = write!(out, "\n[fetch]\nallow-private = [{}]\n", hosts.join(", "));
        }
        for Host { name, kind, user, secret } in &self.hosts {
            _ = write!(out, "\n[[hosts]]\nname = {}\nkind = \"{kind}\"\n", quoted(name));
            if let Some(user) = user {
                _ = writeln!(out, "user = {}", quoted(user));
            }
            match secret {
                Some(Secret::Variable(variable)) => _ = writeln!(out, "token = {}", quoted(&format!("${variable}"))),
                Some(Secret::File(file)) => _ = writeln!(out, "token-file = {}", quoted(file)),
                None => {}
            }
        }
        let mut before = None;
        for Location { kind, target, allow, origin } in &self.locations {
            if before != Some(*origin) {
                before = Some(*origin);
                out.push_str(match origin {
                    Origin::Configured => "",
                    Origin::Registered => "\n# Registered in Backstage.\n",
                    Origin::Discovered => "\n# Found by Backstage's providers.\n",
                });
            }
            _ = write!(out, "\n[[catalog.locations]]\ntype = {}\ntarget = {}\n", quoted(kind), quoted(target));
            if let Some(allow) = allow {
                let kinds: Vec<_> = allow.iter().map(|kind| quoted(kind)).collect();
                _ = writeln!(out, "rules = [{{ allow = [{}] }}]", kinds.join(", "));
            }
        }
        out
    }
}

fn quoted(text: &str) -> String {
    // On one line: the library would write texts with line ends as several.
    if text.contains(['\n', '\r']) { serde_json::Value::from(text).to_string() } else { toml::Value::from(text).to_string() }
}
