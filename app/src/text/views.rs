//! Words of saved views, starred entities and the catalog's second row.

use super::{counted, number};

// Parts of the catalog
/// The graph explorer.
pub const GRAPH: &str = "Graph";
/// What changed.
pub const CHANGES: &str = "Changes";
/// What is wrong.
pub const PROBLEMS: &str = "Problems";
/// Where the catalog is read from.
pub const LOCATIONS: &str = "Locations";
/// How something comes in.
pub const REGISTER: &str = "Register";

// Saved views
/// The page, and the heading in the rail.
pub const SAVED_VIEWS: &str = "Saved views";
/// Keeps the view that shows.
pub const SAVE_VIEW: &str = "Save view";
/// The field for its name.
pub const VIEW_NAME: &str = "Name";
/// What a name is for.
pub const VIEW_NAME_HINT: &str = "Up to 80 characters.";
/// Shows it to everybody.
pub const SHARE: &str = "Share with everybody";
/// The caller's own.
pub const MY_VIEWS: &str = "Yours";
/// Everybody's.
pub const SHARED_VIEWS: &str = "Shared with everybody";
/// Leads to the page of views.
pub const MANAGE_VIEWS: &str = "Manage";
/// There are none of one's own.
pub const NO_VIEWS: &str = "You have no saved views yet";
/// How to make one.
pub const NO_VIEWS_HINT: &str = "Filter the catalog until it shows what you often look for, then press Save view.";
/// Nobody shares any.
pub const NO_SHARED_VIEWS: &str = "Nobody shares a view yet.";
/// Leads to the catalog.
pub const OPEN_CATALOG: &str = "Open the catalog";
/// The column of what it filters by.
pub const FILTERS: &str = "Filters";
/// The column of whether others see it.
pub const SEEN_BY: &str = "Seen by";
/// Only its maker sees it.
pub const ONLY_YOU: &str = "Only you";
/// Everybody sees it.
pub const EVERYBODY: &str = "Everybody";
/// The column of who made it.
pub const MADE_BY: &str = "Made by";
/// The column of when it was made.
pub const MADE: &str = "Made";
/// The column of buttons.
pub const ACTIONS: &str = "Actions";
/// Changes name and sharing.
pub const CHANGE: &str = "Change";
/// Keeps the change.
pub const SAVE: &str = "Save";
/// Takes it away.
pub const DELETE: &str = "Delete";
/// Nothing narrows it.
pub const UNFILTERED: &str = "No filters";
/// The form that came back.
pub const SAVE_HEADING: &str = "Save this view";
/// The form that changes one.
pub const CHANGE_HEADING: &str = "Change this view";
/// Leaves the form.
pub const CANCEL: &str = "Cancel";

/// Said after saving.
pub fn saved(name: &str) -> String {
    format!("The view “{name}” is saved.")
}

/// Said after a change.
pub fn changed(name: &str) -> String {
    format!("The view “{name}” is changed.")
}

/// Said after deleting.
pub fn deleted(name: &str) -> String {
    format!("The view “{name}” is deleted.")
}

/// The button's name, where several stand below each other.
pub fn change_view(name: &str) -> String {
    format!("Change {name}")
}

/// The button's name, where several stand below each other.
pub fn delete_view(name: &str) -> String {
    format!("Delete {name}")
}

/// How many of how many.
pub fn of_limit(count: usize, limit: usize) -> String {
    format!("{} of {}", number(count as u64), number(limit as u64))
}

// Starred
/// The page.
pub const STARRED: &str = "Starred";
/// Nothing is.
pub const NOTHING_STARRED: &str = "Nothing is starred yet";
/// How to star.
pub const NOTHING_STARRED_HINT: &str = "Press the star beside a name on its page. What is starred stays within reach here and on Home.";
/// Machines have no stars.
pub const ONLY_PEOPLE_STAR: &str = "Only people star";
/// What to do.
pub const ONLY_PEOPLE_STAR_HINT: &str = "You are signed in with the admin token. Sign in as a person to star entities.";
/// The column of stars.
pub const STAR: &str = "Star";
/// Stars that lead nowhere.
pub const MISSING_STARS: &str = "No longer in the catalog";
/// What that means.
pub const MISSING_STARS_HINT: &str = "They come back by themselves when their files do.";

/// Leads from the starred on Home to all of them.
pub const SEE_ALL: &str = "See all";

/// Takes a star away.
pub fn unstar(title: &str) -> String {
    format!("Remove the star of {title}")
}

/// In the heading.
pub fn starred_count(count: usize) -> String {
    counted(count as u64, "entity", "entities")
}
