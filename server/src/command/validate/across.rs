//! What can only be told of several entities together: names that come twice, and references that lead nowhere.

use std::collections::{HashMap, HashSet};

use catalog::descriptor::{self, Kinds, Severity};
use serde_json::{Map, Value};

use super::{Problem, check::Entity};

/// Every entity whose name another one had first.
pub(super) fn duplicates(entities: &[Entity]) -> Vec<Problem> {
    let mut first: HashMap<String, &Entity> = HashMap::with_capacity(entities.len());
    let mut found = Vec::new();
    for entity in entities {
        let name = entity.entity_ref.to_string();
        let Some(before) = first.get(&name) else {
            first.insert(name, entity);
            continue;
        };
        let message = format!("{name} is already in {}:{}", before.file, before.positions.locate("/metadata/name").0);
        let fix = "Names are unique in a kind and namespace, whatever their case: rename one, or remove it.";
        found.push(problem(entity, "/metadata/name", Severity::Error, "catalog/duplicate", message, fix));
    }
    found
}

/// Every reference to an entity that is not there, if `entities` are all there are.
pub(super) fn dangling(entities: &[Entity], kinds: &Kinds) -> Vec<Problem> {
    let known: HashSet<String> = entities.iter().map(|entity| entity.entity_ref.to_string()).collect();
    let mut found = Vec::new();
    for entity in entities {
        for relation in &entity.relations {
            let target = relation.target.to_string();
            if !known.contains(&target) {
                let pointer = pointer_of(&entity.written, relation.kind, &target, kinds);
                let message = format!("{} {target} is not in the catalog", relation.kind);
                let fix = "Correct the reference, or add the entity.";
                found.push(problem(entity, &pointer, Severity::Warning, "catalog/reference", message, fix));
            }
        }
    }
    found
}

fn problem(entity: &Entity, pointer: &str, severity: Severity, rule: &'static str, message: String, fix: &str) -> Problem {
    let (line, column) = entity.positions.locate(pointer);
    Problem {
        file: entity.file.clone(),
        line,
        column,
        severity,
        rule,
        entity: Some(entity.entity_ref.to_string()),
        message,
        fix: Some(fix.to_owned()),
    }
}

/// Where an entity states a relation: each field of `spec` is asked alone, then each item of a list.
fn pointer_of(written: &Value, kind: &str, target: &str, kinds: &Kinds) -> String {
    let states = |field: &str, value: &Value| {
        let mut alone = Map::new();
        for key in ["apiVersion", "kind", "metadata"] {
            alone.insert(key.to_owned(), written[key].clone());
        }
        alone.insert("spec".to_owned(), Value::Object(Map::from_iter([(field.to_owned(), value.clone())])));
        let relations = descriptor::relations_with(&Value::Object(alone), kinds).unwrap_or_default();
        relations.iter().any(|relation| relation.kind == kind && relation.target.to_string() == target)
    };
    let spec = written["spec"].as_object();
    let Some((field, value)) = spec.into_iter().flatten().find(|(field, value)| states(field, value)) else { return "/spec".to_owned() };
    let index = value.as_array().and_then(|items| items.iter().position(|item| states(field, &Value::Array(vec![item.clone()]))));
    let field = field.replace('~', "~0").replace('/', "~1");
    index.map_or_else(|| format!("/spec/{field}"), |index| format!("/spec/{field}/{index}"))
}
