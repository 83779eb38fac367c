//! All values of one key in one segment, each with the entities that have it.
//!
//! A posting is a few ids in an array that all values of the column share, or a roaring bitmap where that is smaller.

use std::{ops::Range, sync::OnceLock};

use roaring::RoaringBitmap;

use super::text::{Texts, TextsBuilder, fold, partition};

/// The rows of one key: scalars, or strings in arrays. A key that has both has two columns.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) key: Box<str>,
    /// True for strings in arrays.
    pub(super) items: bool,
    values: Values,
    /// Where the ids of each value begin; empty when every value has exactly one.
    starts: Box<[u32]>,
    ids: Box<[u32]>,
    /// The values whose ids are many, with them; sorted by value.
    dense: Vec<(u32, RoaringBitmap)>,
    /// Entities that have the key without a value that could be matched: null, or too long. In a scanned column all
    /// entities that have the key.
    pub(super) bare: RoaringBitmap,
    /// True when the values are not kept: they are read from the entities when asked for.
    pub(super) scanned: bool,
    folded: OnceLock<Option<Box<Texts>>>,
}

#[derive(Debug)]
enum Values {
    Texts(Texts),
    /// Positions in the segment's table of references.
    Refs(Box<[u32]>),
}

/// The entities that have one value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Posting<'a> {
    Few(&'a [u32]),
    Many(&'a RoaringBitmap),
}

impl Posting<'_> {
    pub(super) fn len(self) -> u64 {
        match self {
            Self::Few(ids) => ids.len() as u64,
            Self::Many(bitmap) => bitmap.len(),
        }
    }

    pub(super) fn for_each(self, mut each: impl FnMut(u32)) {
        match self {
            Self::Few(ids) => ids.iter().for_each(|id| each(*id)),
            Self::Many(bitmap) => bitmap.iter().for_each(each),
        }
    }

    /// How many of the entities are in `set`, in which this segment begins at `offset`.
    pub(super) fn count_in(self, set: &RoaringBitmap, offset: u32) -> u64 {
        match self {
            Self::Few(ids) => ids.iter().filter(|id| set.contains(**id + offset)).count() as u64,
            Self::Many(bitmap) if offset == 0 => bitmap.intersection_len(set),
            Self::Many(bitmap) => bitmap.iter().filter(|id| set.contains(id + offset)).count() as u64,
        }
    }

    /// Adds the entities to `set`, in which this segment begins at `offset`.
    pub(super) fn add_to(self, set: &mut RoaringBitmap, offset: u32) {
        match self {
            Self::Many(bitmap) if offset == 0 => *set |= bitmap,
            Self::Few(ids) if offset == 0 && set.is_empty() => {
                if let Ok(fresh) = RoaringBitmap::from_sorted_iter(ids.iter().copied()) {
                    *set = fresh;
                }
            }
            posting => posting.for_each(|id| {
                set.insert(id + offset);
            }),
        }
    }
}

impl Column {
    /// A column of `values`, sorted without case, with the pairs of value and entity in `rows`, whose entities ascend
    /// for each value. `total` is the number of entities of the segment.
    pub(super) fn of_texts(key: &str, values: Texts, rows: &[&[(u32, u32)]], bare: RoaringBitmap, total: usize) -> Self {
        let len = values.len();
        Self::new(key, Values::Texts(values), len, rows, bare, total)
    }

    /// A column whose values are `refs`, ascending positions in the segment's table of references.
    pub(super) fn of_refs(key: &str, refs: Box<[u32]>, rows: &[&[(u32, u32)]], total: usize) -> Self {
        let len = refs.len();
        Self::new(key, Values::Refs(refs), len, rows, RoaringBitmap::new(), total)
    }

    /// A column that only knows which entities have the key.
    pub(super) fn scanned(key: &str, having: RoaringBitmap) -> Self {
        let mut column = Self::new(key, Values::Texts(Texts::default()), 0, &[], having, 0);
        column.scanned = true;
        column
    }

    fn new(key: &str, values: Values, len: usize, rows: &[&[(u32, u32)]], bare: RoaringBitmap, total: usize) -> Self {
        let mut counts = vec![0_u32; len + 1];
        for (value, _) in rows.iter().copied().flatten() {
            counts[*value as usize + 1] += 1;
        }
        for at in 0..len {
            counts[at + 1] += counts[at];
        }
        let mut ids = vec![0_u32; counts[len] as usize];
        let mut next = counts.clone();
        for (value, id) in rows.iter().copied().flatten() {
            let slot = &mut next[*value as usize];
            ids[*slot as usize] = *id;
            *slot += 1;
        }
        let mut column = Self {
            key: key.into(),
            items: false,
            values,
            starts: Box::default(),
            ids: Box::default(),
            dense: Vec::new(),
            bare,
            scanned: false,
            folded: OnceLock::new(),
        };
        column.pack(&counts, ids, total);
        column
    }

