//! Clone addresses: what git may be asked for, and what it must never be given.

use url::{Host, Url};

use crate::{
    ForgeError,
    address::{GitTarget, MAX_ADDRESS, Style, encode, glob::Glob},
};

const SCHEMES: [&str; 5] = ["https", "http", "ssh", "git", "file"];
/// What stands before the colon of other addresses, which would look like the host of `host:path`.
const NOT_HOSTS: [&str; 10] = ["https", "http", "ssh", "git", "file", "ftp", "javascript", "vbscript", "data", "mailto"];
/// A longer user than this is a token.
const LONGEST_USER: usize = 32;

pub(super) fn git(address: &str) -> Result<GitTarget, ForgeError> {
    let address = plain_text(address)?;
    if let Some((helper, _)) = address.split_once("::")
        && helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    {
        return Err(refused(format!(
            "git addresses that run a helper (`{helper}::`) are not read: write https://, ssh:// or git@host:path"
        )));
    }
    let (place, query) = address.split_once('?').map_or((address, None), |(place, query)| (place, Some(query)));
    let (repository, path) = split_path(place);
    let repository = clone_address(repository)?;
    let path = match path {
        Some(path) => path_within(&encode::decode(path).ok_or_else(|| refused("the path is not UTF-8 when decoded".to_owned()))?)?,
        None => String::new(),
    };
    if path.contains(['*', '?', '{']) {
        Glob::new(&path)?;
    }
    let reference = query.map(reference_of).transpose()?.flatten();
    Ok(GitTarget { repository, reference, path, style: Style::Git })
}

/// What every address must be before it is looked at: short, one line, and no option.
pub(crate) fn plain_text(address: &str) -> Result<&str, ForgeError> {
    let address = address.trim_matches(' ');
    if address.is_empty() {
        return Err(refused("the address is empty".to_owned()));
    }
    if address.len() > MAX_ADDRESS {
        return Err(refused(format!("the address has {} bytes, {MAX_ADDRESS} are allowed", address.len())));
    }
    if address.chars().any(|c| c.is_control() || c.is_whitespace() || is_invisible(c)) {
        return Err(refused(
            "the address holds a space, a line break or another character that cannot be seen: write it as %20 and the like".to_owned(),
        ));
    }
    if address.starts_with('-') {
        return Err(refused(format!("the address begins with `-`, which git would take for an option: {address}")));
    }
    Ok(address)
}

