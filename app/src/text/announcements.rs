//! Words of announcements and branding.

/// The page.
pub const TITLE: &str = "Announcements";
/// What announcements are.
pub const LEAD: &str = "Shown at the top of every page to everybody who is signed in, until they close it.";
/// The parts of the page.
pub const PARTS: &str = "What everybody sees";
/// None.
pub const NONE: &str = "Nothing is announced, and nothing is planned.";
/// The form of a new one.
pub const NEW: &str = "New announcement";
/// The form of one that is there.
pub const EDIT: &str = "Change announcement";
/// Column and field.
pub const LEVEL: &str = "Level";
/// Column and field.
pub const HEADLINE: &str = "Title";
/// Field.
pub const BODY: &str = "Text";
/// What is taken.
pub const BODY_HINT: &str = "Plain text. Line breaks stay, everything else shows as it is written.";
/// Field.
pub const LINK: &str = "Link";
/// What is taken.
pub const LINK_HINT: &str = "A path of this portal or an https address.";
/// Field.
pub const STARTS: &str = "From";
/// What is taken.
pub const STARTS_HINT: &str = "In UTC. Empty: now.";
/// Field.
pub const ENDS: &str = "Until";
/// What is taken.
pub const ENDS_HINT: &str = "In UTC. Empty: until it is deleted.";
/// Column.
pub const WHEN: &str = "When";
/// Column.
pub const STATE: &str = "State";
/// Column.
pub const BY: &str = "By";
/// Column.
pub const ACTIONS: &str = "Actions";
/// It shows now.
pub const SHOWING: &str = "Showing";
/// It will.
pub const PLANNED: &str = "Planned";
/// It did.
pub const OVER: &str = "Over";
/// Announces.
pub const ANNOUNCE: &str = "Announce";
/// Saves.
pub const SAVE: &str = "Save announcement";
/// Leaves.
pub const CANCEL: &str = "Cancel";
/// Flash.
pub const SAVED: &str = "The announcement is saved.";
/// Flash.
pub const DELETED: &str = "The announcement is deleted.";
/// Leads on.
pub const READ_ON: &str = "Read more";
/// The banners, for those who cannot see them.
pub const REGION: &str = "Announcements";

/// A level as people read it.
pub fn level(level: &str) -> &'static str {
    match level {
        "danger" => "Urgent",
        "warn" => "Warning",
        _ => "Information",
    }
}

/// Closes a banner.
pub fn close(title: &str) -> String {
    format!("Close “{title}”")
}

/// Changes one.
pub fn edit(title: &str) -> String {
    format!("Change “{title}”")
}

/// Deletes one.
pub fn delete(title: &str) -> String {
    format!("Delete “{title}”")
}

// Branding
/// The page.
pub const BRANDING: &str = "Branding";
/// What it is.
pub const BRANDING_LEAD: &str = "How the portal names and shows your organisation: in page titles, on the sign-in page, in the footer.";
/// Field.
pub const ORGANISATION: &str = "Organisation’s name";
/// Field.
pub const LOGO: &str = "Logo";
/// What is taken.
pub const LOGO_HINT: &str = "SVG or PNG, at most 64 KiB. It stands on light and on dark paper.";
/// The logo that is there.
pub const LOGO_NOW: &str = "The logo as it is";
/// Takes the logo away.
pub const LOGO_REMOVE: &str = "Take the logo away";
/// Field.
pub const SUPPORT_LABEL: &str = "Who helps";
/// What is taken.
pub const SUPPORT_LABEL_HINT: &str = "What the link says, as Platform team in chat.";
/// Field.
pub const SUPPORT_LINK: &str = "Where they are reached";
/// What is taken.
pub const SUPPORT_LINK_HINT: &str = "An https address, a path, or mailto: and an address.";
/// Saves.
pub const SAVE_BRANDING: &str = "Save branding";
/// Flash.
pub const BRANDING_SAVED: &str = "The branding is saved.";

/// What holds when the name is left empty.
pub fn organisation_hint(configured: &str) -> String {
    if configured.is_empty() {
        "The configuration names none.".to_owned()
    } else {
        format!("Empty: {configured}, as the configuration has it.")
    }
}
