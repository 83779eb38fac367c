//! Locations: where descriptors are read from, and the Location entities that point at more of them.

use std::fmt;

use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};
use url::Url;

use super::{
    ValidationError,
    annotate::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION},
};

/// A place that can be read, as `file:/srv/catalog-info.yaml` or `url:https://host/catalog-info.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationRef {
    /// How it is read: `file`, `url`.
    pub type_: String,
    /// What is read: a path, an address.
    pub target: String,
}

impl LocationRef {
    /// Puts two parts together; they are taken as they are.
    pub fn new(type_: impl Into<String>, target: impl Into<String>) -> Self {
        Self { type_: type_.into(), target: target.into() }
    }

    /// Reads `type:target`.
    ///
    /// # Errors
    /// Backstage's, when there is no type or target, the type is `http` or `https`, or the target is a `javascript:` address.
    pub fn parse(text: &str) -> Result<Self, ValidationError> {
        let error = |message: String| Err(ValidationError::plain("TypeError", "location/ref", message, ""));
        let malformed =
            || error(format!("Unable to parse location ref '{text}', expected '<type>:<target>', e.g. 'url:https://host/path'"));
        let Some((type_, target)) = text.split_once(':') else { return malformed() };
        let (type_, target) = (type_.trim(), target.trim());
        if type_.is_empty() || target.is_empty() {
            return malformed();
        }
        if matches!(type_, "http" | "https") {
            return error(format!("Invalid location ref '{text}', please prefix it with 'url:', e.g. 'url:{text}'"));
        }
        if is_script_url(target) {
            return error(format!("Invalid location ref '{text}', target is a javascript: URL"));
        }
        Ok(Self::new(type_, target))
    }
}

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.type_, self.target)
    }
}

/// Whether a target that cannot be found is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    #[default]
    Required,
    /// It is not.
    Optional,
}

impl Presence {
    /// As it is written in a descriptor.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
        }
    }
}

/// What a Location entity points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationSpec {
    /// How the targets are read; without it as the descriptor itself was.
    pub location_type: Option<String>,
    /// The targets as they are written, `target` before `targets`.
    pub targets: Vec<String>,
    /// Whether they have to exist.
    pub presence: Presence,
}

/// Reads the `spec` of a Location entity that [`super::validate`] has passed.
pub fn location_targets(entity: &Value) -> LocationSpec {
    let text = |name: &str| entity.get("spec").and_then(|spec| spec.get(name)).and_then(Value::as_str);
    let many = entity.pointer("/spec/targets").and_then(Value::as_array);
    let targets = text("target").into_iter().chain(many.into_iter().flatten().filter_map(Value::as_str));
    LocationSpec {
        location_type: text("type").map(str::to_owned),
        targets: targets.filter(|target| !target.is_empty()).map(str::to_owned).collect(),
        presence: if text("presence") == Some("optional") { Presence::Optional } else { Presence::Required },
    }
}

/// The name of the Location entity that stands for a registered location: `generated-` and the SHA-1 of `type:target`.
pub fn generated_name(location: &LocationRef) -> String {
    use fmt::Write as _;
    let mut name = String::from("generated-");
    for byte in Sha1::digest(location.to_string()) {
        let _: fmt::Result = write!(name, "{byte:02x}");
    }
    name
}

/// The Location entity that stands for a registered location.
pub fn location_entity(location: &LocationRef, presence: Option<Presence>) -> Value {
    let mut spec = Map::new();
    spec.insert("type".to_owned(), location.type_.as_str().into());
    spec.insert("target".to_owned(), location.target.as_str().into());
    if let Some(presence) = presence {
        spec.insert("presence".to_owned(), presence.as_str().into());
    }
    let own = location.to_string();
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": generated_name(location),
            "annotations": { MANAGED_BY_LOCATION: own, MANAGED_BY_ORIGIN_LOCATION: own },
        },
        "spec": spec,
    })
}

/// What a target means in the file `base`, which is a path or an address.
///
/// An address stays as it is. In a file: relative to its folder, with `.` and `..` worked out; wild cards are kept for the
/// reader, which also decides which folders may be read. At an address: relative to it, `/` being the root of the
/// repository, with the query of `base`.
///
/// # Errors
/// A sentence, when the target is a folder, a `javascript:` address, leads out of an address, or makes no address.
pub fn resolve_target(base: &str, target: &str) -> Result<String, String> {
    if is_script_url(target) {
        return Err(format!("The target '{target}' is a javascript: URL"));
    }
    if is_address(target) {
        return Ok(target.to_owned());
    }
    if is_address(base) { resolve_address(base, target) } else { resolve_path(base, target) }
}

/// What a target means in the file `base` of a location of type `location_type`, and how it is read.
///
/// An `http` or `https` address is read as `url`, wherever it stands. In a `git` file, which is a clone address with `//path` and perhaps
/// `?ref=`, anything else is a path of the same repository and revision, `/` being its root. For the others see [`resolve_target`].
///
/// # Errors
/// As [`resolve_target`]; and when the target is an address of another scheme, or a path that leads out of its repository.
pub fn resolve_target_at(location_type: &str, base: &str, target: &str) -> Result<LocationRef, String> {
    if is_address(target) {
        let scheme = target.split_once("://").map_or("", |(scheme, _)| scheme);
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Ok(LocationRef::new("url", target)),
            _ => Err(format!("The target '{target}' is no http or https address; other addresses can only be named in the configuration")),
        };
    }
    if location_type != "git" {
        return resolve_target(base, target).map(|target| LocationRef::new(location_type, target));
    }
    if is_script_url(target) {
        return Err(format!("The target '{target}' is a javascript: URL"));
    }
    let file = GitFile::of(base).ok_or_else(|| format!("'{base}' names no file of a repository"))?;
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (joined, target) = match target.strip_prefix('/') {
        Some(rooted) => (rooted.to_owned(), rooted),
        None => (format!("{folder}/{target}"), target),
    };
    if target.is_empty() || target.ends_with('/') {
        return Err(format!("The target '{target}' is a folder; name a file in it, or a pattern such as {target}**/catalog-info.yaml"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                let last = parts.pop().ok_or_else(|| format!("The target '{target}' leads out of its repository"))?;
                if has_wildcard(last) {
                    return Err(format!("The target '{target}' goes up (..) after a wild card; write the path without it"));
                }
            }
            _ => parts.push(part),
        }
    }
    let query = file.query.map_or_else(String::new, |query| format!("?{query}"));
    Ok(LocationRef::new("git", format!("{}//{}{query}", file.clone_address, parts.join("/"))))
}

