//! What one thread reads from its share of the entities, and how the shares become columns.

use std::{cmp::Ordering, hash::BuildHasher};

use hashbrown::HashTable;
use roaring::RoaringBitmap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::{
    build::{Interner, Item},
    column::Column,
    flatten::{MAX_LENGTH, Rows, flatten},
    segment::{Columns, NONE},
    text::{Texts, TextsBuilder, compare_folded, fold, folded_start, utf16_len},
};

/// Marks a reference that no indexed entity has; the rest is its position among [`Partial::missing`].
pub(super) const MISSING: u32 = 1 << 31;

/// Keys whose values are not indexed: nearly every entity has its own, so that the index would hold every text twice.
/// They are read from the entities when a query names them.
pub(super) fn is_scanned(key: &str) -> bool {
    key.strip_prefix("metadata.")
        .is_some_and(|rest| rest == "description" || rest.starts_with("annotations.") || rest.starts_with("links."))
}

/// The rows and relations of consecutive entities.
#[derive(Debug, Default)]
pub(super) struct Partial {
    pub(super) columns: Vec<PartialColumn>,
    by_key: FxHashMap<Box<str>, Columns>,
    pub(super) missing: Interner,
    pub(super) kinds: Interner,
    pub(super) stated: Vec<Stated>,
    local: u32,
}

/// A relation as one entity states it; references are positions of entities, or [`MISSING`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) emitter: u32,
    pub(super) kind: u32,
    pub(super) subject: u32,
    pub(super) target: u32,
}

/// The rows of one key from consecutive entities.
#[derive(Debug)]
pub(super) struct PartialColumn {
    pub(super) key: Box<str>,
    pub(super) items: bool,
    values: TextsBuilder,
    table: HashTable<u32>,
    rows: Vec<(u32, u32)>,
    bare: Vec<u32>,
}

impl Partial {
    /// Reads the items, the first of which is entity `first`. An entity that is not JSON has the rows of its name only.
    pub(super) fn read(first: u32, items: &[Item<'_>], canonical: &Texts, known: &FxHashMap<&str, u32>) -> Self {
        let mut partial = Self::default();
        for (item, local) in items.iter().zip(first..) {
            partial.local = local;
            if let Err(error) = flatten(item.json(), &mut partial) {
                tracing::warn!(entity = canonical.get(local as usize), %error, "the entity's JSON cannot be indexed");
            }
            let (_, namespace, name) = item.shown();
            partial.row("metadata.name", Some(name), false);
            partial.row("metadata.namespace", Some(namespace), false);
            partial.row("metadata.uid", Some(item.uid()), false);
            let own = canonical.get(local as usize);
            item.for_each_emitted(own, |subject, kind, target| {
                let kind = partial.kinds.intern(kind);
                let mut position = |reference: &str| {
                    if reference == own {
                        local
                    } else {
                        known.get(reference).copied().unwrap_or_else(|| partial.missing.intern(reference) | MISSING)
                    }
                };
                let (subject, target) = (position(subject), position(target));
                partial.stated.push(Stated { emitter: local, kind, subject, target });
            });
        }
        partial
    }

    fn column(&mut self, key: &str, items: bool) -> &mut PartialColumn {
        let columns = match self.by_key.get_mut(key) {
            Some(columns) => columns,
            None => self.by_key.entry(key.into()).or_default(),
        };
        let at = if items { &mut columns.items } else { &mut columns.scalars };
        if *at == NONE {
            *at = self.columns.len() as u32;
            self.columns.push(PartialColumn {
                key: key.into(),
                items,
                values: TextsBuilder::default(),
                table: HashTable::new(),
                rows: Vec::new(),
                bare: Vec::new(),
            });
        }
        &mut self.columns[*at as usize]
    }
}

impl Rows for Partial {
    fn row(&mut self, key: &str, value: Option<&str>, item: bool) {
        let (local, scanned) = (self.local, is_scanned(key));
        if scanned
            && item
            && let Some(value) = value
        {
            // Nobody could find `key.value = true` out of values that are not kept.
            let key = format!("{key}.{}", fold(value));
            if utf16_len(&key) <= MAX_LENGTH {
                self.row(&key, None, false);
            }
        }
        let column = self.column(key, item && !scanned);
        match value {
            Some(value) if !scanned => {
                let value = column.intern(value);
                column.rows.push((value, local));
            }
            _ => {
                if column.bare.last() != Some(&local) {
                    column.bare.push(local);
                }
            }
        }
    }
}

impl PartialColumn {
    fn intern(&mut self, value: &str) -> u32 {
        let hash = |text: &str| FxBuildHasher.hash_one(text);
        let values = &mut self.values;
        if let Some(found) = self.table.find(hash(value), |at| values.get(*at as usize) == value) {
            return *found;
        }
        let at = values.push(value);
        self.table.insert_unique(hash(value), at, |at| hash(values.get(*at as usize)));
        at
    }

