//! Words of the page that compares two entities.

use super::{counted, number};

/// The page.
pub const COMPARE: &str = "Compare";
/// The way from an entity's page.
pub const COMPARE_WITH: &str = "Compare with another";
/// The menu of what else can be done with an entity.
pub const MORE_ACTIONS: &str = "More actions";
/// What the page does.
pub const LEAD: &str = "Two entities side by side: what they are, what they relate to, and every line of their descriptors.";
/// The left one's field.
pub const LEFT: &str = "First entity";
/// The right one's field.
pub const RIGHT: &str = "Second entity";
/// How to fill the fields.
pub const FIELD_HINT: &str = "A name such as payment-service, or kind:namespace/name.";
/// Compares.
pub const DO: &str = "Compare";
/// Turns the sides round.
pub const SWAP: &str = "Swap sides";
/// Nothing to compare yet.
pub const NOT_YET: &str = "Choose a second entity";
/// What to do.
pub const NOT_YET_HINT: &str = "Search for it above. Kinds may differ.";
/// Nothing chosen at all.
pub const NOTHING_YET: &str = "Choose two entities";
/// What to do.
pub const NOTHING_YET_HINT: &str = "Search for them above, or open an entity and press Compare.";
/// Both rows have the same.
pub const SAME: &str = "Same";
/// They differ.
pub const DIFFERENT: &str = "Different";
/// Only the left one has it.
pub const ONLY_LEFT: &str = "Only first";
/// Only the right one has it.
pub const ONLY_RIGHT: &str = "Only second";
/// The column of names.
pub const WHAT: &str = "What";
/// The column of verdicts.
pub const VERDICT: &str = "Verdict";
/// Nothing there.
pub const NOTHING: &str = "—";
/// Said of nothing, for those who hear the page.
pub const NOTHING_SPOKEN: &str = "nothing";
/// Both descriptors.
pub const DESCRIPTORS: &str = "Descriptors, line by line";
/// Both descriptors are the same.
pub const DESCRIPTORS_SAME: &str = "Both descriptors are the same, their names aside.";
/// Folds what is the same away.
pub const ONLY_DIFFERENCES: &str = "Only what differs";
/// Shows everything.
pub const EVERYTHING: &str = "Everything";
/// Which rows show.
pub const ROWS: &str = "Rows";

/// The page's title.
pub fn title(a: &str, b: &str) -> String {
    format!("{a} and {b}")
}

/// Under the heading.
pub fn counts(same: usize, different: usize) -> String {
    format!("{}, {} the same", counted(different as u64, "difference", "differences"), number(same as u64))
}

/// In the diff.
pub fn folded(lines: usize) -> String {
    counted(lines as u64, "line that is the same", "lines that are the same")
}

/// Under the diff.
pub fn cut(lines: usize) -> String {
    format!("{} more. The entities’ own pages have the whole.", counted(lines as u64, "line", "lines"))
}
