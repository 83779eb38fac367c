//! Plain OAuth 2.0, as GitHub has it: no token says who somebody is, so an address is asked.

use ::http::Request;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _, TokenUrl, basic::BasicClient,
};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use url::Url;

use super::{
    Answer, Identified, OAuthConfig, Provider, ProviderError, Reason, Started,
    discovery::read_json,
    http::host,
    identified::{is_true, lookup, names, text},
};

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl Provider {
    pub(super) fn oauth_client(&self, oauth: &OAuthConfig, redirect: &Url) -> Client {
        let mut client = BasicClient::new(ClientId::new(self.config.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(oauth.authorization.clone()))
            .set_token_uri(TokenUrl::from_url(oauth.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()))
            // GitHub and its like read both; some read this only.
            .set_auth_type(AuthType::RequestBody);
        if let Some(secret) = &self.config.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        client
    }

    pub(super) fn start_oauth(&self, oauth: &OAuthConfig, redirect: &Url) -> Started {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.config.scopes.iter().map(|scope| Scope::new(scope.clone()));
        let client = self.oauth_client(oauth, redirect);
        let request = client.authorize_url(|| CsrfToken::new_random_len(32)).add_scopes(scopes).set_pkce_challenge(challenge);
        let (address, state) = request.url();
        Started { address, state: state.into_secret(), nonce: String::new(), verifier: verifier.into_secret() }
    }

    pub(super) async fn finish_oauth(&self, oauth: &OAuthConfig, answer: &Answer<'_>) -> Result<Identified, ProviderError> {
        let access = self.exchange_oauth(oauth, answer).await?;
        let said = self.ask(&oauth.userinfo, &access, "who somebody is").await?;
        let Value::Object(said) = said else {
            return Err(ProviderError::new(Reason::Malformed, format!("{} does not answer with an object", host(&oauth.userinfo))));
        };
        let mut someone = self.identified_by(oauth, said);
        if let Some(emails) = &oauth.emails {
            let list = self.ask(emails, &access, "the person's addresses").await?;
            if let Some(primary) = primary_verified(&list) {
                someone.email = Some(primary);
                someone.email_verified = true;
            }
        }
        someone.checked()
    }

    /// Exchanges the code for what the provider's addresses are asked with.
    pub(super) async fn exchange_oauth(&self, oauth: &OAuthConfig, answer: &Answer<'_>) -> Result<String, ProviderError> {
        let send = |request: Request<Vec<u8>>| {
            let http = self.http.clone();
            async move { http.send(request).await }
        };
        let tokens = self
            .oauth_client(oauth, answer.redirect)
            .exchange_code(AuthorizationCode::new(answer.code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(answer.verifier.to_owned()))
            .request_async(&send)
            .await
            .map_err(super::oidc::refused)?;
        Ok(tokens.access_token().secret().clone())
    }

    async fn ask(&self, address: &Url, access: &str, what: &str) -> Result<Value, ProviderError> {
        let response = self.http.get(address, Some(access)).await?;
        if response.status() != 200 {
            let message = format!(
                "{} answers {} when asked for {what}: check the address, and that the scopes allow it",
                host(address),
                response.status().as_u16()
            );
            let reason = if response.status().is_server_error() { Reason::Unavailable } else { Reason::Misconfigured };
            return Err(ProviderError::new(reason, message));
        }
        read_json(response.body(), &format!("the answer of {}", host(address)))
    }

    fn identified_by(&self, oauth: &OAuthConfig, said: Map<String, Value>) -> Identified {
        let claim = |name: &str| lookup(&said, name).and_then(text);
        Identified {
            subject: claim(&oauth.claims.subject).unwrap_or_default(),
            login: claim(&oauth.claims.login),
            email: claim(&oauth.claims.email),
            email_verified: self.config.trust_email || is_true(said.get("email_verified")),
            name: claim(&oauth.claims.name),
            picture: claim(&oauth.claims.picture),
            groups: self.config.groups_claim.as_deref().and_then(|name| lookup(&said, name)).map(names),
            session: String::new(),
            id_token: String::new(),
            claims: said,
        }
    }
}

/// The address that somebody made their first and that was verified; no other, since anybody can add one.
fn primary_verified(list: &Value) -> Option<String> {
    let primary = list.as_array()?.iter().find(|entry| is_true(entry.get("primary")) && is_true(entry.get("verified")))?;
    text(primary.get("email")?)
}
