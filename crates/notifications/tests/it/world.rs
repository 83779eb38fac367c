//! What the tests share: a database with people, and the inbox as text.

use std::sync::Arc;

use notifications::{
    Audience, ChannelConfig, Channels, ChannelsConfig, DeliveryQuery, InboxQuery, Message, Reader, Retry, Severity, deliveries, list, send,
};
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) fn message(title: &str) -> Message {
    Message { origin: "service:ci".to_owned(), topic: "build".to_owned(), title: title.to_owned(), ..Message::default() }
}

pub(crate) fn scoped(title: &str, scope: &str) -> Message {
    Message { scope: scope.to_owned(), ..message(title) }
}

/// Some people, each with an address of their name.
pub(crate) fn people(names: &[&str]) -> Audience {
    let reader = |name: &&str| Reader { person: format!("user:default/{name}"), email: Some(format!("{name}@example.com")) };
    Audience {
        everybody: false,
        people: names.iter().map(reader).collect(),
        addressed: names.iter().map(|name| format!("user:default/{name}")).collect(),
    }
}

pub(crate) fn everybody() -> Audience {
    Audience { everybody: true, ..Audience::default() }
}

/// Channels that give up after three attempts and hardly wait between them.
pub(crate) fn channels(channels: Vec<ChannelConfig>) -> ChannelsConfig {
    ChannelsConfig {
        public_url: Some("https://portal.example.com".parse().unwrap()),
        organisation: "Marlow & Fern".to_owned(),
        channels,
        retry: Retry { attempts: 3, first: std::time::Duration::from_millis(1), ..Retry::default() },
        ..ChannelsConfig::default()
    }
}

pub(crate) fn silent() -> Channels {
    Channels::new(ChannelsConfig::default()).unwrap()
}

pub(crate) async fn tell(store: &Store, message: &Message, audience: &Audience, channels: &Channels) -> notifications::Sent {
    let mut tx = store.begin().await.unwrap();
    message.check().unwrap();
    let sent = send(&mut tx, message, audience, channels).await.unwrap();
    tx.commit().await.unwrap();
    sent
}

/// An inbox as text: `title (unread, saved)`, by the query's order.
pub(crate) async fn shown(store: &Store, name: &str, query: &InboxQuery) -> String {
    let listed = list(store, &format!("user:default/{name}"), query).await.unwrap();
    let items = listed.items.iter().map(|item| {
        let mut marks = vec![if item.read.is_some() { "read" } else { "unread" }];
        if item.saved.is_some() {
            marks.push("saved");
        }
        if item.severity != Severity::Normal {
            marks.push(item.severity.name());
        }
        if item.updated.is_some() {
            marks.push("again");
        }
        format!("{} ({})", item.title, marks.join(", "))
    });
    items.collect::<Vec<_>>().join("; ")
}

/// The log as text: `channel target state attempts error`, by target.
pub(crate) async fn log(store: &Store) -> String {
    let (mut rows, _) = deliveries(store, &DeliveryQuery { limit: 100, ..DeliveryQuery::default() }).await.unwrap();
    rows.sort_by(|a, b| (&a.channel, &a.target).cmp(&(&b.channel, &b.target)));
    let lines = rows
        .iter()
        .map(|row| format!("{} {} {} {} {}", row.channel, row.target, row.state.name(), row.attempts, row.error).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// What delivers, until it is stopped.
pub(crate) struct Delivering {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Delivering {
    pub(crate) fn start(store: &Store, channels: &Arc<Channels>) -> Self {
        let stop = CancellationToken::new();
        let worker =
            notifications::worker(store.clone(), Arc::clone(channels)).poll(std::time::Duration::from_millis(5)).owned_by("this-process");
        Self { task: tokio::spawn(worker.run(stop.clone())), stop }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// As a process that is killed: nothing is given back and nothing written down.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// Waits for the next tick of the database's clock, which may be a millisecond long; returns the one before.
pub(crate) async fn tick(store: &Store) -> model::Timestamp {
    let before = store.now().await.unwrap();
    while store.now().await.unwrap() == before {}
    before
}

/// Waits until nothing waits any more.
pub(crate) async fn settled(store: &Store) {
    let mut feed = store.feed_watch();
    loop {
        let (_, counts) = deliveries(store, &DeliveryQuery { limit: 1, ..DeliveryQuery::default() }).await.unwrap();
        if counts.iter().all(|one| one.state != notifications::DeliveryState::Waiting) {
            return;
        }
        feed.changed_or(std::time::Duration::from_millis(10)).await;
    }
}
