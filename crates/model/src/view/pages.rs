//! The small pages: sign-in, search, errors and the pieces shown together.

use super::entity::EntityLink;
use crate::EntityRef;

/// The sign-in page.
#[derive(Clone, Debug, Default)]
pub struct SignInView {
    /// Where to go afterwards: a path of this portal.
    pub return_to: String,
    /// The sample people of the demo; empty otherwise.
    pub people: Vec<SamplePerson>,
    /// Who else signs people in, each a button.
    pub providers: Vec<ProviderButton>,
    /// Somebody can sign in with a name and a password.
    pub password: bool,
    /// Somebody can sign in with the admin token.
    pub token: bool,
    /// The name that was typed, if the last try was with a password.
    pub name: String,
    /// The last try was with the admin token.
    pub tried_token: bool,
    /// What went wrong with the last try.
    pub error: Option<String>,
}

/// A provider that the sign-in page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderButton {
    /// The provider's id: its link leads to `/sign-in/ID`.
    pub id: String,
    /// What it is called.
    pub label: String,
}

/// The page on which somebody chooses a password, once.
#[derive(Clone, Debug, Default)]
pub struct SetupView {
    /// The link's secret, for the form.
    pub token: String,
    /// The account, if the link is for one; else a name can be chosen and becomes an administrator's.
    pub account: Option<String>,
    /// The name that was typed.
    pub name: String,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
    /// What went wrong with the last try.
    pub error: Option<String>,
}

/// A person whom the demo offers to sign in as.
#[derive(Clone, Debug)]
pub struct SamplePerson {
    /// The User entity.
    pub entity_ref: EntityRef,
    /// The name shown.
    pub name: String,
    /// What they do, from the entity's description.
    pub role: String,
    /// Their teams' names.
    pub teams: Vec<String>,
}

/// The search page (and, as JSON, the palette's answer).
#[derive(Clone, Debug, Default)]
pub struct SearchView {
    /// What was searched for.
    pub text: String,
    /// What was found, the best first.
    pub hits: Vec<SearchHit>,
    /// How many entities match in all.
    pub total: u64,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// The entity.
    pub entity: EntityLink,
    /// Its owner's title.
    pub owner: Option<String>,
}

/// A page that says what went wrong and what to do next.
#[derive(Clone, Debug)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: u16,
    /// What happened: `No such entity`.
    pub title: String,
    /// Where and why.
    pub message: String,
    /// Where to go next: label and path.
    pub next: Vec<(String, String)>,
    /// The id under which the log has the cause, for faults of Waymark's.
    pub incident: Option<String>,
}

/// The page that shows every piece in every state; demo mode only.
#[derive(Clone, Debug, Default)]
pub struct DesignView {
    /// Entities to show links, tables and graphs with.
    pub samples: Vec<EntityLink>,
}
