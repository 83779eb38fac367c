//! What differs between two states of an entity, in the words of its fields.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Fields that one change names at most; the last entry says how many more there are.
const MOST: usize = 200;
/// Bytes that a value may have; longer ones are cut.
const LONGEST: usize = 2 * 1024;

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Its dotted path, `metadata.labels.tier`; items of a list of mappings by index, `metadata.links.0.url`.
    pub path: String,
    /// What it was; `None` if it was not there.
    pub before: Option<Value>,
    /// What it is; `None` if it is not there any more.
    pub after: Option<Value>,
}

// As a list of three: in a table of millions of changes, three names for each field would be most of the text.
impl Serialize for FieldChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.path, &self.before, &self.after).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (path, before, after) = Deserialize::deserialize(deserializer)?;
        Ok(Self { path, before, after })
    }
}

/// The fields that differ between two states of an entity, in the order of the fields; uid and etag do not count.
///
/// Mappings are compared key by key, and lists of mappings item by item once what both begin and end with is set aside. A list of texts or
/// numbers is one value: `tags` reads best as a whole. Long values are cut at 2 KiB, and at most 200 fields are named.
pub fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut out = Vec::new();
    walk(&mut String::new(), Some(before), Some(after), &mut out);
    if out.len() > MOST {
        let more = out.len() - (MOST - 1);
        out.truncate(MOST - 1);
        out.push(FieldChange { path: "…".to_owned(), before: None, after: Some(Value::String(format!("{more} more fields"))) });
    }
    for change in &mut out {
        change.before = change.before.take().map(cut);
        change.after = change.after.take().map(cut);
    }
    out
}

fn walk(path: &mut String, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<FieldChange>) {
    if before == after || path == "metadata.uid" || path == "metadata.etag" {
        return;
    }
    let none = Map::new();
    match (before, after) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => keys(path, a, b, out),
        (Some(Value::Object(a)), None) if !a.is_empty() => keys(path, a, &none, out),
        (None, Some(Value::Object(b))) if !b.is_empty() => keys(path, &none, b, out),
        (Some(Value::Array(a)), Some(Value::Array(b))) if of_mappings(a) && of_mappings(b) => items(path, a, b, out),
        (Some(Value::Array(a)), None) if !a.is_empty() && of_mappings(a) => items(path, a, &[], out),
        (None, Some(Value::Array(b))) if !b.is_empty() && of_mappings(b) => items(path, &[], b, out),
        _ => out.push(FieldChange { path: path.clone(), before: before.cloned(), after: after.cloned() }),
    }
}

fn keys(path: &mut String, before: &Map<String, Value>, after: &Map<String, Value>, out: &mut Vec<FieldChange>) {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    for key in after.keys().chain(gone) {
        under(path, key, |path| walk(path, before.get(key), after.get(key), out));
    }
}

fn items(path: &mut String, before: &[Value], after: &[Value], out: &mut Vec<FieldChange>) {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[start..], &after[start..]);
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[..before.len() - end], &after[..after.len() - end]);
    for index in 0..before.len().max(after.len()) {
        under(path, &(start + index).to_string(), |path| walk(path, before.get(index), after.get(index), out));
    }
}

fn under(path: &mut String, segment: &str, each: impl FnOnce(&mut String)) {
    let length = path.len();
    if length > 0 {
        path.push('.');
    }
    path.push_str(segment);
    each(path);
    path.truncate(length);
}

fn of_mappings(items: &[Value]) -> bool {
    items.iter().all(Value::is_object)
}

fn cut(value: Value) -> Value {
    let text = match value {
        Value::String(text) if text.len() > LONGEST => text,
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() <= LONGEST {
                return value;
            }
            text
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return value,
    };
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    Value::String(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &Value, after: &Value, expected: &str) {
        let lines: Vec<String> = diff(before, after)
            .into_iter()
            .map(|change| {
                let text = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
                format!("{} {} > {}", change.path, text(change.before), text(change.after))
            })
            .collect();
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn names_fields_by_path() {
        let before =
            json!({"metadata": {"name": "a", "uid": "1", "etag": "x", "labels": {"a.b/c": "1", "d": "2"}}, "spec": {"owner": "x"}});
        let after = json!({"metadata": {"name": "a", "uid": "2", "etag": "y", "labels": {"a.b/c": "2", "e": "3"}}, "spec": {"owner": "x", "deep": {"er": {"n": 1}}}});
        check(
            &before,
            &after,
            "metadata.labels.a.b/c \"1\" > \"2\"\nmetadata.labels.e - > \"3\"\nmetadata.labels.d \"2\" > -\nspec.deep.er.n - > 1",
        );
        check(&before, &before, "");
    }

    #[test]
    fn shows_lists_of_texts_whole_and_of_mappings_by_item() {
        check(&json!({"tags": ["a", "b"]}), &json!({"tags": ["b", "c"]}), "tags [\"a\",\"b\"] > [\"b\",\"c\"]");
        check(&json!({}), &json!({"tags": []}), "tags - > []");
        let link = |url: &str| json!({"url": url, "title": "t"});
        check(
            &json!({"links": [link("1"), link("2"), link("4")]}),
            &json!({"links": [link("1"), link("3"), link("4")]}),
            "links.1.url \"2\" > \"3\"",
        );
        check(&json!({"links": [link("1")]}), &json!({"links": [link("0"), link("1")]}), "links.0.url - > \"0\"\nlinks.0.title - > \"t\"");
        check(&json!({"links": [link("1")]}), &json!({}), "links.0.url \"1\" > -\nlinks.0.title \"t\" > -");
    }

    #[test]
    fn says_when_the_sort_of_value_changes() {
        check(&json!({"a": {"b": 1}}), &json!({"a": "b"}), "a {\"b\":1} > \"b\"");
        check(&json!({"a": [1]}), &json!({"a": [{"b": 1}]}), "a [1] > [{\"b\":1}]");
    }

    #[test]
    fn stays_small() {
        let long = "ö".repeat(3_000);
        let found = diff(&json!({}), &json!({ "a": long, "b": [long] }));
        assert!(found.iter().all(|change| change.after.as_ref().unwrap().as_str().unwrap().len() <= LONGEST + 3));
        let many: Map<String, Value> = (0..500).map(|n| (format!("k{n:03}"), json!(n))).collect();
        let found = diff(&json!({}), &Value::Object(many));
        assert_eq!((found.len(), found[199].after.clone()), (200, Some(json!("301 more fields"))));
    }

    #[test]
    fn survives_json() {
        let found = diff(&json!({"a": 1}), &json!({"b": [1]}));
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(text, r#"[["b",null,[1]],["a",1,null]]"#);
        assert_eq!(serde_json::from_str::<Vec<FieldChange>>(&text).unwrap(), found);
    }
}
