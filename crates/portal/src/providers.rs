//! Signing in through providers of the outside world: who a provider's person is in the catalog, and when they leave there.

mod page;
mod provision;
mod resolve;
mod starts;
mod wording;

use std::sync::Arc;

use ::identity::{
    provider::{Answer, Identified, Provider, ProviderError, Providers, Reason, Resolver, attempt, link},
    throttle::{self, Key, Limits, Tried, place},
};
use model::{
    Caller, EntityRef, PortalError, Via,
    view::{NotLetInView, ProviderButton},
};
use serde_json::Value;
use store::StoreError;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    Portal,
    access::{Ended, NewSession, Opened, Visitor},
    config::ProvidersConfig,
    failure,
    record::Done,
};
use resolve::Search;
use starts::Starts;

/// How often what is known of providers is looked at; what is fresh is left alone.
const REFRESH: std::time::Duration = std::time::Duration::from_secs(900);

/// The providers, and the portal's address that they know.
#[derive(Debug)]
pub(crate) struct SignIns {
    providers: Providers,
    public_url: Option<Url>,
    starts: Starts,
}

impl SignIns {
    pub(crate) fn new(config: ProvidersConfig) -> Result<Self, StoreError> {
        let providers = Providers::new(config.providers).map_err(|error| StoreError::Configuration(error.to_string()))?;
        Ok(Self { providers, public_url: config.public_url, starts: Starts::default() })
    }
}

/// Asks the providers ahead, so that the first person need not wait and forms may lead to their pages.
pub(crate) async fn keep_known(portal: Portal, cancel: CancellationToken) {
    loop {
        for provider in portal.inner.sign_ins.providers.iter() {
            if cancel.run_until_cancelled(provider.refresh()).await.is_none() {
                return;
            }
        }
        if cancel.run_until_cancelled(tokio::time::sleep(REFRESH)).await.is_none() {
            return;
        }
    }
}

/// What came back through the browser.
#[derive(Clone, Debug, Default)]
pub struct Callback {
    /// The code.
    pub code: Option<String>,
    /// Which sign-in it belongs to.
    pub state: Option<String>,
    /// Who says that it answers (RFC 9207).
    pub issuer: Option<String>,
    /// That the provider said no.
    pub error: Option<String>,
    /// Why.
    pub error_description: Option<String>,
    /// What the cookie of the browser holds.
    pub browser: Option<String>,
}

/// A sign-in that came about.
#[derive(Debug)]
pub struct Finished {
    /// The session.
    pub opened: Opened,
    /// Where the person wanted to go: not yet checked to be a path of this portal.
    pub return_to: String,
}

/// A sign-in that did not come about.
#[derive(Debug)]
pub enum NotLetIn {
    /// With a page that says why. 403
    Refused(Box<NotLetInView>),
    /// For a reason that has nothing to do with the person.
    Failed(PortalError),
}

impl From<PortalError> for NotLetIn {
    fn from(error: PortalError) -> Self {
        Self::Failed(error)
    }
}

