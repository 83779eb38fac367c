//! Everybody who can sign in, or did; and one of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ::catalog::index::{Predicate, Visibility};
use identity::Action;
use model::{
    Caller, EntityRef, PortalError, Timestamp,
    view::{ADMIN_PAGE, AccountView, EntityLink, PeopleQuery, PeopleShown, PeopleView, PersonRow, PersonView, RoleVia},
};
use store::{Args, Statement, StoreError};

use super::{AdminUseCases, holds, lines, page};
use crate::{
    access::{AccountRow, TokenOwner},
    failure,
    people::{email_of, groups_of},
    roles::Holdings,
    sql::admin as sql,
    summary::Links,
};

/// What the database knows of somebody.
#[derive(Debug, Default)]
struct Known {
    ways: BTreeSet<String>,
    sessions: u64,
    tokens: u64,
    seen: Option<Timestamp>,
    account: Option<AccountRow>,
}

/// Somebody of the list, before their roles are looked up.
struct Found {
    link: EntityLink,
    known: Known,
    has_roles: bool,
}

impl Found {
    fn is(&self, shown: PeopleShown) -> bool {
        match shown {
            PeopleShown::All => true,
            PeopleShown::SignedIn => self.known.sessions > 0,
            PeopleShown::WithRoles => self.has_roles,
            PeopleShown::Local => self.known.account.as_ref().is_some_and(AccountRow::has_password),
            PeopleShown::Missing => !self.link.exists,
        }
    }
}

