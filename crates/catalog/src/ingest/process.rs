//! One file: from bytes to entities ready to be written, and to what is wrong with the others.
//!
//! Each document stands for itself: a broken one costs no other entity of the file.

use std::collections::BTreeMap;

use model::EntityRef;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::{
    descriptor::{self, Presence, Rules, ValidationError},
    location::{Child, Watched},
    source::{FileSource, Read},
};

/// What a file's entities need to know of the place they come from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// `type:target` of the location that people registered.
    pub(crate) origin: String,
    /// Which kinds may come from it.
    pub(crate) rules: Rules,
}

/// A file's content, processed.
#[derive(Debug)]
pub(crate) struct ProcessedFile {
    /// Its path.
    pub(crate) file: String,
    /// The Location entity that named it.
    pub(crate) parent: String,
    /// The hash of its content; `None` when it could not be read.
    pub(crate) hash: Option<String>,
    /// What to remember of it.
    pub(crate) watched: Watched,
    /// Its good entities.
    pub(crate) entities: Vec<ProcessedEntity>,
    /// What is wrong with the others.
    pub(crate) failures: Vec<Failure>,
    /// Nothing of it changed: the rows stay as they are.
    pub(crate) unchanged: bool,
}

/// An entity ready to be written.
#[derive(Debug)]
pub(crate) struct ProcessedEntity {
    /// Its canonical name.
    pub(crate) entity_ref: String,
    /// The uid that it has in `json`, used if the name is new.
    pub(crate) uid: String,
    /// The hash of its content, also its etag.
    pub(crate) hash: String,
    /// The whole descriptor with uid and etag.
    pub(crate) json: String,
    /// A line for each relation that its fields state: type and target.
    pub(crate) emitted: String,
    /// The document's index in the file.
    pub(crate) position: usize,
}

/// What is wrong with one document, or with the whole file.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The entity, when its name can be told.
    pub(crate) entity_ref: Option<String>,
    /// A status item, as Backstage has them.
    pub(crate) status: Value,
}

/// The type of the status items that processing leaves.
pub(crate) const PROCESSING: &str = "backstage.io/catalog-processing";

/// A status item as Backstage has it.
pub(crate) fn status_item(name: &str, message: &str) -> Value {
    json!({ "type": PROCESSING, "level": "error", "message": format!("{name}: {message}"), "error": { "name": name, "message": message } })
}

/// The hash under which a file's content is remembered.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Processes a file's content. Reads only the further files that its placeholders name.
pub(crate) fn process(file: &str, parent: &str, bytes: &[u8], stamp: String, origin: &Origin) -> ProcessedFile {
    let mut out = ProcessedFile {
        file: file.to_owned(),
        parent: parent.to_owned(),
        hash: Some(content_hash(bytes)),
        watched: Watched { stamp: Some(stamp), ..Watched::default() },
        entities: Vec::new(),
        failures: Vec::new(),
        unchanged: false,
    };
    let mut parts = BTreeMap::new();
    for (position, document) in descriptor::parse(bytes, file, &descriptor::Limits::default()).into_iter().enumerate() {
        match document.value {
            Ok(value) => one(&mut out, &mut parts, position, value, origin),
            Err(error) => {
                let message = format!("YAML error at {file}:{}:{}, {}", error.line, error.column, error.message);
                out.failures.push(Failure { entity_ref: None, status: status_item("InputError", &message) });
            }
        }
    }
    out.watched.parts = parts.into_iter().collect();
    out
}

/// The processed form of an entity that no file holds: the Location entity of a registered location.
pub(crate) fn generated(mut value: Value) -> Result<ProcessedEntity, String> {
    descriptor::validate(&mut value).map_err(|error| error.to_string())?;
    finish(value, 0).map_err(|failure| failure.status["message"].as_str().unwrap_or_default().to_owned())
}

