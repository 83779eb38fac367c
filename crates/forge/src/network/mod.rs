//! Which machines may be asked. An address that someone registers must not make the portal look into the network that
//! it stands in: cloud metadata, databases, other people's consoles.

mod ranges;

pub(crate) use ranges::{Range, is_public};

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::ForgeError;

const LOOK_UP: Duration = Duration::from_secs(10);

/// What the configuration allows beyond the public network.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    ranges: Vec<Range>,
    /// Hosts, with a port or for every port.
    hosts: Vec<String>,
}

impl Allowed {
    /// `allow-private` of the configuration, and the hosts that it names itself: who gives a host a token means it to be asked.
    pub(crate) fn new<'a>(allow_private: &[String], hosts: impl Iterator<Item = &'a str>) -> Result<Self, ForgeError> {
        let mut allowed = Self::default();
        for entry in allow_private {
            let entry = entry.trim().to_ascii_lowercase();
            match Range::parse(&entry) {
                Some(range) => allowed.ranges.push(range),
                None if entry.is_empty() || entry.contains(['/', '@', ' ', '*']) => {
                    return Err(ForgeError::Refused(format!(
                        "[fetch] allow-private: `{entry}` is no range (10.0.0.0/8), address or host (git.internal, git.internal:8443)"
                    )));
                }
                None => allowed.hosts.push(entry),
            }
        }
        allowed.hosts.extend(hosts.map(str::to_ascii_lowercase));
        Ok(allowed)
    }

    /// Whether a host named so may have any address.
    fn names(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|entry| {
            entry == host || entry.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')).is_some_and(|rest| rest.parse() == Ok(port))
        })
    }

    fn names_on_any_port(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|entry| entry == host || entry.strip_prefix(host).is_some_and(|rest| rest.starts_with(':')))
    }

    fn has(&self, address: IpAddr) -> bool {
        is_public(address) || self.ranges.iter().any(|range| range.contains(address))
    }

    /// The addresses of a host that may be connected to.
    ///
    /// # Errors
    /// `Refused` where all of them are private, `Unreadable` where there are none.
    pub(crate) async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ForgeError> {
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => look_up(&bare, port).await.map_err(|error| {
                ForgeError::Unreadable(format!("{host} has no address: {error}. Check the name, and that this machine can resolve it"))
            })?,
        };
        if self.names(&bare, port) {
            return Ok(found);
        }
        let (may, not): (Vec<SocketAddr>, Vec<SocketAddr>) = found.into_iter().partition(|address| self.has(address.ip()));
        match (may.is_empty(), not.first()) {
            (true, Some(private)) => Err(ForgeError::Refused(refusal(host, port, private.ip()))),
            (true, None) => Err(ForgeError::Unreadable(format!("{host} has no address: check the name"))),
            (false, _) => Ok(may),
        }
    }
}

/// Whether a credential may cross to these addresses unencrypted: only where all of them are on a private network,
/// which the configuration then allows.
pub(crate) fn is_near(addresses: &[SocketAddr]) -> bool {
    addresses.iter().all(|address| !is_public(address.ip()))
}

fn refusal(host: &str, port: u16, private: IpAddr) -> String {
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    let leads = if literal { String::new() } else { format!(" ({private})") };
    let host = if matches!(port, 80 | 443 | 22 | 9418) { host.to_owned() } else { format!("{host}:{port}") };
    format!(
        "{host}{leads} is on a private network and is not asked; if it is meant, add \"{host}\" to allow-private under [fetch] in the configuration"
    )
}

async fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    match tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((host, port))).await {
        Ok(found) => Ok(found?.collect()),
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the name server does not answer")),
    }
}

/// The HTTP client's way to addresses: the same rules at the moment of connecting, so that a name cannot answer with
/// one address when it is checked and with another when it is used.
#[derive(Clone, Debug)]
pub(crate) struct Resolver(pub(crate) Arc<Allowed>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str().to_ascii_lowercase();
            let found = look_up(&host, 0).await?;
            let any = allowed.names_on_any_port(&host);
            let may: Vec<SocketAddr> = found.into_iter().filter(|address| any || allowed.has(address.ip())).collect();
            if may.is_empty() {
                return Err(format!("{host} is on a private network").into());
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}
