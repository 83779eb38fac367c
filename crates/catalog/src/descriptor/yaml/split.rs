//! Cuts a file at its document markers.
//!
//! By the YAML grammar a line that starts with `---` or `...` (then white space or nothing) is a marker wherever it
//! stands, even inside a quoted or block scalar, so this needs no parser and cannot be led astray by a broken document.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::scalar::Version;

/// One document with the directives before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Bytes of the file.
    pub(super) range: Range<usize>,
    /// The line in the file on which the range starts, from 1.
    pub(super) line: u32,
    /// What a `%YAML` directive of this document says.
    pub(super) version: Option<Version>,
}

/// Walks over the chunks of one text; the text is passed to each call, so that its owner can own this too.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    offset: usize,
    line: u32,
    done: bool,
}

impl Chunks {
    pub(super) fn new(text: &str) -> Self {
        Self { offset: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }, line: 1, done: false }
    }

    /// Gives nothing any more.
    pub(super) fn stop(&mut self) {
        self.done = true;
    }

    pub(super) fn next(&mut self, text: &str) -> Option<Chunk> {
        let bytes = text.as_bytes();
        let (mut start, mut first_line, mut version, mut begun) = (self.offset, self.line, None, false);
        while !self.done && self.offset < bytes.len() {
            let end = memchr(b'\n', &bytes[self.offset..]).map_or(bytes.len(), |length| self.offset + length);
            let next = (end + 1).min(bytes.len());
            let line = &bytes[self.offset..end];
            match line.first() {
                Some(b'-') if is_marker(line, b"---") => {
                    if begun {
                        return Some(Chunk { range: start..self.offset, line: first_line, version });
                    }
                    begun = true;
                }
                Some(b'.') if is_marker(line, b"...") => {
                    let chunk = Chunk { range: start..self.offset, line: first_line, version };
                    self.offset = next;
                    self.line += 1;
                    if begun {
                        return Some(chunk);
                    }
                    (start, first_line, version) = (self.offset, self.line, None);
                    continue;
                }
                _ if begun => {}
                Some(b'%') => version = directive(line).or(version),
                _ => begun = !is_blank_or_comment(line),
            }
            self.offset = next;
            self.line += 1;
        }
        self.done = true;
        begun.then_some(Chunk { range: start..bytes.len(), line: first_line, version })
    }
}

/// The number of line ends in `text`.
pub(super) fn count_lines(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

fn is_marker(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r')))
}

fn is_blank_or_comment(line: &[u8]) -> bool {
    line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).is_none_or(|byte| *byte == b'#')
}

fn directive(line: &[u8]) -> Option<Version> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some(b"%YAML"), Some(b"1.1")) => Some(Version::Yaml11),
        (Some(b"%YAML"), Some(b"1.2")) => Some(Version::Core),
        _ => None,
    }
}
