//! What registering a location would bring: every entity, relation and problem, with the line it stands on. Nothing is written.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use forge::GitTarget;
use model::EntityRef;
use serde_json::Value;

use crate::{
    descriptor::{self, Document, LocationRef, Presence, Rules, ValidationError},
    ingest::{MAX_TARGETS, Parts, open, part_of, read_parts},
    location::is_git_address,
    reading::Reading,
    registry::{NewLocation, check_target},
    source::{Read, Sessions, SourceError},
};

/// Files that a preview looks at.
const MAX_FILES: usize = 300;
/// Entities and problems that it shows.
const MAX_SHOWN: usize = 2_000;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(45);
/// Bytes of a pasted text.
const MAX_TEXT: usize = 1 << 20;
/// Descriptors of a repository that are looked at.
const MAX_ANALYZED: usize = 200;
/// The file under which a pasted text stands in a preview.
const PASTED: &str = "pasted.yaml";

/// What registering a location, or a text, would bring.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The files, in the order in which they were met.
    pub files: Vec<PreviewFile>,
    /// The entities.
    pub entities: Vec<PreviewEntity>,
    /// What is wrong.
    pub problems: Vec<PreviewProblem>,
    /// There is more than a preview shows.
    pub truncated: bool,
}

/// A file that would be read.
#[derive(Clone, Debug)]
pub struct PreviewFile {
    /// Its address.
    pub address: String,
    /// How many good entities are in it.
    pub entities: usize,
    /// Why it cannot be read.
    pub error: Option<String>,
}

/// An entity that would come.
#[derive(Clone, Debug)]
pub struct PreviewEntity {
    /// All of it, checked, with the annotations that it gets.
    pub entity: Value,
    /// Its name.
    pub entity_ref: EntityRef,
    /// The file it stands in.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// What its fields state: the type and the other end.
    pub relations: Vec<(String, EntityRef)>,
    /// Who provides the name already; for the caller to find out.
    pub taken_by: Option<String>,
}

/// What would go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewProblem {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: u32,
    /// The column, from 1; 0 when it is about the whole file.
    pub column: u32,
    /// The entity, where its name can be told.
    pub entity_ref: Option<EntityRef>,
    /// The rule that was broken, as `metadata/tags`.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A file still to be read, and whether it has to be there.
struct Next {
    at: LocationRef,
    required: bool,
    /// It was named by the location or a Location entity, and may stand for several files.
    is_target: bool,
}

/// A preview under way.
struct Look<'a> {
    reading: &'a Reading,
    origin: LocationRef,
    rules: Rules,
    names: HashSet<String>,
    out: Preview,
}

impl Reading {
    /// Reads what a location would bring.
    pub async fn preview(&self, new: &NewLocation) -> Preview {
        let new = match check_target(new) {
            Ok(new) => new,
            Err(message) => {
                let problem = whole_file(&new.target, "location/target", message, "Write the address of a file or repository.");
                return Preview { problems: vec![problem], ..Preview::default() };
            }
        };
        let origin = LocationRef::new(&new.location_type, &new.target);
        let mut look = Look::new(self, origin.clone(), Rules::registered());
        if tokio::time::timeout(PATIENCE, look.follow(new.required)).await.is_err() {
            look.out.truncated = true;
            let message = format!("it took longer than {} s to read everything", PATIENCE.as_secs());
            look.problem(whole_file(
                &origin.target,
                "location/slow",
                message,
                "What was read until then is shown; the rest is read after registering.",
            ));
        }
        look.out
    }

    /// Reads what a pasted text would bring.
    pub async fn preview_text(&self, text: &str) -> Preview {
        let at = LocationRef::new("portal", PASTED);
        let mut look = Look::new(self, at.clone(), Rules::everything());
        if text.len() > MAX_TEXT {
            let message = format!("the text has {} bytes, at most {} KiB are taken", text.len(), MAX_TEXT >> 10);
            look.problem(whole_file(PASTED, "text/size", message, "Put it into a repository and register its address."));
            return look.out;
        }
        let opened = open(&at, text.as_bytes());
        if let Some(reason) = opened.unusable() {
            let message = format!("the text cannot be used: {reason}");
            look.problem(whole_file(PASTED, "text/binary", message, "Paste YAML."));
        } else if text.trim().is_empty() {
            look.problem(whole_file(PASTED, "text/empty", "the text is empty".to_owned(), "Paste at least one descriptor."));
        }
        let message = "a pasted text stands in no file, so it cannot include others";
        let parts: Parts = opened.parts.iter().map(|part| (part.clone(), Err(message.to_owned()))).collect();
        look.take(&at, opened.into_documents(), &parts);
        let locations: Vec<PreviewProblem> = look
            .out
            .entities
            .iter()
            .filter(|found| found.entity["kind"] == "Location")
            .map(|found| PreviewProblem {
                line: found.line,
                column: 1,
                entity_ref: Some(found.entity_ref.clone()),
                ..whole_file(
                    PASTED,
                    "location/pasted",
                    "the targets of a pasted Location are not read".to_owned(),
                    "Register its targets by their addresses.",
                )
            })
            .collect();
        locations.into_iter().for_each(|problem| look.problem(problem));
        look.out
    }

