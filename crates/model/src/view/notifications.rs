//! The inbox, what people set about notifications, and what administrators see of deliveries.

use serde::{Deserialize, Serialize};

use crate::{FieldError, Timestamp};

/// How much a notification matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Can be read some day.
    Low,
    /// Worth reading.
    #[default]
    Normal,
    /// Should be read today.
    High,
    /// Has to be read now, also in quiet hours.
    Critical,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Normal, Self::Low];

    /// The value in REST, in addresses, in the configuration and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of that name, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    }

    /// Those that matter at least as much.
    pub fn and_worse(self) -> Vec<Self> {
        Self::ALL.into_iter().filter(|severity| *severity >= self).collect()
    }
}

/// Which part of the inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InboxShow {
    /// Everything, unread first.
    #[default]
    All,
    /// What is not read yet.
    Unread,
    /// What is kept.
    Saved,
}

impl InboxShow {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::All, Self::Unread, Self::Saved];

    /// The value in the URL.
    pub const fn value(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unread => "unread",
            Self::Saved => "saved",
        }
    }
}

/// Messages on one page of the inbox.
pub const INBOX_PAGE: usize = 30;

/// What the inbox's URL asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxPageQuery {
    /// Which part.
    pub show: InboxShow,
    /// Only about this.
    pub topic: Option<String>,
    /// Only what matters this much or more.
    pub least: Option<Severity>,
    /// Only what has this text; empty: everything.
    pub search: String,
    /// The page, from 1.
    pub page: usize,
}

impl InboxPageQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 {
                continue;
            }
            match &*name {
                "show" => out.show = InboxShow::ALL.into_iter().find(|show| show.value() == value).unwrap_or_default(),
                "topic" => out.topic = Some(value.to_owned()),
                "severity" => out.least = Severity::from_name(value).filter(|least| *least != Severity::Low),
                "q" => value.clone_into(&mut out.search),
                "page" => out.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        out
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if self.show != InboxShow::All {
            out.append_pair("show", self.show.value());
        }
        if let Some(topic) = &self.topic {
            out.append_pair("topic", topic);
        }
        if let Some(least) = self.least {
            out.append_pair("severity", least.name());
        }
        if !self.search.is_empty() {
            out.append_pair("q", &self.search);
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        let query = out.finish();
        if query.is_empty() { "/notifications".to_owned() } else { format!("/notifications?{query}") }
    }

    /// Whether more than a tab narrows the page.
    pub const fn is_filtered(&self) -> bool {
        self.topic.is_some() || self.least.is_some() || !self.search.is_empty()
    }
}

/// A message in the inbox.
#[derive(Clone, Debug)]
pub struct InboxItem {
    /// Its id.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// More, as plain text; may be empty.
    pub body: String,
    /// Where to go: a path of the portal or an http(s) address; may be empty.
    pub link: String,
    /// What sent it, as people read it.
    pub origin: String,
    /// What it is about, as sent; may be empty.
    pub topic: String,
    /// What it is about, as people read it.
    pub topic_label: String,
    /// When it was last sent.
    pub at: Timestamp,
    /// It is for everybody.
    pub everybody: bool,
    /// The person read it.
    pub read: bool,
    /// The person keeps it.
    pub saved: bool,
}

/// The inbox.
#[derive(Clone, Debug)]
pub struct InboxView {
    /// What the URL asks for.
    pub query: InboxPageQuery,
    /// The page's messages.
    pub items: Vec<InboxItem>,
    /// How many match.
    pub total: u64,
    /// How many there are.
    pub all: u64,
    /// How many of them are not read.
    pub unread: u64,
    /// How many of them are kept.
    pub saved: u64,
    /// What messages are about, as sent and as people read it.
    pub topics: Vec<(String, String)>,
    /// A person asks; machines have no inbox.
    pub person: bool,
    /// The clock.
    pub now: Timestamp,
}

/// What somebody gets about one topic, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicChoice {
    /// The topic, as sent; empty: whatever else the origin sends.
    pub topic: String,
    /// As people read it.
    pub label: String,
    /// In the inbox.
    pub portal: bool,
    /// By e-mail.
    pub email: bool,
}

/// What somebody gets from one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginChoices {
    /// The origin, as sent.
    pub origin: String,
    /// As people read it.
    pub label: String,
    /// Its topics.
    pub topics: Vec<TopicChoice>,
}

/// Whether e-mail reaches the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailReach {
    /// The portal sends none.
    NotConfigured,
    /// The person's User has no address.
    NoAddress,
    /// It goes there.
    Address(String),
}

