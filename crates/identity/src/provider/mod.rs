//! Sign-in through providers of the outside world: OpenID Connect, and plain OAuth 2.0 as GitHub has it.
//!
//! - [`Provider`] speaks with one of them: where to send the browser, what to make of the answer, how to leave again;
//! - [`attempt`] keeps what an answer is compared with, and [`link`] who a provider's subject turned out to be;
//! - [`Resolver`] says how somebody is looked for in the catalog. Who looks is the portal, since the catalog is not known here.
//!
//! Nothing that a provider sends is believed before it is verified, and nothing it sends is repeated in the log but short words of errors.

pub mod attempt;
mod check;
mod config;
mod discovery;
mod error;
mod http;
mod identified;
pub mod link;
mod logout;
mod oauth;
mod oidc;
mod resolver;
mod sql;
mod verify;

use std::sync::Arc;

use url::Url;

pub use config::{ClaimNames, OAuthConfig, OidcConfig, Protocol, ProviderConfig, Provision, is_safe};
pub use error::{ProviderError, Reason};
pub use identified::Identified;
pub use logout::LogoutToken;
pub use resolver::{Resolver, without_tag};
pub use sql::STATEMENTS;

use discovery::Discovery;
use http::Http;

/// One provider, with what is known of it at the moment.
#[derive(Debug)]
pub struct Provider {
    config: ProviderConfig,
    http: Http,
    discovery: Discovery,
}

/// A sign-in that begins: where the browser goes, and what the answer will be compared with.
#[derive(Debug)]
pub struct Started {
    /// The provider's page.
    pub address: Url,
    /// Comes back with the answer.
    pub state: String,
    /// Comes back inside the id token; empty for plain OAuth 2.0, which has none.
    pub nonce: String,
    /// Proves to the provider that whoever brings the code also asked for it (PKCE).
    pub verifier: String,
}

/// The provider's answer, and what it is compared with.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The code from the address.
    pub code: &'a str,
    /// RFC 9207: who says that it answers.
    pub issuer: Option<&'a str>,
    /// Of the attempt.
    pub nonce: &'a str,
    /// Of the attempt.
    pub verifier: &'a str,
    /// The address that the provider sent the browser to.
    pub redirect: &'a Url,
}

/// All configured providers, in the order of the configuration. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Providers {
    all: Arc<[Arc<Provider>]>,
}

impl Providers {
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(configs: Vec<ProviderConfig>) -> Result<Self, ProviderError> {
        if configs.is_empty() {
            return Ok(Self { all: Arc::new([]) });
        }
        let http = Http::new()?;
        let provider = |config: ProviderConfig| {
            let discovery = Discovery::default();
            Arc::new(Provider { config, http: http.clone(), discovery })
        };
        Ok(Self { all: configs.into_iter().map(provider).collect() })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.all.iter()
    }

    /// The one of that id.
    pub fn find(&self, id: &str) -> Option<&Arc<Provider>> {
        self.all.iter().find(|provider| provider.config.id == id)
    }
}

impl Provider {
    /// What the operator says of it.
    pub fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// When the provider cannot be asked where its pages are.
    pub async fn start(&self, redirect: &Url) -> Result<Started, ProviderError> {
        match &self.config.protocol {
            Protocol::Oidc(_) => self.start_oidc(redirect).await,
            Protocol::OAuth2(oauth) => Ok(self.start_oauth(oauth, redirect)),
        }
    }

    /// Makes a verified identity of an answer.
    ///
    /// # Errors
    /// With the reason for which it is not accepted.
    pub async fn finish(&self, answer: &Answer<'_>) -> Result<Identified, ProviderError> {
        match &self.config.protocol {
            Protocol::Oidc(_) => Box::pin(self.finish_oidc(answer)).await,
            Protocol::OAuth2(oauth) => Box::pin(self.finish_oauth(oauth, answer)).await,
        }
    }

    /// The origins to which forms may lead, as far as they are known: of the issuer, and of the pages that discovery named.
    pub fn origins(&self) -> Vec<String> {
        let mut addresses = Vec::new();
        match &self.config.protocol {
            Protocol::Oidc(oidc) => {
                addresses.push(oidc.issuer.clone());
                if let Some(found) = self.discovery.current() {
                    addresses.push(found.metadata.authorization_endpoint().url().clone());
                    addresses.extend(found.end_session());
                }
            }
            Protocol::OAuth2(oauth) => addresses.push(oauth.authorization.clone()),
        }
        let mut origins: Vec<String> = addresses.iter().map(|url| url.origin().ascii_serialization()).collect();
        origins.sort();
        origins.dedup();
        origins
    }

    /// Whether its document and keys were read, and whether the last try went wrong; `None` when it has none or was not asked.
    pub fn is_known(&self) -> Option<bool> {
        self.discovery.is_known()
    }

    /// Asks the provider again where its pages and what its keys are, if what is known is old. What goes wrong shows at the next sign-in.
    pub async fn refresh(&self) {
        if let Protocol::Oidc(oidc) = &self.config.protocol
            && let Err(error) = self.discovery.get(&self.http, oidc).await
        {
            tracing::warn!(provider = self.config.id, %error, "a sign-in provider does not answer as it should");
        }
    }
}
