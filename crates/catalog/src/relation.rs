//! Relations come in pairs: what one entity states, the other has the other way round.

/// The relation types that built-in kinds state, each with its counterpart (backstage.md, `catalog-model`).
const PAIRS: [(&str, &str); 7] = [
    ("ownedBy", "ownerOf"),
    ("partOf", "hasPart"),
    ("providesApi", "apiProvidedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("dependsOn", "dependencyOf"),
    ("memberOf", "hasMember"),
    ("childOf", "parentOf"),
];

/// A relation's counterpart, and both with a static lifetime; `None` for a type that nothing states.
pub fn pair(kind: &str) -> Option<(&'static str, &'static str)> {
    PAIRS.into_iter().find_map(|(one, other)| match kind {
        kind if kind == one => Some((one, other)),
        kind if kind == other => Some((other, one)),
        _ => None,
    })
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
}
