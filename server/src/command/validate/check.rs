//! One file: its documents through the catalog's checks, in the catalog's order.

use std::{io::Read as _, path::Path};

use anyhow::Context as _;
use catalog::descriptor::{self, Document, Kinds, Limits, Positions, Presence, Relation, Severity, ValidationError};
use model::EntityRef;
use serde_json::Value;

use super::{
    Problem,
    gather::{Input, Target},
};

/// What came of a file.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) documents: usize,
    pub(super) entities: Vec<Entity>,
    pub(super) problems: Vec<Problem>,
    /// What its Locations name.
    pub(super) targets: Vec<Target>,
}

/// A good entity, as far as it matters to the others.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) entity_ref: EntityRef,
    pub(super) file: String,
    pub(super) positions: Positions,
    /// What it states of others; empty unless references are checked.
    pub(super) relations: Vec<Relation>,
    /// The entity as it is written; null unless references are checked.
    pub(super) written: Value,
}

/// Checks one file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn check(input: &Input, kinds: &Kinds, references: bool) -> anyhow::Result<Checked> {
    let mut out = Checked::default();
    let limits = Limits::default();
    let bytes = match &input.content {
        Some(content) => content.clone(),
        None => match read(&input.path, &input.root, limits.max_bytes as u64) {
            Ok(bytes) => bytes,
            Err(Unread::Refused(rule, message)) => {
                out.problems.push(whole_file(input, rule, message));
                return Ok(out);
            }
            Err(Unread::Failed(error)) => return Err(error).with_context(|| format!("{} cannot be read", input.name)),
        },
    };
    for document in descriptor::documents(&bytes, &input.name, &limits) {
        out.documents += 1;
        out.problems.extend(document.warnings.iter().cloned().map(|diagnostic| problem(diagnostic, None)));
        One { input, kinds, references, out: &mut out }.check(document);
    }
    Ok(out)
}

struct One<'a> {
    input: &'a Input,
    kinds: &'a Kinds,
    references: bool,
    out: &'a mut Checked,
}

impl One<'_> {
    fn check(mut self, mut document: Document) {
        let mut value = match std::mem::replace(&mut document.value, Ok(Value::Null)) {
            Ok(value) => value,
            Err(diagnostic) => return self.out.problems.push(problem(diagnostic, None)),
        };
        let name = descriptor::entity_ref(&value);
        let refuse = |out: &mut Checked, error: &ValidationError| {
            out.problems.push(problem(document.diagnose(&self.input.name, error), name.as_ref()));
        };
        // Checking sorts lists and fills placeholders in; positions are those of what was written.
        let written = value.clone();
        let base = self.input.path.to_string_lossy();
        if let Err(error) = descriptor::placeholders(&mut value, &base, &mut |part| part_of(part, &self.input.root)) {
            return refuse(self.out, &error);
        }
        if let Err(error) = descriptor::validate_with(&mut value, self.kinds) {
            return refuse(self.out, &error);
        }
        let relations = match descriptor::relations_with(&value, self.kinds) {
            Ok(relations) => relations,
            Err(error) => {
                let error = descriptor::relations_with(&written, self.kinds).err().unwrap_or(error);
                return refuse(self.out, &error);
            }
        };
        let Some(entity_ref) = descriptor::entity_ref(&value) else { return };
        if value["kind"] == "Location" {
            let problems = self.targets(&value, &written, &document.positions, &entity_ref);
            self.out.problems.extend(problems);
        }
        let canonical = entity_ref.to_string();
        self.out.entities.push(Entity {
            file: self.input.name.clone(),
            positions: document.positions,
            relations: if self.references {
                relations.into_iter().filter(|relation| relation.source.to_string() == canonical).collect()
            } else {
                Vec::new()
            },
            written: if self.references { written } else { Value::Null },
            entity_ref,
        });
    }

    /// Notes the files that a Location names, and gives what is wrong with its targets. Addresses are not followed.
    fn targets(&mut self, value: &Value, written: &Value, positions: &Positions, name: &EntityRef) -> Vec<Problem> {
        let spec = descriptor::location_targets(value);
        let base = self.input.path.to_string_lossy();
        let mut wrong = Vec::new();
        for target in &spec.targets {
            let (line, column) = positions.locate(&pointer_of_target(written, target));
            let problem = Problem {
                file: self.input.name.clone(),
                line,
                column,
                severity: Severity::Error,
                rule: "location/target",
                entity: Some(name.to_string()),
                message: String::new(),
                fix: Some("Check the path; it is relative to the file in which it stands.".to_owned()),
            };
            // At an address, a target that starts with / starts at the repository's root.
            let from_root = target.strip_prefix('/').map(|rest| self.input.root.join(rest)).filter(|_| !Path::new(target).is_file());
            let resolved = match from_root {
                Some(path) => Ok(path.to_string_lossy().into_owned()),
                None => descriptor::resolve_target(&base, target),
            };
            match resolved {
                Ok(path) if path.contains("://") => {}
                Ok(path) => self.out.targets.push(Target {
                    path,
                    required: spec.presence == Presence::Required,
                    root: self.input.root.clone(),
                    problem,
                }),
                Err(message) => wrong.push(Problem { message, ..problem }),
            }
        }
        wrong
    }
}

