//! Words of the pages of policies, and of *Why can't I?*.

use model::view::PolicyOrigin;

/// The page.
pub const TITLE: &str = "Policies";
/// What policies are.
pub const LEAD: &str = "What no policy allows is denied, and a policy that forbids wins over every one that allows. A change holds within a second, everywhere.";
/// Makes one.
pub const NEW: &str = "New policy";
/// Column.
pub const NAME: &str = "Policy";
/// Column.
pub const ORIGIN: &str = "Comes from";
/// Column.
pub const STATE: &str = "State";
/// Column.
pub const CHANGED: &str = "Changed";
/// None written in the portal.
pub const NONE_OF_OURS: &str = "No policy was written here yet. Roles and the policies below hold; start from an example to add to them.";
/// The policies to start from.
pub const EXAMPLES: &str = "Start from an example";
/// It counts.
pub const ON: &str = "On";
/// It does not count.
pub const OFF: &str = "Off";
/// Cannot be read.
pub const BROKEN: &str = "Has problems";
/// Written in the portal.
pub const FROM_PORTAL: &str = "This portal";
/// Part of the program.
pub const BUILT_IN: &str = "Built in";
/// The name's field.
pub const NAME_LABEL: &str = "Name";
/// How names look.
pub const NAME_HINT: &str = "Lower-case letters, digits and hyphens, as hide-acquisition. It cannot be changed later.";
/// The editor.
pub const TEXT: &str = "Policy";
/// What to know about the editor.
pub const TEXT_HINT: &str = "In Cedar. The first line that starts with // is what the list says about it.";
/// Shows what would change.
pub const REVIEW: &str = "Review change";
/// The comparison.
pub const REVIEW_TITLE: &str = "What changes";
/// The comparison's label.
pub const REVIEW_LABEL: &str = "There now, and yours";
/// Nothing changes.
pub const NO_CHANGE: &str = "This is what is there already. Nothing to save.";
/// Why it is changed.
pub const COMMENT: &str = "Why";
/// What the comment is for.
pub const COMMENT_HINT: &str = "One line for the history, for those who ask in a year.";
/// Saves.
pub const SAVE: &str = "Save policy";
/// Saves a new one.
pub const CREATE: &str = "Create policy";
/// Leaves.
pub const CANCEL: &str = "Cancel";
/// Switches it on.
pub const TURN_ON: &str = "Switch on";
/// Switches it off.
pub const TURN_OFF: &str = "Switch off";
/// Deletes it.
pub const DELETE: &str = "Delete policy";
/// What is lost.
pub const DELETE_LEAD: &str = "It stops to hold at once. Its history stays, and any version of it can be brought back.";
/// Leads to the history.
pub const HISTORY: &str = "History";
/// Leads back.
pub const EDITOR: &str = "Policy";
/// Two people edited.
pub const CONFLICT: &str = "Somebody else changed it while you were editing";
/// What to do then.
pub const CONFLICT_HINT: &str = "Nothing is saved yet. What you typed is still below. Lines with − are what is there now, lines with + are yours; reviewing again saves over theirs.";
/// The test.
pub const TEST: &str = "Test as";
/// What the test does.
pub const TEST_LEAD: &str = "Asks both what is in force and what stands in the editor. Nothing is saved.";
/// What a test of what cannot be changed does.
pub const TEST_IN_FORCE: &str = "Asks what is in force.";
/// Whom to test as.
pub const WHO: &str = "Person or service account";
/// How they are written.
pub const WHO_HINT: &str = "As user:default/ada, or service:ci.";
/// What to test.
pub const ACTION: &str = "Action";
/// With what.
pub const RESOURCE: &str = "Entity";
/// When it is left out.
pub const RESOURCE_HINT: &str = "Leave it empty for what is done to the portal as a whole.";
/// Runs the test.
pub const RUN_TEST: &str = "Test";
/// Column of a test: as it is.
pub const IN_FORCE: &str = "In force now";
/// Column of a test: as it would be.
pub const DRAFT: &str = "With this text";
/// An answer.
pub const ALLOWED: &str = "Allowed";
/// An answer.
pub const DENIED: &str = "Denied";
/// Nothing allows it.
pub const BY_NOTHING: &str = "no policy allows it";
/// An older version comes back.
pub const ROLL_BACK: &str = "Bring this version back";
/// The version that is there.
pub const CURRENT: &str = "Current";
/// A version that deleted.
pub const DELETED: &str = "Deleted";
/// A version without a comment.
pub const NO_COMMENT: &str = "No reason given";
/// Not all versions show.
pub const OLDER: &str = "Older versions are kept and not shown.";
/// Nothing changed but the switch.
pub const SAME_TEXT: &str = "The text stayed the same.";

