//! `$text`, `$json` and `$yaml`: parts of an entity that stand in other files.

use serde_json::{Map, Value};

use super::{
    ValidationError,
    diagnostic::push_segment,
    location::{LocationRef, Repository, is_address, resolve_target_at},
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
    let base_type = if is_address(base) { "url" } else { "file" };
    placeholders_at(value, base_type, base, &mut |part| read(&part.target))
}

/// [`placeholders`] in a file that is read as `base_type`; `read` is told how each part is read.
///
/// # Errors
/// As [`placeholders`].
pub fn placeholders_at(
    value: &mut Value,
    base_type: &str,
    base: &str,
    read: &mut dyn FnMut(&LocationRef) -> Result<Vec<u8>, String>,
) -> Result<Vec<String>, ValidationError> {
    let mut resolver = Resolver { base_type, base, read, keys: Vec::new(), bytes: 0, path: Vec::new() };
    resolver.walk(value)?;
    Ok(resolver.keys)
}

/// The files that [`placeholders_at`] is going to read, each once, as far as it can be told before: what makes no address is left out.
pub fn placeholder_parts(value: &Value, base_type: &str, base: &str) -> Vec<LocationRef> {
    let mut found = Vec::new();
    collect(value, base_type, base, &mut found);
    found
}

fn collect(value: &Value, base_type: &str, base: &str, found: &mut Vec<LocationRef>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, base_type, base, found)),
        Value::Object(map) if map.keys().any(|key| key.starts_with('$')) => {
            let only = if map.len() == 1 { map.iter().next() } else { None };
            if let Some((key, Value::String(target))) = only
                && Format::of(key).is_some()
                && let Ok(part) = address(base_type, base, target)
                && found.len() <= MAX_FILES
                && !found.contains(&part)
            {
                found.push(part);
            }
        }
        Value::Object(map) => map.values().for_each(|item| collect(item, base_type, base, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the target of a placeholder means.
fn address(base_type: &str, base: &str, target: &str) -> Result<LocationRef, String> {
    let part = resolve_target_at(base_type, base, target)?;
    if Repository::same(&part.target, base) {
        Ok(part)
    } else {
        Err("Placeholder may only reference files from the same repository as the entity".to_owned())
    }
}

/// Files that one entity may include.
const MAX_FILES: usize = 200;
/// Bytes that they may have together.
const MAX_BYTES: usize = 10 * 1024 * 1024;

struct Resolver<'a> {
    base_type: &'a str,
    base: &'a str,
    read: &'a mut dyn FnMut(&LocationRef) -> Result<Vec<u8>, String>,
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
        let part = self.part(key, target)?;
        let bytes = (self.read)(&part).map_err(|error| {
            let message = format!("Placeholder {key} could not read location {target}, Error: {error}");
            self.error("placeholder/read", &message, "Check the path; it is relative to the file in which it stands.")
        })?;
        self.bytes += bytes.len();
        self.keys.push(part.to_string());
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

    fn part(&self, key: &str, target: &str) -> Result<LocationRef, ValidationError> {
        address(self.base_type, self.base, target).map_err(|error| {
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
