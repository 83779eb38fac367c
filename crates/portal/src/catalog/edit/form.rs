//! Between an entity and the fields of its form.

use std::collections::BTreeMap;

use ::catalog::{Overlay, descriptor::Kinds};
use model::{
    EntityRef, FieldError, RefContext,
    view::{EntityForm, LinkForm},
};
use serde_json::{Map, Value, json};

use crate::catalog::text;

/// The fields of an entity.
pub(super) fn of(value: &Value) -> EntityForm {
    let at = |path: &[&str]| text::at(value, path).unwrap_or_default();
    EntityForm {
        title: at(&["metadata", "title"]),
        description: at(&["metadata", "description"]),
        owner: at(&["spec", "owner"]),
        lifecycle: at(&["spec", "lifecycle"]),
        spec_type: at(&["spec", "type"]),
        system: at(&["spec", "system"]),
        tags: tags_of(value).join(", "),
        labels: labels_of(value).iter().map(|(key, value)| format!("{key}={value}\n")).collect(),
        links: links_of(value),
    }
}

/// Which of owner, lifecycle, type and system the kind has.
pub(super) fn spec_fields(value: &Value, kinds: &Kinds) -> Vec<&'static str> {
    let kind = value["kind"].as_str().unwrap_or_default().to_lowercase();
    let known: &[&'static str] = match kind.as_str() {
        "component" | "api" => &["owner", "lifecycle", "type", "system"],
        "resource" => &["owner", "type", "system"],
        "system" | "domain" => &["owner"],
        "template" => &["owner", "type"],
        "group" => &["type"],
        _ => &[],
    };
    if !known.is_empty() {
        return known.to_vec();
    }
    // A kind that the configuration declares: what it says, or what this entity has.
    let declared = kinds.find(&kind);
    let stated = |field: &str| declared.is_some_and(|kind| kind.relations.iter().any(|relation| relation.field() == field));
    ["owner", "lifecycle", "type", "system"].into_iter().filter(|field| stated(field) || value["spec"][*field].is_string()).collect()
}

/// Puts the fields into an entity. Fields that are empty leave it.
///
/// # Errors
/// The field that cannot be read.
pub(super) fn put(form: &EntityForm, value: &mut Value) -> Result<(), FieldError> {
    let labels: Map<String, Value> = form.label_list()?.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
    let Some(root) = value.as_object_mut() else { return Ok(()) };
    if let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) {
        set_text(metadata, "title", &form.title);
        set_text(metadata, "description", &form.description);
        set(metadata, "labels", (!labels.is_empty()).then_some(Value::Object(labels)));
        let tags = form.tag_list();
        set(metadata, "tags", (!tags.is_empty()).then(|| json!(tags)));
        let own = metadata.get("links").cloned().unwrap_or_default();
        let links: Vec<Value> = form.links.iter().map(|typed| link(typed, &own)).collect();
        set(metadata, "links", (!links.is_empty()).then_some(Value::Array(links)));
    }
    if let Some(spec) = root.get_mut("spec").and_then(Value::as_object_mut) {
        for (key, text) in [("type", &form.spec_type), ("lifecycle", &form.lifecycle), ("owner", &form.owner), ("system", &form.system)] {
            if !text.is_empty() || spec.get(key).is_some_and(Value::is_string) {
                set_text(spec, key, text);
            }
        }
    }
    Ok(())
}

/// What of the form differs from the file, as an overlay. An empty title, description or owner is what the file says; annotations,
/// which the form does not show, stay as they were.
///
/// # Errors
/// The field that cannot be read.
pub(super) fn overlay(form: &EntityForm, original: &Value, before: Option<&Overlay>) -> Result<Overlay, FieldError> {
    let differs = |typed: &str, path: &[&str]| {
        let own = text::at(original, path).unwrap_or_default();
        (!typed.is_empty() && typed != own.trim()).then(|| typed.to_owned())
    };
    let own_labels = labels_of(original);
    let typed: BTreeMap<String, String> = form.label_list()?.into_iter().collect();
    let mut labels: BTreeMap<String, Option<String>> = typed
        .iter()
        .filter(|(key, value)| own_labels.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), Some(value.clone())))
        .collect();
    labels.extend(own_labels.keys().filter(|key| !typed.contains_key(*key)).map(|key| (key.clone(), None)));
    let tags = form.tag_list();
    Ok(Overlay {
        labels,
        annotations: before.map(|before| before.annotations.clone()).unwrap_or_default(),
        tags: (tags != tags_of(original)).then_some(tags),
        links: (form.links != links_of(original))
            .then(|| form.links.iter().map(|typed| link(typed, &original["metadata"]["links"])).collect()),
        owner: differs(&form.owner, &["spec", "owner"]).filter(|typed| !is_same_owner(typed, original)),
        title: differs(&form.title, &["metadata", "title"]),
        description: differs(&form.description, &["metadata", "description"]),
    })
}

