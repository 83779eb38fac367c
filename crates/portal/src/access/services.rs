//! Service accounts: machines with a name of their own.

use identity::{
    Action,
    account::read_name,
    service::{self, ServiceAccountRow},
};
use model::{Caller, EntityRef, FieldError, PortalError, Seq};
use store::StoreError;

use super::AccessUseCases;
use crate::{failure, record::Done};

/// Characters of a description.
const DESCRIPTION: usize = 500;

/// A service account to be made.
#[derive(Clone, Debug)]
pub struct NewServiceAccount {
    /// Its name, as policies call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The User or Group that answers for it.
    pub owner: String,
}

impl AccessUseCases<'_> {
    /// All service accounts, by name.
    ///
    /// # Errors
    /// `Forbidden` without `person:read`.
    pub async fn service_accounts(&self, caller: &Caller) -> Result<Vec<ServiceAccountRow>, PortalError> {
        self.portal.allow(caller, Action::PersonRead).await?;
        service::list(self.store()).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Makes a service account.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `Conflict` when there is one of that name.
    pub async fn create_service_account(&self, caller: &Caller, new: &NewServiceAccount) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::ServiceAccountWrite).await?;
        let mut fields = Vec::new();
        let mut wrong = |field: &str, message: String| fields.push(FieldError { field: field.to_owned(), message });
        let name = read_name(&new.name).unwrap_or_else(|message| {
            wrong("name", message);
            String::new()
        });
        let description = new.description.trim();
        if description.chars().count() > DESCRIPTION || description.contains('\0') {
            wrong("description", format!("a description has {DESCRIPTION} characters or fewer"));
        }
        let snapshot = self.portal.seen(caller).await?;
        let owner = new.owner.trim().parse::<EntityRef>().ok().filter(|owner| {
            let kind = owner.kind();
            (kind.eq_ignore_ascii_case("user") || kind.eq_ignore_ascii_case("group")) && snapshot.find(owner).is_some()
        });
        if owner.is_none() {
            wrong("owner", "the owner is a User or Group of the catalog, as in group:default/platform".to_owned());
        }
        let (Some(owner), true) = (owner, fields.is_empty()) else {
            return Err(PortalError::Invalid { message: "The service account could not be made.".to_owned(), fields });
        };
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let mut tx = self.store().begin().await.map_err(failed)?;
        if !service::add(&mut tx, &name, description, &owner.to_string(), &caller.principal.recorded()).await.map_err(failed)? {
            return Err(PortalError::Conflict { message: format!("There is a service account \"{name}\" already. Choose another name.") });
        }
        tx.feed("service", &name);
        let done = Done::new(Action::ServiceAccountWrite, format!("service:{name}")).with("owner", owner.to_string());
        self.portal.commit(tx, caller, done).await.map_err(failed)
    }

    /// Switches a service account off, which ends its tokens, or on again.
    ///
    /// # Errors
    /// `NotFound` without it.
    pub async fn disable_service_account(&self, caller: &Caller, name: &str, disabled: bool) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::ServiceAccountWrite).await?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let mut tx = self.store().begin().await.map_err(failed)?;
        if !service::disable(&mut tx, name, disabled).await.map_err(failed)? {
            return Err(PortalError::not_found(format!("There is no service account \"{name}\".")));
        }
        tx.feed("service", name);
        let done = Done::new(Action::ServiceAccountWrite, format!("service:{name}")).with("disabled", disabled);
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        self.shared().known.clear();
        Ok(seq)
    }
}
