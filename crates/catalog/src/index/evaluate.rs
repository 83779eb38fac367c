//! Predicates on a snapshot: bitmaps out of the segments' columns.

use roaring::RoaringBitmap;

use super::{
    Predicate, Snapshot, Test,
    column::Column,
    scan::scan,
    segment::{Segment, Source},
    text::fold,
};

/// Evaluates predicates on all entities of a snapshot, replaced ones included: the caller takes those away once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evaluation<'a> {
    pub(super) snapshot: &'a Snapshot,
}

impl Evaluation<'_> {
    /// The entities that the predicate holds for. What is said of entities outside `within` means nothing.
    pub(super) fn of(self, predicate: &Predicate, within: Option<&RoaringBitmap>) -> RoaringBitmap {
        match predicate {
            Predicate::All(parts) => self.all(parts, within),
            Predicate::Any(parts) => parts.iter().fold(RoaringBitmap::new(), |found, part| found | self.of(part, within)),
            Predicate::Not(inner) => &*self.snapshot.live - self.of(inner, within),
            Predicate::Field { key, test } => self.field(key, test, within),
        }
    }

    fn all(self, parts: &[Predicate], within: Option<&RoaringBitmap>) -> RoaringBitmap {
        // What reads entities comes last and reads only those that are left.
        let (costly, cheap): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.reads_entities());
        let mut found: Option<RoaringBitmap> = None;
        for part in cheap.into_iter().chain(costly) {
            let set = self.of(part, found.as_ref().or(within));
            found = Some(match found {
                Some(found) => found & set,
                None => set,
            });
        }
        found.unwrap_or_else(|| (*self.snapshot.live).clone())
    }

    fn field(self, key: &str, test: &Test, within: Option<&RoaringBitmap>) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        for part in &self.snapshot.parts {
            for source in part.segment.sources(key) {
                match source {
                    Source::Column(column) if column.scanned => {
                        let wanted = part.local(within, &column.bare);
                        match test {
                            Test::Exists => found.extend(wanted.iter().map(|local| local + part.offset)),
                            _ => scan(&part.segment, &wanted, key, |local, value| {
                                if holds(test, &fold(value)) {
                                    found.insert(local + part.offset);
                                }
                            }),
                        }
                    }
                    Source::Column(column) => column_matches(column, &part.segment, test, part.offset, &mut found),
                    Source::Items(column, values) => {
                        if holds(test, "true") {
                            values.for_each(|at| column.posting(at).add_to(&mut found, part.offset));
                        }
                    }
                }
            }
        }
        found
    }
}

fn column_matches(column: &Column, segment: &Segment, test: &Test, offset: u32, found: &mut RoaringBitmap) {
    match test {
        Test::Exists => {
            column.add_valued(found, offset);
            found.extend(column.bare.iter().map(|local| local + offset));
        }
        Test::In(values) => {
            for value in values {
                column.equal(value, &segment.refs).for_each(|at| column.posting(at).add_to(found, offset));
            }
        }
        Test::Prefix(prefix) => {
            column.beginning(prefix, &segment.refs).for_each(|at| column.posting(at).add_to(found, offset));
        }
    }
}

/// True when a value, in lower case, passes the test.
fn holds(test: &Test, value: &str) -> bool {
    match test {
        Test::Exists => true,
        Test::In(values) => values.iter().any(|wanted| **wanted == *value),
        Test::Prefix(prefix) => value.starts_with(&**prefix),
    }
}
