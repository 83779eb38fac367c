//! What goes into the index: entities with the relations that they state, and changes of them.

use std::sync::Arc;

use bytes::Bytes;
use model::{EntityRef, Timestamp};

/// One entity as the catalog's tables hold it, ready to be indexed.
#[derive(Clone, Debug)]
pub struct Record {
    /// The entity's uid, stable over changes. Two records never share one.
    pub uid: Arc<str>,
    /// The entity's name, in the case in which it was written.
    pub entity_ref: EntityRef,
    /// The whole entity as one JSON object, with `metadata.uid` and `metadata.etag`, without `relations` and `status`.
    /// It is shared, not copied.
    pub json: Bytes,
    /// The relations that this entity states, in both directions.
    pub emitted: Emissions,
    /// A JSON array of the status items, when there are any.
    pub status: Option<Bytes>,
    /// When the catalog first held the entity.
    pub first_seen: Timestamp,
    /// When the entity last changed.
    pub changed: Timestamp,
    /// The id of the location row that the entity comes from.
    pub location: Arc<str>,
    /// The absolute path or URL that the entity was read from.
    pub file: Arc<str>,
}

/// One change of the catalog.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all changes are the large one, and they are moved once")]
pub enum Change {
    /// The entity is there and looks like this. It replaces what had the same uid, and what had the same name.
    Upsert(Record),
    /// The entity is gone.
    Delete {
        /// The uid of the entity.
        uid: Arc<str>,
    },
}

/// The place of an entity in one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// The relations that one entity states, packed: a catalog has ten times as many relations as entities.
///
/// Each is a triple of subject, type and target, subject and target being canonical references
/// (`component:default/name`), one of which usually is the entity that states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emissions {
    /// `subject NUL type NUL target NUL` for each triple; a subject or target that is the entity itself is empty.
    text: String,
}

impl Emissions {
    /// Packs the triples that `own` states.
    pub fn collect<'a>(own: &EntityRef, triples: impl IntoIterator<Item = (&'a EntityRef, &'a str, &'a EntityRef)>) -> Self {
        let (own, mut emissions) = (own.to_string(), Self::default());
        for (subject, kind, target) in triples {
            emissions.push(&own, &subject.to_string(), kind, &target.to_string());
        }
        emissions.text.shrink_to_fit();
        emissions
    }

    /// Adds one triple that `own` states; all references are canonical. A part that holds a NUL, which no valid entity
    /// can bring, drops the triple.
    pub fn push(&mut self, own: &str, subject: &str, kind: &str, target: &str) {
        if [subject, kind, target].iter().any(|part| part.is_empty() || part.contains('\0')) {
            return;
        }
        for part in [if subject == own { "" } else { subject }, kind, if target == own { "" } else { target }] {
            self.text.push_str(part);
            self.text.push('\0');
        }
    }

    /// The triples of subject, type and target that `own` states.
    pub fn iter<'a>(&'a self, own: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        let mut parts = self.text.split_terminator('\0');
        let or_own = move |part: &'a str| if part.is_empty() { own } else { part };
        std::iter::from_fn(move || Some((or_own(parts.next()?), parts.next()?, or_own(parts.next()?))))
    }

    /// True when nothing is stated.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
