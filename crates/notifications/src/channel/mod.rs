//! The ways out of the portal: what is configured, and how each says the same in its own form.

mod email;
mod post;
mod slack;
mod teams;
mod webhook;

use std::time::Duration;

use model::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{Audience, Message, Severity};

use email::Mailer;

/// The channel of the inbox, in settings.
pub const PORTAL: &str = "portal";
/// The channel of e-mail, in settings and deliveries.
pub const EMAIL: &str = "email";
/// Stands for everybody among recipients.
pub const EVERYBODY: &str = "*";

/// All that is configured about what leaves the portal.
#[derive(Clone, Debug, Default)]
pub struct ChannelsConfig {
    /// The portal's address as people reach it; without it messages carry no links to its pages.
    pub public_url: Option<Url>,
    /// The organisation's name; may be empty.
    pub organisation: String,
    /// How e-mail is sent; `None`: none is.
    pub smtp: Option<SmtpConfig>,
    /// The other channels.
    pub channels: Vec<ChannelConfig>,
    /// How often what fails is tried.
    pub retry: Retry,
}

/// How e-mail is sent.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// The server's name.
    pub host: String,
    /// Its port; `None`: 465 with TLS, 587 with STARTTLS, 25 with neither.
    pub port: Option<u16>,
    /// The name to sign in with; `None`: it takes mail without.
    pub user: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
    /// The sender, as `Waymark <portal@example.com>`.
    pub from: String,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SmtpTls {
    /// It begins in the open and is encrypted before anything is said.
    #[default]
    StartTls,
    /// From the first byte on.
    Tls,
    /// Not at all, which only a server on this machine may have.
    None,
}

/// Where messages are posted.
#[derive(Clone, Debug)]
pub struct ChannelConfig {
    /// Its id, in deliveries.
    pub id: String,
    /// As people call it.
    pub label: String,
    /// In which form.
    pub kind: ChannelKind,
    /// Where to. Whoever knows it may post there, so it is a secret.
    pub url: SecretString,
    /// What bodies are signed with.
    pub secret: Option<SecretString>,
    /// Only messages about these; empty: about everything.
    pub topics: Vec<String>,
    /// Only messages that matter this much.
    pub least: Severity,
    /// Only messages that are addressed to these: refs of people and groups in small letters, or [`EVERYBODY`].
    pub audience: Vec<String>,
}

/// The form in which a channel takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow or an incoming webhook of Microsoft Teams.
    Teams,
    /// Waymark's own JSON, signed.
    Webhook,
}

impl ChannelKind {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Webhook => "webhook",
        }
    }
}

/// How long and how often something is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// So often, at most.
    pub attempts: u32,
    /// The pause after the first attempt; it doubles with each.
    pub first: Duration,
    /// How long a receiver over HTTP may take to answer.
    pub patience: Duration,
}

/// The longest pause, also when the receiver asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

impl Default for Retry {
    /// Ten attempts of at most ten seconds, over about three hours.
    fn default() -> Self {
        Self { attempts: 10, first: Duration::from_secs(20), patience: Duration::from_secs(10) }
    }
}

impl Retry {
    /// How long to wait after so many attempts; `None`: no longer. `asked`: what the receiver wants.
    pub(crate) fn pause(self, attempts: i64, asked: Option<Duration>) -> Option<Duration> {
        let tried = u32::try_from(attempts).unwrap_or(u32::MAX);
        if tried >= self.attempts {
            return None;
        }
        let own = self.first.saturating_mul(1_u32.checked_shl(tried.saturating_sub(1)).filter(|times| *times > 0).unwrap_or(u32::MAX));
        Some(asked.unwrap_or(own).min(LONGEST_PAUSE))
    }
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was taken.
    Taken,
    /// Not now; another attempt can work. With the pause that the receiver asks for.
    Later(String, Option<Duration>),
    /// It will never be taken like this.
    Refused(String),
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The delivery's id: the same for each attempt.
    pub delivery: String,
    /// The channel's id.
    pub channel: String,
    /// Where to, as the log shows it; the address of an e-mail.
    pub target: String,
    /// The notification's id.
    pub notification: String,
    /// What sent it.
    pub origin: String,
    /// What it is about.
    pub topic: String,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// More; may be empty.
    pub body: String,
    /// Where to go: a path of the portal or an address; may be empty.
    pub link: String,
    /// What it replaces; may be empty.
    pub scope: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// The clock.
    pub now: Timestamp,
}

/// What every form of a message needs of the portal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sender {
    /// The portal's address without a final slash; empty if it is not known.
    origin: String,
    /// Waymark, or Waymark with the organisation's name.
    name: String,
}

impl Sender {
    /// A link that works outside of the portal, if there is one.
    fn link(&self, link: &str) -> Option<String> {
        match link {
            "" => None,
            _ if !link.starts_with('/') => Some(link.to_owned()),
            _ if self.origin.is_empty() => None,
            path => Some(format!("{}{path}", self.origin)),
        }
    }
}

/// The ways out that are configured.
#[derive(Debug)]
pub struct Channels {
    sender: Sender,
    mailer: Option<Mailer>,
    channels: Vec<Posting>,
    client: reqwest::Client,
    retry: Retry,
}

/// A channel with what is shown of its address.
#[derive(Debug)]
struct Posting {
    config: ChannelConfig,
    target: String,
}

