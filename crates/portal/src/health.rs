//! Whether this replica can serve.

use identity::Action;
use model::{Caller, PortalError};

use crate::Portal;

/// Whether this replica can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// It can.
    pub ready: bool,
    /// What does not work although it can: reads go on from memory.
    pub degraded: Option<String>,
}

/// Use cases of health checks. They answer from memory.
#[derive(Debug)]
pub struct HealthUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> HealthUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// Whether the caller may read the metrics.
    ///
    /// # Errors
    /// `Forbidden` without `metrics:read`.
    pub async fn metrics(&self, caller: &Caller) -> Result<(), PortalError> {
        self.portal.allow(caller, Action::MetricsRead).await
    }

    /// Ready from the first load on: a [`Portal`] is only there once that is done.
    pub fn ready(&self) -> Readiness {
        Readiness { ready: true, degraded: self.portal.inner.follower.failing() }
    }
}
