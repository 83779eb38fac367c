//! Notifications: sending them, one's own inbox, what one wants to hear of, and what administrators see of deliveries.
//!
//! Whoever writes something that people should hear of calls [`Portal::notify`] in the transaction of the write: both are there, or neither.

mod audience;
mod pages;
mod settings;
mod watch;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use ::notifications::{Channels, EVERYBODY, InboxQuery, Item, Listed, Mark, Message, Sent, Severity, Status};
use identity::Action;
use model::{Caller, EntityRef, PortalError, Seq, Timestamp, view::InboxPageQuery};
use store::{Store, StoreError, Tx};

use crate::{Portal, Scoped, failure, record::Done};

pub use audience::Recipients;
pub use settings::ChannelChoice;
pub(crate) use watch::run as watch;

/// How old a count of unread messages may be that a page shows.
const FRESH: Duration = Duration::from_secs(5);
/// People whose counts are remembered, at most.
const REMEMBERED: usize = 10_000;
/// Ids that one request may mark, at most.
const MOST_IDS: usize = 1_000;

/// What somebody is to be told.
#[derive(Clone, Debug, Default)]
pub struct NewNotification {
    /// Whom it is for.
    pub recipients: Recipients,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about, as `loss-held`; may be empty.
    pub topic: String,
    /// One line.
    pub title: String,
    /// More, as plain text; may be empty.
    pub body: String,
    /// Where to go: a path of the portal or an http(s) address; may be empty.
    pub link: String,
    /// The name of an icon; may be empty.
    pub icon: String,
    /// Replaces what the same person got from the same origin under the same scope; empty: it adds.
    pub scope: String,
    /// Which part of the portal sends it. What comes from outside gets the caller's name instead.
    pub origin: String,
}

/// What became of sending.
#[derive(Clone, Debug)]
pub struct Told {
    /// The notification's id.
    pub id: String,
    /// In whose inbox it is, of those whom the sender may know of: named by them, or seen in the catalog.
    pub people: Vec<String>,
    /// When it was sent.
    pub at: Timestamp,
    /// The message as it was written.
    pub message: Message,
    /// The write.
    pub seq: Seq,
}

/// What is kept in memory about notifications.
#[derive(Debug)]
pub(crate) struct Notifier {
    pub(crate) channels: Arc<Channels>,
    /// The process's name, under which it holds its deliveries.
    owner: String,
    unread: Mutex<HashMap<String, Unread>>,
}

/// How many messages somebody has not read, and when that was so.
#[derive(Clone, Copy, Debug)]
struct Unread {
    count: usize,
    at: Instant,
    seen: Option<Seq>,
}

impl Notifier {
    pub(crate) fn new(config: crate::NotificationsConfig) -> Result<Self, StoreError> {
        let channels = Channels::new(config.channels).map_err(StoreError::Configuration)?;
        // Without a name, one that nobody else has.
        let owner = if config.owner.is_empty() { uuid::Uuid::new_v4().to_string() } else { config.owner };
        Ok(Self { channels: Arc::new(channels), owner, unread: Mutex::default() })
    }

    fn remembered(&self, person: &str, seen: Option<Seq>) -> Option<usize> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.get(person).filter(|known| known.at.elapsed() < FRESH && known.seen >= seen).map(|known| known.count)
    }

    fn remember(&self, person: String, count: usize, seen: Option<Seq>) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if unread.len() >= REMEMBERED {
            unread.clear();
        }
        unread.insert(person, Unread { count, at: Instant::now(), seen });
    }

    fn forget(&self) {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Portal {
    /// Notifications.
    pub fn notifications(&self) -> NotificationUseCases<'_> {
        NotificationUseCases { portal: self }
    }

    /// Tells people something, in the transaction of what it is about. Groups are their members at this moment.
    ///
    /// # Errors
    /// Any failure of the statements; [`StoreError::Refused`] when the message cannot be shown: too long, or a link that is none.
    pub(crate) async fn notify(&self, tx: &mut Tx, send: NewNotification, by: &Caller) -> Result<Sent, StoreError> {
        let audience = audience::resolve(&self.inner.catalog.snapshot(), &send.recipients);
        let message = message(send, by);
        message.check().map_err(|wrong| StoreError::Refused { statement: "notification.send".to_owned(), message: texts(&wrong) })?;
        ::notifications::send(tx, &message, &audience, &self.inner.notifier.channels).await
    }
}

