//! The catalogs that are measured: descriptor files with a list of what has to be found in them.
//!
//! Where the measuring kit `../shared/bench` stands beside the checkout its generator writes them, so that the figures
//! compare with those of other servers; anywhere else ours does, with the same mix of kinds, fields and relations.

use super::generate;
use crate::{process, project, site};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const KIT: &str = "../shared/bench/gen_catalog.py";

/// A catalog on disk.
#[derive(Debug)]
pub struct Catalog {
    folder: PathBuf,
    expected: Value,
    refs: Vec<String>,
}

/// Writes the catalog of that many entities, unless it is there.
pub fn prepare(count: u32, work: &Path) -> Result<Catalog> {
    let folder = work.join(format!("catalog-{count}"));
    let list = folder.join("expected.json");
    if !list.is_file() {
        let kit = project::path(KIT);
        if kit.is_file() && project::which("python3").is_some() {
            process::output(project::command("python3").arg(kit).arg(count.to_string()).arg(&folder))?;
        } else {
            generate::write(count, &folder)?;
        }
    }
    let expected: Value = serde_json::from_slice(&site::read(&list)?).with_context(|| format!("reading {}", list.display()))?;
    let refs = expected["refs"].as_array().into_iter().flatten().filter_map(|item| Some(item.as_str()?.to_owned())).collect();
    Ok(Catalog { folder, expected, refs })
}

impl Catalog {
    /// How many entities it has.
    pub fn count(&self) -> u32 {
        u32::try_from(self.refs.len()).unwrap_or(u32::MAX)
    }

    /// Every entity, `kind:default/name`.
    pub fn refs(&self) -> &[String] {
        &self.refs
    }

    /// The file to start from.
    pub fn root_file(&self) -> PathBuf {
        self.folder.join("catalog-info.yaml")
    }

    /// How many there have to be: of `kinds` by kind, of `relations` by type.
    pub fn expected(&self, what: &str) -> BTreeMap<String, u64> {
        self.expected[what].as_object().into_iter().flatten().filter_map(|(name, count)| Some((name.clone(), count.as_u64()?))).collect()
    }

    /// Gives a team another name, wherever a file names it; returns the files with what they held, for [`Self::restore`].
    pub fn rename_team(&self, team: &str, name: &str) -> Result<Vec<(PathBuf, String)>> {
        let mut before = Vec::new();
        for entry in fs::read_dir(&self.folder).with_context(|| format!("listing {}", self.folder.display()))? {
            let file = entry.context("listing the catalog")?.path();
            if file.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let text = site::read_text(&file)?;
            let whole = |line: &str| line.split([' ', '[', ']', ',', '"', '/', ':']).any(|word| word == team);
            let changed: Vec<String> = text
                .split_inclusive('\n')
                .map(|line| if whole(line.trim_end()) { line.replace(team, name) } else { line.to_owned() })
                .collect();
            let changed = changed.concat();
            if changed != text {
                fs::write(&file, changed).with_context(|| format!("writing {}", file.display()))?;
                before.push((file, text));
            }
        }
        Ok(before)
    }

    /// Puts files back.
    pub fn restore(&self, before: Vec<(PathBuf, String)>) -> Result<()> {
        before.into_iter().try_for_each(|(file, text)| fs::write(&file, text).with_context(|| format!("writing {}", file.display())))
    }

    /// A component whose description can be changed in its file.
    pub fn edit(&self) -> Result<Edit> {
        let file = self.folder.join("entities-00001.yaml");
        let text = site::read_text(&file)?;
        let mut at = 0;
        for document in text.split_inclusive("---\n") {
            if let Some(edit) = Edit::find(document, at, &file, &text) {
                return Ok(edit);
            }
            at += document.len();
        }
        anyhow::bail!("{} has no component with a description", file.display())
    }
}

/// One description in a file.
#[derive(Debug)]
pub struct Edit {
    file: PathBuf,
    original: String,
    name: String,
    /// Where the description's value stands.
    value: std::ops::Range<usize>,
}

impl Edit {
    fn find(document: &str, at: usize, file: &Path, text: &str) -> Option<Self> {
        if !document.lines().any(|line| line == "kind: Component") {
            return None;
        }
        let name = document.lines().find_map(|line| line.strip_prefix("  name: "))?.to_owned();
        let key = "\n  description: ";
        let start = document.find(key)? + key.len();
        let end = start + document[start..].find('\n')?;
        Some(Self { file: file.to_owned(), original: text.to_owned(), name, value: at + start..at + end })
    }

    /// The entity whose description it is.
    pub fn entity_ref(&self) -> String {
        format!("component:default/{}", self.name)
    }

    /// Where it is read.
    pub fn path(&self) -> String {
        format!("/api/catalog/entities/by-name/component/default/{}", self.name)
    }

    /// Puts another description into the file.
    pub fn write(&self, description: &str) -> Result<()> {
        let mut text = self.original.clone();
        text.replace_range(self.value.clone(), &Value::from(description).to_string());
        fs::write(&self.file, text).with_context(|| format!("writing {}", self.file.display()))
    }

    /// Puts the file back.
    pub fn restore(&self) -> Result<()> {
        fs::write(&self.file, &self.original).with_context(|| format!("writing {}", self.file.display()))
    }
}

/// A small generator of numbers that are always the same (SplitMix64, public domain).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of 0..1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of 0..count.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Whether something of that chance happens.
    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_catalog_says_what_it_holds_and_can_be_edited() {
        let folder = std::env::temp_dir().join(format!("waymark-catalog-{}", std::process::id()));
        generate::write(300, &folder).unwrap();
        let expected = serde_json::from_slice(&site::read(&folder.join("expected.json")).unwrap()).unwrap();
        let refs = vec!["x".to_owned()];
        let catalog = Catalog { folder: folder.clone(), expected, refs };
        assert_eq!(catalog.expected("kinds").values().sum::<u64>(), 300);
        assert_eq!(catalog.expected("relations")["ownedBy"], catalog.expected("relations")["ownerOf"]);
        let edit = catalog.edit().unwrap();
        let before = site::read_text(&edit.file).unwrap();
        edit.write("A: \"b\"").unwrap();
        assert!(site::read_text(&edit.file).unwrap().contains("\n  description: \"A: \\\"b\\\"\"\n"));
        edit.restore().unwrap();
        assert_eq!(site::read_text(&edit.file).unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
