//! One entity of a snapshot, as it is shown and served.

use bytes::Bytes;
use model::{EntityRef, Timestamp};
use serde_json::Value;

use super::{EntityId, Fields, Part, Snapshot, segment::Stored};

/// An entity of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct EntityView<'a> {
    snapshot: &'a Snapshot,
    part: &'a Part,
    local: u32,
}

/// A relation of an entity.
#[derive(Clone, Copy, Debug)]
pub struct RelationView<'a> {
    snapshot: &'a Snapshot,
    /// The type, as in `ownedBy`.
    pub kind: &'a str,
    /// The other entity's canonical reference, whether there is such an entity or not.
    pub target: &'a str,
}

impl Snapshot {
    /// The entity with this id, which must be of this snapshot.
    ///
    /// # Panics
    /// When the id is beyond this snapshot.
    pub fn entity(&self, id: EntityId) -> EntityView<'_> {
        let (part, local) = self.part(id);
        EntityView { snapshot: self, part, local }
    }
}

impl<'a> EntityView<'a> {
    fn stored(self) -> &'a Stored {
        &self.part.segment.entities[self.local as usize]
    }

    /// The entity's id in its snapshot.
    pub fn id(self) -> EntityId {
        EntityId(self.local + self.part.offset)
    }

    /// The entity's name, in the case in which it was written.
    pub fn entity_ref(self) -> EntityRef {
        let (kind, namespace, name) = self.part.segment.shown(self.local);
        EntityRef::new(kind, namespace, name)
    }

    /// `kind:namespace/name` in lower case.
    pub fn canonical(self) -> &'a str {
        self.part.segment.canonical(self.local)
    }

    /// The kind as written.
    pub fn kind(self) -> &'a str {
        self.part.segment.shown(self.local).0
    }

    /// The namespace as written.
    pub fn namespace(self) -> &'a str {
        self.part.segment.shown(self.local).1
    }

    /// The name as written.
    pub fn name(self) -> &'a str {
        self.part.segment.shown(self.local).2
    }

    /// The uid.
    pub fn uid(self) -> &'a str {
        self.part.segment.uid(self.local)
    }

    /// The entity's JSON, without relations and status.
    pub fn json(self) -> &'a Bytes {
        &self.stored().json
    }

    /// The JSON array of status items, when there are any.
    pub fn status(self) -> Option<&'a Bytes> {
        self.part.segment.status.get(&self.local)
    }

    /// When the catalog first held the entity.
    pub fn first_seen(self) -> Timestamp {
        self.stored().first_seen
    }

    /// When the entity last changed.
    pub fn changed(self) -> Timestamp {
        self.stored().changed
    }

    /// The id of the location row that the entity comes from.
    pub fn location(self) -> &'a str {
        &self.part.segment.places[self.stored().location as usize]
    }

    /// The absolute path or URL that the entity was read from.
    pub fn file(self) -> &'a str {
        &self.part.segment.places[self.stored().file as usize]
    }

    /// The final relations, by type and then target. Types are paired, so these are the edges in both directions.
    pub fn relations(self) -> impl ExactSizeIterator<Item = RelationView<'a>> {
        let (snapshot, segment) = (self.snapshot, &*self.part.segment);
        segment.relations(self.local).map(move |(kind, target)| RelationView { snapshot, kind, target: segment.refs.get(target as usize) })
    }

    /// Appends the entity as it is served: its JSON, then relations, then status when there is one.
    pub fn write_json(self, into: &mut Vec<u8>) {
        let json = self.stored().json.trim_ascii();
        let Some(body) = json.strip_suffix(b"}") else {
            into.extend_from_slice(json);
            return;
        };
        let relations = self.relations();
        into.reserve(json.len() + 32 + relations.len() * 72);
        into.extend_from_slice(body);
        into.extend_from_slice(if body.trim_ascii_end().ends_with(b"{") { b"\"relations\":[" } else { b",\"relations\":[" });
        for (at, relation) in relations.enumerate() {
            into.extend_from_slice(if at == 0 { b"{\"type\":" } else { b",{\"type\":" });
            write_text(relation.kind, into);
            into.extend_from_slice(b",\"targetRef\":");
            write_text(relation.target, into);
            into.push(b'}');
        }
        into.push(b']');
        if let Some(items) = self.status() {
            into.extend_from_slice(b",\"status\":{\"items\":");
            into.extend_from_slice(items);
            into.push(b'}');
        }
        into.push(b'}');
    }

    /// Appends those parts of the entity, as it is served, that are wanted.
    pub fn write_fields(self, fields: &Fields, into: &mut Vec<u8>) {
        let projected = fields.project(&self.to_value());
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(into, &projected);
    }

    /// The entity as it is served; null when its JSON cannot be read.
    pub fn to_value(self) -> Value {
        let mut json = Vec::new();
        self.write_json(&mut json);
        serde_json::from_slice(&json).unwrap_or_default()
    }
}

impl RelationView<'_> {
    /// The other entity, when there is one.
    pub fn target_id(self) -> Option<EntityId> {
        self.snapshot.find_canonical(self.target)
    }
}

/// Writes a JSON string. References and types nearly always need no escapes.
fn write_text(text: &str, into: &mut Vec<u8>) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        into.push(b'"');
        into.extend_from_slice(text.as_bytes());
        into.push(b'"');
    } else {
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(into, text);
    }
}
