//! Leaving here and there.

use serde_json::{Value, json};
use url::Url;

use crate::issuer::{CLIENT, Issuer, now, signed};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn check(change: impl FnOnce(&mut Value, &mut Value), expected: &str) {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let mut header = json!({ "alg": "EdDSA", "kid": "one", "typ": "logout+jwt" });
    let mut claims = json!({
        "iss": issuer.url, "aud": CLIENT, "iat": now(), "exp": now() + 120, "jti": "j1", "sub": "ada-1", "sid": "s1", "events": { EVENT: {} },
    });
    change(&mut header, &mut claims);
    let got = match provider.logout_token(&signed("one", &header, &claims)).await {
        Ok(token) => format!("taken: {} {} {}", token.subject.unwrap_or_default(), token.session.unwrap_or_default(), token.id),
        Err(error) => format!("{}: {}", error.reason.id(), error.message),
    };
    assert_eq!(got, expected);
}

#[tokio::test]
async fn tokens_that_are_taken() {
    check(|_, _| {}, "taken: ada-1 s1 j1").await;
    check(|_, claims| _ = claims.as_object_mut().unwrap().remove("sid"), "taken: ada-1  j1").await;
    check(|_, claims| _ = claims.as_object_mut().unwrap().remove("sub"), "taken:  s1 j1").await;
    // Older providers.
    check(|header, claims| (_ = claims.as_object_mut().unwrap().remove("exp"), header["typ"] = "JWT".into()).0, "taken: ada-1 s1 j1").await;
    check(|_, claims| claims["aud"] = json!(["other", CLIENT]), "taken: ada-1 s1 j1").await;
}

#[tokio::test]
async fn tokens_that_are_not() {
    check(|_, claims| claims["iss"] = "https://evil.example".into(), "wrong-issuer: the token is of another issuer (iss)").await;
    check(|_, claims| claims["aud"] = "other".into(), "wrong-audience: the token is not for this portal (aud)").await;
    check(|_, claims| claims["nonce"] = "n".into(), "malformed: the token has a nonce, which one for logging out must not have").await;
    check(|_, claims| claims["events"] = json!({}), "malformed: the token does not say that somebody left (events)").await;
    check(|_, claims| claims["jti"] = Value::Null, "malformed: the token has no id (jti)").await;
    check(|_, claims| claims["iat"] = Value::Null, "malformed: the token does not say when it was made (iat)").await;
    check(|_, claims| claims["exp"] = (now() - 90).into(), "expired: the token has run out, or comes from the future").await;
    check(|_, claims| claims["iat"] = (now() + 90).into(), "expired: the token has run out, or comes from the future").await;
    check(
        |_, claims| (claims["sub"], claims["sid"]) = (Value::Null, Value::Null),
        "malformed: the token names neither a person (sub) nor a session (sid)",
    )
    .await;
    check(|header, _| header["alg"] = "none".into(), "algorithm: the token is signed in a way that is not accepted").await;
    check(|header, _| header["alg"] = "HS256".into(), "algorithm: the token is signed in a way that is not accepted").await;
    check(|header, _| header["kid"] = "two".into(), "signature: the token is signed with a key that is not in the provider's list").await;
    check(|header, _| header["typ"] = "at+jwt".into(), "malformed: the token is of another type (typ)").await;
}

#[tokio::test]
async fn a_signature_by_another_key_is_refused() {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let header = json!({ "alg": "EdDSA", "kid": "one" });
    let claims = json!({ "iss": issuer.url, "aud": CLIENT, "iat": now(), "jti": "j1", "sub": "ada-1", "events": { EVENT: {} } });
    let error = provider.logout_token(&signed("two", &header, &claims)).await.unwrap_err();
    assert_eq!(error.reason.id(), "signature");
    for token in ["", "a.b", "a.b.c", "a.b.c.d", &"x".repeat(20_000)] {
        assert!(provider.logout_token(token).await.is_err());
    }
}

#[tokio::test]
async fn leaving_goes_on_at_the_provider() {
    let issuer = Issuer::start().await;
    let back: Url = "http://127.0.0.1:3000/sign-in".parse().unwrap();
    let address = issuer.provider(|_| {}).logout_address("hint", &back, "state").await.unwrap();
    let expected = format!(
        "{}/end?client_id=waymark&post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fsign-in&state=state&id_token_hint=hint",
        issuer.url
    );
    assert_eq!(address.as_str(), expected);
    assert_eq!(issuer.provider(|config| config.logout = false).logout_address("hint", &back, "state").await, None);
    let mut document = issuer.document();
    document["end_session_endpoint"] = Value::Null;
    issuer.answer("/.well-known/openid-configuration", &document);
    assert_eq!(issuer.provider(|_| {}).logout_address("hint", &back, "state").await, None);
}
