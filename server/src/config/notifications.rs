//! `[smtp]` and `[[notifications.channels]]`: how messages leave the portal.

use model::{EntityRef, view::Severity};
use portal::{ChannelConfig, ChannelKind, ChannelsConfig, EVERYBODY, SmtpConfig, SmtpTls};
use secrecy::SecretString;

use super::{
    Config, ConfigError,
    file::{Entry, Reader},
    settings::{CHANNELS_KEY, Kind},
    value::one_of,
};

/// The keys of one channel.
const KEYS: [&str; 8] = ["id", "label", "type", "url", "secret", "topics", "severity", "for"];
/// Channels that can be listed.
const MOST: usize = 100;

const TYPES: [(&str, ChannelKind); 3] = [("slack", ChannelKind::Slack), ("teams", ChannelKind::Teams), ("webhook", ChannelKind::Webhook)];

const SEVERITIES: [(&str, Severity); 4] =
    [("critical", Severity::Critical), ("high", Severity::High), ("normal", Severity::Normal), ("low", Severity::Low)];

/// How messages leave the portal.
#[derive(Clone, Debug, Default)]
pub struct NotificationsConfig {
    /// `[smtp]`
    pub smtp: SmtpSettings,
    /// `[[notifications.channels]]`
    pub channels: Vec<ChannelConfig>,
}

/// The mail server. Without a host no e-mail is sent.
#[derive(Clone, Debug, Default)]
pub struct SmtpSettings {
    /// Its name.
    pub host: Option<String>,
    /// Its port; without it the usual one.
    pub port: Option<u16>,
    /// The name to sign in with.
    pub user: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
    /// The sender.
    pub from: Option<String>,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
}

/// `smtp.tls`
pub(super) fn tls(value: &str) -> Result<SmtpTls, String> {
    one_of(value, &[("starttls", SmtpTls::StartTls), ("tls", SmtpTls::Tls), ("none", SmtpTls::None)])
}

/// A text that is there.
pub(super) fn text(value: &str) -> Result<Option<String>, String> {
    if value.trim().is_empty() { Err("expected a text, found nothing".to_owned()) } else { Ok(Some(value.trim().to_owned())) }
}

/// What cannot work together.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |place: &str, message: &str| Err(ConfigError { place: place.to_owned(), message: message.to_owned() });
    let smtp = &config.notifications.smtp;
    if smtp.host.is_none() && (smtp.from.is_some() || smtp.user.is_some() || smtp.password.is_some()) {
        return wrong("smtp.host", "name the mail server, or leave out the rest of [smtp]");
    }
    if smtp.host.is_some() && smtp.from.is_none() {
        return wrong("smtp.from", "say from whom e-mail comes, as in \"Waymark <portal@example.com>\"");
    }
    if smtp.user.is_some() != smtp.password.is_some() {
        return wrong("smtp.user", "user and password go together");
    }
    Ok(())
}

impl Config {
    /// What the portal is told about how messages leave it.
    pub fn channels(&self) -> ChannelsConfig {
        let smtp = &self.notifications.smtp;
        ChannelsConfig {
            public_url: self.http.public_url.clone(),
            organisation: self.organisation.clone(),
            smtp: smtp.host.clone().zip(smtp.from.clone()).map(|(host, from)| SmtpConfig {
                host,
                from,
                port: smtp.port,
                user: smtp.user.clone(),
                password: smtp.password.clone(),
                tls: smtp.tls,
            }),
            channels: self.notifications.channels.clone(),
            ..ChannelsConfig::default()
        }
    }
}

