//! Finds the class names in Rust sources.
//!
//! Only what stands in string literals, and the names of `class:name=` attributes, can become a class. Looking at whole
//! files would take the words of comments and the keyword `static` for classes.

use super::{files_below, read_text};
use anyhow::Result;
use std::{collections::BTreeSet, path::Path};

/// Folders of the workspace whose sources name classes.
const SOURCES: [&str; 2] = ["app/src", "frontend/src"];

/// Every word of the pages' and islands' sources that may be a class.
pub fn candidates(root: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in SOURCES {
        for file in files_below(&root.join(folder))? {
            if file.extension().is_some_and(|extension| extension == "rs") {
                scan(&read_text(&file)?, &mut found);
            }
        }
    }
    Ok(found)
}

/// The classes that a style sheet of ours defines: those are ours even where a utility has the same name.
pub fn defined(sheet: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut before = ' ';
    let mut rest = sheet;
    while let Some(at) = rest.find('.') {
        before = rest[..at].chars().last().unwrap_or(before);
        rest = &rest[at + 1..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        // `1.5rem` and `.5` are numbers.
        if !before.is_ascii_digit() && name.starts_with(|c: char| c.is_alphabetic() || c == '-' || c == '_') {
            found.insert(name);
        }
    }
    found
}

fn scan(source: &str, found: &mut BTreeSet<String>) {
    let bytes = source.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => source[at..].find('\n').map_or(bytes.len(), |end| at + end),
            b'/' if bytes.get(at + 1) == Some(&b'*') => source[at..].find("*/").map_or(bytes.len(), |end| at + end + 2),
            b'"' => {
                let end = literal_end(bytes, at + 1);
                add_words(&source[at + 1..end.min(bytes.len())], found);
                end + 1
            }
            b'r' if raw_hashes(bytes, at).is_some() => {
                let hashes = raw_hashes(bytes, at).unwrap_or(0);
                let start = at + 2 + hashes;
                let close = format!("\"{}", "#".repeat(hashes));
                let end = source[start..].find(&close).map_or(bytes.len(), |end| start + end);
                add_words(&source[start..end], found);
                end + close.len()
            }
            // A quote as a character, which would open a string otherwise.
            b'\'' if bytes.get(at + 1) == Some(&b'"') && bytes.get(at + 2) == Some(&b'\'') => at + 3,
            b'\'' if bytes[at..].starts_with(br#"'\"'"#) => at + 4,
            b'c' if source[at..].starts_with("class:") => {
                let name = source[at + 6..].split(|c: char| c == '=' || c.is_whitespace()).next().unwrap_or_default();
                add_words(name, found);
                at + 6
            }
            _ => at + 1,
        };
    }
}

/// How many `#` follow the `r` of a raw string, when this is one.
fn raw_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    let part_of_a_name = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && bytes[at - 1] != b'b';
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    (!part_of_a_name && bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn literal_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// A class has no upper-case first letter, no sentence's punctuation and no placeholder of a format string.
fn add_words(text: &str, found: &mut BTreeSet<String>) {
    for word in text.split_whitespace() {
        let word = word.trim_end_matches('\\');
        let arbitrary = word.contains('[');
        let plausible = word.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '-' | '[' | '@' | '*' | '!'))
            && word.len() <= 120
            && (arbitrary || word.chars().all(|c| c.is_ascii_alphanumeric() || "-_:/.@*!%".contains(c)))
            && !word.ends_with(['.', ':', '-', '_']);
        if plausible {
            found.insert(word.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let mut found = BTreeSet::new();
        scan(source, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn classes_stand_in_literals() {
        check(r#"view! { <p class="flex gap-2 sm:flex-row"> }"#, &["flex", "gap-2", "sm:flex-row"]);
        check(r##"let c = r#"grid w-[3px]"#;"##, &["grid", "w-[3px]"]);
        check("<a class:hidden=move || true class:md:block=x>", &["hidden", "md:block"]);
    }

    #[test]
    fn code_and_comments_hold_none() {
        check("// flex \"grid\"\n/* \"block\" */ static TABLE: &str = \"\";", &[]);
        check("let quote = '\"'; let hidden = 1;", &[]);
        check(r#"let a = "Not found: {name}."; let b = "line \"mt-1\" end";"#, &["end", "line"]);
    }

    #[test]
    fn classes_of_a_style_sheet() {
        let sheet = ".card { margin: 1.5rem .5rem } a.button:hover, .table-row > .x { }";
        assert_eq!(defined(sheet).into_iter().collect::<Vec<_>>(), ["button", "card", "table-row", "x"]);
    }
}
