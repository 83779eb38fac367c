//! What server functions need of the portal. The server implements it and provides it with the caller in the context
//! of each call.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use leptos::prelude::use_context;
pub use model::Caller;
use model::{EntityRef, PortalError};

use crate::{PaletteHit, ServerFailure, YamlMistake};

/// A port's answer; boxed, so that the trait can stand behind a pointer and pages do not compile the portal.
pub type PortFuture<T> = Pin<Box<dyn Future<Output = Result<T, PortalError>> + Send>>;

/// The portal, as server functions see it.
///
/// Methods are called inside the request's reactive owner: an implementation may take Leptos' `ResponseOptions` out of
/// the context before it makes its future, as [`PortalPorts::star`] does to leave the cookie `wm_seq`.
pub trait PortalPorts: Send + Sync {
    /// Stars an entity for the caller, or takes the star away. Leaves the write's sequence in the cookie `wm_seq`.
    fn star(&self, caller: Caller, entity: EntityRef, starred: bool) -> PortFuture<()>;

    /// The entities that a text could mean, the best first, at most 12. An empty text: the caller's own and recent ones.
    fn complete(&self, caller: Caller, text: String) -> PortFuture<Vec<PaletteHit>>;

    /// What is wrong with the YAML of one entity; nothing when it could be saved.
    fn check(&self, caller: Caller, text: String) -> PortFuture<Vec<YamlMistake>>;
}

/// The portal in the context of a server function.
#[derive(Clone)]
pub struct Ports(pub Arc<dyn PortalPorts>);

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ports")
    }
}

/// The ports and the caller of this call.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in: the server provides no [`Caller`] then.
pub(crate) fn from_context() -> Result<(Arc<dyn PortalPorts>, Caller), ServerFailure> {
    let ports = use_context::<Ports>()
        .ok_or_else(|| PortalError::Unavailable { message: "The portal is starting. Try again in a moment.".into() })?;
    let caller = use_context::<Caller>().ok_or_else(|| PortalError::Unauthenticated { message: "Sign in first.".into() })?;
    Ok((ports.0, caller))
}
