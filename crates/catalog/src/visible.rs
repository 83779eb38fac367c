//! An entity as people see it: its row, with what is put over it and with the mark of those that no source provides any more.
//!
//! Both are added when a row is read into memory. So the row stays what its source says, and neither a reading nor a handover has to know
//! of them.

use std::{borrow::Cow, collections::HashMap};

use bytes::Bytes;
use model::EntityRef;
use serde_json::{Map, Value};

use crate::{
    descriptor::{self, Kinds, ORPHAN, Relation},
    index::{Emissions, Record},
    overlay::{Overlay, StoredOverlay},
    relation,
    sql::EntityRow,
};

/// Makes the record of a row; `None`, with a line in the log, if the row holds no entity.
pub(crate) fn record(mut row: EntityRow, overlays: &HashMap<String, StoredOverlay>, kinds: &Kinds) -> Option<Record> {
    let named: Named<'_> = match serde_json::from_str(&row.json) {
        Ok(named) => named,
        Err(error) => {
            tracing::error!(uid = row.uid, %error, "an entity's row holds no JSON of an entity, it is left out");
            return None;
        }
    };
    let entity_ref =
        EntityRef::new(named.kind, named.metadata.namespace.as_deref().unwrap_or(model::DEFAULT_NAMESPACE), named.metadata.name);
    let own = entity_ref.to_string();
    let overlay = overlays.get(&own).map(|stored| &stored.overlay);
    if let Some((value, json, _)) = put_over(&row.json, overlay, row.gone_at.is_some()) {
        row.json = json;
        // An owner that nobody can read any more, since the file changed, leaves the file's own.
        if overlay.is_some_and(|overlay| overlay.owner.is_some())
            && let Ok(relations) = descriptor::relations_with(&value, kinds)
        {
            row.emitted = emitted(&entity_ref, &relations);
        }
    }
    let mut emitted = Emissions::default();
    for line in row.emitted.lines() {
        if let Some((kind, target)) = line.split_once(' ')
            && let Some((forward, back)) = relation::pair(kind)
        {
            emitted.push(&own, &own, forward, target);
            emitted.push(&own, target, back, &own);
        }
    }
    Some(Record {
        uid: row.uid.into(),
        entity_ref,
        emitted,
        status: row.status.map(Bytes::from),
        first_seen: row.first_seen.into(),
        changed: row.changed_at.into(),
        location: row.location_id.into(),
        file: row.file.into(),
        json: Bytes::from(row.json),
    })
}

/// The etag of an entity as people see it; `None` if that is the row's own.
pub(crate) fn visible_etag(json: &str, overlay: Option<&Overlay>, orphan: bool) -> Option<String> {
    put_over(json, overlay, orphan).map(|(_, _, etag)| etag)
}

/// A line for each relation that an entity states itself.
pub(crate) fn emitted(own: &EntityRef, relations: &[Relation]) -> String {
    relations.iter().filter(|relation| relation.source == *own).fold(String::new(), |mut out, relation| {
        out.push_str(relation.kind);
        out.push(' ');
        out.push_str(&relation.target.to_string());
        out.push('\n');
        out
    })
}

/// The entity with overlay and mark, as value and as JSON, and its etag; `None` if there is neither.
fn put_over(json: &str, overlay: Option<&Overlay>, orphan: bool) -> Option<(Value, String, String)> {
    if overlay.is_none() && !orphan {
        return None;
    }
    let mut value: Value = serde_json::from_str(json).ok()?;
    let uid = value["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
    if let Some(overlay) = overlay {
        overlay.apply(&mut value);
    }
    if orphan
        && let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut)
        && let Some(annotations) = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
    {
        annotations.insert(ORPHAN.to_owned(), Value::String("true".to_owned()));
    }
    let (bytes, etag) = descriptor::finish(&mut value, &uid);
    Some((value, String::from_utf8(bytes).ok()?, etag))
}

#[derive(serde::Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: NamedMetadata<'a>,
}

#[derive(serde::Deserialize)]
struct NamedMetadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    namespace: Option<Cow<'a, str>>,
}
