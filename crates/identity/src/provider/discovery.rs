//! Where an OpenID provider's pages are and what its keys are: asked for once an hour, and again when a key is unknown.

use std::{
    collections::HashSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ::http::Response;
use openidconnect::{
    AdditionalProviderMetadata, JsonWebKeySet, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;
use url::Url;

use super::{
    OidcConfig, ProviderError, Reason,
    config::is_safe,
    error::quoted,
    http::{Http, HttpError, host},
};

/// How long what was discovered is taken as it is.
const FRESH: Duration = Duration::from_secs(3600);
/// How long a failure is repeated instead of asking again: people press the button more than once.
const REPEAT_FAILURE: Duration = Duration::from_secs(2);
/// How long old knowledge is used before it is asked for again, where the provider did not answer.
const RETRY: Duration = Duration::from_secs(60);
/// Between two times that keys are fetched because one is unknown: tokens with invented keys must not become requests.
const KEYS_AGAIN: Duration = Duration::from_secs(5);

/// What the provider says beyond the core of discovery. Texts, so that one bad address does not spoil the rest.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct More {
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    pub(super) backchannel_logout_supported: Option<bool>,
    pub(super) code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for More {}

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Its keys.
pub(super) type Keys = JsonWebKeySet<CoreJsonWebKey>;

/// What is known of a provider.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) metadata: Metadata,
    pub(super) keys: Keys,
    /// How it may sign: what it says and we accept.
    pub(super) algorithms: HashSet<CoreJwsSigningAlgorithm>,
    at: Instant,
}

impl Discovered {
    /// Where somebody signs out there.
    pub(super) fn end_session(&self) -> Option<Url> {
        Url::parse(self.metadata.additional_metadata().end_session_endpoint.as_deref()?)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http"))
    }
}

/// The signatures that are accepted: by a key pair of the provider's. Neither none, nor those by a secret that we know too.
pub(super) const ACCEPTED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Keeps what is known of one provider.
#[derive(Debug, Default)]
pub(super) struct Discovery {
    /// Whether the last try went wrong.
    failing: AtomicBool,
    current: RwLock<Option<Arc<Discovered>>>,
    /// One asks, the others wait for what comes of it.
    asking: Mutex<Asking>,
}

#[derive(Debug, Default)]
struct Asking {
    failed: Option<(Instant, ProviderError)>,
    keys_at: Option<Instant>,
}

impl Discovery {
    /// What is known, however old.
    pub(super) fn current(&self) -> Option<Arc<Discovered>> {
        // Whoever panicked under the lock left the old value or the new one.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether something is known and the last try went well; `None` before the first.
    pub(super) fn is_known(&self) -> Option<bool> {
        if self.failing.load(Ordering::Relaxed) { Some(false) } else { self.current().map(|_| true) }
    }

    /// What is known, asked for if it is old. Old knowledge is better than none if the provider does not answer.
    pub(super) async fn get(&self, http: &Http, config: &OidcConfig) -> Result<Arc<Discovered>, ProviderError> {
        let known = || self.current().filter(|found| found.at.elapsed() < FRESH);
        if let Some(found) = known() {
            return Ok(found);
        }
        let mut asking = self.asking.lock().await;
        if let Some(found) = known() {
            return Ok(found);
        }
        let old = self.current();
        if let Some((at, error)) = &asking.failed
            && at.elapsed() < if old.is_some() { RETRY } else { REPEAT_FAILURE }
        {
            return old.ok_or_else(|| error.clone());
        }
        let found = discover(http, config).await;
        self.failing.store(found.is_err(), Ordering::Relaxed);
        match found {
            Ok(found) => {
                asking.failed = None;
                let found = Arc::new(found);
                self.keep(&found);
                Ok(found)
            }
            Err(error) => {
                asking.failed = Some((Instant::now(), error.clone()));
                old.ok_or(error)
            }
        }
    }

    /// Fetches the keys again, since one was not among `old`. `None` when that was done a moment ago and there are no others.
    pub(super) async fn with_new_keys(&self, http: &Http, old: &Arc<Discovered>) -> Result<Option<Arc<Discovered>>, ProviderError> {
        let mut asking = self.asking.lock().await;
        if let Some(found) = self.current().filter(|found| !Arc::ptr_eq(found, old)) {
            return Ok(Some(found));
        }
        if asking.keys_at.is_some_and(|at| at.elapsed() < KEYS_AGAIN) {
            return Ok(None);
        }
        asking.keys_at = Some(Instant::now());
        let keys = keys(http, &old.metadata).await?;
        let found = Arc::new(Discovered { metadata: old.metadata.clone(), keys, algorithms: old.algorithms.clone(), at: old.at });
        self.keep(&found);
        Ok(Some(found))
    }

    fn keep(&self, found: &Arc<Discovered>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(found));
    }
}

async fn discover(http: &Http, config: &OidcConfig) -> Result<Discovered, ProviderError> {
    let address = document_address(config);
    let response = http.get(&address, None).await?;
    let metadata = read_document(&response, &address)?;
    check_issuer(&metadata, config)?;
    check_endpoints(&metadata, config)?;
    let algorithms = algorithms(&metadata)?;
    let keys = keys(http, &metadata).await?;
    Ok(Discovered { metadata, keys, algorithms, at: Instant::now() })
}

/// Where an issuer describes itself.
pub(super) fn document_address(config: &OidcConfig) -> Url {
    let mut address = config.issuer.clone();
    let path = format!("{}/.well-known/openid-configuration", address.path().trim_end_matches('/'));
    address.set_path(&path);
    address
}

/// Reads what stands there.
pub(super) fn read_document(response: &Response<Vec<u8>>, address: &Url) -> Result<Metadata, ProviderError> {
    if response.status() != 200 {
        let message =
            format!("{address} answers {}: check the issuer; the provider's own documentation names it", response.status().as_u16());
        let transient = response.status().is_server_error() || response.status() == 429;
        return Err(ProviderError::new(if transient { Reason::Unavailable } else { Reason::Misconfigured }, message));
    }
    read_json(response.body(), &format!("the document at {address}"))
}

/// JSON into what it should be. The message names the place in it and repeats no values.
pub(super) fn read_json<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| {
        let shape = match error.classify() {
            serde_json::error::Category::Data => format!("{what} is not as it should be: {}", quoted(&error.to_string())),
            _ => format!("{what} is not JSON: mostly that is a page for people, or an error of a proxy"),
        };
        ProviderError::new(Reason::Misconfigured, shape)
    })
}

