//! Values that are not indexed (see [`super::partial::is_scanned`]), read from the entities that have the key.

use roaring::RoaringBitmap;

use super::{
    flatten::{Rows, flatten},
    segment::Segment,
    text::fold,
};

struct Values<'a, F> {
    key: &'a str,
    each: F,
}

impl<F: FnMut(&str)> Rows for Values<'_, F> {
    fn row(&mut self, key: &str, value: Option<&str>, item: bool) {
        let Some(value) = value else { return };
        if key == self.key {
            (self.each)(value);
        } else if item
            && let Some(rest) = self.key.strip_prefix(key).and_then(|rest| rest.strip_prefix('.'))
            && *rest == *fold(value)
        {
            (self.each)("true");
        }
    }

    fn wants(&self, path: &str) -> bool {
        self.key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Gives the values under `key` of the entities of the segment that `wanted` holds, with the entity.
pub(super) fn scan(segment: &Segment, wanted: &RoaringBitmap, key: &str, mut each: impl FnMut(u32, &str)) {
    for local in wanted {
        let mut values = Values { key, each: |value: &str| each(local, value) };
        // What could not be read when the segment was made was reported then.
        let _ = flatten(&segment.entities[local as usize].json, &mut values);
    }
}
