//! Words of sign-in providers: the page of administrators, and the page of somebody who was not let in.

use model::view::{ProviderState, StepOutcome};

/// The page.
pub const TITLE: &str = "Sign-in providers";
/// What the page is about.
pub const LEAD: &str = "Who signs people in, and what to register there. Providers are set up in the configuration, under [[sign-in]].";
/// No provider is configured.
pub const NONE: &str = "No provider yet";
/// What to do about it.
pub const NONE_HINT: &str = "People sign in with local accounts until one is configured. Add this to waymark.toml with your provider's values, and start the portal again.";
/// The file of the example.
pub const EXAMPLE: &str = "waymark.toml";
/// A provider's id.
pub const ID: &str = "Id";
/// Where OpenID Connect begins.
pub const ISSUER: &str = "Issuer";
/// Where plain OAuth 2.0 begins.
pub const AUTHORIZATION: &str = "Authorization address";
/// The address to register.
pub const REDIRECT: &str = "Redirect address";
/// The address after signing out.
pub const AFTER_LOGOUT: &str = "After signing out";
/// The address for back-channel logout.
pub const BACK_CHANNEL: &str = "Back-channel logout";
/// What is asked for.
pub const SCOPES: &str = "Scopes";
/// How people are looked for.
pub const RESOLVERS: &str = "People are found by";
/// Who may come in.
pub const DOMAINS: &str = "Addresses allowed";
/// Whether people are put into the catalog.
pub const PROVISION: &str = "New people";
/// The claim with groups.
pub const GROUPS: &str = "Groups from";
/// What to register there.
pub const REGISTER: &str = "Register at the provider";
/// How it is set up here.
pub const HERE: &str = "In this portal";
/// Runs the test.
pub const TEST: &str = "Test";
/// Runs the test again.
pub const TEST_AGAIN: &str = "Test again";
/// What the test found.
pub const REPORT: &str = "What the test found";
/// Where the guide is.
pub const EVERYBODY: &str = "everybody whom the provider lets in";

/// What OpenID Connect and OAuth 2.0 are called.
pub fn kind(kind: &str) -> &'static str {
    if kind == "oidc" { "OpenID Connect" } else { "OAuth 2.0" }
}

/// What becomes of people who are not in the catalog.
pub fn provision(name: &str) -> &'static str {
    match name {
        "users" => "become Users of the catalog",
        "users-and-groups" => "become Users of the catalog, and their groups Groups",
        _ => "are not let in until they are in the catalog",
    }
}

/// How a provider is.
pub const fn state(state: ProviderState) -> &'static str {
    match state {
        ProviderState::Ready => "Ready",
        ProviderState::Configured => "Not tested",
        ProviderState::Failing => "Not answering",
    }
}

/// How a step went.
pub const fn outcome(outcome: StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Ok => "Good",
        StepOutcome::Warning => "Not all of it",
        StepOutcome::Failed => "Wrong",
        StepOutcome::Skipped => "Skipped",
    }
}

/// The report as a whole.
pub fn verdict(failed: usize, warnings: usize) -> String {
    match (failed, warnings) {
        (0, 0) => "Everything that a sign-in needs is there.".to_owned(),
        (0, 1) => "People can sign in; one thing is not all it could be.".to_owned(),
        (0, warnings) => format!("People can sign in; {warnings} things are not all they could be."),
        (1, _) => "Nobody can sign in: one thing is wrong.".to_owned(),
        (failed, _) => format!("Nobody can sign in: {failed} things are wrong."),
    }
}

/// Where somebody was looked for.
pub const LOOKED: &str = "Where you were looked for";
/// Table: how.
pub const BY: &str = "Found by";
/// Table: where.
pub const PLACE: &str = "Compared with";
/// Table: for what.
pub const VALUE: &str = "Value";
/// Table: what came of it.
pub const RESULT: &str = "Result";
/// The provider did not say it.
pub const NOT_SAID: &str = "not said";
/// The snippet's name.
pub const SNIPPET: &str = "catalog-info.yaml";
/// What to do with the snippet.
pub const SNIPPET_LEAD: &str = "For an administrator:";
/// Another try.
pub const AGAIN: &str = "Back to sign-in";

/// The number under which the log has more.
pub fn request(id: &str) -> String {
    format!("Request {id}")
}