fn one(out: &mut ProcessedFile, parts: &mut BTreeMap<String, String>, position: usize, mut value: Value, origin: &Origin) {
    let file = out.file.clone();
    let at = format!("file:{file}");
    let name = name_of(&value);
    let fail = |error: &ValidationError| Failure { entity_ref: name.clone(), status: status_item(error.name, &error.to_string()) };
    if let Err(error) = descriptor::placeholders(&mut value, &file, &mut |part| read_part(part, parts)) {
        out.failures.push(fail(&error));
        return;
    }
    descriptor::annotate(&mut value, &at, &origin.origin);
    if let Err(error) = descriptor::validate(&mut value) {
        out.failures.push(fail(&error));
        return;
    }
    if !origin.rules.allows(&value) {
        let name = name.unwrap_or_default();
        let message = format!("Entity {name} at {at}, originated at {}, is not of an allowed kind for that location", origin.origin);
        out.failures.push(Failure { entity_ref: None, status: status_item("NotAllowedError", &message) });
        return;
    }
    let children = if value["kind"] == "Location" { children(out, &value, name.as_deref().unwrap_or_default()) } else { Vec::new() };
    match finish(value, position) {
        Ok(entity) => {
            out.entities.push(entity);
            out.watched.children.extend(children);
        }
        Err(failure) => out.failures.push(failure),
    }
}

/// The canonical name of what may become an entity.
fn name_of(value: &Value) -> Option<String> {
    let metadata = &value["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or(model::DEFAULT_NAMESPACE);
    Some(EntityRef::new(value["kind"].as_str()?, namespace, metadata["name"].as_str()?).to_string())
}

fn finish(mut value: Value, position: usize) -> Result<ProcessedEntity, Failure> {
    let name = name_of(&value);
    let relations = descriptor::relations(&value)
        .map_err(|error| Failure { entity_ref: name.clone(), status: status_item(error.name, &error.to_string()) })?;
    let entity_ref = name.unwrap_or_default();
    let mut emitted = String::new();
    for relation in relations {
        // The other direction is kept by rule (`relation::inverse`), not in the row.
        if relation.source.to_string() == entity_ref {
            emitted.push_str(relation.kind);
            emitted.push(' ');
            emitted.push_str(&relation.target.to_string());
            emitted.push('\n');
        }
    }
    let uid = uuid::Uuid::new_v4().to_string();
    let (bytes, hash) = descriptor::finish(&mut value, &uid);
    let json = String::from_utf8(bytes)
        .map_err(|_| Failure { entity_ref: Some(entity_ref.clone()), status: status_item("Error", "the entity is not valid UTF-8") })?;
    Ok(ProcessedEntity { entity_ref, uid, hash, json, emitted, position })
}

fn children(out: &mut ProcessedFile, value: &Value, parent: &str) -> Vec<Child> {
    let spec = descriptor::location_targets(value);
    if spec.location_type.as_deref().is_some_and(|kind| kind != "file") {
        let message =
            format!("locations of type {} cannot be read from a file location", spec.location_type.as_deref().unwrap_or_default());
        out.failures.push(Failure { entity_ref: Some(parent.to_owned()), status: status_item("InputError", &message) });
        return Vec::new();
    }
    let mut found = Vec::new();
    for target in spec.targets {
        match descriptor::resolve_target(&out.file, &target) {
            Ok(target) => {
                found.push(Child { parent: parent.to_owned(), target, required: spec.presence == Presence::Required });
            }
            Err(message) => {
                out.failures.push(Failure { entity_ref: Some(parent.to_owned()), status: status_item("InputError", &message) });
            }
        }
    }
    found
}

fn read_part(part: &str, parts: &mut BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    match FileSource::default().read_now(part, None) {
        Ok(Read::Content { bytes, stamp }) => {
            parts.insert(part.to_owned(), stamp);
            Ok(bytes.to_vec())
        }
        Ok(Read::Unchanged) => Err(format!("file {part} was read without a stamp and called unchanged")),
        Err(error) => {
            // Remembered without a stamp: when the file appears, the entity is processed again.
            parts.insert(part.to_owned(), String::new());
            Err(error.to_string())
        }
    }
}
