//! Words of one's own settings, of sessions and tokens, and of what the person menu offers.

use model::view::{ScopeGroup, TokenState};

use super::counted;

/// The settings' name.
pub const TITLE: &str = "Settings";
/// The second row, for those who cannot see it.
pub const PARTS: &str = "Parts of the settings";
/// Person menu: messages.
pub const INBOX: &str = "Inbox";

/// The parts, each with its address, in the order of the second row.
pub const fn parts() -> [(&'static str, &'static str); 5] {
    [
        (PROFILE, "/settings"),
        (SESSIONS, "/settings/sessions"),
        (TOKENS, "/settings/tokens"),
        ("Notifications", "/settings/notifications"),
        (APPEARANCE, "/settings/appearance"),
    ]
}

/// The person menu's button when messages wait.
pub fn person_menu(name: &str, initials: &str, unread: usize) -> String {
    let messages = counted(unread as u64, "unread message", "unread messages");
    format!("{}, {messages}", super::person_menu(name, initials))
}

// Profile
/// The part's name.
pub const PROFILE: &str = "Profile";
/// Its lead.
pub const PROFILE_LEAD: &str = "What the portal knows of you. It comes from the catalog and your sign-in provider; change it there.";
/// Fact.
pub const YOU: &str = "You are";
/// Fact.
pub const SIGNED_IN: &str = "Signed in";
/// Leads to what one may do.
pub const WHAT_MAY_I: &str = "What may I do";
/// Before the address of a session.
pub const FROM: &str = "from";
/// Machines have no profile.
pub const ONLY_PEOPLE: &str = "Only people have settings";
/// What to do.
pub const ONLY_PEOPLE_HINT: &str = "You came in with a token. Sign in as a person.";

// Sessions
/// The part's name.
pub const SESSIONS: &str = "Sessions";
/// Its lead.
pub const SESSIONS_LEAD: &str = "The browsers in which you are signed in. End those that you do not know.";
/// Column.
pub const BROWSER: &str = "Browser";
/// Column.
pub const ADDRESS: &str = "Address";
/// Column.
pub const BY_WAY: &str = "Signed in by";
/// Column.
pub const SINCE: &str = "Since";
/// Column.
pub const LAST_SEEN: &str = "Last seen";
/// Column.
pub const ENDS: &str = "Ends";
/// Column of buttons.
pub const ACTIONS: &str = "Actions";
/// Beside the session of this page.
pub const THIS_ONE: &str = "This browser";
/// Ends a session.
pub const END: &str = "End";
/// Ends a session, for those who cannot see the row.
pub fn end(browser: &str) -> String {
    format!("End the session of {browser}")
}
/// Ends all but this one.
pub const END_OTHERS: &str = "End all others";
/// Said after others were ended.
pub fn others_ended(count: u64) -> String {
    match count {
        0 => "There was no other session.".to_owned(),
        _ => format!("{} ended.", counted(count, "other session is", "other sessions are")),
    }
}

// Tokens
/// The part's name.
pub const TOKENS: &str = "Tokens";
/// Its lead.
pub const TOKENS_LEAD: &str =
    "For your own scripts and tools. A token does what you may do, within its scopes. For pipelines, ask for a service account.";
/// Leads to the form.
pub const NEW_TOKEN: &str = "New token";
/// There are none.
pub const NO_TOKENS: &str = "No tokens yet";
/// Why one wants them.
pub const NO_TOKENS_HINT: &str = "Make one to use the REST from a script: send it as Authorization: Bearer.";
/// Column.
pub const TOKEN: &str = "Token";
/// Column.
pub const HOLDER: &str = "Whose";
/// Column.
pub const SCOPES: &str = "Scopes";
/// Column.
pub const MADE: &str = "Made";
/// Column.
pub const EXPIRES: &str = "Ends";
/// Column.
pub const LAST_USED: &str = "Last used";
/// It never ends.
pub const NEVER_ENDS: &str = "Never";
/// It was never used.
pub const NEVER_USED: &str = "Never";
/// Revokes a token.
pub const REVOKE: &str = "Revoke";
/// The button, for those who cannot see the row.
pub fn revoke(name: &str) -> String {
    format!("Revoke {name}")
}
/// The question before a token is revoked.
pub fn revoke_question(name: &str) -> String {
    format!("Revoke the token {name}?")
}
/// What that does.
pub const REVOKE_HINT: &str = "Whatever uses it stops working at once. It cannot be undone.";
/// Said after a token was revoked.
pub const REVOKED: &str = "The token is revoked.";
/// The state of a token that does not just work.
pub const fn state(state: TokenState) -> &'static str {
    match state {
        TokenState::Active => "Works",
        TokenState::Expiring => "Ends soon",
        TokenState::Expired => "Ended",
        TokenState::Revoked => "Revoked",
    }
}
/// The form's field.
pub const TOKEN_NAME: &str = "What is it for";
/// Its hint.
pub const TOKEN_NAME_HINT: &str = "So that you know it in a year: release script on my laptop.";
/// The form's field.
pub const ENDS_AFTER: &str = "It ends after";
/// The choices of that.
pub const fn days() -> [(&'static str, &'static str); 4] {
    [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")]
}
/// A choice for service accounts only.
pub const NEVER: &str = "Never";
/// Over the check boxes.
pub const MAY: &str = "What it may do";
/// Their hint.
pub const MAY_HINT: &str = "Tick as little as is needed. Write includes read.";
/// Said besides, of service accounts' tokens.
pub const MAY_SERVICE_HINT: &str = "It also needs a role of the service account that allows it.";
/// A group of scopes.
pub const fn scope_group(group: ScopeGroup) -> &'static str {
    match group {
        ScopeGroup::Catalog => "Catalog",
        ScopeGroup::Own => "One’s own",
        ScopeGroup::Administration => "Administration",
    }
}
/// A check box.
pub const READ: &str = "Read";
/// A check box.
pub const WRITE: &str = "Write";
/// The form's button.
pub const MAKE_TOKEN: &str = "Make token";
/// The form's title for a service account.
pub fn new_token_of(service: &str) -> String {
    format!("New token for {service}")
}
/// Over a token that was just made.
pub fn token_made(name: &str) -> String {
    format!("Copy the token “{name}” now")
}
/// Under it.
pub const TOKEN_MADE_HINT: &str = "It is not shown again, and nobody can look it up. Send it as Authorization: Bearer.";
/// What the copy button copies.
pub const THE_TOKEN: &str = "token";

// Appearance
/// The part's name.
pub const APPEARANCE: &str = "Appearance";
/// Section.
pub const THEME: &str = "Theme";
/// Its hint.
pub const THEME_HINT: &str = "For this browser.";
/// Section.
pub const KEYS: &str = "Keyboard shortcuts";
/// Its hint.
pub const KEYS_HINT: &str = "Single keys such as / and g c. Switch them off if they get in the way of an input method or a screen reader.";
/// The check box.
pub const USE_KEYS: &str = "Use keyboard shortcuts, in every browser";
/// The button.
pub const SAVE: &str = "Save";
/// Said after.
pub const KEYS_ON: &str = "Keyboard shortcuts are on.";
/// Said after.
pub const KEYS_OFF: &str = "Keyboard shortcuts are off in every browser.";
