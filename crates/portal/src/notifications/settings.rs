//! What somebody wants to hear of, and where; and their quiet hours.

use std::collections::{BTreeMap, BTreeSet};

use ::notifications::{EMAIL, PORTAL, Quiet, Setting, Settings};
use identity::Action;
use model::{
    Caller, FieldError, PortalError, Seq,
    view::{EmailReach, NotificationSettingsView, OriginChoices, QuietForm, TopicChoice},
};

use super::{NotificationUseCases, audience, canonical};
use crate::{failure, record::Done};

/// A topic, and its name as people read it.
type Topic = (&'static str, &'static str);

/// What the portal itself sends: origin, its name, and its topics with theirs. What is added here stands in everybody's settings.
pub(super) const OWN: &[(&str, &str, &[Topic])] = &[
    ("catalog", "Catalog", &[("loss-held", "A loss that waits to be confirmed"), ("location-failing", "A location that cannot be read")]),
    ("access", "Sign-in and tokens", &[("token-expiring", "A token that runs out")]),
];

/// Choices that one person can have, at most.
const MOST: usize = 2_000;

/// What somebody wants of one origin, or of one of its topics, in one channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelChoice {
    /// `portal` or `email`.
    pub channel: String,
    /// The origin.
    pub origin: String,
    /// The topic; empty: whatever else the origin sends.
    pub topic: String,
    /// Whether it is wanted.
    pub enabled: bool,
}

/// The name of an origin as people read it.
pub(super) fn origin_label(origin: &str) -> String {
    if let Some((_, label, _)) = OWN.iter().find(|(own, ..)| *own == origin) {
        return (*label).to_owned();
    }
    match origin.split_once(':') {
        Some(("service", name)) => name.to_owned(),
        Some(("system", _)) => "Administration".to_owned(),
        Some(("user", rest)) => rest.strip_prefix("default/").unwrap_or(rest).to_owned(),
        _ => origin.to_owned(),
    }
}

/// The name of a topic as people read it.
pub(super) fn topic_label(origin: &str, topic: &str) -> String {
    let own = OWN.iter().find(|(own, ..)| *own == origin).and_then(|(.., topics)| topics.iter().find(|(own, _)| *own == topic));
    own.map_or_else(|| topic.to_owned(), |(_, label)| (*label).to_owned())
}