/// Whether a path is a pattern.
pub(crate) fn has_wildcard(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// The parts of a file's name in a `git` location: `https://host/o/r.git//path?ref=main`.
struct GitFile<'a> {
    clone_address: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> GitFile<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (bare, query) = text.rsplit_once("?ref=").map_or((text, None), |(bare, _)| (bare, Some(&text[bare.len() + 1..])));
        let start = bare.find("://").map_or(0, |at| at + 3);
        let at = start + bare[start..].find("//")?;
        Some(Self { clone_address: &bare[..at], path: &bare[at + 2..], query })
    }
}

pub(super) fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

fn resolve_path(base: &str, target: &str) -> Result<String, String> {
    if target.ends_with('/') {
        return Err(format!("LocationEntityProcessor cannot handle file type location with target {base} that ends with a path separator"));
    }
    let joined = match base.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with('/') => format!("{folder}/{target}"),
        _ => target.to_owned(),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&"..") | None) if joined.starts_with('/') => {}
            ("..", Some(&"..") | None) => parts.push(part),
            ("..", Some(last)) if has_wildcard(last) => {
                return Err(format!("The target '{target}' goes up (..) after a wild card; write the path without it"));
            }
            ("..", Some(_)) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let root = if joined.starts_with('/') { "/" } else { "" };
    Ok(format!("{root}{}", parts.join("/")))
}

fn resolve_address(base: &str, target: &str) -> Result<String, String> {
    let no_address = |error: url::ParseError| format!("The target '{target}' makes no address with '{base}': {error}");
    let base_url = Url::parse(base).map_err(no_address)?;
    let mut url = if target.starts_with('/') {
        let mut url = base_url.clone();
        let root = Repository::of(&base_url).map_or_else(String::new, |repository| repository.root);
        let (path, fragment) = target.split_once('#').map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        url.set_path(&format!("{root}{path}"));
        url.set_fragment(fragment);
        url
    } else {
        base_url.join(target).map_err(no_address)?
    };
    if climbs(url.path()) || climbs(target.trim_start_matches('/')) && target.starts_with('/') {
        return Err("Invalid SCM URL: path traversal is not allowed in the URL".to_owned());
    }
    url.set_query(base_url.query());
    Ok(url.into())
}

/// Whether a path has `.` or `..` in it once all percent signs are worked out.
fn climbs(path: &str) -> bool {
    let mut decoded = path.to_owned();
    for _ in 0..8 {
        let next = percent_decode(&decoded);
        if next == decoded {
            break;
        }
        decoded = next;
    }
    decoded.split('/').any(|segment| matches!(segment, "." | ".."))
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The git repository that the address of a file lies in, told by the way in which forges build such addresses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repository {
    host: String,
    name: String,
    /// The path under which its files stand, with the branch: `/owner/repo/blob/main`.
    root: String,
}

impl Repository {
    pub(super) fn of(url: &Url) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        let segments: Vec<&str> = url.path_segments()?.collect();
        let marker = |segment: &&str| matches!(*segment, "blob" | "tree" | "raw" | "edit" | "src");
        // GitLab: any number of groups, `-`, the marker, the branch. Others: owner, repository, marker, branch.
        let at = match segments.iter().position(|segment| *segment == "-") {
            Some(dash) => segments.get(dash + 1).filter(|segment| marker(segment)).map(|_| dash + 1)?,
            None => segments.get(2).filter(|segment| marker(segment)).map(|_| 2)?,
        };
        if segments.len() <= at + 2 {
            return None;
        }
        let name_end = segments.iter().position(|segment| *segment == "-").unwrap_or(at);
        Some(Self { host, name: segments[..name_end].join("/"), root: format!("/{}", segments[..=at + 1].join("/")) })
    }

    /// Whether two addresses lie in one repository; unknown ones are not held apart.
    pub(super) fn same(a: &str, b: &str) -> bool {
        let of = |text: &str| Url::parse(text).ok().and_then(|url| Self::of(&url));
        match (of(a), of(b)) {
            (Some(a), Some(b)) => a.host == b.host && a.name == b.name,
            _ => true,
        }
    }
}

/// Whether a browser would run this address as a script. Control characters and line breaks hide nothing.
pub fn is_script_url(text: &str) -> bool {
    let mut rest = text.trim_start_matches(|letter: char| letter <= ' ').chars();
    for (index, wanted) in "javascript:".chars().enumerate() {
        let letter = loop {
            match rest.next() {
                Some('\r' | '\n' | '\t') if index > 0 => {}
                other => break other,
            }
        };
        if letter.is_none_or(|letter| !letter.eq_ignore_ascii_case(&wanted)) {
            return false;
        }
    }
    true
}
