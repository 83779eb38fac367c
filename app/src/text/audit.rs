//! Words of the audit log.

use model::Timestamp;

use super::number;

/// The page.
pub const TITLE: &str = "Audit";
/// Under its title.
pub const LEAD: &str = "Everything that was changed or refused, by whom, in a chain that shows whether anybody altered it.";
/// The form of filters.
pub const FILTER: &str = "Filter the audit log";
/// Filter and column.
pub const WHO: &str = "Who";
/// In the filter.
pub const WHO_HINT: &str = "ada or service:*";
/// Filter and column.
pub const ACTION: &str = "Action";
/// Any action.
pub const ANY_ACTION: &str = "Any action";
/// Filter and column.
pub const RESOURCE: &str = "Resource";
/// In the filter.
pub const RESOURCE_HINT: &str = "component:default/shop*";
/// Filter and column.
pub const DECISION: &str = "Decision";
/// Any decision.
pub const ANY_DECISION: &str = "Done or refused";
/// It was allowed.
pub const DONE: &str = "Done";
/// It was not.
pub const REFUSED: &str = "Refused";
/// Filter.
pub const FROM: &str = "From";
/// Filter.
pub const UNTIL: &str = "To";
/// Filter and chip.
pub const TEXT: &str = "Text";
/// In the filter.
pub const TEXT_HINT: &str = "Text, request id or address";
/// Sets the filters.
pub const APPLY: &str = "Filter";
/// Leads to all rows.
pub const SHOW_ALL: &str = "Show everything";
/// Column.
pub const TIME: &str = "Time (UTC)";
/// Nothing matches.
pub const NO_MATCH: &str = "Nothing like that was recorded";
/// What to do then.
pub const NO_MATCH_HINT: &str = "Take a filter away. Rows older than the retention time are gone.";
/// The log is empty.
pub const NONE: &str = "Nothing was recorded yet";
/// What that means.
pub const NONE_HINT: &str = "Every change from now on is.";
/// Leads further back.
pub const OLDER: &str = "Older rows";
/// Leads to the newest.
pub const NEWEST: &str = "Back to the latest";
/// Downloads.
pub const CSV: &str = "CSV";
/// Downloads.
pub const JSON: &str = "JSON lines";
/// Checks the chain.
pub const VERIFY: &str = "Verify now";
/// No check since the start.
pub const NOT_CHECKED: &str = "The chain was not checked since this process started.";
/// When it was checked, in the sentence that says that it is whole.
pub const AND_CHECKED: &str = ", checked ";
/// When it was checked, as a sentence of its own.
pub const CHECKED: &str = "Checked ";
/// The chain is not what was written.
pub const BROKEN: &str = "The audit log is not intact";
/// It cannot be told.
pub const UNKNOWN: &str = "It cannot be told whether the audit log is intact";
/// What to do about it.
pub const BROKEN_HINT: &str = "Somebody changed it in the database. Compare it with a backup, an export or the lines that were streamed, and see the guide's page on the audit log.";

// A row
/// By what the actor came in.
pub const VIA: &str = "Came in by";
/// Where from.
pub const ADDRESS: &str = "Address";
/// Under which the program's log has it.
pub const REQUEST: &str = "Request id";
/// Before and after.
pub const BEFORE: &str = "SHA-256 before";
/// Before and after.
pub const AFTER: &str = "SHA-256 after";
/// The chain.
pub const HASH: &str = "Hash in the chain";
/// What else is kept.
pub const DETAIL: &str = "Detail";
/// Other rows.
pub const SAME_RESOURCE: &str = "Everything done to it";
/// Other rows.
pub const SAME_ACTOR: &str = "Everything they did";
/// Other rows.
pub const SAME_REQUEST: &str = "All of this request";
/// How digests are to be read.
pub const DIGEST_HINT: &str = "Content itself is not kept here: a digest shows whether two contents were the same.";
/// The row before.
pub const PREVIOUS: &str = "Row before";
/// The row after.
pub const FOLLOWING: &str = "Row after";

/// The heading of a row's page.
pub fn row(seq: i64) -> String {
    format!("Row {}", count(seq))
}

/// The chain is whole.
pub fn intact(last: i64) -> String {
    if last == 0 { "Chain intact; it has no rows yet".to_owned() } else { format!("Chain intact up to {}", count(last)) }
}

/// How far a broken chain could be confirmed.
pub fn confirmed(last: i64) -> String {
    if last == 0 { "No row could be confirmed.".to_owned() } else { format!("Up to row {} every row fits the one before.", count(last)) }
}

/// What retention did.
pub fn removed(last: i64) -> String {
    format!("Rows up to {} are past their time and gone.", count(last))
}

/// A point in time as it stands in a list: `2026-11-22 09:30:00`.
pub fn moment(at: Timestamp) -> String {
    let text = at.rfc3339();
    text.get(..19).map_or_else(|| text.clone(), |text| text.replace('T', " "))
}

fn count(seq: i64) -> String {
    number(u64::try_from(seq).unwrap_or_default())
}