impl NotificationUseCases<'_> {
    /// The caller's settings.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn settings_page(&self, caller: &Caller) -> Result<NotificationSettingsView, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        let timezones = Quiet::timezones();
        let Some(person) = caller.person() else {
            return Ok(NotificationSettingsView {
                origins: Vec::new(),
                email: EmailReach::NotConfigured,
                quiet: QuietForm::default(),
                timezones,
                errors: Vec::new(),
                person: false,
            });
        };
        let name = canonical(person);
        let settings = self.settings(caller).await?;
        let quiet = ::notifications::quiet_of(self.store(), &name).await.map_err(|error| failure::of_store(&error, caller))?;
        let email = match audience::email(&self.portal.inner.catalog.snapshot(), person) {
            _ if !self.portal.inner.notifier.channels.has_email() => EmailReach::NotConfigured,
            Some(address) => EmailReach::Address(address),
            None => EmailReach::NoAddress,
        };
        let origins = self.known(caller, &name, &settings).await?.into_iter().map(|(origin, topics)| OriginChoices {
            label: origin_label(&origin),
            topics: topics
                .into_iter()
                .map(|topic| TopicChoice {
                    label: topic_label(&origin, &topic),
                    portal: settings.wants(PORTAL, &origin, &topic),
                    email: settings.wants(EMAIL, &origin, &topic),
                    topic,
                })
                .collect(),
            origin,
        });
        Ok(NotificationSettingsView {
            origins: origins.collect(),
            email,
            quiet: quiet.map_or_else(
                || QuietForm { on: false, from: "22:00".to_owned(), to: "07:00".to_owned(), timezone: "UTC".to_owned() },
                |quiet| QuietForm { on: true, from: quiet.from(), to: quiet.to(), timezone: quiet.timezone },
            ),
            timezones,
            errors: Vec::new(),
            person: true,
        })
    }

    /// Origins and topics that the person can choose about: the portal's own, those of the inbox, and those of earlier choices. The portal's
    /// come first, in their order.
    async fn known(&self, caller: &Caller, person: &str, settings: &Settings) -> Result<Vec<(String, Vec<String>)>, PortalError> {
        let found = ::notifications::topics(self.store(), person).await.map_err(|error| failure::of_store(&error, caller))?;
        let mut others: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (origin, topic) in found.into_iter().chain(settings.iter().map(|one| (one.origin, one.topic))) {
            others.entry(origin).or_default().insert(topic);
        }
        let mut out = Vec::new();
        for (origin, _, topics) in OWN {
            let mut topics: Vec<String> = topics.iter().map(|(topic, _)| (*topic).to_owned()).collect();
            let more: Vec<String> = others.remove(*origin).into_iter().flatten().filter(|topic| !topics.contains(topic)).collect();
            topics.extend(more);
            out.push(((*origin).to_owned(), topics));
        }
        for (origin, topics) in others {
            // What has no choice of its own stands last.
            let mut topics: Vec<String> = topics.into_iter().filter(|topic| !topic.is_empty()).collect();
            topics.push(String::new());
            out.push((origin, topics));
        }
        Ok(out)
    }

    /// The caller's choices.
    pub(super) async fn settings(&self, caller: &Caller) -> Result<Settings, PortalError> {
        let person = self.reader(caller).await?;
        ::notifications::settings_of(self.store(), &person).await.map_err(|error| failure::of_store(&error, caller))
    }

    /// The caller's choices about everything that there is to choose about, by channel, origin and topic; an empty topic is the origin's own.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn choices(&self, caller: &Caller) -> Result<Vec<ChannelChoice>, PortalError> {
        let person = self.reader(caller).await?;
        let settings = self.settings(caller).await?;
        let known = self.known(caller, &person, &settings).await?;
        let mut out = Vec::new();
        for channel in self.personal_channels() {
            for (origin, topics) in &known {
                for topic in std::iter::once("").chain(topics.iter().map(String::as_str).filter(|topic| !topic.is_empty())) {
                    out.push(ChannelChoice {
                        channel: channel.to_owned(),
                        origin: origin.clone(),
                        topic: topic.to_owned(),
                        enabled: settings.wants(channel, origin, topic),
                    });
                }
            }
        }
        Ok(out)
    }

    /// The channels that people choose about: the inbox, and e-mail where it is configured.
    pub fn personal_channels(&self) -> impl Iterator<Item = &'static str> + use<> {
        let email = self.portal.inner.notifier.channels.has_email();
        [PORTAL].into_iter().chain(email.then_some(EMAIL))
    }

    /// Replaces all of the caller's choices. What says nothing more than the origin's own choice is not kept.
    ///
    /// # Errors
    /// `Invalid` for an unknown channel or names that are too long; else as [`Self::list`].
    pub async fn save_choices(&self, caller: &Caller, choices: Vec<ChannelChoice>) -> Result<Seq, PortalError> {
        let person = self.reader(caller).await?;
        let wrong = choices.iter().any(|one| {
            ![PORTAL, EMAIL].contains(&one.channel.as_str()) || one.origin.is_empty() || one.origin.len() > 400 || one.topic.len() > 400
        });
        if wrong || choices.len() > MOST {
            return Err(PortalError::invalid("Invalid channel, origin or topic"));
        }
        let (own, of_topics): (Vec<_>, Vec<_>) = choices.into_iter().partition(|one| one.topic.is_empty());
        let setting = |one: ChannelChoice| Setting { channel: one.channel, origin: one.origin, topic: one.topic, enabled: one.enabled };
        let mut kept: Vec<Setting> = own.into_iter().filter(|one| !one.enabled).map(setting).collect();
        let bases = Settings::new(kept.clone());
        kept.extend(of_topics.into_iter().filter(|one| bases.wants(&one.channel, &one.origin, "") != one.enabled).map(setting));
        let settings = Settings::new(kept);
        let write = async {
            let mut tx = self.store().begin().await?;
            ::notifications::save_settings(&mut tx, &person, &settings).await?;
            let done = Done::new(Action::SelfManage, format!("notification-settings:{person}"));
            self.portal.commit(tx, caller, done.after(format!("{settings:?}").as_bytes())).await
        };
        write.await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Sets the caller's quiet hours, or takes them away.
    ///
    /// # Errors
    /// `Invalid` with every field that is wrong; else as [`Self::list`].
    pub async fn save_quiet(&self, caller: &Caller, form: &QuietForm) -> Result<Seq, PortalError> {
        let person = self.reader(caller).await?;
        let failed = |fields: Vec<FieldError>| PortalError::Invalid { message: "The quiet hours were not saved.".to_owned(), fields };
        let quiet = form.on.then(|| Quiet::parse(&form.from, &form.to, &form.timezone)).transpose().map_err(failed)?;
        let write = async {
            let mut tx = self.store().begin().await?;
            ::notifications::save_quiet(&mut tx, &person, quiet.as_ref()).await?;
            let hours =
                quiet.as_ref().map_or_else(|| "none".to_owned(), |quiet| format!("{}-{} {}", quiet.from(), quiet.to(), quiet.timezone));
            let done = Done::new(Action::SelfManage, format!("notification-settings:{person}")).with("quiet", hours);
            self.portal.commit(tx, caller, done).await
        };
        write.await.map_err(|error| failure::of_store(&error, caller))
    }
}
