//! The bodies. Only what is needed is read; fields that a forge adds do no harm.

use std::collections::BTreeSet;

use serde::{Deserialize, de::DeserializeOwned};

use crate::webhook::{Event, MOST_TOUCHED, Push, WebhookError, shown};

/// Of the addresses of a repository.
const MOST_ADDRESSES: usize = 20;

#[derive(Deserialize)]
struct GitHubPush {
    #[serde(rename = "ref")]
    reference: String,
    before: Option<String>,
    after: Option<String>,
    #[serde(default)]
    forced: bool,
    #[serde(default)]
    commits: Vec<Commit>,
    /// Gitea says how many there are where it does not list them all.
    total_commits: Option<u64>,
    repository: GitHubRepository,
}

#[derive(Deserialize)]
struct GitHubRepository {
    clone_url: Option<String>,
    ssh_url: Option<String>,
    git_url: Option<String>,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct GitLabPush {
    #[serde(rename = "ref")]
    reference: String,
    before: Option<String>,
    after: Option<String>,
    #[serde(default)]
    commits: Vec<Commit>,
    total_commits_count: Option<u64>,
    project: Option<GitLabProject>,
    repository: Option<GitLabProject>,
}

#[derive(Deserialize)]
struct GitLabProject {
    web_url: Option<String>,
    git_http_url: Option<String>,
    git_ssh_url: Option<String>,
    http_url: Option<String>,
    ssh_url: Option<String>,
    url: Option<String>,
    homepage: Option<String>,
}

#[derive(Deserialize)]
struct Commit {
    added: Option<Vec<String>>,
    modified: Option<Vec<String>>,
    removed: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct GenericPush {
    repository: OneOrMore,
    #[serde(rename = "ref")]
    reference: String,
    before: Option<String>,
    after: Option<String>,
    #[serde(flatten)]
    files: Commit,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

pub(super) fn github(body: &[u8]) -> Result<Push, WebhookError> {
    let push: GitHubPush = match body.strip_prefix(b"payload=") {
        // The webhook's content type is application/x-www-form-urlencoded, GitHub's default.
        Some(_) => {
            let payload = url::form_urlencoded::parse(body).find(|(key, _)| key == "payload").map(|(_, value)| value.into_owned());
            read(payload.unwrap_or_default().as_bytes())?
        }
        None => read(body)?,
    };
    let repository = push.repository;
    let addresses = [repository.clone_url, repository.ssh_url, repository.git_url, repository.html_url];
    // A forced push drops commits that it does not list.
    let complete = !push.forced && push.total_commits.is_none_or(|total| total == push.commits.len() as u64);
    build(addresses, &push.reference, push.before, push.after, if complete { &push.commits } else { &[] })
}

pub(super) fn gitlab(event: Option<&str>, body: &[u8]) -> Result<Event, WebhookError> {
    #[derive(Deserialize)]
    struct Sort {
        object_kind: Option<String>,
        event_name: Option<String>,
    }
    let sort: Sort = read(body)?;
    let name = sort.object_kind.or(sort.event_name).or_else(|| event.map(str::to_owned)).unwrap_or_default();
    if !matches!(name.as_str(), "push" | "tag_push") {
        return Ok(Event::Other(shown(&name)));
    }
    let push: GitLabPush = read(body)?;
    let addresses = [push.project, push.repository]
        .into_iter()
        .flatten()
        .flat_map(|place| [place.git_http_url, place.git_ssh_url, place.http_url, place.ssh_url, place.web_url, place.homepage, place.url]);
    let complete = push.total_commits_count.is_none_or(|total| total == push.commits.len() as u64);
    build(addresses, &push.reference, push.before, push.after, if complete { &push.commits } else { &[] }).map(Event::Push)
}

pub(super) fn generic(body: &[u8]) -> Result<Push, WebhookError> {
    let push: GenericPush = read(body)?;
    let addresses = match push.repository {
        OneOrMore::One(address) => vec![address],
        OneOrMore::More(addresses) => addresses,
    };
    build(addresses.into_iter().map(Some), &push.reference, push.before, push.after, &[push.files])
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebhookError> {
    serde_json::from_slice(body).map_err(|error| WebhookError::Malformed(format!("the body is not the expected JSON: {error}")))
}

fn build(
    addresses: impl IntoIterator<Item = Option<String>>,
    reference: &str,
    before: Option<String>,
    after: Option<String>,
    commits: &[Commit],
) -> Result<Push, WebhookError> {
    let mut repositories: Vec<String> = Vec::new();
    for address in addresses.into_iter().flatten().filter(|address| !address.is_empty()) {
        if !repositories.contains(&address) && repositories.len() < MOST_ADDRESSES {
            repositories.push(address);
        }
    }
    if repositories.is_empty() {
        return Err(WebhookError::Malformed("the body names no repository".to_owned()));
    }
    let reference = reference.strip_prefix("refs/heads/").or_else(|| reference.strip_prefix("refs/tags/")).unwrap_or(reference);
    if reference.is_empty() {
        return Err(WebhookError::Malformed("the body names no branch or tag".to_owned()));
    }
    let mut touched = BTreeSet::new();
    for commit in commits {
        for paths in [&commit.added, &commit.modified, &commit.removed].into_iter().flatten() {
            touched.extend(paths.iter().map(|path| path.trim_start_matches('/').to_owned()));
        }
    }
    let touched = if touched.len() > MOST_TOUCHED { Vec::new() } else { touched.into_iter().filter(|path| !path.is_empty()).collect() };
    Ok(Push { repositories, reference: reference.to_owned(), before: commit_id(before), after: commit_id(after), touched })
}

/// Zeros stand for "there is none".
fn commit_id(id: Option<String>) -> Option<String> {
    id.filter(|id| {
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && !id.bytes().all(|byte| byte == b'0')
    })
}
