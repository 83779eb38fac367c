//! Joins what the entities state about each other into the relations that each finally has.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    column::Column,
    partial::{MISSING, Partial, relation_key},
    segment::{Emitted, Foreign, NONE, Relations},
    text::{Texts, TextsBuilder},
};

/// The final relations of one entity, when they are not computed from the segment alone: type and target, sorted.
pub(super) type Given<'a> = Vec<(&'a str, &'a str)>;

/// The references and relations of a segment.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) refs: Texts,
    pub(super) entity_of_ref: Box<[u32]>,
    pub(super) ref_of_entity: Box<[u32]>,
    pub(super) relations: Relations,
    pub(super) emissions: Emitted,
    /// The columns `relations.<type>`.
    pub(super) rows: Vec<Column>,
}

impl Links {
    /// Joins the parts. `canonical` are the references of the entities, in order.
    pub(super) fn join(canonical: &Texts, partials: &[Partial], given: Option<&[Given<'_>]>) -> Self {
        let missing = missing(partials, given);
        let (refs, entity_of_ref, ref_of_entity) = table(canonical, &missing);
        let mut kinds: Vec<&str> = partials.iter().flat_map(|part| part.kinds.texts.iter().map(AsRef::as_ref)).collect();
        kinds.extend(given.iter().copied().flatten().flatten().map(|(kind, _)| *kind));
        kinds.sort_unstable();
        kinds.dedup();

        let (emissions, triples) = emissions(partials, &kinds, &refs, &entity_of_ref, &ref_of_entity);
        let finals = match given {
            None => computed(triples, canonical.len()),
            Some(given) => taken(given, &kinds, &refs),
        };
        let rows = rows(&kinds, &finals, refs.len());
        let mut relations = Relations { kinds: kinds.into_iter().map(Into::into).collect(), ..Relations::default() };
        relations.starts = finals.starts.into_boxed_slice();
        relations.kind = finals.pairs.iter().map(|pair| (pair >> 32) as u16).collect();
        relations.target = finals.pairs.iter().map(|pair| *pair as u32).collect();
        Self { refs, entity_of_ref, ref_of_entity, relations, emissions, rows }
    }
}

/// For each entity its final relations, packed as type and target so that they sort as numbers.
struct Finals {
    starts: Vec<u32>,
    pairs: Vec<u64>,
}

/// The references that are named and that are not known to be of an entity of the segment, sorted.
fn missing<'a>(partials: &'a [Partial], given: Option<&[Given<'a>]>) -> Vec<&'a str> {
    let mut missing: FxHashSet<&str> = partials.iter().flat_map(|part| part.missing.texts.iter().map(AsRef::as_ref)).collect();
    missing.extend(given.iter().copied().flatten().flatten().map(|(_, target)| *target));
    let mut missing: Vec<&str> = missing.into_iter().collect();
    missing.sort_unstable();
    missing
}

/// Merges the references of entities and the named ones; both are sorted.
fn table(canonical: &Texts, missing: &[&str]) -> (Texts, Box<[u32]>, Box<[u32]>) {
    let (mut refs, mut entity_of_ref, mut ref_of_entity) = (TextsBuilder::default(), Vec::new(), Vec::with_capacity(canonical.len()));
    let mut absent = missing.iter().peekable();
    for (text, local) in canonical.iter().zip(0_u32..) {
        while let Some(other) = absent.next_if(|other| **other < text) {
            refs.push(other);
            entity_of_ref.push(NONE);
        }
        absent.next_if(|other| **other == text);
        ref_of_entity.push(refs.push(text));
        entity_of_ref.push(local);
    }
    for other in absent {
        refs.push(other);
        entity_of_ref.push(NONE);
    }
    (refs.finish(), entity_of_ref.into_boxed_slice(), ref_of_entity.into_boxed_slice())
}

/// What the entities state, and its triples of subject, type and target as positions; subjects are entities of the segment.
fn emissions(partials: &[Partial], kinds: &[&str], refs: &Texts, entities: &[u32], own: &[u32]) -> (Emitted, Vec<(u32, u64)>) {
    let (mut emitted, mut triples) = (Emitted::default(), Vec::new());
    let count = partials.iter().map(|part| part.stated.len()).sum();
    let (mut kind, mut other) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut about, mut foreign, mut starts) = (Vec::new(), Vec::new(), vec![0_u32]);
    for part in partials {
        let sorted: Vec<u16> = part.kinds.texts.iter().map(|kind| kinds.partition_point(|known| *known < &**kind) as u16).collect();
        let absent: Vec<u32> = part.missing.texts.iter().map(|text| refs.position(text).map_or(0, |at| at as u32)).collect();
        let position = |at: u32| if at & MISSING == 0 { own[at as usize] } else { absent[(at & !MISSING) as usize] };
        for stated in &part.stated {
            while starts.len() <= stated.emitter as usize {
                starts.push(kind.len() as u32);
            }
            let (subject, target, of) = (position(stated.subject), position(stated.target), sorted[stated.kind as usize]);
            if stated.subject == stated.emitter {
                kind.push(of << 1 | 1);
                other.push(target);
            } else {
                about.push((subject, stated.emitter));
                if stated.target == stated.emitter {
                    kind.push(of << 1);
                    other.push(subject);
                } else {
                    foreign.push(Foreign { emitter: stated.emitter, subject, kind: of, target });
                }
            }
            let entity = entities[subject as usize];
            if entity != NONE {
                triples.push((entity, u64::from(of) << 32 | u64::from(target)));
            }
        }
    }
    starts.resize(own.len() + 1, kind.len() as u32);
    about.sort_unstable();
    about.dedup();
    emitted.starts = starts.into_boxed_slice();
    emitted.kind = kind.into_boxed_slice();
    emitted.other = other.into_boxed_slice();
    emitted.about = about.into_boxed_slice();
    emitted.foreign = foreign.into_boxed_slice();
    (emitted, triples)
}

/// The distinct relations of each entity out of everything that is stated.
fn computed(triples: Vec<(u32, u64)>, entities: usize) -> Finals {
    let mut ends = vec![0_u32; entities + 1];
    for (entity, _) in &triples {
        ends[*entity as usize + 1] += 1;
    }
    for at in 0..entities {
        ends[at + 1] += ends[at];
    }
    let mut pairs = vec![0_u64; triples.len()];
    let mut next = ends.clone();
    for (entity, pair) in triples {
        let slot = &mut next[entity as usize];
        pairs[*slot as usize] = pair;
        *slot += 1;
    }
    let (mut starts, mut end) = (Vec::with_capacity(entities + 1), 0);
    for entity in 0..entities {
        starts.push(end as u32);
        let (from, to, begin) = (ends[entity] as usize, ends[entity + 1] as usize, end);
        pairs[from..to].sort_unstable();
        for at in from..to {
            if end == begin || pairs[end - 1] != pairs[at] {
                pairs[end] = pairs[at];
                end += 1;
            }
        }
    }
    starts.push(end as u32);
    pairs.truncate(end);
    Finals { starts, pairs }
}

fn taken(given: &[Given<'_>], kinds: &[&str], refs: &Texts) -> Finals {
    let positions: FxHashMap<&str, u32> = refs.iter().zip(0..).collect();
    let (mut starts, mut pairs) = (vec![0_u32], Vec::new());
    for relations in given {
        let begin = pairs.len();
        for (kind, target) in relations {
            let kind = kinds.partition_point(|known| known < kind) as u64;
            // Every given target was put into the table.
            let target = positions.get(target).copied().unwrap_or_default();
            pairs.push(kind << 32 | u64::from(target));
        }
        pairs[begin..].sort_unstable();
        starts.push(pairs.len() as u32);
    }
    Finals { starts, pairs }
}

/// The columns by which relations are filtered: for each type, the entities by target.
fn rows(kinds: &[&str], finals: &Finals, refs: usize) -> Vec<Column> {
    let mut keys: Vec<(String, Vec<(u32, u32)>)> = Vec::new();
    let column_of: Vec<usize> = kinds
        .iter()
        .map(|kind| {
            let key = relation_key(kind);
            keys.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                keys.push((key, Vec::new()));
                keys.len() - 1
            })
        })
        .collect();
    let entities = finals.starts.len() - 1;
    for entity in 0..entities {
        for pair in &finals.pairs[finals.starts[entity] as usize..finals.starts[entity + 1] as usize] {
            keys[column_of[(pair >> 32) as usize]].1.push((*pair as u32, entity as u32));
        }
    }
    let mut positions = vec![NONE; refs];
    let columns = keys.into_iter().map(|(key, mut rows)| {
        let mut targets: Vec<u32> = rows.iter().map(|(target, _)| *target).collect();
        targets.sort_unstable();
        targets.dedup();
        for (target, at) in targets.iter().zip(0_u32..) {
            positions[*target as usize] = at;
        }
        for (target, _) in &mut rows {
            *target = positions[*target as usize];
        }
        Column::of_refs(&key, targets.into_boxed_slice(), &[&rows], entities)
    });
    columns.collect()
}
