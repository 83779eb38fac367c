//! Roles: who has which and through what, and giving them to somebody and taking them away.

use std::collections::HashSet;

use ::catalog::index::{EntityId, Snapshot};
use identity::{
    Access, Action,
    policy::{Grant, GrantOrigin, GrantTo, PolicyText, Role},
};
use model::{
    Caller, EntityRef, FieldError, PortalError, Seq,
    view::{ActionView, GrantForm, GrantHolder, GrantPageView, GrantView, HeldRole, RoleVia, RoleView, RolesView},
};
use store::{Args, Store, StoreError, Tx};

pub(crate) use crate::sql::admin::GrantRow as StoredGrant;

use crate::{
    Portal,
    catalog::changes::actor_of,
    failure,
    policies::{grants as given, in_force},
    record::Done,
    sql::admin as sql,
    sql::policy,
    summary::Links,
};

/// Roles that can be given in all, so that nobody fills the memory of every replica.
const GRANTS: usize = 10_000;

/// Every role that was given in the portal, those of the configuration not included.
pub(crate) async fn stored(store: &Store) -> Result<Vec<StoredGrant>, StoreError> {
    store.fetch_all(&sql::GRANTS, Args::new()).await
}

impl Portal {
    /// Who has which role.
    pub fn roles(&self) -> RoleUseCases<'_> {
        RoleUseCases { portal: self }
    }
}

/// The roles in force, to find out who has them.
pub(crate) struct Holdings {
    grants: Vec<Grant>,
}

impl Holdings {
    pub(crate) fn of(portal: &Portal) -> Self {
        let place = |role: &str| Role::ALL.iter().position(|known| known.name == role).unwrap_or(usize::MAX);
        let mut grants = portal.inner.authority.grants();
        grants.sort_by_key(|grant| (place(&grant.role), grant.to.clone()));
        Self { grants }
    }

    /// A person's roles, the most powerful first.
    pub(crate) fn of_person(&self, person: &EntityRef, groups: &[EntityRef], links: &Links<'_>) -> Vec<HeldRole> {
        self.matching(|to| match to {
            GrantTo::User(user) => (user == person).then_some(RoleVia::Directly),
            GrantTo::Group(group) => groups.contains(group).then(|| RoleVia::Group(links.target(group))),
            GrantTo::Everyone => Some(RoleVia::Everyone),
            GrantTo::Service(_) => None,
        })
    }

    /// A service account's roles, the most powerful first.
    pub(crate) fn of_service(&self, name: &str) -> Vec<HeldRole> {
        self.matching(|to| matches!(to, GrantTo::Service(service) if service == name).then_some(RoleVia::Directly))
    }

    /// The roles that everyone has.
    pub(crate) fn of_everyone(&self) -> Vec<String> {
        self.matching(|to| (*to == GrantTo::Everyone).then_some(RoleVia::Everyone)).into_iter().map(|held| held.role).collect()
    }

    /// People with a role of their own or of a group.
    pub(crate) fn people(&self, snapshot: &Snapshot) -> HashSet<EntityRef> {
        let mut people = HashSet::new();
        for grant in &self.grants {
            match &grant.to {
                GrantTo::User(user) => _ = people.insert(user.clone()),
                GrantTo::Group(group) => people.extend(members(snapshot, group)),
                GrantTo::Service(_) | GrantTo::Everyone => {}
            }
        }
        people
    }

    fn matching(&self, via: impl Fn(&GrantTo) -> Option<RoleVia>) -> Vec<HeldRole> {
        let mut held: Vec<HeldRole> = Vec::new();
        for grant in &self.grants {
            let Some(via) = via(&grant.to) else { continue };
            // The configuration and somebody here may have given the same.
            if !held.iter().any(|known| known.role == grant.role && known.via == via) {
                held.push(HeldRole { role: grant.role.clone(), via, configured: grant.origin != GrantOrigin::Database });
            }
        }
        held
    }
}

/// Everybody in a group and in the groups below it.
fn members(snapshot: &Snapshot, group: &EntityRef) -> HashSet<EntityRef> {
    let (mut people, mut seen) = (HashSet::new(), HashSet::new());
    let mut groups: Vec<EntityId> = snapshot.find(group).into_iter().collect();
    while let Some(group) = groups.pop() {
        if !seen.insert(group) {
            continue;
        }
        for relation in snapshot.entity(group).relations() {
            match (relation.kind, relation.target_id()) {
                ("hasMember", Some(person)) => _ = people.insert(snapshot.entity(person).entity_ref()),
                ("parentOf", Some(child)) => groups.push(child),
                _ => {}
            }
        }
    }
    people
}

