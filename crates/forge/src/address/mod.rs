//! Addresses of files in git repositories: what people paste, and what git is asked for.
//!
//! A reference with slashes in it cannot be told from the path that follows it in a web address, so the first segment
//! is the reference, as in Backstage (`refs/heads/…` and `refs/tags/…` are understood). A `git` address has no such
//! limit: `?ref=feature/x`.

mod encode;
mod glob;
mod parse;
mod web;

pub(crate) use glob::Glob;
pub(crate) use parse::{host_of, plain_text};
pub(crate) use web::target as web_target;

use std::fmt;

use crate::ForgeError;

/// Longest address that is looked at, in bytes.
pub(crate) const MAX_ADDRESS: usize = 2_048;

/// A place in a git repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GitTarget {
    /// What git clones: `https://github.com/o/r.git`, `git@host:o/r.git`. Holds no password.
    pub repository: String,
    /// A branch, a tag or a full commit id; none is the default branch.
    pub reference: Option<String>,
    /// A path in the tree, decoded and without a leading slash. Empty: no path was given. May hold a glob.
    pub path: String,
    style: Style,
}

/// How addresses of single files are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Style {
    /// `<clone address>//<path>?ref=…`
    Git,
    /// A forge's web address: what stands before the path, and the same for its edit page.
    Web { file: String, edit: Option<Edit> },
}

/// A forge's address for editing: what stands before and after the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Edit {
    before: String,
    after: String,
}

impl GitTarget {
    /// Reads an address of type `git`: `<clone address>[//<path or glob>][?ref=<branch|tag|commit>]`.
    ///
    /// # Errors
    /// `Refused` with the reason: options, transports that run programs, control characters, passwords, local paths
    /// without `file://`, paths that leave the repository.
    pub fn parse(git_address: &str) -> Result<Self, ForgeError> {
        parse::git(git_address)
    }

    /// The id of a file of this repository, written as this address is: `https://github.com/o/r/blob/main/x.yaml`, or
    /// `<clone address>//x.yaml?ref=…`.
    #[must_use]
    pub fn file(&self, path: &str) -> String {
        match &self.style {
            Style::Web { file, .. } => format!("{file}/{}", encode::web_path(path)),
            Style::Git => {
                let reference = self.reference.as_deref().map(|reference| format!("?ref={}", encode::reference(reference)));
                format!("{}//{}{}", self.repository, encode::git_path(path), reference.unwrap_or_default())
            }
        }
    }

    /// Whether the path holds a glob: `*`, `?` or `{`. A `[` alone is part of a name.
    #[must_use]
    pub fn is_glob(&self) -> bool {
        glob::is_glob(&self.path)
    }

    /// The same repository and reference, another path.
    #[must_use]
    pub fn with_path(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// Where a file of this repository is edited in a browser, where its forge is known.
    #[must_use]
    pub fn edit_url(&self, path: &str) -> Option<String> {
        let Style::Web { edit: Some(edit), .. } = &self.style else { return None };
        Some(format!("{}/{}{}", edit.before, encode::web_path(path), edit.after))
    }

    /// The host, as `[[hosts]]` names it: lower case, with a port where the address has one. Empty for `file://`.
    #[must_use]
    pub fn host(&self) -> String {
        host_of(&self.repository).unwrap_or_default()
    }
}

/// The address without a path, for messages.
impl fmt::Display for GitTarget {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.repository)?;
        match &self.reference {
            Some(reference) => write!(out, " at {reference}"),
            None => Ok(()),
        }
    }
}
