//! `$text`, `$json` and `$yaml`: parts of an entity that stand in other files.

use serde_json::{Map, Value};

use super::{
    ValidationError,
    diagnostic::push_segment,
    location::{Repository, is_address, resolve_target},
    yaml::{self, Limits},
};

/// Puts in place of every mapping whose only key is `$text`, `$json` or `$yaml` what the file that it names holds.
///
/// `base` is the path or address of the descriptor, `read` reads a path or address. Gives the keys, as `file:/srv/api.json`,
/// by which a change of those files finds the entity. A mapping with more keys, or with another `$` key, is left as it is.
///
/// # Errors
/// Backstage's, when a file cannot be read or does not hold what it should.
pub fn placeholders(
    value: &mut Value,
    base: &str,
    read: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<Vec<String>, ValidationError> {
    let mut resolver = Resolver { base, read, keys: Vec::new(), bytes: 0, path: Vec::new() };
    resolver.walk(value)?;
    Ok(resolver.keys)
}

/// Files that one entity may include.
const MAX_FILES: usize = 200;
/// Bytes that they may have together.
const MAX_BYTES: usize = 10 * 1024 * 1024;

struct Resolver<'a> {
    base: &'a str,
    read: &'a mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    keys: Vec<String>,
    bytes: usize,
    path: Vec<String>,
}

/// The result of looking at one mapping.
enum Found {
    Plain,
    Untouched,
    Placeholder(Format, Value),
}

#[derive(Clone, Copy)]
enum Format {
    Text,
    Json,
    Yaml,
}

impl Format {
    fn of(key: &str) -> Option<Self> {
        match key {
            "$text" => Some(Self::Text),
            "$json" => Some(Self::Json),
            "$yaml" => Some(Self::Yaml),
            _ => None,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Text => "$text",
            Self::Json => "$json",
            Self::Yaml => "$yaml",
        }
    }
}

impl Resolver<'_> {
    fn walk(&mut self, value: &mut Value) -> Result<(), ValidationError> {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| item.is_array() || item.is_object()) {
                    self.path.push(index.to_string());
                    self.walk(item)?;
                    self.path.pop();
                }
                Ok(())
            }
            Value::Object(map) => match look(map) {
                Found::Untouched => Ok(()),
                Found::Placeholder(format, target) => {
                    *value = self.resolve(format, &target)?;
                    Ok(())
                }
                Found::Plain => {
                    for (key, item) in map.iter_mut().filter(|(_, item)| item.is_array() || item.is_object()) {
                        self.path.push(key.clone());
                        self.walk(item)?;
                        self.path.pop();
                    }
                    Ok(())
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    fn resolve(&mut self, format: Format, target: &Value) -> Result<Value, ValidationError> {
        let key = format.key();
        let Value::String(target) = target else {
            let message = format!("Placeholder {key} expected a string value parameter, in the form of an absolute URL or a relative path");
            return Err(self.error("placeholder/value", &message, "Write the path of the file, relative to this one."));
        };
        let address = self.address(key, target)?;
        let bytes = (self.read)(&address).map_err(|error| {
            let message = format!("Placeholder {key} could not read location {target}, Error: {error}");
            self.error("placeholder/read", &message, "Check the path; it is relative to the file in which it stands.")
        })?;
        self.bytes += bytes.len();
        self.keys.push(if is_address(&address) { format!("url:{address}") } else { format!("file:{address}") });
        if self.bytes > MAX_BYTES || self.keys.len() > MAX_FILES {
            let message = format!(
                "Placeholder {key} could not read location {target}, Error: the entity includes more than {MAX_FILES} files or {MAX_BYTES} bytes"
            );
            return Err(self.error("placeholder/size", &message, "Include less."));
        }
        let text = String::from_utf8_lossy(&bytes);
        if text.contains('\0') {
            let message = format!("Placeholder {key} could not read location {target}, Error: the file holds the character NUL");
            return Err(self.error("placeholder/read", &message, "Include text files only."));
        }
        match format {
            Format::Text => Ok(Value::String(text.into_owned())),
            Format::Json => serde_json::from_str(&text).map_err(|error| {
                let message = format!("Placeholder {key} failed to parse JSON data at {target}, SyntaxError: {error}");
                self.error("placeholder/json", &message, "Mend the file, or include it with $text.")
            }),
            Format::Yaml => self.yaml(&text, target),
        }
    }

    fn address(&self, key: &str, target: &str) -> Result<String, ValidationError> {
        let resolved = resolve_target(self.base, target).and_then(|address| {
            if Repository::same(&address, self.base) {
                Ok(address)
            } else {
                Err("Placeholder may only reference files from the same repository as the entity".to_owned())
            }
        });
        resolved.map_err(|error| {
            let message = format!("Placeholder {key} could not form a URL out of {} and {target}, Error: {error}", self.base);
            self.error("placeholder/target", &message, "Write a path relative to this file, in the same repository.")
        })
    }

    fn yaml(&self, text: &str, target: &str) -> Result<Value, ValidationError> {
        match yaml::single(text, &Limits::default()) {
            Ok(value) => Ok(value),
            Err(yaml::NotSingle::Count(count)) => {
                let message = format!("Placeholder $yaml expected to find exactly one document of data at {target}, found {count}");
                Err(self.error("placeholder/yaml", &message, "Keep one document in the file, without a second ---."))
            }
            Err(yaml::NotSingle::Broken { message, line, column }) => {
                let message = format!(
                    "Placeholder $yaml found an error in the data at {target}, YAMLParseError: {message} at line {line}, column {column}"
                );
                Err(self.error("placeholder/yaml", &message, "Mend the file, or include it with $text."))
            }
        }
    }

    fn error(&self, rule: &'static str, detail: &str, help: &str) -> ValidationError {
        let mut pointer = String::new();
        self.path.iter().for_each(|segment| push_segment(&mut pointer, segment));
        let step = "Processor PlaceholderProcessor threw an error while preprocessing";
        ValidationError::caused(rule, step, "Error", detail, pointer).help(help)
    }
}

fn look(map: &mut Map<String, Value>) -> Found {
    if !map.keys().any(|key| key.starts_with('$')) {
        return Found::Plain;
    }
    let only = if map.len() == 1 { map.iter_mut().next() } else { None };
    match only.and_then(|(key, value)| Some((Format::of(key)?, value))) {
        Some((format, value)) => Found::Placeholder(format, value.take()),
        None => Found::Untouched,
    }
}
