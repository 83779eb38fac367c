//! Accounts with a password, and the links that make them.

use std::net::IpAddr;

use identity::{
    Action,
    account::{self, AccountRow, Busy, check_password, person_of, read_name},
    policy::GrantTo,
    setup,
    throttle::{self, Key, Tried},
};
use model::{Caller, EntityRef, FieldError, PortalError, Principal, Seq, Via};
use secrecy::SecretString;
use serde_json::Value;
use store::{StoreError, Tx};

use super::{AccessUseCases, NewSession, Opened, Visitor, makes_credentials, of_store, too_often};
use crate::{failure, record::Done};

/// The way in with a password.
const PASSWORD: &str = "password";
/// The role of whoever uses an administrator's link.
const FIRST_ROLE: &str = "admin";

/// What a set-up link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupFor {
    /// An administrator, who chooses a name.
    Administrator,
    /// A password of this account.
    Account(String),
}

impl AccessUseCases<'_> {
    /// Signs in with a password.
    ///
    /// # Errors
    /// `Unauthenticated` when name or password is wrong, without telling which; `RateLimited` after too many failures.
    pub async fn sign_in_with_password(&self, name: &str, password: SecretString, visitor: &Visitor) -> Result<Opened, PortalError> {
        let failed = |error: StoreError| of_store(&error, &visitor.request_id);
        let name = name.trim().to_lowercase();
        let guesses = [Key::account_from(&name, visitor.address), Key::account(&name), Key::sign_in_from(visitor.address)];
        let locks = self.try_once(&guesses, visitor).await?;
        let row = account::find(self.store(), &name).await.map_err(failed)?;
        let hash = row.as_ref().map(|row| row.password_hash.as_str());
        let right = self.shared().passwords.verify(hash, password).await.map_err(busy)?;
        let (true, Some(row)) = (right, &row) else {
            // A name that is none may be a password in the wrong field, so it is not written down.
            let resource = row.as_ref().map_or_else(|| "account".to_owned(), |row| format!("account:{}", row.name));
            let detail = [("provider", PASSWORD.into()), ("locked_for_seconds", locks.into())];
            self.refused("session:refused", &resource, visitor.address, &visitor.request_id, &detail).await;
            return Err(PortalError::Unauthenticated { message: "Name or password is wrong.".to_owned() });
        };
        if row.disabled != 0 {
            let detail = [("provider", PASSWORD.into()), ("disabled", true.into())];
            self.refused("session:refused", &format!("account:{}", row.name), visitor.address, &visitor.request_id, &detail).await;
            return Err(PortalError::Forbidden { message: "This account is switched off. Ask an administrator.".to_owned() });
        }
        let tx = self.store().begin().await.map_err(failed)?;
        let new = Self::session_of(&row.person, &row.name, visitor)?;
        self.open_in(tx, new, &guesses).await
    }

    fn session_of(person: &str, name: &str, visitor: &Visitor) -> Result<NewSession, PortalError> {
        let person = person.parse().map_err(|_| PortalError::invalid(format!("the account \"{name}\" belongs to nobody")))?;
        Ok(NewSession {
            person,
            provider: PASSWORD.to_owned(),
            subject: name.to_owned(),
            provider_session: String::new(),
            id_token: String::new(),
            visitor: visitor.clone(),
        })
    }

    /// Counts a try before it is looked at; for how many seconds its failure locks.
    async fn try_once(&self, guesses: &[Key], visitor: &Visitor) -> Result<Option<u32>, PortalError> {
        let tried = throttle::attempt(self.store(), guesses, self.shared().limits).await;
        match tried.map_err(|error| of_store(&error, &visitor.request_id))? {
            Tried::Locked(locked) => Err(too_often(locked)),
            Tried::Counted { locks_for_seconds } => Ok(locks_for_seconds),
        }
    }

    /// Somebody sent a wrong admin token to the sign-in page. That token is never locked, so not every failure of a flood is written down.
    pub async fn refused_admin_token(&self, visitor: &Visitor) {
        let caller = visitor.caller(Principal::Worker, Via::Nothing);
        if self.portal.inner.audit.may_refuse(&caller) {
            let detail = [("provider", "admin-token".into())];
            self.refused("session:refused", "admin-token", visitor.address, &visitor.request_id, &detail).await;
        } else {
            metrics::counter!("audit_refusals_left_out_total").increment(1);
        }
    }

    /// Writes a refusal down, of somebody who is not known. That it cannot be written changes nothing: the answer is no in any case.
    pub(super) async fn refused(
        &self,
        action: &'static str,
        resource: &str,
        address: Option<IpAddr>,
        request_id: &str,
        detail: &[(&str, Value)],
    ) {
        let caller = Caller { via: Via::Nothing, address, request_id: request_id.to_owned(), ..Caller::worker() };
        let done = Done::named(action, resource).by("anonymous").refused();
        let done = detail.iter().filter(|(_, value)| !value.is_null()).fold(done, |done, (key, value)| done.with(key, value.clone()));
        if let Err(error) = self.portal.record(&caller, done).await {
            tracing::error!(action, resource, %error, "a refusal could not be recorded");
        }
    }

    /// Every account, by name; those of people who were only switched off too.
    ///
    /// # Errors
    /// `Forbidden` without `person:read`.
    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<AccountRow>, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        let rows = account::list(self.store()).await.map_err(|error| failure::of_store(&error, caller))?;
        // Nobody outside needs the hashes: only whether there is one.
        let blank =
            |row: AccountRow| AccountRow { password_hash: if row.has_password() { "set".to_owned() } else { String::new() }, ..row };
        Ok(rows.into_iter().map(blank).collect())
    }

    /// Makes a link that sets an account's password, once, within a day; the account is made with it if it is not there. Without an account,
    /// whoever uses it becomes an administrator.
    ///
    /// # Errors
    /// `Forbidden` without `account:write`, and without `role:grant` for an administrator's and for a name that is somebody's already: whoever
    /// uses the link becomes them. `Forbidden` for a limited token; `Invalid` for a name that cannot be.
    pub async fn create_setup_link(&self, caller: &Caller, account: Option<&str>) -> Result<String, PortalError> {
        self.portal.allow(caller, Action::AccountWrite).await?;
        makes_credentials(caller, "setup links")?;
        let account = account.map(read_name).transpose().map_err(|message| invalid("name", message))?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let somebody = match &account {
            None => true,
            Some(name) => self.is_somebody(name).await.map_err(failed)?,
        };
        if somebody {
            self.portal.allow(caller, Action::RoleGrant).await?;
        }
        let mut tx = self.store().begin().await.map_err(failed)?;
        let secret = setup::add(&mut tx, account.as_deref(), &caller.principal.recorded()).await.map_err(failed)?;
        let resource = account.map_or_else(|| "account".to_owned(), |name| format!("account:{name}"));
        self.portal.commit(tx, caller, Done::named("account:setup-link", resource)).await.map_err(failed)?;
        Ok(secret)
    }

    /// Whether the name is an account's, or whoever signed in with it would be somebody whom the catalog knows or who has a role.
    async fn is_somebody(&self, name: &str) -> Result<bool, StoreError> {
        let person = person_of(name);
        let known = self.portal.inner.catalog.snapshot().find(&person).is_some();
        let has_role = || self.portal.inner.authority.grants().into_iter().any(|grant| grant.to == GrantTo::User(person.clone()));
        Ok(known || has_role() || account::find(self.store(), name).await?.is_some())
    }

    /// What a link is for; `None` when it was used, ran out, or never was. Wrong ones are not counted: any page can make a browser open an
    /// address, and a secret of 256 bits is not guessed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_link(&self, secret: &str, visitor: &Visitor) -> Result<Option<SetupFor>, PortalError> {
        let found = setup::find(self.store(), secret).await.map_err(|error| of_store(&error, &visitor.request_id))?;
        Ok(found.map(|account| account.map_or(SetupFor::Administrator, SetupFor::Account)))
    }

    /// Uses a link: sets the password, makes the account where there is none, and signs in. The name counts for an administrator's link only.
    ///
    /// # Errors
    /// `NotFound` when the link was used or ran out, `RateLimited` after too many wrong ones from one address; `Invalid` for name or password; `Conflict` when somebody has the name. The link can be
    /// used again after the latter two.
    pub async fn use_setup_link(&self, secret: &str, name: &str, password: SecretString, visitor: &Visitor) -> Result<Opened, PortalError> {
        let gone = || {
            PortalError::not_found(
                "This link was used already or ran out. Ask an administrator for another, or make one with: waymark admin setup-link",
            )
        };
        let failed = |error: StoreError| of_store(&error, &visitor.request_id);
        let from_here = [Key::sign_in_from(visitor.address)];
        if let Some(locked) = throttle::check(self.store(), &from_here).await.map_err(failed)? {
            return Err(too_often(locked));
        }
        let Some(purpose) = self.setup_link(secret, visitor).await? else {
            self.try_once(&from_here, visitor).await?;
            return Err(gone());
        };
        let name = match &purpose {
            SetupFor::Account(name) => name.clone(),
            SetupFor::Administrator => read_name(name).map_err(|message| invalid("name", message))?,
        };
        check_password(&name, &password).map_err(|message| invalid("password", message))?;
        let hash = self.shared().passwords.hash(password).await.map_err(busy)?;
        let mut tx = self.store().begin().await.map_err(failed)?;
        let taken = setup::take(&mut tx, secret).await.map_err(failed)?.ok_or_else(gone)?;
        let person = self.set_up(&mut tx, taken.is_none(), &name, &hash, visitor).await?;
        let ended = Self::end_all_in(&mut tx, &person).await.map_err(failed)?;
        tx.feed("account", &name);
        let caller = visitor.caller(Principal::Person(person.clone()), Via::Nothing);
        let mut done = Done::named("account:setup", format!("account:{name}"));
        if taken.is_none() {
            done = done.with("role", FIRST_ROLE);
        }
        self.portal.commit(tx, &caller, done).await.map_err(failed)?;
        ended.iter().for_each(|id| self.shared().known.forget(id));
        // The feed says so too, in a moment; whoever signs in now must not wait for it.
        self.shared().reload_accounts(self.store()).await.map_err(failed)?;
        let tx = self.store().begin().await.map_err(failed)?;
        let new = Self::session_of(&person.to_string(), &name, visitor)?;
        self.open_in(tx, new, &[Key::account_from(&name, visitor.address), Key::account(&name)]).await
    }

    /// Writes the account and, for an administrator, the role.
    async fn set_up(&self, tx: &mut Tx, administrator: bool, name: &str, hash: &str, visitor: &Visitor) -> Result<EntityRef, PortalError> {
        let failed = |error: StoreError| of_store(&error, &visitor.request_id);
        let there = account::find_in(tx, name).await.map_err(failed)?;
        let conflict = |message: &str| PortalError::Conflict { message: message.to_owned() };
        match there {
            Some(_) if administrator => Err(conflict("There is an account of that name already. Choose another name.")),
            Some(row) if row.disabled != 0 => Err(conflict("This account is switched off. Ask an administrator.")),
            Some(row) => {
                account::set_password(tx, name, hash).await.map_err(failed)?;
                row.person.parse().map_err(|_| conflict("The account belongs to nobody."))
            }
            None => {
                let person = person_of(name);
                if !account::add(tx, name, &person, hash, false).await.map_err(failed)? {
                    return Err(conflict("That person has an account of another name, or is switched off. Choose another name."));
                }
                if administrator {
                    setup::grant(tx, FIRST_ROLE, &person.to_string(), &person.to_string()).await.map_err(failed)?;
                }
                Ok(person)
            }
        }
    }

    /// Switches a person off, which ends every session and token of theirs and the set-up links that they made or that are for them, and lets
    /// them in by no way; or on again. `name` is an account's
    /// name, or a person's reference for somebody without an account.
    ///
    /// # Errors
    /// `NotFound` without such an account or person, `Conflict` for oneself.
    pub async fn disable_account(&self, caller: &Caller, name: &str, disabled: bool) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::AccountWrite).await?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let missing = || PortalError::not_found(format!("There is no account or person \"{name}\"."));
        let mut tx = self.store().begin().await.map_err(failed)?;
        let by_ref = if name.contains(':') { Some(name.parse::<EntityRef>().map_err(|_| missing())?) } else { None };
        let row = match &by_ref {
            Some(person) => account::find_of(&mut tx, person).await.map_err(failed)?,
            None => account::find_in(&mut tx, name).await.map_err(failed)?,
        };
        let (name, person) = match (row, by_ref) {
            (Some(row), _) => (row.name, row.person.parse::<EntityRef>().map_err(|_| missing())?),
            (None, Some(person))
                if person.kind().eq_ignore_ascii_case("user") && self.portal.inner.catalog.snapshot().find(&person).is_some() =>
            {
                account::add(&mut tx, &person.to_string(), &person, account::NO_PASSWORD, disabled).await.map_err(failed)?;
                (person.to_string(), person)
            }
            _ => return Err(missing()),
        };
        if disabled && caller.person() == Some(&person) {
            return Err(PortalError::Conflict { message: "You cannot switch yourself off. Ask another administrator.".to_owned() });
        }
        account::disable(&mut tx, &name, disabled).await.map_err(failed)?;
        if disabled {
            Self::end_all_in(&mut tx, &person).await.map_err(failed)?;
            setup::close_of(&mut tx, &person, &name).await.map_err(failed)?;
        }
        tx.feed("account", &name);
        let done = Done::new(Action::AccountWrite, format!("account:{name}")).with("person", person.to_string()).with("disabled", disabled);
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        self.shared().known.clear();
        self.shared().reload_accounts(self.store()).await.map_err(failed)?;
        Ok(seq)
    }
}

fn invalid(field: &str, message: String) -> PortalError {
    PortalError::Invalid { message: message.clone(), fields: vec![FieldError { field: field.to_owned(), message }] }
}

fn busy(_: Busy) -> PortalError {
    PortalError::Unavailable { message: "Many people sign in at the moment. Try again in a few seconds.".to_owned() }
}
