//! One file: from bytes to entities ready to be written, and to what is wrong with the others.
//!
//! Each document stands for itself: a broken one costs no other entity of the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use model::EntityRef;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::{
    descriptor::{self, Document, Kinds, LocationRef, Presence, Rules, ValidationError},
    location::{Child, Watched},
    source::Stamp,
};

/// What a file's entities need to know of the place they come from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// How the location that people registered is read.
    pub(crate) location_type: String,
    /// `type:target` of it.
    pub(crate) origin: String,
    /// Which kinds may come from it.
    pub(crate) rules: Rules,
    /// The kinds that the configuration declares.
    pub(crate) kinds: Arc<Kinds>,
}

/// A file's documents, and the further files that its placeholders name.
#[derive(Debug)]
pub(crate) struct Opened {
    documents: Vec<Document>,
    hash: String,
    /// The whole file is no text: why.
    binary: Option<String>,
    /// What has to be read before it can be processed.
    pub(crate) parts: Vec<LocationRef>,
}

impl Opened {
    /// Why nothing in it can be used.
    pub(crate) fn unusable(&self) -> Option<&str> {
        self.binary.as_deref()
    }

    /// Its documents.
    pub(crate) fn into_documents(self) -> Vec<Document> {
        self.documents
    }
}

/// What the parts of a file hold, or why they could not be read.
pub(crate) type Parts = BTreeMap<LocationRef, Result<(Bytes, Stamp), String>>;

/// Targets that one Location entity may name.
pub(crate) const MAX_TARGETS: usize = 10_000;
/// Further files that the entities of one file may be made of.
const MAX_PARTS: usize = 1_000;

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

/// Cuts a file's content into documents, and tells what else has to be read.
pub(crate) fn open(at: &LocationRef, bytes: &[u8]) -> Opened {
    let hash = content_hash(bytes);
    let binary = memchr::memchr(0, bytes).map(|at| format!("it is not text: byte {at} is NUL. Name a YAML file, saved as UTF-8"));
    let documents = if binary.is_some() { Vec::new() } else { descriptor::parse(bytes, &at.target, &descriptor::Limits::default()) };
    let mut parts = BTreeSet::new();
    for value in documents.iter().filter_map(|document| document.value.as_ref().ok()) {
        parts.extend(descriptor::placeholder_parts(value, &at.type_, &at.target));
    }
    Opened { documents, hash, binary, parts: parts.into_iter().take(MAX_PARTS).collect() }
}

/// Processes a file whose parts were read.
pub(crate) fn process(at: &LocationRef, parent: &str, opened: Opened, stamp: String, parts: &Parts, origin: &Origin) -> ProcessedFile {
    let mut out = ProcessedFile {
        file: at.target.clone(),
        parent: parent.to_owned(),
        hash: Some(opened.hash),
        watched: Watched {
            stamp: Some(stamp),
            location_type: (at.type_ != origin.location_type).then(|| at.type_.clone()),
            ..Watched::default()
        },
        entities: Vec::new(),
        failures: Vec::new(),
        unchanged: false,
    };
    if let Some(message) = opened.binary {
        let status = status_item("InputError", &format!("Unable to read file, {at} cannot be used: {message}"));
        out.failures.push(Failure { entity_ref: None, status });
    }
    for (position, document) in opened.documents.into_iter().enumerate() {
        match document.value {
            Ok(value) => one(&mut out, at, parts, position, value, origin),
            Err(error) => {
                let message = format!("YAML error at {}:{}:{}, {}", at.target, error.line, error.column, error.message);
                out.failures.push(Failure { entity_ref: None, status: status_item("InputError", &message) });
            }
        }
    }
    shorten(&mut out.failures, &at.target);
    // A part that could not be read is remembered without a stamp: when it appears, the file is processed again.
    let stamps = parts.iter().map(|(part, read)| (part.to_string(), read.as_ref().map(|(_, stamp)| stamp.clone()).unwrap_or_default()));
    out.watched.parts = stamps.collect();
    out
}

/// Failures without a name that are kept of one file: nobody mends the thousandth before the first.
const MAX_NAMELESS: usize = 100;

