//! What people want to hear of, and where.

use std::collections::BTreeMap;

use store::{Args, Store, StoreError, Tx};

use crate::{Quiet, sql};

/// One choice of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// [`crate::PORTAL`] or [`crate::EMAIL`].
    pub channel: String,
    /// What sends.
    pub origin: String,
    /// What it is about; empty: whatever the origin sends that has no choice of its own.
    pub topic: String,
    /// Whether the person wants it there.
    pub enabled: bool,
}

/// What somebody chose. What they did not choose is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<(String, String, String), bool>);

impl Settings {
    /// From single choices; of two about the same the later holds.
    pub fn new(settings: impl IntoIterator<Item = Setting>) -> Self {
        Self(settings.into_iter().map(|one| ((one.channel, one.origin, one.topic), one.enabled)).collect())
    }

    /// Whether a message is wanted: by the choice for its topic, else by the one for its origin, else yes.
    pub fn wants(&self, channel: &str, origin: &str, topic: &str) -> bool {
        let of = |topic: &str| self.0.get(&(channel.to_owned(), origin.to_owned(), topic.to_owned())).copied();
        (!topic.is_empty()).then(|| of(topic)).flatten().or_else(|| of("")).unwrap_or(true)
    }

    /// The choices.
    pub fn iter(&self) -> impl Iterator<Item = Setting> {
        self.0.iter().map(|((channel, origin, topic), enabled)| Setting {
            channel: channel.clone(),
            origin: origin.clone(),
            topic: topic.clone(),
            enabled: *enabled,
        })
    }
}

/// What a person chose.
///
/// # Errors
/// When the database does not answer.
pub async fn settings_of(store: &Store, person: &str) -> Result<Settings, StoreError> {
    let rows: Vec<sql::SettingRow> = store.fetch_all(&sql::SETTINGS_OF, Args::new().text(person)).await?;
    Ok(Settings::new(rows.into_iter().map(|row| setting(row).1)))
}

/// A row with its person.
pub(crate) fn setting(row: sql::SettingRow) -> (String, Setting) {
    (row.person, Setting { channel: row.channel, origin: row.origin, topic: row.topic, enabled: row.enabled != 0 })
}

/// Replaces everything that a person chose.
///
/// # Errors
/// Any failure of the statements.
pub async fn save_settings(tx: &mut Tx, person: &str, settings: &Settings) -> Result<(), StoreError> {
    tx.execute(&sql::SETTINGS_CLEAR, Args::new().text(person)).await?;
    let rows: Vec<(&str, &str, &str, i64)> = settings
        .0
        .iter()
        .map(|((channel, origin, topic), enabled)| (channel.as_str(), origin.as_str(), topic.as_str(), i64::from(*enabled)))
        .collect();
    for batch in rows.chunks(500) {
        tx.execute(&sql::SETTINGS_PUT, Args::new().text(person).json(batch)).await?;
    }
    tx.feed("notification", person);
    Ok(())
}

/// The quiet hours of a person.
///
/// # Errors
/// When the database does not answer.
pub async fn quiet_of(store: &Store, person: &str) -> Result<Option<Quiet>, StoreError> {
    let row: Option<sql::QuietRow> = store.fetch_optional(&sql::QUIET_OF, Args::new().text(person)).await?;
    Ok(row.map(|row| quiet(row).1))
}

/// A row with its person.
pub(crate) fn quiet(row: sql::QuietRow) -> (String, Quiet) {
    let minute = |number: i64| u16::try_from(number.rem_euclid(24 * 60)).unwrap_or_default();
    let quiet = Quiet { from_minute: minute(row.from_minute), to_minute: minute(row.to_minute), timezone: row.timezone };
    (row.person, quiet)
}

/// Sets a person's quiet hours, or takes them away.
///
/// # Errors
/// Any failure of the statement.
pub async fn save_quiet(tx: &mut Tx, person: &str, quiet: Option<&Quiet>) -> Result<(), StoreError> {
    match quiet {
        None => tx.execute(&sql::QUIET_REMOVE, Args::new().text(person)).await?,
        Some(quiet) => {
            let args = Args::new().text(person).int(quiet.from_minute.into()).int(quiet.to_minute.into()).text(&quiet.timezone);
            tx.execute(&sql::QUIET_PUT, args).await?
        }
    };
    tx.feed("notification", person);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_choice_holds() {
        let one = |channel: &str, topic: &str, enabled| Setting {
            channel: channel.to_owned(),
            origin: "catalog".to_owned(),
            topic: topic.to_owned(),
            enabled,
        };
        let settings = Settings::new([one("email", "", false), one("email", "loss-held", true), one("portal", "noise", false)]);
        let check =
            |channel, origin, topic, expected| assert_eq!(settings.wants(channel, origin, topic), expected, "{channel} {origin} {topic}");
        check("email", "catalog", "loss-held", true);
        check("email", "catalog", "other", false);
        check("email", "catalog", "", false);
        check("email", "else", "other", true);
        check("portal", "catalog", "noise", false);
        check("portal", "catalog", "other", true);
    }
}
