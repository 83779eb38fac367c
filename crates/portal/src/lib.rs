//! What can be done with the portal: one small struct of use cases a concern, each method taking the caller first.
//!
//! Every way in (page, server function, REST, worker) goes through here, so none can skip authorisation. Reads answer from
//! memory, as new as the caller's own last write ([`Portal::seen`]). A write is one transaction of the store.

mod access;
mod admin;
mod announcements;
mod audit;
mod authorise;
mod branding;
mod catalog;
mod config;
mod failure;
mod follower;
mod health;
mod home;
mod last_refusal;
mod notifications;
mod people;
mod policies;
mod providers;
mod record;
mod roles;
mod settings;
mod sql;
mod stars;
mod summary;
mod system;
mod upkeep;
mod views;
mod visits;
mod webhooks;

use std::{sync::Arc, time::Duration};

use ::catalog::{Catalog, Reading, ReadingConfig, descriptor::Kinds, index::Snapshot, push_worker};
use model::{Caller, PortalError};
use store::{Store, StoreError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use ::notifications::{
    ChannelConfig, ChannelKind, ChannelsConfig, EMAIL, EVERYBODY, InboxQuery, Item, Mark, PORTAL as INBOX, Retry, SmtpConfig, SmtpTls,
    Sort, SortBy,
};
pub use access::{
    AccessUseCases, AccountRow, AdminKey, Created, Ended, NewServiceAccount, NewSession, NewToken, Opened, ProxyResolver,
    ServiceAccountRow, SessionRow, SetupFor, TokenOwner, TokenRow, Visitor,
};
pub use admin::AdminUseCases;
pub use announcements::AnnouncementUseCases;
pub use audit::{AuditUseCases, Export, ExportFormat, audit_query};
pub use authorise::Explained;
pub use branding::{BrandingUseCases, LOGO_BYTES, Logo, LogoChange, LogoKind};
pub use catalog::{
    Analysis, AnalyzedField, CatalogUseCases, DESCRIPTOR, EditPage, LocationState, OnConflict, Put, Registered, Scoped, UnregisterPreview,
};
pub use config::{AccessConfig, AuditConfig, AuthorisationConfig, NotificationsConfig, ProvidersConfig};
pub use health::{HealthUseCases, Readiness};
pub use home::HomeUseCases;
pub use identity::{
    Action,
    audit::{AuditQuery, Row as AuditRow},
};
pub use last_refusal::{Refused, last_refusal, remembering_refusals};
pub use notifications::{ChannelChoice, NewNotification, NotificationUseCases, Recipients, Told};
pub use people::PeopleUseCases;
pub use policies::{PolicySaved, PolicyUseCases};
pub use providers::{Callback, Finished, NotLetIn, ProviderUseCases};
pub use roles::RoleUseCases;
pub use settings::SettingsUseCases;
pub use sql::STATEMENTS;
pub use stars::StarUseCases;
pub use system::{Replica, SystemUseCases};
pub use views::ViewUseCases;
pub use webhooks::WebhookUseCases;

use announcements::Announcements;
use audit::Audit;
use authorise::Authority;
use branding::Brand;
use catalog::{list::Tops, problems::ProblemCache};
use follower::{Follower, Kept};
use home::Recent;
use notifications::Notifier;
use settings::Preferences;
use stars::Stars;
use views::Views;
use visits::Visits;

/// What the portal is told from outside.
#[derive(Clone, Debug)]
pub struct PortalConfig {
    /// Who may do what.
    pub authorisation: AuthorisationConfig,
    /// Sessions, tokens, accounts.
    pub access: AccessConfig,
    /// Who signs people in.
    pub providers: ProvidersConfig,
    /// The audit log.
    pub audit: AuditConfig,
    /// Notifications.
    pub notifications: NotificationsConfig,
    /// How the catalog's locations are read.
    pub reading: ReadingConfig,
    /// How long the history of entities is kept.
    pub history: Duration,
    /// How late this replica follows the change feed; zero but in tests of what replicas show.
    pub feed_delay: Duration,
    /// In the demo, the people whom the sign-in page offers first; `None` outside of it: then nobody is offered.
    pub demo: Option<&'static [&'static str]>,
}

/// The portal. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Portal {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    catalog: Arc<Catalog>,
    reading: Arc<Reading>,
    /// The kinds that the configuration declares.
    kinds: Arc<Kinds>,
    stars: Arc<Stars>,
    views: Arc<Views>,
    preferences: Arc<Preferences>,
    audit: Audit,
    announcements: Arc<Announcements>,
    brand: Arc<Brand>,
    notifier: Notifier,
    visits: Visits,
    follower: Arc<Follower>,
    authority: Arc<Authority>,
    access: Arc<access::Access>,
    sign_ins: providers::SignIns,
    problems: ProblemCache,
    recent: Recent,
    tops: Tops,
    demo: Option<&'static [&'static str]>,
    history: Duration,
}

