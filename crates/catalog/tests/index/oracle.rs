//! The second implementation: every entity's rows in a list, every question answered by looking at all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::world::{Entity, World};

/// A search row: key, matched value, value as written.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    key: String,
    value: Option<(String, String)>,
}

/// An entity with its rows.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) reference: String,
    pub(crate) served: Value,
    rows: Vec<Row>,
}

/// Every entity, by reference.
pub(crate) struct Oracle(pub(crate) Vec<Known>);

impl Oracle {
    pub(crate) fn new(world: &World) -> Self {
        let mut entities: Vec<Known> = world.iter().map(|(uid, entity)| Known::new(uid, entity, world)).collect();
        entities.sort_by(|a, b| a.reference.cmp(&b.reference));
        Self(entities)
    }

    pub(crate) fn matching(&self, query: Option<&Value>) -> Vec<&Known> {
        self.0.iter().filter(|entity| query.is_none_or(|query| entity.matches(query))).collect()
    }

    pub(crate) fn facet(entities: &[&Known], name: &str) -> Vec<(String, u64)> {
        let mut counts = BTreeMap::new();
        for entity in entities {
            let written: BTreeSet<&String> = entity.values(&name.to_lowercase()).map(|(_, written)| written).collect();
            for value in written {
                *counts.entry(value.clone()).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }
}

impl Known {
    fn new(uid: &str, entity: &Entity, world: &World) -> Self {
        let reference = entity.reference.to_string();
        let stated = world.values().flat_map(|other| &other.stated).filter(|(subject, ..)| *subject == reference);
        let relations: BTreeSet<(&String, &String)> = stated.map(|(_, kind, target)| (kind, target)).collect();
        let mut rows = Vec::new();
        visit("", &entity.json, &mut rows);
        rows.push(row("metadata.name", Some(entity.reference.name().to_owned())));
        rows.push(row("metadata.namespace", Some(entity.reference.namespace().to_owned())));
        rows.push(row("metadata.uid", Some(uid.to_owned())));
        rows.extend(relations.iter().map(|(kind, target)| row(&format!("relations.{kind}"), Some((*target).clone()))));
        let mut seen = BTreeSet::new();
        rows.retain(|row| {
            row.key.encode_utf16().count() <= 200 && seen.insert((row.key.clone(), row.value.as_ref().map(|value| value.0.clone())))
        });
        let mut served = entity.json.clone();
        served["relations"] = relations.iter().map(|(kind, target)| json!({"type": kind, "targetRef": target})).collect();
        if let Some(status) = &entity.status {
            served["status"] = json!({ "items": status });
        }
        Self { reference, served, rows }
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &(String, String)> {
        self.rows.iter().filter(move |row| row.key == key).filter_map(|row| row.value.as_ref())
    }

    /// The smallest value, by which the entity is sorted.
    pub(crate) fn smallest(&self, key: &str) -> Option<&str> {
        self.values(&key.to_lowercase()).map(|(value, _)| value.as_str()).min()
    }

    pub(crate) fn contains(&self, fields: &[&str], term: &str) -> bool {
        fields.iter().any(|field| self.values(&field.to_lowercase()).any(|(value, _)| value.contains(&term.to_lowercase())))
    }

    pub(crate) fn matches(&self, query: &Value) -> bool {
        let query = query.as_object().expect("an object");
        let list = |value: &Value| value.as_array().expect("a list").clone();
        if let Some(inner) = query.get("$not") {
            return !self.matches(inner);
        }
        if let Some(parts) = query.get("$all") {
            return list(parts).iter().all(|part| self.matches(part));
        }
        if let Some(parts) = query.get("$any") {
            return list(parts).iter().any(|part| self.matches(part));
        }
        query.iter().all(|(key, test)| self.passes(&key.to_lowercase(), test))
    }

    fn passes(&self, key: &str, test: &Value) -> bool {
        let is = |wanted: &Value| self.values(key).any(|(value, _)| *value == text(wanted).to_lowercase());
        match test.as_object() {
            None => is(test),
            Some(test) => match test.iter().next().expect("an operator") {
                (operator, wanted) if operator == "$exists" => self.rows.iter().any(|row| row.key == key) == *wanted,
                (operator, wanted) if operator == "$in" => wanted.as_array().expect("a list").iter().any(is),
                (operator, wanted) if operator == "$hasPrefix" => {
                    self.values(key).any(|(value, _)| value.starts_with(&text(wanted).to_lowercase()))
                }
                (_, Value::Object(relation)) => {
                    let key = format!("relations.{}", text(&relation["type"]).to_lowercase());
                    match relation.get("targetRef") {
                        None => self.passes(&key, &json!({"$exists": true})),
                        Some(target) => self.passes(&key, target),
                    }
                }
                (_, wanted) => is(wanted),
            },
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn row(key: &str, value: Option<String>) -> Row {
    let value = value.filter(|value| value.encode_utf16().count() <= 200);
    Row { key: key.to_lowercase(), value: value.map(|value| (value.to_lowercase(), value)) }
}

fn visit(path: &str, value: &Value, rows: &mut Vec<Row>) {
    if ["attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag"].contains(&path) {
        return;
    }
    match value {
        Value::Null => rows.push(row(path, None)),
        Value::Array(items) => {
            for item in items {
                visit(path, item, rows);
                if let Some(text) = item.as_str() {
                    rows.push(row(&format!("{path}.{text}"), Some("true".to_owned())));
                }
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                visit(&path, value, rows);
            }
        }
        scalar => rows.push(row(path, Some(text(scalar)))),
    }
}
