//! Whether a token is the provider's own, meant for us, and of now.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier, JsonWebKey as _, JsonWebKeyAlgorithm,
    JsonWebKeyUse as _, JwsSigningAlgorithm as _, Nonce, SignatureVerificationError,
    core::{CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    ProviderConfig, ProviderError, Reason,
    discovery::{ACCEPTED, Discovered},
    error::quoted,
};

/// Claims that the standard does not name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Extra(pub(super) Map<String, Value>);

impl AdditionalClaims for Extra {}

pub(super) type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(super) type Claims = IdTokenClaims<Extra, CoreGenderClaim>;

/// What came of looking at a signature.
#[derive(Debug)]
pub(super) enum Unverified {
    /// The key is unknown, or does not fit: perhaps there are new ones.
    Key(ProviderError),
    /// Nothing will make it right.
    Wrong(ProviderError),
}

/// The claims of an id token, if it is good.
pub(super) fn id_token<'t>(token: &'t Token, found: &Discovered, config: &ProviderConfig, nonce: &str) -> Result<&'t Claims, Unverified> {
    let skew = chrono::Duration::from_std(config.skew).unwrap_or_default();
    let issued = |at: chrono::DateTime<chrono::Utc>| {
        if at > chrono::Utc::now() + skew { Err(format!("issued at {at}, which is in the future")) } else { Ok(()) }
    };
    // Without the secret in it: a signature by a secret that the portal knows proves nothing about who signed.
    let verifier = verifier(found, config)
        .set_time_fn(move || chrono::Utc::now() - skew)
        .set_issue_time_verifier_fn(issued)
        .set_other_audience_verifier_fn(|_| true);
    let nonce = Nonce::new(nonce.to_owned());
    let claims = token.claims(&verifier, &nonce).map_err(|error| explain(&error, config))?;
    authorized_party(claims, config).map_err(Unverified::Wrong)?;
    Ok(claims)
}

/// Checks signature, issuer and audience only with what the provider may use.
pub(super) fn verifier<'a>(found: &Discovered, config: &ProviderConfig) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let client = ClientId::new(config.client_id.clone());
    IdTokenVerifier::new_public_client(client, found.metadata.issuer().clone(), found.keys.clone())
        .set_allowed_algs(found.algorithms.iter().cloned())
}

/// A token for several may have been handed on by any of them, unless it says that it was made for us.
fn authorized_party(claims: &Claims, config: &ProviderConfig) -> Result<(), ProviderError> {
    let party = claims.authorized_party().map(|party| party.as_str());
    let good = match party {
        Some(party) => party == config.client_id,
        None => claims.audiences().len() == 1,
    };
    if good {
        return Ok(());
    }
    let message = match party {
        Some(party) => format!("the token was made for \"{}\" (azp), not for this portal (\"{}\")", quoted(party), config.client_id),
        None => "the token is for several programs and does not say for which it was made (azp)".to_owned(),
    };
    Err(ProviderError::new(Reason::Audience, message))
}

fn explain(error: &ClaimsVerificationError, config: &ProviderConfig) -> Unverified {
    use SignatureVerificationError as Signature;
    let wrong = |reason, message: String| Unverified::Wrong(ProviderError::new(reason, message));
    match error {
        ClaimsVerificationError::Expired(_) => wrong(
            Reason::Expired,
            format!(
                "the provider's token has run out, or comes from the future. Check the clocks of the provider and of this portal; {} s are allowed (skew)",
                config.skew.as_secs()
            ),
        ),
        ClaimsVerificationError::InvalidAudience(text) => {
            wrong(Reason::Audience, format!("the token is not for this portal: {}. Check client-id", quoted(text)))
        }
        ClaimsVerificationError::InvalidIssuer(text) => wrong(Reason::Issuer, format!("the token is of another issuer: {}", quoted(text))),
        ClaimsVerificationError::InvalidNonce(_) => {
            wrong(Reason::Nonce, "the token belongs to another sign-in: its nonce is not the one that was sent. Sign in again".to_owned())
        }
        ClaimsVerificationError::SignatureVerification(Signature::NoMatchingKey) => {
            let message = "the token is signed with a key that is not in the provider's list";
            Unverified::Key(ProviderError::new(Reason::Signature, message))
        }
        ClaimsVerificationError::SignatureVerification(Signature::CryptoError(_)) => {
            Unverified::Key(ProviderError::new(Reason::Signature, "the token's signature is wrong"))
        }
        ClaimsVerificationError::SignatureVerification(
            Signature::DisallowedAlg(_) | Signature::NoSignature | Signature::UnsupportedAlg(_),
        ) => wrong(
            Reason::Algorithm,
            "the token is signed in a way that is not accepted: it needs RS256 or another signature by a key pair that the provider names"
                .to_owned(),
        ),
        ClaimsVerificationError::SignatureVerification(Signature::AmbiguousKeyId(_)) => {
            wrong(Reason::Signature, "the token does not say with which of the provider's keys it is signed (kid)".to_owned())
        }
        ClaimsVerificationError::SignatureVerification(_) => wrong(Reason::Signature, "the token's signature cannot be checked".to_owned()),
        other => wrong(Reason::Malformed, format!("the token is not as it should be: {}", quoted(&other.to_string()))),
    }
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// The claims of any other signed token, after its signature. `types` are the values of `typ` that it may have, if it has one.
pub(super) fn signed(token: &str, types: &[&str], found: &Discovered) -> Result<Map<String, Value>, Unverified> {
    let wrong = |reason, message: &str| Unverified::Wrong(ProviderError::new(reason, message));
    let malformed = || wrong(Reason::Malformed, "the token is not a signed JSON Web Token");
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(malformed());
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
    let algorithm = || wrong(Reason::Algorithm, "the token is signed in a way that is not accepted");
    let head: Header = serde_json::from_slice(&decode(header)?).map_err(|_| algorithm())?;
    if !found.algorithms.contains(&head.alg) || !ACCEPTED.contains(&head.alg) || head.crit.is_some() {
        return Err(algorithm());
    }
    if let Some(typ) = &head.typ
        && !types.iter().any(|allowed| typ.eq_ignore_ascii_case(allowed))
    {
        return Err(wrong(Reason::Malformed, "the token is of another type (typ)"));
    }
    let unknown =
        || Unverified::Key(ProviderError::new(Reason::Signature, "the token is signed with a key that is not in the provider's list"));
    let mut fitting = found.keys.keys().iter().filter(|key| fits(key, &head));
    let key = fitting.next().ok_or_else(unknown)?;
    if head.kid.is_none() && fitting.next().is_some() {
        return Err(wrong(Reason::Signature, "the token does not say with which of the provider's keys it is signed (kid)"));
    }
    let message = &token[..header.len() + 1 + payload.len()];
    key.verify_signature(&head.alg, message.as_bytes(), &decode(signature)?)
        .map_err(|_| Unverified::Key(ProviderError::new(Reason::Signature, "the token's signature is wrong")))?;
    serde_json::from_slice(&decode(payload)?).map_err(|_| malformed())
}

fn fits(key: &CoreJsonWebKey, head: &Header) -> bool {
    let named = head.kid.is_none() || key.key_id().map(|id| id.as_str()) == head.kid.as_deref();
    let signs = key.key_use().is_none_or(|of| of.allows_signature());
    let algorithm = match key.signing_alg() {
        JsonWebKeyAlgorithm::Algorithm(algorithm) => *algorithm == head.alg,
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    named && signs && algorithm && head.alg.key_type().as_ref() == Some(key.key_type())
}

/// Seconds since 1970 by this machine's clock.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The skew in seconds.
pub(super) fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}