impl Reader<'_> {
    /// `[[notifications.channels]]`
    pub(super) fn channels(&self, value: &Entry<'_>) -> Result<Vec<ChannelConfig>, ConfigError> {
        let mut channels: Vec<ChannelConfig> = Vec::new();
        for entry in self.tables(CHANNELS_KEY, value)? {
            let channel = self.channel(entry)?;
            if channels.iter().any(|before| before.id == channel.id) {
                return Err(self.error(entry.span(), &format!("{CHANNELS_KEY}: {} is listed twice", channel.id)));
            }
            if channels.len() == MOST {
                return Err(self.error(entry.span(), &format!("{CHANNELS_KEY}: there are more than {MOST} channels")));
            }
            channels.push(channel);
        }
        Ok(channels)
    }

    fn channel(&self, entry: &Entry<'_>) -> Result<ChannelConfig, ConfigError> {
        let (mut id, mut label, mut kind, mut url, mut secret) = (None, None, None, None, None);
        let (mut topics, mut least, mut audience) = (Vec::new(), Severity::Low, None);
        for (key, value) in self.entries(CHANNELS_KEY, entry)? {
            let path = format!("{CHANNELS_KEY}.{}", key.get_ref());
            let wrong = |message: String| self.error(value.span(), &format!("{path}: {message}"));
            let hidden = || self.scalar(&path, Kind::Secret, value).and_then(|given| self.sources.expand(&given).map_err(wrong));
            match &**key.get_ref() {
                "id" => id = Some(channel_id(&self.text(&path, value)?).map_err(wrong)?),
                "label" => label = text(&self.text(&path, value)?).map_err(wrong)?,
                "type" => kind = Some(one_of(&self.text(&path, value)?, &TYPES).map_err(wrong)?),
                "url" => url = Some(address(&hidden()?, self.sources.flags.without_secrets).map_err(wrong)?),
                "secret" => secret = Some(super::value::secret(&hidden()?).map_err(wrong)?),
                "topics" => topics = self.texts(&path, value)?,
                "severity" => least = one_of(&self.text(&path, value)?, &SEVERITIES).map_err(wrong)?,
                "for" => {
                    audience = Some(self.texts(&path, value)?.iter().map(|name| addressee(name)).collect::<Result<_, _>>().map_err(wrong)?)
                }
                name => return Err(self.unknown(key.span(), name, KEYS.into_iter())),
            }
        }
        let lacks = |what: &str| self.error(entry.span(), &format!("{CHANNELS_KEY}: a channel needs {what}"));
        let id = id.ok_or_else(|| lacks("an id, such as \"ops\""))?;
        let kind = kind.ok_or_else(|| lacks("a type: \"slack\", \"teams\" or \"webhook\""))?;
        if kind != ChannelKind::Webhook && secret.is_some() {
            return Err(lacks("no secret unless it is a \"webhook\": the others are not signed"));
        }
        if kind == ChannelKind::Webhook && secret.is_none() {
            return Err(lacks("a secret to sign with, of 8 characters or more"));
        }
        Ok(ChannelConfig {
            label: label.unwrap_or_else(|| id.clone()),
            url: url.ok_or_else(|| lacks("a url"))?,
            audience: audience.unwrap_or_else(|| vec![EVERYBODY.to_owned()]),
            id,
            kind,
            secret,
            topics,
            least,
        })
    }
}

/// What can stand in an address of the portal.
fn channel_id(text: &str) -> Result<String, String> {
    let plain =
        (1..=50).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain || matches!(text, portal::INBOX | portal::EMAIL) {
        return Err(format!("expected a name of small letters, digits and \"-\" other than \"portal\" and \"email\", found \"{text}\""));
    }
    Ok(text.to_owned())
}

/// An address. Whoever knows it may post there, so the message does not repeat it.
fn address(text: &str, unread: bool) -> Result<SecretString, String> {
    let known = unread && text.starts_with('$');
    let web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if known || web { Ok(SecretString::from(text)) } else { Err("expected an address that begins with https://".to_owned()) }
}

/// `everybody`, or a person or group.
fn addressee(text: &str) -> Result<String, String> {
    if text == "everybody" {
        return Ok(EVERYBODY.to_owned());
    }
    let entity = text
        .parse::<EntityRef>()
        .map_err(|error| format!("{error}; expected \"everybody\" or a group such as \"group:default/payments\""))?;
    match entity.kind().to_lowercase().as_str() {
        "group" | "user" => Ok(entity.to_string().to_lowercase()),
        _ => Err(format!("expected \"everybody\", a group or a person, found \"{text}\"")),
    }
}
