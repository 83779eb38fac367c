//! Who comes in: sessions, tokens, accounts, and the links that make the first of them.

mod accounts;
mod known;
mod proxy;
mod services;
mod sessions;
mod standing;
mod tokens;
mod upkeep;

use std::{net::IpAddr, sync::Arc};

use hmac::{Hmac, KeyInit as _, Mac as _};
use identity::{
    account::Passwords,
    session::{Id, Lifetime, Sessions},
    throttle::{Limits, Locked},
};
use model::{Caller, EntityRef, PortalError, Principal, Via};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use store::{ReadTx, Store, StoreError};
use subtle::ConstantTimeEq as _;

pub use accounts::SetupFor;
pub use identity::{account::AccountRow, service::ServiceAccountRow, session::SessionRow, token::TokenRow};
pub use proxy::ProxyResolver;
pub use services::NewServiceAccount;
pub use sessions::{Ended, NewSession, Opened};
pub use tokens::{Created, NewToken, TokenOwner};

use crate::{Portal, failure};
use known::Known;
use standing::People;
use upkeep::Uses;

/// Where somebody comes from who is not known yet.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The address, behind proxies that are trusted.
    pub address: Option<IpAddr>,
    /// The browser, as it calls itself.
    pub agent: String,
    /// The id under which the request is logged.
    pub request_id: String,
}

impl Visitor {
    /// Somebody who came in from there, by nothing yet.
    fn caller(&self, principal: Principal, via: Via) -> Caller {
        Caller { principal, via, address: self.address, request_id: self.request_id.clone(), ..Caller::worker() }
    }
}

/// `WAYMARK_ADMIN_TOKEN`, of which only a digest is kept.
#[derive(Clone)]
pub struct AdminKey {
    digest: [u8; 32],
}

impl std::fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminKey")
    }
}

impl AdminKey {
    /// The key of this token.
    pub fn new(token: &SecretString) -> Self {
        Self { digest: Sha256::digest(token.expose_secret()).into() }
    }

    /// Whether it is the token. Digests are compared, so time tells nothing of the token or of its length.
    pub fn is(&self, offered: &str) -> bool {
        let offered: [u8; 32] = Sha256::digest(offered).into();
        self.digest.ct_eq(&offered).into()
    }

    /// What ties a session to this token. The database holds the seal and no id, so the token cannot be guessed at with it.
    fn seal(&self, id: &Id) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.digest).expect("HMAC takes a key of any length");
        mac.update(b"browser session ");
        mac.update(id.to_string().as_bytes());
        mac
    }
}

/// What all requests share to tell who asks.
#[derive(Debug)]
pub(crate) struct Access {
    sessions: Sessions,
    passwords: Passwords,
    limits: Limits,
    admin: Option<AdminKey>,
    known: Known,
    people: People,
    uses: Uses,
}

impl Access {
    /// Sessions and tokens that are remembered.
    pub(crate) fn known_count(&self) -> usize {
        self.known.count()
    }

    pub(crate) fn new(store: &Store, config: &crate::AccessConfig) -> Arc<Self> {
        Arc::new(Self {
            sessions: Sessions::new(store.clone(), Lifetime { idle: config.idle, absolute: config.absolute }),
            passwords: Passwords::default(),
            limits: Limits::default(),
            admin: config.admin.clone(),
            known: Known::default(),
            people: People::default(),
            uses: Uses::default(),
        })
    }

    /// Reads what is kept in memory, and forgets what was remembered.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        self.known.clear();
        self.people.load(tx).await
    }

    /// Takes a change of the feed in; true when accounts have to be read again.
    pub(crate) fn changed(&self, topic: &str, key: &str) -> bool {
        match topic {
            "session" | "token" => self.known.forget(key),
            "account" | "service" => self.known.clear(),
            _ => {}
        }
        topic == "account"
    }

    /// Reads the accounts again.
    pub(crate) async fn reload_accounts(&self, store: &Store) -> Result<(), StoreError> {
        self.people.reload(store).await
    }
}

/// Use cases of coming in.
#[derive(Debug)]
pub struct AccessUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> AccessUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    fn shared(&self) -> &'a Access {
        &self.portal.inner.access
    }

    fn store(&self) -> &'a Store {
        &self.portal.inner.store
    }

    /// Whether anybody can sign in with a password.
    pub fn has_accounts(&self) -> bool {
        self.shared().people.any_account()
    }

    /// Whether `offered` is the admin token.
    pub fn is_admin_token(&self, offered: &str) -> bool {
        self.shared().admin.as_ref().is_some_and(|admin| admin.is(offered))
    }

    /// Whether there is an admin token.
    pub fn has_admin_token(&self) -> bool {
        self.shared().admin.is_some()
    }

    /// A caller who is a person: as they stand in the catalog of this moment.
    fn person(&self, person: &EntityRef, via: Via, address: Option<IpAddr>, request_id: &str) -> Option<Caller> {
        let standing = self.shared().people.standing(&self.portal.inner.catalog.snapshot(), person)?;
        Some(Caller {
            principal: Principal::Person(standing.person),
            groups: standing.groups,
            via,
            scopes: None,
            address,
            seen: None,
            request_id: request_id.to_owned(),
        })
    }

    /// The groups of somebody who is not asking, as [`Caller::groups`] has them; nobody's for those who may not come in.
    pub fn groups_of(&self, person: &EntityRef) -> Arc<[EntityRef]> {
        let standing = self.shared().people.standing(&self.portal.inner.catalog.snapshot(), person);
        standing.map(|standing| standing.groups).unwrap_or_default()
    }
}

/// Refuses whoever is limited to scopes: what they make must not do more than themselves.
fn makes_credentials(caller: &Caller, what: &str) -> Result<(), PortalError> {
    if caller.scopes.as_deref().is_some_and(|scopes| !scopes.iter().any(|scope| scope == "*")) {
        let message = format!("A token that is limited to scopes makes no {what}. Sign in, or use a token with the scope *.");
        return Err(PortalError::Forbidden { message });
    }
    Ok(())
}

fn too_often(locked: Locked) -> PortalError {
    metrics::counter!("sign_in_locked_total").increment(1);
    PortalError::RateLimited { retry_after_seconds: locked.retry_after_seconds }
}

fn of_store(error: &StoreError, request_id: &str) -> PortalError {
    failure::of_store(error, &Caller { request_id: request_id.to_owned(), ..Caller::worker() })
}
