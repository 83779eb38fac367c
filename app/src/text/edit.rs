//! Words of the pages on which entities are made, edited and deleted.

/// The page of a new entity.
pub const NEW_TITLE: &str = "New entity";
/// What the page is for.
pub const NEW_LEAD: &str = "An entity made here belongs to the portal: there is no file, and it is edited here.";
/// Leads to registering a file.
pub const REGISTER_INSTEAD: &str = "Register a file instead";
/// The choice of templates.
pub const TEMPLATES: &str = "Start from";
/// The editor.
pub const YAML: &str = "Descriptor";
/// What to know about the editor.
pub const YAML_HINT: &str = "YAML. Comments are not kept: the catalog stores what it means.";
/// Makes the entity.
pub const CREATE: &str = "Create entity";
/// Saves.
pub const SAVE: &str = "Save changes";
/// Saves over what somebody else did.
pub const SAVE_ANYWAY: &str = "Save over their change";
/// Checks without saving.
pub const CHECK: &str = "Check";
/// Leaves.
pub const CANCEL: &str = "Cancel";
/// The YAML has no mistakes.
pub const CHECKED: &str = "No mistakes found.";
/// The form.
pub const FORM: &str = "Form";
/// The YAML editor.
pub const EDITOR: &str = "YAML";
/// How to edit.
pub const HOW: &str = "Edit as";
/// What stands before the lines with mistakes.
pub const MISTAKES: &str = "The descriptor has mistakes";
/// Two people edited.
pub const CONFLICT: &str = "Somebody else changed it while you were editing";
/// What to do then.
pub const CONFLICT_HINT: &str =
    "Nothing is saved yet. What you typed is still below. Lines with − are what is there now, lines with + are yours.";
/// The comparison's label.
pub const THEIRS_AND_YOURS: &str = "There now, and yours";
/// The fields.
pub const TITLE: &str = "Title";
/// What the title is for.
pub const TITLE_HINT: &str = "Shown instead of the name.";
/// The field.
pub const DESCRIPTION: &str = "Description";
/// The field.
pub const OWNER: &str = "Owner";
/// What an owner is.
pub const OWNER_HINT: &str = "A group or person of the catalog. Type to search.";
/// The field.
pub const LIFECYCLE: &str = "Lifecycle";
/// The usual lifecycles.
pub const LIFECYCLE_HINT: &str = "Usually experimental, production or deprecated.";
/// The field.
pub const TYPE: &str = "Type";
/// The field.
pub const SYSTEM: &str = "System";
/// The field.
pub const TAGS: &str = "Tags";
/// How tags are written.
pub const TAGS_HINT: &str = "Parted by commas. Lower-case letters, digits, and + # : -";
/// The field.
pub const LABELS: &str = "Labels";
/// How labels are written.
pub const LABELS_HINT: &str = "One a line, as key=value.";
/// The links.
pub const LINKS: &str = "Links";
/// A link's address.
pub const LINK_URL: &str = "Address";
/// A link's title.
pub const LINK_TITLE: &str = "Title";
/// A link's icon.
pub const LINK_ICON: &str = "Icon";
/// Leads to the page that deletes.
pub const DELETE: &str = "Delete entity";
/// The overlay's explanation.
pub const OVERLAY_LEAD: &str =
    "A file owns this entity. What you change here is shown over what the file says, in this portal only, until the file says the same.";
/// The file's label.
pub const FILE: &str = "File";
/// Leads to the file.
pub const EDIT_FILE: &str = "Edit the file";
/// Shows what would differ.
pub const PREVIEW: &str = "Preview";
/// The preview.
pub const PREVIEW_LABEL: &str = "What the portal shows instead of what the file says";
/// Nothing differs.
pub const NO_DIFFERENCE: &str = "Nothing differs from the file.";
/// Saves the overlay.
pub const SAVE_OVERLAY: &str = "Save overlay";
/// Removes it.
pub const REMOVE_OVERLAY: &str = "Remove overlay";
/// Downloads it.
pub const PATCH: &str = "Export as a patch";
/// What the patch is for.
pub const PATCH_HINT: &str = "Apply the patch in the repository with git apply, and the overlay is no longer needed.";
/// The page that deletes: its button.
pub const DELETE_NOW: &str = "Delete it";
/// What is lost.
pub const DELETE_LEAD: &str = "It leaves the catalog at once. Its history stays.";
/// Nothing refers to it.
pub const DELETE_SAFE: &str = "Nothing refers to it.";
/// What refers to it.
pub const DELETE_DANGLING: &str = "These refer to it and will refer to something missing";
/// The column of relations.
pub const HOW_REFERS: &str = "How";
/// The column of entities.
pub const ENTITY: &str = "Entity";
/// Who may edit.
pub const WHO_MAY: &str = "These may";
/// On an entity's page.
pub const EDIT: &str = "Edit";
/// On the page of an entity that a file owns.
pub const EDIT_OVERLAY: &str = "Edit overlay";
/// The fact about the overlay on an entity's page.
pub const OVERLAY: &str = "Overlay";

/// The heading.
pub fn edit(title: &str) -> String {
    format!("Edit {title}")
}

/// The heading of the overlay's form.
pub fn overlay_of(title: &str) -> String {
    format!("Overlay on {title}")
}

/// The heading.
pub fn delete(title: &str) -> String {
    format!("Delete {title}?")
}

/// The heading for somebody who may not.
pub fn not_yours(title: &str) -> String {
    format!("You may not edit {title}")
}

/// Why.
pub fn not_yours_why(owned: bool) -> &'static str {
    if owned { "Only its owners may. Ask one of them, or somebody of the group." } else { "Only who registered it may." }
}

/// A mistake's place.
pub fn at_line(line: u32, column: u32) -> String {
    format!("Line {line}, column {column}")
}

/// A link's group of fields.
pub fn link(at: usize) -> String {
    format!("Link {}", at + 1)
}

/// What an overlay puts over the file.
pub fn overlaid(fields: &[String]) -> String {
    match fields {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
