//! Random questions, in the two languages in which questions are asked.

use serde_json::{Value, json};

use crate::world::Random;

pub(crate) const KEYS: &[&str] = &[
    "kind",
    "Kind",
    "apiVersion",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.title",
    "metadata.description",
    "metadata.tags",
    "metadata.tags.java",
    "metadata.tags.a.b",
    "metadata.tags.c++",
    "metadata.annotations.backstage.io/ref",
    "metadata.annotations.other",
    "metadata.annotations",
    "metadata.labels.team",
    "metadata.labels.empty",
    "metadata.links.url",
    "metadata.links.list",
    "metadata.links.list.one",
    "metadata.etag",
    "spec.type",
    "spec.lifecycle",
    "spec.size",
    "spec.size.nested",
    "spec.size.nested.list",
    "spec.size.nested.deep",
    "spec.tags",
    "relations.ownedBy",
    "relations.dependencyof",
    "relations.seenBy",
    "nothing.here",
];

const VALUES: &[&str] = &[
    "component",
    "API",
    "group",
    "pay1",
    "Pay-Core2",
    "default",
    "ops",
    "Uid-017",
    "java",
    "JAVA",
    "true",
    "false",
    "",
    "dir:.",
    "1",
    "red",
    "https://a/x",
    "service",
    "Web Site",
    "production",
    "1.5",
    "7",
    "a",
    "b",
    "one",
    "short text",
    "component:default/pay1",
    "group:ops/café0",
    "x",
    "search.api3 service",
];

pub(crate) fn filter(random: &mut Random) -> String {
    let statement = |random: &mut Random| {
        let key = random.pick(KEYS);
        match random.below(6) {
            0 => key.to_owned(),
            _ => format!(" {key} = {} ", random.pick(VALUES)),
        }
    };
    let count = 1 + random.below(3);
    (0..count).map(|_| statement(random)).collect::<Vec<_>>().join(",")
}

/// The same meaning as the filters in the predicate language, put together separately from the code under test.
pub(crate) fn filters_json(filters: &[String]) -> Value {
    let alternative = |filter: &String| {
        let mut fields: Vec<(String, Vec<String>)> = Vec::new();
        for statement in filter.split(',') {
            let (key, value) = statement.split_once('=').map_or((statement, None), |(key, value)| (key, Some(value.trim().to_owned())));
            let key = key.trim().to_owned();
            if !fields.iter().any(|(known, _)| *known == key) {
                fields.push((key.clone(), Vec::new()));
            }
            let field = fields.iter_mut().find(|(known, _)| *known == key).expect("just added");
            field.1.extend(value);
        }
        let parts: Vec<Value> = fields
            .iter()
            .map(|(key, values)| if values.is_empty() { json!({key: {"$exists": true}}) } else { json!({key: {"$in": values}}) })
            .collect();
        json!({ "$all": parts })
    };
    json!({ "$any": filters.iter().map(alternative).collect::<Vec<_>>() })
}

pub(crate) fn predicate(random: &mut Random, depth: usize) -> Value {
    let parts = |random: &mut Random| (0..random.below(4)).map(|_| predicate(random, depth - 1)).collect::<Vec<_>>();
    match random.below(if depth == 0 { 1 } else { 6 }) {
        1 => json!({ "$all": parts(random) }),
        2 => json!({ "$any": parts(random) }),
        3 => json!({ "$not": predicate(random, depth - 1) }),
        _ => (0..random.below(3)).map(|_| field(random)).collect(),
    }
}

fn field(random: &mut Random) -> (String, Value) {
    let value = random.pick(VALUES);
    let test = match random.below(9) {
        0 => json!({"$exists": random.chance(50)}),
        1 => json!({"$in": [value, random.pick(VALUES), 7]}),
        2 => json!({"$hasPrefix": value.chars().take(2).collect::<String>()}),
        3 => json!({ "$contains": value }),
        4 => json!(true),
        5 => json!(7),
        6 => {
            let kind = random.pick(&["ownedBy", "DependsOn", "seenby"]);
            let target = match random.below(3) {
                0 => json!({"type": kind}),
                1 => json!({"type": kind, "targetRef": "Component:default/Pay1"}),
                _ => json!({"type": kind, "targetRef": {"$in": ["api:ops/x1", "group:default/pay-core-20", "user:default/x2"]}}),
            };
            return ("relations".to_owned(), json!({ "$contains": target }));
        }
        _ => json!(value),
    };
    (random.pick(KEYS).to_owned(), test)
}
