//! The test of a provider, for whoever sets it up: each step of what a sign-in needs, in order, with what is wrong.

use std::time::Duration;

use ::http::{Response, header};
use model::view::{ProviderStep, StepOutcome};
use url::Url;

use super::{
    Answer, OAuthConfig, OidcConfig, Protocol, Provider, ProviderError, Reason,
    config::is_safe,
    discovery::{self, Metadata},
    http::{HttpError, host},
    verify::{now, seconds},
};

/// For finding the machine.
const LOOK_UP: Duration = Duration::from_secs(5);
/// What no provider ever gave out.
const NO_CODE: &str = "waymark-test-of-the-configuration";

/// The steps so far.
struct Report {
    steps: Vec<ProviderStep>,
}

impl Report {
    fn note(&mut self, title: &str, outcome: StepOutcome, detail: impl Into<String>) {
        self.steps.push(ProviderStep { title: title.to_owned(), outcome, detail: detail.into() });
    }

    /// Notes a result; what came of it if it is good.
    fn take<T>(&mut self, title: &str, result: Result<(T, String), ProviderError>) -> Option<T> {
        match result {
            Ok((value, detail)) => {
                self.note(title, StepOutcome::Ok, detail);
                Some(value)
            }
            Err(error) => {
                self.note(title, StepOutcome::Failed, sentence(&error.message));
                None
            }
        }
    }

    fn skip(&mut self, titles: &[&str]) {
        for title in titles {
            self.note(title, StepOutcome::Skipped, "Not looked at, since an earlier step failed.");
        }
    }
}

const NAME: &str = "Name";
const CONNECTION: &str = "Connection";
const DOCUMENT: &str = "Discovery document";
const ISSUER: &str = "Issuer";
const ENDPOINTS: &str = "Endpoints";
const SIGNATURES: &str = "Signatures";
const KEYS: &str = "Keys";
const CLOCK: &str = "Clock";
const CLIENT: &str = "Client";
const LOGOUT: &str = "Signing out";

impl Provider {
    /// Asks the provider everything that a sign-in needs, and says what is wrong. Nobody is signed in, nothing that is known is changed.
    pub async fn check(&self, redirect: &Url) -> Vec<ProviderStep> {
        let mut report = Report { steps: Vec::new() };
        match &self.config.protocol {
            Protocol::Oidc(oidc) => Box::pin(self.check_oidc(oidc, redirect, &mut report)).await,
            Protocol::OAuth2(oauth) => Box::pin(self.check_oauth(oauth, redirect, &mut report)).await,
        }
        report.steps
    }

    async fn check_oidc(&self, oidc: &OidcConfig, redirect: &Url, report: &mut Report) {
        let rest = [CONNECTION, DOCUMENT, ISSUER, ENDPOINTS, SIGNATURES, KEYS, CLOCK, CLIENT, LOGOUT];
        let address = discovery::document_address(oidc);
        if report.take(NAME, look_up(&address).await).is_none() {
            return report.skip(&rest);
        }
        let response = self.http.get(&address, None).await;
        let Some(response) = report.take(CONNECTION, connected(response, &address)) else { return report.skip(&rest[1..]) };
        let document = discovery::read_document(&response, &address).map(|found| (found, format!("Read from {address}.")));
        let Some(metadata) = report.take(DOCUMENT, document) else { return report.skip(&rest[2..]) };
        let issuer =
            discovery::check_issuer(&metadata, oidc).map(|()| ((), format!("It calls itself {}, as configured.", oidc.issuer_text)));
        report.take(ISSUER, issuer);
        let endpoints = discovery::check_endpoints(&metadata, oidc).map(|()| ((), endpoints(&metadata)));
        report.take(ENDPOINTS, endpoints);
        let algorithms = discovery::algorithms(&metadata).map(|found| {
            let mut names: Vec<String> =
                found.iter().map(|name| serde_json::to_string(name).unwrap_or_default().replace('"', "")).collect();
            names.sort();
            ((), format!("Accepted: {}.", names.join(", ")))
        });
        report.take(SIGNATURES, algorithms);
        let keys = discovery::keys(&self.http, &metadata).await;
        report.take(KEYS, keys.map(|keys| ((), format!("{} at {}.", count(keys.keys().len(), "key"), metadata.jwks_uri().url()))));
        self.check_clock(&response, report);
        if metadata.token_endpoint().is_some() {
            let answer = Answer { code: NO_CODE, issuer: Some(metadata.issuer().as_str()), nonce: "", verifier: VERIFIER, redirect };
            self.note_client(self.finish_oidc(&answer).await.err(), report);
        } else {
            report.skip(&[CLIENT]);
        }
        let (outcome, detail) = logout(&metadata, self.config.logout);
        report.note(LOGOUT, outcome, detail);
    }