impl Channels {
    /// From the configuration.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn new(config: ChannelsConfig) -> Result<Self, String> {
        let origin = config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
        let name = if config.organisation.is_empty() { "Waymark".to_owned() } else { format!("{} Waymark", config.organisation) };
        let channels = config.channels.into_iter().map(|config| {
            let url = post::address(&config).map_err(|message| format!("channel {}: {message}", config.id))?;
            let target = url.port().map_or_else(
                || url.host_str().unwrap_or_default().to_owned(),
                |port| format!("{}:{port}", url.host_str().unwrap_or_default()),
            );
            Ok(Posting { config, target })
        });
        Ok(Self {
            sender: Sender { origin, name },
            mailer: config.smtp.as_ref().map(Mailer::new).transpose()?,
            channels: channels.collect::<Result<_, String>>()?,
            client: post::client(config.retry.patience)?,
            retry: config.retry,
        })
    }

    /// Whether e-mail can be sent.
    pub fn has_email(&self) -> bool {
        self.mailer.is_some()
    }

    /// The mail server as administrators see it, and the sender.
    pub fn email(&self) -> Option<(&str, &str)> {
        self.mailer.as_ref().map(|mailer| (mailer.server.as_str(), mailer.from.as_str()))
    }

    /// Whether links to the portal's pages work in what is sent.
    pub fn has_links(&self) -> bool {
        !self.sender.origin.is_empty()
    }

    /// The configured channels, each with its address without the secret part.
    pub fn configured(&self) -> impl Iterator<Item = (&ChannelConfig, &str)> {
        self.channels.iter().map(|posting| (&posting.config, posting.target.as_str()))
    }

    /// The channels that take a message, each with what is shown of its address.
    pub(crate) fn taking<'a>(&'a self, message: &'a Message, audience: &'a Audience) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.channels
            .iter()
            .filter(|posting| takes(&posting.config, message, audience))
            .map(|posting| (posting.config.id.as_str(), posting.target.as_str()))
    }

    pub(crate) fn retry(&self) -> Retry {
        self.retry
    }

    /// Makes one attempt.
    pub(crate) async fn deliver(&self, outgoing: &Outgoing) -> Outcome {
        if outgoing.channel == EMAIL {
            return match &self.mailer {
                Some(mailer) => mailer.send(&self.sender, outgoing).await,
                None => Outcome::Refused("no mail server is configured any more ([smtp])".to_owned()),
            };
        }
        let Some(Posting { config, .. }) = self.channels.iter().find(|posting| posting.config.id == outgoing.channel) else {
            return Outcome::Refused(format!("the channel {} is not configured any more ([[notifications.channels]])", outgoing.channel));
        };
        let body = match config.kind {
            ChannelKind::Slack => slack::body(&self.sender, outgoing),
            ChannelKind::Teams => teams::body(&self.sender, outgoing),
            ChannelKind::Webhook => webhook::body(&self.sender, outgoing),
        }
        .to_string();
        let headers = match config.kind {
            ChannelKind::Webhook => webhook::headers(outgoing, &body, config.secret.as_ref()),
            ChannelKind::Slack | ChannelKind::Teams => Vec::new(),
        };
        post::send(&self.client, config.url.expose_secret(), headers, body).await
    }
}

/// Whether a channel wants a message.
fn takes(channel: &ChannelConfig, message: &Message, audience: &Audience) -> bool {
    let about = channel.topics.is_empty() || channel.topics.contains(&message.topic);
    let addressed = |wanted: &String| if wanted == EVERYBODY { audience.everybody } else { audience.addressed.contains(wanted) };
    about && message.severity >= channel.least && channel.audience.iter().any(addressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let retry = Retry { attempts: 4, ..Retry::default() };
        let check = |attempts, asked: Option<u64>, expected: Option<u64>| {
            assert_eq!(retry.pause(attempts, asked.map(Duration::from_secs)), expected.map(Duration::from_secs), "{attempts} {asked:?}");
        };
        check(1, None, Some(20));
        check(2, None, Some(40));
        check(3, None, Some(80));
        check(4, None, None);
        check(1, Some(300), Some(300));
        check(3, Some(1), Some(1));
        check(1, Some(86_400), Some(3600));
    }

    #[test]
    fn a_channel_takes_what_is_addressed_to_it() {
        let channel = ChannelConfig {
            id: "c".to_owned(),
            label: "C".to_owned(),
            kind: ChannelKind::Slack,
            url: SecretString::from("https://hooks.example.com/secret"),
            secret: None,
            topics: vec!["loss-held".to_owned()],
            least: Severity::High,
            audience: vec!["group:default/payments".to_owned()],
        };
        let message = |topic: &str, severity| Message { topic: topic.to_owned(), severity, ..Message::default() };
        let to = |addressed: &[&str], everybody| Audience {
            everybody,
            people: Vec::new(),
            addressed: addressed.iter().map(|text| (*text).to_owned()).collect(),
        };
        let group = to(&["group:default/payments"], false);
        assert!(takes(&channel, &message("loss-held", Severity::Critical), &group));
        assert!(!takes(&channel, &message("loss-held", Severity::Normal), &group));
        assert!(!takes(&channel, &message("other", Severity::High), &group));
        assert!(!takes(&channel, &message("loss-held", Severity::High), &to(&["user:default/ada"], false)));
        assert!(!takes(&channel, &message("loss-held", Severity::High), &to(&[], true)));
        let all = ChannelConfig { audience: vec![EVERYBODY.to_owned()], ..channel };
        assert!(takes(&all, &message("loss-held", Severity::High), &to(&[], true)));
        assert!(!takes(&all, &message("loss-held", Severity::High), &group));
    }
}
