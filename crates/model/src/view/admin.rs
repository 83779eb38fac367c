//! Administration: people, roles, service accounts and tokens.

use super::{
    changes::Actor,
    entity::EntityLink,
    settings::{MadeToken, SessionView, TokenView},
};
use crate::{FieldError, Timestamp};

/// Through what somebody has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleVia {
    /// It was given to them.
    Directly,
    /// It was given to a group that they belong to.
    Group(EntityLink),
    /// Everybody has it.
    Everyone,
}

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRole {
    /// Its name: `admin`.
    pub role: String,
    /// Through what.
    pub via: RoleVia,
    /// The configuration gives it, so that it cannot be taken away here.
    pub configured: bool,
}

/// Which people the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PeopleShown {
    /// Everybody.
    #[default]
    All,
    /// Those with an open session.
    SignedIn,
    /// Those with a role of their own or of a group.
    WithRoles,
    /// Those with a local account.
    Local,
    /// Those whom the catalog does not have.
    Missing,
}

impl PeopleShown {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::All, Self::SignedIn, Self::WithRoles, Self::Local, Self::Missing];

    /// The value in the URL; empty for everybody.
    pub const fn value(self) -> &'static str {
        match self {
            Self::All => "",
            Self::SignedIn => "signed-in",
            Self::WithRoles => "roles",
            Self::Local => "local",
            Self::Missing => "missing",
        }
    }
}

/// People on one page of the list, and tokens on one page of theirs.
pub const ADMIN_PAGE: usize = 50;

/// The list's filters, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// Part of the name, the reference, a role or a way in.
    pub text: String,
    /// Which people.
    pub shown: PeopleShown,
    /// The page, from 1.
    pub page: usize,
}

impl PeopleQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let (text, shown, page) = filters(query);
        let shown = PeopleShown::ALL.into_iter().find(|known| known.value() == shown).unwrap_or_default();
        Self { text, shown, page }
    }

    /// The page's address.
    pub fn href(&self) -> String {
        address("/admin/people", &self.text, self.shown.value(), self.page)
    }
}

/// Text, what is shown and the page of a query string.
fn filters(query: &str) -> (String, String, usize) {
    let (mut text, mut shown, mut page) = (String::new(), String::new(), 1);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.trim();
        if value.is_empty() || value.len() > 500 {
            continue;
        }
        match &*name {
            "q" => value.clone_into(&mut text),
            "show" => value.clone_into(&mut shown),
            "page" => page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
            _ => {}
        }
    }
    (text, shown, page)
}

fn address(path: &str, text: &str, shown: &str, page: usize) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        out.append_pair("q", text);
    }
    if !shown.is_empty() {
        out.append_pair("show", shown);
    }
    if page > 1 {
        out.append_pair("page", &page.to_string());
    }
    let query = out.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A person in the list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Their User; it may not be in the catalog.
    pub person: EntityLink,
    /// The ways in that they used or have: a provider's id, `password`, `demo`, `proxy`.
    pub ways: Vec<String>,
    /// Their roles; in the list without those that everyone has.
    pub roles: Vec<HeldRole>,
    /// Open sessions.
    pub sessions: u64,
    /// Tokens that work.
    pub tokens: u64,
    /// When they were last seen, to a few minutes.
    pub seen: Option<Timestamp>,
    /// They are switched off: no way in, no session and no token of theirs works.
    pub disabled: bool,
}

/// Everybody who can sign in or did.
#[derive(Clone, Debug)]
pub struct PeopleView {
    /// What the URL asks for.
    pub query: PeopleQuery,
    /// How many there are of each, over the text.
    pub counts: Vec<(PeopleShown, u64)>,
    /// How many match.
    pub total: u64,
    /// The page's people, those seen last first.
    pub rows: Vec<PersonRow>,
    /// The roles that everyone has.
    pub everyone: Vec<String>,
    /// Whether the caller may make local accounts.
    pub may_make_accounts: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// A new local account, or what was wrong with one.
#[derive(Clone, Debug, Default)]
pub struct AccountForm {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A link with which somebody chooses a password, once. Nothing keeps it: this is the only page that ever shows it.
#[derive(Clone)]
pub struct SetupLink {
    /// The account's name.
    pub account: String,
    /// The whole address.
    pub address: String,
    /// For how many hours it works.
    pub hours: u64,
}

impl std::fmt::Debug for SetupLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetupLink").field("account", &self.account).finish_non_exhaustive()
    }
}