/// Where a policy comes from.
pub fn origin(origin: &PolicyOrigin) -> String {
    match origin {
        PolicyOrigin::BuiltIn => BUILT_IN.to_owned(),
        PolicyOrigin::File(file) => file.clone(),
        PolicyOrigin::Portal => FROM_PORTAL.to_owned(),
    }
}

/// Why a policy cannot be changed here.
pub fn fixed(origin: &PolicyOrigin) -> String {
    match origin {
        PolicyOrigin::BuiltIn => "Part of Waymark. It cannot be changed; a policy of your own can forbid what it allows.".to_owned(),
        PolicyOrigin::File(file) => format!("Comes from {file}. Change it there, and start Waymark again."),
        PolicyOrigin::Portal => "You may read policies and not change them.".to_owned(),
    }
}

/// The heading of the question.
pub fn delete_question(name: &str) -> String {
    format!("Delete {name}?")
}

/// A mistake's place.
pub fn at_line(line: u32, column: u32) -> String {
    format!("Line {line}, column {column}")
}

/// The heading of the history.
pub fn history_of(name: &str) -> String {
    format!("History of {name}")
}

/// A version.
pub fn version(number: i64) -> String {
    format!("Version {number}")
}

/// What a change did, for the next page.
pub fn saved(name: &str) -> String {
    format!("{name} is saved and holds from now on.")
}

/// What a change did, for the next page.
pub fn turned(name: &str, on: bool) -> String {
    if on { format!("{name} is switched on.") } else { format!("{name} is switched off.") }
}

/// What a change did, for the next page.
pub fn deleted(name: &str) -> String {
    format!("{name} is deleted.")
}

/// What a change did, for the next page.
pub fn rolled_back(name: &str, version: i64) -> String {
    format!("{name} is as it was in version {version}.")
}

// Why can't I?
/// The page.
pub const WHY: &str = "Why can’t I?";
/// What the page answers.
pub const WHY_LEAD: &str = "What somebody may do, which policies say so, and who can change that.";
/// Whom it is about.
pub const WHY_WHO: &str = "Who";
/// When it is left out.
pub const WHY_WHO_HINT: &str = "Leave it empty for yourself.";
/// Asks.
pub const ASK: &str = "Ask";
/// Before the reasons.
pub const BECAUSE: &str = "Because";
/// Before what would change it.
pub const WOULD_ALLOW: &str = "What would allow it";
/// Before whom to ask.
pub const WHO_HELPS: &str = "Whom to ask";
/// Behind a policy's name.
pub const ALLOWS: &str = "allows it.";
/// Behind a policy's name.
pub const FORBIDS: &str = "forbids it, and that wins over whatever allows it.";
/// Nothing allows it.
pub const NOTHING_ALLOWS: &str = "No policy allows it, and what no policy allows is denied.";
/// Nothing would.
pub const NOTHING_WOULD: &str = "No role would allow it either. An administrator can write a policy that does.";
/// They can give roles.
pub const CAN_GRANT: &str = "They can give roles";
/// They own it.
pub const OWNS_IT: &str = "They own it";
/// A role.
pub const ROLE: &str = "Role";
/// On a page that refuses: leads here.
pub const WHY_LINK: &str = "Why can’t I?";

/// The first words of the answer.
pub fn may(who: Option<&str>, allowed: bool) -> String {
    match (who, allowed) {
        (None, true) => "You may ".to_owned(),
        (None, false) => "You may not ".to_owned(),
        (Some(who), true) => format!("{who} may "),
        (Some(who), false) => format!("{who} may not "),
    }
}
