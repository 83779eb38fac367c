//! What is kept of a provider, and when it is asked again.

use serde_json::json;

use crate::issuer::{Issuer, finish, redirect, signed};

const DOCUMENT: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn the_browser_is_sent_with_everything_that_the_answer_needs() {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let started = provider.start(&redirect()).await.unwrap();
    let query: std::collections::BTreeMap<_, _> = started.address.query_pairs().into_owned().collect();
    assert!(started.address.as_str().starts_with(&format!("{}/authorize?", issuer.url)));
    assert_eq!(
        [query["response_type"].as_str(), query["client_id"].as_str(), query["scope"].as_str()],
        ["code", "waymark", "openid email"]
    );
    assert_eq!([query["state"].as_str(), query["nonce"].as_str()], [started.state.as_str(), started.nonce.as_str()]);
    assert_eq!([query["code_challenge_method"].as_str(), query["redirect_uri"].as_str()], ["S256", redirect().as_str()]);
    let again = provider.start(&redirect()).await.unwrap();
    assert!(again.state != started.state && again.nonce != started.nonce && again.verifier != started.verifier);
    // The verifier goes with the code, and was nowhere before.
    issuer.hand_out(&signed("one", &json!({ "alg": "EdDSA", "kid": "one" }), &issuer.claims(&started)));
    finish(&provider, &started).await.unwrap();
    assert!(issuer.sent("/token").contains(&format!("code_verifier={}", started.verifier)));
    assert!(!started.address.as_str().contains(&started.verifier));
    assert_eq!((issuer.asked(DOCUMENT), issuer.asked("/jwks")), (1, 1), "asked for once");
}

#[tokio::test]
async fn new_keys_are_fetched_when_one_is_unknown_and_not_at_every_invented_one() {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|_| {});
    let by = |name: &str, started| signed(name, &json!({ "alg": "EdDSA", "kid": name }), &issuer.claims(started));
    let started = provider.start(&redirect()).await.unwrap();
    issuer.hand_out(&by("one", &started));
    finish(&provider, &started).await.unwrap();
    issuer.keys(&["two"]);
    issuer.hand_out(&by("two", &started));
    finish(&provider, &started).await.unwrap();
    assert_eq!(issuer.asked("/jwks"), 2);
    // The old key is gone, and so is whoever has it.
    issuer.hand_out(&by("one", &started));
    assert_eq!(finish(&provider, &started).await.unwrap_err().reason.id(), "signature");
    issuer.hand_out(&by("three", &started));
    for _ in 0..5 {
        assert_eq!(finish(&provider, &started).await.unwrap_err().reason.id(), "signature");
    }
    assert_eq!(issuer.asked("/jwks"), 2, "strangers cannot make requests of tokens");
}

#[tokio::test]
async fn more_is_asked_for_only_if_the_token_says_too_little() {
    let issuer = Issuer::start().await;
    let provider = issuer.provider(|config| config.groups_claim = Some("realm.groups".to_owned()));
    let started = provider.start(&redirect()).await.unwrap();
    let header = json!({ "alg": "EdDSA", "kid": "one" });
    let mut claims = issuer.claims(&started);
    claims["realm"] = json!({ "groups": ["a"] });
    issuer.hand_out(&signed("one", &header, &claims));
    assert_eq!(finish(&provider, &started).await.unwrap().groups, Some(vec!["a".to_owned()]));
    assert_eq!(issuer.asked("/userinfo"), 0);

    for claim in ["realm", "email", "email_verified"] {
        claims.as_object_mut().unwrap().remove(claim);
    }
    issuer.hand_out(&signed("one", &header, &claims));
    issuer.answer(
        "/userinfo",
        &json!({ "sub": "ada-1", "email": "a@b.example", "email_verified": true, "name": "No", "realm": { "groups": ["b", "c"] } }),
    );
    let someone = finish(&provider, &started).await.unwrap();
    assert_eq!((someone.email.as_deref(), someone.email_verified, someone.name.as_deref()), (Some("a@b.example"), true, Some("Ada")));
    assert_eq!(someone.groups, Some(vec!["b".to_owned(), "c".to_owned()]));

    issuer.answer("/userinfo", &json!({ "sub": "somebody-else", "email": "a@b.example", "email_verified": true }));
    assert_eq!(finish(&provider, &started).await.unwrap_err().reason.id(), "malformed");

    // Another address there says nothing about the one in the token.
    claims["email"] = "ada@example.com".into();
    issuer.hand_out(&signed("one", &header, &claims));
    issuer.answer("/userinfo", &json!({ "sub": "ada-1", "email": "other@example.com", "email_verified": true }));
    let someone = finish(&provider, &started).await.unwrap();
    assert_eq!((someone.email.as_deref(), someone.email_verified), (Some("ada@example.com"), false));
}