/// The page on which a local account is made.
#[derive(Clone, Debug, Default)]
pub struct NewAccountView {
    /// The form.
    pub form: AccountForm,
    /// The link that was just made.
    pub link: Option<SetupLink>,
}

/// A local account.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The name to sign in with.
    pub name: String,
    /// When it was made.
    pub made: Timestamp,
}

/// One person, as administrators see them.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// What the list shows of them.
    pub row: PersonRow,
    /// The e-mail address that the catalog has; may be empty.
    pub email: String,
    /// The groups they belong to, nested ones included, nearest first.
    pub groups: Vec<EntityLink>,
    /// Their local account.
    pub account: Option<AccountView>,
    /// A set-up link that was just made.
    pub link: Option<SetupLink>,
    /// Open sessions, the last used first.
    pub sessions: Vec<SessionView>,
    /// Tokens, those that work first.
    pub tokens: Vec<TokenView>,
    /// It is the caller's own page.
    pub own: bool,
    /// Whether the caller may end sessions.
    pub may_end_sessions: bool,
    /// Whether the caller may revoke tokens.
    pub may_revoke_tokens: bool,
    /// Whether the caller may make local accounts and switch people off.
    pub may_change_account: bool,
    /// Whether the caller may give roles.
    pub may_grant: bool,
    /// Whether the caller may look at what others may do.
    pub may_explain: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// To whom a role is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantHolder {
    /// A person.
    Person(EntityLink),
    /// A group, and how many people are in it and below.
    Group(EntityLink, u64),
    /// A service account, and whether it exists.
    Service(String, bool),
    /// Everybody who signs in.
    Everyone,
}

/// A role that is given to somebody.
#[derive(Clone, Debug)]
pub struct GrantView {
    /// To whom.
    pub holder: GrantHolder,
    /// As it is recorded: `user:default/ada`, `service:ci`, `everyone`.
    pub recorded: String,
    /// The configuration gives it, so that it cannot be taken away here.
    pub configured: bool,
    /// Who gave it; `None` for the configuration.
    pub by: Option<Actor>,
    /// When it was given.
    pub at: Option<Timestamp>,
}

/// An action in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionView {
    /// Its name in policies: `entity:change`.
    pub id: String,
    /// What it means, as a sentence.
    pub about: String,
    /// Something changes.
    pub writes: bool,
    /// Only under a condition, such as owning what it is done to.
    pub conditional: bool,
}

/// A role, what it may do and who has it.
#[derive(Clone, Debug)]
pub struct RoleView {
    /// Its name: `platform-engineer`.
    pub name: String,
    /// As people call it: `Platform engineer`.
    pub title: String,
    /// Who it is for, as a sentence.
    pub about: String,
    /// What it may do.
    pub actions: Vec<ActionView>,
    /// Who has it.
    pub grants: Vec<GrantView>,
}