/// The form of quiet hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuietForm {
    /// They are kept.
    pub on: bool,
    /// As `22:00`.
    pub from: String,
    /// As `07:30`.
    pub to: String,
    /// As `Europe/Berlin`.
    pub timezone: String,
}

/// What somebody set about notifications.
#[derive(Clone, Debug)]
pub struct NotificationSettingsView {
    /// By origin.
    pub origins: Vec<OriginChoices>,
    /// Whether e-mail reaches the person.
    pub email: EmailReach,
    /// Quiet hours, as they are or as they came back.
    pub quiet: QuietForm,
    /// The time zones there are.
    pub timezones: Vec<String>,
    /// What is wrong with what came back.
    pub errors: Vec<FieldError>,
    /// A person asks; machines have no settings.
    pub person: bool,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It was refused or given up.
    Failed,
    /// It will be tried, for the first time or again.
    Waiting,
    /// It was taken.
    Sent,
}

impl DeliveryState {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Failed, Self::Waiting, Self::Sent];

    /// Its name in the database and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Deliveries on one page.
pub const DELIVERIES_PAGE: usize = 50;

/// What the URL of the deliveries asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveriesQuery {
    /// Only those that are so far.
    pub state: Option<DeliveryState>,
    /// Only of this channel.
    pub channel: Option<String>,
    /// The page, from 1.
    pub page: usize,
}

impl DeliveriesQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "state" => out.state = DeliveryState::from_name(&value),
                "channel" if !value.is_empty() && value.len() <= 100 => out.channel = Some(value.into_owned()),
                "page" => out.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        out
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(state) = self.state {
            out.append_pair("state", state.name());
        }
        if let Some(channel) = &self.channel {
            out.append_pair("channel", channel);
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        let query = out.finish();
        if query.is_empty() { "/admin/notifications".to_owned() } else { format!("/admin/notifications?{query}") }
    }
}

/// One message to one target of one channel.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// Its id.
    pub id: String,
    /// The channel as people call it.
    pub channel: String,
    /// Where to, without secrets.
    pub target: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// Why the last attempt failed; empty if it did not.
    pub error: String,
    /// When it was written down.
    pub created: Timestamp,
    /// When anything about it last changed.
    pub changed: Timestamp,
    /// When it is tried next, if it waits for a time to come.
    pub next: Option<Timestamp>,
    /// The title of the message; empty when that is gone.
    pub title: String,
}

/// A way out of the portal.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Its id.
    pub id: String,
    /// As people call it.
    pub label: String,
    /// `email`, `slack`, `teams` or `webhook`.
    pub kind: &'static str,
    /// Where it leads, without secrets.
    pub target: String,
    /// What it takes: from whom, about what, how important; empty for e-mail.
    pub takes: Vec<String>,
    /// Sent so far, of those that are remembered.
    pub sent: u64,
    /// Not sent yet.
    pub waiting: u64,
    /// Refused or given up.
    pub failed: u64,
    /// When something was last sent or tried.
    pub last: Option<Timestamp>,
}

/// What leaves the portal.
#[derive(Clone, Debug)]
pub struct DeliveriesView {
    /// What the URL asks for.
    pub query: DeliveriesQuery,
    /// The ways out, e-mail first.
    pub channels: Vec<ChannelView>,
    /// Each state with its count over the channel.
    pub states: Vec<(DeliveryState, u64)>,
    /// The page's deliveries, the latest first.
    pub rows: Vec<DeliveryView>,
    /// How many match.
    pub total: u64,
    /// Messages carry links to the portal, which needs its public address.
    pub has_links: bool,
    /// Where the asking person's e-mail goes, for a test; empty if that is not known.
    pub own_address: String,
    /// The clock.
    pub now: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let check = |query: &str, again: &str| assert_eq!(InboxPageQuery::parse(query).href(), again);
        check("", "/notifications");
        check("show=unread&topic=a+b&severity=HIGH&q=x&page=2", "/notifications?show=unread&topic=a+b&severity=high&q=x&page=2");
        check("show=nonsense&severity=low&page=-1", "/notifications");
        let check = |query: &str, again: &str| assert_eq!(DeliveriesQuery::parse(query).href(), again);
        check("state=failed&channel=ops&page=3", "/admin/notifications?state=failed&channel=ops&page=3");
        check("state=x", "/admin/notifications");
    }

    #[test]
    fn severities_are_ordered() {
        assert_eq!(Severity::High.and_worse(), [Severity::Critical, Severity::High]);
        assert_eq!(Severity::from_name("HIGH"), Some(Severity::High));
        assert_eq!(Severity::from_name("urgent"), None);
    }
}
