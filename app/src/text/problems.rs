//! Words of the Problems page.

use model::{Timestamp, view::ProblemSort};

/// The page.
pub const TITLE: &str = "Problems";
/// What the page is for.
pub const LEAD: &str = "Everything in the catalog that is wrong, who it belongs to, and what mends it.";
/// Nothing is wrong.
pub const NONE: &str = "Nothing is wrong";
/// What that means.
pub const NONE_HINT: &str = "Every source was read, every entity has an owner, and everything that is referred to exists.";
/// Nothing matches the filters.
pub const NO_MATCH: &str = "No problem like that";
/// What to do then.
pub const NO_MATCH_HINT: &str = "Nothing matches these filters.";
/// Leads to the page without filters.
pub const SHOW_ALL: &str = "Show every problem";
/// The filter by sort.
pub const SORTS: &str = "Sort of problem";
/// The filter by owner.
pub const OWNERS: &str = "Owner";
/// The filter by kind.
pub const KINDS: &str = "Kind";
/// The filter by location.
pub const LOCATION: &str = "Location";
/// Whose problems.
pub const WHOSE: &str = "Whose problems";
/// Mine and my teams'.
pub const MINE: &str = "Mine";
/// Everybody's.
pub const EVERYBODYS: &str = "All";
/// The value of the filter for what nobody owns.
pub const NOBODY: &str = "Nobody";
/// Heading above what nobody owns.
pub const UNOWNED: &str = "Nobody’s";
/// Beside the heading of one's own.
pub const YOURS: &str = "yours";
/// Leads to the location.
pub const OPEN_LOCATION: &str = "Open the location";
/// Leads to where a loss can be confirmed.
pub const REVIEW_LOSS: &str = "Review the loss";
/// Leads to the file.
pub const OPEN_FILE: &str = "Open the file";
/// The filters' panel.
pub const FILTERS: &str = "Filters";

/// What a sort means, on hover.
pub const fn explained(sort: ProblemSort) -> &'static str {
    match sort {
        ProblemSort::Error => "The latest version cannot be used; the last good one shows",
        ProblemSort::NeverWorked => "A descriptor whose entity never came into the catalog",
        ProblemSort::Held => "A reading lost so many entities that somebody has to confirm it",
        ProblemSort::Conflict => "Two sources provide the same name",
        ProblemSort::Orphan => "No source provides it any more; it will be removed",
        ProblemSort::Stale => "The location was not read successfully for long",
        ProblemSort::Waiting => "The host asked to be left alone for a while",
        ProblemSort::Owner => "The stated owner is not in the catalog",
        ProblemSort::Dangling => "It refers to something that is not in the catalog",
    }
}

/// The place in a file.
pub fn place(file: &str, line: Option<u32>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// The clock, under the list.
pub fn as_of(now: Timestamp) -> String {
    format!("As of {} UTC", now.rfc3339().get(11..16).unwrap_or_default())
}
