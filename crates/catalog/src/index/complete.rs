//! What a person means by a few letters: entities by name and title, the likeliest first.

use std::collections::BTreeSet;

use memchr::memmem::Finder;
use rustc_hash::FxHashMap;

use super::{EntityId, Predicate, Snapshot, Visibility, column::Column, segment::Source, text::fold};

/// Longer texts are cut to this many characters: no name is longer.
const MAX_TEXT: usize = 100;

/// How well an entity fits, the best first: what is matched and how, then shorter names, then the alphabet.
type Rank<'a> = (u8, usize, &'a str, EntityId);

impl Snapshot {
    /// The visible entities of `kinds` (of every kind when there are none) whose name or title fits `text` best, at most `limit`.
    ///
    /// A name or title that is the text comes before one that begins with it, then come those with a word that begins
    /// with it, then those that hold all its words somewhere. Of equals a name comes before a title.
    pub fn complete(&self, text: &str, limit: usize, kinds: &[&str], visibility: &Visibility) -> Vec<EntityId> {
        let text: String = text.chars().take(MAX_TEXT).collect();
        let wanted = words(&text);
        if wanted.is_empty() || limit == 0 {
            return Vec::new();
        }
        let predicate = if kinds.is_empty() { Predicate::EVERYTHING } else { Predicate::one_of("kind", kinds.iter().copied()) };
        let matches = self.matching(&predicate, visibility);
        let mut best: FxHashMap<EntityId, Rank<'_>> = FxHashMap::default();
        // The longest word is the rarest, so it is what all values are searched for.
        let longest = wanted.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
        let finder = Finder::new(longest.as_bytes());
        // A letter or two stand in nearly every name. Where enough begin with them, the others cannot be among the best.
        for anywhere in [false, true] {
            if anywhere && best.len() >= limit {
                break;
            }
            for part in &self.parts {
                let mut see = |column: &Column, at: usize, title: bool| {
                    let value = words(column.value(at, &part.segment.refs));
                    let Some(class) = class(&value, &wanted) else { return };
                    column.posting(at).for_each(|local| {
                        let id = EntityId(local + part.offset);
                        if matches.contains(id) {
                            let canonical = part.segment.canonical(local);
                            let rank = (class * 2 + u8::from(title), value.len(), canonical, id);
                            best.entry(id).and_modify(|known| *known = rank.min(*known)).or_insert(rank);
                        }
                    });
                };
                for (field, title) in [("metadata.name", false), ("metadata.title", true)] {
                    for source in part.segment.sources(field) {
                        let Source::Column(column) = source else { continue };
                        if anywhere {
                            column.containing(&finder, &part.segment.refs, |at| see(column, at, title));
                        } else {
                            column.beginning(&wanted, &part.segment.refs).for_each(|at| see(column, at, title));
                        }
                    }
                }
            }
        }
        let mut ranked = BTreeSet::new();
        for rank in best.into_values() {
            ranked.insert(rank);
            if ranked.len() > limit {
                ranked.pop_last();
            }
        }
        ranked.into_iter().map(|(.., id)| id).collect()
    }
}

/// The words of a text in lower case, with one space between.
fn words(text: &str) -> String {
    let folded = fold(text);
    let mut words = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

fn class(value: &str, wanted: &str) -> Option<u8> {
    if value == wanted {
        return Some(0);
    }
    if value.starts_with(wanted) {
        return Some(1);
    }
    if value.match_indices(wanted).any(|(at, _)| value[..at].ends_with(' ')) {
        return Some(2);
    }
    wanted.split(' ').all(|word| value.contains(word)).then_some(3)
}
