//! What the inbox and the administration's page of deliveries show.

use std::collections::BTreeMap;

use ::notifications::{ChannelKind, DeliveryQuery, EMAIL, EVERYBODY, Message, Severity};
use identity::Action;
use model::{
    Caller, PortalError, Seq,
    view::{
        ChannelView, DELIVERIES_PAGE, DeliveriesQuery, DeliveriesView, DeliveryState, DeliveryView, InboxItem, InboxPageQuery, InboxView,
    },
};

use super::{
    NotificationUseCases, audience, canonical, inbox_query,
    settings::{origin_label, topic_label},
};
use crate::{failure, record::Done};

impl NotificationUseCases<'_> {
    /// The caller's inbox.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn page(&self, caller: &Caller, query: &InboxPageQuery) -> Result<InboxView, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        let now = crate::now();
        let mut view = InboxView {
            query: query.clone(),
            items: Vec::new(),
            total: 0,
            all: 0,
            unread: 0,
            saved: 0,
            topics: Vec::new(),
            person: caller.person().is_some(),
            now,
        };
        let Some(person) = caller.person().map(canonical) else { return Ok(view) };
        let failed = |error| failure::of_store(&error, caller);
        let listed = ::notifications::list(self.store(), &person, &inbox_query(query)).await.map_err(failed)?;
        let status = ::notifications::status(self.store(), &person).await.map_err(failed)?;
        let topics = ::notifications::topics(self.store(), &person).await.map_err(failed)?;
        (view.total, view.all, view.unread, view.saved) = (listed.total, status.unread + status.read, status.unread, status.saved);
        let topics: BTreeMap<String, String> = topics
            .into_iter()
            .filter(|(_, topic)| !topic.is_empty())
            .map(|(origin, topic)| (topic.clone(), topic_label(&origin, &topic)))
            .collect();
        view.topics = topics.into_iter().collect();
        view.items = listed
            .items
            .into_iter()
            .map(|item| InboxItem {
                at: item.updated.unwrap_or(item.created),
                origin: origin_label(&item.origin),
                topic_label: topic_label(&item.origin, &item.topic),
                topic: item.topic,
                id: item.id,
                severity: item.severity,
                title: item.title,
                body: item.body,
                link: item.link,
                everybody: item.everybody,
                read: item.read.is_some(),
                saved: item.saved.is_some(),
            })
            .collect();
        Ok(view)
    }

    /// What leaves the portal, and how it went.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn deliveries(&self, caller: &Caller, query: &DeliveriesQuery) -> Result<DeliveriesView, PortalError> {
        self.portal.allow(caller, Action::NotificationAdmin).await?;
        let asked = DeliveryQuery {
            state: query.state,
            channel: query.channel.clone(),
            offset: query.page.saturating_sub(1).saturating_mul(DELIVERIES_PAGE),
            limit: DELIVERIES_PAGE,
        };
        let (rows, counts) = ::notifications::deliveries(self.store(), &asked).await.map_err(|error| failure::of_store(&error, caller))?;
        let now = crate::now();
        let configured = &self.portal.inner.notifier.channels;
        let mut channels: Vec<ChannelView> = Vec::new();
        let blank = |id: &str, label: &str, kind, target: String| ChannelView {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
            target,
            takes: Vec::new(),
            sent: 0,
            waiting: 0,
            failed: 0,
            last: None,
        };
        if let Some((server, from)) = configured.email() {
            channels.push(blank(EMAIL, "E-mail", "email", format!("{from} over {server}")));
        }
        for (channel, target) in configured.configured() {
            let mut takes: Vec<String> =
                channel.audience.iter().map(|name| if name == EVERYBODY { "everybody".to_owned() } else { name.clone() }).collect();
            takes.extend(channel.topics.iter().cloned());
            if channel.least > Severity::Low {
                takes.push(format!("{} or worse", channel.least.name()));
            }
            channels.push(ChannelView { takes, ..blank(&channel.id, &channel.label, channel.kind.name(), target.to_owned()) });
        }
        for counted in &counts {
            let Some(channel) = channels.iter_mut().find(|channel| channel.id == counted.channel) else { continue };
            match counted.state {
                DeliveryState::Sent => channel.sent = counted.count,
                DeliveryState::Waiting => channel.waiting = counted.count,
                DeliveryState::Failed => channel.failed = counted.count,
            }
            channel.last = channel.last.max(Some(counted.changed));
        }
        let chosen = |channel: &str| query.channel.as_deref().is_none_or(|wanted| wanted == channel);
        let count = |state| counts.iter().filter(|one| one.state == state && chosen(&one.channel)).map(|one| one.count).sum();
        let states: Vec<(DeliveryState, u64)> = DeliveryState::ALL.into_iter().map(|state| (state, count(state))).collect();
        let total = states.iter().filter(|(state, _)| query.state.is_none_or(|wanted| wanted == *state)).map(|(_, count)| count).sum();
        let label =
            |id: &str| channels.iter().find(|channel| channel.id == id).map_or_else(|| id.to_owned(), |channel| channel.label.clone());
        let rows = rows.into_iter().map(|row| DeliveryView {
            channel: label(&row.channel),
            next: (row.state == DeliveryState::Waiting && row.not_before > now).then_some(row.not_before),
            id: row.id,
            target: row.target,
            state: row.state,
            attempts: row.attempts,
            error: row.error,
            created: row.created,
            changed: row.changed,
            title: row.title,
        });
        let own = caller.person().and_then(|person| audience::email(&self.portal.inner.catalog.snapshot(), person));
        Ok(DeliveriesView {
            query: query.clone(),
            rows: rows.collect(),
            states,
            total,
            has_links: configured.has_links(),
            own_address: own.unwrap_or_default(),
            channels,
            now,
        })
    }

    /// Tries a failed delivery again from the start.
    ///
    /// # Errors
    /// `Forbidden`; `Conflict` when it is not failed; `Unavailable`.
    pub async fn retry(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::NotificationAdmin).await?;
        let write = async {
            let mut tx = self.store().begin().await?;
            if !::notifications::retry(&mut tx, id).await? {
                return Ok(None);
            }
            let done = Done::new(Action::NotificationAdmin, format!("delivery:{id}")).with("again", true);
            self.portal.commit(tx, caller, done).await.map(Some)
        };
        let seq = write.await.map_err(|error| failure::of_store(&error, caller))?;
        seq.ok_or_else(|| PortalError::Conflict {
            message: "Only a failed delivery can be tried again, and this one is not failed.".to_owned(),
        })
    }

    /// Sends a test message through one channel. `address` is where an e-mail goes.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for a channel that is not configured; `Invalid` without an address for e-mail; `Unavailable`.
    pub async fn test(&self, caller: &Caller, channel: &str, address: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::NotificationAdmin).await?;
        let configured = &self.portal.inner.notifier.channels;
        let (label, target) = if channel == EMAIL && configured.has_email() {
            let address = address.trim();
            if address.len() > 254 || !address.contains('@') || address.chars().any(|c| c.is_control() || c.is_whitespace()) {
                return Err(PortalError::invalid("A test by e-mail needs the address it goes to."));
            }
            ("e-mail".to_owned(), address.to_owned())
        } else {
            let found = configured.configured().find(|(one, _)| one.id == channel);
            let (one, target) =
                found.ok_or_else(|| PortalError::not_found(format!("There is no channel {channel} in the configuration.")))?;
            let kind = match one.kind {
                ChannelKind::Slack => "Slack",
                ChannelKind::Teams => "Microsoft Teams",
                ChannelKind::Webhook => "a webhook",
            };
            (format!("{} ({kind})", one.label), target.to_owned())
        };
        let by = self.portal.people().badge(caller).name;
        let message = Message {
            origin: caller.principal.recorded(),
            topic: "test".to_owned(),
            title: "Test message".to_owned(),
            body: format!("{by} tried whether notifications arrive by {label}. This one did."),
            link: "/admin/notifications".to_owned(),
            created_by: caller.principal.recorded(),
            ..Message::default()
        };
        let write = async {
            let mut tx = self.store().begin().await?;
            let id = ::notifications::test(&mut tx, &message, channel, &target).await?;
            let done = Done::new(Action::NotificationAdmin, format!("channel:{channel}")).with("test", id);
            self.portal.commit(tx, caller, done).await
        };
        write.await.map_err(|error| failure::of_store(&error, caller))
    }
}
