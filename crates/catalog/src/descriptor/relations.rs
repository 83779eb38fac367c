//! The relations that an entity states, each in both directions.

use serde_json::Value;

use model::{DEFAULT_NAMESPACE, EntityRef, EntityRefError, RefContext};

use super::{DeclaredKind, Kind, Kinds, ValidationError, diagnostic::push_segment, entity_ref};

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
    let (Some(own), Some(spec)) = (entity_ref(entity), entity.get("spec")) else { return Ok(Vec::new()) };
    let Some(kind) = entity.get("kind").and_then(Value::as_str).and_then(Kind::from_name) else { return Ok(Vec::new()) };
    let mut stated = Stated { own, processor: kind.processor(), found: Vec::new() };
    let subtype = spec.get("type").and_then(Value::as_str);
    for field in FIELDS.iter().filter(|field| field.kinds.contains(&kind)) {
        if field.subtype.is_some() && field.subtype != subtype {
            continue;
        }
        stated.field(spec, &[field.name], &mut "/spec".to_owned(), (field.forward, field.reverse), field.default_kind)?;
    }
    Ok(stated.found)
}

/// [`relations`], of entities of declared kinds too: their fields may be dotted, and go through lists.
///
/// # Errors
/// As [`relations`].
pub fn relations_with(entity: &Value, kinds: &Kinds) -> Result<Vec<Relation>, ValidationError> {
    match entity.get("kind").and_then(Value::as_str).and_then(|kind| kinds.get(kind)) {
        Some(kind) => declared(entity, kind),
        None => relations(entity),
    }
}

fn declared(entity: &Value, kind: &DeclaredKind) -> Result<Vec<Relation>, ValidationError> {
    let (Some(own), Some(spec)) = (entity_ref(entity), entity.get("spec")) else { return Ok(Vec::new()) };
    let mut stated = Stated { own, processor: DECLARED_PROCESSOR, found: Vec::new() };
    if !kind.relations.iter().any(|relation| relation.field() == "owner") && spec.get("owner").is_some_and(Value::is_string) {
        stated.field(spec, &["owner"], &mut "/spec".to_owned(), ("ownedBy", "ownerOf"), Some("Group"))?;
    }
    for relation in &kind.relations {
        let path: Vec<&str> = relation.field().split('.').collect();
        stated.field(spec, &path, &mut "/spec".to_owned(), (relation.kind(), relation.inverse()), relation.default_kind())?;
    }
    Ok(stated.found)
}

/// What one entity states, as it is found.
struct Stated {
    own: EntityRef,
    /// The part of the catalog that messages name.
    processor: &'static str,
    found: Vec<Relation>,
}

impl Stated {
    /// Goes down `path` from `value`, through every item of lists on the way, and takes what is there as one name or a list of names.
    /// `pointer` is where `value` stands.
    fn field(
        &mut self,
        value: &Value,
        path: &[&str],
        pointer: &mut String,
        kinds: (&'static str, &'static str),
        default_kind: Option<&str>,
    ) -> Result<(), ValidationError> {
        let (length, own_level) = (pointer.len(), path.split_first());
        match (value, own_level) {
            (Value::Array(items), _) => items.iter().enumerate().try_for_each(|(index, item)| {
                pointer.truncate(length);
                push_segment(pointer, &index.to_string());
                match path {
                    // A list within a list is not a name.
                    [] => self.name(item, pointer, kinds, default_kind),
                    path => self.field(item, path, pointer, kinds, default_kind),
                }
            })?,
            (_, None) => match value {
                Value::Null | Value::Bool(false) => {}
                Value::String(text) if text.is_empty() => {}
                value => self.name(value, pointer, kinds, default_kind)?,
            },
            (_, Some((first, rest))) => {
                if let Some(inner) = value.get(first) {
                    push_segment(pointer, first);
                    self.field(inner, rest, pointer, kinds, default_kind)?;
                }
            }
        }
        pointer.truncate(length);
        Ok(())
    }

    fn name(
        &mut self,
        target: &Value,
        pointer: &str,
        (kind, inverse): (&'static str, &'static str),
        default_kind: Option<&str>,
    ) -> Result<(), ValidationError> {
        let target = parse(target, default_kind, self.own.namespace()).map_err(|(cause, detail)| {
            let step = format!("Processor {} threw an error while postprocessing", self.processor);
            ValidationError::caused("relation", step, cause, &detail, pointer).help(match default_kind {
                Some(kind) => format!("Write a name, namespace/name or {}:namespace/name.", kind.to_lowercase()),
                None => "Write kind:name or kind:namespace/name, for instance resource:orders-db.".to_owned(),
            })
        })?;
        if self.found.len() >= 2 * MOST_NAMES {
            let message = format!("The entity names more than {MOST_NAMES} others");
            return Err(ValidationError::plain("InputError", "relation", message, pointer)
                .help("State the relation at the other end: in spec.memberOf of a person, say, and not in spec.members of the group."));
        }
        self.found.push(Relation { source: self.own.clone(), kind, target: target.clone() });
        self.found.push(Relation { source: target, kind: inverse, target: self.own.clone() });
        Ok(())
    }
}

/// Entities that one entity may name.
const MOST_NAMES: usize = 50_000;

/// The name under which messages speak of what checks declared kinds; built-in ones have Backstage's names.
pub(super) const DECLARED_PROCESSOR: &str = "DeclaredKindsProcessor";

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
    /// The `spec.type` that states it; without one all do.
    subtype: Option<&'static str>,
}

const fn field(
    kinds: &'static [Kind],
    name: &'static str,
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
) -> Field {
    Field { kinds, name, default_kind, forward, reverse, subtype: None }
}

/// A field of AI resources of one type.
const fn ai(subtype: &'static str, name: &'static str, forward: &'static str, reverse: &'static str) -> Field {
    Field { subtype: Some(subtype), ..field(&[Kind::AiResource], name, Some("AiResource"), forward, reverse) }
}

const FIELDS: [Field; 16] = [
    field(
        &[Kind::Component, Kind::Api, Kind::Resource, Kind::System, Kind::Domain, Kind::Template, Kind::AiResource],
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
    field(&[Kind::Component, Kind::Api, Kind::Resource, Kind::AiResource], "system", Some("System"), "partOf", "hasPart"),
    field(&[Kind::System], "domain", Some("Domain"), "partOf", "hasPart"),
    field(&[Kind::Domain], "subdomainOf", Some("Domain"), "partOf", "hasPart"),
    field(&[Kind::User], "memberOf", Some("Group"), "memberOf", "hasMember"),
    field(&[Kind::Group], "parent", Some("Group"), "childOf", "parentOf"),
    field(&[Kind::Group], "children", Some("Group"), "parentOf", "childOf"),
    field(&[Kind::Group], "members", Some("User"), "hasMember", "memberOf"),
    ai("skill", "dependsOn", "dependsOn", "dependencyOf"),
    ai("plugin", "skills", "hasSkill", "skillOf"),
    ai("marketplace", "plugins", "hasPlugin", "pluginOf"),
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
