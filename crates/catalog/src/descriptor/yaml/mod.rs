//! YAML 1.2 core schema, as npm `yaml` 2 reads it, because that is what Backstage reads descriptors with.
//!
//! The grammar is `saphyr-parser`'s; what its events mean (scalars, duplicate keys, aliases, limits) is decided here, since
//! no loader at hand agrees with npm's: they merge `<<`, read `yes` as true or let the last of two equal keys win.
//! A file is cut at its document markers first, so that one broken document costs only itself.

mod explain;
mod load;
mod positions;
mod repair;
mod scalar;
mod split;
mod timestamp;

use std::sync::Arc;

use serde_json::Value;

use super::{Diagnostic, Severity, ValidationError};
use load::{Flaw, Loaded};
pub use positions::Positions;
use scalar::Version;
use split::Chunks;

/// What a file may contain at most.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub max_bytes: usize,
    /// Documents in one file.
    pub max_documents: usize,
    /// Nesting of one document.
    pub max_depth: usize,
    /// Nodes that aliases may add to one document; 100 bytes of text count as one more node.
    pub max_alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 10 * 1024 * 1024, max_documents: 50_000, max_depth: 64, max_alias_nodes: 100_000 }
    }
}

/// One document of a file that is not empty.
#[derive(Clone, Debug)]
pub struct Document {
    /// The line on which its content begins, from 1.
    pub line: u32,
    /// The root mapping, or why there is none.
    pub value: Result<Value, Diagnostic>,
    /// What is doubtful but does not stop the document.
    pub warnings: Vec<Diagnostic>,
    /// Where the parts of it stand in the file.
    pub positions: Positions,
}

impl Document {
    /// The place in `file` of what [`super::validate`] and its like found.
    pub fn diagnose(&self, file: &str, error: &ValidationError) -> Diagnostic {
        let (line, column) = self.positions.locate(&error.pointer);
        Diagnostic {
            rule: error.rule,
            message: error.detail().to_owned(),
            file: file.to_owned(),
            line,
            column,
            severity: Severity::Error,
            help: error.help.clone(),
        }
    }
}

/// Reads the documents of a file, in order, without those that are empty.
///
/// A text that is not UTF-8 is read with replacement characters, as Backstage does, and a warning.
/// A file over `limits` gives a last document that is an error.
pub fn parse(text: &[u8], file: &str, limits: &Limits) -> Vec<Document> {
    documents(text, file, limits).collect()
}

/// [`parse`], one document at a time, so that a large file need not be in memory as values at once.
pub fn documents(text: &[u8], file: &str, limits: &Limits) -> Documents {
    let too_large = text.len() > limits.max_bytes;
    let is_utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    let utf8 = std::str::from_utf8(text);
    let source: Arc<str> = match utf8 {
        _ if too_large || is_utf16 => Arc::from(""),
        Ok(text) => Arc::from(text),
        Err(_) => String::from_utf8_lossy(text).into(),
    };
    let mut stream = Documents {
        chunks: Chunks::new(&source),
        file: file.into(),
        limits: limits.clone(),
        version: Version::Core,
        count: 0,
        extra: None,
        broken_encoding: None,
        source,
    };
    if too_large {
        let message = format!("The file has {} bytes, at most {} are read", text.len(), limits.max_bytes);
        stream.extra = Some(stream.refusal(1, "yaml/size", message, "Split it into several files and list them in a Location."));
    } else if is_utf16 {
        let message = "The file is UTF-16, a descriptor is UTF-8".to_owned();
        stream.extra = Some(stream.refusal(1, "yaml/encoding", message, "Save the file as UTF-8."));
    } else if let Err(error) = utf8 {
        stream.broken_encoding = Some(1 + split::count_lines(&text[..error.valid_up_to()]));
    }
    stream
}

/// The documents of one file; see [`documents`].
#[derive(Debug)]
pub struct Documents {
    source: Arc<str>,
    file: Arc<str>,
    limits: Limits,
    chunks: Chunks,
    /// A `%YAML 1.1` directive holds until the next directive, as in npm `yaml`.
    version: Version,
    count: usize,
    extra: Option<Document>,
    broken_encoding: Option<u32>,
}