/// The form that gives a role.
#[derive(Clone, Debug, Default)]
pub struct GrantForm {
    /// Which.
    pub role: String,
    /// To what: `person`, `group`, `service` or `everyone`.
    pub to: String,
    /// To which person.
    pub person: String,
    /// To which group.
    pub group: String,
    /// To which service account.
    pub service: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The roles.
#[derive(Clone, Debug)]
pub struct RolesView {
    /// All of them.
    pub roles: Vec<RoleView>,
    /// Whether the caller may give and take roles.
    pub may_grant: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// The page on which a role is given.
#[derive(Clone, Debug, Default)]
pub struct GrantPageView {
    /// Every role's name, and what people call it.
    pub roles: Vec<(String, String)>,
    /// The names of the service accounts.
    pub services: Vec<String>,
    /// The form, as it came back.
    pub form: GrantForm,
}

/// A service account in the list.
#[derive(Clone, Debug)]
pub struct ServiceAccountRow {
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The User or Group that answers for it.
    pub owner: EntityLink,
    /// None of its tokens works.
    pub disabled: bool,
    /// Tokens that work.
    pub tokens: u64,
    /// When one of them was last used.
    pub used: Option<Timestamp>,
    /// Its roles.
    pub roles: Vec<HeldRole>,
    /// Who made it.
    pub made_by: Actor,
    /// When it was made.
    pub made: Timestamp,
}

/// The form that makes a service account.
#[derive(Clone, Debug, Default)]
pub struct ServiceAccountForm {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The User or Group that answers for it.
    pub owner: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The service accounts.
#[derive(Clone, Debug)]
pub struct ServiceAccountsView {
    /// All of them, by name.
    pub rows: Vec<ServiceAccountRow>,
    /// Tokens of the whole installation that work.
    pub tokens: u64,
    /// Whether the caller may make and change them.
    pub may_change: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// One service account.
#[derive(Clone, Debug)]
pub struct ServiceAccountView {
    /// What the list shows of it.
    pub row: ServiceAccountRow,
    /// Its tokens, those that work first.
    pub tokens: Vec<TokenView>,
    /// The token that was just made.
    pub made: Option<MadeToken>,
    /// Whether the caller may change it and make tokens.
    pub may_change: bool,
    /// Whether the caller may give it roles.
    pub may_grant: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// Which tokens the list of all shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TokensShown {
    /// Those that work.
    #[default]
    Working,
    /// Those of people that work.
    People,
    /// Those of service accounts that work.
    Services,
    /// Those that end within two weeks.
    Expiring,
    /// Those whose time is over and those that were revoked.
    Gone,
}

impl TokensShown {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Working, Self::People, Self::Services, Self::Expiring, Self::Gone];

    /// The value in the URL; empty for those that work.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Working => "",
            Self::People => "people",
            Self::Services => "services",
            Self::Expiring => "expiring",
            Self::Gone => "gone",
        }
    }
}

/// The filters of the list of tokens, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensQuery {
    /// Part of the name, the first characters, the holder or a scope.
    pub text: String,
    /// Which tokens.
    pub shown: TokensShown,
    /// The page, from 1.
    pub page: usize,
}

impl TokensQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let (text, shown, page) = filters(query);
        let shown = TokensShown::ALL.into_iter().find(|known| known.value() == shown).unwrap_or_default();
        Self { text, shown, page }
    }

    /// The page's address.
    pub fn href(&self) -> String {
        address("/admin/tokens", &self.text, self.shown.value(), self.page)
    }
}

/// All tokens of the installation.
#[derive(Clone, Debug)]
pub struct TokensView {
    /// What the URL asks for.
    pub query: TokensQuery,
    /// How many there are of each, over the text.
    pub counts: Vec<(TokensShown, u64)>,
    /// How many match.
    pub total: u64,
    /// The page's tokens.
    pub rows: Vec<TokenView>,
    /// How many service accounts there are.
    pub services: u64,
    /// Whether the caller may revoke people's tokens.
    pub may_revoke: bool,
    /// Whether the caller may revoke service accounts' tokens.
    pub may_change_services: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back() {
        let check = |query: &str, expected: &str| {
            let read = PeopleQuery::parse(query);
            assert_eq!(read.href(), expected);
            assert_eq!(PeopleQuery::parse(expected.split_once('?').map_or("", |(_, query)| query)), read);
        };
        check("", "/admin/people");
        check("q=+ada&show=signed-in&page=2&x=1", "/admin/people?q=ada&show=signed-in&page=2");
        check("show=nonsense&page=0", "/admin/people");
        assert_eq!(TokensQuery::parse("show=gone&q=ci").href(), "/admin/tokens?q=ci&show=gone");
    }
}
