//! What is wrong with a descriptor, said so that the person who wrote the file can find it and mend it.

use serde::Serialize;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document gives an entity all the same.
    Warning,
    /// The document gives no entity.
    Error,
}

/// One finding about one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The rule that was broken, as `yaml/duplicate-key`; stable, for filters and documentation.
    pub rule: &'static str,
    /// What is wrong. Backstage's words where Backstage has a message for it.
    pub message: String,
    /// The file or address that was read.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// Whether the document still counts.
    pub severity: Severity,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Diagnostic {
    /// The text with which Backstage reports a document that is not YAML, `location` being `type:target`.
    pub fn backstage_yaml_error(&self, location: &str) -> String {
        match self.rule {
            "yaml/root" => self.message.clone(),
            _ => format!("YAML error at {location}, YAMLParseError: {} at line {}, column {}", self.message, self.line, self.column),
        }
    }
}

/// Why an entity was refused after it could be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValidationError {
    /// The name of the error in Backstage: `InputError`, `TypeError`, `NotAllowedError`.
    pub name: &'static str,
    /// Backstage's whole text, with the step that failed and its cause.
    pub message: String,
    /// Where in `message` the cause starts.
    cause_at: usize,
    /// The JSON pointer to what is wrong; for something missing, to where it should stand.
    pub pointer: String,
    /// The rule that was broken, as `metadata/tags`.
    pub rule: &'static str,
    /// What to do about it.
    pub help: Option<String>,
}

impl ValidationError {
    /// An error without a wrapping step.
    pub(crate) fn plain(name: &'static str, rule: &'static str, message: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { name, message: shortened(message.into(), MESSAGE), cause_at: 0, pointer: pointer.into(), rule, help: None }
    }

    /// Wraps `detail` as Backstage does: `step; caused by cause: detail`.
    pub(crate) fn caused(rule: &'static str, step: impl std::fmt::Display, cause: &str, detail: &str, pointer: impl Into<String>) -> Self {
        let mut message = format!("{}; caused by {cause}: ", shortened(step.to_string(), STEP));
        let cause_at = message.len();
        message.push_str(&shortened(detail.to_owned(), MESSAGE));
        Self { name: "InputError", message, cause_at, pointer: pointer.into(), rule, help: None }
    }

    /// The cause alone, without the step in which it was met; for people.
    pub fn detail(&self) -> &str {
        &self.message[self.cause_at..]
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help.into(), STEP));
        self
    }
}

/// Bytes of a message, and of the step in which it was met: what people wrote comes back in both, and they are kept.
const MESSAGE: usize = 5_000;
const STEP: usize = 1_000;

/// A text that is too long, without its middle: how it begins and how it ends is what helps.
fn shortened(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let half = most / 2;
    format!("{} … {}", &text[..text.floor_char_boundary(half)], &text[text.ceil_char_boundary(text.len() - half)..])
}

/// Appends one segment to a JSON pointer, escaped as RFC 6901 has it.
pub(crate) fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if segment.contains(['~', '/']) {
        pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(segment);
    }
}
