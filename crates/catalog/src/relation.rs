//! Relations come in pairs: what one entity states, the other has the other way round.
//!
//! A row of the database keeps one direction only, so whoever loads it has to know the other. The pairs of built-in kinds
//! are constants; those of declared kinds are [declared](declare) when the configuration is read, which is before any row
//! is. A name lives as long as the process, once, so that relations can be compared and kept as pointers: the number of
//! names is bounded, and configuration alone adds to them.

use std::sync::{PoisonError, RwLock};

/// A relation type and its counterpart.
type Pair = (&'static str, &'static str);

/// The relation types that built-in kinds state, each with its counterpart (backstage.md, `catalog-model`).
const PAIRS: [Pair; 9] = [
    ("ownedBy", "ownerOf"),
    ("partOf", "hasPart"),
    ("providesApi", "apiProvidedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("dependsOn", "dependencyOf"),
    ("memberOf", "hasMember"),
    ("childOf", "parentOf"),
    ("hasSkill", "skillOf"),
    ("hasPlugin", "pluginOf"),
];

/// The pairs that the configuration declared.
static DECLARED: RwLock<Vec<Pair>> = RwLock::new(Vec::new());

/// Pairs that a configuration may declare.
pub const MOST_PAIRS: usize = 500;
/// Bytes of a relation's name.
const MOST_BYTES: usize = 63;

/// A relation's counterpart, and both with a static lifetime; `None` for a type that nothing states.
pub fn pair(kind: &str) -> Option<(&'static str, &'static str)> {
    among(&PAIRS, kind).or_else(|| among(&DECLARED.read().unwrap_or_else(PoisonError::into_inner), kind))
}

/// Makes a pair of relation types known, for as long as the process runs. One that is known already is given back as it is.
///
/// # Errors
/// A sentence, when a name cannot be one, belongs to another counterpart already, or there are too many.
pub fn declare(kind: &str, inverse: &str) -> Result<(&'static str, &'static str), String> {
    for name in [kind, inverse] {
        let word = !name.is_empty() && name.len() <= MOST_BYTES && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !word {
            return Err(format!("\"{name}\" cannot name a relation; use letters, digits and _, at most {MOST_BYTES}, as in dependsOn"));
        }
    }
    if let Some(known) = consistent(among(&PAIRS, kind).or_else(|| among(&PAIRS, inverse)), kind, inverse)? {
        return Ok(known);
    }
    let mut declared = DECLARED.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = consistent(among(&declared, kind).or_else(|| among(&declared, inverse)), kind, inverse)? {
        return Ok(known);
    }
    if declared.len() >= MOST_PAIRS {
        return Err(format!("there are more than {MOST_PAIRS} relations; use those of other kinds, or dependsOn and partOf"));
    }
    let one: &'static str = Box::leak(kind.into());
    let pair = (one, if kind == inverse { one } else { Box::leak(inverse.into()) });
    declared.push(pair);
    Ok(pair)
}

/// A relation type as the one end states it (`dependsOn` for `dependencyOf`), and whether `kind` is that one.
pub fn forward(kind: &str) -> Option<(&'static str, bool)> {
    let is_in = |pairs: &[Pair]| pairs.iter().find(|(one, other)| *one == kind || *other == kind).map(|(one, _)| (*one, *one == kind));
    is_in(&PAIRS).or_else(|| is_in(&DECLARED.read().unwrap_or_else(PoisonError::into_inner)))
}

/// Whether built-in kinds state it.
pub fn is_built_in(kind: &str) -> bool {
    among(&PAIRS, kind).is_some()
}

/// A relation type as people read it above a list: `runsOn` is *Runs on*. Made once for each name.
pub fn title(kind: &'static str) -> &'static str {
    static TITLES: RwLock<Vec<(&'static str, &'static str)>> = RwLock::new(Vec::new());
    let find = |titles: &[(&'static str, &'static str)]| titles.iter().find(|(name, _)| *name == kind).map(|(_, title)| *title);
    if let Some(title) = find(&TITLES.read().unwrap_or_else(PoisonError::into_inner)) {
        return title;
    }
    let mut words = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        match letter {
            '_' => words.push(' '),
            letter if words.is_empty() => words.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() => words.extend([' ', letter.to_ascii_lowercase()]),
            letter => words.push(letter),
        }
    }
    let mut titles = TITLES.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(title) = find(&titles) {
        return title;
    }
    let title: &'static str = Box::leak(words.into());
    titles.push((kind, title));
    title
}

fn among(pairs: &[Pair], kind: &str) -> Option<Pair> {
    pairs.iter().find_map(|(one, other)| match kind {
        kind if kind == *one => Some((*one, *other)),
        kind if kind == *other => Some((*other, *one)),
        _ => None,
    })
}

/// The pair that is known under one of the names, if it is the one that is meant.
fn consistent(known: Option<Pair>, kind: &str, inverse: &str) -> Result<Option<Pair>, String> {
    match known {
        None => Ok(None),
        Some((one, other)) if (one, other) == (kind, inverse) => Ok(Some((one, other))),
        Some((one, other)) if (other, one) == (kind, inverse) => Ok(Some((other, one))),
        Some((one, other)) => Err(format!(
            "the relation {one} has the counterpart {other} already, so {kind} and {inverse} cannot be a pair; use {one} and {other}, or other names"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_has_a_counterpart() {
        for (one, other) in PAIRS {
            assert_eq!(pair(one), Some((one, other)));
            assert_eq!(pair(other), Some((other, one)));
        }
        assert_eq!(pair("likes"), None);
    }

    #[test]
    fn pairs_are_declared_once() {
        let (one, other) = declare("testRuns", "testRunBy").unwrap();
        let (again, _) = declare("testRuns", "testRunBy").unwrap();
        assert!(std::ptr::eq(one, again));
        assert_eq!(pair("testRunBy"), Some((other, one)));
        assert_eq!(declare("testRunBy", "testRuns"), Ok((other, one)));
        assert_eq!(declare("testTwin", "testTwin"), Ok(("testTwin", "testTwin")));
        assert_eq!(pair("testTwin"), Some(("testTwin", "testTwin")));
        assert_eq!(declare("ownedBy", "ownerOf"), Ok(("ownedBy", "ownerOf")));
        let taken = "the relation testRuns has the counterpart testRunBy already, so testRuns and x cannot be a pair; use testRuns and testRunBy, or other names";
        assert_eq!(declare("testRuns", "x"), Err(taken.to_owned()));
        assert!(declare("owns", "ownedBy").is_err());
        assert_eq!((forward("testRunBy"), forward("partOf")), (Some(("testRuns", false)), Some(("partOf", true))));
        assert!(is_built_in("ownerOf") && !is_built_in("testRuns"));
        assert_eq!((title("testRunBy"), title("ownedBy")), ("Test run by", "Owned by"));
        assert!(declare("runs on", "x").unwrap_err().starts_with("\"runs on\" cannot name a relation"));
    }
}
