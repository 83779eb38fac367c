//! How many entities have each value of a field.

use std::{collections::BTreeMap, sync::Arc};

use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::{
    Matches, Predicate, Snapshot, Visibility,
    cache::Cache,
    matches::Question,
    scan::scan,
    segment::{Segment, Source},
    text::fold,
};

/// At most this many facets are kept in a snapshot,
const KEPT: usize = 128;
/// and none with more values than this.
const LARGEST_KEPT: usize = 4_000;

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The field, as it was asked for.
    pub name: String,
    /// Each value as it was written, with the number of entities that have it; sorted by value. Shared with the snapshot.
    pub values: Arc<Vec<(String, u64)>>,
}

pub(super) type Facets = Cache<(Box<str>, Question), Arc<Vec<(String, u64)>>>;

pub(super) fn facets() -> Facets {
    Cache::new(KEPT)
}

impl Snapshot {
    /// Counts the visible entities that match the predicate by the values of each of the named fields.
    pub fn facets(&self, names: &[String], predicate: &Predicate, visibility: &Visibility) -> Vec<Facet> {
        let mut facets = Vec::with_capacity(names.len());
        let mut matches = None;
        for name in names {
            let key: Box<str> = fold(name).into();
            let question = (key, Question { predicate: predicate.clone(), visibility: visibility.clone(), term: None });
            let values = self.facets.get(&question).unwrap_or_else(|| {
                let matches: &Matches = matches.get_or_insert_with(|| self.matching(predicate, visibility));
                let values = Arc::new(self.count_values(&question.0, matches));
                if values.len() <= LARGEST_KEPT {
                    self.facets.put(question, Arc::clone(&values));
                }
                values
            });
            facets.push(Facet { name: name.clone(), values });
        }
        facets
    }

    fn count_values(&self, key: &str, matches: &Matches) -> Vec<(String, u64)> {
        let mut counts: Vec<(String, u64)> = Vec::new();
        let everything = matches.count() == self.parts.iter().map(|part| part.segment.len()).sum::<usize>();
        for part in &self.parts {
            let within = Within { set: &matches.set, offset: part.offset, everything };
            count_part(&part.segment, key, within, &mut counts);
        }
        if !counts.is_sorted_by(|a, b| a.0 < b.0) {
            counts.sort_unstable();
            counts.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                earlier.1 += if same { later.1 } else { 0 };
                same
            });
        }
        counts
    }
}

/// The entities to count among, in which a segment begins at `offset`.
#[derive(Clone, Copy)]
struct Within<'a> {
    set: &'a RoaringBitmap,
    offset: u32,
    everything: bool,
}

fn count_part(segment: &Segment, key: &str, within: Within<'_>, counts: &mut Vec<(String, u64)>) {
    let mut add = |value: &str, count: u64| {
        if count > 0 {
            counts.push((value.to_owned(), count));
        }
    };
    for source in segment.sources(key) {
        match source {
            Source::Column(column) if column.scanned => {
                let wanted: RoaringBitmap = column.bare.iter().filter(|local| within.set.contains(local + within.offset)).collect();
                let (mut scanned, mut seen) = (BTreeMap::<String, u64>::new(), FxHashSet::default());
                scan(segment, &wanted, key, |local, value| {
                    // Of values that differ only by case an entity keeps the first.
                    if seen.insert((local, fold(value).into_owned())) {
                        match scanned.get_mut(value) {
                            Some(count) => *count += 1,
                            None => drop(scanned.insert(value.to_owned(), 1)),
                        }
                    }
                });
                scanned.iter().for_each(|(value, count)| add(value, *count));
            }
            Source::Column(column) => {
                for at in 0..column.len() {
                    let posting = column.posting(at);
                    let count = if within.everything { posting.len() } else { posting.count_in(within.set, within.offset) };
                    add(column.value(at, &segment.refs), count);
                }
            }
            Source::Items(column, values) => {
                let mut having = RoaringBitmap::new();
                values.for_each(|at| column.posting(at).add_to(&mut having, within.offset));
                add("true", having.intersection_len(within.set));
            }
        }
    }
}
