//! The composition root: puts the parts together, runs them, and takes them down in order.

use std::{io::Write as _, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use catalog::{ReadingConfig, SourcesConfig};
use identity::policy::{Grant, GrantOrigin};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use model::Caller;
use portal::{Portal, PortalConfig};
use secrecy::ExposeSecret as _;
use store::{Store, StoreConfig, setting};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    command::audit::{self, SEEN_FILE},
    config::{Config, DemoSize, LocationConfig, read_kinds},
    demo,
    http::{self, AppState},
    lock::DataLock,
    replica::announced,
};

/// The setting that says whether a database holds the sample organisation.
const DEMO_SETTING: &str = "demo";
/// Upper bounds of the buckets of request times, in seconds.
const REQUEST_BUCKETS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// How long the demo's first words wait for its people to be read.
const FIRST_READING: Duration = Duration::from_secs(10);
/// How often metrics forget what is too old to count.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// `waymark migrate`
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let store = open_store(config).await?;
    store.close().await;
    writeln!(std::io::stdout(), "The database has this version's tables.")?;
    Ok(())
}

/// `waymark serve`: runs until SIGTERM or Ctrl-C, then ends open requests and returns leases.
///
/// # Errors
/// When it cannot start; the message says what is in the way.
pub(crate) async fn serve(mut config: Config) -> anyhow::Result<()> {
    any_spawner::Executor::init_tokio().context("the executor of server functions cannot be set")?;
    let mut signals = Signals::new()?;
    if let Err(mistakes) = authorisation(&config).check() {
        bail!("the policies or grants of the configuration cannot be used:\n{mistakes}");
    }
    let directory = config.data_dir();
    let lock = DataLock::take(&directory)?;
    let listener = bind(config.http.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let metrics_listener = match config.http.metrics_listen {
        Some(address) => Some(bind(address, "--metrics-listen").await?),
        None => None,
    };
    let metrics = record_metrics()?;
    let store = open_store(&config).await?;
    mark(&store, &config).await?;
    if let Some(size) = config.demo {
        let file = demo::write_out(&directory, size == DemoSize::Large).context("the sample organisation cannot be written out")?;
        let kinds = file.with_file_name(demo::KINDS);
        if kinds.exists() {
            config.kinds = read_kinds(&kinds)?;
        }
        config.catalog.locations =
            vec![LocationConfig { kind: "file".to_owned(), target: file.display().to_string(), allow: None, every: None }];
    }

    let stop_workers = CancellationToken::new();
    config.audit.key = Some(audit::key(&store, &config).await?);
    let portal = Portal::open(store.clone(), portal_config(&config)).await?;
    let mut workers = portal.start(&stop_workers).await?;
    let state = AppState::new(portal.clone(), &config, Some(metrics.clone()));
    let heartbeat = portal.system().heartbeat(announced(&config, address.port()), stop_workers.clone());
    workers.spawn(heartbeat);
    let stop_listening = CancellationToken::new();
    workers.spawn(keep_metrics(metrics.clone(), stop_workers.clone()));
    if let Some(listener) = metrics_listener {
        workers.spawn(http::metrics_listener(listener, metrics, config.http.limits.clone(), stop_listening.clone()));
    }
    let served = tokio::spawn(http::run(listener, http::app(state.clone()), config.http.limits.clone(), stop_listening.clone()));
    announce(address.port(), &portal, &config).await?;

    loop {
        tokio::select! {
            () = signals.next() => break,
            Some(ended) = workers.join_next() => match ended {
                Ok(()) => tracing::error!("a worker ended by itself; what it keeps current may be old until the next start"),
                Err(error) => tracing::error!(%error, "a worker failed; what it keeps current may be old until the next start"),
            },
        }
    }
    tracing::info!("stopping: open requests may end, no new ones are taken");
    state.stop();
    stop_listening.cancel();
    let shut_down = async {
        // Requests first, since they may need the workers; then the workers, which give their leases back.
        if let Err(error) = served.await {
            tracing::error!(%error, "the listener failed");
        }
        stop_workers.cancel();
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker failed");
            }
        }
        store.close().await;
    };
    tokio::select! {
        () = shut_down => tracing::info!("stopped"),
        () = signals.next() => tracing::warn!("stopped at once on the second signal"),
    }
    drop(lock);
    Ok(())
}

async fn bind(address: std::net::SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen at {address}; choose another address with {flag}, or port 0 for any free one"))
}

async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let url = match &config.data.database_url {
        Some(url) => url.expose_secret().to_owned(),
        None => {
            let directory = config.data_dir();
            std::fs::create_dir_all(&directory).with_context(|| format!("the data directory {} cannot be made", directory.display()))?;
            format!("sqlite:{}", directory.join("waymark.db").display())
        }
    };
    let store = Store::open(&StoreConfig { url, max_readers: config.data.readers }).await?;
    store.migrate().await?;
    Ok(store)
}

/// Marks a new database as the demo's or not, and refuses one that is marked otherwise: in the demo anybody may sign in as anybody.
async fn mark(store: &Store, config: &Config) -> anyhow::Result<()> {
    let wanted = if config.demo.is_some() { "true" } else { "false" };
    let found = match setting::get(store, DEMO_SETTING).await? {
        Some(found) => found,
        None => {
            let mut tx = store.begin().await?;
            let found = setting::put_if_absent(&mut tx, DEMO_SETTING, wanted).await?;
            tx.commit().await?;
            found
        }
    };
    match (found == wanted, config.demo) {
        (true, _) => Ok(()),
        (false, None) => bail!(
            "the database holds the sample organisation, in which anybody may sign in as anybody; start with --demo, or use another database"
        ),
        (false, Some(_)) => {
            bail!("the database was not made by --demo; leave --demo out, or leave --database-url out so that the demo uses its own")
        }
    }
}

