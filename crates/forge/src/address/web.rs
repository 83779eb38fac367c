//! What forges show in a browser's address bar, as the repository, reference and path they stand for.
//!
//! GitHub `/o/r/blob|tree|raw/ref/path` and raw.githubusercontent.com, GitLab `/group/…/project/-/blob|tree|raw/ref/path`,
//! Gitea and Forgejo `/o/r/src|raw/branch|tag|commit/ref/path`, Bitbucket Cloud `/o/r/src|raw/ref/path`, and the page of
//! a repository itself.

use url::Url;

use crate::{
    HostKind,
    address::{Edit, GitTarget, MAX_ADDRESS, Style, encode, parse},
};

/// How an address names the default branch.
const HEAD: &str = "HEAD";
const RAW_GITHUB: &str = "raw.githubusercontent.com";

/// The file or folder that a web address of a forge shows; none where it is no such address, or one that git may not
/// be asked for (then it is read, and refused, as a plain address).
///
/// `kind` says what runs on a host, given as `name[:port]`.
pub(crate) fn target(address: &str, kind: impl Fn(&str) -> Option<HostKind>) -> Option<GitTarget> {
    if address.len() > MAX_ADDRESS {
        return None;
    }
    let url = Url::parse(parse::plain_text(address).ok()?).ok()?;
    if !matches!(url.scheme(), "https" | "http") || url.password().is_some() || !url.username().is_empty() {
        return None;
    }
    let host = parse::host_of(url.as_str())?;
    let origin = format!("{}://{host}", url.scheme());
    let segments: Vec<&str> = raw_path(address)?.split('/').filter(|segment| !segment.is_empty()).collect();
    if host == RAW_GITHUB {
        return raw_github(&origin, &segments);
    }
    let kind = kind(&host)?;
    let segments = whole_repository(kind, &segments).unwrap_or(segments);
    match kind {
        HostKind::GitHub => github(&origin, &segments),
        HostKind::GitLab => gitlab(&origin, &segments),
        HostKind::Gitea => gitea(&origin, &segments),
        HostKind::Bitbucket => bitbucket(&origin, &segments),
        HostKind::Plain => None,
    }
}

/// The path as it was written: a parsed address would have its braces encoded. Its query and fragment say nothing of
/// the file.
fn raw_path(address: &str) -> Option<&str> {
    let rest = address.trim_matches(' ').split_once("://")?.1;
    let path = &rest[rest.find('/')?..];
    // A `?` that is followed by a parameter begins the query; any other is a glob.
    let end = path.char_indices().find(|(at, c)| *c == '#' || (*c == '?' && is_query(&path[at + 1..]))).map_or(path.len(), |(at, _)| at);
    Some(&path[..end])
}

fn is_query(text: &str) -> bool {
    let name = text.split(['=', '&', '#']).next().unwrap_or_default();
    !name.contains(['/', '.', '*', '?'])
}

/// The page of a repository means its default branch: as if its root were shown at HEAD. GitLab's groups nest, so there
/// what looks like an interface or a file is left alone.
fn whole_repository<'a>(kind: HostKind, segments: &[&'a str]) -> Option<Vec<&'a str>> {
    let (first, last) = (segments.first()?, segments.last()?.to_ascii_lowercase());
    let is_file = [".yaml", ".yml", ".json", ".md", ".txt"].iter().any(|end| last.ends_with(end));
    let most = if kind == HostKind::GitLab { 6 } else { 2 };
    if is_file || !(2..=most).contains(&segments.len()) || segments.contains(&"-") || *first == "api" || last == "raw" {
        return None;
    }
    let shown: &[&str] = match kind {
        HostKind::GitHub => &["blob", HEAD],
        HostKind::GitLab => &["-", "blob", HEAD],
        HostKind::Gitea => &["src", "branch", HEAD],
        HostKind::Bitbucket => &["src", HEAD],
        HostKind::Plain => return None,
    };
    Some([segments, shown].concat())
}

fn github(origin: &str, segments: &[&str]) -> Option<GitTarget> {
    let [owner, name, verb, rest @ ..] = segments else { return None };
    if !matches!(*verb, "blob" | "tree" | "raw" | "edit") {
        return None;
    }
    let project = format!("{origin}/{owner}/{}", without_git(name));
    let (reference, rest) = reference_of(rest)?;
    let verb = if *verb == "raw" { "raw" } else { "blob" };
    let edit = Edit { before: format!("{project}/edit/{}", reference.short), after: String::new() };
    build(&project, &reference, rest, format!("{project}/{verb}/{}", reference.written), Some(edit))
}