/// Use cases of signing in through providers.
#[derive(Debug)]
pub struct ProviderUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> ProviderUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    fn shared(&self) -> &'a SignIns {
        &self.portal.inner.sign_ins
    }

    /// The buttons of the sign-in page.
    pub fn buttons(&self) -> Vec<ProviderButton> {
        let button = |provider: &Arc<Provider>| ProviderButton { id: provider.config().id.clone(), label: provider.config().label.clone() };
        self.shared().providers.iter().map(button).collect()
    }

    /// The origins of providers, for the policy of pages whose forms lead there. Sorted, each once.
    pub fn form_origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = self.shared().providers.iter().flat_map(|provider| provider.origins()).collect();
        origins.sort();
        origins.dedup();
        origins
    }

    /// A path of the portal as providers know it.
    fn own_address(&self, path: &str) -> Result<Url, PortalError> {
        let address = self.shared().public_url.as_ref().and_then(|url| url.join(path).ok());
        address.ok_or_else(|| PortalError::Unavailable {
            message: "The portal does not know its own address, so nobody can be sent back to it. Set public-url and start it again."
                .to_owned(),
        })
    }

    fn find(&self, id: &str) -> Result<&'a Arc<Provider>, PortalError> {
        self.shared().providers.find(id).ok_or_else(|| PortalError::not_found(format!("There is no way to sign in called \"{id}\".")))
    }

    fn redirect(&self, provider: &Provider) -> Result<Url, PortalError> {
        self.own_address(&format!("/sign-in/{}/callback", provider.config().id))
    }

    /// Begins a sign-in: where the browser goes. `browser` is what its cookie holds, which the answer has to bring along.
    ///
    /// # Errors
    /// `NotFound` without such a provider, `Unavailable` when it does not answer, `RateLimited`.
    pub async fn start(&self, id: &str, browser: &str, return_to: &str, visitor: &Visitor) -> Result<Url, PortalError> {
        let provider = self.find(id)?;
        let redirect = self.redirect(provider)?;
        self.shared().starts.take(visitor.address)?;
        let started = provider.start(&redirect).await.map_err(|error| unavailable(provider, &error, visitor))?;
        let failed = |error: StoreError| failure::of_store(&error, &caller(visitor));
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        attempt::add(&mut tx, id, &started, browser, return_to).await.map_err(failed)?;
        // Nobody has done anything yet: what comes of it is recorded.
        tx.commit().await.map_err(failed)?;
        Ok(started.address)
    }

    /// Finishes a sign-in with what came back.
    ///
    /// # Errors
    /// With a page for the person, or as [`Self::start`].
    pub async fn finish(&self, id: &str, callback: &Callback, visitor: &Visitor) -> Result<Finished, NotLetIn> {
        let provider = self.find(id)?;
        let redirect = self.redirect(provider)?;
        let attempt = match self.take_attempt(provider, callback, visitor).await? {
            Ok(attempt) => attempt,
            Err(error) => return Err(self.refuse(provider, &error, visitor).await),
        };
        let code = match answered(callback) {
            Ok(code) => code,
            Err(error) => return Err(self.refuse(provider, &error, visitor).await),
        };
        let answer =
            Answer { code, issuer: callback.issuer.as_deref(), nonce: &attempt.nonce, verifier: &attempt.verifier, redirect: &redirect };
        let someone = match provider.finish(&answer).await {
            Ok(someone) => someone,
            Err(error) => return Err(self.refuse(provider, &error, visitor).await),
        };
        let person = self.person_of(provider, &someone, visitor).await?;
        let new = NewSession {
            person,
            provider: id.to_owned(),
            subject: someone.subject,
            provider_session: someone.session,
            id_token: someone.id_token,
            visitor: visitor.clone(),
        };
        let opened = self.portal.access().open_session(new).await?;
        metrics::counter!("provider_sign_ins_total", "provider" => id.to_owned(), "outcome" => "in").increment(1);
        Ok(Finished { opened, return_to: attempt.return_to })
    }

    async fn take_attempt(
        &self,
        provider: &Provider,
        callback: &Callback,
        visitor: &Visitor,
    ) -> Result<Result<attempt::Attempt, ProviderError>, PortalError> {
        let failed = |error: StoreError| failure::of_store(&error, &caller(visitor));
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        let state = callback.state.as_deref().unwrap_or_default();
        let taken = attempt::take(&mut tx, &provider.config().id, state, callback.browser.as_deref()).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(taken)
    }

    /// Who it is in the catalog.
    async fn person_of(&self, provider: &Provider, someone: &Identified, visitor: &Visitor) -> Result<EntityRef, NotLetIn> {
        let config = provider.config();
        if let Some(view) = wording::foreign(config, someone) {
            return Err(self.turn_away(provider, someone, Reason::Email.id(), view, visitor).await);
        }
        let failed = |error: StoreError| NotLetIn::Failed(failure::of_store(&error, &caller(visitor)));
        let linked = match config.resolvers.contains(&Resolver::Subject) {
            true => link::find(&self.portal.inner.store, &config.id, &someone.subject).await.map_err(failed)?,
            false => None,
        };
        let snapshot = self.portal.inner.catalog.snapshot();
        let found = match resolve::search(&snapshot, config, someone, linked.as_ref()) {
            Search::Found { person, resolver } => Some((person, resolver)),
            Search::Several { tried, count } => {
                let view = wording::several(config, tried, count);
                return Err(self.turn_away(provider, someone, "ambiguous", view, visitor).await);
            }
            Search::Nobody { tried } => match provision::is_wanted(config) {
                true => None,
                false => {
                    let view = wording::nobody(config, someone, tried);
                    return Err(self.turn_away(provider, someone, "not-in-catalog", view, visitor).await);
                }
            },
        };
        match self.provision(config, someone, found.as_ref().map(|(person, _)| person), visitor).await {
            Ok(person) => Ok(person),
            Err(provision::Refused::Taken { name, by }) => {
                let view = wording::taken(config, &name, by);
                let reason = format!("name-taken-by-{}", by.id());
                Err(self.turn_away(provider, someone, &reason, view, visitor).await)
            }
            Err(provision::Refused::Nameless) => {
                let view = wording::nameless(config);
                Err(self.turn_away(provider, someone, "no-name", view, visitor).await)
            }
            Err(provision::Refused::Failed(error)) => Err(error.into()),
        }
    }

    /// Somebody whom the provider vouches for, and who may not come in.
    async fn turn_away(&self, provider: &Provider, someone: &Identified, reason: &str, view: NotLetInView, visitor: &Visitor) -> NotLetIn {
        let id = provider.config().id.as_str();
        let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
        let detail = [
            ("provider", Value::from(id)),
            ("reason", Value::from(reason)),
            ("subject", Value::from(someone.subject.as_str())),
            ("email", text(&someone.email)),
            ("login", text(&someone.login)),
        ];
        self.record_refusal(id, &detail, visitor).await;
        NotLetIn::Refused(Box::new(finished_view(provider, view, visitor)))
    }

    /// An answer that is not accepted. It locks nothing: state, nonce and code are not guessed, any page can make a browser bring a wrong
    /// one, and a provider that is broken must not lock the passwords that are for then.
    async fn refuse(&self, provider: &Provider, error: &ProviderError, visitor: &Visitor) -> NotLetIn {
        if error.is_transient() {
            return NotLetIn::Failed(unavailable(provider, error, visitor));
        }
        let id = provider.config().id.as_str();
        let detail = [("provider", Value::from(id)), ("reason", Value::from(error.reason.id()))];
        tracing::info!(provider = id, reason = error.reason.id(), request_id = visitor.request_id, %error, "a sign-in was refused");
        self.record_refusal(id, &detail, visitor).await;
        NotLetIn::Refused(Box::new(finished_view(provider, wording::refused(error), visitor)))
    }

    async fn record_refusal(&self, id: &str, detail: &[(&str, Value)], visitor: &Visitor) {
        metrics::counter!("provider_sign_ins_total", "provider" => id.to_owned(), "outcome" => "refused").increment(1);
        if !self.portal.inner.audit.may_refuse(&caller(visitor)) {
            metrics::counter!("audit_refusals_left_out_total").increment(1);
            return;
        }
        let done = Done::named("session:refused", format!("provider:{id}")).by("anonymous").refused();
        let done = detail.iter().filter(|(_, value)| !value.is_null()).fold(done, |done, (key, value)| done.with(key, value.clone()));
        if let Err(error) = self.portal.record(&caller(visitor), done).await {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }

    /// Where the browser goes to sign out at the provider too, after its session here has ended; `None` to stay here.
    pub async fn logout_address(&self, ended: &Ended) -> Option<Url> {
        let provider = self.shared().providers.find(&ended.provider)?;
        let back = self.own_address("/sign-in").ok()?;
        let state = uuid::Uuid::new_v4().simple().to_string();
        provider.logout_address(&ended.id_token, &back, &state).await
    }

    /// Ends what a provider says has ended there; how many sessions it were.
    ///
    /// # Errors
    /// `NotFound` without such a provider, `Invalid` for a token that is not accepted, `Unavailable`.
    pub async fn back_channel_logout(&self, id: &str, token: &str, visitor: &Visitor) -> Result<u64, PortalError> {
        let provider = self.find(id)?;
        let failed = |error: StoreError| failure::of_store(&error, &caller(visitor));
        let token = match provider.logout_token(token).await {
            Ok(token) => token,
            Err(error) if error.is_transient() => return Err(unavailable(provider, &error, visitor)),
            Err(error) => return Err(self.refuse_logout(provider, &error, visitor).await),
        };
        let store = &self.portal.inner.store;
        if link::logout_seen(store, id, &token).await.map_err(failed)? {
            let error = ProviderError::new(Reason::Replayed, "the token was taken before (jti)");
            return Err(self.refuse_logout(provider, &error, visitor).await);
        }
        let ended = self.portal.access().end_sessions_of_provider(id, token.subject.as_deref(), token.session.as_deref()).await?;
        // After the sessions: if they cannot be ended, the provider may send the same token again.
        let mut tx = store.begin().await.map_err(failed)?;
        link::logout_add(&mut tx, id, &token).await.map_err(failed)?;
        let subject = token.subject.clone().map_or(Value::Null, Value::String);
        let done = Done::named("session:back-channel", format!("provider:{id}"))
            .by(format!("provider:{id}"))
            .with("sessions", ended)
            .with("subject", subject);
        self.portal.commit(tx, &caller(visitor), done).await.map_err(failed)?;
        Ok(ended)
    }

    async fn refuse_logout(&self, provider: &Provider, error: &ProviderError, visitor: &Visitor) -> PortalError {
        let id = provider.config().id.as_str();
        tracing::info!(provider = id, reason = error.reason.id(), request_id = visitor.request_id, %error, "a back-channel logout was refused");
        // A key of its own, which refuses bad tokens only: nobody can keep a provider from ending sessions, nor anybody from signing in.
        let key = Key::other(&format!("logout:{id}:{}", place(visitor.address)));
        match throttle::attempt(&self.portal.inner.store, &[key], Limits::default()).await {
            Ok(Tried::Locked(locked)) => return PortalError::RateLimited { retry_after_seconds: locked.retry_after_seconds },
            Ok(Tried::Counted { .. }) => {}
            Err(error) => tracing::error!(%error, "a refused logout could not be counted"),
        }
        self.record_refusal(
            id,
            &[("provider", id.into()), ("reason", error.reason.id().into()), ("what", "back-channel logout".into())],
            visitor,
        )
        .await;
        match error.reason {
            Reason::Misconfigured => PortalError::invalid("the portal is not set up to take this token; its log says why"),
            _ => PortalError::invalid(error.message.clone()),
        }
    }
}

