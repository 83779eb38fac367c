//! Sessions of people in browsers.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::Mac as _;
use identity::{
    Action,
    session::{Held, Id, SessionRow, Sessions},
    throttle::Key,
};
use model::{Caller, EntityRef, PortalError, Principal, Seq, Via};
use store::{StoreError, Tx};

use super::{AccessUseCases, Visitor, known::Good, of_store};
use crate::{failure, record::Done};

/// The way in of the sample people.
const DEMO: &str = "demo";
/// The way in with the admin token.
const ADMIN_TOKEN: &str = "admin-token";

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Who it is. Whoever calls has made sure of it.
    pub person: EntityRef,
    /// The way in: a provider's id, or `password`.
    pub provider: String,
    /// The provider's name of the person.
    pub subject: String,
    /// The provider's own session, for its logout messages.
    pub provider_session: String,
    /// The provider's token, to sign out there.
    pub id_token: String,
    /// Where they come from.
    pub visitor: Visitor,
}

/// A session that was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// What the cookie holds. It is nowhere else.
    pub cookie: String,
    /// How long the browser may keep it, in seconds.
    pub seconds: u32,
    /// Where a read has to have come to, to see what signing in has written.
    pub seq: Seq,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

/// A session that was ended by whoever was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The way in that it was opened by.
    pub provider: String,
    /// The provider's token, to sign out there.
    pub id_token: String,
}

