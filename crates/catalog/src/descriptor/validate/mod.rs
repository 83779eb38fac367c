//! Whether a value is an entity: Backstage's checks, in its order, with its messages.
//!
//! Envelope, location annotations, schema, default namespace, foreign root fields, field formats, kind. The first
//! check that fails is the one that is reported.

mod envelope;
mod format;
mod kinds;
mod shape;
mod specs;

use serde_json::Value;

use model::{DEFAULT_NAMESPACE, EntityRef};

use super::{
    Kinds, ValidationError,
    annotate::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION},
    location::LocationRef,
    relations::sort_relation_fields,
};
pub(super) use format::{is_api_version, is_kind};
pub use kinds::Kind;
use shape::Mismatch;

/// Checks an entity and completes it: the default namespace is filled in, relation lists are sorted.
///
/// # Errors
/// The first rule that the entity breaks.
pub fn validate(value: &mut Value) -> Result<Kind, ValidationError> {
    check_common(value)?;
    let kind = kinds::check_kind(value, &Kinds::default())?;
    sort_relation_fields(value);
    Ok(kind.expect("nothing is declared, so what passes is built in"))
}

/// [`validate`], of entities of declared kinds too; gives `None` for those.
///
/// # Errors
/// As [`validate`].
pub fn validate_with(value: &mut Value, kinds: &Kinds) -> Result<Option<Kind>, ValidationError> {
    check_common(value)?;
    let kind = kinds::check_kind(value, kinds)?;
    if kind.is_some() {
        sort_relation_fields(value);
    }
    Ok(kind)
}

/// What every kind has to be.
fn check_common(value: &mut Value) -> Result<(), ValidationError> {
    nul(value, &mut Vec::new())?;
    envelope::check_envelope(value).map_err(|mismatch| {
        let text = mismatch.with_params();
        let step = "Entity envelope failed validation before processing";
        ValidationError::caused("envelope", step, "TypeError", &text, mismatch.pointer()).help_from(&mismatch)
    })?;
    location_annotations(value)?;
    policies(value)
}

/// The name under which an entity is known; `None` when kind or name is not a text.
pub fn entity_ref(value: &Value) -> Option<EntityRef> {
    let metadata = value.get("metadata")?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).filter(|namespace| !namespace.is_empty());
    Some(EntityRef::new(value.get("kind")?.as_str()?, namespace.unwrap_or(DEFAULT_NAMESPACE), metadata.get("name")?.as_str()?))
}

/// The name in Backstage's messages.
fn described(value: &Value) -> String {
    entity_ref(value).map_or_else(|| "unknown".to_owned(), |name| name.to_string())
}

fn policies(value: &mut Value) -> Result<(), ValidationError> {
    envelope::check_entity(value).map_err(|mismatch| {
        let detail = format!("Malformed envelope, {}", mismatch.text());
        failed_policy("schema", value, &detail, mismatch.pointer()).help_from(&mismatch)
    })?;
    default_namespace(value);
    for field in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
        if !matches!(field.as_str(), "apiVersion" | "kind" | "metadata" | "spec") {
            let help = "Remove it: the catalog works relations and status out by itself.";
            return Err(failed_policy("root-field", value, &format!("Unknown field {field}"), format!("/{field}")).help(help));
        }
    }
    format::check(value).map_err(|found| failed_policy(found.rule, value, &found.message, found.pointer).help(found.help))
}

fn failed_policy(rule: &'static str, value: &Value, detail: &str, pointer: String) -> ValidationError {
    ValidationError::caused(rule, format_args!("Policy check failed for {}", described(value)), "Error", detail, pointer)
}

/// Fills in `metadata.namespace`, after the name, where people expect it.
fn default_namespace(value: &mut Value) {
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    if !metadata.contains_key("namespace") {
        let after = metadata.keys().position(|key| key == "name").map_or(metadata.len(), |name| name + 1);
        metadata.shift_insert(after, "namespace".to_owned(), Value::String(DEFAULT_NAMESPACE.to_owned()));
    }
}

/// Where an entity says that it comes from must be a location that can be followed.
fn location_annotations(value: &Value) -> Result<(), ValidationError> {
    let Some(annotations) = value.pointer("/metadata/annotations").and_then(Value::as_object) else { return Ok(()) };
    for key in [MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION] {
        if let Some(location) = annotations.get(key).and_then(Value::as_str) {
            LocationRef::parse(location).map_err(|mut error| {
                error.pointer = format!("/metadata/annotations/{}", key.replace('/', "~1"));
                error
            })?;
        }
    }
    Ok(())
}

/// Neither PostgreSQL nor a browser keeps U+0000; YAML files are checked while they are read, values from elsewhere here.
fn nul<'v>(value: &'v Value, path: &mut Vec<&'v str>) -> Result<(), ValidationError> {
    let bad = |text: &str| memchr::memchr(0, text.as_bytes()).is_some();
    match value {
        Value::String(text) if bad(text) => {
            let mut pointer = String::new();
            path.iter().for_each(|segment| super::diagnostic::push_segment(&mut pointer, segment));
            let message = "A text may not contain the character NUL";
            Err(ValidationError::plain("InputError", "text/nul", message, pointer)
                .help("Remove it: databases and browsers cannot keep it."))
        }
        Value::Array(items) => items.iter().try_for_each(|item| nul(item, path)),
        Value::Object(map) => map.iter().try_for_each(|(key, item)| {
            path.push(key);
            if bad(key) {
                path.pop();
                path.push("");
                return Err(ValidationError::plain("InputError", "text/nul", "A key may not contain the character NUL", String::new()));
            }
            nul(item, path)?;
            path.pop();
            Ok(())
        }),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

impl ValidationError {
    fn help_from(self, mismatch: &Mismatch) -> Self {
        match mismatch.help() {
            Some(help) => self.help(help),
            None => self,
        }
    }
}