fn raw_github(origin: &str, segments: &[&str]) -> Option<GitTarget> {
    let [owner, name, rest @ ..] = segments else { return None };
    let project = format!("https://github.com/{owner}/{name}");
    let (reference, rest) = reference_of(rest)?;
    let edit = Edit { before: format!("{project}/edit/{}", reference.short), after: String::new() };
    build(&project, &reference, rest, format!("{origin}/{owner}/{name}/{}", reference.written), Some(edit))
}

fn gitlab(origin: &str, segments: &[&str]) -> Option<GitTarget> {
    let dash = segments.iter().position(|segment| *segment == "-")?;
    let [verb, rest @ ..] = segments.get(dash + 1..)? else { return None };
    if dash < 2 || !matches!(*verb, "blob" | "tree" | "raw" | "edit") {
        return None;
    }
    let project = format!("{origin}/{}", without_git(&segments[..dash].join("/")));
    let (reference, rest) = reference_of(rest)?;
    let verb = if *verb == "raw" { "raw" } else { "blob" };
    let edit = Edit { before: format!("{project}/-/edit/{}", reference.short), after: String::new() };
    build(&project, &reference, rest, format!("{project}/-/{verb}/{}", reference.written), Some(edit))
}

fn gitea(origin: &str, segments: &[&str]) -> Option<GitTarget> {
    // It may live below a folder of its host, so the words that follow the repository are looked for.
    let at = segments.windows(2).position(|pair| {
        matches!(pair[0], "src" | "raw" | "_edit") && (matches!(pair[1], "branch" | "tag" | "commit") || pair[0] == "_edit")
    })?;
    if at < 2 {
        return None;
    }
    let project = format!("{origin}/{}", without_git(&segments[..at].join("/")));
    let (verb, sort, rest) = if segments[at] == "_edit" {
        ("src", "branch", &segments[at + 1..])
    } else {
        (segments[at], segments[at + 1], &segments[at + 2..])
    };
    let (reference, rest) = reference_of(rest)?;
    let edit = (sort == "branch").then(|| Edit { before: format!("{project}/_edit/{}", reference.short), after: String::new() });
    build(&project, &reference, rest, format!("{project}/{verb}/{sort}/{}", reference.written), edit)
}

fn bitbucket(origin: &str, segments: &[&str]) -> Option<GitTarget> {
    let [owner, name, verb, rest @ ..] = segments else { return None };
    if !matches!(*verb, "src" | "raw") {
        return None;
    }
    let project = format!("{origin}/{owner}/{}", without_git(name));
    let (reference, rest) = reference_of(rest)?;
    let file = format!("{project}/{verb}/{}", reference.written);
    let edit = Edit { before: format!("{project}/src/{}", reference.written), after: format!("?mode=edit&at={}", reference.short) };
    build(&project, &reference, rest, file, Some(edit))
}

struct Reference {
    /// As it stood in the address: `refs/heads/main`, `feature%2Fx`.
    written: String,
    /// Without `refs/heads/`, still encoded.
    short: String,
    /// What git is asked for.
    name: String,
}

/// The first segment, or the third after `refs/heads` and `refs/tags`.
fn reference_of<'a, 's>(segments: &'a [&'s str]) -> Option<(Reference, &'a [&'s str])> {
    let (written, short, rest) = match segments {
        ["refs", sort @ ("heads" | "tags"), name, rest @ ..] => (format!("refs/{sort}/{name}"), *name, rest),
        [name, rest @ ..] => ((*name).to_owned(), *name, rest),
        [] => return None,
    };
    let name = parse::checked_reference(&encode::decode(short)?).ok()?;
    Some((Reference { written, short: short.to_owned(), name }, rest))
}

fn build(project: &str, reference: &Reference, path: &[&str], file: String, edit: Option<Edit>) -> Option<GitTarget> {
    let path = parse::path_within(&encode::decode(&path.join("/"))?).ok()?;
    let repository = format!("{project}.git");
    // The same door as git addresses: nothing passes here that would be refused there.
    let repository = GitTarget::parse(&repository).ok()?.repository;
    let reference = Some(reference.name.clone()).filter(|name| name != HEAD);
    // Forges edit branches, and this is not the name of one.
    let edit = edit.filter(|_| reference.is_some());
    Some(GitTarget { repository, reference, path, style: Style::Web { file, edit } })
}

fn without_git(name: &str) -> &str {
    name.strip_suffix(".git").unwrap_or(name)
}
