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
