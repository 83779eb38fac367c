//! Writes values as YAML that reads the same in every parser: 1.1 or 1.2, with plain words only where nobody can take them for anything
//! else, long texts as blocks, and JSON's strings for the rest.

use serde_json::Value;

/// One document, without a marker before it.
pub(super) fn document(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => sequence(items, 0, &mut out),
        scalar => {
            out.push_str(&inline(scalar));
            out.push('\n');
        }
    }
    out
}

fn mapping(map: &serde_json::Map<String, Value>, depth: usize, out: &mut String) {
    for (index, (key, value)) in map.iter().enumerate() {
        // The first key of an item of a list stands behind its dash.
        if index > 0 || !out.ends_with("- ") {
            indent(depth, out);
        }
        if key.len() > LONGEST_KEY {
            out.push_str("? ");
            out.push_str(&quoted(key));
            out.push('\n');
            indent(depth, out);
        } else {
            out.push_str(&text(key));
        }
        out.push(':');
        node(value, depth, depth + 1, out);
    }
}

fn sequence(items: &[Value], depth: usize, out: &mut String) {
    for item in items {
        indent(depth, out);
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => mapping(map, depth + 1, out),
            Value::Array(items) if !items.is_empty() => {
                out.pop();
                out.push('\n');
                sequence(items, depth + 1, out);
            }
            other => {
                out.pop();
                node(other, depth, depth + 1, out);
            }
        }
    }
}

/// What follows a colon or a dash.
fn node(value: &Value, depth: usize, below: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            mapping(map, below, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(items, below, out);
        }
        Value::String(text) if is_block(text) => block(text, depth + 1, out),
        scalar => {
            out.push(' ');
            out.push_str(&inline(scalar));
            out.push('\n');
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(string) => text(string),
        other => other.to_string(),
    }
}

fn text(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A JSON string, with what YAML does not allow in a text escaped too.
fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let json = Value::from(text).to_string();
    if json.chars().all(printable) {
        return json;
    }
    json.chars().fold(String::with_capacity(json.len()), |mut out, letter| {
        if printable(letter) {
            out.push(letter);
        } else {
            // Writing into a String cannot fail. All that is not printable here lies in the first plane.
            let _ = write!(out, "\\u{:04X}", u32::from(letter));
        }
        out
    })
}

/// As YAML has it, without line ends, tabs, and marks that look like nothing.
fn printable(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

/// A block keeps every letter, if it starts with one and holds no odd line ends.
fn is_block(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(|letter| letter == '\n' || letter == '\t' || printable(letter))
}

fn block(text: &str, depth: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    let ends = text.len() - body.len();
    out.push_str(match ends {
        0 => " |-\n",
        1 => " |\n",
        _ => " |+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            indent(depth, out);
            out.push_str(line);
        }
        out.push('\n');
    }
    (1..ends).for_each(|_| out.push('\n'));
}

/// Words that YAML 1.1 or 1.2 read as something else.
const RESERVED: [&str; 12] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "none"];
/// A key before a colon may have 1024 letters.
const LONGEST_KEY: usize = 1_000;

fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.chars().all(|letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/' | ' ' | ':' | ',' | '(' | ')' | '+' | '@')
        })
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

fn indent(depth: usize, out: &mut String) {
    (0..depth).for_each(|_| out.push_str("  "));
}

#[cfg(test)]
mod tests {
    use catalog::descriptor::{Limits, parse};
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        let mut documents = parse(text.as_bytes(), "x", &Limits::default());
        assert_eq!(documents.len(), 1, "{text}");
        documents.remove(0).value.unwrap_or_else(|error| panic!("{error:?}\n{text}"))
    }

    #[test]
    fn reads_as_people_write() {
        let value = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "metadata": { "name": "a", "tags": ["x", "on"], "links": [{ "url": "https://a/b", "title": "A: b" }], "labels": {} },
            "spec": { "definition": "openapi: 3\ninfo:\n  x: 1\n", "n": 1.5, "none": null, "list": [[1, 2], []] },
        });
        let expected = "apiVersion: backstage.io/v1alpha1\nmetadata:\n  name: a\n  tags:\n    - x\n    - \"on\"\n  links:\n    - url: https://a/b\n      title: \"A: b\"\n  labels: {}\nspec:\n  definition: |\n    openapi: 3\n    info:\n      x: 1\n  \"n\": 1.5\n  \"none\": null\n  list:\n    -\n      - 1\n      - 2\n    - []\n";
        assert_eq!(document(&value), expected);
        assert_eq!(read(expected), value);
    }

    #[test]
    fn every_text_comes_back() {
        let texts = [
            "",
            " ",
            "a",
            "true",
            "Yes",
            "~",
            "null",
            "1",
            "1e3",
            "0x1F",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "a:",
            ":",
            "|",
            ">",
            "%YAML",
            "---",
            "...",
            "@a",
            "`",
            "\"",
            "'",
            "\\",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n\n",
            "\na\nb",
            " a\nb",
            "a\n b\n",
            "a\n\n\nb",
            "a\r\nb",
            "a\tb\nc",
            "\ta\nb",
            "a\n---\nb",
            "a\n...\nb\n",
            "a \nb ",
            "ü",
            "日本\n語",
            "\u{feff}a",
            "a\u{85}b",
            "a\u{2028}b\nc",
            "\u{7f}",
            "\u{1}",
            "👍",
            "{{ a }}",
            "[a",
            "a, b",
            "!x",
            "&a",
            "*a",
            "? a",
            "\n",
            "\n\n",
            "x\n ",
            "x\n\t",
            "2020-01-01",
            "12:30",
            "a  b",
            "<<",
            "=",
        ];
        for text in texts {
            let value = json!({ "k": text, "l": [text, { text: text }], "m": { text: { "deep": text } } });
            let written = document(&value);
            assert_eq!(read(&written), value, "{text:?}\n{written}");
        }
        let long = json!({ "x".repeat(2_000): 1 });
        assert_eq!(read(&document(&long)), long);
    }
}
