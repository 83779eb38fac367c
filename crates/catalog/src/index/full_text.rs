//! Entities that have a text somewhere in the values of some fields, without case.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::{Snapshot, scan::scan, segment::Source, text::fold};

/// What is looked for, and in which fields; all in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Term {
    pub(super) fields: Vec<Box<str>>,
    pub(super) text: Box<str>,
}

impl Snapshot {
    /// The entities that contain the term; only those in `within` are looked at where entities have to be read.
    pub(super) fn containing(&self, term: &Term, within: &RoaringBitmap) -> RoaringBitmap {
        let finder = Finder::new(term.text.as_bytes());
        let mut found = RoaringBitmap::new();
        for part in &self.parts {
            for field in &term.fields {
                for source in part.segment.sources(field) {
                    match source {
                        Source::Column(column) if column.scanned => {
                            let wanted = part.local(Some(within), &column.bare);
                            scan(&part.segment, &wanted, field, |local, value| {
                                if finder.find(fold(value).as_bytes()).is_some() {
                                    found.insert(local + part.offset);
                                }
                            });
                        }
                        Source::Column(column) => {
                            column.containing(&finder, &part.segment.refs, |at| column.posting(at).add_to(&mut found, part.offset));
                        }
                        Source::Items(column, values) => {
                            if finder.find(b"true").is_some() {
                                values.for_each(|at| column.posting(at).add_to(&mut found, part.offset));
                            }
                        }
                    }
                }
            }
        }
        found
    }
}
