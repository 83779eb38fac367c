//! Words of administration: people, roles, service accounts and tokens.

use model::view::{PeopleShown, Place, TokensShown};

use super::counted;

/// What the person menu and the page's title call it.
pub const TITLE: &str = "Administration";
/// The second row, for those who cannot see it.
pub const PARTS: &str = "Parts of administration";

/// A part of administration, in its second row.
pub const fn part(place: Place) -> &'static str {
    match place {
        Place::AdminPeople => "People",
        Place::AdminRoles => "Roles",
        Place::AdminServiceAccounts => "Service accounts",
        Place::AdminPolicies => "Policies",
        Place::AdminProviders => "Sign-in",
        Place::AdminAudit => "Audit",
        Place::AdminNotifications => "Notifications",
        Place::AdminAnnouncements => "Announcements",
        Place::AdminSystem => "System",
        _ => "",
    }
}

// People
/// The page of everybody.
pub const PEOPLE: &str = "People";
/// Under its title.
pub const PEOPLE_LEAD: &str = "Everybody who can sign in, or did.";
/// After that: the roles that nobody needs to be given.
pub fn everyone_has(roles: &[String]) -> String {
    let of = if roles.len() == 1 { "the role" } else { "the roles" };
    format!(" Each of them has {of} {}, as everyone.", roles.join(" and "))
}
/// The tabs over the list.
pub const PEOPLE_SHOWN: &str = "Which people";
/// The search field.
pub const FIND_PERSON: &str = "Find a person";
/// In the search field.
pub const FIND_PERSON_HINT: &str = "Name, role or way in";
/// The search field's button.
pub const APPLY: &str = "Search";
/// Nobody matches.
pub const NOBODY: &str = "Nobody matches";
/// What to do about it.
pub const NOBODY_HINT: &str = "Search for something else, or show everybody.";
/// The way back to all.
pub const SHOW_ALL: &str = "Show everybody";
/// Column and fact.
pub const PERSON: &str = "Person";
/// Column and fact.
pub const WAYS: &str = "Ways in";
/// Column, section.
pub const ROLES: &str = "Roles";
/// Column, section.
pub const SESSIONS: &str = "Sessions";
/// Column, section.
pub const TOKENS: &str = "Tokens";
/// Column and fact.
pub const SEEN: &str = "Last seen";
/// Somebody was never seen.
pub const NEVER: &str = "Never";
/// Beside somebody who is not in the catalog.
pub const NOT_IN_CATALOG: &str = "Not in the catalog";
/// Beside somebody whose local account is switched off.
pub const SWITCHED_OFF: &str = "Switched off";
/// Fact: the User.
pub const IN_CATALOG: &str = "In the catalog";
/// Fact.
pub const EMAIL: &str = "E-mail";
/// Fact.
pub const GROUPS: &str = "Groups";
/// No group.
pub const NO_GROUPS: &str = "None";
/// Side column.
pub const ABOUT: &str = "About";
/// Leads to what somebody may do.
pub const WHAT_MAY: &str = "What may they do";
/// Ends all sessions of somebody.
pub const END_ALL: &str = "End all sessions";
/// No sessions.
pub const NO_SESSIONS: &str = "No open session.";
/// No tokens.
pub const NO_TOKENS: &str = "No tokens.";
/// Nobody's role.
pub const NO_ROLES: &str = "No roles.";
/// Leads to the form that gives a role.
pub const GIVE_ROLE: &str = "Give a role";
/// Section: the local account.
pub const ACCOUNT: &str = "Local account";
/// Somebody without one.
pub const NO_ACCOUNT: &str = "None";
/// Section: whether somebody may come in.
pub const ACCESS: &str = "Access";
/// Switches an account off.
pub const SWITCH_OFF: &str = "Switch off";
/// Switches an account on.
pub const SWITCH_ON: &str = "Switch on";
/// Makes a link with which somebody chooses a new password.
pub const NEW_LINK: &str = "New set-up link";
/// State of an account.
pub const WORKS: &str = "May sign in";
/// State of an account.
pub const OFF: &str = "Switched off";
/// Fact.
pub const NAME: &str = "Name";
/// Fact.
pub const STATE: &str = "State";
/// Column and fact.
pub const MADE: &str = "Made";

