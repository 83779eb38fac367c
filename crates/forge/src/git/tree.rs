//! The files of a commit, from `ls-tree -r -l -z`.

/// A file in the tree of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// From the root of the repository, with slashes.
    pub path: String,
    /// The id of its content: equal ids, equal bytes.
    pub blob: String,
    /// Bytes. `u64::MAX` where the file is over the limit and was not fetched.
    pub size: u64,
    /// What it is.
    pub kind: FileKind,
}

/// What a tree can hold besides folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    Regular,
    /// A link, which is followed within the tree.
    Symlink,
    /// Another repository, which is not read.
    Submodule,
}

/// `<mode> <type> <object> <size padded>\t<path>\0`. Paths that are no text cannot be addressed and are left out.
pub(super) fn parse(listing: &[u8]) -> Vec<TreeFile> {
    let mut files: Vec<TreeFile> =
        listing.split(|byte| *byte == 0).filter_map(|entry| entry_of(std::str::from_utf8(entry).ok()?)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn entry_of(entry: &str) -> Option<TreeFile> {
    let (head, path) = entry.split_once('\t')?;
    let mut head = head.split_ascii_whitespace();
    let (mode, kind, blob, size) = (head.next()?, head.next()?, head.next()?, head.next()?);
    let kind = match (mode, kind) {
        ("120000", "blob") => FileKind::Symlink,
        (_, "blob") => FileKind::Regular,
        (_, "commit") => FileKind::Submodule,
        _ => return None,
    };
    // `BAD` where the object was filtered out of the fetch, `-` for what has no size.
    let size = size.parse().unwrap_or(if kind == FileKind::Submodule { 0 } else { u64::MAX });
    Some(TreeFile { path: path.to_owned(), blob: blob.to_owned(), size, kind })
}