    /// How much work the column is, roughly.
    pub(super) fn size(&self) -> usize {
        self.values.len() * 16 + self.rows.len()
    }
}

/// Makes one column of the parts, which are in the order of their entities.
pub(super) fn merge((key, items): (&str, bool), parts: &[&PartialColumn], total: usize) -> Column {
    let bare: RoaringBitmap = parts.iter().flat_map(|part| part.bare.iter().copied()).collect();
    if is_scanned(key) {
        return Column::scanned(key, bare);
    }
    let text = |(part, at): (u32, u32)| parts[part as usize].values.get(at as usize);
    let mut values: Vec<(u64, u32, u32)> = Vec::with_capacity(parts.iter().map(|part| part.values.len()).sum());
    for (part, column) in parts.iter().zip(0_u32..).map(|(column, part)| (part, column)) {
        values.extend((0..column.values.len() as u32).map(|at| (folded_start(text((part, at))), part, at)));
    }
    values.sort_unstable_by(|a, b| {
        let (x, y) = ((a.1, a.2), (b.1, b.2));
        a.0.cmp(&b.0).then_with(|| compare_folded(text(x), text(y))).then_with(|| text(x).cmp(text(y)))
    });

    // Where each part's values come to stand, and which of them differ only by case from the one before.
    let mut positions: Vec<Vec<u32>> = parts.iter().map(|part| vec![0; part.values.len()]).collect();
    let (mut texts, mut variants) = (TextsBuilder::default(), FxHashMap::default());
    let mut last: Option<&str> = None;
    for (_, part, at) in values {
        let text = text((part, at));
        if last != Some(text) {
            let position = texts.push(text);
            if let Some(last) = last
                && compare_folded(last, text) == Ordering::Equal
            {
                let first = variants.get(&(position - 1)).copied().unwrap_or(position - 1);
                variants.insert(position - 1, first);
                variants.insert(position, first);
            }
            last = Some(text);
        }
        positions[part as usize][at as usize] = (texts.len() - 1) as u32;
    }

    let mut seen = FxHashSet::default();
    let rows: Vec<Vec<(u32, u32)>> = parts
        .iter()
        .zip(&positions)
        .map(|(part, positions)| {
            let rows = part.rows.iter().map(|(value, local)| (positions[*value as usize], *local));
            // Of values that differ only by case an entity keeps the first.
            rows.filter(|(value, local)| variants.get(value).is_none_or(|group| seen.insert((*group, *local)))).collect()
        })
        .collect();
    let rows: Vec<&[(u32, u32)]> = rows.iter().map(Vec::as_slice).collect();
    let mut column = Column::of_texts(key, texts.finish(), &rows, bare, total);
    column.items = items;
    column
}

/// The key of the rows of a type of relation.
pub(super) fn relation_key(kind: &str) -> String {
    format!("relations.{}", fold(kind))
}
