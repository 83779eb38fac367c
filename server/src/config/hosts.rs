//! Hosts that files are read from: what runs there, and the secrets for them.

use std::path::Path;

use forge::{HostConfig, HostKind};
use secrecy::SecretString;

use super::{
    Config, ConfigError, Sources,
    file::{Entry, Reader},
    settings::{HOSTS_KEY, Kind},
    value::one_of,
};

/// The keys of one host.
const KEYS: [&str; 5] = ["name", "kind", "token", "token-file", "user"];

/// Hosts whose kind everybody knows.
const KNOWN: [(&str, HostKind); 4] = [
    ("github.com", HostKind::GitHub),
    ("gitlab.com", HostKind::GitLab),
    ("codeberg.org", HostKind::Gitea),
    ("bitbucket.org", HostKind::Bitbucket),
];

const KINDS: [(&str, HostKind); 5] = [
    ("github", HostKind::GitHub),
    ("gitlab", HostKind::GitLab),
    ("gitea", HostKind::Gitea),
    ("bitbucket", HostKind::Bitbucket),
    ("plain", HostKind::Plain),
];

/// Hosts that can be listed.
const MOST: usize = 200;
/// Bytes of a file that holds a token.
const TOKEN_BYTES: u64 = 64 << 10;

impl Reader<'_> {
    /// `[[hosts]]`
    pub(super) fn hosts(&self, value: &Entry<'_>) -> Result<Vec<HostConfig>, ConfigError> {
        let mut hosts: Vec<HostConfig> = Vec::new();
        for entry in self.tables(HOSTS_KEY, value)? {
            let host = self.host(entry)?;
            if hosts.iter().any(|before| before.name == host.name) {
                return Err(self.error(entry.span(), &format!("{HOSTS_KEY}: {} is listed twice", host.name)));
            }
            if hosts.len() == MOST {
                return Err(self.error(entry.span(), &format!("{HOSTS_KEY}: there are more than {MOST} hosts")));
            }
            hosts.push(host);
        }
        Ok(hosts)
    }

    fn host(&self, entry: &Entry<'_>) -> Result<HostConfig, ConfigError> {
        let (mut name, mut kind, mut token, mut user) = (None, None, None, None);
        for (key, value) in self.entries(HOSTS_KEY, entry)? {
            let path = format!("{HOSTS_KEY}.{}", key.get_ref());
            let wrong = |message: String| self.error(value.span(), &format!("{path}: {message}"));
            match &**key.get_ref() {
                "name" => name = Some(host_name(&self.text(&path, value)?).map_err(wrong)?),
                "kind" => kind = Some(one_of(&self.text(&path, value)?, &KINDS).map_err(wrong)?),
                "user" => user = Some(self.text(&path, value)?),
                key @ ("token" | "token-file") => {
                    if token.is_some() {
                        return Err(wrong("write either token or token-file, not both".to_owned()));
                    }
                    let given = self.scalar(&path, Kind::Secret, value)?;
                    let read = match key {
                        "token" => self.sources.expand(&given),
                        _ if self.sources.flags.without_secrets => Ok("unread".to_owned()),
                        _ => token_file(&self.base.join(given)),
                    };
                    token = Some(checked_token(&read.map_err(wrong)?).map_err(wrong)?);
                }
                key_name => return Err(self.unknown(key.span(), key_name, KEYS.into_iter())),
            }
        }
        let Some(name) = name else {
            return Err(self.error(entry.span(), &format!("{HOSTS_KEY}: a host needs a name, such as github.example.com")));
        };
        let Some(kind) = kind.or_else(|| known(&name)) else {
            let message = format!("{HOSTS_KEY}: {name} needs a kind: \"github\", \"gitlab\", \"gitea\", \"bitbucket\" or \"plain\"");
            return Err(self.error(entry.span(), &message));
        };
        Ok(HostConfig { name, kind, token, user })
    }
}

/// Tokens from the environment: of the hosts that the file lists, and of those that everybody knows.
pub(super) fn read_environment(config: &mut Config, sources: &Sources) -> Result<(), ConfigError> {
    for (name, kind) in KNOWN {
        if sources.variable(&variable(name)).is_some() && !config.hosts.iter().any(|host| host.name == name) {
            config.hosts.push(HostConfig { name: name.to_owned(), kind, token: None, user: None });
        }
    }
    for host in &mut config.hosts {
        let place = variable(&host.name);
        if let Some(token) = sources.variable(&place) {
            host.token = Some(checked_token(token).map_err(|message| ConfigError { place, message })?);
        }
    }
    Ok(())
}

/// `WAYMARK_HOSTS_GITHUB_COM_TOKEN`
fn variable(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
    format!("WAYMARK_HOSTS_{}_TOKEN", letters.collect::<String>())
}

fn known(name: &str) -> Option<HostKind> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// A name with or without a port, in lower case.
fn host_name(text: &str) -> Result<String, String> {
    let parsed = url::Url::parse(&format!("https://{text}")).ok();
    let plain = parsed.as_ref().is_some_and(|url| {
        url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if plain && !text.contains(['/', '?', '#', '@']) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("expected the name of a host, with a port if it has one, as in github.example.com, found \"{text}\""))
    }
}

fn token_file(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > TOKEN_BYTES {
        return Err(format!("{} has {size} bytes, a token has at most {TOKEN_BYTES}", path.display()));
    }
    Ok(std::fs::read_to_string(path).map_err(unreadable)?.trim_end_matches(['\n', '\r']).to_owned())
}

/// What can stand in a header. The message does not repeat it.
fn checked_token(token: &str) -> Result<SecretString, String> {
    if token.is_empty() {
        Err("the token is empty".to_owned())
    } else if token.chars().all(|letter| letter.is_ascii_graphic()) {
        Ok(SecretString::from(token))
    } else {
        Err("a token is one word of letters, digits and signs".to_owned())
    }
}
