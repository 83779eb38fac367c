//! The organisations that `--demo` shows: a small believable one, written by hand under `platform/catalog`, and a large one that is made up the same way every time.
//!
//! Both are written out as ordinary descriptor files and read as any other catalog is, so that the demo proves the product and has no path of its own.
//! Somebody who edits one of the files sees the change in the portal; the next start puts the sample back.

mod large;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

pub(crate) use large::large_organisation;
use rust_embed::RustEmbed;

/// What a platform team ships through the portal, as data. Read from the source folder in debug builds, part of the binary in release builds.
#[derive(RustEmbed, Clone, Copy, Debug)]
#[folder = "$CARGO_MANIFEST_DIR/../platform"]
pub(crate) struct Platform;

/// The file through which the rest of an organisation is found.
const ROOT: &str = "catalog-info.yaml";

/// The file, beside the root, that declares the small organisation's own kinds.
pub(crate) const KINDS: &str = "kinds/waymark.toml";

/// Lists what an earlier start wrote, so that a file which has left the sample leaves the folder too and files of the user's own stay.
const MANIFEST: &str = ".written-by-waymark";

/// The people whom the sign-in page offers first: each stands for another way of using the portal.
pub(crate) const fn sample_people(large: bool) -> &'static [&'static str] {
    if large {
        &[
            "user:default/wilhelmina-achterberg-oyelaran",
            "user:default/farid-castellanos",
            "user:default/grete-nakagawa",
            "user:default/imani-rosenthal",
            "user:default/solveig-abara",
            "user:default/teo-lindholm",
        ]
    } else {
        &[
            "user:default/amara-okafor",
            "user:default/lukas-brandt",
            "user:default/sofia-marquez",
            "user:default/tomasz-wisniewski",
            "user:default/ingrid-solberg",
            "user:default/nia-williams",
        ]
    }
}

/// Who of them may do everything.
pub(crate) const fn administrator(large: bool) -> &'static str {
    if large { "user:default/farid-castellanos" } else { "user:default/lukas-brandt" }
}

/// Writes the small or the large organisation below `dir` (the demo's data folder) and returns the path of its root file, to be given to the catalog as a location.
///
/// The two have a folder each. Only files whose content differs are touched, so a restart changes no modification time. Files that were not written here are left alone.
///
/// # Errors
/// When a folder or file cannot be read, written or removed; the message names it.
pub(crate) fn write_out(dir: &Path, large: bool) -> io::Result<PathBuf> {
    let folder = dir.join(if large { "catalog-large" } else { "catalog" });
    let files = if large { large_files() } else { small_files() };
    let mut written = BTreeSet::new();
    for (path, content) in files {
        write_if_changed(&folder.join(&path), &content)?;
        written.insert(path);
    }
    let manifest = folder.join(MANIFEST);
    for stale in earlier(&manifest)?.difference(&written) {
        remove(&folder.join(stale))?;
    }
    let lines: String = written.iter().flat_map(|path| [path, "\n"]).collect();
    write_if_changed(&manifest, lines.as_bytes())?;
    Ok(folder.join(ROOT))
}

fn small_files() -> Vec<(String, Cow<'static, [u8]>)> {
    Platform::iter()
        .filter_map(|name| {
            let path = name.strip_prefix("catalog/")?.to_owned();
            Some((path, Platform::get(&name)?.data))
        })
        .collect()
}

fn large_files() -> Vec<(String, Cow<'static, [u8]>)> {
    large_organisation().into_iter().map(|(path, yaml)| (path, Cow::Owned(yaml.into_bytes()))).collect()
}

fn write_if_changed(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| naming("create", parent, &error))?;
    }
    fs::write(path, content).map_err(|error| naming("write", path, &error))
}

/// What the manifest lists, without anything that would lead out of the folder.
fn earlier(manifest: &Path) -> io::Result<BTreeSet<String>> {
    match fs::read_to_string(manifest) {
        Ok(text) => Ok(text.lines().filter(|line| stays_inside(line)).map(ToOwned::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(naming("read", manifest, &error)),
    }
}

fn stays_inside(line: &str) -> bool {
    !line.is_empty() && Path::new(line).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(naming("remove", path, &error)),
        _ => Ok(()),
    }
}

fn naming(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {what} {} of the sample organisation: {error}", path.display()))
}

#[cfg(test)]
mod tests;
