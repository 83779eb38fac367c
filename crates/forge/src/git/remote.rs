//! The far side of a call of git: its address, pinned to what it resolved to, and the credential for it.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{ForgeError, address::host_of, forge::Shared, network::is_near};

/// What a call needs to reach a repository.
#[derive(Debug)]
pub(super) struct Remote {
    /// As `[[hosts]]` names it; empty for files.
    pub(super) host: String,
    pub(super) transport: &'static str,
    pub(super) config: Vec<(String, SecretString)>,
    pub(super) ssh: Option<String>,
}

impl Remote {
    /// Resolves the host and decides what git is told. The address goes in as configuration: never as an argument.
    pub(super) async fn new(shared: &Shared, address: &str) -> Result<Self, ForgeError> {
        let host = host_of(address).unwrap_or_default();
        let set = |key: &str, value: String| (key.to_owned(), SecretString::from(value));
        let mut remote =
            Self { host: host.clone(), transport: "ssh", config: vec![set("remote.origin.url", address.to_owned())], ssh: None };
        let Some(url) = address.contains("://").then(|| Url::parse(address)).transpose().map_err(|error| malformed(&error))? else {
            remote.ssh = Some(ssh(shared, &host, 22).await?);
            return Ok(remote);
        };
        let name = url.host_str().unwrap_or_default().to_owned();
        match url.scheme() {
            "file" => {
                if !shared.fetch.allow_file {
                    return Err(ForgeError::Refused("file addresses are read only where the configuration names them".to_owned()));
                }
                remote.transport = "file";
            }
            "ssh" => remote.ssh = Some(ssh(shared, &name, url.port().unwrap_or(22)).await?),
            "git" => {
                let port = url.port().unwrap_or(9418);
                let addresses = shared.allowed.resolve(&name, port).await?;
                // The protocol checks no name, so the address that was checked can stand for it.
                if let (Some(first), Some((_, path))) =
                    (addresses.first(), address.split_once("://").and_then(|(_, rest)| rest.split_once('/')))
                {
                    remote.config = vec![set("remote.origin.url", format!("git://{first}/{path}"))];
                }
                remote.transport = "git";
            }
            scheme => {
                remote.transport = if scheme == "http" { "http" } else { "https" };
                let port = url.port_or_known_default().unwrap_or(443);
                let addresses = shared.allowed.resolve(&name, port).await?;
                let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
                // Names only: an address is what it is.
                if !list.iter().any(|address| address == name.trim_matches(['[', ']'])) {
                    remote.config.push(set("http.curloptResolve", format!("{name}:{port}:{}", list.join(","))));
                }
                if let Some(authorization) = shared.hosts.authorization(&host, true)
                    && (scheme == "https" || is_near(&addresses))
                {
                    let header = format!("Authorization: {}", authorization.expose_secret());
                    remote.config.push(set(&format!("http.{scheme}://{host}/.extraHeader"), header));
                }
            }
        }
        Ok(remote)
    }
}

/// ssh without questions, to the address that was checked. Keys and known hosts are those of the service's user.
async fn ssh(shared: &Shared, host: &str, port: u16) -> Result<String, ForgeError> {
    let addresses = shared.allowed.resolve(host, port).await?;
    let pinned = addresses.first().map_or_else(|| host.to_owned(), |address| address.ip().to_string());
    let seconds = shared.fetch.timeout.as_secs().max(1);
    let alias = host.trim_matches(['[', ']']);
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'));
    if !plain(&pinned) || !plain(alias) {
        return Err(ForgeError::Refused(format!("{host} is not the name of a host")));
    }
    Ok(format!(
        "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout={seconds} -o ServerAliveInterval={seconds} -o PermitLocalCommand=no -o ClearAllForwardings=yes -o HostName={pinned} -o HostKeyAlias={alias}"
    ))
}

fn malformed(error: &url::ParseError) -> ForgeError {
    ForgeError::Refused(format!("the address is not valid: {error}"))
}
