//! Which parts of an entity are to be served.

use serde_json::{Map, Value};

use super::QueryError;

/// Dotted paths of the parts that are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    paths: Vec<Box<str>>,
}

impl Fields {
    /// Reads `fields` parameters, each of which may hold several paths with commas between. Nothing is wanted apart when there are none.
    ///
    /// # Errors
    /// When a path asks for an element of an array with `[`.
    pub fn parse<S: AsRef<str>>(fields: &[S]) -> Result<Option<Self>, QueryError> {
        let mut paths: Vec<Box<str>> = Vec::new();
        for path in fields.iter().flat_map(|list| list.as_ref().split(',')).map(str::trim).filter(|path| !path.is_empty()) {
            if path.contains('[') {
                return Err(QueryError::new(format!("Invalid field \"{path}\", array type fields are not supported")));
            }
            if !paths.iter().any(|known| **known == *path) {
                paths.push(path.into());
            }
        }
        Ok(if paths.is_empty() { None } else { Some(Self { paths }) })
    }

    /// The wanted parts of an entity, where they were.
    pub fn project(&self, entity: &Value) -> Value {
        let mut output = Value::Object(Map::new());
        for path in &self.paths {
            if let Some((keys, value)) = find(entity, path) {
                *place(&mut output, &keys) = value.clone();
            }
        }
        output
    }
}

/// Walks down the path. A part that is no key is joined to the next one, for keys that contain dots.
fn find<'a>(entity: &'a Value, path: &str) -> Option<(Vec<String>, &'a Value)> {
    let (mut keys, mut value, mut pending) = (Vec::new(), entity, String::new());
    for part in path.split('.') {
        if !pending.is_empty() {
            pending.push('.');
        }
        pending.push_str(part);
        let inner = match value {
            Value::Object(object) => object.get(&pending),
            Value::Array(list) => pending.parse::<usize>().ok().and_then(|at| list.get(at)),
            _ => None,
        };
        if let Some(inner) = inner {
            keys.push(std::mem::take(&mut pending));
            value = inner;
        }
    }
    pending.is_empty().then_some((keys, value))
}

/// The place of the keys in the output, made where there is none: an array under a number, an object under all else.
fn place<'a>(mut output: &'a mut Value, keys: &[String]) -> &'a mut Value {
    for key in keys {
        let index = key.parse::<usize>().ok();
        if output.is_null() {
            *output = if index.is_some() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        output = match (output, index) {
            (Value::Array(list), Some(at)) => {
                if list.len() <= at {
                    list.resize(at + 1, Value::Null);
                }
                &mut list[at]
            }
            (Value::Object(object), _) => object.entry(key.clone()).or_insert(Value::Null),
            // A part of what was placed before stands here already.
            (other, _) => other,
        };
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fields: &str, expected: &str) {
        let entity = serde_json::json!({"kind": "Component", "metadata": {"name": "a", "tags": ["x", "y"], "annotations": {"b.c/d": "1", "a": "2"}, "title": null}});
        let got = match Fields::parse(&[fields]) {
            Ok(Some(fields)) => fields.project(&entity).to_string(),
            Ok(None) => "everything".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{fields}");
    }

    #[test]
    fn projects() {
        check("", "everything");
        check(" kind , metadata.name,kind", r#"{"kind":"Component","metadata":{"name":"a"}}"#);
        check("metadata.annotations.b.c/d", r#"{"metadata":{"annotations":{"b.c/d":"1"}}}"#);
        check("metadata.annotations.a.x", "{}");
        check("metadata.title,metadata.none", r#"{"metadata":{"title":null}}"#);
        check("metadata.tags.1", r#"{"metadata":{"tags":[null,"y"]}}"#);
        check("metadata.tags[0]", "Invalid field \"metadata.tags[0]\", array type fields are not supported");
    }
}
