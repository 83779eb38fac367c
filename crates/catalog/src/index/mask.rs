//! The catalog as somebody sees it who may not see all of it: a snapshot in which what is hidden does not exist.
//!
//! It is made as a snapshot is made from which entities were deleted. So no count, facet, relation, order or search can tell of what is
//! hidden, whatever asks it: nothing has to remember to filter. What a visible entity itself says of a hidden one stays, and leads
//! nowhere, as it does when there never was one.

use std::sync::Arc;

use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::{Emissions, EntityId, EntityView, Record, Snapshot, apply::Records, segment::Segment};

/// The kind of the entities that stand for files.
const LOCATION: &str = "location";

/// What of a snapshot is hidden from somebody. Kept from one snapshot to the next, so that only what changed is decided anew.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    /// For each segment the entities, by position in it, that are hidden.
    parts: Vec<(Arc<Segment>, RoaringBitmap)>,
}

impl Hidden {
    /// How many entities are hidden, those included that left the catalog since.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|(_, hidden)| hidden.len()).sum()
    }

    /// True when nothing is.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|(_, hidden)| hidden.is_empty())
    }
}

impl Snapshot {
    /// What is hidden from somebody who may see what `allows` says. It is asked only of entities that `before` does not know: what it
    /// says must depend on nothing but the entity.
    pub fn hidden(&self, before: &Hidden, mut allows: impl FnMut(&EntityView<'_>) -> bool) -> Hidden {
        let parts = self.parts.iter().map(|part| {
            let known = before.parts.iter().find(|(segment, _)| Arc::ptr_eq(segment, &part.segment));
            let hidden = known.map(|(_, hidden)| hidden.clone()).unwrap_or_else(|| {
                let live = (0..part.segment.len() as u32).filter(|local| !part.dead.contains(*local));
                live.filter(|local| !allows(&self.entity(EntityId(local + part.offset)))).collect()
            });
            (Arc::clone(&part.segment), hidden)
        });
        Hidden { parts: parts.collect() }
    }

    /// The catalog without what is hidden; `None` when nothing of this snapshot is. `hidden` must be of this snapshot.
    pub fn without(&self, hidden: &Hidden) -> Option<Self> {
        let mut gone = FxHashSet::default();
        for part in &self.parts {
            let Some((_, hidden)) = hidden.parts.iter().find(|(segment, _)| Arc::ptr_eq(segment, &part.segment)) else { continue };
            gone.extend((hidden - &part.dead).iter().map(|local| EntityId(local + part.offset)));
        }
        if gone.is_empty() {
            return None;
        }
        let records = self.without_quotes(&mut gone);
        Some(self.after(&records, gone, self.seq))
    }

    /// The Location entities through which hidden entities came, without their status: it quotes whatever is wrong in their files.
    fn without_quotes(&self, gone: &mut FxHashSet<EntityId>) -> Records {
        let places: FxHashSet<&str> = gone.iter().map(|id| self.entity(*id).location()).collect();
        let mut records = Records::default();
        for part in &self.parts {
            for local in part.segment.status.keys().filter(|local| !part.dead.contains(**local)) {
                let entity = self.entity(EntityId(local + part.offset));
                if !entity.kind().eq_ignore_ascii_case(LOCATION) || !places.contains(entity.location()) || gone.contains(&entity.id()) {
                    continue;
                }
                let own = entity.canonical();
                let mut emitted = Emissions::default();
                part.segment.emitted(*local).for_each(|(subject, kind, target)| emitted.push(own, subject, kind, target));
                let record = Record {
                    uid: entity.uid().into(),
                    entity_ref: entity.entity_ref(),
                    json: entity.json().clone(),
                    emitted,
                    status: None,
                    first_seen: entity.first_seen(),
                    changed: entity.changed(),
                    location: entity.location().into(),
                    file: entity.file().into(),
                };
                records.insert(own.into(), record);
                gone.insert(entity.id());
            }
        }
        records
    }
}