impl AccessUseCases<'_> {
    /// Opens a session for a person who has shown who they are, under a fresh id.
    ///
    /// # Errors
    /// `Forbidden` for somebody who is switched off, or who is neither in the catalog nor has an account.
    pub async fn open_session(&self, new: NewSession) -> Result<Opened, PortalError> {
        let request_id = new.visitor.request_id.clone();
        let tx = self.store().begin().await.map_err(|error| of_store(&error, &request_id))?;
        self.open_in(tx, new, &[]).await
    }

    /// As [`Self::open_session`], in a transaction that has written something else, and forgetting failed guesses.
    pub(super) async fn open_in(&self, mut tx: Tx, new: NewSession, guesses: &[Key]) -> Result<Opened, PortalError> {
        let NewSession { person, provider, subject, provider_session, id_token, visitor } = new;
        let off = || {
            let message = format!("{person} may not sign in: the person is switched off, or is neither in the catalog nor has an account.");
            PortalError::Forbidden { message }
        };
        if self.shared().people.is_off(&person) {
            return Err(off());
        }
        let failed = |error: StoreError| of_store(&error, &visitor.request_id);
        identity::throttle::succeeded(&mut tx, guesses).await.map_err(failed)?;
        let id = Id::default();
        let principal = Principal::Person(person.clone());
        self.write(
            tx,
            id,
            principal,
            &provider,
            |held| (held.subject, held.provider_session) = (subject, provider_session),
            &id_token,
            &visitor,
        )
        .await
    }

    /// Opens a session for the holder of the admin token. It ends when there is another token.
    ///
    /// # Errors
    /// `Forbidden` when there is no admin token.
    pub async fn open_admin_session(&self, visitor: &Visitor) -> Result<Opened, PortalError> {
        let Some(admin) = &self.shared().admin else {
            return Err(PortalError::Forbidden { message: "This portal has no admin token.".to_owned() });
        };
        let id = Id::default();
        let seal = BASE64.encode(admin.seal(&id).finalize().into_bytes());
        let tx = self.store().begin().await.map_err(|error| of_store(&error, &visitor.request_id))?;
        self.write(tx, id, Principal::AdminToken, ADMIN_TOKEN, |held| held.subject = seal, "", visitor).await
    }

    /// Signs a sample person of the demo in.
    ///
    /// # Errors
    /// `Forbidden` outside of the demo, `NotFound` for somebody who is not in the catalog.
    pub async fn open_sample_session(&self, person: &EntityRef, visitor: &Visitor) -> Result<Opened, PortalError> {
        if self.portal.inner.demo.is_none() {
            return Err(PortalError::Forbidden { message: "Sample people can sign in to the demo only.".to_owned() });
        }
        let known = self.portal.inner.catalog.snapshot().find(person).is_some();
        if !known || !person.kind().eq_ignore_ascii_case("user") {
            return Err(PortalError::not_found(format!("There is no {person} in the catalog.")));
        }
        let new = NewSession {
            person: person.clone(),
            provider: DEMO.to_owned(),
            subject: String::new(),
            provider_session: String::new(),
            id_token: String::new(),
            visitor: visitor.clone(),
        };
        self.open_session(new).await
    }

    #[expect(clippy::too_many_arguments, reason = "private; each is one column of the row")]
    async fn write(
        &self,
        mut tx: Tx,
        id: Id,
        principal: Principal,
        provider: &str,
        fill: impl FnOnce(&mut Held),
        id_token: &str,
        visitor: &Visitor,
    ) -> Result<Opened, PortalError> {
        let sessions = &self.shared().sessions;
        let failed = |error: StoreError| of_store(&error, &visitor.request_id);
        let now = tx.now().await.map_err(failed)?;
        let (record, mut held) = sessions.fresh(id, principal, provider, now);
        fill(&mut held);
        held.address = visitor.address.map(|address| address.to_string()).unwrap_or_default();
        held.agent.clone_from(&visitor.agent);
        if !sessions.add(&mut tx, &record, &held, id_token, now).await.map_err(failed)? {
            return Err(PortalError::Conflict { message: "The session could not be opened. Sign in again.".to_owned() });
        }
        let caller = visitor.caller(held.principal.clone(), Via::Session(held.public_id.as_str().into()));
        let done = Done::named("session:open", format!("session:{}", held.public_id)).with("provider", held.provider.as_str());
        let seq = self.portal.commit(tx, &caller, done).await.map_err(failed)?;
        let seconds = u32::try_from(sessions.lifetime().absolute.as_secs()).unwrap_or(u32::MAX);
        Ok(Opened { cookie: record.id.to_string(), seconds, seq })
    }

    /// Who a session's cookie belongs to; `None` when it is none of ours, ended, or the person left. From memory for a few seconds.
    ///
    /// # Errors
    /// When the database does not answer, and it is not in memory.
    pub async fn caller_of_session(&self, cookie: &str, address: Option<IpAddr>, request_id: &str) -> Result<Option<Caller>, PortalError> {
        // An id has 22 characters; anything else is not worth a digest.
        let Some(id) = Some(cookie).filter(|cookie| cookie.len() == 22).and_then(|cookie| cookie.parse::<Id>().ok()) else {
            return Ok(None);
        };
        let shared = self.shared();
        let found = shared.known.resolve(cookie, || self.load_session(id)).await.map_err(|error| of_store(&error, request_id))?;
        let Some((good, loaded)) = found else { return Ok(None) };
        if loaded {
            shared.uses.session(&good.id);
        }
        let via = Via::Session(good.id.clone());
        Ok(match &good.principal {
            Principal::Person(person) => self.person(person, via, address, request_id),
            Principal::AdminToken => Some(Caller { via, address, request_id: request_id.to_owned(), ..Caller::admin_token() }),
            Principal::Service(_) | Principal::Worker => None,
        })
    }

    async fn load_session(&self, id: Id) -> Result<Option<Good>, StoreError> {
        let shared = self.shared();
        let Some(held) = shared.sessions.held(&id).await? else { return Ok(None) };
        if held.principal == Principal::AdminToken {
            let seal = BASE64.decode(&held.subject).unwrap_or_default();
            let holds = shared.admin.as_ref().is_some_and(|admin| admin.seal(&id).verify_slice(&seal).is_ok());
            if !holds {
                return Ok(None);
            }
        }
        Ok(Some(Good { id: held.public_id.into(), principal: held.principal, scopes: None }))
    }

    /// Ends the session that the caller is in.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn end_session(&self, caller: &Caller) -> Result<Option<Ended>, PortalError> {
        let Via::Session(public_id) = &caller.via else { return Ok(None) };
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let row = self.shared().sessions.one(public_id).await.map_err(failed)?;
        self.end(caller, public_id).await?;
        Ok(row.map(|row| Ended { provider: row.provider, id_token: row.id_token }))
    }

    /// Ends the session of a cookie, as when somebody signs in anew in the same browser. Nothing happens without one.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn end_cookie(&self, cookie: &str, visitor: &Visitor) -> Result<(), PortalError> {
        match self.caller_of_session(cookie, visitor.address, &visitor.request_id).await? {
            Some(caller) => self.end_session(&caller).await.map(drop),
            None => Ok(()),
        }
    }

    async fn end(&self, caller: &Caller, public_id: &str) -> Result<bool, PortalError> {
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let mut tx = self.store().begin().await.map_err(failed)?;
        let ended = Sessions::end_public(&mut tx, public_id).await.map_err(failed)?;
        let Some((public_id, person)) = ended else { return Ok(false) };
        tx.feed("session", &public_id);
        let done = Done::named("session:end", format!("session:{public_id}")).with("person", person);
        self.portal.commit(tx, caller, done).await.map_err(failed)?;
        self.shared().known.forget(&public_id);
        Ok(true)
    }

    /// Ends what a provider's logout message names: the sessions of a subject, or of one session there. How many it were.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn end_sessions_of_provider(&self, provider: &str, subject: Option<&str>, sid: Option<&str>) -> Result<u64, PortalError> {
        if subject.is_none_or(str::is_empty) && sid.is_none_or(str::is_empty) {
            return Ok(0);
        }
        let worker = Caller::worker();
        let failed = |error: StoreError| failure::of_store(&error, &worker);
        let mut tx = self.store().begin().await.map_err(failed)?;
        let ids = Sessions::of_provider(&mut tx, provider, subject, sid).await.map_err(failed)?;
        for id in &ids {
            Sessions::end_public(&mut tx, id).await.map_err(failed)?;
            tx.feed("session", id);
        }
        if ids.is_empty() {
            return Ok(0);
        }
        let done = Done::named("session:end", format!("provider:{provider}")).with("sessions", ids.clone());
        self.portal.commit(tx, &worker, done).await.map_err(failed)?;
        ids.iter().for_each(|id| self.shared().known.forget(id));
        Ok(ids.len() as u64)
    }

    /// The sessions of a person, or everybody's, the latest used first.
    ///
    /// # Errors
    /// `Forbidden` for those of others without `person:read`.
    pub async fn sessions(&self, caller: &Caller, of: Option<&EntityRef>) -> Result<Vec<SessionRow>, PortalError> {
        self.portal.allow(caller, if Self::is_self(caller, of) { Action::SelfManage } else { Action::PersonRead }).await?;
        let person = of.map(ToString::to_string);
        self.shared().sessions.list(person.as_deref()).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Ends a session, as lists call it.
    ///
    /// # Errors
    /// `Forbidden` for those of others without `session:revoke`, `NotFound` when it ended already.
    pub async fn revoke_session(&self, caller: &Caller, public_id: &str) -> Result<(), PortalError> {
        let gone = || PortalError::not_found("That session ended already.");
        let row = self.shared().sessions.one(public_id).await.map_err(|error| failure::of_store(&error, caller))?;
        let own = row.as_ref().is_some_and(|row| row.person == caller.principal.recorded());
        self.portal.allow(caller, if own { Action::SelfManage } else { Action::SessionRevoke }).await?;
        if row.is_none() || !self.end(caller, public_id).await? { Err(gone()) } else { Ok(()) }
    }

    /// Ends every session of a person; how many it were.
    ///
    /// # Errors
    /// `Forbidden` for those of others without `session:revoke`.
    pub async fn revoke_all_of(&self, caller: &Caller, person: &EntityRef) -> Result<u64, PortalError> {
        self.portal.allow(caller, if Self::is_self(caller, Some(person)) { Action::SelfManage } else { Action::SessionRevoke }).await?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let mut tx = self.store().begin().await.map_err(failed)?;
        let ids = Self::end_all_in(&mut tx, person).await.map_err(failed)?;
        if ids.is_empty() {
            return Ok(0);
        }
        let done = Done::named("session:end", person).with("sessions", ids.clone());
        self.portal.commit(tx, caller, done).await.map_err(failed)?;
        ids.iter().for_each(|id| self.shared().known.forget(id));
        Ok(ids.len() as u64)
    }

    /// Ends every session of a person within a transaction.
    pub(super) async fn end_all_in(tx: &mut Tx, person: &EntityRef) -> Result<Vec<String>, StoreError> {
        let ids = Sessions::end_of(tx, &person.to_string()).await?;
        ids.iter().for_each(|id| tx.feed("session", id));
        Ok(ids)
    }

    fn is_self(caller: &Caller, of: Option<&EntityRef>) -> bool {
        of.is_some() && caller.person() == of
    }
}
