//! Leaving: there too when somebody leaves here, and here too when somebody leaves there.

use openidconnect::{ClientId, CsrfToken, EndSessionUrl, LogoutRequest, PostLogoutRedirectUrl};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Provider, ProviderError, Reason,
    verify::{self, Unverified, now, seconds},
};

/// What makes a token one for logging out. Source: OpenID Connect Back-Channel Logout 1.0, section 2.4.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Oldest token without an end of its own, in seconds.
const OLDEST: i64 = 600;
/// Bytes of a token that is looked at.
const LONGEST: usize = 16 * 1024;

/// A provider's word that somebody left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// Who; everywhere if there is no session.
    pub subject: Option<String>,
    /// Which of the provider's sessions.
    pub session: Option<String>,
    /// The token's own id (`jti`).
    pub id: String,
    /// How long the id has to be remembered, in seconds since 1970.
    pub until_seconds: i64,
}

impl Provider {
    /// Where the browser goes to sign out at the provider too; `None` where that is not possible or not wanted.
    ///
    /// `id_token` may be empty; `state` comes back to `return_to`.
    pub async fn logout_address(&self, id_token: &str, return_to: &Url, state: &str) -> Option<Url> {
        if !self.config.logout {
            return None;
        }
        let found = self.discovered().await.ok()?;
        let request = LogoutRequest::from(EndSessionUrl::from_url(found.end_session()?))
            .set_client_id(ClientId::new(self.config.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(return_to.clone()))
            .set_state(CsrfToken::new(state.to_owned()));
        let mut address = request.http_get_url();
        if !id_token.is_empty() {
            address.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        Some(address)
    }

    /// Reads a token that a provider sends when somebody left there.
    ///
    /// # Errors
    /// When it is not one of the provider's own, for this portal, of now.
    pub async fn logout_token(&self, token: &str) -> Result<LogoutToken, ProviderError> {
        if token.len() > LONGEST {
            return Err(ProviderError::new(Reason::Malformed, format!("the token has more than {LONGEST} bytes")));
        }
        let found = self.discovered().await?;
        let types = ["logout+jwt", "application/logout+jwt", "JWT"];
        let claims = match verify::signed(token, &types, &found) {
            Ok(claims) => claims,
            Err(Unverified::Wrong(error)) => return Err(error),
            Err(Unverified::Key(error)) => {
                let Some(found) = self.discovery.with_new_keys(&self.http, &found).await? else { return Err(error) };
                verify::signed(token, &types, &found).map_err(|error| match error {
                    Unverified::Key(error) | Unverified::Wrong(error) => error,
                })?
            }
        };
        self.logout_claims(&claims, found.metadata.issuer().as_str(), now())
    }

    fn logout_claims(&self, claims: &Map<String, Value>, issuer: &str, now: i64) -> Result<LogoutToken, ProviderError> {
        let wrong = |reason, message: &str| Err(ProviderError::new(reason, message));
        let text =
            |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty() && text.len() <= 255).map(str::to_owned);
        if text("iss").as_deref() != Some(issuer) {
            return wrong(Reason::Issuer, "the token is of another issuer (iss)");
        }
        let client = self.config.client_id.as_str();
        let ours = match claims.get("aud") {
            Some(Value::String(audience)) => audience == client,
            Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == client),
            _ => false,
        };
        if !ours {
            return wrong(Reason::Audience, "the token is not for this portal (aud)");
        }
        if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
            return wrong(Reason::Malformed, "the token does not say that somebody left (events)");
        }
        // Else an id token could be taken for one of these.
        if claims.contains_key("nonce") {
            return wrong(Reason::Malformed, "the token has a nonce, which one for logging out must not have");
        }
        let skew = seconds(self.config.skew);
        // Some write fractions of seconds.
        let time = |name: &str| claims.get(name).and_then(Value::as_f64).map(|at| at as i64);
        let Some(issued) = time("iat") else { return wrong(Reason::Malformed, "the token does not say when it was made (iat)") };
        let end = time("exp").unwrap_or(issued.saturating_add(OLDEST));
        if issued > now.saturating_add(skew) || end.saturating_add(skew) <= now {
            return wrong(Reason::Expired, "the token has run out, or comes from the future");
        }
        let Some(id) = text("jti") else { return wrong(Reason::Malformed, "the token has no id (jti)") };
        let (subject, session) = (text("sub"), text("sid"));
        if subject.is_none() && session.is_none() {
            return wrong(Reason::Malformed, "the token names neither a person (sub) nor a session (sid)");
        }
        Ok(LogoutToken { subject, session, id, until_seconds: end.saturating_add(skew).saturating_add(1) })
    }
}
