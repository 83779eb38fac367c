//! Service accounts, and all tokens of the installation.

use identity::Action;
use model::{
    Caller, PortalError, Timestamp,
    view::{
        ADMIN_PAGE, NewTokenView, ServiceAccountRow as Line, ServiceAccountView, ServiceAccountsView, TokenForm, TokenHolder, TokenState,
        TokenView, TokensQuery, TokensShown, TokensView,
    },
};

use super::{AdminUseCases, holds, lines, page};
use crate::{
    access::{ServiceAccountRow, TokenOwner, TokenRow},
    catalog::changes::actor_of,
    roles::Holdings,
    summary::{Links, missing},
};

impl AdminUseCases<'_> {
    /// The service accounts.
    ///
    /// # Errors
    /// As if they were not there for those who may not see them; `Unavailable`.
    pub async fn service_accounts(&self, caller: &Caller) -> Result<ServiceAccountsView, PortalError> {
        let access = self.portal.access();
        let rows = access.service_accounts(caller).await?;
        let tokens = access.tokens(caller, &TokenOwner::All).await?;
        let snapshot = self.portal.seen(caller).await?;
        let (links, now) = (Links::new(&snapshot), crate::now());
        let tokens = views(tokens, &links);
        let holdings = Holdings::of(self.portal);
        let working = tokens.iter().filter(|token| token.works(now)).count() as u64;
        let rows = rows.into_iter().map(|row| line(row, &tokens, now, &holdings, &links)).collect();
        Ok(ServiceAccountsView { rows, tokens: working, may_change: self.portal.may(caller, Action::ServiceAccountWrite), now })
    }

    /// One service account.
    ///
    /// # Errors
    /// `NotFound` without one of that name; else as [`Self::service_accounts`].
    pub async fn service_account(&self, caller: &Caller, name: &str) -> Result<ServiceAccountView, PortalError> {
        let access = self.portal.access();
        let row = access.service_accounts(caller).await?.into_iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| PortalError::not_found(format!("There is no service account \"{name}\".")))?;
        let tokens = access.tokens(caller, &TokenOwner::Service(name.to_owned())).await?;
        let snapshot = self.portal.seen(caller).await?;
        let (links, now) = (Links::new(&snapshot), crate::now());
        let tokens = lines::sorted(views(tokens, &links), now);
        Ok(ServiceAccountView {
            row: line(row, &tokens, now, &Holdings::of(self.portal), &links),
            tokens,
            made: None,
            may_change: self.portal.may(caller, Action::ServiceAccountWrite),
            may_grant: self.portal.may(caller, Action::RoleGrant),
            now,
        })
    }

    /// The form that makes a token of a service account.
    ///
    /// # Errors
    /// `Forbidden` for those who may not make one; `NotFound` without an account of that name; `Unavailable`.
    pub async fn new_token(&self, caller: &Caller, name: &str, form: TokenForm) -> Result<NewTokenView, PortalError> {
        self.portal.allow(caller, Action::ServiceAccountWrite).await?;
        let rows = self.portal.access().service_accounts(caller).await?;
        if !rows.iter().any(|row| row.name == name) {
            return Err(PortalError::not_found(format!("There is no service account \"{name}\".")));
        }
        Ok(NewTokenView { service: Some(name.to_owned()), areas: lines::areas(), form })
    }

    /// Whether the caller may make service accounts, for the form that makes one.
    ///
    /// # Errors
    /// `Forbidden` for those who may not.
    pub async fn new_service_account(&self, caller: &Caller) -> Result<(), PortalError> {
        self.portal.allow(caller, Action::ServiceAccountWrite).await
    }

    /// Whether the caller may make local accounts, for the form that makes one.
    ///
    /// # Errors
    /// `Forbidden` for those who may not.
    pub async fn new_account(&self, caller: &Caller) -> Result<(), PortalError> {
        self.portal.allow(caller, Action::AccountWrite).await
    }

    /// All tokens of the installation.
    ///
    /// # Errors
    /// As if they were not there for those who may not see them; `Unavailable`.
    pub async fn tokens(&self, caller: &Caller, query: &TokensQuery) -> Result<TokensView, PortalError> {
        let access = self.portal.access();
        let services = access.service_accounts(caller).await?.len() as u64;
        let tokens = access.tokens(caller, &TokenOwner::All).await?;
        let snapshot = self.portal.seen(caller).await?;
        let (links, now) = (Links::new(&snapshot), crate::now());
        let mut tokens = views(tokens, &links);
        let needle = query.text.to_lowercase();
        tokens.retain(|token| {
            let scopes: Vec<&str> = token.scopes.iter().map(String::as_str).collect();
            let holder = match &token.holder {
                TokenHolder::Person(link) => format!("{} {}", link.title, link.entity_ref),
                TokenHolder::Service(name) => name.clone(),
            };
            holds(&needle, &[&token.name, &token.hint, &holder]) || holds(&needle, &scopes)
        });
        let counts = TokensShown::ALL.map(|shown| (shown, tokens.iter().filter(|token| is(token, shown, now)).count() as u64)).to_vec();
        tokens.retain(|token| is(token, query.shown, now));
        let total = tokens.len() as u64;
        Ok(TokensView {
            query: query.clone(),
            counts,
            total,
            rows: page(lines::sorted(tokens, now), query.page, ADMIN_PAGE),
            services,
            may_revoke: self.portal.may(caller, Action::TokenRevoke),
            may_change_services: self.portal.may(caller, Action::ServiceAccountWrite),
            now,
        })
    }
}

fn views(rows: Vec<TokenRow>, links: &Links<'_>) -> Vec<TokenView> {
    rows.into_iter().map(|row| lines::token(row, links)).collect()
}

fn is(token: &TokenView, shown: TokensShown, now: Timestamp) -> bool {
    match shown {
        TokensShown::Working => token.works(now),
        TokensShown::People => token.works(now) && matches!(token.holder, TokenHolder::Person(_)),
        TokensShown::Services => token.works(now) && matches!(token.holder, TokenHolder::Service(_)),
        TokensShown::Expiring => token.state(now) == TokenState::Expiring,
        TokensShown::Gone => !token.works(now),
    }
}

fn line(row: ServiceAccountRow, tokens: &[TokenView], now: Timestamp, holdings: &Holdings, links: &Links<'_>) -> Line {
    let own = || tokens.iter().filter(|token| matches!(&token.holder, TokenHolder::Service(name) if *name == row.name));
    Line {
        owner: row
            .owner
            .parse()
            .map_or_else(|_| missing(model::EntityRef::new("group", "default", row.owner.clone())), |owner| links.target(&owner)),
        tokens: own().filter(|token| token.works(now)).count() as u64,
        used: own().filter_map(|token| token.used).max(),
        roles: holdings.of_service(&row.name),
        made_by: actor_of(links, &row.created_by),
        made: row.created_at.into(),
        disabled: row.disabled != 0,
        description: row.description,
        name: row.name,
    }
}
