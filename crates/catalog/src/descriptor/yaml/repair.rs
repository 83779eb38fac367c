//! Texts that npm `yaml` takes and the scanner refuses, written so that the scanner takes them too.
//!
//! Only a refused document comes here, and each repair mends what the scanner named and nothing else.

use std::fmt::Write as _;

use super::load::Flaw;

/// The rules of the flaws that may be mended.
pub(super) const TAB_AFTER_COLON: &str = "yaml/tab-after-colon";
pub(super) const FLOW_INDENT: &str = "yaml/flow-indent";
pub(super) const SURROGATE: &str = "yaml/surrogate";

/// Mends the texts of one document, one flaw at a time.
#[derive(Debug)]
pub(super) struct Repairs {
    left: usize,
    moved_line: u32,
}

/// Bytes that are read again for the sake of repairs.
const BUDGET: usize = 8 * 1024 * 1024;

impl Repairs {
    pub(super) fn new(text: &str) -> Self {
        Self { left: (BUDGET / text.len().max(1)).min(500), moved_line: 0 }
    }

    /// The text without the flaw; `None` when the flaw is the author's.
    pub(super) fn mend(&mut self, text: &str, flaw: &Flaw) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        match flaw.rule {
            SURROGATE => join_surrogates(text),
            TAB_AFTER_COLON => {
                let (start, column) = place(text, flaw)?;
                let before = text[start..column].trim_end_matches(['\t', ' ']).len() + start;
                let blanks = &text[before..column];
                let mended = format!("{}{}{}", &text[..before], " ".repeat(blanks.len()), &text[column..]);
                blanks.contains('\t').then_some(mended)
            }
            FLOW_INDENT => {
                // A closing bracket may stand under the key that opened it; the scanner wants one column more.
                let (start, column) = place(text, flaw)?;
                let line = flaw.mark.map_or(0, |mark| mark.line);
                let closes = text[column..].starts_with([']', '}']) && text[start..column].bytes().all(|byte| byte == b' ');
                if !closes || line == self.moved_line {
                    return None;
                }
                self.moved_line = line;
                Some(format!("{} {}", &text[..column], &text[column..]))
            }
            _ => None,
        }
    }
}

/// The byte at which the flaw's line starts, and the byte at which the flaw is.
fn place(text: &str, flaw: &Flaw) -> Option<(usize, usize)> {
    let mark = flaw.mark?;
    let lines_before = usize::try_from(mark.line).ok()?.checked_sub(1)?;
    let start = if lines_before == 0 { 0 } else { memchr::memchr_iter(b'\n', text.as_bytes()).nth(lines_before - 1)? + 1 };
    let columns = usize::try_from(mark.column).ok()?.checked_sub(1)?;
    let offset = text[start..].char_indices().nth(columns).map_or(text.len(), |(offset, _)| start + offset);
    Some((start, offset))
}

/// Joins two `\u` escapes, as JSON writes one character beyond U+FFFF; `None` when there are none.
fn join_surrogates(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at..];
        if let (Some(high), Some(low)) = (unit(escape, 0, 0xd800), unit(escape, 6, 0xdc00)) {
            found = true;
            out.push_str(&rest[..at]);
            let _: std::fmt::Result = write!(out, "\\U{:08X}", 0x1_0000 + (high << 10) + low);
            rest = &escape[12..];
        } else {
            // The character after a backslash is escaped, and starts no escape itself.
            let end = escape.char_indices().nth(2).map_or(rest.len(), |(length, _)| at + length);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The ten bits of a surrogate `\uXXXX` at a place, if it is one of the 1,024 from `first` on.
fn unit(text: &str, at: usize, first: u32) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    value.checked_sub(first).filter(|bits| *bits < 0x400)
}
