//! The web assets in `target/site`: what the browser loads beside the page itself.
//!
//! One folder for both flavours, since the server reads it from disk while developing and embeds it in a release. A file
//! is written only when its bytes change, so that an unchanged asset rebuilds nothing.

pub mod classes;
pub mod css;
pub mod minify;
pub mod rules;
pub mod tailwind;
pub mod tokens;
pub mod values;
pub mod wasm;

use crate::{progress, project};
use anyhow::{Context as _, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hasher as _},
    io::Write as _,
    path::{Path, PathBuf},
};

/// What the assets are built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Quick to build.
    Dev,
    /// Small to load.
    Release,
}

impl Flavour {
    /// The word for it in stamps and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// Builds every asset and removes what is no longer one. Returns whether anything changed.
pub fn build(flavour: Flavour) -> Result<bool> {
    let mut site = Site { root: project::site(), kept: BTreeSet::new(), changed: false };
    fs::create_dir_all(&site.root).with_context(|| format!("creating {}", site.root.display()))?;
    progress::step(&format!("browser code ({})", flavour.name()), || wasm::add(&mut site, flavour))?;
    progress::step("styles", || {
        let sheet = css::build(&project::root())?;
        site.put("waymark.css", sheet.text.as_bytes())?;
        progress::note(&format!("{} utility classes, {}", sheet.utilities, progress::bytes(sheet.text.len() as u64)));
        add_files(&mut site)
    })?;
    if flavour == Flavour::Release {
        progress::step("compressing", || site.compress())?;
    }
    site.prune()?;
    Ok(site.changed)
}

/// Fonts with their licences, the icon, and everything below `style/static`.
fn add_files(site: &mut Site) -> Result<()> {
    let style = project::path("style");
    for (folder, prefix) in [(style.join("fonts"), "fonts/"), (style.join("static"), "")] {
        for file in files_below(&folder)? {
            let name =
                file.strip_prefix(&folder).with_context(|| format!("naming {}", file.display()))?.to_string_lossy().replace('\\', "/");
            let font = file.extension().is_some_and(|extension| extension == "woff2");
            if prefix.is_empty() || font {
                site.put(&format!("{prefix}{name}"), &read(&file)?)?;
            }
        }
    }
    let icon = style.join("favicon.svg");
    if icon.is_file() {
        site.put("favicon.svg", &read(&icon)?)?;
    }
    Ok(())
}

/// The folder of assets while it is brought up to date.
#[derive(Debug)]
pub struct Site {
    root: PathBuf,
    kept: BTreeSet<PathBuf>,
    changed: bool,
}

impl Site {
    /// Writes an asset, unless it is there with the same bytes.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.root.join(name);
        if !fs::read(&path).is_ok_and(|there| there == bytes) {
            write(&path, bytes)?;
            self.changed = true;
        }
        self.kept.insert(path);
        Ok(())
    }

    /// Puts a brotli twin beside each text, packed with more patience than a running server has.
    fn compress(&mut self) -> Result<()> {
        for path in self.kept.clone() {
            if path.extension().is_some_and(|extension| ["wasm", "js", "css", "svg"].iter().any(|text| extension == *text)) {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
                writer.write_all(&read(&path)?).with_context(|| format!("compressing {}", path.display()))?;
                let name = path.strip_prefix(&self.root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                self.put(&format!("{name}.br"), &writer.into_inner())?;
            }
        }
        Ok(())
    }

    /// Removes files of earlier builds, which a release would embed.
    fn prune(&mut self) -> Result<()> {
        for file in files_below(&self.root)? {
            if !self.kept.contains(&file) {
                fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
                self.changed = true;
            }
        }
        Ok(())
    }
}

/// All files below a folder, sorted; none when there is no such folder.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
            let path = entry.with_context(|| format!("listing {}", folder.display()))?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Reads a text file; the error names it.
pub fn read_text(path: &Path) -> Result<String> {
    match String::from_utf8(read(path)?) {
        Ok(text) => Ok(text),
        Err(_) => bail!("{} is not UTF-8", path.display()),
    }
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

/// A fingerprint for stamps; not for anything that an attacker may choose.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}