    /// The descriptors that a repository holds already: every file called `filename`, with the documents in it that can be read.
    ///
    /// # Errors
    /// A sentence, when the repository cannot be read.
    pub async fn analyze(&self, target: &str, filename: &str) -> Result<Vec<(String, Value)>, String> {
        let filename = if filename.is_empty() { "catalog-info.yaml" } else { filename.trim_start_matches('/') };
        let known = if is_git_address(target) { GitTarget::parse(target).map(Some) } else { Ok(self.forge().target(target)) };
        let Some(place) = known.map_err(|error| error.to_string())? else {
            return Err(format!(
                "{target} is no address of a repository at a known forge; have its host added to the configuration, or register a file of it"
            ));
        };
        let checkout = self.forge().round().checkout(&place).await.map_err(|error| error.to_string())?;
        let pattern = if filename.contains('/') { filename.to_owned() } else { format!("**/{filename}") };
        let paths: Vec<String> = match checkout.matching(&pattern) {
            Ok(found) => found.into_iter().take(MAX_ANALYZED).map(|file| file.path.clone()).collect(),
            Err(forge::ForgeError::NotFound(_)) => Vec::new(),
            Err(error) => return Err(error.to_string()),
        };
        let mut out = Vec::new();
        for path in paths {
            let address = place.file(&path);
            let bytes = checkout.read(&path).await.map_err(|error| error.to_string())?;
            let documents = descriptor::parse(&bytes, &address, &descriptor::Limits::default());
            out.extend(documents.into_iter().filter_map(|document| document.value.ok()).map(|value| (address.clone(), value)));
        }
        Ok(out)
    }
}

impl<'a> Look<'a> {
    fn new(reading: &'a Reading, origin: LocationRef, rules: Rules) -> Self {
        Self { reading, origin, rules, names: HashSet::new(), out: Preview::default() }
    }

    /// Reads the location's target and everything that it names.
    async fn follow(&mut self, required: bool) {
        let sessions = Sessions::begin(self.reading.forge(), &Arc::new(self.reading.forge().round()), &self.origin);
        let mut seen = HashSet::new();
        let mut queue = VecDeque::from([Next { at: self.origin.clone(), required, is_target: true }]);
        while let Some(next) = queue.pop_front() {
            if self.out.files.len() >= MAX_FILES || self.out.entities.len() >= MAX_SHOWN {
                self.out.truncated = true;
                return;
            }
            let read = if next.is_target {
                match sessions.expand(&next.at).await {
                    Ok(files) => {
                        let files = files.into_iter().filter(|file| seen.insert(file.clone()));
                        let next = |file| Next { at: LocationRef::new(&next.at.type_, file), required: next.required, is_target: false };
                        // What a pattern matches comes where the pattern stands.
                        for file in files.collect::<Vec<_>>().into_iter().rev() {
                            queue.push_front(next(file));
                        }
                        continue;
                    }
                    Err(error) => Err(error),
                }
            } else {
                sessions.read(&next.at, None).await
            };
            match read {
                Ok(Read::Content { bytes, .. }) => {
                    let opened = open(&next.at, &bytes);
                    if let Some(message) = opened.unusable() {
                        self.failed(&next.at, &format!("{} cannot be used: {message}", next.at.target), "file/binary");
                        continue;
                    }
                    let parts = read_parts(&sessions, &opened.parts).await;
                    let targets = self.take(&next.at, opened.into_documents(), &parts);
                    queue.extend(targets);
                }
                Ok(Read::Unchanged) => {}
                Err(SourceError::NotFound(_)) if !next.required => {}
                Err(error) => self.failed(&next.at, &error.to_string(), "location/read"),
            }
        }
    }

    fn failed(&mut self, at: &LocationRef, message: &str, rule: &str) {
        self.out.files.push(PreviewFile { address: at.target.clone(), entities: 0, error: Some(message.to_owned()) });
        self.problem(whole_file(&at.target, rule, message.to_owned(), "Check the address, and that the host lets us read it."));
    }