/// A tab over the list of people.
pub const fn people_shown(shown: PeopleShown) -> &'static str {
    match shown {
        PeopleShown::All => "Everybody",
        PeopleShown::SignedIn => "Signed in",
        PeopleShown::WithRoles => "With roles",
        PeopleShown::Local => "Local accounts",
        PeopleShown::Missing => "Not in the catalog",
    }
}

/// A way in, as people read it.
pub fn way(way: &str) -> String {
    match way {
        "password" => "Password".to_owned(),
        "demo" => "Sample person".to_owned(),
        "proxy" => "Proxy".to_owned(),
        "admin-token" => "Admin token".to_owned(),
        other => other.to_owned(),
    }
}

/// Sessions and tokens were asked to end.
pub fn end_all_question(name: &str) -> String {
    format!("End all sessions of {name}?")
}

/// What ending all sessions does.
pub const END_ALL_HINT: &str = "Every browser is signed out within a minute. Tokens go on working.";

/// Said after a session was ended.
pub const SESSION_ENDED: &str = "The session is ended. That browser is signed out.";

/// Said after all sessions of somebody were ended.
pub fn sessions_ended(count: u64) -> String {
    format!("{} ended.", counted(count, "session is", "sessions are"))
}

/// What switching somebody off does.
pub const SWITCH_PERSON_OFF_HINT: &str = "Every session and token of theirs ends within a minute, and no way in lets them in. Nothing is deleted; they can be switched on again.";

/// Said after somebody was switched off or on.
pub fn person_switched(name: &str, off: bool) -> String {
    if off { format!("{name} is switched off, and their sessions and tokens are ended.") } else { format!("{name} may sign in again.") }
}

// Local accounts
/// Leads to the form.
pub const NEW_ACCOUNT: &str = "New local account";
/// The form's lead.
pub const NEW_ACCOUNT_LEAD: &str =
    "For the first hour, and for when the sign-in provider is away. You get a link with which one person chooses a password, once.";
/// The name's hint.
pub const ACCOUNT_NAME_HINT: &str = "Lower case letters, digits, dots and hyphens. It becomes the User default/NAME.";
/// Makes the account's link.
pub const MAKE_LINK: &str = "Make set-up link";
/// Leads away from a form.
pub const CANCEL: &str = "Cancel";
/// What the copy button copies.
pub const LINK: &str = "set-up link";
/// Over a link that was just made.
pub fn link_made(account: &str) -> String {
    format!("Give this link to {account}")
}
/// Under it.
pub fn link_hint(hours: u64) -> String {
    format!("It works once, for {}. It is not shown again.", counted(hours, "hour", "hours"))
}
/// Leads back.
pub const BACK_TO_PEOPLE: &str = "Back to people";

// Roles
/// Under the page's title.
pub const ROLES_LEAD: &str =
    "What people and machines may do. A role is given to a person, a group, a service account or everyone; what is allowed adds up.";
/// Nobody has a role.
pub const NOBODY_HAS: &str = "Nobody has it.";
/// Before what a role may do.
pub fn may_do(count: usize) -> String {
    format!("May do {}", counted(count as u64, "thing", "things"))
}
/// Beside a role of the configuration.
pub const CONFIGURED: &str = "configuration";
/// On hover of that.
pub const CONFIGURED_HINT: &str = "Given by the configuration. Change it there.";
/// Everybody.
pub const EVERYONE: &str = "Everyone";
/// Through what somebody has a role.
pub const DIRECTLY: &str = "directly";
/// Through what somebody has a role.
pub const AS_EVERYONE: &str = "as everyone";
/// Through what somebody has a role.
pub const THROUGH: &str = "through ";
/// Beside a service account that is gone.
pub const NO_SUCH_ACCOUNT: &str = "no such account";
/// After an action that is allowed only under a condition.
pub const CONDITIONAL: &str = "Only what is theirs.";
/// Reading actions.
pub const SEES: &str = "Sees";
/// Writing actions.
pub const DOES: &str = "Does";
/// Who gave it.
pub const BY: &str = "by ";
/// How many people are in a group.
pub fn people(count: u64) -> String {
    counted(count, "person", "people")
}
/// The button that takes a role away.
pub fn take_away(role: &str, from: &str) -> String {
    format!("Take {role} away from {from}")
}
/// The form's title.
pub const GRANT_TITLE: &str = "Give a role";
/// The form's field.
pub const ROLE: &str = "Role";
/// The form's field.
pub const TO: &str = "To";
/// To one person.
pub const TO_PERSON: &str = "A person";
/// To a group.
pub const TO_GROUP: &str = "A group, and everybody below it";
/// To a service account.
pub const TO_SERVICE: &str = "A service account";
/// To everyone.
pub const TO_EVERYONE: &str = "Everyone who signs in";
/// The person's field.
pub const WHICH_PERSON: &str = "Which person";
/// The group's field.
pub const WHICH_GROUP: &str = "Which group";
/// The service account's field.
pub const WHICH_SERVICE: &str = "Which service account";
/// There are none.
pub const NO_SERVICES: &str = "There are no service accounts yet.";
/// The entity fields' hint.
pub const PICK_HINT: &str = "Type a part of the name and pick.";
/// The form's button.
pub const GRANT: &str = "Give role";
/// Said after a role was given.
pub fn granted(role: &str, to: &str) -> String {
    format!("{to} has the role {role} now. It takes effect within a few seconds, without signing in again.")
}
/// Said after a role was taken away.
pub fn taken(role: &str, from: &str) -> String {
    format!("The role {role} is taken away from {from}.")
}