    async fn check_oauth(&self, oauth: &OAuthConfig, redirect: &Url, report: &mut Report) {
        if report.take(NAME, look_up(&oauth.token).await).is_none() {
            return report.skip(&[CONNECTION, CLOCK, CLIENT]);
        }
        let response = self.http.get(&oauth.userinfo, None).await;
        let Some(response) = report.take(CONNECTION, connected(response, &oauth.userinfo)) else { return report.skip(&[CLOCK, CLIENT]) };
        self.check_clock(&response, report);
        let answer = Answer { code: NO_CODE, issuer: None, nonce: "", verifier: VERIFIER, redirect };
        self.note_client(self.exchange_oauth(oauth, &answer).await.err(), report);
    }

    fn check_clock(&self, response: &Response<Vec<u8>>, report: &mut Report) {
        let date = response.headers().get(header::DATE).and_then(|value| value.to_str().ok());
        let Some(theirs) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|date| date.timestamp().as_second()) else {
            return report.note(CLOCK, StepOutcome::Warning, "The provider does not say what time it is.");
        };
        let off = (theirs - now()).abs();
        let allowed = seconds(self.config.skew);
        if off > allowed {
            let detail =
                format!("The clocks are {off} s apart, and {allowed} s are allowed (skew): set this machine's clock by a time server.");
            return report.note(CLOCK, StepOutcome::Failed, detail);
        }
        report.note(CLOCK, StepOutcome::Ok, format!("{off} s apart; {allowed} s are allowed."));
    }

    /// What an invented code came back with tells whether the provider knows this portal.
    fn note_client(&self, error: Option<ProviderError>, report: &mut Report) {
        match error {
            Some(error) if error.reason == Reason::Code => {
                let secret = if self.config.client_secret.is_some() { "and its secret" } else { "without a secret" };
                let detail = format!("The provider knows {} {secret}: it refused an invented code, as it should.", self.config.client_id);
                report.note(CLIENT, StepOutcome::Ok, detail);
            }
            Some(error) => report.note(CLIENT, StepOutcome::Failed, sentence(&error.message)),
            None => report.note(CLIENT, StepOutcome::Failed, "The provider took an invented code."),
        }
    }
}

/// A verifier of the length that RFC 7636 asks for; of no sign-in.
const VERIFIER: &str = "this-is-a-test-of-the-configuration-and-of-no-sign-in";

async fn look_up(address: &Url) -> Result<((), String), ProviderError> {
    let name = address.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = address.port_or_known_default().unwrap_or(443);
    let failed = |cause: String| {
        ProviderError::new(
            Reason::Unavailable,
            format!("{name} has no address: {cause}. Check the name, and that this machine can resolve it"),
        )
    };
    let found = match tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((name, port))).await {
        Ok(found) => found.map_err(|error| failed(error.to_string()))?,
        Err(_) => return Err(failed("the name server does not answer".to_owned())),
    };
    let mut addresses: Vec<String> = found.map(|address| address.ip().to_string()).collect();
    addresses.sort();
    addresses.dedup();
    if addresses.is_empty() {
        return Err(failed("the name server knows none".to_owned()));
    }
    Ok(((), format!("{name} is {}.", addresses.join(", "))))
}

fn connected(response: Result<Response<Vec<u8>>, HttpError>, address: &Url) -> Result<(Response<Vec<u8>>, String), ProviderError> {
    let response = response.map_err(|error| {
        let mut error = ProviderError::from(error);
        // rustls and the system's verifier say it in these words.
        if ["certificate", "UnknownIssuer", "tls", "TLS"].iter().any(|word| error.message.contains(word)) {
            error.message.push_str(". If your organisation signs certificates itself, add its authority to this machine's certificates");
        } else if error.is_transient() {
            error.message.push_str(". Check that it is up, and that this machine may connect to it");
        }
        error
    })?;
    let how = if address.scheme() == "https" { "over TLS" } else { "without TLS" };
    Ok((response, format!("{} answers {how}.", host(address))))
}

fn endpoints(metadata: &Metadata) -> String {
    let mut found = vec!["authorization", "token"];
    found.extend(metadata.userinfo_endpoint().map(|_| "userinfo"));
    let pkce = metadata.additional_metadata().code_challenge_methods_supported.as_ref();
    let pkce = match pkce {
        Some(methods) if methods.iter().any(|method| method == "S256") => " PKCE (S256) is checked.",
        _ => " The provider does not say that it checks PKCE; it is sent all the same.",
    };
    format!("Found: {}.{pkce}", found.join(", "))
}

fn logout(metadata: &Metadata, wanted: bool) -> (StepOutcome, String) {
    let more = metadata.additional_metadata();
    let address = more.end_session_endpoint.as_deref().and_then(|address| Url::parse(address).ok());
    let back = if more.backchannel_logout_supported == Some(true) {
        "Back-channel logout is offered."
    } else {
        "Back-channel logout is not offered: who leaves there stays signed in here until the session ends."
    };
    match address {
        _ if !wanted => (StepOutcome::Ok, format!("Signing out here leaves the provider alone (logout = false). {back}")),
        Some(address) if is_safe(&address, true) => (StepOutcome::Ok, format!("Signing out goes on at {}. {back}", host(&address))),
        _ => (
            StepOutcome::Warning,
            format!("The provider names no end_session_endpoint: signing out here leaves its own session alone. {back}"),
        ),
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}