/// The code, unless the provider said no.
fn answered(callback: &Callback) -> Result<&str, ProviderError> {
    if let Some(error) = &callback.error {
        return Err(wording::denied(error, callback.error_description.as_deref()));
    }
    match callback.code.as_deref() {
        Some(code) if !code.is_empty() && code.len() <= 4096 => Ok(code),
        _ => Err(ProviderError::new(Reason::Malformed, "the provider's answer has no code")),
    }
}

/// Somebody who is signing in.
fn caller(visitor: &Visitor) -> Caller {
    Caller { via: Via::Nothing, address: visitor.address, request_id: visitor.request_id.clone(), ..Caller::worker() }
}

/// The page, with what is the same on all of them.
fn finished_view(provider: &Provider, view: NotLetInView, visitor: &Visitor) -> NotLetInView {
    let config = provider.config();
    NotLetInView { provider: config.label.clone(), again: "/sign-in".to_owned(), request_id: visitor.request_id.clone(), ..view }
}

/// The provider does not answer as it should; the log has the rest.
fn unavailable(provider: &Provider, error: &ProviderError, visitor: &Visitor) -> PortalError {
    let config = provider.config();
    tracing::warn!(provider = config.id, request_id = visitor.request_id, %error, "a sign-in provider does not answer as it should");
    PortalError::Unavailable {
        message: format!(
            "Signing in with {} does not work at the moment. Try again, or sign in another way. Whoever runs this portal finds the reason in its \
             log, under {}.",
            config.label, visitor.request_id
        ),
    }
}
