//! Words of *What changed* and of an entity's history.

use model::view::ChangeAction;

/// The page.
pub const TITLE: &str = "What changed";
/// What the page is for.
pub const LEAD: &str = "Every change of every entity: what, when, and which source or person made it.";
/// Nothing changed.
pub const NONE: &str = "Nothing has changed yet";
/// What that means.
pub const NONE_HINT: &str = "Changes are listed here from the first one after a source was first read.";
/// Nothing matches the filters.
pub const NO_MATCH: &str = "No change like that";
/// What to do then.
pub const NO_MATCH_HINT: &str = "Nothing that changed matches these filters.";
/// Leads to the page without filters.
pub const SHOW_ALL: &str = "Show every change";
/// The filter by text.
pub const TEXT: &str = "Filter by name";
/// The filter by kind.
pub const KIND: &str = "Kind";
/// The filter by action.
pub const ACTION: &str = "What happened";
/// The filter by actor.
pub const ACTOR: &str = "By";
/// Any value.
pub const ANY: &str = "Anything";
/// Any kind.
pub const ANY_KIND: &str = "Every kind";
/// Sets the filters.
pub const APPLY: &str = "Filter";
/// Whose.
pub const WHOSE: &str = "Whose entities";
/// Everybody's.
pub const EVERYBODYS: &str = "All";
/// My teams' and mine.
pub const MINE: &str = "Mine";
/// The filter by owner.
pub const OWNER: &str = "Owner";
/// Only the last day.
pub const LAST_DAY: &str = "Last day";
/// Leads further back.
pub const OLDER: &str = "Older changes";
/// Leads to the newest.
pub const NEWEST: &str = "Back to the latest";
/// The search did not go further back.
pub const STOPPED: &str = "Looked through many changes without finding more. Go further back to see older ones.";
/// The entity's history is empty.
pub const NO_HISTORY: &str = "Nothing is known about how it came to be";
/// Leads to the list around an entity.
pub const AROUND_LINK: &str = "What changed around it in the last day";
/// Leads from the entity's neighbourhood to any time.
pub const ANY_TIME: &str = "At any time";
/// A field that was not there.
pub const NOT_SET: &str = "not set";
/// A field's list.
pub const FIELDS: &str = "Changed fields";
/// The whole history.
pub const RANGE: &str = "How far back";

/// The heading of the list around an entity.
pub fn around(title: &str) -> String {
    format!("What changed around {title}")
}

/// What happened, after the entity's name.
pub const fn happened(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Created => "came into the catalog",
        ChangeAction::Changed => "changed",
        ChangeAction::Moved => "moved to another source",
        ChangeAction::Removed => "was removed",
        ChangeAction::Overlaid => "has another overlay",
    }
}

/// What happened, on the entity's own page.
pub const fn happened_here(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Created => "Came into the catalog",
        ChangeAction::Changed => "Changed",
        ChangeAction::Moved => "Moved to another source",
        ChangeAction::Removed => "Removed",
        ChangeAction::Overlaid => "Overlay changed",
    }
}

/// How many fields a change has beyond the one named.
pub fn more_fields(count: usize) -> String {
    format!("and {count} more")
}

/// The day as a heading.
pub fn day(date: &str, now: &str) -> String {
    if date == now { format!("Today, {date}") } else { date.to_owned() }
}

/// The filters, for those who cannot see them.
pub const FILTER: &str = "Filter changes";