/// Use cases of roles.
#[derive(Debug)]
pub struct RoleUseCases<'a> {
    portal: &'a Portal,
}

impl RoleUseCases<'_> {
    /// The roles, what each may do, and who has it.
    ///
    /// # Errors
    /// As if it were not there for those who may not see it; `Unavailable`.
    pub async fn page(&self, caller: &Caller) -> Result<RolesView, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let stored = self.stored(caller).await?;
        let services = self.services(caller).await?;
        let in_force = self.portal.inner.authority.grants();
        let roles = Role::ALL.iter().map(|role| {
            let mut grants: Vec<GrantView> = in_force
                .iter()
                .filter(|grant| grant.role == role.name)
                .map(|grant| {
                    let recorded = grant.to.to_string();
                    let row = stored.iter().find(|row| row.role == grant.role && row.principal == recorded);
                    let row = row.filter(|_| grant.origin == GrantOrigin::Database);
                    GrantView {
                        holder: holder(&grant.to, &snapshot, &links, &services),
                        configured: grant.origin != GrantOrigin::Database,
                        by: row.map(|row| actor_of(&links, &row.created_by)),
                        at: row.map(|row| row.created_at.into()),
                        recorded,
                    }
                })
                .collect();
            grants.sort_by_cached_key(|grant| grant.recorded.clone());
            RoleView {
                name: role.name.to_owned(),
                title: role.title.to_owned(),
                about: role.about.to_owned(),
                actions: actions(role),
                grants,
            }
        });
        let roles = roles.collect();
        Ok(RolesView { roles, may_grant: self.portal.may(caller, Action::RoleGrant), now: crate::now() })
    }

    /// The form that gives a role.
    ///
    /// # Errors
    /// `Forbidden` for those who may not give roles; `Unavailable`.
    pub async fn grant_page(&self, caller: &Caller, form: GrantForm) -> Result<GrantPageView, PortalError> {
        self.portal.allow(caller, Action::RoleGrant).await?;
        let roles = Role::ALL.iter().map(|role| (role.name.to_owned(), role.title.to_owned())).collect();
        Ok(GrantPageView { roles, services: self.services(caller).await?, form })
    }

    /// Every role that was given, by the configuration and here: role, to whom, and whether the configuration gave it.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn list(&self, caller: &Caller) -> Result<Vec<(String, String, bool)>, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        self.portal.seen(caller).await?;
        let mut grants = self.portal.inner.authority.grants();
        grants.sort_by_cached_key(|grant| (grant.origin == GrantOrigin::Database, grant.role.clone(), grant.to.to_string()));
        Ok(grants.into_iter().map(|grant| (grant.role, grant.to.to_string(), grant.origin != GrantOrigin::Database)).collect())
    }

    /// Gives a role to somebody, written `user:default/ada`, `group:default/team`, `service:ci` or `everyone`.
    ///
    /// # Errors
    /// `Invalid` with what is wrong with role or person; `Conflict` when they have it already, or nobody could give roles any more;
    /// `Forbidden`; `Unavailable`.
    pub async fn grant(&self, caller: &Caller, role: &str, to: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::RoleGrant).await?;
        let (role, to) = self.checked(caller, role, to).await?;
        let rows = self.stored(caller).await?;
        let recorded = to.to_string();
        if rows.iter().any(|row| row.role == role && row.principal == recorded) {
            return Err(PortalError::Conflict { message: format!("{recorded} has the role {role} already.") });
        }
        if rows.len() >= GRANTS {
            return Err(PortalError::Conflict {
                message: format!("There are {GRANTS} grants, which is as many as there can be. Give roles to groups."),
            });
        }
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        tx.execute(&policy::TURN, Args::new()).await.map_err(failed)?;
        let now = tx.now().await.map_err(failed)?;
        let args = Args::new().text(&role).text(&recorded).text(caller.principal.recorded()).ts(now);
        tx.execute(&sql::GRANT_ADD, args).await.map_err(failed)?;
        let (texts, grants) = self.would_hold(&mut tx).await.map_err(failed)?;
        // What cannot be put together would give nothing.
        self.portal.would_hold(texts, grants).await?;
        tx.feed("grant", &role);
        let done = Done::new(Action::RoleGrant, &recorded).after(role.as_bytes()).with("role", role.as_str()).with("to", recorded.as_str());
        self.portal.commit(tx, caller, done).await.map_err(failed)
    }

    /// Takes a role away from whoever it was given to here.
    ///
    /// # Errors
    /// `NotFound` when they do not have it, or the configuration gave it; `Conflict` when nobody could give roles any more; `Forbidden`;
    /// `Unavailable`.
    pub async fn take(&self, caller: &Caller, role: &str, to: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::RoleGrant).await?;
        self.portal.seen(caller).await?;
        let failed = |error| failure::of_store(&error, caller);
        let people = self.portal.who_can_sign_in(caller).await?;
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        // One change of what people may do after the other: two, each harmless, could lock everybody out together.
        tx.execute(&policy::TURN, Args::new()).await.map_err(failed)?;
        if tx.execute(&sql::GRANT_REMOVE, Args::new().text(role).text(to)).await.map_err(failed)? == 0 {
            let message = format!("{to} was not given the role {role} here. What the configuration gives is changed there.");
            return Err(PortalError::not_found(message));
        }
        let (texts, left) = self.would_hold(&mut tx).await.map_err(failed)?;
        if let Some(message) = self.portal.would_lock_out(caller, texts, left, people).await? {
            return Err(PortalError::Conflict { message });
        }
        identity::setup::close_made_by(&mut tx, to).await.map_err(failed)?;
        tx.feed("grant", role);
        let done = Done::new(Action::RoleGrant, to).before(role.as_bytes()).with("role", role).with("from", to);
        self.portal.commit(tx, caller, done).await.map_err(failed)
    }

    /// What of the database would be in force, as the transaction sees it.
    async fn would_hold(&self, tx: &mut Tx) -> Result<(Vec<PolicyText>, Vec<Grant>), StoreError> {
        let texts: Vec<policy::PolicyRow> = tx.fetch_all(&policy::POLICIES, Args::new()).await?;
        Ok((in_force(self.portal, texts.iter()), given(self.portal, tx).await?))
    }

    /// The role and its holder, if both are there.
    async fn checked(&self, caller: &Caller, role: &str, to: &str) -> Result<(String, GrantTo), PortalError> {
        let wrong = |field: &str, message: String| PortalError::Invalid {
            message: message.clone(),
            fields: vec![FieldError { field: field.to_owned(), message }],
        };
        let Some(role) = Role::named(role.trim()) else {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.name).collect();
            return Err(wrong("role", format!("There is no role \"{role}\". There are: {}.", known.join(", "))));
        };
        let to: GrantTo = to.trim().parse().map_err(|message: String| wrong("to", message))?;
        let snapshot = self.portal.seen(caller).await?;
        match &to {
            GrantTo::Group(group) if snapshot.find(group).is_none() => {
                Err(wrong("group", format!("There is no group {group} in the catalog. Pick one from the list.")))
            }
            GrantTo::User(user) if snapshot.find(user).is_none() && !self.has_account(caller, user).await? => Err(wrong(
                "person",
                format!("There is no {user} in the catalog, and no local account of theirs. Pick somebody from the list."),
            )),
            GrantTo::Service(name) if !self.services(caller).await?.contains(name) => {
                Err(wrong("service", format!("There is no service account \"{name}\". Make it first.")))
            }
            _ => Ok((role.name.to_owned(), to)),
        }
    }

    async fn has_account(&self, caller: &Caller, user: &EntityRef) -> Result<bool, PortalError> {
        let rows = identity::account::list(&self.portal.inner.store).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok(rows.iter().any(|row| row.person == user.to_string()))
    }

    /// The names of the service accounts.
    async fn services(&self, caller: &Caller) -> Result<Vec<String>, PortalError> {
        let rows = identity::service::list(&self.portal.inner.store).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    async fn stored(&self, caller: &Caller) -> Result<Vec<StoredGrant>, PortalError> {
        stored(&self.portal.inner.store).await.map_err(|error| failure::of_store(&error, caller))
    }
}

fn holder(to: &GrantTo, snapshot: &Snapshot, links: &Links<'_>, services: &[String]) -> GrantHolder {
    match to {
        GrantTo::User(user) => GrantHolder::Person(links.target(user)),
        GrantTo::Group(group) => GrantHolder::Group(links.target(group), members(snapshot, group).len() as u64),
        GrantTo::Service(name) => GrantHolder::Service(name.clone(), services.contains(name)),
        GrantTo::Everyone => GrantHolder::Everyone,
    }
}

/// What a role allows of what the portal can do now.
fn actions(role: &Role) -> Vec<ActionView> {
    role.actions()
        .into_iter()
        .filter(|allowed| is_built(allowed.action))
        .map(|allowed| ActionView {
            id: allowed.action.id().to_owned(),
            about: allowed.action.about().to_owned(),
            writes: allowed.action.access() == Access::Write,
            conditional: allowed.conditional,
        })
        .collect()
}

/// Whether the portal does this already. Actions of what is still to come are in policies, and would only puzzle on pages.
pub(crate) fn is_built(action: Action) -> bool {
    action < Action::DocsRead
}
