//! Two entities of one name, side by side.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher},
};

use model::EntityRef;
use serde_json::{Value, json};

/// What the catalog itself writes into an entity, and what says where it was read: it differs between two catalogs of the same files.
const GENERATED: [&str; 6] = [
    "metadata.annotations.backstage.io/managed-by-location",
    "metadata.annotations.backstage.io/managed-by-origin-location",
    "metadata.annotations.backstage.io/view-url",
    "metadata.annotations.backstage.io/edit-url",
    "metadata.annotations.backstage.io/source-location",
    "status",
];
/// What can never be the same.
const OWN: [&str; 2] = ["metadata.uid", "metadata.etag"];
/// Letters of a value that a line shows.
const SHOWN: usize = 120;

/// Which fields count.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    ignored: BTreeSet<String>,
}

/// One difference between what they have (Backstage) and what we have (Waymark).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Difference {
    /// They have the entity.
    Missing,
    /// We have the entity.
    Extra,
    /// A field, with both values; one may be absent.
    Field(String, Option<Value>, Option<Value>),
    /// They have the relation: its type and target.
    RelationMissing(String, String),
    /// We have the relation.
    RelationExtra(String, String),
}

/// `kind:namespace/name` in lower case.
pub(super) fn name_of(entity: &Value) -> String {
    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str);
    match (text("/kind"), text("/metadata/name")) {
        (Some(kind), Some(name)) => EntityRef::new(kind, text("/metadata/namespace").unwrap_or(model::DEFAULT_NAMESPACE), name).to_string(),
        _ => String::new(),
    }
}

impl Comparison {
    /// `ignore` names fields with dots, and what lies below them; with `all_fields` only those and uid and etag are left out.
    pub(super) fn new(ignore: &[String], all_fields: bool) -> Self {
        let generated = if all_fields { &[][..] } else { &GENERATED[..] };
        let ignored = OWN.iter().chain(generated).map(|field| (*field).to_owned()).chain(ignore.iter().cloned());
        Self { ignored: ignored.collect() }
    }

    /// The same for entities without a difference.
    pub(super) fn hash(&self, entity: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (path, value) in self.fields(entity) {
            path.hash(&mut hasher);
            value.to_string().hash(&mut hasher);
        }
        relations(entity).hash(&mut hasher);
        hasher.finish()
    }

    /// All differences, fields in order, then relations. Both null: none.
    pub(super) fn differences(&self, theirs: &Value, ours: &Value) -> Vec<Difference> {
        match (theirs.is_null(), ours.is_null()) {
            (true, true) => return Vec::new(),
            (true, false) => return vec![Difference::Extra],
            (false, true) => return vec![Difference::Missing],
            (false, false) => {}
        }
        let (left, right) = (self.fields(theirs), self.fields(ours));
        let paths: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        let mut found = Vec::new();
        for path in paths {
            let (one, other) = (left.get(path), right.get(path));
            if one != other {
                found.push(Difference::Field(path.clone(), one.map(|value| (*value).clone()), other.map(|value| (*value).clone())));
            }
        }
        let (left, right) = (relations(theirs), relations(ours));
        found.extend(left.difference(&right).map(|(kind, target)| Difference::RelationMissing(kind.clone(), target.clone())));
        found.extend(right.difference(&left).map(|(kind, target)| Difference::RelationExtra(kind.clone(), target.clone())));
        found
    }

    /// The leaves by their paths; lists and empty mappings are leaves.
    fn fields<'v>(&self, entity: &'v Value) -> BTreeMap<String, &'v Value> {
        let mut out = BTreeMap::new();
        self.walk(entity, "", &mut out);
        out
    }

    fn walk<'v>(&self, value: &'v Value, path: &str, out: &mut BTreeMap<String, &'v Value>) {
        match value {
            _ if path == "relations" || self.ignored.contains(path) => {}
            // An empty mapping says what a missing one says; annotations are empty once the generated ones are left out.
            Value::Object(map) => {
                for (key, value) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.walk(value, &path, out);
                }
            }
            leaf => _ = out.insert(path.to_owned(), leaf),
        }
    }
}

/// Type and target of each relation. Older Backstages name the target in parts too; the reference is what both have.
fn relations(entity: &Value) -> BTreeSet<(String, String)> {
    let listed = entity["relations"].as_array().into_iter().flatten();
    let pair = |relation: &Value| {
        let target = relation["targetRef"].as_str()?;
        Some((relation["type"].as_str()?.to_owned(), target.to_lowercase()))
    };
    listed.filter_map(pair).collect()
}

impl Difference {
    /// One object, without the entity's name.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Missing => json!({ "difference": "missing" }),
            Self::Extra => json!({ "difference": "extra" }),
            Self::Field(path, theirs, ours) => json!({ "difference": "field", "path": path, "theirs": theirs, "ours": ours }),
            Self::RelationMissing(kind, target) => json!({ "difference": "relation-missing", "type": kind, "target": target }),
            Self::RelationExtra(kind, target) => json!({ "difference": "relation-extra", "type": kind, "target": target }),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing in Waymark"),
            Self::Extra => f.write_str("only in Waymark"),
            Self::Field(path, theirs, ours) => write!(f, "{path} is {} there, {} in Waymark", short(theirs.as_ref()), short(ours.as_ref())),
            Self::RelationMissing(kind, target) => write!(f, "relation {kind} {target} is missing in Waymark"),
            Self::RelationExtra(kind, target) => write!(f, "relation {kind} {target} is only in Waymark"),
        }
    }
}

fn short(value: Option<&Value>) -> String {
    let Some(value) = value else { return "absent".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(theirs: &Value, ours: &Value, expected: &str) {
        let comparison = Comparison::new(&["metadata.labels.seen".to_owned()], false);
        let found: Vec<_> = comparison.differences(theirs, ours).iter().map(ToString::to_string).collect();
        assert_eq!(found.join("\n"), expected);
        if !theirs.is_null() && !ours.is_null() {
            assert_eq!(comparison.hash(theirs) == comparison.hash(ours), expected.is_empty());
        }
    }

    #[test]
    fn says_what_differs_and_where() {
        let one = json!({ "kind": "Component", "metadata": { "name": "A", "uid": "1", "etag": "2", "tags": ["a"], "labels": { "seen": "x" },
            "annotations": { "backstage.io/managed-by-location": "url:x", "a.b/c": "1" } }, "spec": { "type": "service" },
            "relations": [{ "type": "ownedBy", "targetRef": "group:default/a" }] });
        let mut two = one.clone();
        two["metadata"]["uid"] = "9".into();
        two["metadata"]["labels"]["seen"] = "y".into();
        two["metadata"]["annotations"]["backstage.io/managed-by-location"] = "file:/x".into();
        two["relations"][0]["targetRef"] = "Group:default/A".into();
        check(&one, &two, "");
        two["metadata"]["tags"] = json!(["a", "b"]);
        two["spec"]["owner"] = "b".into();
        two["metadata"]["annotations"] = json!({});
        two["relations"] = json!([{ "type": "partOf", "targetRef": "system:default/s" }]);
        check(
            &one,
            &two,
            "metadata.annotations.a.b/c is \"1\" there, absent in Waymark\nmetadata.tags is [\"a\"] there, [\"a\",\"b\"] in Waymark\nspec.owner is absent there, \"b\" in Waymark\nrelation ownedBy group:default/a is missing in Waymark\nrelation partOf system:default/s is only in Waymark",
        );
        check(&one, &Value::Null, "missing in Waymark");
        check(&Value::Null, &one, "only in Waymark");
        check(&Value::Null, &Value::Null, "");
    }
}
