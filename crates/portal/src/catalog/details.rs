//! What the configuration shows of a declared kind: sections of fields on its page.

use ::catalog::descriptor::{DeclaredKind, DeclaredRelation};
use model::{
    EntityRef, RefContext,
    view::{DetailSection, DetailValue},
};
use serde_json::Value;

use super::text;
use crate::summary::{Links, one_line};

/// Entities that one field shows, and values of a list.
const ITEMS: usize = 50;
/// Characters of a text.
const LETTERS: usize = 2_000;

/// The sections of an entity's page; none for kinds that are built in, or that declare none.
pub(super) fn of(kind: Option<&DeclaredKind>, entity: &Value, namespace: &str, links: &Links<'_>) -> Vec<DetailSection> {
    let Some(kind) = kind else { return Vec::new() };
    let section = |(title, fields): &(String, Vec<String>)| {
        let row = |field: &String| {
            let relation = kind.relations.iter().find(|relation| relation.field() == field);
            let mut found = Vec::new();
            follow(&entity["spec"], &field.split('.').collect::<Vec<_>>(), &mut found);
            let value = match relation {
                Some(relation) => named(&found, relation, namespace, links),
                None => shown(&found),
            };
            (words(field), value)
        };
        DetailSection { title: title.clone(), rows: fields.iter().map(row).collect() }
    };
    kind.sections.iter().map(section).collect()
}

/// What stands at a dotted path, through every item of lists on the way.
fn follow<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    match (value, path.split_first()) {
        (Value::Array(items), _) => items.iter().for_each(|item| follow(item, path, found)),
        (Value::Null, _) => {}
        (value, None) => found.push(value),
        (value, Some((first, rest))) => {
            if let Some(inner) = value.get(first) {
                follow(inner, rest, found);
            }
        }
    }
}

fn named(found: &[&Value], relation: &DeclaredRelation, namespace: &str, links: &Links<'_>) -> DetailValue {
    let context = RefContext { kind: relation.default_kind(), namespace };
    let targets = found.iter().filter_map(|value| EntityRef::parse_in(value.as_str()?, context).ok()).take(ITEMS);
    let targets: Vec<_> = targets.map(|target| links.target(&target)).collect();
    if targets.is_empty() { DetailValue::Missing } else { DetailValue::Links(targets) }
}

fn shown(found: &[&Value]) -> DetailValue {
    if found.is_empty() {
        return DetailValue::Missing;
    }
    let texts = found.iter().take(ITEMS).map(|value| match value {
        Value::String(text) => Some(one_line(text, LETTERS)),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    match texts.collect::<Option<Vec<String>>>() {
        Some(texts) => DetailValue::Text(texts.join(", ")),
        None => {
            let parts: Vec<String> = found.iter().take(ITEMS).map(|value| text::yaml(value)).collect();
            DetailValue::Code(parts.join("---\n").chars().take(LETTERS).collect())
        }
    }
}

/// `storage.retentionDays` is *Storage retention days*.
pub(super) fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        match letter {
            '.' | '_' | '-' => out.push(' '),
            letter if letter.is_uppercase() && before.is_lowercase() => {
                out.push(' ');
                out.extend(letter.to_lowercase());
            }
            letter if out.is_empty() => out.extend(letter.to_uppercase()),
            letter => out.push(letter),
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spec: &Value, path: &str, expected: &str) {
        let mut found = Vec::new();
        follow(spec, &path.split('.').collect::<Vec<_>>(), &mut found);
        assert_eq!(format!("{:?}", shown(&found)), expected);
    }

    #[test]
    fn fields_become_words_and_texts() {
        assert_eq!(["storage.retentionDays", "runsOn", "x"].map(words), ["Storage retention days", "Runs on", "X"]);
        let spec = serde_json::json!({ "size": 3, "tags": ["a", "b"], "deep": [{ "on": true }, { "on": false }], "map": { "a": 1 } });
        check(&spec, "size", "Text(\"3\")");
        check(&spec, "tags", "Text(\"a, b\")");
        check(&spec, "deep.on", "Text(\"yes, no\")");
        check(&spec, "map", "Code(\"a: 1\\n\")");
        check(&spec, "map.b", "Missing");
        check(&spec, "none.at.all", "Missing");
    }
}
