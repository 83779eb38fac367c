//! `waymark import backstage`: from a Backstage's configuration to `waymark.toml`, with a report of every key.
//!
//! Nothing secret is copied: tokens become references to variables or files. What Waymark has no place for is said, with what to do.

mod catalog_keys;
mod keys;
mod layers;
mod remote;
mod report;
mod toml_file;

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use anyhow::Context as _;
use secrecy::SecretString;

use super::client::Client;
use crate::config::{ImportArgs, Sources};
use layers::Node;
use toml_file::TomlFile;

/// What becomes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stands in `waymark.toml`: where.
    Carried(String),
    /// Waymark does it in another way: how.
    Replaced(String),
    /// Waymark does not do it: why, or what to do instead.
    Unsupported(String),
}

/// The plan: the file to write, and the fate of each key.
#[derive(Debug, Default)]
struct Plan {
    toml: TomlFile,
    fates: BTreeMap<String, Fate>,
    /// What a person has to do before the first start.
    to_do: Vec<String>,
}

impl Plan {
    fn carried(&mut self, key: impl Into<String>, how: impl Into<String>) {
        self.fates.insert(key.into(), Fate::Carried(how.into()));
    }

    fn replaced(&mut self, key: impl Into<String>, how: impl Into<String>) {
        self.fates.insert(key.into(), Fate::Replaced(how.into()));
    }

    fn unsupported(&mut self, key: impl Into<String>, why: impl Into<String>) {
        self.fates.insert(key.into(), Fate::Unsupported(why.into()));
    }

    /// Says once what is to be done.
    fn remind(&mut self, what: String) {
        if !self.to_do.contains(&what) {
            self.to_do.push(what);
        }
    }
}

/// `waymark import backstage`
///
/// # Errors
/// When a file or the Backstage cannot be read, or a file is there already or cannot be written.
pub(super) async fn backstage(args: &ImportArgs, sources: &Sources) -> anyhow::Result<()> {
    let config = layers::read(&args.app_config, &sources.environment)?;
    let found = match &args.url {
        Some(url) => Some(remote::read(&Client::new(url, args.token.clone().map(SecretString::from))?).await?),
        None => None,
    };
    let folder =
        args.app_config.first().and_then(|file| file.parent()).filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().with_context(|| format!("{} cannot be read", folder.display()))?;
    let backend = match &args.backend_dir {
        Some(given) => given.canonicalize().with_context(|| format!("{} cannot be read", given.display()))?,
        None => Some(folder.join("packages/backend")).filter(|path| path.is_dir()).unwrap_or(folder),
    };
    let plan = plan(&config, found.as_ref(), &backend);

    let names: Vec<_> = args.app_config.iter().map(|file| file.display().to_string()).collect();
    let mut files = vec![
        ("waymark.toml", plan.toml.text(&format!("Written by `waymark import backstage` from {}.", names.join(", ")))),
        ("import-report.md", report::markdown(&config, &plan, found.as_ref(), &names)),
    ];
    if let Some(stars) = found.as_ref().and_then(|found| found.stars.as_ref().ok()).filter(|stars| !stars.is_empty()) {
        files.push(("starred-entities.txt", stars.iter().map(|star| format!("{star}\n")).collect()));
    }
    write(&args.out, &files)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", report::summary(&config, &plan))?;
    for (name, _) in &files {
        writeln!(out, "  {}", args.out.join(name).display())?;
    }
    for what in &plan.to_do {
        writeln!(out, "To do: {what}")?;
    }
    writeln!(out, "Then: waymark serve --config {}", args.out.join("waymark.toml").display())?;
    Ok(())
}

/// Decides on every key; pure.
fn plan(config: &Node, found: Option<&remote::Found>, backend: &Path) -> Plan {
    let mut plan = Plan::default();
    keys::general(config, &mut plan);
    keys::integrations(config, &mut plan);
    catalog_keys::catalog(config, found, backend, &mut plan);
    // Exactly the keys that are there: a default that was taken over is none of them.
    let mut decided = std::mem::take(&mut plan.fates);
    let fate = |(path, _): (String, _)| {
        let fate = decided.remove(&path).unwrap_or_else(|| keys::fate_of(&path));
        (path, fate)
    };
    plan.fates = config.leaves().into_iter().map(fate).collect();
    plan
}

/// Writes all files or, if one is there, none.
fn write(folder: &Path, files: &[(&str, String)]) -> anyhow::Result<()> {
    for (name, _) in files {
        let path = folder.join(name);
        anyhow::ensure!(
            path.symlink_metadata().is_err(),
            "{} is there already and is not overwritten; name another folder with --out",
            path.display()
        );
    }
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
