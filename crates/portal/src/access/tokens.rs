//! Tokens of people and of service accounts.

use std::{net::IpAddr, sync::OnceLock};

use identity::{
    Action, service,
    throttle::{self, Key, Tried},
    token::{self, Making, TokenRow, check_scopes},
};
use model::{Caller, EntityRef, FieldError, PortalError, Principal, Seq, Timestamp, Via};
use store::StoreError;

use super::{AccessUseCases, known::Good, makes_credentials, of_store, too_often};
use crate::{failure, record::Done};

/// Characters of a token's name.
const NAME: usize = 100;
/// Tokens that one owner has at once.
const TOKENS: usize = 100;
/// Days that a person's own token lives at most.
const YEAR: u32 = 365;
/// Days that a token lives at most, if it ends at all.
const DAYS: u32 = 3650;

/// Whose tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    /// The caller's.
    Me,
    /// Somebody's.
    Person(EntityRef),
    /// A service account's.
    Service(String),
    /// Everybody's.
    All,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is. Only the admin token makes tokens for other people.
    pub owner: TokenOwner,
    /// What its owner calls it.
    pub name: String,
    /// What it is limited to: `*`, actions, or areas as in `catalog:read`.
    pub scopes: Vec<String>,
    /// After how many days it ends; `None`: not by itself. What people make for themselves ends within a year.
    pub expires_days: Option<u32>,
}

/// A token that was made.
#[derive(Clone)]
pub struct Created {
    /// What lists and the audit log call it.
    pub id: String,
    /// The token. It is shown once.
    pub token: String,
    /// The place in the change feed.
    pub seq: Seq,
}

impl std::fmt::Debug for Created {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Created").field("id", &self.id).finish_non_exhaustive()
    }
}