/// Keeps the first failures that name no entity. Those that name one all stay, since each keeps its entity's last good state.
fn shorten(failures: &mut Vec<Failure>, file: &str) {
    let mut nameless = 0;
    failures.retain(|failure| {
        nameless += usize::from(failure.entity_ref.is_none());
        failure.entity_ref.is_some() || nameless <= MAX_NAMELESS
    });
    if nameless > MAX_NAMELESS {
        let message = format!("{} more documents of {file} cannot be used", nameless - MAX_NAMELESS);
        failures.push(Failure { entity_ref: None, status: status_item("InputError", &message) });
    }
}

/// The processed form of an entity that no file holds: the Location entity of a registered location.
pub(crate) fn generated(mut value: Value) -> Result<ProcessedEntity, String> {
    descriptor::validate(&mut value).map_err(|error| error.to_string())?;
    finish(value, 0, &Kinds::default()).map_err(|failure| failure.status["message"].as_str().unwrap_or_default().to_owned())
}

fn one(out: &mut ProcessedFile, at: &LocationRef, parts: &Parts, position: usize, mut value: Value, origin: &Origin) {
    let name = name_of(&value);
    let fail = |error: &ValidationError| Failure { entity_ref: name.clone(), status: status_item(error.name, &error.to_string()) };
    if let Err(error) = descriptor::placeholders_at(&mut value, &at.type_, &at.target, &mut |part| part_of(part, parts)) {
        out.failures.push(fail(&error));
        return;
    }
    descriptor::annotate(&mut value, &at.to_string(), &origin.origin);
    if let Err(error) = descriptor::validate_with(&mut value, &origin.kinds) {
        out.failures.push(fail(&error));
        return;
    }
    if !origin.rules.allows(&value) {
        let name = name.unwrap_or_default();
        let message = format!("Entity {name} at {at}, originated at {}, is not of an allowed kind for that location", origin.origin);
        out.failures.push(Failure { entity_ref: None, status: status_item("NotAllowedError", &message) });
        return;
    }
    let children =
        if value["kind"] == "Location" { children(out, at, &value, name.as_deref().unwrap_or_default(), origin) } else { Vec::new() };
    match finish(value, position, &origin.kinds) {
        Ok(entity) => {
            out.entities.push(entity);
            out.watched.children.extend(children);
        }
        Err(failure) => out.failures.push(failure),
    }
}

/// What a part holds, as far as it was read.
pub(crate) fn part_of(part: &LocationRef, parts: &Parts) -> Result<Vec<u8>, String> {
    match parts.get(part) {
        Some(Ok((bytes, _))) => Ok(bytes.to_vec()),
        Some(Err(message)) => Err(message.clone()),
        None => Err(format!("the entities of one file may include at most {MAX_PARTS} files")),
    }
}

/// The canonical name of what may become an entity.
fn name_of(value: &Value) -> Option<String> {
    let metadata = &value["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or(model::DEFAULT_NAMESPACE);
    Some(EntityRef::new(value["kind"].as_str()?, namespace, metadata["name"].as_str()?).to_string())
}

fn finish(mut value: Value, position: usize, kinds: &Kinds) -> Result<ProcessedEntity, Failure> {
    let name = name_of(&value);
    let relations = descriptor::relations_with(&value, kinds)
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

fn children(out: &mut ProcessedFile, at: &LocationRef, value: &Value, parent: &str, origin: &Origin) -> Vec<Child> {
    let spec = descriptor::location_targets(value);
    let mut fail = |message: &str| {
        out.failures.push(Failure { entity_ref: Some(parent.to_owned()), status: status_item("InputError", message) });
    };
    if let Some(location_type) = spec.location_type.as_deref().filter(|location_type| ![at.type_.as_str(), "url"].contains(location_type)) {
        fail(&format!("locations of type {location_type} cannot be read from a {} location", at.type_));
        return Vec::new();
    }
    if spec.targets.len() > MAX_TARGETS {
        fail(&format!(
            "the Location names {} targets, only the first {MAX_TARGETS} are read; name a pattern, or spread them over several locations",
            spec.targets.len()
        ));
    }
    let mut found = Vec::new();
    for target in spec.targets.into_iter().take(MAX_TARGETS) {
        match descriptor::resolve_target_at(&at.type_, &at.target, &target) {
            Ok(LocationRef { type_, target }) => found.push(Child {
                parent: parent.to_owned(),
                target,
                location_type: (type_ != origin.location_type).then_some(type_),
                required: spec.presence == Presence::Required,
            }),
            Err(message) => fail(&message),
        }
    }
    found
}
