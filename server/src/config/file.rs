//! `waymark.toml`: every key is known, or the reader says which was meant.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Config, ConfigError, LocationConfig, Sources,
    load::{absolute, location, nearest},
    rows::SETTINGS,
    settings::{CHANNELS_KEY, GRANTS_KEY, HOSTS_KEY, KINDS_KEY, Kind, LOCATION_KEYS, LOCATIONS_KEY, SIGN_IN_KEY, TABLES},
    value,
};

/// Reads the file's text into `config`. `base` is the directory that its relative paths start from.
pub(super) fn read(config: &mut Config, text: &str, name: &str, base: &Path, sources: &Sources) -> Result<(), ConfigError> {
    let reader = Reader { text, name, base, sources };
    let table = DeTable::parse(text).map_err(|error| reader.error(error.span().unwrap_or(0..0), error.message()))?;
    reader.table(config, "", table.get_ref())
}

/// The file, and what its values are read with.
pub(super) struct Reader<'a> {
    text: &'a str,
    name: &'a str,
    /// Where relative paths start.
    pub(super) base: &'a Path,
    /// For `$NAME`.
    pub(super) sources: &'a Sources,
}

/// A value and where it stands.
pub(super) type Entry<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn table(&self, config: &mut Config, prefix: &str, table: &DeTable<'_>) -> Result<(), ConfigError> {
        for (key, value) in table {
            let path = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
            if path == LOCATIONS_KEY {
                config.catalog.locations = self.tables(&path, value)?.map(|entry| self.location(entry)).collect::<Result<_, _>>()?;
            } else if path == HOSTS_KEY {
                config.hosts = self.hosts(value)?;
            } else if path == SIGN_IN_KEY {
                config.sign_in = self.sign_in(value)?;
            } else if path == CHANNELS_KEY {
                config.notifications.channels = self.channels(value)?;
            } else if path == KINDS_KEY {
                config.kinds = self.kinds(value)?;
            } else if path == GRANTS_KEY {
                config.access.grants = self.grants(value)?;
            } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == path) {
                let given = self.scalar(&path, setting.kind, value)?;
                (setting.set)(config, &given).map_err(|message| self.error(value.span(), &format!("{path}: {message}")))?;
                config.note(setting, &given, self.name.to_owned());
                if path == "data-dir" {
                    // Meant from where the file stands, not from where the program was started.
                    config.data.dir = self.base.join(&given);
                }
                if path == "access.policies" {
                    config.access.policy_files = config.access.policy_files.iter().map(|file| self.base.join(file)).collect();
                }
            } else if let DeValue::Table(inner) = value.get_ref()
                && SETTINGS.iter().map(|setting| setting.key).chain(TABLES).any(|key| key.starts_with(&format!("{path}.")))
            {
                self.table(config, &path, inner)?;
            } else {
                let keys = SETTINGS.iter().map(|setting| setting.key);
                // A table that is misspelt is near to the table, and not to a key in it.
                let mut known: Vec<&str> = keys.clone().chain(TABLES).chain(keys.filter_map(|key| Some(key.split_once('.')?.0))).collect();
                known.dedup();
                return Err(self.unknown(key.span(), &path, known.into_iter()));
            }
        }
        Ok(())
    }

    /// A value as text, if it has the type that it needs.
    pub(super) fn scalar(&self, path: &str, kind: Kind, value: &Entry<'_>) -> Result<String, ConfigError> {
        match (kind, value.get_ref()) {
            (Kind::Text | Kind::Secret | Kind::Duration, DeValue::String(text)) => Ok(text.to_string()),
            (Kind::Number, DeValue::Integer(number)) => Ok(number.to_string()),
            (Kind::Boolean, DeValue::Boolean(yes)) => Ok(yes.to_string()),
            (Kind::List, DeValue::Array(_)) => Ok(self.texts(path, value)?.join(",")),
            (_, other) => {
                // A secret is not repeated in a message that ends in a log.
                let found = if kind == Kind::Secret { "something else".to_owned() } else { found(other) };
                Err(self.error(value.span(), &format!("{path}: expected {}, found {found}", kind.expected())))
            }
        }
    }

    /// A text in a table, of which the path is known.
    pub(super) fn text(&self, path: &str, value: &Entry<'_>) -> Result<String, ConfigError> {
        self.scalar(path, Kind::Text, value)
    }

    /// A list of texts.
    pub(super) fn texts(&self, path: &str, value: &Entry<'_>) -> Result<Vec<String>, ConfigError> {
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.error(value.span(), &format!("{path}: expected a list of strings, found {}", found(value.get_ref()))));
        };
        items.iter().map(|item| self.text(path, item)).collect()
    }

    /// The tables of a list of tables.
    pub(super) fn tables<'v, 'i>(&self, path: &str, value: &'v Entry<'i>) -> Result<impl Iterator<Item = &'v Entry<'i>>, ConfigError> {
        match value.get_ref() {
            DeValue::Array(entries) => Ok(entries.iter()),
            other => {
                let message = format!("{path}: expected tables, each under [[{path}]], found {}", found(other));
                Err(self.error(value.span(), &message))
            }
        }
    }

    /// One of those tables.
    pub(super) fn entries<'v, 'i>(&self, path: &str, entry: &'v Entry<'i>) -> Result<&'v DeTable<'i>, ConfigError> {
        match entry.get_ref() {
            DeValue::Table(table) => Ok(table),
            other => Err(self.error(entry.span(), &format!("{path}: expected a table, found {}", found(other)))),
        }
    }

    fn location(&self, entry: &Entry<'_>) -> Result<LocationConfig, ConfigError> {
        let table = self.entries(LOCATIONS_KEY, entry)?;
        let (mut kind, mut target, mut allow, mut every) = (None, None, None, None);
        for (key, value) in table {
            let path = format!("{LOCATIONS_KEY}.{}", key.get_ref());
            match &**key.get_ref() {
                "type" => kind = Some((self.text(&path, value)?, value.span())),
                "target" => target = Some(self.text(&path, value)?),
                "rules" => allow = Some(self.rules(&path, value)?),
                "every" => {
                    let given = self.scalar(&path, Kind::Duration, value)?;
                    every = Some(value::positive(&given).map_err(|message| self.error(value.span(), &format!("{path}: {message}")))?);
                }
                name => return Err(self.unknown(key.span(), name, LOCATION_KEYS.into_iter())),
            }
        }
        let Some(target) = target else {
            return Err(self.error(entry.span(), &format!("{LOCATIONS_KEY}: a location needs a target")));
        };
        let target =
            self.sources.expand(&target).map_err(|message| self.error(entry.span(), &format!("{LOCATIONS_KEY}.target: {message}")))?;
        match kind {
            None => Ok(LocationConfig { allow, every, ..location(&target, self.base) }),
            Some((kind, _)) if kind == "url" || kind == "git" => Ok(LocationConfig { kind, target, allow, every }),
            Some((kind, _)) if kind == "file" => Ok(LocationConfig { kind, target: absolute(&target, self.base), allow, every }),
            Some((kind, span)) => {
                Err(self.error(span, &format!("{LOCATIONS_KEY}.type: expected \"file\", \"url\" or \"git\", found \"{kind}\"")))
            }
        }
    }

    /// `[{ allow = ["Component", "API"] }, …]`, as Backstage has it.
    fn rules(&self, path: &str, value: &Entry<'_>) -> Result<Vec<String>, ConfigError> {
        let wrong = |value: &Entry<'_>| {
            let message =
                format!("{path}: expected a list such as [{{ allow = [\"Component\", \"API\"] }}], found {}", found(value.get_ref()));
            self.error(value.span(), &message)
        };
        let DeValue::Array(rules) = value.get_ref() else { return Err(wrong(value)) };
        let mut kinds = Vec::new();
        for rule in rules {
            let DeValue::Table(rule_table) = rule.get_ref() else { return Err(wrong(rule)) };
            for (key, allowed) in rule_table {
                if key.get_ref() != "allow" {
                    return Err(self.unknown(key.span(), key.get_ref(), ["allow"].into_iter()));
                }
                let DeValue::Array(allowed_kinds) = allowed.get_ref() else { return Err(wrong(allowed)) };
                for kind in allowed_kinds {
                    kinds.push(self.text(&format!("{path}.allow"), kind)?);
                }
            }
        }
        Ok(kinds)
    }

    /// A key that nobody knows, and the one that may be meant.
    pub(super) fn unknown<'k>(&self, span: Range<usize>, key: &str, known: impl Iterator<Item = &'k str> + Clone) -> ConfigError {
        let hint = match nearest(key, known.clone(), key.len().max(3)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
        };
        self.error(span, &format!("unknown key \"{key}\"; {hint}"))
    }

    /// What is wrong at a place of the file.
    pub(super) fn error(&self, span: Range<usize>, message: &str) -> ConfigError {
        let line = 1 + self.text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count();
        ConfigError { place: format!("{}:{line}", self.name), message: message.to_owned() }
    }
}

/// A value in a message.
fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string \"{text}\""),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
