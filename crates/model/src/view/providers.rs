//! Sign-in providers: what an administrator sees of them, and what somebody sees who was not let in.

use super::ProviderButton;

impl ProviderButton {
    /// Where the button leads.
    pub fn href(&self, return_to: &str) -> String {
        if return_to.is_empty() || return_to == "/" {
            return format!("/sign-in/{}", self.id);
        }
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
        format!("/sign-in/{}?{query}", self.id)
    }
}

/// The page with all providers.
#[derive(Clone, Debug, Default)]
pub struct ProvidersView {
    /// In the order of the configuration.
    pub providers: Vec<ProviderRow>,
    /// What the first provider could look like in the configuration, where there is none.
    pub example: Option<String>,
}

/// One provider.
#[derive(Clone, Debug)]
pub struct ProviderRow {
    /// Its name in addresses.
    pub id: String,
    /// What its button says.
    pub label: String,
    /// `oidc` or `oauth2`.
    pub kind: &'static str,
    /// The issuer, or where the browser is sent.
    pub issuer: String,
    /// How it is.
    pub state: ProviderState,
    /// The address to register as redirect.
    pub redirect: String,
    /// The address to register for the return after signing out; `None` where the provider has no such thing.
    pub after_logout: Option<String>,
    /// The address to register for back-channel logout; `None` as above.
    pub back_channel: Option<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How people are looked for.
    pub resolvers: Vec<String>,
    /// The domains that may come in; empty: all.
    pub allowed_domains: Vec<String>,
    /// `none`, `users` or `users-and-groups`.
    pub provision: &'static str,
    /// The claim that lists groups.
    pub groups_claim: Option<String>,
    /// What the test found, if it was run for this one.
    pub report: Option<Vec<ProviderStep>>,
}

/// How a provider is, as far as it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderState {
    /// Its document and its keys were read.
    Ready,
    /// It has nothing that could be read ahead.
    Configured,
    /// It did not answer as it should.
    Failing,
}

/// One step of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderStep {
    /// What was looked at.
    pub title: String,
    /// How it went.
    pub outcome: StepOutcome,
    /// What was found.
    pub detail: String,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// Good.
    Ok,
    /// Works, but not all of it.
    Warning,
    /// Wrong: nobody can sign in.
    Failed,
    /// Not looked at, since an earlier step failed.
    Skipped,
}

/// The page for somebody whom a provider vouches for, and who was not let in.
#[derive(Clone, Debug, Default)]
pub struct NotLetInView {
    /// What the provider's button says.
    pub provider: String,
    /// What happened, in one line.
    pub title: String,
    /// Why, and what to do.
    pub message: String,
    /// Where they were looked for, in order.
    pub tried: Vec<TriedResolver>,
    /// What an administrator could put into the catalog.
    pub snippet: Option<String>,
    /// The address to try again.
    pub again: String,
    /// The id under which the log has more.
    pub request_id: String,
}

/// One way in which somebody was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedResolver {
    /// As in the configuration: `email`.
    pub resolver: String,
    /// Where it looked: `spec.profile.email`.
    pub place: String,
    /// For what: the exact value; `None` if the provider did not say it.
    pub value: Option<String>,
    /// What came of it, as a sentence.
    pub outcome: String,
}
