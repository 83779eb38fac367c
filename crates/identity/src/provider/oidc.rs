//! OpenID Connect: the authorization code flow with PKCE, and who it was.

use std::sync::Arc;

use ::http::Request;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, IdTokenFields, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use url::Url;

use super::{
    Answer, Identified, OidcConfig, Protocol, Provider, ProviderError, Reason, Started,
    discovery::Discovered,
    error::quoted,
    http::HttpError,
    identified::{is_true, lookup, names, text},
    verify::{self, Extra, Unverified},
};

type Tokens = StandardTokenResponse<
    IdTokenFields<Extra, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>,
    CoreTokenType,
>;
type Refused = StandardErrorResponse<CoreErrorResponseType>;
type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    Refused,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

impl Provider {
    /// What the configuration says of OpenID Connect; an error for another protocol.
    pub(super) fn oidc(&self) -> Result<&OidcConfig, ProviderError> {
        match &self.config.protocol {
            Protocol::Oidc(oidc) => Ok(oidc),
            Protocol::OAuth2(_) => Err(ProviderError::new(Reason::Misconfigured, "the provider does not speak OpenID Connect")),
        }
    }

    pub(super) async fn discovered(&self) -> Result<Arc<Discovered>, ProviderError> {
        self.discovery.get(&self.http, self.oidc()?).await
    }

