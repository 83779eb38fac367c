//! What the operator says about hosts and limits.

use std::time::Duration;

use secrecy::SecretString;

/// A host that files are read from.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Its name, with a port where it has one: `github.example.com`, `127.0.0.1:3001`.
    pub name: String,
    /// What runs there: decides how its addresses are read.
    pub kind: HostKind,
    /// Sent to this host only, over git and over HTTP.
    pub token: Option<SecretString>,
    /// The user that goes with the token where Basic authentication is used; each kind has its own default.
    pub user: Option<String>,
}

/// What runs on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// GitHub, or GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea or Forgejo.
    Gitea,
    /// Bitbucket Cloud.
    Bitbucket,
    /// Anything else: addresses are files, and git addresses are cloned as they are.
    Plain,
}

/// Limits of requests to the network.
#[derive(Clone, Debug)]
pub struct FetchConfig {
    /// Bytes that one file may have.
    pub max_bytes: u64,
    /// How long one request may take, with its redirects, and each step of git; a transfer of git may take ten times as
    /// long while it moves.
    pub timeout: Duration,
    /// Redirects that are followed, each checked like a first request.
    pub max_redirects: usize,
    /// Hosts (`git.internal:8443`), addresses or ranges (`10.0.0.0/8`) that may be asked although they are private. The
    /// hosts that are configured by name may be so too.
    pub allow_private: Vec<String>,
    /// Whether `file://` addresses of git may be read; only what the configuration names.
    pub allow_file: bool,
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self { max_bytes: 10 << 20, timeout: Duration::from_secs(30), max_redirects: 5, allow_private: Vec::new(), allow_file: true }
    }
}
