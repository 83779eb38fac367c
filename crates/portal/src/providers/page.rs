//! `/admin/providers`: what is configured, how it is, and the test.

use std::sync::Arc;

use ::identity::{
    Action,
    provider::{Protocol, Provider},
};
use model::{
    Caller, PortalError,
    view::{ProviderRow, ProviderState, ProvidersView},
};
use url::Url;

use super::ProviderUseCases;
use crate::record::Done;

impl ProviderUseCases<'_> {
    /// The page; `test` is the provider that is asked everything a sign-in needs.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` when there is no such provider to test.
    pub async fn page(&self, caller: &Caller, test: Option<&str>) -> Result<ProvidersView, PortalError> {
        self.portal.allow(caller, Action::ProviderRead).await?;
        let tested = test.map(|id| self.find(id)).transpose()?;
        let mut view = ProvidersView { providers: Vec::new(), example: None };
        for provider in self.shared().providers.iter() {
            let mut row = self.row(provider)?;
            if tested.is_some_and(|tested| Arc::ptr_eq(tested, provider)) {
                let redirect = self.redirect(provider)?;
                row.report = Some(Box::pin(provider.check(&redirect)).await);
                // The portal sent something in the caller's name.
                let done = Done::new(Action::ProviderRead, format!("provider:{}", row.id)).with("what", "test");
                self.portal.record(caller, done).await.map_err(|error| crate::failure::of_store(&error, caller))?;
            }
            view.providers.push(row);
        }
        if view.providers.is_empty() {
            view.example = Some(self.example());
        }
        Ok(view)
    }

    fn row(&self, provider: &Provider) -> Result<ProviderRow, PortalError> {
        let config = provider.config();
        let oidc = matches!(config.protocol, Protocol::Oidc(_));
        let issuer = match &config.protocol {
            Protocol::Oidc(oidc) => oidc.issuer_text.clone(),
            Protocol::OAuth2(oauth) => oauth.authorization.to_string(),
        };
        let state = match (oidc, provider.is_known()) {
            (true, Some(true)) => ProviderState::Ready,
            (true, Some(false)) => ProviderState::Failing,
            _ => ProviderState::Configured,
        };
        Ok(ProviderRow {
            id: config.id.clone(),
            label: config.label.clone(),
            kind: config.type_name(),
            issuer,
            state,
            redirect: self.redirect(provider)?.to_string(),
            after_logout: (oidc && config.logout).then(|| self.own_address("/sign-in")).transpose()?.map(|url| url.to_string()),
            back_channel: oidc
                .then(|| self.own_address(&format!("/sign-in/{}/back-channel-logout", config.id)))
                .transpose()?
                .map(|url| url.to_string()),
            scopes: config.scopes.clone(),
            resolvers: config.resolvers.iter().map(ToString::to_string).collect(),
            allowed_domains: config.allowed_domains.clone(),
            provision: config.provision.name(),
            groups_claim: config.groups_claim.clone(),
            report: None,
        })
    }

    /// What the first one could look like.
    fn example(&self) -> String {
        let own = self.shared().public_url.as_ref().map_or("https://portal.example.com", Url::as_str).trim_end_matches('/').to_owned();
        format!(
            "public-url = \"{own}\"\n\n[[sign-in]]\nid = \"okta\"\nlabel = \"Okta\"\ntype = \"oidc\"\nissuer = \"https://example.okta.com\"\n\
             client-id = \"…\"\nclient-secret = \"$OKTA_CLIENT_SECRET\"\nresolvers = [\"email\"]\n\n# Register there: {own}/sign-in/okta/callback\n"
        )
    }
}
