//! Words of the pages of locations.

use model::view::LocationStatus;

use super::number;

/// The page.
pub const TITLE: &str = "Locations";
/// What the page is for.
pub const LEAD: &str = "Where the catalog is read from. What the configuration names is changed there; everything else is registered here.";
/// The button.
pub const REGISTER: &str = "Register";
/// No locations at all.
pub const NONE: &str = "The catalog is read from nowhere yet";
/// What to do then.
pub const NONE_HINT: &str =
    "Register the address of a repository or file that holds a catalog-info.yaml, or name locations in waymark.toml.";
/// Nothing matches.
pub const NO_MATCH: &str = "No location matches";
/// What to do then.
pub const NO_MATCH_HINT: &str = "Look for less of the address, or show all of them.";
/// Clears the filters.
pub const SHOW_ALL: &str = "Show all locations";
/// The states, for those who cannot see them.
pub const STATES: &str = "State";
/// Every state.
pub const ALL: &str = "All";
/// The text filter.
pub const FILTER: &str = "Filter locations";
/// In the text filter.
pub const FILTER_HINT: &str = "Address, owner or person";
/// Sends the filter.
pub const APPLY: &str = "Filter";
/// Column.
pub const TARGET: &str = "Location";
/// Column.
pub const STATE: &str = "State";
/// Column.
pub const LAST_READ: &str = "Last read";
/// Column.
pub const NEXT_READ: &str = "Next";
/// Column.
pub const ENTITIES: &str = "Entities";
/// Column.
pub const OWNERS: &str = "Owners";
/// Column.
pub const REGISTERED_BY: &str = "Registered by";
/// Column of buttons.
pub const ACTIONS: &str = "Actions";
/// Who registered what the configuration names.
pub const CONFIGURATION: &str = "Configuration";
/// Never.
pub const NEVER: &str = "Never";
/// It is due.
pub const DUE: &str = "Now";
/// It is being read.
pub const READING: &str = "Reading";
/// The button.
pub const REFRESH: &str = "Read again";
/// The hosts.
pub const HOSTS: &str = "Hosts";
/// What the hosts are.
pub const HOSTS_HINT: &str = "Counted since each was asked first.";
/// Column.
pub const HOST: &str = "Host";
/// Column.
pub const REQUESTS: &str = "Requests";
/// Column.
pub const UNCHANGED: &str = "Unchanged";
/// Column.
pub const FAILED: &str = "Failed";
/// Column.
pub const LAST_RESULT: &str = "Last answer";
/// Column.
pub const BUDGET: &str = "Left";
/// A host says nothing about it.
pub const NO_BUDGET: &str = "No limit told";

/// Fact.
pub const TYPE: &str = "Type";
/// Fact.
pub const LAST_OK: &str = "Last without a mistake";
/// Fact.
pub const SCHEDULE: &str = "Schedule";
/// Fact.
pub const WEBHOOK: &str = "Last webhook";
/// No webhook named it.
pub const NO_WEBHOOK: &str = "None yet";
/// Fact.
pub const ENTITY: &str = "Entity";
/// The facts.
pub const ABOUT: &str = "About";
/// No schedule of its own.
pub const DEFAULT_SCHEDULE: &str = "As all of its type";
/// Leads to the question.
pub const UNREGISTER: &str = "Unregister";
/// Leads to the problems of a location.
pub const SHOW_PROBLEMS: &str = "Show its problems";
/// For what the configuration names.
pub const IN_CONFIGURATION: &str = "The configuration names it: change or remove it under [[catalog.locations]] in waymark.toml (or --catalog), then start the portal again.";
/// For those who may not unregister it.
pub const NOT_YOURS: &str = "You may not unregister it: whoever registered it may, and whoever may change every entity that comes from it.";
/// The files with mistakes.
pub const FILES: &str = "Files with mistakes";
/// Looks at the files now.
pub const SHOW_LINES: &str = "Look now, with line numbers";
/// What a loss holds.
pub const WOULD_GO: &str = "Which would go";
/// When a loss was met.
pub const FOUND: &str = "Found";
/// Names that others have.
pub const CONFLICTS: &str = "Names that others provide already";
/// What becomes of them.
pub const CONFLICTS_HINT: &str = "The other file's entity shows. When it goes, the one from here takes over at once.";
/// Column.
pub const HERE: &str = "Here";
/// Column.
pub const SHOWN: &str = "Shown";
/// Column.
pub const SINCE: &str = "Since";
/// The entities.
pub const PROVIDES: &str = "Entities";
/// None.
pub const PROVIDES_NOTHING: &str = "Nothing came from it yet.";
/// The error of the whole.
pub const CANNOT_READ: &str = "It cannot be read";
/// What to do then.
pub const CANNOT_READ_HINT: &str =
    "What it held before stays. It is tried again by itself; correct the address or the host's access, then read it again.";
