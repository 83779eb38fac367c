//! The relations that an entity states, each in both directions.

use serde_json::Value;

use model::{DEFAULT_NAMESPACE, EntityRef, EntityRefError, RefContext};

use super::{Kind, ValidationError, entity_ref};

/// One directed relation. `source` is the entity that stated it, or its other end for the way back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Relation {
    /// Where it starts.
    pub source: EntityRef,
    /// Its type, as `ownedBy`.
    pub kind: &'static str,
    /// Where it ends; nobody has checked that this exists.
    pub target: EntityRef,
}

/// The relations of an entity that [`super::validate`] has passed, in the order of the fields, forward then reverse.
/// The same relation may come twice when two fields state it.
///
/// # Errors
/// When a field is not the name of an entity, or has to name the kind and does not.
pub fn relations(entity: &Value) -> Result<Vec<Relation>, ValidationError> {
    let own_kind = entity.get("kind").and_then(Value::as_str).and_then(Kind::from_name);
    let (Some(kind), Some(own), Some(spec)) = (own_kind, entity_ref(entity), entity.get("spec")) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for field in FIELDS.iter().filter(|field| field.kinds.contains(&kind)) {
        let mut emit = |target: &Value, index: Option<usize>| -> Result<(), ValidationError> {
            let target = parse(target, field.default_kind, own.namespace()).map_err(|(cause, detail)| {
                let step = format!("Processor {} threw an error while postprocessing", kind.processor());
                let pointer = index.map_or_else(|| format!("/spec/{}", field.name), |index| format!("/spec/{}/{index}", field.name));
                ValidationError::caused("relation", step, cause, &detail, pointer).help(match field.default_kind {
                    Some(kind) => format!("Write a name, namespace/name or {}:namespace/name.", kind.to_lowercase()),
                    None => "Write kind:name or kind:namespace/name, for instance resource:orders-db.".to_owned(),
                })
            })?;
            found.push(Relation { source: own.clone(), kind: field.forward, target: target.clone() });
            found.push(Relation { source: target, kind: field.reverse, target: own.clone() });
            Ok(())
        };
        match spec.get(field.name) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::Array(targets)) => targets.iter().enumerate().try_for_each(|(index, target)| emit(target, Some(index)))?,
            Some(target) => emit(target, None)?,
        }
    }
    Ok(found)
}

/// Sorts the lists of names from which relations are made, so that their order in the file does not count.
/// Lists that hold anything but texts stay as they are.
pub fn sort_relation_fields(entity: &mut Value) {
    let Some(spec) = entity.get_mut("spec").and_then(Value::as_object_mut) else { return };
    for name in SORTED {
        if let Some(Value::Array(items)) = spec.get_mut(name)
            && items.iter().all(Value::is_string)
            && !items.is_sorted_by(|a, b| order(a, b).is_le())
        {
            items.sort_by(order);
        }
    }
}

/// JavaScript's order of texts, by UTF-16 units.
fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    let (a, b) = (a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default());
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

const SORTED: [&str; 7] = ["providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"];

/// A field of `spec` from which relations are made.
struct Field {
    kinds: &'static [Kind],
    name: &'static str,
    /// The kind of a name that states none; without it the name has to.
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
}

const fn field(
    kinds: &'static [Kind],
    name: &'static str,
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
) -> Field {
    Field { kinds, name, default_kind, forward, reverse }
}

const FIELDS: [Field; 13] = [
    field(
        &[Kind::Component, Kind::Api, Kind::Resource, Kind::System, Kind::Domain, Kind::Template],
        "owner",
        Some("Group"),
        "ownedBy",
        "ownerOf",
    ),
    field(&[Kind::Component], "subcomponentOf", Some("Component"), "partOf", "hasPart"),
    field(&[Kind::Component], "providesApis", Some("API"), "providesApi", "apiProvidedBy"),
    field(&[Kind::Component], "consumesApis", Some("API"), "consumesApi", "apiConsumedBy"),
    field(&[Kind::Component, Kind::Resource], "dependsOn", None, "dependsOn", "dependencyOf"),
    field(&[Kind::Component, Kind::Resource], "dependencyOf", None, "dependencyOf", "dependsOn"),
    field(&[Kind::Component, Kind::Api, Kind::Resource], "system", Some("System"), "partOf", "hasPart"),
    field(&[Kind::System], "domain", Some("Domain"), "partOf", "hasPart"),
    field(&[Kind::Domain], "subdomainOf", Some("Domain"), "partOf", "hasPart"),
    field(&[Kind::User], "memberOf", Some("Group"), "memberOf", "hasMember"),
    field(&[Kind::Group], "parent", Some("Group"), "childOf", "parentOf"),
    field(&[Kind::Group], "children", Some("Group"), "parentOf", "childOf"),
    field(&[Kind::Group], "members", Some("User"), "hasMember", "memberOf"),
];

/// Reads a name as a text, or as a mapping of kind, namespace and name. The error is its class and its text.
fn parse(target: &Value, default_kind: Option<&str>, namespace: &str) -> Result<EntityRef, (&'static str, String)> {
    let namespace = if namespace.is_empty() { DEFAULT_NAMESPACE } else { namespace };
    match target {
        Value::String(text) if text.is_empty() => Err(("Error", "Entity reference must not be empty".to_owned())),
        Value::String(text) => EntityRef::parse_in(text, RefContext { kind: default_kind, namespace }).map_err(|error| match error {
            EntityRefError::MissingKind(_) => ("Error", lacks(target, "kind (e.g. did not start with \"component:\" or similar)")),
            EntityRefError::Malformed(text) => {
                ("TypeError", format!("Entity reference \"{text}\" was not on the form [<kind>:][<namespace>/]<name>"))
            }
        }),
        Value::Null | Value::Bool(false) => Err(("Error", "Entity reference must not be empty".to_owned())),
        _ => {
            let part = |name: &str| target.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let Some(kind) = part("kind").or(default_kind) else {
                return Err(("Error", lacks(target, "kind (e.g. did not start with \"component:\" or similar)")));
            };
            let Some(name) = part("name") else { return Err(("Error", lacks(target, "name"))) };
            Ok(EntityRef::new(kind, part("namespace").unwrap_or(namespace), name))
        }
    }
}

fn lacks(target: &Value, what: &str) -> String {
    format!("Entity reference {target} had missing or empty {what}")
}
