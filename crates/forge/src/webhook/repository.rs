//! Whether two addresses name one repository.

use url::Url;

/// Compares addresses of any form: https, ssh and scp, with and without `.git`, user and default port. Case plays no
/// part, as on the forges; where it does, the price is a reading too many.
#[must_use]
pub fn same_repository(a: &str, b: &str) -> bool {
    match (Place::parse(a), Place::parse(b)) {
        (Some(a), Some(b)) => a.host == b.host && a.path == b.path && (a.transport != b.transport || a.port == b.port),
        _ => false,
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// Ports are compared within one transport: the ssh port of a host says nothing of its web port.
    transport: &'static str,
    host: String,
    port: u16,
    path: String,
}

impl Place {
    fn parse(address: &str) -> Option<Self> {
        let address = address.trim();
        let (transport, host, port, path) = match address.split_once("://") {
            Some(_) => {
                let url = Url::parse(address).ok()?;
                let (transport, default) = match url.scheme() {
                    "http" => ("web", 80),
                    "https" => ("web", 443),
                    "ssh" | "git+ssh" => ("ssh", 22),
                    "git" => ("git", 9418),
                    "file" => ("file", 0),
                    _ => return None,
                };
                let port = url.port().unwrap_or(default);
                // One web server on both of its default ports.
                let port = if transport == "web" && port == 80 { 443 } else { port };
                (transport, url.host_str().unwrap_or_default().to_owned(), port, url.path().to_owned())
            }
            None if address.starts_with('/') => ("file", String::new(), 0, address.to_owned()),
            None => {
                let (place, path) = address.split_once(':')?;
                let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
                ("ssh", host.to_owned(), 22, path.to_owned())
            }
        };
        let host = host.to_lowercase().trim_end_matches('.').to_owned();
        let host = host.strip_prefix("www.").map(str::to_owned).unwrap_or(host);
        let path = path.trim_matches('/').to_lowercase();
        let path = path.strip_suffix(".git").unwrap_or(&path).trim_end_matches('/').to_owned();
        (!path.is_empty()).then_some(Self { transport, host, port, path })
    }
}