/// Its target is gone.
pub const LEAVES: &str = "Its file is gone at its source";
/// The confirmation's heading.
pub const HELD_WAY_OUT: &str =
    "If it is not meant, mend the source: a reading that finds them again clears this, and nothing was lost in between.";

/// The button of the question.
pub const KEEP: &str = "Keep it";
/// Nothing goes.
pub const NOTHING_GOES: &str = "No entity goes.";
/// What goes.
pub const GOES: &str = "These leave the catalog at once";
/// Their history.
pub const GOES_HINT: &str = "Their history stays. Registered again, they come back.";
/// What is handed over.
pub const HANDED_OVER: &str = "These stay: another file provides them too";
/// What dangles.
pub const DANGLING: &str = "These refer to something that will be missing";
/// Nothing dangles.
pub const NOTHING_DANGLES: &str = "Nothing else refers to them.";
/// Column.
pub const FROM: &str = "Entity";
/// Column.
pub const RELATION: &str = "Relation";
/// Column.
pub const TO: &str = "To";
/// Column.
pub const TAKES_OVER: &str = "Provided by";

/// A state in a word or two.
pub fn status(status: LocationStatus, problems: u64) -> String {
    match status {
        LocationStatus::Held => "Loss held".to_owned(),
        LocationStatus::Error => "Cannot be read".to_owned(),
        LocationStatus::Leaving => "Going away".to_owned(),
        LocationStatus::Problems if problems == 1 => "1 problem".to_owned(),
        LocationStatus::Problems if problems == 0 => "Problems".to_owned(),
        LocationStatus::Problems => format!("{} problems", number(problems)),
        LocationStatus::Unread => "Never read".to_owned(),
        LocationStatus::Fine => "Fine".to_owned(),
    }
}

/// How many entities.
pub fn entities(count: u64) -> String {
    if count == 1 { "1 entity".to_owned() } else { format!("{} entities", number(count)) }
}

/// A time that is still to come.
pub fn in_future(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("in {seconds} s"),
        60..=5_399 => format!("in {} min", (seconds + 30) / 60),
        5_400..=172_799 => format!("in {} h", (seconds + 1_800) / 3_600),
        _ => format!("in {} days", (seconds + 43_200) / 86_400),
    }
}

/// A schedule.
pub fn every(seconds: u64) -> String {
    match seconds {
        seconds if seconds >= 3_600 && seconds.is_multiple_of(3_600) => format!("Every {} h", seconds / 3_600),
        seconds if seconds >= 60 && seconds.is_multiple_of(60) => format!("Every {} min", seconds / 60),
        _ => format!("Every {seconds} s"),
    }
}

/// Requests that are left.
pub fn left(remaining: i64, budget: i64) -> String {
    format!("{} of {}", number(remaining.max(0).unsigned_abs()), number(budget.max(0).unsigned_abs()))
}

/// A host that wants to be left alone.
pub fn waits(until: &str) -> String {
    format!("Asks to wait, {until}")
}

/// A loss that waits to be confirmed.
pub fn held(lost: u64, of: u64) -> String {
    format!("The last reading would remove {} of {} entities", number(lost), number(of))
}

/// The button that applies it.
pub fn confirm(lost: u64) -> String {
    format!("Confirm and remove {}", entities(lost))
}

/// The question.
pub fn unregister_question(target: &str) -> String {
    format!("Unregister {target}?")
}

/// The button that unregisters.
pub fn unregister_button(count: u64) -> String {
    if count == 0 { "Unregister".to_owned() } else { format!("Unregister and remove {}", entities(count)) }
}

/// A kind with its count.
pub fn of_kind(kind: &str, count: u64) -> String {
    format!("{kind} · {}", number(count))
}

/// The button, for those who cannot see its row.
pub fn refresh(target: &str) -> String {
    format!("Read {target} again")
}

/// A line of a file.
pub fn line(line: u32) -> String {
    format!("Line {line}")
}

/// When the location goes.
pub fn leaves(when: &str) -> String {
    format!("It is unregistered by itself {when}, unless the file comes back. Its entities go with it.")
}
