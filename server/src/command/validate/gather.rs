//! Which files are checked: those that were named, those in folders that were named, and those that Locations lead to.

use std::{
    collections::{HashSet, VecDeque},
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use globset::GlobBuilder;

use super::Problem;

/// One file to check.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// As the user would name it.
    pub(super) name: String,
    /// Where it is read, without links.
    pub(super) path: PathBuf,
    /// What was read already; only of standard input.
    pub(super) content: Option<Vec<u8>>,
    /// The folder that nothing is read outside of, without links.
    pub(super) root: PathBuf,
}

/// A file, or a pattern of files, that a Location names.
#[derive(Debug)]
pub(super) struct Target {
    /// A path, perhaps with wild cards.
    pub(super) path: String,
    /// Whether it has to be there.
    pub(super) required: bool,
    /// The folder that nothing is read outside of.
    pub(super) root: PathBuf,
    /// What is reported if it is not there; the message is filled in.
    pub(super) problem: Problem,
}

/// The files that wait to be checked; each is handed out once.
#[derive(Debug)]
pub(super) struct Gathered {
    directory: PathBuf,
    waiting: VecDeque<Input>,
    seen: HashSet<PathBuf>,
}

/// Files that one run checks; so a loop of generated targets ends.
const MAX_FILES: usize = 200_000;
/// How deep folders are walked.
const MAX_DEPTH: usize = 40;
/// The name of standard input.
const STDIN: &str = "<stdin>";

/// The files of the command line.
///
/// # Errors
/// When a path does not exist or cannot be read, or a folder has no catalog file.
pub(super) fn gather(paths: &[PathBuf]) -> anyhow::Result<Gathered> {
    let directory = std::env::current_dir().context("the working directory cannot be read")?;
    let mut gathered = Gathered { directory, waiting: VecDeque::new(), seen: HashSet::new() };
    for path in paths {
        if path.as_os_str() == "-" {
            gathered.stdin()?;
            continue;
        }
        let full = path.canonicalize().with_context(|| format!("{} cannot be read", path.display()))?;
        if full.is_dir() {
            let mut files = Vec::new();
            walk(&full, 0, &mut files, &|file| {
                file.file_name().is_some_and(|name| name == "catalog-info.yaml" || name == "catalog-info.yml")
            });
            anyhow::ensure!(
                !files.is_empty(),
                "{} has no catalog-info.yaml or catalog-info.yml in it; name the files if they are called otherwise",
                path.display()
            );
            let root = tree(&full);
            files.iter().for_each(|file| gathered.add(file, &root));
        } else {
            std::fs::File::open(&full).with_context(|| format!("{} cannot be read", path.display()))?;
            let root = full.parent().map(tree).unwrap_or_default();
            gathered.add(&full, &root);
        }
    }
    Ok(gathered)
}

impl Gathered {
    /// All that wait.
    pub(super) fn take(&mut self) -> Vec<Input> {
        std::mem::take(&mut self.waiting).into()
    }

    /// Adds what a Location names, or says what is wrong with it.
    pub(super) fn follow(&mut self, target: Target) -> Option<Problem> {
        let wrong = |problem: Problem, message: String| Some(Problem { message, ..problem });
        let mut found = match expand(&target.path) {
            Ok(found) => found,
            Err(message) => return wrong(target.problem, message),
        };
        found.retain(|file| file.is_file());
        if found.is_empty() {
            let shown = shown(Path::new(&target.path), &self.directory);
            let message = format!("Unable to read file, no matching files found for {shown}");
            return if target.required { wrong(target.problem, message) } else { None };
        }
        for file in found {
            let outside = file.canonicalize().is_ok_and(|full| !full.starts_with(&target.root));
            if outside {
                let shown = shown(&file, &self.directory);
                return wrong(target.problem, format!("{shown} lies outside of {}, where nothing is read", target.root.display()));
            }
            if self.seen.len() >= MAX_FILES {
                return wrong(target.problem, format!("more than {MAX_FILES} files are named, the rest is not checked"));
            }
            self.add(&file, &target.root);
        }
        None
    }

    fn add(&mut self, file: &Path, root: &Path) {
        let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        if self.seen.insert(path.clone()) {
            self.waiting.push_back(Input { name: shown(file, &self.directory), path, content: None, root: root.to_owned() });
        }
    }

    fn stdin(&mut self) -> anyhow::Result<()> {
        let mut content = Vec::new();
        let limit = catalog::descriptor::Limits::default().max_bytes as u64 + 1;
        std::io::stdin().lock().take(limit).read_to_end(&mut content).context("standard input cannot be read")?;
        let path = self.directory.join("catalog-info.yaml");
        self.waiting.push_back(Input { name: STDIN.to_owned(), path, content: Some(content), root: tree(&self.directory) });
        Ok(())
    }
}

/// The repository that a folder belongs to, or the folder itself.
fn tree(folder: &Path) -> PathBuf {
    let repository = folder.ancestors().find(|ancestor| ancestor.join(".git").exists());
    let root = repository.unwrap_or(folder);
    root.canonicalize().unwrap_or_else(|_| root.to_owned())
}

fn shown(path: &Path, directory: &Path) -> String {
    path.strip_prefix(directory).unwrap_or(path).display().to_string()
}

/// The files that a path stands for.
fn expand(target: &str) -> Result<Vec<PathBuf>, String> {
    let path = Path::new(target);
    if !target.contains(WILD) || path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let glob = GlobBuilder::new(target).literal_separator(true).build();
    let glob = glob.map_err(|error| format!("pattern {target} is not valid: {error}"))?.compile_matcher();
    let fixed: PathBuf = path.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(WILD)).collect();
    let mut files = Vec::new();
    walk(&fixed, 0, &mut files, &|file| glob.is_match(file));
    Ok(files)
}

const WILD: [char; 4] = ['*', '?', '[', '{'];

/// Files below a folder, in order. Links to folders are not followed, so a walk cannot go in circles or leave the tree.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>, wanted: &dyn Fn(&Path) -> bool) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if depth < MAX_DEPTH && name != ".git" && name != "node_modules" {
                walk(&path, depth + 1, found, wanted);
            }
        } else if wanted(&path) && found.len() < MAX_FILES {
            found.push(path);
        }
    }
}