/// Whether both names mean one owner: `team` and `group:default/team`.
fn is_same_owner(typed: &str, original: &Value) -> bool {
    let namespace = text::at(original, &["metadata", "namespace"]).unwrap_or_else(|| model::DEFAULT_NAMESPACE.to_owned());
    let read = |name: &str| EntityRef::parse_in(name, RefContext { kind: Some("group"), namespace: &namespace }).ok();
    let own = text::at(original, &["spec", "owner"]).unwrap_or_default();
    read(typed).is_some_and(|typed| read(&own) == Some(typed))
}

/// The field of the form that a JSON pointer is about.
pub(super) fn field_of(pointer: &str) -> Option<String> {
    let mut parts = pointer.split('/').skip(1);
    let (("metadata", name @ ("title" | "description" | "tags" | "labels" | "links"))
    | ("spec", name @ ("owner" | "lifecycle" | "type" | "system"))) = (parts.next()?, parts.next()?)
    else {
        return None;
    };
    Some(name.to_owned())
}

fn set_text(map: &mut Map<String, Value>, key: &str, text: &str) {
    set(map, key, (!text.is_empty()).then(|| Value::String(text.to_owned())));
}

fn set(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            map.insert(key.to_owned(), value);
        }
        None => {
            map.shift_remove(key);
        }
    }
}

/// A link of the form; what the form does not show of it (`type`) stays as the entity's own link to that address has it.
fn link(link: &LinkForm, own: &Value) -> Value {
    let known = own.as_array().and_then(|own| own.iter().find(|item| item["url"] == link.url.as_str()));
    let mut out = known.and_then(Value::as_object).cloned().unwrap_or_default();
    out.insert("url".to_owned(), Value::String(link.url.clone()));
    set_text(&mut out, "title", &link.title);
    set_text(&mut out, "icon", &link.icon);
    Value::Object(out)
}

fn tags_of(value: &Value) -> Vec<String> {
    let items = value["metadata"]["tags"].as_array();
    items.map(|items| items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

fn labels_of(value: &Value) -> BTreeMap<String, String> {
    let labels = value["metadata"]["labels"].as_object();
    labels
        .map(|labels| labels.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect())
        .unwrap_or_default()
}

fn links_of(value: &Value) -> Vec<LinkForm> {
    let part = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = value["metadata"]["links"].as_array();
    items
        .map(|items| {
            items.iter().map(|item| LinkForm { url: part(item, "url"), title: part(item, "title"), icon: part(item, "icon") }).collect()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity() -> Value {
        json!({"kind": "Component", "metadata": {"name": "a", "labels": {"x": "1", "y": "2"}, "tags": ["t"],
            "links": [{"url": "https://a.example", "type": "kept"}]}, "spec": {"type": "service", "owner": "o"}})
    }

    #[test]
    fn an_untouched_form_changes_nothing() {
        let value = entity();
        assert_eq!(overlay(&of(&value), &value, None), Ok(Overlay::default()));
    }

    #[test]
    fn an_overlay_holds_only_what_differs() {
        let value = entity();
        let form = EntityForm { labels: "x=1\nz=3".to_owned(), owner: "group:p".to_owned(), tags: String::new(), ..of(&value) };
        let found = overlay(&form, &value, None).unwrap();
        let expected = r#"{"labels":{"y":null,"z":"3"},"tags":[],"owner":"group:p"}"#;
        assert_eq!(serde_json::to_string(&found).unwrap(), expected);
        let same = EntityForm { owner: "group:default/o".to_owned(), ..of(&value) };
        assert_eq!(overlay(&same, &value, None), Ok(Overlay::default()));
    }

    #[test]
    fn puts_and_removes_fields() {
        let mut value = entity();
        let form = EntityForm {
            title: "A".to_owned(),
            tags: "u, v".to_owned(),
            labels: String::new(),
            spec_type: "library".to_owned(),
            ..of(&value)
        };
        put(&form, &mut value).unwrap();
        let expected = r#"{"kind":"Component","metadata":{"name":"a","tags":["u","v"],"links":[{"url":"https://a.example","type":"kept"}],"title":"A"},"spec":{"type":"library","owner":"o"}}"#;
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn knows_the_field_of_a_pointer() {
        assert_eq!(field_of("/metadata/tags/0").as_deref(), Some("tags"));
        assert_eq!(field_of("/spec/owner").as_deref(), Some("owner"));
        assert_eq!(field_of("/metadata/annotations/x"), None);
    }
}
