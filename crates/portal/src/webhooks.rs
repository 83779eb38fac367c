//! What hosts of repositories tell: somebody pushed.

use forge::webhook::Push;
use model::{Caller, PortalError, Seq};

use crate::{
    Portal, failure,
    record::{Done, plain},
};

/// Use cases of webhooks. There is no caller: the signature of the request is what admits it, and the edge has checked it.
#[derive(Debug)]
pub struct WebhookUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> WebhookUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// Takes a push in: when this returns, the work is queued durably, and the files that it touches are read soon after. The same push
    /// twice, or many pushes to one branch before it is read, are one piece of work.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer: nothing was queued then.
    pub async fn receive(&self, pushed: &Push, request_id: &str) -> Result<Seq, PortalError> {
        let caller = Caller { request_id: request_id.to_owned(), ..Caller::worker() };
        let failed = |error| failure::of_store(&error, &caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        ::catalog::pushed(&mut tx, pushed).await.map_err(failed)?;
        let repository = pushed.repositories.first().map(|address| plain(address)).unwrap_or_default();
        let done = Done::named("webhook:receive", format!("repository:{repository}")).with("ref", pushed.reference.as_str());
        self.portal.commit(tx, &caller, done).await.map_err(failed)
    }
}