    /// Moves large postings into bitmaps, drops repeated ids, and keeps the rest as small as it can be.
    fn pack(&mut self, bounds: &[u32], mut ids: Vec<u32>, total: usize) {
        let len = bounds.len() - 1;
        let mut starts = Vec::with_capacity(bounds.len());
        let mut end = 0;
        for value in 0..len {
            starts.push(end as u32);
            let range = bounds[value] as usize..bounds[value + 1] as usize;
            let begin = end;
            for at in range {
                if end == begin || ids[end - 1] != ids[at] {
                    ids[end] = ids[at];
                    end += 1;
                }
            }
            // A bitmap takes at most a bit for each entity, an array 32 bits for each that it holds.
            if end - begin >= 64 && (end - begin) * 32 > total {
                let bitmap = RoaringBitmap::from_sorted_iter(ids[begin..end].iter().copied()).unwrap_or_default();
                self.dense.push((value as u32, bitmap));
                end = begin;
            }
        }
        starts.push(end as u32);
        ids.truncate(end);
        if !(self.dense.is_empty() && end == len && starts.iter().enumerate().all(|(at, start)| at == *start as usize)) {
            self.starts = starts.into_boxed_slice();
        }
        self.ids = ids.into_boxed_slice();
    }

    pub(super) fn len(&self) -> usize {
        match &self.values {
            Values::Texts(texts) => texts.len(),
            Values::Refs(refs) => refs.len(),
        }
    }

    /// The value at a position, in the case in which it was first written.
    pub(super) fn value<'a>(&'a self, at: usize, refs: &'a Texts) -> &'a str {
        match &self.values {
            Values::Texts(texts) => texts.get(at),
            Values::Refs(positions) => refs.get(positions[at] as usize),
        }
    }

    pub(super) fn posting(&self, at: usize) -> Posting<'_> {
        if self.starts.is_empty() {
            return Posting::Few(&self.ids[at..=at]);
        }
        let ids = &self.ids[self.starts[at] as usize..self.starts[at + 1] as usize];
        if ids.is_empty()
            && let Ok(found) = self.dense.binary_search_by_key(&(at as u32), |(value, _)| *value)
        {
            return Posting::Many(&self.dense[found].1);
        }
        Posting::Few(ids)
    }

    /// The positions of the values that are `value`, which is in lower case.
    pub(super) fn equal(&self, value: &str, refs: &Texts) -> Range<usize> {
        if let Values::Refs(positions) = &self.values {
            let found = refs.position(value).and_then(|wanted| positions.binary_search(&(wanted as u32)).ok());
            return found.map_or(0..0, |at| at..at + 1);
        }
        let start = partition(self.len(), |at| fold(self.value(at, refs)).as_ref() < value);
        let end = (start..self.len()).find(|at| fold(self.value(*at, refs)).as_ref() != value).unwrap_or(self.len());
        start..end
    }

    /// The positions of the values that begin with `prefix`, which is in lower case.
    pub(super) fn beginning(&self, prefix: &str, refs: &Texts) -> Range<usize> {
        let start = partition(self.len(), |at| fold(self.value(at, refs)).as_ref() < prefix);
        let rest = partition(self.len() - start, |at| fold(self.value(start + at, refs)).starts_with(prefix));
        start..start + rest
    }

    /// The positions of the values that contain `term`, which is in lower case and not empty.
    pub(super) fn containing(&self, finder: &memchr::memmem::Finder<'_>, refs: &Texts, mut found: impl FnMut(usize)) {
        match &self.values {
            Values::Refs(positions) => {
                let hits = positions.iter().enumerate().filter(|(_, at)| finder.find(refs.get(**at as usize).as_bytes()).is_some());
                hits.for_each(|(at, _)| found(at));
            }
            Values::Texts(texts) => {
                let folded = self.folded.get_or_init(|| folded(texts).map(Box::new));
                let texts = folded.as_deref().unwrap_or(texts);
                let (bytes, mut from) = (texts.joined().as_bytes(), 0);
                while let Some(hit) = finder.find(&bytes[from..]) {
                    let (at, end) = texts.at_offset(from + hit);
                    if from + hit + finder.needle().len() <= end {
                        found(at);
                        from = end;
                    } else {
                        // The hit runs into the next text.
                        from += hit + 1;
                    }
                }
            }
        }
    }

    /// The entities that have a value which can be matched.
    pub(super) fn add_valued(&self, set: &mut RoaringBitmap, offset: u32) {
        if offset == 0 {
            let mut ids = self.ids.to_vec();
            ids.sort_unstable();
            ids.dedup();
            Posting::Few(&ids).add_to(set, 0);
        } else {
            Posting::Few(&self.ids).add_to(set, offset);
        }
        for (_, bitmap) in &self.dense {
            Posting::Many(bitmap).add_to(set, offset);
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let values = match &self.values {
            Values::Texts(texts) => texts.heap_bytes(),
            Values::Refs(refs) => refs.len() * 4,
        };
        let dense: usize = self.dense.iter().map(|(_, bitmap)| bitmap.serialized_size() + 64).sum();
        let folded = self.folded.get().and_then(Option::as_ref).map_or(0, |texts| texts.heap_bytes());
        size_of::<Self>()
            + self.key.len()
            + values
            + (self.starts.len() + self.ids.len()) * 4
            + dense
            + self.bare.serialized_size()
            + folded
    }
}

/// The texts in lower case; nothing when they are so already.
fn folded(texts: &Texts) -> Option<Texts> {
    if texts.iter().all(|text| text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase())) {
        return None;
    }
    let mut builder = TextsBuilder::default();
    for text in texts.iter() {
        builder.push(&fold(text));
    }
    Some(builder.finish())
}
