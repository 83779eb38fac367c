//! The entity page's words.

use crate::text;

/// Leads to the source.
pub(super) const SOURCE: &str = "Source";
/// Leads to where the source can be edited.
pub(super) const EDIT: &str = "Edit";
/// Leads to the API that it provides.
pub(super) const API: &str = "API";
/// Leads to the documentation.
pub(super) const DOCS: &str = "Docs";
/// Nobody described it.
pub(super) const NO_DESCRIPTION: &str = "No description. Add metadata.description to its file to say what it is for.";
/// A declared field that the entity leaves out.
pub(super) const NOT_STATED: &str = "Not stated";
/// The trail.
pub(super) const TRAIL: &str = "Dependency trail";
/// What it depends on.
pub(super) const NEEDS: &str = "Needs";
/// Who depends on it.
pub(super) const NEEDED_BY: &str = "Needed by";
/// It depends on nothing.
pub(super) const NEEDS_NOTHING: &str = "nothing";
/// Nobody depends on it.
pub(super) const NEEDED_BY_NOBODY: &str = "nobody";
/// The facts for somebody on call.
pub(super) const AT_A_GLANCE: &str = "At a glance";
/// Who owns it.
pub(super) const OWNER: &str = "Owner";
/// Facts that nothing says yet.
pub(super) const NOT_CONNECTED: &str = "Not connected";
/// How to connect them.
pub(super) const HOW: &str = "how to connect";
/// The relation graph.
pub(super) const RELATIONS: &str = "Relations";
/// Leads to the dependencies tab.
pub(super) const EXPLORE: &str = "Explore";
/// The About part.
pub(super) const ABOUT: &str = "About";
/// Part of which system.
pub(super) const SYSTEM: &str = "System";
/// Part of which domain or component.
pub(super) const PART_OF: &str = "Part of";
/// Its type.
pub(super) const TYPE: &str = "Type";
/// Its lifecycle.
pub(super) const LIFECYCLE: &str = "Lifecycle";
/// Where its descriptor was read from.
pub(super) const LOCATION: &str = "File";
/// When it last changed.
pub(super) const CHANGED: &str = "Changed";
/// When it came into the catalog.
pub(super) const FIRST_SEEN: &str = "First seen";
/// Its tags.
pub(super) const TAGS: &str = "Tags";
/// Its links.
pub(super) const LINKS: &str = "Links";
/// Its labels.
pub(super) const LABELS: &str = "Labels";
/// How far the graph goes.
pub(super) const DEPTH: &str = "Depth";
/// Which way the graph goes.
pub(super) const DIRECTION: &str = "Direction";
/// Which relations the graph shows.
pub(super) const WHICH: &str = "Show";
/// Both ways.
pub(super) const BOTH: &str = "Both ways";
/// Only dependencies and APIs.
pub(super) const ONLY_DEPENDENCIES: &str = "Dependencies";
/// Ownership and structure too.
pub(super) const EVERYTHING: &str = "All relations";
/// Nothing to draw.
pub(super) const NO_RELATIONS: &str = "Nothing is related to it";
/// How to relate something.
pub(super) const NO_RELATIONS_HINT: &str = "Name what it needs in spec.dependsOn, spec.providesApis or spec.consumesApis of its file.";
/// No APIs.
pub(super) const NO_APIS: &str = "No APIs";
/// How to name some.
pub(super) const NO_APIS_HINT: &str = "Name them in spec.providesApis and spec.consumesApis of its file.";
/// An API's operations.
pub(super) const OPERATIONS: &str = "Operations";
/// An operation's verb.
pub(super) const VERB: &str = "Method";
/// An operation's path or name.
pub(super) const PATH: &str = "Path or name";
/// What an operation does.
pub(super) const SUMMARY: &str = "What it does";
/// The definition's text.
pub(super) const DEFINITION: &str = "Definition";
/// The box that the definition scrolls in.
pub(super) const DEFINITION_TEXT: &str = "Text of the definition";
/// There is no definition.
pub(super) const NO_DEFINITION: &str = "No definition";
/// How to give one.
pub(super) const NO_DEFINITION_HINT: &str = "Write it in spec.definition of its file, or refer to it with $text.";
/// YAML or JSON.
pub(super) const FORMAT: &str = "Format";
/// The source could not be shown.
pub(super) const NO_SOURCE: &str = "Nothing to show";
/// How a person or group is reached.
pub(super) const PROFILE: &str = "Profile";
/// An address.
pub(super) const EMAIL: &str = "Email";
/// How many belong to a group.
pub(super) const MEMBERS: &str = "Members";
/// A group's type.
pub(super) const GROUP_TYPE: &str = "Kind of group";

/// The tabs, for those who cannot see them.
pub(super) fn tabs_of(title: &str) -> String {
    format!("Parts of {title}")
}

/// Problems beyond those that show.
pub(super) fn more_problems(count: usize) -> String {
    format!("{} more {}", text::number(count as u64), if count == 1 { "problem" } else { "problems" })
}

/// Entities that the graph leaves out.
pub(super) fn left_out(count: usize) -> String {
    format!(
        "{} left out of the drawing. Choose a smaller depth or one direction to see the rest.",
        text::counted(count as u64, "entity is", "entities are")
    )
}

/// A definition of which only the first part shows.
pub(super) fn cut(shown: usize, bytes: usize) -> String {
    format!("The first {} KiB of {} KiB. The whole is in the API’s file.", shown / 1024, bytes / 1024)
}

/// Beside the members: those of sub-groups too.
pub(super) fn all_members(count: usize) -> String {
    text::counted(count as u64, "person, sub-groups included", "people, sub-groups included")
}
