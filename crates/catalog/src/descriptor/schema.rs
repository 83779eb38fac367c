//! JSON Schemas of declared kinds: compiled once, asked without leaving the process, answering in Backstage's words.

use std::{fmt, sync::Arc};

use jsonschema::{
    Draft, PatternOptions, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

/// A JSON Schema (draft 2020-12, or draft-07 where `$schema` says so) of the `spec` of a declared kind.
#[derive(Clone)]
pub struct Schema(Arc<Compiled>);

struct Compiled {
    source: Value,
    validator: Validator,
}

/// Levels of a schema.
const MOST_DEPTH: usize = 64;
/// Bytes of one compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;
/// Characters of a value that a message repeats.
const SHOWN: usize = 100;
/// Values that a message lists.
const LISTED: usize = 20;

/// The first way in which a value differs from its schema, in the words of Backstage's validator (ajv).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The JSON pointer to the value, below `spec`.
    pub(crate) pointer: String,
    /// `must have required property 'owner'`
    pub(crate) message: String,
    /// `missingProperty: owner`; may be empty.
    pub(crate) params: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl Schema {
    /// Compiles a schema. Patterns run in linear time, so look-around and back-references are not understood; addresses of
    /// other documents are not followed.
    ///
    /// # Errors
    /// A sentence about the first thing in it that cannot be used.
    pub fn compile(source: Value) -> Result<Self, String> {
        let draft = match source.get("$schema").map(Value::as_str) {
            None => Draft::Draft202012,
            Some(Some(named)) => match named.trim_end_matches('#').split_once("://").map_or(named, |(_, rest)| rest) {
                "json-schema.org/draft/2020-12/schema" => Draft::Draft202012,
                "json-schema.org/draft-07/schema" => Draft::Draft7,
                _ => return Err(format!("$schema: expected {NEWEST} or {OLDER}, found \"{}\"", cut(named))),
            },
            Some(None) => return Err(format!("$schema: expected the text {NEWEST} or {OLDER}")),
        };
        if !source.is_object() {
            return Err("a schema is a mapping such as {\"type\": \"object\", \"required\": [\"owner\"]}".to_owned());
        }
        references(&source, &source, 0)?;
        let validator = jsonschema::options()
            .with_draft(draft)
            .offline()
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
            .build(&source)
            .map_err(|error| {
                let at = error.instance_path().to_string();
                let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
                format!("{at}{}", cut_to(&error.to_string(), 500))
            })?;
        Ok(Self(Arc::new(Compiled { source, validator })))
    }

    /// The schema as it was written.
    pub fn source(&self) -> &Value {
        &self.0.source
    }

    pub(crate) fn check(&self, spec: &Value) -> Result<(), Misfit> {
        if self.0.validator.is_valid(spec) {
            return Ok(());
        }
        self.0.validator.validate(spec).map_err(|error| misfit(&error))
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.0.source).finish()
    }
}

const NEWEST: &str = "https://json-schema.org/draft/2020-12/schema";
const OLDER: &str = "http://json-schema.org/draft-07/schema";