impl Portal {
    /// Opens the portal over a migrated store: settles the configured locations and loads what the database has into memory.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn open(store: Store, config: PortalConfig) -> Result<Self, StoreError> {
        let kinds = Arc::clone(&config.reading.kinds);
        let every = (config.reading.poll, config.reading.read_every);
        let audit = Audit::open(&store, config.audit).await?;
        let reading = Reading::open(&store, config.reading).await?;
        let access = access::Access::new(&store, &config.access);
        let sign_ins = providers::SignIns::new(config.providers)?;
        let catalog = Catalog::with_kinds(store.clone(), Arc::clone(&kinds));
        let stars = Arc::new(Stars::default());
        let views = Arc::new(Views::default());
        let preferences = Arc::new(Preferences::default());
        let (announcements, brand) = (Arc::new(Announcements::default()), Arc::new(Brand::default()));
        let authority = Arc::new(Authority::new(&config.authorisation));
        let kept = Kept {
            catalog: Arc::clone(&catalog),
            stars: Arc::clone(&stars),
            views: Arc::clone(&views),
            preferences: Arc::clone(&preferences),
            announcements: Arc::clone(&announcements),
            brand: Arc::clone(&brand),
            access: Arc::clone(&access),
            reading: Arc::clone(&reading),
            authority: Arc::clone(&authority),
        };
        let follower = Follower::load(&store, kept, config.feed_delay).await?;
        let visits = Visits::new(store.clone());
        let notifier = Notifier::new(config.notifications)?;
        let problems = ProblemCache::new(Arc::clone(&catalog), every);
        let demo = config.demo;
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                catalog,
                reading,
                kinds,
                stars,
                views,
                preferences,
                audit,
                announcements,
                brand,
                notifier,
                visits,
                follower,
                authority,
                access,
                sign_ins,
                problems,
                recent: Recent::default(),
                tops: Tops::default(),
                demo,
                history: config.history,
            }),
        })
    }

    /// Starts what works beside the requests: following the feed, reading locations, writing visits. All of it ends, and gives its
    /// leases back, when `cancel` is cancelled; then the tasks can be joined.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn start(&self, cancel: &CancellationToken) -> Result<JoinSet<()>, StoreError> {
        let mut tasks = self.inner.reading.run(cancel).await?;
        tasks.spawn(Arc::clone(&self.inner.follower).run(cancel.clone()));
        tasks.spawn(self.inner.visits.writer(cancel.clone()));
        tasks.spawn(Arc::clone(&self.inner.access).keep(self.inner.store.clone(), cancel.clone()));
        tasks.spawn(upkeep::run(self.inner.store.clone(), self.inner.history, cancel.clone()));
        tasks.spawn(upkeep::clean(self.clone(), cancel.clone()));
        tasks.spawn(audit::run(self.clone(), cancel.clone()));
        tasks.spawn(providers::keep_known(self.clone(), cancel.clone()));
        tasks.spawn(push_worker(Arc::clone(&self.inner.reading)).run(cancel.clone()));
        tasks.spawn(notifications::deliver(self).run(cancel.clone()));
        tasks.spawn(notifications::watch(self.clone(), cancel.clone()));
        Ok(tasks)
    }

    /// Waits until every location was read once, or until `patience` is over. Nothing needs it but what is said at the start.
    pub async fn settled(&self, patience: Duration) {
        self.inner.reading.settled(patience).await;
        let head = self.inner.store.feed_head().await.ok();
        // A database that went away meanwhile is noticed by whoever asks next.
        let _ = self.inner.follower.reach(head).await;
    }

    /// The catalog: list, entity pages, search, and what REST needs.
    pub fn catalog(&self) -> CatalogUseCases<'_> {
        CatalogUseCases::new(self)
    }

    /// The first page, stars and visits.
    pub fn home(&self) -> HomeUseCases<'_> {
        HomeUseCases::new(self)
    }

    /// What people starred.
    pub fn stars(&self) -> StarUseCases<'_> {
        StarUseCases::new(self)
    }

    /// What people keep of the catalog.
    pub fn views(&self) -> ViewUseCases<'_> {
        ViewUseCases::new(self)
    }

    /// Who signs people in.
    pub fn providers(&self) -> ProviderUseCases<'_> {
        ProviderUseCases::new(self)
    }

    /// Who comes in: sessions, tokens, accounts.
    pub fn access(&self) -> AccessUseCases<'_> {
        AccessUseCases::new(self)
    }

    /// Who is who.
    pub fn people(&self) -> PeopleUseCases<'_> {
        PeopleUseCases::new(self)
    }

    /// What hosts of repositories tell.
    pub fn webhooks(&self) -> WebhookUseCases<'_> {
        WebhookUseCases::new(self)
    }

    /// The policies, and what they do.
    pub fn policies(&self) -> PolicyUseCases<'_> {
        PolicyUseCases::new(self)
    }

    /// What runs.
    pub fn system(&self) -> SystemUseCases<'_> {
        SystemUseCases::new(self)
    }

    /// What is announced to everybody.
    pub fn announcements(&self) -> AnnouncementUseCases<'_> {
        AnnouncementUseCases::new(self)
    }

    /// How the organisation is named and shown.
    pub fn branding(&self) -> BrandingUseCases<'_> {
        BrandingUseCases::new(self)
    }

    /// What was done, by whom.
    pub fn audit(&self) -> AuditUseCases<'_> {
        AuditUseCases::new(self)
    }

    /// Whether this replica can serve.
    pub fn health(&self) -> HealthUseCases<'_> {
        HealthUseCases::new(self)
    }

    /// Waits until this replica has the caller's own last write, so that what it decides without asking the database, as what they may do,
    /// is as new. When the database does not answer, what needs it says so later.
    pub async fn catch_up(&self, caller: &Caller) {
        if let Err(error) = self.inner.follower.reach(caller.seen).await {
            tracing::info!(request_id = caller.request_id, %error, "the caller's last write could not be waited for");
        }
    }

    /// The index, as new as the caller's last write: waits up to a second for the feed, then reads the missing changes from the database.
    async fn seen(&self, caller: &Caller) -> Result<Arc<Snapshot>, PortalError> {
        self.inner.follower.reach(caller.seen).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok(self.inner.catalog.snapshot())
    }
}

/// This machine's clock, for what is shown and for what only this process compares.
fn now() -> model::Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    model::Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
