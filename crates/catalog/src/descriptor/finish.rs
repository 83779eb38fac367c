//! The bytes of an entity as they are stored and served.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

/// Gives an entity its `metadata.uid` and `metadata.etag` and writes it as compact JSON, in the order apiVersion, kind,
/// metadata, spec. Gives the bytes and the etag. Whatever uid or etag its author wrote is replaced: a fixed etag would hide changes.
pub fn finish(value: &mut Value, uid: &str) -> (Vec<u8>, String) {
    let tag = etag(value);
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        for (key, text) in [("uid", uid), ("etag", tag.as_str())] {
            metadata.shift_remove(key);
            metadata.insert(key.to_owned(), Value::String(text.to_owned()));
        }
    }
    let mut out = Vec::with_capacity(1024);
    let empty = Map::new();
    let map = value.as_object().unwrap_or(&empty);
    let known = ROOT.iter().filter_map(|key| map.get_key_value(*key));
    let rest = map.iter().filter(|(key, _)| !ROOT.contains(&key.as_str()));
    out.push(b'{');
    for (index, (key, value)) in known.chain(rest).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_json(key, &mut out);
        out.push(b':');
        write_json(value, &mut out);
    }
    out.push(b'}');
    (out, tag)
}

/// The SHA-1, in hexadecimal, of an entity without its uid and etag: the same for the same content, however its keys are ordered.
pub fn etag(value: &Value) -> String {
    let mut stable = Vec::with_capacity(1024);
    write_stable(value, 0, &mut stable);
    Sha1::digest(&stable).iter().fold(String::with_capacity(40), |mut text, byte| {
        let _: std::fmt::Result = write!(text, "{byte:02x}");
        text
    })
}

const ROOT: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// Writes with sorted keys. `depth` 1 below the root is where uid and etag stand.
fn write_stable(value: &Value, depth: usize, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (key, value) in entries {
                if depth == METADATA && matches!(key.as_str(), "uid" | "etag") {
                    continue;
                }
                write_json(key, out);
                out.push(b':');
                let inner = match (depth, key.as_str()) {
                    (0, "metadata") => METADATA,
                    _ => OTHER,
                };
                write_stable(value, inner, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write_stable(item, OTHER, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => write_json(value, out),
    }
}

/// Inside `metadata`.
const METADATA: usize = 1;
/// Anywhere else below the root.
const OTHER: usize = 2;

fn write_json(value: &(impl serde::Serialize + ?Sized), out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("a JSON value is written to memory, which does not fail");
}
