//! The way in: hosts, the HTTP client and the clones, shared by everything that reads.

use std::{path::PathBuf, sync::Arc};

use reqwest::redirect::Policy;

use crate::{
    FetchConfig, Fetched, ForgeError, GitTarget, HostConfig, HostState, Round, address,
    git::Clones,
    hosts::Hosts,
    network::{Allowed, Resolver},
    web,
};

/// Reads from hosts on the network. Cheap to clone: all clones share hosts, budgets and fetched repositories.
#[derive(Clone, Debug)]
pub struct Forge {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hosts: Hosts,
    pub(crate) allowed: Arc<Allowed>,
    pub(crate) fetch: FetchConfig,
    pub(crate) client: reqwest::Client,
    pub(crate) clones: Clones,
}

impl Forge {
    /// `cache` is where repositories are kept between starts; only one process may use it. Without it they live in a
    /// temporary folder that goes with this value.
    ///
    /// # Errors
    /// `Refused` where the configuration is wrong, `Unreadable` where the folder cannot be made or the HTTP client not
    /// be built. Both name the key.
    pub fn new(hosts: Vec<HostConfig>, fetch: FetchConfig, cache: Option<PathBuf>) -> Result<Self, ForgeError> {
        // The client takes the process's choice; a second call only says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed = Arc::new(Allowed::new(&fetch.allow_private, hosts.iter().map(|host| host.name.as_str()))?);
        let hosts = Hosts::new(hosts)?;
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .dns_resolver(Resolver(Arc::clone(&allowed)))
            .connect_timeout(fetch.timeout)
            .user_agent(concat!("waymark/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ForgeError::Unreadable(format!("the HTTP client cannot start: {error}")))?;
        let clones = Clones::new(cache, &fetch)?;
        Ok(Self { shared: Arc::new(Shared { hosts, allowed, fetch, client, clones }) })
    }

    /// What a web address of a known forge stands for: `blob`, `tree` and `raw` addresses and pages of repositories of
    /// github.com, gitlab.com, bitbucket.org, codeberg.org and the hosts of the configuration. None: it is a plain
    /// address, for [`Self::get`].
    #[must_use]
    pub fn target(&self, address: &str) -> Option<GitTarget> {
        address::web_target(address, |host| self.shared.hosts.kind(host))
    }

    /// Reads a file over HTTP. `known` is the stamp of what the caller has.
    ///
    /// # Errors
    /// See [`ForgeError`]; nothing private is asked, nothing larger than the limit is read.
    pub async fn get(&self, url: &str, known: Option<&str>) -> Result<Fetched, ForgeError> {
        web::get(&self.shared, url, known).await
    }

    /// Begins a reading: within it each repository and reference is asked for once.
    #[must_use]
    pub fn round(&self) -> Round {
        Round::new(Arc::clone(&self.shared))
    }

    /// Every host that was asked since this process started, by name.
    #[must_use]
    pub fn hosts(&self) -> Vec<HostState> {
        self.shared.hosts.states()
    }
}