/// A path in the tree: no leading slash, nothing that climbs out.
pub(crate) fn path_within(path: &str) -> Result<String, ForgeError> {
    if path.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(refused("the path holds a control character".to_owned()));
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err(refused(format!("the path `{path}` leaves the repository (`..`)"))),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// A branch, a tag or a commit id that git will not take for anything else.
pub(super) fn checked_reference(reference: &str) -> Result<String, ForgeError> {
    let bad = reference.is_empty()
        || reference.len() > 250
        || reference.starts_with(['-', '/', '.'])
        || reference.ends_with(['/', '.'])
        || reference.ends_with(".lock")
        || reference.contains("..")
        || reference.contains("//")
        || reference.contains("@{")
        || reference.chars().any(|c| c.is_control() || is_invisible(c) || " ~^:?*[\\".contains(c));
    if bad {
        let shown: String = reference.chars().filter(|c| !c.is_control()).take(60).collect();
        return Err(refused(format!("`{shown}` is not the name of a branch, a tag or a commit")));
    }
    Ok(reference.to_owned())
}

/// The host of a clone address, as `[[hosts]]` names it.
pub(crate) fn host_of(address: &str) -> Option<String> {
    if !address.contains("://") {
        let (host, _) = address.split_once(':')?;
        return Some(host.rsplit_once('@').map_or(host, |(_, host)| host).to_ascii_lowercase());
    }
    let url = Url::parse(address).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?.to_ascii_lowercase();
    Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// Invisible characters turn the reading direction or hide what an address says.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The first `//` after the scheme's own parts the path in the tree from the clone address.
fn split_path(place: &str) -> (&str, Option<&str>) {
    let from = match place.find("://") {
        Some(at) if place[at + 3..].starts_with('/') => at + 4, // file:///srv
        Some(at) => at + 3,
        None => 0,
    };
    match place[from..].find("//") {
        Some(at) => (&place[..from + at], Some(&place[from + at + 2..])),
        None => (place, None),
    }
}

fn reference_of(query: &str) -> Result<Option<String>, ForgeError> {
    let mut reference = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some(value) = pair.strip_prefix("ref=") else {
            return Err(refused(
                "only `?ref=<branch, tag or commit>` may follow a git address (a `?` in a path is written %3F)".to_owned(),
            ));
        };
        let value = encode::decode(value).ok_or_else(|| refused("the reference is not UTF-8 when decoded".to_owned()))?;
        if !value.is_empty() && value != "HEAD" {
            reference = Some(checked_reference(&value)?);
        }
    }
    Ok(reference)
}

/// The address that git gets: no password, a known transport, a host that is no option.
fn clone_address(address: &str) -> Result<String, ForgeError> {
    let Some((scheme, _)) = address.split_once("://") else { return scp(address) };
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return Err(refused(format!("git addresses of `{}://` are not read: write https://, ssh:// or git@host:path", shown(&scheme))));
    }
    let mut url = Url::parse(address).map_err(|error| refused(format!("the address is not valid: {error}")))?;
    if url.password().is_some() || url.username().len() > LONGEST_USER {
        return Err(password_in_address(&url));
    }
    if url.fragment().is_some() {
        return Err(refused("a `#…` has no meaning in a git address: write `//<path>?ref=<branch>`".to_owned()));
    }
    let decoded = encode::decode(url.path()).unwrap_or_default();
    if decoded.is_empty() || decoded.chars().any(char::is_control) || decoded.split('/').any(|part| part == "..") {
        return Err(refused("the address names no repository".to_owned()));
    }
    if scheme == "file" {
        if url.host_str().is_some_and(|host| !host.is_empty()) {
            return Err(refused("a file address has three slashes and no host: file:///srv/git/r.git".to_owned()));
        }
        return Ok(url.to_string().trim_end_matches('/').to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() || url.path().trim_matches('/').is_empty() {
        return Err(refused("the address names no repository: write https://host/owner/repository.git".to_owned()));
    }
    if host.starts_with('-') || url.username().starts_with('-') || encode::decode(url.username()).is_none_or(|user| user.starts_with('-')) {
        return Err(refused("the host or the user begins with `-`, which would be taken for an option".to_owned()));
    }
    if scheme == "ssh" || scheme == "git" {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        if name.parse::<std::net::Ipv6Addr>().is_err() {
            checked_host(host)?;
        }
        checked_user(url.username())?;
        if decoded.trim_start_matches('/').starts_with('-') {
            return Err(refused("the path begins with `-`, which would be taken for an option".to_owned()));
        }
    } else if !url.username().is_empty() {
        // A user without a password decides nothing: credentials come from [[hosts]].
        url.set_username("").map_err(|()| refused("the address is not valid".to_owned()))?;
    }
    if let Some(web) = ["/blob/", "/tree/", "/-/"].iter().find(|part| url.path().contains(**part)) {
        return Err(refused(format!("`{web}` in a git address: this is the web address of a file or a folder, register it with type url")));
    }
    Ok(url.to_string().trim_end_matches('/').to_owned())
}

/// `user@host:path`.
fn scp(address: &str) -> Result<String, ForgeError> {
    let Some((place, path)) = address.split_once(':').filter(|(place, _)| !place.is_empty() && !place.contains(['/', '\\'])) else {
        return Err(refused(format!("`{}` is a path of a machine, not an address: write file:///… or https://…", shown(address))));
    };
    if path.split('/').next().is_some_and(|first| first.contains('@')) {
        return Err(refused(
            "the address holds a password, and addresses are shown to everyone: write git@host:path; credentials belong into [[hosts]] of the configuration".to_owned(),
        ));
    }
    if NOT_HOSTS.contains(&place.to_ascii_lowercase().as_str()) {
        return Err(refused(format!("addresses of `{place}:` are not read: write https://, ssh:// or git@host:path")));
    }
    let (user, host) = place.rsplit_once('@').map_or(("", place), |(user, host)| (user, host));
    checked_user(user)?;
    checked_host(host)?;
    if host.len() == 1 {
        return Err(refused(format!("`{}` is a path of a machine, not an address: write file:///… or https://…", shown(address))));
    }
    if path.trim_matches('/').is_empty() || path.starts_with('-') || path.split('/').any(|part| part == "..") {
        return Err(refused("the address names no repository: write git@host:owner/repository.git".to_owned()));
    }
    Ok(address.trim_end_matches('/').to_owned())
}

/// A user name is letters and digits: anything else is an option or a password.
fn checked_user(user: &str) -> Result<(), ForgeError> {
    let plain = user.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if plain && !user.starts_with('-') {
        return Ok(());
    }
    Err(refused("the user of the address holds more than letters, digits, `.`, `_` and `-`; passwords and tokens belong into [[hosts]] of the configuration".to_owned()))
}

fn checked_host(host: &str) -> Result<(), ForgeError> {
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if plain && !host.is_empty() && !host.starts_with('-') && Host::parse(host).is_ok() {
        return Ok(());
    }
    Err(refused(format!("`{}` is not the name of a host", shown(host))))
}

/// The sentence for an address that holds a password; it does not repeat it.
pub(super) fn password_in_address(url: &Url) -> ForgeError {
    let host = url.host_str().unwrap_or("the host");
    refused(format!(
        "the address holds a password or token, and addresses are shown to everyone: remove it here, revoke it if it was real, and give {host} a token in [[hosts]] of the configuration"
    ))
}

fn shown(text: &str) -> String {
    // What stands before an @ may be a secret.
    let text = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn refused(message: String) -> ForgeError {
    ForgeError::Refused(message)
}
