//! Plain OAuth 2.0, as GitHub has it.

use identity::provider::{Answer, ClaimNames, OAuthConfig, Protocol};
use serde_json::{Value, json};

use crate::issuer::{Issuer, redirect};

async fn check(token: Value, person: Value, emails: Value, expected: &str) {
    let issuer = Issuer::start().await;
    issuer.answer("/token", &token);
    issuer.answer("/user", &person);
    issuer.answer("/emails", &emails);
    let at = |path: &str| format!("{}{path}", issuer.url).parse().unwrap();
    let oauth = OAuthConfig {
        authorization: at("/authorize"),
        token: at("/token"),
        userinfo: at("/user"),
        emails: Some(at("/emails")),
        claims: ClaimNames::default(),
    };
    let provider = issuer.provider(|config| config.protocol = Protocol::OAuth2(Box::new(oauth)));
    let started = provider.start(&redirect()).await.unwrap();
    assert!(started.address.as_str().contains("code_challenge_method=S256"));
    let redirect = redirect();
    let answer = Answer { code: "code", issuer: None, nonce: &started.nonce, verifier: &started.verifier, redirect: &redirect };
    let got = match provider.finish(&answer).await {
        Ok(someone) => format!(
            "in: {} {} {} {}",
            someone.subject,
            someone.login.as_deref().unwrap_or("-"),
            someone.email.as_deref().unwrap_or("-"),
            someone.email_verified
        ),
        Err(error) => format!("{}: {}", error.reason.id(), error.message),
    };
    assert_eq!(got, expected);
}

fn token() -> Value {
    json!({ "access_token": "a", "token_type": "bearer", "scope": "read:user,user:email" })
}

fn person() -> Value {
    json!({ "id": 583231, "login": "octocat", "name": null, "email": "public@example.com", "avatar_url": "https://example.com/a.png" })
}

#[tokio::test]
async fn the_first_verified_address_counts() {
    let emails = json!([
        { "email": "second@example.com", "primary": false, "verified": true },
        { "email": "first@example.com", "primary": true, "verified": true },
    ]);
    check(token(), person(), emails, "in: 583231 octocat first@example.com true").await;
    let unverified = json!([{ "email": "first@example.com", "primary": true, "verified": false }]);
    check(token(), person(), unverified, "in: 583231 octocat public@example.com false").await;
}

#[tokio::test]
async fn refusals_say_why() {
    let refused = json!({ "error": "bad_verification_code", "error_description": "The code passed is incorrect or expired." });
    check(
        refused,
        person(),
        json!([]),
        "code-refused: the provider does not take the code (bad_verification_code: The code passed is incorrect or expired.): it counts once and for a short time. Sign in again",
    )
    .await;
    let client = json!({ "error": "incorrect_client_credentials" });
    check(
        client,
        person(),
        json!([]),
        "provider-misconfigured: the provider does not know this portal (incorrect_client_credentials): check client-id and client-secret, and that the secret has not run out",
    )
    .await;
    check(
        token(),
        json!({ "login": "octocat" }),
        json!([]),
        "malformed: the provider does not say who this is: its subject is missing, too long, or not plain text",
    )
    .await;
}
