//! The test that administrators run.

use model::view::StepOutcome;
use serde_json::json;

use crate::issuer::{Issuer, redirect};

/// The steps, a line each; without what is the same everywhere.
async fn steps(issuer: &Issuer) -> String {
    let provider = issuer.provider(|_| {});
    let host = issuer.url.trim_start_matches("http://");
    let lines = provider.check(&redirect()).await.into_iter().map(|step| {
        let mark = match step.outcome {
            StepOutcome::Ok => "+",
            StepOutcome::Warning => "!",
            StepOutcome::Failed => "-",
            StepOutcome::Skipped => " ",
        };
        format!("{mark} {}: {}", step.title, step.detail.replace(host, "HOST"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn everything_is_there() {
    let issuer = Issuer::start().await;
    issuer.raw("/token", "400 Bad Request", "Content-Type: application/json\r\n", &json!({ "error": "invalid_grant" }).to_string());
    insta::assert_snapshot!(steps(&issuer).await, @"
    + Name: 127.0.0.1 is 127.0.0.1.
    + Connection: HOST answers without TLS.
    + Discovery document: Read from http://HOST/.well-known/openid-configuration.
    + Issuer: It calls itself http://HOST, as configured.
    + Endpoints: Found: authorization, token, userinfo. PKCE (S256) is checked.
    + Signatures: Accepted: EdDSA.
    + Keys: 1 key at http://HOST/jwks.
    ! Clock: The provider does not say what time it is.
    + Client: The provider knows waymark and its secret: it refused an invented code, as it should.
    + Signing out: Signing out goes on at HOST. Back-channel logout is offered.
    ");
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let issuer = Issuer::start().await;
    let mut document = issuer.document();
    document["issuer"] = "https://login.example".into();
    document["end_session_endpoint"] = serde_json::Value::Null;
    document["backchannel_logout_supported"] = false.into();
    let body = document.to_string();
    issuer.raw(
        "/.well-known/openid-configuration",
        "200 OK",
        "Content-Type: application/json\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
        &body,
    );
    issuer.raw("/jwks", "500 Internal Server Error", "", "");
    let got = steps(&issuer).await;
    let lines: Vec<&str> = got.lines().filter(|line| !line.starts_with('+')).collect();
    assert!(lines[0].starts_with("- Issuer: The provider calls itself \"https://login.example\""), "{got}");
    assert_eq!(lines[1], "- Keys: HOST answers 500 when asked for the provider's keys.");
    assert!(lines[2].starts_with("- Clock: The clocks are "), "{got}");
    assert!(lines[3].starts_with("- Client: "), "{got}");
    assert!(lines[4].starts_with("! Signing out: The provider names no end_session_endpoint"), "{got}");
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_said() {
    let issuer = Issuer::start().await;
    issuer.raw("/token", "401 Unauthorized", "Content-Type: application/json\r\n", &json!({ "error": "invalid_client" }).to_string());
    let got = steps(&issuer).await;
    assert!(got.contains("- Client: The provider does not know this portal (invalid_client): check client-id and client-secret"), "{got}");
}

#[tokio::test]
async fn nobody_is_there() {
    let issuer = Issuer::start().await;
    issuer.raw("/.well-known/openid-configuration", "404 Not Found", "", "");
    let got = steps(&issuer).await;
    let skipped = got.lines().filter(|line| line.starts_with("  ")).count();
    assert!(got.contains("- Discovery document: ") && skipped == 7, "{got}");
}