impl AdminUseCases<'_> {
    /// Everybody who can sign in, or did.
    ///
    /// # Errors
    /// As if it were not there for those who may not see it; `Unavailable`.
    pub async fn people(&self, caller: &Caller, query: &PeopleQuery) -> Result<PeopleView, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        let mut known = self.known(caller).await?;
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let holdings = Holdings::of(self.portal);
        let with_roles = holdings.people(&snapshot);
        let users = snapshot.matching(&Predicate::equals("kind", "user"), &Visibility::All);
        let mut people: Vec<Found> = users.iter().map(|id| found(links.link(id), &mut known, &with_roles)).collect();
        // Whoever is left came in once, or has a role or an account, and is not in the catalog.
        let absent: BTreeSet<String> = known.keys().cloned().chain(with_roles.iter().map(ToString::to_string)).collect();
        let absent = absent.iter().filter_map(|name| name.parse::<EntityRef>().ok()).filter(|name| snapshot.find(name).is_none());
        let absent: Vec<EntityLink> = absent.map(|name| links.target(&name)).collect();
        people.extend(absent.into_iter().map(|link| found(link, &mut known, &with_roles)));

        let needle = query.text.to_lowercase();
        people.retain(|found| {
            let ways: Vec<&str> = found.known.ways.iter().map(String::as_str).collect();
            holds(&needle, &[&found.link.title, &found.link.entity_ref.to_string()]) || holds(&needle, &ways) || {
                let groups = groups_of(&snapshot, &found.link.entity_ref);
                found.has_roles
                    && holdings.of_person(&found.link.entity_ref, &groups, &links).iter().any(|held| held.role.contains(&needle))
            }
        });
        let counts = PeopleShown::ALL.map(|shown| (shown, people.iter().filter(|found| found.is(shown)).count() as u64)).to_vec();
        people.retain(|found| found.is(query.shown));
        people.sort_by_cached_key(|found| (std::cmp::Reverse(found.known.seen), found.link.title.to_lowercase()));
        let total = people.len() as u64;
        let rows = page(people, query.page, ADMIN_PAGE).into_iter().map(|found| {
            let groups = groups_of(&snapshot, &found.link.entity_ref);
            let mut row = row(found.link, found.known, &groups, &holdings, &links);
            row.roles.retain(|held| held.via != RoleVia::Everyone);
            row
        });
        Ok(PeopleView {
            query: query.clone(),
            counts,
            total,
            rows: rows.collect(),
            everyone: holdings.of_everyone(),
            may_make_accounts: self.portal.may(caller, Action::AccountWrite),
            now: crate::now(),
        })
    }

    /// One person.
    ///
    /// # Errors
    /// `NotFound` for somebody of whom nothing is known; else as [`Self::people`].
    pub async fn person(&self, caller: &Caller, person: &EntityRef) -> Result<PersonView, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        let known = self.known(caller).await?.remove(&person.to_string());
        let access = self.portal.access();
        let sessions = access.sessions(caller, Some(person)).await?;
        let tokens = access.tokens(caller, &TokenOwner::Person(person.clone())).await?;
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let holdings = Holdings::of(self.portal);
        let link = links.target(person);
        let groups = groups_of(&snapshot, person);
        let roles = holdings.of_person(person, &groups, &links);
        let given = roles.iter().any(|held| held.via == RoleVia::Directly);
        if !link.exists && known.is_none() && !given {
            return Err(PortalError::not_found(format!(
                "Nobody called {person} is in the catalog, and nobody of that name ever signed in."
            )));
        }
        let known = known.unwrap_or_default();
        let account = known.account.as_ref().filter(|account| account.has_password());
        let (now, may) = (crate::now(), |action| self.portal.may(caller, action));
        let own = caller.person() == Some(person);
        Ok(PersonView {
            account: account.map(|account| AccountView { name: account.name.clone(), made: account.created_at.into() }),
            email: email_of(&snapshot, person),
            groups: groups.iter().map(|group| links.target(group)).collect(),
            link: None,
            sessions: sessions.into_iter().map(|row| lines::session(row, &caller.via)).collect(),
            tokens: lines::sorted(tokens.into_iter().map(|row| lines::token(row, &links)).collect(), now),
            own,
            may_end_sessions: may(if own { Action::SelfManage } else { Action::SessionRevoke }),
            may_revoke_tokens: may(if own { Action::SelfToken } else { Action::TokenRevoke }),
            may_change_account: may(Action::AccountWrite),
            may_grant: may(Action::RoleGrant),
            may_explain: may(Action::PolicyRead),
            row: row(link, known, &groups, &holdings, &links),
            now,
        })
    }

    /// What the database knows of people, by their name.
    async fn known(&self, caller: &Caller) -> Result<BTreeMap<String, Known>, PortalError> {
        let accounts = self.portal.access().accounts(caller).await?;
        let rows = async |statement: &'static Statement, args: Args| -> Result<Vec<sql::SeenRow>, StoreError> {
            let rows: Vec<sql::SeenRow> = self.portal.inner.store.fetch_all(statement, args).await?;
            Ok(rows.into_iter().filter(|row| row.person.starts_with("user:")).collect())
        };
        let read = async {
            let now = self.portal.inner.store.now().await?;
            let sessions = rows(&sql::SEEN_SESSIONS, Args::new().ts(now)).await?;
            let tokens = rows(&sql::SEEN_TOKENS, Args::new().ts(now)).await?;
            let providers = rows(&sql::SEEN_PROVIDERS, Args::new()).await?;
            Ok((sessions, tokens, providers))
        };
        let (sessions, tokens, providers) = read.await.map_err(|error: StoreError| failure::of_store(&error, caller))?;
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        let count = |row: &sql::SeenRow| u64::try_from(row.count).unwrap_or_default();
        for row in sessions.into_iter().chain(providers) {
            let of = known.entry(row.person.clone()).or_default();
            of.sessions += count(&row);
            of.seen = of.seen.max(row.seen_at.map(Into::into));
            of.ways.insert(row.way);
        }
        for row in tokens {
            let of = known.entry(row.person.clone()).or_default();
            of.tokens += count(&row);
            of.seen = of.seen.max(row.seen_at.map(Into::into));
        }
        for account in accounts {
            let of = known.entry(account.person.clone()).or_default();
            if account.has_password() {
                of.ways.insert("password".to_owned());
            }
            of.account = Some(account);
        }
        Ok(known)
    }
}

fn found(link: EntityLink, known: &mut BTreeMap<String, Known>, with_roles: &HashSet<EntityRef>) -> Found {
    let known = known.remove(&link.entity_ref.to_string()).unwrap_or_default();
    Found { has_roles: with_roles.contains(&link.entity_ref), known, link }
}

fn row(link: EntityLink, known: Known, groups: &[EntityRef], holdings: &Holdings, links: &Links<'_>) -> PersonRow {
    PersonRow {
        roles: holdings.of_person(&link.entity_ref, groups, links),
        ways: known.ways.into_iter().filter(|way| !way.is_empty()).collect(),
        sessions: known.sessions,
        tokens: known.tokens,
        seen: known.seen,
        disabled: known.account.is_some_and(|account| account.disabled != 0),
        person: link,
    }
}
