//! What other programs made of the same input: `entities.jsonl` holds the answers of Backstage's catalog-model 1.10.1 and
//! plugin-catalog-backend 4.0.0 (error, or relations in order), `yaml.jsonl` those of npm yaml 2.9.1.

use catalog::descriptor::{self, Limits};
use serde_json::{Value, json};

#[test]
fn entities_as_in_backstage() {
    for line in include_str!("entities.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let mut entity = case["entity"].clone();
        let got = match descriptor::validate(&mut entity).and_then(|_| descriptor::relations(&entity)) {
            Ok(relations) => {
                let mut all: Vec<_> = relations.iter().map(|found| format!("{} {} {}", found.source, found.kind, found.target)).collect();
                all.sort();
                if all.is_empty() { "no relations".to_owned() } else { all.join("; ") }
            }
            Err(error) => format!("{}: {error}", error.name),
        };
        assert_eq!(got, case["expect"], "{}", case["entity"]);
    }
}

#[test]
fn yaml_as_in_npm() {
    for line in include_str!("yaml.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["yaml"].as_str().unwrap();
        let documents = descriptor::parse(text.as_bytes(), "f.yaml", &Limits::default()).into_iter();
        let got: Value = documents
            .map(|document| match (document.value, document.warnings.first()) {
                (Err(_), _) => json!("error"),
                (Ok(value), None) => json!({ "value": value }),
                (Ok(value), Some(warning)) => json!({ "value": value, "warning": warning.message }),
            })
            .collect();
        assert_eq!(normal(&got), normal(&case["documents"]), "{text}");
    }
}

/// 1e20 and 100000000000000000000 are one number.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), normal(value))).collect()),
        other => other.clone(),
    }
}
