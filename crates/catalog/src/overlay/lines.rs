//! The lines of a YAML file in block style: where the entries of a mapping and the items of a list begin and end, and how lines that were
//! exchanged look as a unified diff.

use std::{fmt::Write as _, ops::Range};

/// Lines around a change that a diff shows.
const CONTEXT: usize = 3;

/// The lines of a file, each with its end.
pub(super) struct Lines<'t> {
    all: Vec<&'t str>,
    /// How lines that are added end.
    pub(super) end: &'static str,
}

/// An entry of a mapping.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Its lines: from its key to its last line with content, or with a comment that stands further in.
    pub(super) lines: Range<usize>,
    pub(super) indent: usize,
    /// Bytes of its first line up to and with the colon.
    pub(super) head: usize,
}

/// Lines that are exchanged for others.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) removed: usize,
    pub(super) added: Vec<String>,
    /// Whether it is inside the value of a key, and not about a key: where both come to the same line, what is inside stands first.
    pub(super) inside: bool,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let all: Vec<&str> = text.split_inclusive('\n').collect();
        let end = if all.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
        Self { all, end }
    }

    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// A line without its end.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.all[at].trim_end_matches(['\n', '\r'])
    }

    pub(super) fn indent(&self, at: usize) -> usize {
        let text = self.text(at);
        text.len() - text.trim_start_matches(' ').len()
    }

    /// Whether nothing stands in a line but perhaps a comment.
    pub(super) fn is_empty(&self, at: usize) -> bool {
        let text = self.text(at).trim_start();
        text.is_empty() || text.starts_with('#')
    }

    /// The first line with content.
    pub(super) fn first(&self, within: Range<usize>) -> Option<usize> {
        within.into_iter().find(|at| !self.is_empty(*at))
    }

    /// The document that begins on a line: up to the next marker.
    pub(super) fn document(&self, from: usize) -> Range<usize> {
        let marker = |at: &usize| {
            let text = self.text(*at);
            ["---", "..."].iter().any(|mark| text.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])))
        };
        from..(from..self.count()).find(marker).unwrap_or(self.count())
    }

    /// The entries of a block mapping; `None` if that is not what stands there.
    pub(super) fn entries(&self, within: Range<usize>) -> Option<Vec<Entry>> {
        let indent = self.indent(self.first(within.clone())?);
        let mut found: Vec<Entry> = Vec::new();
        let mut at = within.start;
        while at < within.end {
            let here = self.indent(at);
            if self.is_empty(at) {
                // A comment further in belongs to the entry, or is no comment but the end of a text in it.
                if let Some(entry) = found.last_mut().filter(|_| here > indent && !self.text(at).trim().is_empty()) {
                    entry.lines.end = at + 1;
                }
                at += 1;
                continue;
            }
            let item = self.text(at)[here..].starts_with("- ") || &self.text(at)[here..] == "-";
            match key_of(&self.text(at)[here..]).filter(|_| here == indent && !item) {
                Some((key, head)) => {
                    let mut entry = Entry { key, lines: at..at + 1, indent, head: here + head };
                    let value = self.text(at)[entry.head..].trim_start();
                    if value.starts_with(['|', '>']) {
                        // A text in which lines that look like comments are none.
                        let belongs = |line: &usize| self.text(*line).trim().is_empty() || self.indent(*line) > indent;
                        let last = (at + 1..within.end).take_while(belongs).filter(|line| !self.text(*line).trim().is_empty()).last();
                        entry.lines.end = last.map_or(at + 1, |last| last + 1);
                    }
                    at = entry.lines.end;
                    found.push(entry);
                }
                // The list of an entry may stand as far left as its key.
                None if here > indent || (here == indent && item) => {
                    found.last_mut()?.lines.end = at + 1;
                    at += 1;
                }
                None => return None,
            }
        }
        Some(found)
    }

    /// The items of a block list; `None` if that is not what stands there.
    pub(super) fn items(&self, within: Range<usize>) -> Option<Vec<Range<usize>>> {
        let indent = self.indent(self.first(within.clone())?);
        let mut found: Vec<Range<usize>> = Vec::new();
        for at in within.filter(|at| !self.text(*at).trim().is_empty()) {
            let text = &self.text(at)[self.indent(at)..];
            if self.is_empty(at) {
                if let Some(item) = found.last_mut().filter(|_| self.indent(at) > indent) {
                    item.end = at + 1;
                }
                continue;
            }
            if self.indent(at) == indent && (text.starts_with("- ") || text == "-") {
                found.push(at..at + 1);
            } else if self.indent(at) > indent {
                found.last_mut()?.end = at + 1;
            } else {
                return None;
            }
        }
        Some(found)
    }

    /// The value that stands on an entry's first line, and the comment behind it with the space before.
    pub(super) fn value(&self, entry: &Entry) -> (&'t str, &'t str) {
        let rest = &self.text(entry.lines.start)[entry.head..];
        let begin = rest.len() - rest.trim_start().len();
        let quote = rest[begin..].chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let from = quote.and_then(|quote| rest[begin + 1..].find(quote).map(|end| begin + 1 + end)).unwrap_or(begin);
        let comment = if rest[begin..].starts_with('#') { Some(0) } else { rest[from..].find(" #").map(|at| from + at) };
        let (value, comment) = comment.map_or((rest, ""), |at| rest.split_at(rest[..at].trim_end().len()));
        (value.trim(), comment)
    }

    /// The text with the edits made; they are in order and apart.
    pub(super) fn edited(&self, edits: &[Edit]) -> String {
        let mut out = String::new();
        let mut at = 0;
        for edit in edits {
            self.all[at..edit.at].iter().for_each(|line| out.push_str(line));
            if !edit.added.is_empty() && !out.is_empty() && !out.ends_with('\n') {
                out.push_str(self.end);
            }
            edit.added.iter().for_each(|line| out.push_str(line));
            at = edit.at + edit.removed;
        }
        self.all[at..].iter().for_each(|line| out.push_str(line));
        out
    }

    /// The edits as a unified diff of a file at `path`.
    pub(super) fn diff(&self, edits: &[Edit], path: &str) -> String {
        let edits = self.with_last_line(edits);
        let mut out = format!("--- {}\n+++ {}\n", quoted("a", path), quoted("b", path));
        let mut shift = 0isize;
        let mut rest = &edits[..];
        while let [first, ..] = rest {
            let near = rest.windows(2).take_while(|pair| pair[1].at - (pair[0].at + pair[0].removed) <= 2 * CONTEXT).count();
            let (hunk, later) = rest.split_at(near + 1);
            rest = later;
            let last = &hunk[near];
            let (from, to) = (first.at.saturating_sub(CONTEXT), (last.at + last.removed + CONTEXT).min(self.count()));
            let (removed, added) = hunk.iter().fold((0, 0), |(removed, added), edit| (removed + edit.removed, added + edit.added.len()));
            let old = to - from;
            let new = old - removed + added;
            let line = |count: usize, shift: isize| {
                if count == 0 { from.saturating_add_signed(shift) } else { (from + 1).saturating_add_signed(shift) }
            };
            // Writing into a String cannot fail.
            let _ = writeln!(out, "@@ -{},{old} +{},{new} @@", line(old, 0), line(new, shift));
            shift += isize::try_from(added).unwrap_or_default() - isize::try_from(removed).unwrap_or_default();
            let mut at = from;
            for edit in hunk {
                self.all[at..edit.at].iter().for_each(|line| push(&mut out, ' ', line));
                self.all[edit.at..edit.at + edit.removed].iter().for_each(|line| push(&mut out, '-', line));
                edit.added.iter().for_each(|line| push(&mut out, '+', line));
                at = edit.at + edit.removed;
            }
            self.all[at..to].iter().for_each(|line| push(&mut out, ' ', line));
        }
        out
    }

    /// A last line without an end gets one when lines come behind it, so it changes too.
    fn with_last_line(&self, edits: &[Edit]) -> Vec<Edit> {
        let mut out: Vec<Edit> = edits.iter().map(|edit| Edit { added: edit.added.clone(), ..*edit }).collect();
        let last = self.all.last().filter(|line| !line.ends_with('\n'));
        if let (Some(last), Some(edit)) = (last, out.last_mut())
            && edit.at == self.count()
            && !edit.added.is_empty()
        {
            edit.at -= 1;
            edit.removed += 1;
            edit.added.insert(0, format!("{last}{}", self.end));
        }
        out
    }
}

