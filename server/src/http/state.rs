//! What every handler can reach.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use catalog::descriptor::DeclaredKind;
use metrics_exporter_prometheus::PrometheusHandle;
use portal::Portal;

use super::{assets::Assets, bare::BareAnswers, cookies::Jar};
use crate::{
    config::{Config, LimitsConfig, ProxyConfig, WebhooksConfig},
    replica::ThisReplica,
};

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
    pub(super) proxy: ProxyConfig,
    pub(super) webhooks: WebhooksConfig,
    pub(super) metrics: Option<PrometheusHandle>,
    pub(super) bare: Option<BareAnswers>,
    pub(super) replica: ThisReplica,
    stopping: AtomicBool,
}

/// How this installation presents itself.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) organisation: String,
    pub(super) public_url: Option<url::Url>,
    pub(super) demo: bool,
    /// The icons of declared kinds, by the kind in lower case.
    pub(super) kind_icons: Arc<BTreeMap<String, String>>,
}

impl Site {
    /// What stands before each path in addresses for people; a placeholder where the portal's address is not configured.
    pub(super) fn origin(&self) -> String {
        self.public_url.as_ref().map_or_else(|| "http://localhost:3000".to_owned(), |url| url.as_str().trim_end_matches('/').to_owned())
    }

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
                kind_icons: kind_icons(config),
            },
            limits: config.http.limits.clone(),
            proxy: config.proxy.clone(),
            webhooks: config.webhooks.clone(),
            metrics,
            bare: config.bench.then(BareAnswers::default),
            replica: ThisReplica::new(config),
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

fn kind_icons(config: &Config) -> Arc<BTreeMap<String, String>> {
    let icon = |kind: &DeclaredKind| Some((kind.kind.to_lowercase(), kind.icon.clone()?));
    Arc::new(config.kinds.declared().iter().filter_map(icon).collect())
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