/// What the portal is told, by the configuration.
pub fn portal_config(config: &Config) -> PortalConfig {
    PortalConfig {
        authorisation: authorisation(config),
        access: portal::AccessConfig {
            idle: config.session.idle,
            absolute: config.session.absolute,
            admin: config.access.admin_token.as_ref().map(portal::AdminKey::new),
        },
        providers: portal::ProvidersConfig { providers: config.sign_in.clone(), public_url: config.http.public_url.clone() },
        audit: portal::AuditConfig {
            key: config.audit.key.clone(),
            retention: config.audit.retention,
            stream_stdout: config.audit.stdout,
            seen_file: Some(config.data_dir().join(SEEN_FILE)),
        },
        notifications: portal::NotificationsConfig { channels: config.channels(), owner: holder(&config.data_dir()) },
        reading: ReadingConfig {
            poll: config.catalog.poll_interval,
            read_every: config.catalog.read_every,
            sources: SourcesConfig {
                hosts: config.hosts.clone(),
                fetch: config.fetch.clone(),
                // Only a cache, with PostgreSQL too: what is in it is fetched again where it is missing.
                cache: Some(config.data_dir().join("git")),
            },
            kinds: Arc::clone(&config.kinds),
            grace: config.catalog.grace,
            hold_percent: config.catalog.hold_percent,
            ..ReadingConfig::new(config.catalog.locations.iter().map(location).collect(), holder(&config.data_dir()))
        },
        history: config.catalog.history,
        feed_delay: config.feed_delay,
        demo: config.demo.map(|size| demo::sample_people(size == DemoSize::Large)),
    }
}

/// Who may do what from the start. In the demo somebody of the platform team is an administrator, so that every page can be seen.
fn authorisation(config: &Config) -> portal::AuthorisationConfig {
    let mut grants = config.access.grants.clone();
    let administrator = config.demo.map(|size| demo::administrator(size == DemoSize::Large));
    grants.extend(administrator.and_then(|person| person.parse().ok()).map(|to| Grant {
        role: "admin".to_owned(),
        to,
        origin: GrantOrigin::Configuration,
    }));
    portal::AuthorisationConfig { default_role: config.access.default_role.clone(), policies: config.access.policies.clone(), grants }
}

/// A name that no other process uses, for leases. It is kept in the data directory, which one process has at a time: one that was killed
/// takes its leases up again at once.
pub(crate) fn holder(directory: &Path) -> String {
    let path = directory.join("replica-id");
    if let Ok(kept) = std::fs::read_to_string(&path)
        && kept.len() == 32
    {
        return kept;
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the system has a source of randomness");
    let fresh = format!("{:032x}", u128::from_ne_bytes(random));
    if let Err(error) = std::fs::write(&path, &fresh) {
        tracing::info!(%error, "{} cannot be written, so leases of a killed process run out by themselves", path.display());
    }
    fresh
}

fn location(location: &LocationConfig) -> catalog::LocationConfig {
    catalog::LocationConfig {
        location_type: location.kind.clone(),
        target: location.target.clone(),
        allow: location.allow.clone().unwrap_or_default(),
        every: location.every,
    }
}

fn record_metrics() -> anyhow::Result<PrometheusHandle> {
    let durations = Matcher::Suffix("_seconds".to_owned());
    let recorder = PrometheusBuilder::new().set_buckets_for_metric(durations, &REQUEST_BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| anyhow::anyhow!("metrics are recorded already"))?;
    metrics::describe_histogram!("http_request_duration_seconds", metrics::Unit::Seconds, "Time from a request's header to its answer's.");
    Ok(handle)
}

async fn keep_metrics(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(METRICS_UPKEEP);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        metrics.run_upkeep();
    }
}

/// Says where the portal is, and in the demo whom one can be.
async fn announce(port: u16, portal: &Portal, config: &Config) -> anyhow::Result<()> {
    let host = match config.http.listen.ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        std::net::IpAddr::V4(ip) => ip.to_string(),
    };
    let address = format!("http://{host}:{port}");
    let mut out = std::io::stdout();
    writeln!(out, "Waymark is ready at {address}")?;
    if config.demo.is_some() {
        writeln!(out, "The sample organisation is in {}. Sign in as one of its people:", display(&config.data_dir()))?;
        portal.settled(FIRST_READING).await;
        for person in portal.people().samples().await.unwrap_or_default() {
            writeln!(out, "  {:<24} {}", person.name, person.role)?;
        }
    }
    if let Some(secret) = first_link(portal, config).await? {
        // On the terminal only: whoever reads the log must not become the administrator.
        let base = config.http.public_url.as_ref().map_or(address.as_str(), |url| url.as_str().trim_end_matches('/'));
        writeln!(out, "Nobody can sign in yet. Choose the first administrator's name and password, once, within 24 hours:")?;
        writeln!(out, "  {base}/setup?token={secret}")?;
    }
    out.flush()?;
    tracing::info!(address, "ready");
    Ok(())
}

/// A link for the first administrator, where nobody could come in otherwise.
async fn first_link(portal: &Portal, config: &Config) -> anyhow::Result<Option<String>> {
    let other_way =
        config.demo.is_some() || config.access.admin_token.is_some() || config.proxy.header.is_some() || !config.sign_in.is_empty();
    if other_way || portal.access().has_accounts() {
        return Ok(None);
    }
    let link = portal.access().create_setup_link(&Caller::worker(), None).await;
    link.map(Some).context("the link for the first administrator cannot be made")
}

fn display(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// SIGTERM and SIGINT, caught from the first moment on.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        let caught = |kind| signal(kind).context("signals cannot be caught");
        Ok(Self { terminate: caught(SignalKind::terminate())?, interrupt: caught(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
