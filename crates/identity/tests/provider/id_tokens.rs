//! Which id tokens are believed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::signature::KeyPair as _;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::issuer::{Issuer, finish, key, now, redirect, signed};

fn header() -> Value {
    json!({ "alg": "EdDSA", "kid": "one" })
}

/// Signs in with a token whose header and claims were changed.
async fn check(change: impl FnOnce(&mut Value, &mut Value), expected: &str) {
    check_signed(change, |header, claims| signed("one", header, claims), expected).await;
}

async fn check_signed(change: impl FnOnce(&mut Value, &mut Value), sign: impl FnOnce(&Value, &Value) -> String, expected: &str) {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let started = provider.start(&redirect()).await.unwrap();
    let (mut header, mut claims) = (header(), issuer.claims(&started));
    change(&mut header, &mut claims);
    issuer.hand_out(&sign(&header, &claims));
    let got = match finish(&provider, &started).await {
        Ok(someone) => format!("in: {} {} {}", someone.subject, someone.email.as_deref().unwrap_or("-"), someone.email_verified),
        Err(error) => format!("{}: {}", error.reason.id(), error.message.replace(&issuer.url, "ISSUER")),
    };
    assert_eq!(got, expected);
}

#[tokio::test]
async fn a_good_token_is_believed() {
    check(|_, _| {}, "in: ada-1 ada@example.com true").await;
    check(|_, claims| claims["email_verified"] = "true".into(), "in: ada-1 ada@example.com true").await;
    check(|_, claims| claims["aud"] = json!(["waymark"]), "in: ada-1 ada@example.com true").await;
}

#[tokio::test]
async fn an_address_counts_only_if_it_is_verified() {
    check(|_, claims| claims["email_verified"] = false.into(), "in: ada-1 ada@example.com false").await;
    check(|_, claims| _ = claims.as_object_mut().unwrap().remove("email_verified"), "in: ada-1 ada@example.com false").await;
}

#[tokio::test]
async fn tokens_of_others_are_refused() {
    check(
        |_, claims| claims["iss"] = "https://evil.example".into(),
        "wrong-issuer: the token is of another issuer: expected `ISSUER` (found `https://evil.example`)",
    )
    .await;
    check(
        |_, claims| claims["aud"] = "another".into(),
        "wrong-audience: the token is not for this portal: must contain `waymark` (found audiences: `another`). Check client-id",
    )
    .await;
    check(
        |_, claims| claims["aud"] = json!(["waymark", "another"]),
        "wrong-audience: the token is for several programs and does not say for which it was made (azp)",
    )
    .await;
    check(
        |_, claims| (claims["aud"], claims["azp"]) = (json!(["waymark", "another"]), "another".into()),
        "wrong-audience: the token was made for \"another\" (azp), not for this portal (\"waymark\")",
    )
    .await;
    check(|_, claims| (claims["aud"], claims["azp"]) = (json!(["waymark", "another"]), "waymark".into()), "in: ada-1 ada@example.com true")
        .await;
}

#[tokio::test]
async fn tokens_of_another_time_are_refused() {
    const EXPIRED: &str = "expired: the provider's token has run out, or comes from the future. Check the clocks of the provider and of this portal; 60 s are allowed (skew)";
    check(|_, claims| claims["exp"] = (now() - 90).into(), EXPIRED).await;
    check(|_, claims| claims["iat"] = (now() + 120).into(), EXPIRED).await;
    // Clocks may differ by as much as is configured.
    check(|_, claims| claims["exp"] = (now() - 30).into(), "in: ada-1 ada@example.com true").await;
    check(|_, claims| claims["iat"] = (now() + 30).into(), "in: ada-1 ada@example.com true").await;
}

#[tokio::test]
async fn tokens_of_another_sign_in_are_refused() {
    const NONCE: &str = "wrong-nonce: the token belongs to another sign-in: its nonce is not the one that was sent. Sign in again";
    check(|_, claims| claims["nonce"] = "another".into(), NONCE).await;
    check(|_, claims| _ = claims.as_object_mut().unwrap().remove("nonce"), NONCE).await;
}

#[tokio::test]
async fn signatures_are_checked() {
    const WAY: &str = "algorithm: the token is signed in a way that is not accepted: it needs RS256 or another signature by a key pair that the provider names";
    check(|header, _| header["alg"] = "none".into(), WAY).await;
    let unsigned = |header: &Value, claims: &Value| format!("{}.{}.", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    check_signed(|header, _| header["alg"] = "none".into(), unsigned, WAY).await;
    // Signed with what everybody knows: the public key, or the secret that the portal knows too.
    for secret in [key("one").public_key().as_ref().to_vec(), b"a secret of the tests".to_vec()] {
        let by_secret = |header: &Value, claims: &Value| {
            let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
            let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
            mac.update(message.as_bytes());
            format!("{message}.{}", BASE64.encode(mac.finalize().into_bytes()))
        };
        check_signed(|header, _| header["alg"] = "HS256".into(), by_secret, WAY).await;
    }
    // Another key under the same name.
    check_signed(|_, _| {}, |header, claims| signed("two", header, claims), "signature: the token's signature is wrong").await;
    check(|header, _| header["kid"] = "two".into(), "signature: the token is signed with a key that is not in the provider's list").await;
    check(
        |header, _| header["crit"] = json!(["exp"]),
        "malformed: the token is not as it should be: Unsupported: critical JWT header fields are unsupported",
    )
    .await;
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let started = provider.start(&redirect()).await.unwrap();
    let got = async |issuer: &Issuer, body: &Value| {
        issuer.answer("/token", body);
        let error = finish(&provider, &started).await.unwrap_err();
        format!("{}: {}", error.reason.id(), error.message)
    };
    let none = got(&issuer, &json!({ "access_token": "a", "token_type": "Bearer" })).await;
    assert_eq!(
        none,
        "malformed: the provider sent no id token: is the client registered for OpenID Connect, and is \"openid\" among its scopes?"
    );
    let nonsense = got(&issuer, &json!({ "access_token": "a", "token_type": "Bearer", "id_token": "secret-looking.text" })).await;
    assert!(
        nonsense.starts_with("malformed: the provider's answer to the code cannot be read") && !nonsense.contains("secret"),
        "{nonsense}"
    );
    let mut someone = issuer.claims(&started);
    someone["sub"] = "a\nb".into();
    issuer.hand_out(&signed("one", &header(), &someone));
    assert_eq!(finish(&provider, &started).await.unwrap_err().reason.id(), "malformed");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused() {
    use identity::provider::Answer;
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let started = provider.start(&redirect()).await.unwrap();
    issuer.hand_out(&signed("one", &header(), &issuer.claims(&started)));
    let redirect = redirect();
    for (said, good) in [(Some(issuer.url.as_str()), true), (Some("https://evil.example"), false), (None, true)] {
        let answer = Answer { code: "code", issuer: said, nonce: &started.nonce, verifier: &started.verifier, redirect: &redirect };
        assert_eq!(provider.finish(&answer).await.is_ok(), good, "{said:?}");
    }
}
