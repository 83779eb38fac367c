//! A repository to read from, written with git itself.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A work tree, and the bare repository beside it that is served.
pub(crate) struct Origin {
    root: TempDir,
}

impl Origin {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let origin = Self { root: tempfile::tempdir().unwrap() };
        std::fs::create_dir(origin.tree()).unwrap();
        origin.git(&["init", "--quiet", "--initial-branch=main", "."]);
        origin.commit(files);
        git(origin.root.path(), &["clone", "--quiet", "--bare", "tree", "r.git"]);
        origin.git(&["remote", "add", "origin", "../r.git"]);
        origin
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.root.path().join("tree")
    }

    pub(crate) fn address(&self) -> String {
        format!("file://{}/r.git", self.root.path().display())
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(&self.tree(), args)
    }

    /// Writes files (an empty text deletes one) and commits.
    pub(crate) fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            let path = self.tree().join(path);
            if text.is_empty() {
                std::fs::remove_file(path).unwrap();
            } else {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn push(&self, files: &[(&str, &str)]) -> String {
        let commit = self.commit(files);
        self.git(&["push", "--quiet", "--force", "origin", "HEAD"]);
        commit
    }
}

fn git(dir: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false", "-c", "gc.auto=0"];
    let output = Command::new("git")
        .args(identity)
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
