//! From faults of the database to what a caller can do about them. The cause goes to the log here, once.

use model::{Caller, PortalError};
use store::StoreError;

/// What the caller is told of a fault of the store.
pub(crate) fn of_store(error: &StoreError, caller: &Caller) -> PortalError {
    if error.is_unavailable() {
        tracing::warn!(request_id = caller.request_id, %error, "the database does not answer");
        return PortalError::Unavailable { message: "The database does not answer at the moment. Try again in a few seconds.".to_owned() };
    }
    if error.is_conflict() {
        tracing::info!(request_id = caller.request_id, %error, "something else was written in between");
        return PortalError::Conflict { message: "Somebody changed this at the same moment. Load the page again and repeat.".to_owned() };
    }
    let incident = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
    tracing::error!(incident, request_id = caller.request_id, %error, "the store failed");
    PortalError::Internal { incident }
}
