//! Fields of one entity's whole descriptor, as text.

use serde_json::Value;

/// The text at a path, if there is text.
pub(super) fn at(value: &Value, path: &[&str]) -> Option<String> {
    path.iter().try_fold(value, |value, key| value.get(key))?.as_str().map(str::to_owned).filter(|text| !text.is_empty())
}

/// An address that a page may link to: `http`, `https` or `mailto`.
pub(super) fn linkable(address: &str) -> Option<String> {
    let parsed = url::Url::parse(address).ok()?;
    matches!(parsed.scheme(), "http" | "https" | "mailto").then(|| address.to_owned())
}

/// Text as YAML would quote it in a block: the whole value as a YAML document.
pub(super) fn yaml(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                pad(indent, out);
                out.push_str(&scalar(key));
                out.push(':');
                nested(value, indent, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                pad(indent, out);
                out.push('-');
                if matches!(item, Value::Object(map) if !map.is_empty()) {
                    // The first key stands behind the dash.
                    let mut block = String::new();
                    write(item, indent + 1, &mut block);
                    out.push(' ');
                    out.push_str(block.trim_start());
                } else {
                    nested(item, indent, out);
                }
            }
        }
        _ => nested(value, indent, out),
    }
}

fn nested(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            write(value, indent + 1, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            write(value, indent + 1, out);
        }
        Value::String(text) if text.contains('\n') && is_blockable(text) => {
            out.push_str(if text.ends_with("\n\n") {
                " |+\n"
            } else if text.ends_with('\n') {
                " |\n"
            } else {
                " |-\n"
            });
            for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                if !line.is_empty() {
                    pad(indent + 1, out);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        Value::String(text) => {
            out.push(' ');
            out.push_str(&scalar(text));
            out.push('\n');
        }
        other => {
            out.push(' ');
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

/// Whether a text survives as a block: no control characters, and no white space where a block would lose or misread it.
fn is_blockable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') && !text.starts_with([' ', '\n', '\t'])
}

/// A string as a plain scalar where that reads back as the same string, else in double quotes.
fn scalar(text: &str) -> String {
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.starts_with([
            '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '.', '+', '~', '=',
        ])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.chars().any(char::is_control)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}

fn pad(indent: usize, out: &mut String) {
    for _ in 0..indent {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_yaml_that_reads_back() {
        let value = serde_json::json!({
            "a": "plain", "b": "8080", "c": true, "d": ["x", {"k": 1, "l": [1, 2]}, []], "e": {}, "f": "two\nlines\n", "g": "yes",
            "h": "no end\nhere", "i": "", "j": {"k": {"l": "m: n"}}, "k": null, "l": "tail\n\n",
        });
        let text = yaml(&value);
        let read = ::catalog::descriptor::parse(text.as_bytes(), "f", &::catalog::descriptor::Limits::default());
        let again: Vec<_> = read.into_iter().map(|document| document.value.unwrap()).collect();
        assert_eq!(again, [value], "{text}");
        assert!(text.starts_with("a: plain\nb: \"8080\"\nc: true\nd:\n  - x\n  - k: 1\n    l:\n      - 1\n"), "{text}");
    }

    #[test]
    fn links_only_what_opens() {
        assert_eq!(linkable("https://a.example/x"), Some("https://a.example/x".to_owned()));
        assert_eq!(linkable("javascript:alert(1)"), None);
        assert_eq!(linkable("no address"), None);
    }
}
