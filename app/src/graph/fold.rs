//! Which groups of a graph are folded into one box each, so that what is left can be read.

use std::collections::BTreeSet;

use model::view::{ExploreView, Folding};

/// Entities that show at once without folding: about a screen of boxes.
pub const READABLE: usize = 32;

/// What is folded, and how many entities each group has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// By group.
    pub closed: Vec<bool>,
    /// By group.
    pub members: Vec<usize>,
}

/// Decides it: as the address says; otherwise what is only next to the graph is folded, and everything once there is too much. The
/// group of what has the focus is open.
pub fn folded(view: &ExploreView) -> Folded {
    let mut members = vec![0; view.groups.len()];
    let mut inside = vec![false; view.groups.len()];
    for node in &view.nodes {
        if let Some(group) = node.group {
            members[group] += 1;
            inside[group] |= node.inside;
        }
    }
    let beside = |group: usize| !inside[group] && members[group] > 1;
    let open: usize = members.iter().enumerate().filter(|(group, _)| !beside(*group)).map(|(_, count)| count).sum();
    let crowded = open > READABLE && view.groups.len() > 1;
    let focused =
        view.query.focus.as_deref().and_then(|focus| view.nodes.iter().find(|node| is(&node.entity.entity_ref.to_string(), focus)));
    let flipped: BTreeSet<&str> = view.query.flipped.iter().map(String::as_str).collect();
    let closed = (0..view.groups.len()).map(|group| {
        let usual = match view.query.folding {
            Folding::All => true,
            Folding::Nothing => false,
            Folding::Auto => members[group] > 1 && (crowded || beside(group)),
        };
        let closed = usual != flipped.contains(view.groups[group].key.as_str());
        closed && focused.is_none_or(|node| node.group != Some(group))
    });
    let closed = closed.collect();
    Folded { closed, members }
}

/// Whether a reference is the one in the address.
pub(crate) fn is(reference: &str, asked: &str) -> bool {
    reference.eq_ignore_ascii_case(asked)
}
