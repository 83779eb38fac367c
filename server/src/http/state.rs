//! What every handler can reach.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use metrics_exporter_prometheus::PrometheusHandle;
use portal::Portal;

use super::{access::AdminToken, assets::Assets, bare::BareAnswers, cookies::Jar};
use crate::config::{Config, LimitsConfig};

/// What every handler can reach; cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

/// See [`AppState`].
#[derive(Debug)]
pub struct Shared {
    pub(super) portal: Portal,
    pub(super) assets: Assets,
    pub(super) site: Site,
    pub(super) limits: LimitsConfig,
    pub(super) admin: Option<AdminToken>,
    pub(super) metrics: Option<PrometheusHandle>,
    pub(super) bare: Option<BareAnswers>,
    stopping: AtomicBool,
}

/// How this installation presents itself.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) organisation: String,
    pub(super) public_url: Option<url::Url>,
    pub(super) demo: bool,
}

impl Site {
    /// Whether people reach the portal over TLS.
    pub(super) fn https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Sets cookies the way this installation needs them.
    pub(super) fn jar(&self) -> Jar {
        Jar { secure: self.https() }
    }
}

impl AppState {
    /// The state of a portal that runs with `config`.
    pub fn new(portal: Portal, config: &Config, metrics: Option<PrometheusHandle>) -> Self {
        Self(Arc::new(Shared {
            portal,
            assets: Assets::load(),
            site: Site {
                organisation: config.organisation.clone(),
                public_url: config.http.public_url.clone(),
                demo: config.demo.is_some(),
            },
            limits: config.http.limits.clone(),
            admin: config.access.admin_token.as_ref().map(AdminToken::new),
            metrics,
            bare: config.bench.then(BareAnswers::default),
            stopping: AtomicBool::new(false),
        }))
    }

    /// From now on `/readyz` says 503, so that no new work is sent here.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