/// The issuer has to be the same letter by letter, else tokens of one provider could be shown to another.
pub(super) fn check_issuer(metadata: &Metadata, config: &OidcConfig) -> Result<(), ProviderError> {
    let found = metadata.issuer().as_str();
    if found == config.issuer_text {
        return Ok(());
    }
    let hint = if found.contains("{tenantid}") {
        "; this address is for every organisation: write the issuer with your tenant's id in it".to_owned()
    } else {
        format!("; if that is your provider, write issuer = \"{}\"", quoted(found))
    };
    let message = format!("the provider calls itself \"{}\", and the configuration says \"{}\"{hint}", quoted(found), config.issuer_text);
    Err(ProviderError::new(Reason::Issuer, message))
}

/// What has to be there, and may be used.
pub(super) fn check_endpoints(metadata: &Metadata, config: &OidcConfig) -> Result<(), ProviderError> {
    let Some(token) = metadata.token_endpoint() else {
        return Err(ProviderError::new(
            Reason::Misconfigured,
            "the provider names no token_endpoint, without which no code can be exchanged",
        ));
    };
    let mut addresses = vec![
        ("authorization_endpoint", metadata.authorization_endpoint().url()),
        ("token_endpoint", token.url()),
        ("jwks_uri", metadata.jwks_uri().url()),
    ];
    addresses.extend(metadata.userinfo_endpoint().map(|address| ("userinfo_endpoint", address.url())));
    match addresses.into_iter().find(|(_, url)| !is_safe(url, config.allow_http)) {
        None => Ok(()),
        Some((name, url)) => {
            let message = format!(
                "the provider's {name} is {url}, which is not encrypted: secrets are sent over https only (or allow-http = true, in a network of your own)"
            );
            Err(ProviderError::new(Reason::Misconfigured, message))
        }
    }
}

/// How it may sign.
pub(super) fn algorithms(metadata: &Metadata) -> Result<HashSet<CoreJwsSigningAlgorithm>, ProviderError> {
    let offered = metadata.id_token_signing_alg_values_supported();
    let both: HashSet<_> = ACCEPTED.into_iter().filter(|accepted| offered.contains(accepted)).collect();
    if both.is_empty() {
        let message = "the provider signs tokens in no way that is accepted: it needs RS256 or another signature by a key pair";
        return Err(ProviderError::new(Reason::Algorithm, message));
    }
    Ok(both)
}

/// Its keys.
pub(super) async fn keys(http: &Http, metadata: &Metadata) -> Result<Keys, ProviderError> {
    let address = metadata.jwks_uri().url();
    let response = http.get(address, None).await.map_err(|error: HttpError| ProviderError::from(error))?;
    if response.status() != 200 {
        let message = format!("{} answers {} when asked for the provider's keys", host(address), response.status().as_u16());
        return Err(ProviderError::new(Reason::Unavailable, message));
    }
    let keys: Keys = read_json(response.body(), "the provider's list of keys")?;
    if keys.keys().is_empty() {
        return Err(ProviderError::new(Reason::Misconfigured, "the provider's list of keys has none that can be used"));
    }
    Ok(keys)
}