// Service accounts
/// The page's title.
pub const SERVICE_ACCOUNTS: &str = "Service accounts";
/// Under it.
pub const SERVICE_ACCOUNTS_LEAD: &str = "Machines that use the portal: each has its own tokens and roles, and somebody who answers for it.";
/// There are none.
pub const NO_ACCOUNTS: &str = "No service accounts yet";
/// Why one wants them.
pub const NO_ACCOUNTS_HINT: &str = "Make one for a pipeline or a program that reads or writes the catalog.";
/// Leads to the form.
pub const NEW_SERVICE_ACCOUNT: &str = "New service account";
/// The form's button.
pub const CREATE_SERVICE_ACCOUNT: &str = "Create service account";
/// Field and column.
pub const DESCRIPTION: &str = "Description";
/// The description's hint.
pub const DESCRIPTION_HINT: &str = "What it does, for those who find it in a year.";
/// Field, fact and column.
pub const OWNER: &str = "Owner";
/// The owner's hint.
pub const OWNER_HINT: &str = "The group or person who answers for it. Type a part of the name and pick.";
/// The name's hint.
pub const SERVICE_NAME_HINT: &str = "Lower case letters, digits and hyphens, as in build-pipeline.";
/// Column.
pub const LAST_USED: &str = "Last used";
/// Fact.
pub const MADE_BY: &str = "Made by";
/// Said after one was made.
pub fn service_account_made(name: &str) -> String {
    format!("The service account {name} is made. Give it a role and a token.")
}
/// Said after one was switched.
pub fn service_account_switched(name: &str, off: bool) -> String {
    if off { format!("{name} is switched off: none of its tokens works.") } else { format!("{name} works again.") }
}
/// The question before one is switched off.
pub fn switch_off_question(name: &str) -> String {
    format!("Switch {name} off?")
}
/// What that does.
pub const SWITCH_OFF_HINT: &str = "None of its tokens works until it is switched on again. Nothing is deleted.";

// Tokens
/// The tabs between service accounts and all tokens.
pub const KEYS: &str = "Service accounts and tokens";
/// The page's title.
pub const ALL_TOKENS: &str = "All tokens";
/// Its lead.
pub const ALL_TOKENS_LEAD: &str = "Every token of people and service accounts. Only a hash of each is kept.";
/// The tabs over the list.
pub const TOKENS_SHOWN: &str = "Which tokens";
/// The search field.
pub const FIND_TOKEN: &str = "Find a token";
/// In the search field.
pub const FIND_TOKEN_HINT: &str = "Name, holder or scope";
/// No token matches.
pub const NO_TOKEN_MATCHES: &str = "No token matches";
/// What to do about it.
pub const NO_TOKEN_MATCHES_HINT: &str = "Search for something else, or show all that work.";
/// The way back to all.
pub const SHOW_WORKING: &str = "Show all that work";

/// A tab over the list of tokens.
pub const fn tokens_shown(shown: TokensShown) -> &'static str {
    match shown {
        TokensShown::Working => "Working",
        TokensShown::People => "People’s",
        TokensShown::Services => "Service accounts’",
        TokensShown::Expiring => "Ending soon",
        TokensShown::Gone => "Gone",
    }
}