/// What brings messages out of the portal, in this process.
pub(crate) fn deliver(portal: &Portal) -> store::jobs::Worker {
    let notifier = &portal.inner.notifier;
    ::notifications::worker(portal.inner.store.clone(), Arc::clone(&notifier.channels))
        .owned_by(format!("{}-notifications", notifier.owner))
}

/// Use cases of notifications.
#[derive(Debug)]
pub struct NotificationUseCases<'a> {
    portal: &'a Portal,
}

impl NotificationUseCases<'_> {
    /// Sends a notification. Its origin is the caller's name.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` with every field that is wrong; `Unavailable`.
    pub async fn send(&self, caller: &Caller, send: NewNotification) -> Result<Told, PortalError> {
        self.portal.allow(caller, Action::NotificationSend).await?;
        let send = NewNotification { origin: caller.principal.recorded(), ..send };
        let snapshot = self.portal.seen(caller).await?;
        let audience = audience::resolve(&snapshot, &send.recipients);
        let (to, shown) = (send.recipients.to_string(), self.shown(caller, &send.recipients).await?);
        let message = message(send, caller);
        message.check().map_err(|fields| PortalError::Invalid { message: texts(&fields), fields })?;
        let write = async {
            let mut tx = self.store().begin().await?;
            let sent = ::notifications::send(&mut tx, &message, &audience, &self.portal.inner.notifier.channels).await?;
            let done = Done::new(Action::NotificationSend, format!("notification:{}", sent.id))
                .with("to", to)
                .with("title", message.title.as_str());
            let seq = self.portal.commit(tx, caller, done).await?;
            let people = sent.people.into_iter().filter(|person| shown(person)).collect();
            Ok(Told { id: sent.id, people, at: sent.at, message, seq })
        };
        let told = write.await.map_err(|error| failure::of_store(&error, caller))?;
        self.portal.inner.notifier.forget();
        Ok(told)
    }

    /// How many messages the caller has not read; at most five seconds old, and never older than the caller's own last write. Zero for
    /// machines and while the database is away: every page asks.
    pub async fn unread(&self, caller: &Caller) -> usize {
        let Some(person) = caller.person().map(canonical) else { return 0 };
        let notifier = &self.portal.inner.notifier;
        if let Some(count) = notifier.remembered(&person, caller.seen) {
            return count;
        }
        match ::notifications::status(self.store(), &person).await {
            Ok(status) => {
                let count = usize::try_from(status.unread).unwrap_or(usize::MAX);
                notifier.remember(person, count, caller.seen);
                count
            }
            Err(error) => {
                tracing::info!(%error, "unread messages cannot be counted");
                0
            }
        }
    }

    /// The caller's messages that match.
    ///
    /// # Errors
    /// `Forbidden` for machines, which have no inbox; `Unavailable`.
    pub async fn list(&self, caller: &Caller, query: &InboxQuery) -> Result<Listed, PortalError> {
        let person = self.reader(caller).await?;
        ::notifications::list(self.store(), &person, query).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// One message of the caller's.
    ///
    /// # Errors
    /// `NotFound` when it is not in the caller's inbox, else as [`Self::list`].
    pub async fn one(&self, caller: &Caller, id: &str) -> Result<Item, PortalError> {
        let person = self.reader(caller).await?;
        let items = ::notifications::by_ids(self.store(), &person, &[id.to_owned()]).await;
        let items = items.map_err(|error| failure::of_store(&error, caller))?;
        items.into_iter().next().ok_or_else(|| PortalError::not_found("Not found"))
    }

    /// How full the caller's inbox is.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn status(&self, caller: &Caller) -> Result<Status, PortalError> {
        let person = self.reader(caller).await?;
        ::notifications::status(self.store(), &person).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Notes that the caller read or saved messages, or takes it back; answers with those messages, in the order of `ids`.
    ///
    /// # Errors
    /// `Invalid` for more than a thousand ids, else as [`Self::list`].
    pub async fn update(&self, caller: &Caller, ids: &[String], mark: Mark) -> Result<(Vec<Item>, Seq), PortalError> {
        let person = self.reader(caller).await?;
        if ids.len() > MOST_IDS {
            return Err(PortalError::invalid(format!("More than {MOST_IDS} notifications at once.")));
        }
        let write = async {
            let mut tx = self.store().begin().await?;
            ::notifications::mark(&mut tx, &person, ids, mark).await?;
            let mut done = Done::new(Action::SelfManage, format!("inbox:{person}")).with("messages", ids.len());
            for (name, value) in [("read", mark.read), ("saved", mark.saved)] {
                if let Some(value) = value {
                    done = done.with(name, value);
                }
            }
            let seq = self.portal.commit(tx, caller, done).await?;
            Ok((::notifications::by_ids(self.store(), &person, ids).await?, seq))
        };
        let result = write.await.map_err(|error| failure::of_store(&error, caller));
        self.portal.inner.notifier.forget();
        result
    }

    /// Notes that the caller read everything that came up to `until`. Says how many were not read before.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn read_all(&self, caller: &Caller, until: Timestamp) -> Result<(u64, Seq), PortalError> {
        let person = self.reader(caller).await?;
        let write = async {
            let mut tx = self.store().begin().await?;
            let marked = ::notifications::mark_all_read(&mut tx, &person, until).await?;
            let done = Done::new(Action::SelfManage, format!("inbox:{person}")).with("read", "all").with("messages", marked);
            Ok((marked, self.portal.commit(tx, caller, done).await?))
        };
        let result = write.await.map_err(|error| failure::of_store(&error, caller));
        self.portal.inner.notifier.forget();
        result
    }

    /// What the caller's messages are about, over those that match.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn topics(&self, caller: &Caller, query: &InboxQuery) -> Result<Vec<String>, PortalError> {
        let listed = self.list(caller, query).await?;
        let topics: std::collections::BTreeSet<String> =
            listed.items.into_iter().map(|item| item.topic).filter(|topic| !topic.is_empty()).collect();
        Ok(topics.into_iter().collect())
    }

    /// Which people the caller may be told of who get something that they send.
    async fn shown(&self, caller: &Caller, recipients: &Recipients) -> Result<impl Fn(&str) -> bool + use<>, PortalError> {
        let named: HashSet<String> = match recipients {
            Recipients::Everybody => HashSet::from([EVERYBODY.to_owned()]),
            Recipients::Entities { of, .. } => of.iter().map(canonical).collect(),
        };
        // A token to send with need not be one to read with.
        let scoped = match self.portal.may(caller, Action::CatalogRead) {
            true => Some(self.portal.catalog().scoped(caller).await?),
            false => None,
        };
        Ok(move |person: &str| {
            let visible = |scoped: &Scoped| person.parse().is_ok_and(|person: EntityRef| scoped.snapshot.find(&person).is_some());
            named.contains(person) || scoped.as_ref().is_some_and(visible)
        })
    }

    /// The person whose inbox it is.
    async fn reader(&self, caller: &Caller) -> Result<String, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        let machine = || PortalError::Forbidden { message: "Only people have an inbox. Sign in as a person.".to_owned() };
        caller.person().map(canonical).ok_or_else(machine)
    }

    fn store(&self) -> &Store {
        &self.portal.inner.store
    }
}

/// A query of the page as one of the inbox.
fn inbox_query(query: &InboxPageQuery) -> InboxQuery {
    use model::view::{INBOX_PAGE, InboxShow};
    InboxQuery {
        read: (query.show == InboxShow::Unread).then_some(false),
        saved: (query.show == InboxShow::Saved).then_some(true),
        topic: query.topic.clone(),
        severities: query.least.map(Severity::and_worse).unwrap_or_default(),
        search: (!query.search.is_empty()).then(|| query.search.clone()),
        offset: query.page.saturating_sub(1).saturating_mul(INBOX_PAGE),
        limit: Some(INBOX_PAGE),
        ..InboxQuery::default()
    }
}

fn message(send: NewNotification, by: &Caller) -> Message {
    Message {
        origin: send.origin,
        topic: send.topic,
        severity: send.severity,
        title: send.title,
        body: send.body,
        link: send.link,
        icon: send.icon,
        scope: send.scope,
        created_by: by.principal.recorded(),
    }
}

fn texts(wrong: &[model::FieldError]) -> String {
    wrong.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("; ")
}

/// A person as notifications name them: in small letters, since refs are compared so.
pub(crate) fn canonical(person: &EntityRef) -> String {
    person.to_string().to_lowercase()
}
