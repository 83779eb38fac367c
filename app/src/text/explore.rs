//! Words of the graph explorer.

use model::view::{GroupBy, RelationSort};

use super::{counted, number};

/// The page.
pub const GRAPH: &str = "Graph";
/// The whole catalog, where nothing was chosen.
pub const WHOLE: &str = "The whole catalog";
/// Where the graph starts.
pub const START: &str = "Start from";
/// The field's hint while it is empty.
pub const START_HINT: &str = "A system, domain, team or service";
/// Opens the graph from what was typed.
pub const SHOW: &str = "Show";
/// Back to everything.
pub const EVERYTHING: &str = "Whole catalog";
/// Drawing or table.
pub const FORM: &str = "Form";
/// As a drawing.
pub const DRAWING: &str = "Drawing";
/// As a table.
pub const TABLE: &str = "Table";
/// How far.
pub const DEPTH: &str = "Depth";
/// Nothing beyond what it starts from.
pub const INSIDE: &str = "Inside";
/// What boxes stand for.
pub const GROUP: &str = "Group by";
/// Whether groups are folded.
pub const FOLD: &str = "Groups";
/// As it suits.
pub const FOLD_AUTO: &str = "Fold as needed";
/// All of them.
pub const FOLD_ALL: &str = "Fold all";
/// None.
pub const FOLD_NONE: &str = "Open all";
/// The relations, which are the legend too.
pub const RELATIONS: &str = "Relations";
/// The kinds, which are the legend too.
pub const KINDS: &str = "Kinds";
/// A group without a system.
pub const NO_SYSTEM: &str = "No system";
/// A group without a domain.
pub const NO_DOMAIN: &str = "No domain";
/// A group without an owner.
pub const NO_OWNER: &str = "No owner";
/// Opens a folded group.
pub const UNFOLD: &str = "Open";
/// Folds a group.
pub const FOLD_GROUP: &str = "Fold";
/// Zooms in.
pub const ZOOM_IN: &str = "Zoom in";
/// Zooms out.
pub const ZOOM_OUT: &str = "Zoom out";
/// The whole drawing in the box.
pub const ZOOM_FIT: &str = "Fit";
/// The tools on the drawing.
pub const TOOLS: &str = "Drawing tools";
/// The keys.
pub const KEYS: &str = "Arrow keys walk, Enter focuses, Enter again opens, Esc clears, + and − zoom";
/// Nothing matches.
pub const EMPTY: &str = "Nothing to draw";
/// What to do.
pub const EMPTY_HINT: &str =
    "No entity of these kinds is connected by these relations. Show more kinds or relations, or start from somewhere else.";
/// Back to the usual filters.
pub const EMPTY_RESET: &str = "Show all kinds";
/// The focused entity's panel.
pub const FOCUS: &str = "Focus";
/// Takes the focus away.
pub const CLEAR_FOCUS: &str = "Clear focus";
/// Opens the focused entity's page.
pub const OPEN_PAGE: &str = "Open page";
/// Starts the graph from the focused entity.
pub const START_HERE: &str = "Start from here";
/// What the focused entity needs.
pub const NEEDS: &str = "Needs";
/// Who needs the focused entity.
pub const NEEDED_BY: &str = "Needed by";
/// Neither.
pub const NO_NEIGHBOURS: &str = "Nothing in this drawing is connected to it.";
/// The column of groups.
pub const IN_GROUP: &str = "In";
/// The table's first column.
pub const ENTITY: &str = "Entity";
/// The table's column of kinds.
pub const KIND: &str = "Kind";
/// In the legend: next to what is shown.
pub const OUTSIDE: &str = "Next to it";
/// In the legend: not in the catalog.
pub const MISSING: &str = "Not in the catalog";
/// The way from an entity's page.
pub const OPEN_EXPLORER: &str = "Open in the graph explorer";

/// The drawing's name for those who cannot see it.
pub fn drawing_of(title: &str) -> String {
    format!("Graph of {title}")
}

/// What a sort of relation is called.
pub const fn relation(sort: RelationSort) -> &'static str {
    match sort {
        RelationSort::Depends => "Depends on",
        RelationSort::Apis => "APIs",
        RelationSort::Parts => "Part of",
        RelationSort::Owners => "Owned by",
        RelationSort::Other => "Other",
    }
}

/// What boxes stand for.
pub const fn group_by(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Nothing => "Nothing",
        GroupBy::System => "System",
        GroupBy::Domain => "Domain",
        GroupBy::Owner => "Owner",
    }
}

/// The box of what has no group.
pub const fn no_group(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Nothing | GroupBy::System => NO_SYSTEM,
        GroupBy::Domain => NO_DOMAIN,
        GroupBy::Owner => NO_OWNER,
    }
}

/// A depth beyond the inside.
pub fn steps(depth: u8) -> String {
    format!("+{depth}")
}

/// Under the heading.
pub fn summary(entities: usize, relations: usize, groups: usize) -> String {
    let mut out = format!("{}, {}", counted(entities as u64, "entity", "entities"), counted(relations as u64, "relation", "relations"));
    if groups > 1 {
        out.push_str(&format!(" in {} groups", number(groups as u64)));
    }
    out
}

/// Under the heading of a catalog that is summed up.
pub fn systems(count: usize) -> String {
    counted(count as u64, "system", "systems")
}

/// How many are in a group.
pub fn members(count: usize) -> String {
    counted(count as u64, "entity", "entities")
}

/// The count of relations that a thick line stands for.
pub fn bundled(count: usize) -> String {
    counted(count as u64, "relation", "relations")
}

/// How many were left out.
pub fn left_out(count: usize) -> String {
    format!(
        "{} left out: the drawing holds {}. Start from a system or domain, show fewer kinds, or take a smaller depth.",
        counted(count as u64, "entity is", "entities are"),
        number(model::view::MOST_NODES as u64)
    )
}

/// Above a catalog that is summed up.
pub fn surveyed(count: usize) -> String {
    format!(
        "The catalog has {} components, APIs and resources, too many to draw. These are its systems; open one to see what is in it.",
        number(count as u64)
    )
}

/// Instead of a catalog that is too large even for that.
pub fn too_large(count: usize) -> String {
    format!("{} entities are too many for one drawing", number(count as u64))
}

/// What to do then.
pub const TOO_LARGE_HINT: &str = "Start from a domain, a system, a team or a service.";