impl AccessUseCases<'_> {
    /// Who a token belongs to; `None` when it is none of ours, ended, was revoked, or its owner left. From memory for a few seconds.
    ///
    /// # Errors
    /// `RateLimited` after too many wrong ones from one address; when the database does not answer, and it is not in memory.
    pub async fn caller_of_token(&self, token: &str, address: Option<IpAddr>, request_id: &str) -> Result<Option<Caller>, PortalError> {
        let shared = self.shared();
        if !token::is_well_formed(token) {
            self.guessed(address, request_id).await?;
            return Ok(None);
        }
        let locked = OnceLock::new();
        let load = async || {
            let good = token::find(self.store(), token).await?;
            // Whoever uses a good token goes on, whatever others at the same address do.
            if good.is_none()
                && let Some(found) = throttle::check(self.store(), &[Key::tokens_from(address)]).await?
            {
                _ = locked.set(found);
            }
            Ok(good.map(|good| Good { id: good.id.into(), principal: good.principal, scopes: Some(good.scopes.into()) }))
        };
        let found = shared.known.resolve(token, load).await.map_err(|error| of_store(&error, request_id))?;
        if let Some(locked) = locked.get() {
            return Err(too_often(*locked));
        }
        let Some((good, loaded)) = found else {
            self.guessed(address, request_id).await?;
            return Ok(None);
        };
        if loaded {
            shared.uses.token(&good.id, address);
        }
        let via = Via::Token(good.id.clone());
        let caller = match &good.principal {
            Principal::Person(person) => self.person(person, via, address, request_id),
            Principal::Service(_) => {
                Some(Caller { principal: good.principal.clone(), via, address, request_id: request_id.to_owned(), ..Caller::worker() })
            }
            Principal::AdminToken | Principal::Worker => None,
        };
        Ok(caller.map(|caller| Caller { scopes: good.scopes.clone(), ..caller }))
    }

    /// Counts a wrong token.
    async fn guessed(&self, address: Option<IpAddr>, request_id: &str) -> Result<(), PortalError> {
        let failed = |error: StoreError| of_store(&error, request_id);
        metrics::counter!("token_refused_total").increment(1);
        match throttle::attempt(self.store(), &[Key::tokens_from(address)], self.shared().limits).await.map_err(failed)? {
            Tried::Locked(locked) => Err(too_often(locked)),
            Tried::Counted { locks_for_seconds: None } => Ok(()),
            Tried::Counted { locks_for_seconds: Some(seconds) } => {
                self.refused("token:locked", "token", address, request_id, &[("seconds", seconds.into())]).await;
                Ok(())
            }
        }
    }

    /// The tokens of an owner, the newest first, those that ended too.
    ///
    /// # Errors
    /// `Forbidden` for those of others without `person:read`.
    pub async fn tokens(&self, caller: &Caller, owner: &TokenOwner) -> Result<Vec<TokenRow>, PortalError> {
        let principal = match owner {
            TokenOwner::Me => Some(caller.principal.clone()),
            TokenOwner::Person(person) => Some(Principal::Person(person.clone())),
            TokenOwner::Service(name) => Some(Principal::Service(name.clone())),
            TokenOwner::All => None,
        };
        let own = principal.as_ref() == Some(&caller.principal);
        self.portal.allow(caller, if own { Action::SelfManage } else { Action::PersonRead }).await?;
        token::list(self.store(), principal.as_ref()).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Makes a token.
    ///
    /// # Errors
    /// `Invalid` with what is wrong with name, scopes or end; `Forbidden` for whom the caller may not make tokens.
    pub async fn create_token(&self, caller: &Caller, new: &NewToken) -> Result<Created, PortalError> {
        let principal = match &new.owner {
            TokenOwner::Me => match &caller.principal {
                Principal::Person(_) => caller.principal.clone(),
                _ => return Err(PortalError::Forbidden { message: "Only people have personal tokens. Sign in as a person.".to_owned() }),
            },
            TokenOwner::Person(person) if Some(person) == caller.person() => caller.principal.clone(),
            TokenOwner::Person(person) if matches!(caller.principal, Principal::AdminToken | Principal::Worker) => {
                Principal::Person(person.clone())
            }
            TokenOwner::Person(_) => {
                // Whoever holds it would be them.
                return Err(PortalError::Forbidden {
                    message: "People make their own tokens. Make one for a service account instead.".to_owned(),
                });
            }
            TokenOwner::Service(name) => Principal::Service(name.clone()),
            TokenOwner::All => return Err(PortalError::invalid("a token has one owner")),
        };
        let service = matches!(principal, Principal::Service(_));
        self.portal.allow(caller, if service { Action::ServiceAccountWrite } else { Action::SelfToken }).await?;
        makes_credentials(caller, "other tokens")?;
        let own = matches!((&principal, &caller.principal), (Principal::Person(_), Principal::Person(_)));
        let name = checked(new, own)?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        if let Principal::Service(name) = &principal {
            match service::find(self.store(), name).await.map_err(failed)? {
                None => return Err(PortalError::not_found(format!("There is no service account \"{name}\"."))),
                Some(row) if row.disabled != 0 => {
                    return Err(PortalError::Conflict { message: format!("The service account \"{name}\" is switched off.") });
                }
                Some(_) => {}
            }
        }
        let now = self.store().now().await.map_err(failed)?;
        let held = |row: &&TokenRow| row.revoked_at.is_none() && row.expires_at.is_none_or(|end| end.0 > now);
        let rows = token::list(self.store(), Some(&principal)).await.map_err(failed)?;
        if rows.iter().filter(held).count() >= TOKENS {
            return Err(PortalError::Conflict { message: format!("There are {TOKENS} tokens already. Revoke those that nobody uses.") });
        }
        let mut tx = self.store().begin().await.map_err(failed)?;
        let expires_at = new.expires_days.map(|days| Timestamp(now.0 + i64::from(days) * 86_400_000_000));
        // A token must not outlive itself through another.
        let expires_at = match self.end_of(caller).await.map_err(failed)? {
            Some(end) => Some(expires_at.map_or(end, |wanted| wanted.min(end))),
            None => expires_at,
        };
        let created_by = caller.principal.recorded();
        let making = Making { principal: &principal, name: &name, scopes: &new.scopes, created_by: &created_by, expires_at };
        let (id, token) = token::add(&mut tx, &making).await.map_err(failed)?;
        tx.feed("token", &id);
        let done = Done::named("token:create", format!("token:{id}"))
            .with("owner", principal.recorded())
            .with("name", name.as_str())
            .with("scopes", new.scopes.clone())
            .with("expires_days", new.expires_days);
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok(Created { id, token, seq })
    }

    /// When the token ends that the caller came in by; `None` for one that does not, and for every other way in.
    async fn end_of(&self, caller: &Caller) -> Result<Option<Timestamp>, StoreError> {
        let Via::Token(id) = &caller.via else { return Ok(None) };
        // Of one that is gone by now nothing is left to make.
        let row = token::one(self.store(), id).await?;
        Ok(row.map_or(Some(Timestamp(0)), |row| row.expires_at.map(Into::into)))
    }

    /// Revokes a token, as lists call it.
    ///
    /// # Errors
    /// `Forbidden` for those of others without `token:revoke` (or `service-account:write` for a service account's), `NotFound` when it is
    /// revoked already.
    pub async fn revoke_token(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let row = token::one(self.store(), id).await.map_err(failed)?;
        let action = match &row {
            Some(row) if caller.person().is_some_and(|person| row.person == person.to_string()) => Action::SelfToken,
            Some(row) if !row.service.is_empty() => Action::ServiceAccountWrite,
            _ => Action::TokenRevoke,
        };
        self.portal.allow(caller, action).await?;
        let gone = || PortalError::not_found("That token is revoked already, or was never there.");
        let row = row.ok_or_else(gone)?;
        let mut tx = self.store().begin().await.map_err(failed)?;
        if !token::revoke(&mut tx, id).await.map_err(failed)? {
            return Err(gone());
        }
        tx.feed("token", id);
        let owner = if row.service.is_empty() { row.person } else { format!("service:{}", row.service) };
        let done = Done::named("token:revoke", format!("token:{id}")).with("owner", owner).with("name", row.name);
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        self.shared().known.forget(id);
        Ok(seq)
    }
}

/// The name of a new token, if that and the rest are as they have to be.
fn checked(new: &NewToken, own: bool) -> Result<String, PortalError> {
    let mut fields = Vec::new();
    let mut wrong = |field: &str, message: String| fields.push(FieldError { field: field.to_owned(), message });
    let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME || name.contains('\0') {
        wrong("name", format!("a name has 1 to {NAME} characters; say what the token is for"));
    }
    if let Err(message) = check_scopes(&new.scopes) {
        wrong("scopes", message);
    }
    if own && !new.expires_days.is_some_and(|days| (1..=YEAR).contains(&days)) {
        wrong("expires", format!("a token of your own ends after 1 to {YEAR} days; what has to work for longer is for a service account"));
    } else if new.expires_days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
        wrong("expires", format!("a token ends after 1 to {DAYS} days, or not by itself"));
    }
    if fields.is_empty() { Ok(name) } else { Err(PortalError::Invalid { message: "The token could not be made.".to_owned(), fields }) }
}