impl Documents {
    fn diagnostic(&self, flaw: Flaw, line: u32, severity: Severity) -> Diagnostic {
        let Flaw { rule, message, help, mark } = flaw;
        let (line, column) = mark.map_or((line, 1), |mark| mark.in_file(line));
        Diagnostic { rule, message, file: self.file.as_ref().to_owned(), line, column, severity, help: help.map(str::to_owned) }
    }

    /// A document that stands for what is not read.
    fn refusal(&self, line: u32, rule: &'static str, message: String, help: &'static str) -> Document {
        let diagnostic = self.diagnostic(Flaw { rule, message, help: Some(help), mark: None }, line, Severity::Error);
        Document { line, value: Err(diagnostic), warnings: Vec::new(), positions: Positions::new(&self.source, 0..0, line) }
    }

    fn load(&mut self, chunk: split::Chunk) -> Option<Document> {
        self.version = chunk.version.unwrap_or(self.version);
        let text = &self.source[chunk.range.clone()];
        let Loaded { start, value, warnings, mended } = load::load(text, self.version, &self.limits);
        let line = start.map_or(chunk.line, |mark| mark.in_file(chunk.line).0);
        let value = match value {
            Ok(Value::Null) => return None,
            Ok(Value::Object(map)) => Ok(Value::Object(map)),
            Ok(other) => Err(Flaw::new("yaml/root", format!("Expected object at root, got {}", type_of(&other)), start)
                .help("A descriptor is a mapping that starts with apiVersion, kind and metadata.")),
            Err(flaw) => Err(*flaw),
        };
        let value = value.map_err(|flaw| self.diagnostic(flaw, chunk.line, Severity::Error));
        let mut warnings: Vec<_> = warnings.into_iter().map(|flaw| self.diagnostic(flaw, chunk.line, Severity::Warning)).collect();
        if let Some(line) = self.broken_encoding.take() {
            let flaw = Flaw::new("yaml/encoding", "The file is not UTF-8; what could not be read became U+FFFD".to_owned(), None)
                .help("Save the file as UTF-8.");
            warnings.push(self.diagnostic(flaw, line, Severity::Warning));
        }
        let positions = match mended {
            Some(mended) => Positions::whole(mended.into(), chunk.line),
            None => Positions::new(&self.source, chunk.range, chunk.line),
        };
        Some(Document { line, value, warnings, positions })
    }
}

impl Iterator for Documents {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        while let Some(chunk) = self.chunks.next(&self.source) {
            if self.count == self.limits.max_documents {
                self.chunks.stop();
                let message = format!("The file has more than {} documents, the rest is not read", self.limits.max_documents);
                return Some(self.refusal(
                    chunk.line,
                    "yaml/documents",
                    message,
                    "Split it into several files and list them in a Location.",
                ));
            }
            if let Some(document) = self.load(chunk) {
                self.count += 1;
                return Some(document);
            }
        }
        self.extra.take()
    }
}

/// Why a text is not one document.
#[derive(Debug)]
pub(super) enum NotSingle {
    /// It has this many.
    Count(usize),
    /// It is not YAML.
    Broken { message: String, line: u32, column: u32 },
}

/// Reads a text that has to be exactly one document, of any type; an empty document is null.
pub(super) fn single(text: &str, limits: &Limits) -> Result<Value, NotSingle> {
    let mut chunks = Chunks::new(text);
    let mut all = std::iter::from_fn(|| chunks.next(text));
    let Some(chunk) = all.next() else { return Err(NotSingle::Count(0)) };
    let more = all.count();
    if more > 0 {
        return Err(NotSingle::Count(1 + more));
    }
    load::load(&text[chunk.range], chunk.version.unwrap_or(Version::Core), limits).value.map_err(|flaw| {
        let (line, column) = flaw.mark.map_or((chunk.line, 1), |mark| mark.in_file(chunk.line));
        NotSingle::Broken { message: flaw.message, line, column }
    })
}

/// JavaScript's `typeof`, which Backstage's message shows.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
    }
}