fn pointer_of_target(entity: &Value, target: &str) -> String {
    let listed = entity.pointer("/spec/targets").and_then(Value::as_array);
    match listed.and_then(|all| all.iter().position(|one| one.as_str() == Some(target))) {
        Some(index) if entity.pointer("/spec/target").and_then(Value::as_str) != Some(target) => format!("/spec/targets/{index}"),
        _ => "/spec/target".to_owned(),
    }
}

fn problem(diagnostic: descriptor::Diagnostic, entity: Option<&EntityRef>) -> Problem {
    let descriptor::Diagnostic { rule, message, file, line, column, severity, help } = diagnostic;
    Problem { file, line, column, severity, rule, entity: entity.map(EntityRef::to_string), message, fix: help }
}

fn whole_file(input: &Input, rule: &'static str, message: String) -> Problem {
    let fix = match rule {
        "yaml/size" => "Split it into several files and list them in a Location.",
        _ => "Put the file itself there instead of a link.",
    };
    Problem {
        file: input.name.clone(),
        line: 1,
        column: 1,
        severity: Severity::Error,
        rule,
        entity: None,
        message,
        fix: Some(fix.to_owned()),
    }
}

enum Unread {
    /// It may not be read: the rule, and why.
    Refused(&'static str, String),
    Failed(anyhow::Error),
}

/// Reads a file that lies in `root` once links are followed.
fn read(path: &Path, root: &Path, max_bytes: u64) -> Result<Vec<u8>, Unread> {
    let failed = |error: std::io::Error| Unread::Failed(error.into());
    let full = path.canonicalize().map_err(failed)?;
    if !full.starts_with(root) {
        let message = format!("{} lies outside of {}, where nothing is read", full.display(), root.display());
        return Err(Unread::Refused("file/outside", message));
    }
    // Before it is opened: opening a pipe waits for its other end.
    if !full.metadata().map_err(failed)?.is_file() {
        return Err(Unread::Failed(anyhow::anyhow!("it is not a file")));
    }
    let file = std::fs::File::open(&full).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > max_bytes {
        return Err(Unread::Refused("yaml/size", format!("The file has {length} bytes, at most {max_bytes} are read")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(max_bytes).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Reads what a placeholder names. What stands at a web address is not fetched: any text will do for the checks.
fn part_of(part: &str, root: &Path) -> Result<Vec<u8>, String> {
    if part.contains("://") {
        return Ok(b"{}".to_vec());
    }
    read(Path::new(part), root, Limits::default().max_bytes as u64).map_err(|unread| match unread {
        Unread::Refused(_, message) => message,
        Unread::Failed(error)
            if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound) =>
        {
            format!("file {part} does not exist")
        }
        Unread::Failed(error) => format!("file {part} cannot be read: {error}"),
    })
}