    /// Takes a file's documents in; what they name further comes back.
    fn take(&mut self, at: &LocationRef, documents: Vec<Document>, parts: &Parts) -> Vec<Next> {
        let mut targets = Vec::new();
        let before = self.out.entities.len();
        for document in documents {
            match document.value.clone() {
                Ok(value) => targets.extend(self.one(at, &document, value, parts)),
                Err(error) => self.problem(PreviewProblem {
                    file: at.target.clone(),
                    line: error.line,
                    column: error.column,
                    entity_ref: None,
                    rule: error.rule.to_owned(),
                    message: error.message,
                    help: error.help.unwrap_or_default(),
                }),
            }
        }
        let entities = self.out.entities.len() - before;
        self.out.files.push(PreviewFile { address: at.target.clone(), entities, error: None });
        targets
    }

    fn one(&mut self, at: &LocationRef, document: &Document, mut value: Value, parts: &Parts) -> Vec<Next> {
        let checked = self.check(at, &mut value, parts);
        let entity_ref = descriptor::entity_ref(&value);
        let relations = match checked.and_then(|()| descriptor::relations_with(&value, self.reading.kinds())) {
            Ok(relations) => relations,
            Err(error) => {
                self.wrong(at, document, entity_ref, &error);
                return Vec::new();
            }
        };
        let Some(entity_ref) = entity_ref else { return Vec::new() };
        if !self.names.insert(entity_ref.to_string()) {
            let message = format!("{entity_ref} stands here a second time; the first one counts");
            let help = "Rename one of them or remove it.";
            self.problem(PreviewProblem {
                line: document.line,
                column: 1,
                entity_ref: Some(entity_ref),
                ..whole_file(&at.target, "entity/duplicate", message, help)
            });
            return Vec::new();
        }
        let targets = if value["kind"] == "Location" { self.targets(at, document, &value, &entity_ref) } else { Vec::new() };
        let stated = relations.into_iter().filter(|relation| relation.source == entity_ref);
        let relations = stated.map(|relation| (relation.kind.to_owned(), relation.target)).collect();
        if self.out.entities.len() < MAX_SHOWN {
            let (file, line) = (at.target.clone(), document.line);
            self.out.entities.push(PreviewEntity { entity: value, entity_ref, file, line, relations, taken_by: None });
        } else {
            self.out.truncated = true;
        }
        targets
    }

    fn check(&self, at: &LocationRef, value: &mut Value, parts: &Parts) -> Result<(), ValidationError> {
        descriptor::placeholders_at(value, &at.type_, &at.target, &mut |part| part_of(part, parts))?;
        descriptor::annotate(value, &at.to_string(), &self.origin.to_string());
        descriptor::validate_with(value, self.reading.kinds())?;
        self.rules.check(value, at, &self.origin)
    }

    fn targets(&mut self, at: &LocationRef, document: &Document, value: &Value, own: &EntityRef) -> Vec<Next> {
        let spec = descriptor::location_targets(value);
        let place = |pointer: &str| document.positions.locate(pointer);
        let mut problems = Vec::new();
        let mut fail = |pointer: &str, message: String| {
            let (line, column) = place(pointer);
            let entity_ref = Some(own.clone());
            problems.push(PreviewProblem {
                line,
                column,
                entity_ref,
                ..whole_file(&at.target, "location/target", message, "Mend the target.")
            });
        };
        let mut found = Vec::new();
        if let Some(kind) = spec.location_type.as_deref().filter(|kind| ![at.type_.as_str(), "url"].contains(kind)) {
            fail("/spec/type", format!("locations of type {kind} cannot be read from a {} location", at.type_));
        } else if at.type_ != "portal" {
            if spec.targets.len() > MAX_TARGETS {
                fail("/spec/targets", format!("the Location names {} targets, only the first {MAX_TARGETS} are read", spec.targets.len()));
            }
            for target in spec.targets.iter().take(MAX_TARGETS) {
                match descriptor::resolve_target_at(&at.type_, &at.target, target) {
                    Ok(at) => found.push(Next { at, required: spec.presence == Presence::Required, is_target: true }),
                    Err(message) => fail("/spec/targets", message),
                }
            }
        }
        problems.into_iter().for_each(|problem| self.problem(problem));
        found
    }

    fn wrong(&mut self, at: &LocationRef, document: &Document, entity_ref: Option<EntityRef>, error: &ValidationError) {
        let found = document.diagnose(&at.target, error);
        self.problem(PreviewProblem {
            file: found.file,
            line: found.line,
            column: found.column,
            entity_ref,
            rule: found.rule.to_owned(),
            message: found.message,
            help: found.help.unwrap_or_default(),
        });
    }

    fn problem(&mut self, problem: PreviewProblem) {
        if self.out.problems.len() < MAX_SHOWN {
            self.out.problems.push(problem);
        } else {
            self.out.truncated = true;
        }
    }
}

fn whole_file(file: &str, rule: &str, message: String, help: &str) -> PreviewProblem {
    PreviewProblem { file: file.to_owned(), line: 0, column: 0, entity_ref: None, rule: rule.to_owned(), message, help: help.to_owned() }
}