    fn client(&self, found: &Discovered, redirect: &Url) -> Client {
        let metadata = found.metadata.clone().set_jwks(found.keys.clone());
        let secret = self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let client = openidconnect::Client::from_provider_metadata(metadata, ClientId::new(self.config.client_id.clone()), secret)
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        // Basic unless the provider wants the other: RFC 6749 makes it everybody's.
        let methods = found.metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost) && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        client.set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    pub(super) async fn start_oidc(&self, redirect: &Url) -> Result<Started, ProviderError> {
        let found = self.discovered().await?;
        let client = self.client(&found, redirect);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new_random_len(32), || Nonce::new_random_len(32))
            .set_pkce_challenge(challenge);
        // `openid` is there by itself.
        for scope in self.config.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, state, nonce) = request.url();
        Ok(Started { address, state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() })
    }

    pub(super) async fn finish_oidc(&self, answer: &Answer<'_>) -> Result<Identified, ProviderError> {
        let found = self.discovered().await?;
        check_answering_issuer(&found, answer)?;
        let client = self.client(&found, answer.redirect);
        let tokens = self.exchange(&client, answer).await?;
        let token = tokens.id_token().ok_or_else(|| {
            let message = "the provider sent no id token: is the client registered for OpenID Connect, and is \"openid\" among its scopes?";
            ProviderError::new(Reason::Malformed, message)
        })?;
        let (found, claims) = match verify::id_token(token, &found, &self.config, answer.nonce) {
            Ok(claims) => (found, claims),
            Err(Unverified::Wrong(error)) => return Err(error),
            // The provider may have changed its keys since they were fetched.
            Err(Unverified::Key(error)) => {
                let Some(found) = self.discovery.with_new_keys(&self.http, &found).await? else { return Err(error) };
                let claims = verify::id_token(token, &found, &self.config, answer.nonce).map_err(|error| match error {
                    Unverified::Key(error) | Unverified::Wrong(error) => error,
                })?;
                (found, claims)
            }
        };
        let verifier = verify::verifier(&found, &self.config);
        if let (Some(expected), Ok(algorithm), Ok(key)) = (claims.access_token_hash(), token.signing_alg(), token.signing_key(&verifier)) {
            let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if hash.as_ref() != Ok(expected) {
                return Err(ProviderError::new(Reason::Malformed, "the access token is not the one that the id token was made with"));
            }
        }
        let said = serde_json::to_value(claims).ok().and_then(|value| value.as_object().cloned()).unwrap_or_default();
        let mut someone = self.identified(&said);
        if self.wants_more(&someone)
            && let Some(more) = self.userinfo(&found, tokens.access_token(), claims.subject()).await?
        {
            someone = self.identified(&merged(said, more));
        }
        someone.keep_token(token.to_string());
        someone.checked()
    }

    async fn exchange(&self, client: &Client, answer: &Answer<'_>) -> Result<Tokens, ProviderError> {
        let send = |request: Request<Vec<u8>>| {
            let http = self.http.clone();
            async move { http.send(request).await }
        };
        let request = client
            .exchange_code(AuthorizationCode::new(answer.code.to_owned()))
            .map_err(|_| ProviderError::new(Reason::Misconfigured, "the provider names no token_endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(answer.verifier.to_owned()));
        request.request_async(&send).await.map_err(refused)
    }

    /// What the provider tells beyond the token. Not being able to tell more is no reason to refuse.
    async fn userinfo(
        &self,
        found: &Discovered,
        access: &openidconnect::AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<Option<Map<String, Value>>, ProviderError> {
        let Some(address) = found.metadata.userinfo_endpoint() else { return Ok(None) };
        let response = match self.http.get(address.url(), Some(access.secret())).await {
            Ok(response) if response.status() == 200 => response,
            Ok(response) => {
                tracing::warn!(
                    provider = self.config.id,
                    status = response.status().as_u16(),
                    "the provider does not tell more than its token"
                );
                return Ok(None);
            }
            Err(error) => {
                tracing::warn!(provider = self.config.id, %error, "the provider does not tell more than its token");
                return Ok(None);
            }
        };
        // The subject has to be the token's, else somebody else's answer could be slipped in.
        let claims = UserInfoClaims::<Extra, CoreGenderClaim>::from_json::<HttpError>(response.body(), Some(subject)).map_err(|_| {
            let message = "what the provider tells about the person cannot be read, or is about somebody else";
            ProviderError::new(Reason::Malformed, message)
        })?;
        Ok(serde_json::to_value(&claims).ok().and_then(|value| value.as_object().cloned()))
    }

    fn wants_more(&self, someone: &Identified) -> bool {
        someone.email.is_none()
            || someone.login.is_none()
            || someone.name.is_none()
            || self.config.groups_claim.is_some() && someone.groups.is_none()
    }

    fn identified(&self, claims: &Map<String, Value>) -> Identified {
        let claim = |name: &str| claims.get(name).and_then(text);
        Identified {
            subject: claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned(),
            login: claim("preferred_username"),
            email: claim("email"),
            email_verified: self.config.trust_email || is_true(claims.get("email_verified")),
            name: claim("name"),
            picture: claim("picture"),
            groups: self.config.groups_claim.as_deref().and_then(|name| lookup(claims, name)).map(names),
            claims: claims.clone(),
            session: claim("sid").filter(|sid| sid.len() <= 255).unwrap_or_default(),
            id_token: String::new(),
        }
    }
}

/// What is signed counts for more. Whether an address is verified is said of that address only.
fn merged(signed: Map<String, Value>, mut more: Map<String, Value>) -> Map<String, Value> {
    if signed.get("email").is_some_and(|email| more.get("email") != Some(email)) {
        more.remove("email_verified");
    }
    for (name, value) in signed {
        more.insert(name, value);
    }
    more
}

/// RFC 9207: an answer of one provider must not be taken for another's.
fn check_answering_issuer(found: &Discovered, answer: &Answer<'_>) -> Result<(), ProviderError> {
    let ours = found.metadata.issuer().as_str();
    let promised = found.metadata.additional_metadata().authorization_response_iss_parameter_supported == Some(true);
    match answer.issuer {
        Some(issuer) if issuer == ours => Ok(()),
        None if !promised => Ok(()),
        Some(_) => Err(ProviderError::new(Reason::Issuer, "the answer is of another provider than the one that was asked")),
        None => {
            Err(ProviderError::new(Reason::Issuer, "the answer does not say which provider it is of, although this provider promises to"))
        }
    }
}

/// What the token address says, without anything secret.
pub(super) fn refused(error: RequestTokenError<HttpError, Refused>) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(answer) => code_refused(answer.error().as_ref(), answer.error_description().map(String::as_str)),
        RequestTokenError::Request(error) => error.into(),
        // GitHub answers 200 and an error; what could not be read may hold tokens, so it is not repeated.
        RequestTokenError::Parse(error, body) => match serde_json::from_slice::<Value>(&body).ok() {
            Some(Value::Object(said)) if said.contains_key("error") => {
                code_refused(said["error"].as_str().unwrap_or_default(), said.get("error_description").and_then(Value::as_str))
            }
            _ => ProviderError::new(Reason::Malformed, format!("the provider's answer to the code cannot be read (at {})", error.path())),
        },
        RequestTokenError::Other(text) => {
            ProviderError::new(Reason::Malformed, format!("the provider's answer to the code cannot be read: {}", quoted(&text)))
        }
    }
}

fn code_refused(error: &str, description: Option<&str>) -> ProviderError {
    let said = match description {
        Some(description) => format!("{}: {}", quoted(error), quoted(description)),
        None => quoted(error),
    };
    match error {
        "invalid_client" | "unauthorized_client" | "incorrect_client_credentials" => ProviderError::new(
            Reason::Misconfigured,
            format!(
                "the provider does not know this portal ({said}): check client-id and client-secret, and that the secret has not run out"
            ),
        ),
        "redirect_uri_mismatch" => ProviderError::new(
            Reason::Misconfigured,
            format!("the provider does not send people to this portal ({said}): register the callback address there"),
        ),
        "temporarily_unavailable" | "server_error" => {
            ProviderError::new(Reason::Unavailable, format!("the provider cannot answer at the moment ({said}): try again"))
        }
        _ => ProviderError::new(
            Reason::Code,
            format!("the provider does not take the code ({said}): it counts once and for a short time. Sign in again"),
        ),
    }
}