/// Refuses references to other documents, ones that lead in a circle without a step into the value, and schemas that are too deep.
fn references(root: &Value, part: &Value, depth: usize) -> Result<(), String> {
    if depth > MOST_DEPTH {
        return Err(format!("it has more than {MOST_DEPTH} levels"));
    }
    match part {
        Value::Array(items) => items.iter().try_for_each(|item| references(root, item, depth + 1)),
        Value::Object(map) => {
            for keyword in ["$ref", "$dynamicRef"] {
                if let Some(Value::String(target)) = map.get(keyword) {
                    if !target.starts_with('#') {
                        return Err(format!("{keyword}: \"{}\" is another document; put what it refers to under $defs", cut(target)));
                    }
                    circle(root, part, &mut Vec::new(), &mut Vec::new())?;
                }
            }
            map.iter()
                .filter(|(key, _)| !matches!(key.as_str(), "const" | "enum" | "default" | "examples"))
                .try_for_each(|(_, item)| references(root, item, depth + 1))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// Follows what applies to one and the same value; coming back to where one has been would never end. `open` are the parts
/// on the way here, `done` those that lead nowhere.
fn circle<'s>(root: &'s Value, part: &'s Value, open: &mut Vec<&'s Value>, done: &mut Vec<&'s Value>) -> Result<(), String> {
    let Some(map) = part.as_object() else { return Ok(()) };
    let among = |parts: &[&Value]| parts.iter().any(|before| std::ptr::eq(*before, part));
    if among(open) {
        return Err("$ref: the references lead in a circle without a step into the value".to_owned());
    }
    if among(done) {
        return Ok(());
    }
    open.push(part);
    for (key, inner) in map {
        match key.as_str() {
            "$ref" | "$dynamicRef" => {
                if let Some(target) = inner.as_str().and_then(|target| root.pointer(target.strip_prefix('#')?)) {
                    circle(root, target, open, done)?;
                }
            }
            "not" | "if" | "then" | "else" => circle(root, inner, open, done)?,
            "allOf" | "anyOf" | "oneOf" => inner.as_array().into_iter().flatten().try_for_each(|inner| circle(root, inner, open, done))?,
            "dependentSchemas" => inner.as_object().into_iter().flatten().try_for_each(|(_, inner)| circle(root, inner, open, done))?,
            _ => {}
        }
    }
    open.pop();
    done.push(part);
    Ok(())
}

fn misfit(error: &jsonschema::ValidationError<'_>) -> Misfit {
    let pointer = error.instance_path().to_string();
    let (mut help, mut params) = (None, String::new());
    let mut limit = |limit: &dyn fmt::Display| params = format!("limit: {limit}");
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = cut(property.as_str().unwrap_or_default());
            params = format!("missingProperty: {name}");
            help = Some(format!("Add {name} to spec{}.", dotted(&pointer)));
            format!("must have required property '{name}'")
        }
        ValidationErrorKind::AdditionalProperties { unexpected } | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let name = unexpected.first().map_or("", String::as_str);
            let word = if matches!(error.kind(), ValidationErrorKind::AdditionalProperties { .. }) { "additional" } else { "unevaluated" };
            params = format!("{word}Property: {}", cut(name));
            help = Some(format!("Remove {}; the schema of this kind does not have it.", cut(name)));
            format!("must NOT have {word} properties")
        }
        ValidationErrorKind::Type { kind } => {
            let expected = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(","),
            };
            params = format!("type: {expected}");
            help = match expected.as_str() {
                "string" => Some("Write a text; put numbers, true, false and null in quotes.".to_owned()),
                "array" => Some("Write a list, each item on a line of its own after \"- \".".to_owned()),
                _ => None,
            };
            format!("must be {expected}")
        }
        ValidationErrorKind::Enum { options } => {
            let values = options.as_array().map(Vec::as_slice).unwrap_or_default();
            params = format!("allowedValues: {}", values.iter().take(LISTED).map(shown).collect::<Vec<_>>().join(","));
            if values.len() > LISTED {
                params.push_str(",…");
            }
            "must be equal to one of the allowed values".to_owned()
        }
        ValidationErrorKind::Constant { expected_value } => {
            params = format!("allowedValue: {}", shown(expected_value));
            "must be equal to constant".to_owned()
        }
        ValidationErrorKind::MinLength { limit: least } => {
            limit(least);
            format!("must NOT have fewer than {least} characters")
        }
        ValidationErrorKind::MaxLength { limit: most } => {
            limit(most);
            format!("must NOT have more than {most} characters")
        }
        ValidationErrorKind::MinItems { limit: least } => {
            limit(least);
            format!("must NOT have fewer than {least} items")
        }
        ValidationErrorKind::MaxItems { limit: most } => {
            limit(most);
            format!("must NOT have more than {most} items")
        }
        ValidationErrorKind::AdditionalItems { limit: most } => {
            limit(most);
            format!("must NOT have more than {most} items")
        }
        ValidationErrorKind::MinProperties { limit: least } => {
            limit(least);
            format!("must NOT have fewer than {least} properties")
        }
        ValidationErrorKind::MaxProperties { limit: most } => {
            limit(most);
            format!("must NOT have more than {most} properties")
        }
        ValidationErrorKind::Minimum { limit } => compared(">=", limit, &mut params),
        ValidationErrorKind::Maximum { limit } => compared("<=", limit, &mut params),
        ValidationErrorKind::ExclusiveMinimum { limit } => compared(">", limit, &mut params),
        ValidationErrorKind::ExclusiveMaximum { limit } => compared("<", limit, &mut params),
        ValidationErrorKind::MultipleOf { multiple_of } => {
            params = format!("multipleOf: {multiple_of}");
            format!("must be multiple of {multiple_of}")
        }
        ValidationErrorKind::Pattern { pattern } => {
            params = format!("pattern: {}", cut(pattern));
            format!("must match pattern \"{}\"", cut(pattern))
        }
        ValidationErrorKind::Format { format } => {
            params = format!("format: {format}");
            format!("must match format \"{format}\"")
        }
        ValidationErrorKind::UniqueItems => "must NOT have duplicate items".to_owned(),
        ValidationErrorKind::Contains => "must contain at least 1 valid item(s)".to_owned(),
        ValidationErrorKind::UnevaluatedItems { .. } => "must NOT have unevaluated items".to_owned(),
        ValidationErrorKind::AnyOf { context } => {
            help = alternatives(context);
            "must match a schema in anyOf".to_owned()
        }
        ValidationErrorKind::OneOfNotValid { context } => {
            help = alternatives(context);
            "must match exactly one schema in oneOf".to_owned()
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => "must match exactly one schema in oneOf".to_owned(),
        ValidationErrorKind::Not { .. } => "must NOT be valid".to_owned(),
        ValidationErrorKind::FalseSchema => "boolean schema is false".to_owned(),
        ValidationErrorKind::PropertyNames { error } => {
            let name = error.instance().as_str().map_or_else(String::new, cut);
            params = format!("propertyName: {name}");
            format!("property name '{name}' is invalid")
        }
        other => format!("must fit the keyword {}", other.keyword()),
    };
    Misfit { pointer, message, params, help }
}

fn compared(sign: &str, limit: &Value, params: &mut String) -> String {
    *params = format!("comparison: {sign}, limit: {limit}");
    format!("must be {sign} {limit}")
}

/// What each of several alternatives lacks, the first three of them.
fn alternatives(context: &[Vec<jsonschema::ValidationError<'static>>]) -> Option<String> {
    let lacks = |found: &Vec<jsonschema::ValidationError<'static>>| {
        let Misfit { pointer, message, .. } = misfit(found.first()?);
        Some(format!("/spec{pointer} {message}"))
    };
    let lines: Vec<String> = context.iter().filter_map(lacks).take(3).collect();
    (!lines.is_empty()).then(|| format!("None of the alternatives fits: {}.", lines.join("; or ")))
}

fn dotted(pointer: &str) -> String {
    pointer.replace('/', ".")
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| cut(&value.to_string()), cut)
}

fn cut(text: &str) -> String {
    cut_to(text, SHOWN)
}

fn cut_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