fn push(out: &mut String, mark: char, line: &str) {
    out.push(mark);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// A path as git writes it in the head of a diff.
fn quoted(side: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    if path.contains(['"', '\\']) || path.chars().any(char::is_control) {
        let mut out = format!("\"{side}/");
        for byte in path.bytes() {
            match byte {
                b'"' | b'\\' => {
                    out.push('\\');
                    out.push(char::from(byte));
                }
                0x20..=0x7e => out.push(char::from(byte)),
                // Writing into a String cannot fail.
                _ => {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
        }
        out.push('"');
        return out;
    }
    // A tab ends a name with spaces in it.
    format!("{side}/{path}{}", if path.contains(' ') { "\t" } else { "" })
}

/// The key that a line begins with, and the bytes up to and with its colon.
fn key_of(text: &str) -> Option<(String, usize)> {
    if let Some(quote) = text.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        let end = 1 + text[1..].find(quote)?;
        let colon = end + 1 + text[end + 1..].find(':')?;
        return text[end + 1..colon].trim().is_empty().then(|| (text[1..end].to_owned(), colon + 1));
    }
    let colon = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1)).or_else(|| text.find(":\t"))?;
    let key = text[..colon].trim_end();
    (!key.is_empty() && !key.starts_with(['#', '&', '*', '!', '{', '[', '?', '|', '>', '%', '@', '`'])).then(|| (key.to_owned(), colon + 1))
}