#[tokio::test]
async fn what_is_wrong_with_discovery_is_said() {
    let check = async |change: &dyn Fn(&Issuer), expected: &str| {
        let issuer = Issuer::start().await;
        change(&issuer);
        let error = issuer.provider(|_| {}).start(&redirect()).await.unwrap_err();
        // Where in the text it stands depends on the port.
        let message = error.message.split(" at line ").next().unwrap_or_default().replace(&issuer.url, "ISSUER");
        assert_eq!(format!("{}: {message}", error.reason.id()), expected);
    };
    let document = |issuer: &Issuer, key: &str, value: serde_json::Value| {
        let mut document = issuer.document();
        document[key] = value;
        issuer.answer(DOCUMENT, &document);
    };
    check(
        &|issuer| document(issuer, "issuer", "https://other.example/".into()),
        "wrong-issuer: the provider calls itself \"https://other.example/\", and the configuration says \"ISSUER\"; if that is your provider, write issuer = \"https://other.example/\"",
    )
    .await;
    check(
        &|issuer| document(issuer, "token_endpoint", "http://login.example/token".into()),
        "provider-misconfigured: the provider's token_endpoint is http://login.example/token, which is not encrypted: secrets are sent over https only (or allow-http = true, in a network of your own)",
    )
    .await;
    check(
        &|issuer| document(issuer, "id_token_signing_alg_values_supported", json!(["HS256", "none"])),
        "algorithm: the provider signs tokens in no way that is accepted: it needs RS256 or another signature by a key pair",
    )
    .await;
    check(
        &|issuer| document(issuer, "jwks_uri", 7.into()),
        "provider-misconfigured: the document at ISSUER/.well-known/openid-configuration is not as it should be: invalid type: integer `7`, expected JsonWebKeySetUrl",
    )
    .await;
    check(
        &|issuer| issuer.raw(DOCUMENT, "200 OK", "Content-Type: text/html\r\n", "<html>"),
        "provider-misconfigured: the document at ISSUER/.well-known/openid-configuration is not JSON: mostly that is a page for people, or an error of a proxy",
    )
    .await;
    check(
        &|issuer| issuer.raw(DOCUMENT, "404 Not Found", "", ""),
        "provider-misconfigured: ISSUER/.well-known/openid-configuration answers 404: check the issuer; the provider's own documentation names it",
    )
    .await;
    check(&|issuer| issuer.keys(&[]), "provider-misconfigured: the provider's list of keys has none that can be used").await;
}

#[tokio::test]
async fn answers_are_small_and_lead_nowhere() {
    let check = async |status: &str, headers: &str, body: &str, expected: &str| {
        let issuer = Issuer::start().await;
        issuer.raw(DOCUMENT, status, headers, body);
        let error = issuer.provider(|_| {}).start(&redirect()).await.unwrap_err();
        let host = issuer.url.trim_start_matches("http://");
        assert_eq!(format!("{}: {}", error.reason.id(), error.message.replace(host, "HOST")), expected);
    };
    check(
        "302 Found",
        "Location: http://127.0.0.1:1/\r\n",
        "",
        "provider-misconfigured: HOST answers 302 and leads elsewhere, which is not followed: write the address that it leads to",
    )
    .await;
    check("200 OK", "", &"x".repeat(600 * 1024), "provider-misconfigured: HOST answers with more than 524288 bytes").await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_asked_again_at_once() {
    let issuer = Issuer::start().await;
    issuer.raw(DOCUMENT, "503 Service Unavailable", "", "");
    let provider = issuer.provider(|_| {});
    for _ in 0..3 {
        assert!(provider.start(&redirect()).await.unwrap_err().is_transient());
    }
    assert_eq!(issuer.asked(DOCUMENT), 1);
    assert_eq!(provider.is_known(), Some(false));
}
