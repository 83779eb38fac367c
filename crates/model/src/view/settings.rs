//! One's own settings: profile, sessions, tokens, appearance; and what administration shows of sessions and tokens too.

use super::{admin::HeldRole, changes::Actor, entity::EntityLink};
use crate::{FieldError, Timestamp};

/// A session in a browser.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// What lists and the audit log call it.
    pub id: String,
    /// The way in: a provider's id, `password`, `demo`, `proxy`.
    pub way: String,
    /// Where it was used last.
    pub address: String,
    /// The browser in words: `Firefox on Linux`.
    pub browser: String,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used, to a few minutes.
    pub seen: Timestamp,
    /// When it ends whatever happens.
    pub expires: Timestamp,
    /// It is the one in which the page is looked at.
    pub current: bool,
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenHolder {
    /// A person's.
    Person(EntityLink),
    /// A service account's.
    Service(String),
}

/// What has become of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenState {
    /// It works.
    Active,
    /// It works, for less than two weeks.
    Expiring,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A token.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// What lists and the audit log call it.
    pub id: String,
    /// Its first characters, to recognise it by.
    pub hint: String,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub holder: TokenHolder,
    /// What it is limited to: `catalog:read`.
    pub scopes: Vec<String>,
    /// Who made it.
    pub made_by: Actor,
    /// When it was made.
    pub made: Timestamp,
    /// When its time is over; `None`: never.
    pub expires: Option<Timestamp>,
    /// When it was last used, to a few minutes.
    pub used: Option<Timestamp>,
    /// From where it was last used; may be empty.
    pub used_from: String,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

impl TokenView {
    /// What has become of it at `now`.
    pub fn state(&self, now: Timestamp) -> TokenState {
        /// Two weeks, in microseconds.
        const SOON: i64 = 14 * 86_400 * 1_000_000;
        match (self.revoked, self.expires) {
            (Some(_), _) => TokenState::Revoked,
            (None, Some(expires)) if expires <= now => TokenState::Expired,
            (None, Some(expires)) if expires.0 - now.0 < SOON => TokenState::Expiring,
            _ => TokenState::Active,
        }
    }

    /// Whether it works at `now`.
    pub fn works(&self, now: Timestamp) -> bool {
        matches!(self.state(now), TokenState::Active | TokenState::Expiring)
    }
}

/// What areas of actions are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeGroup {
    /// The catalog.
    #[default]
    Catalog,
    /// What everybody keeps for themselves.
    Own,
    /// Administration.
    Administration,
}

impl ScopeGroup {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Catalog, Self::Own, Self::Administration];
}

/// An area of actions, by which tokens are limited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeArea {
    /// Its name: `catalog`.
    pub area: String,
    /// What it is about.
    pub group: ScopeGroup,
    /// What can be seen with `AREA:read`, a sentence each; empty when nothing of the area only reads.
    pub reads: Vec<String>,
    /// What can be done with `AREA:write` besides; empty when all of it only reads.
    pub writes: Vec<String>,
}

/// The form that makes a token.
#[derive(Clone, Debug, Default)]
pub struct TokenForm {
    /// What it is for.
    pub name: String,
    /// The scopes that are ticked.
    pub scopes: Vec<String>,
    /// After how many days it ends; empty: never, which only service accounts' tokens may.
    pub days: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page on which a token is made.
#[derive(Clone, Debug, Default)]
pub struct NewTokenView {
    /// The service account whose it will be; `None`: one's own.
    pub service: Option<String>,
    /// What tokens can be limited to.
    pub areas: Vec<ScopeArea>,
    /// The form, as it came back.
    pub form: TokenForm,
}

/// A token that was just made. Nothing keeps it: this is the only page that ever shows it.
#[derive(Clone)]
pub struct MadeToken {
    /// What it is for.
    pub name: String,
    /// The token.
    pub token: String,
}

impl std::fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeToken").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Who one is here.
#[derive(Clone, Debug)]
pub struct ProfileView {
    /// One's User.
    pub person: EntityLink,
    /// The e-mail address that the catalog has; may be empty.
    pub email: String,
    /// The groups one belongs to, nested ones included, nearest first.
    pub groups: Vec<EntityLink>,
    /// One's roles and where they come from.
    pub roles: Vec<HeldRole>,
    /// This session; `None` when a token asks.
    pub session: Option<SessionView>,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// One's sessions.
#[derive(Clone, Debug)]
pub struct SessionsView {
    /// The sessions, this one first, then the last used.
    pub sessions: Vec<SessionView>,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// One's tokens.
#[derive(Clone, Debug)]
pub struct OwnTokensView {
    /// The tokens, those that work first.
    pub tokens: Vec<TokenView>,
    /// The token that was just made.
    pub made: Option<MadeToken>,
    /// Whether one may make tokens.
    pub may_make: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// How the portal looks and listens.
#[derive(Clone, Debug, Default)]
pub struct AppearanceView {
    /// Single keys do something.
    pub shortcuts: bool,
    /// One has settings: people do, machines do not.
    pub person: bool,
}
