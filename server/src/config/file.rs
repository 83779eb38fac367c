//! `waymark.toml`: every key is known, or the reader says which was meant.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Config, ConfigError, LocationConfig,
    load::{absolute, location, nearest},
    settings::{Kind, LOCATION_KEYS, LOCATIONS_KEY, SETTINGS},
};

/// Reads the file's text into `config`. `base` is the directory that its relative paths start from.
pub(super) fn read(config: &mut Config, text: &str, name: &str, base: &Path) -> Result<(), ConfigError> {
    let reader = Reader { text, name, base };
    let table = DeTable::parse(text).map_err(|error| reader.error(error.span().unwrap_or(0..0), error.message()))?;
    reader.table(config, "", table.get_ref())
}

struct Reader<'a> {
    text: &'a str,
    name: &'a str,
    base: &'a Path,
}

type Entry<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn table(&self, config: &mut Config, prefix: &str, table: &DeTable<'_>) -> Result<(), ConfigError> {
        for (key, value) in table {
            let path = if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
            if path == LOCATIONS_KEY {
                config.catalog.locations = self.locations(value)?;
            } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == path) {
                let given = self.scalar(&path, setting.kind, value)?;
                (setting.set)(config, &given).map_err(|message| self.error(value.span(), &format!("{path}: {message}")))?;
                if path == "data-dir" {
                    // Meant from where the file stands, not from where the program was started.
                    config.data.dir = self.base.join(&given);
                }
            } else if let DeValue::Table(inner) = value.get_ref()
                && SETTINGS.iter().any(|setting| setting.key.starts_with(&format!("{path}.")))
            {
                self.table(config, &path, inner)?;
            } else {
                let known = SETTINGS.iter().map(|setting| setting.key).chain([LOCATIONS_KEY]);
                return Err(self.unknown(key.span(), &path, known));
            }
        }
        Ok(())
    }

    fn scalar(&self, path: &str, kind: Kind, value: &Entry<'_>) -> Result<String, ConfigError> {
        match (kind, value.get_ref()) {
            (Kind::Text | Kind::Duration, DeValue::String(text)) => Ok(text.to_string()),
            (Kind::Number, DeValue::Integer(number)) => Ok(number.to_string()),
            (Kind::Boolean, DeValue::Boolean(yes)) => Ok(yes.to_string()),
            (_, other) => {
                // A secret is not repeated in a message that ends in a log.
                let found = if matches!(path, "admin-token" | "database-url") { "something else".to_owned() } else { found(other) };
                Err(self.error(value.span(), &format!("{path}: expected {}, found {found}", kind.expected())))
            }
        }
    }

    fn locations(&self, value: &Entry<'_>) -> Result<Vec<LocationConfig>, ConfigError> {
        let DeValue::Array(entries) = value.get_ref() else {
            let message = format!("{LOCATIONS_KEY}: expected tables, each under [[{LOCATIONS_KEY}]], found {}", found(value.get_ref()));
            return Err(self.error(value.span(), &message));
        };
        entries.iter().map(|entry| self.location(entry)).collect()
    }

    fn location(&self, entry: &Entry<'_>) -> Result<LocationConfig, ConfigError> {
        let DeValue::Table(table) = entry.get_ref() else {
            return Err(self.error(entry.span(), &format!("{LOCATIONS_KEY}: expected a table, found {}", found(entry.get_ref()))));
        };
        let (mut kind, mut target, mut allow) = (None, None, None);
        for (key, value) in table {
            let path = format!("{LOCATIONS_KEY}.{}", key.get_ref());
            match &**key.get_ref() {
                "type" => kind = Some((self.scalar(&path, Kind::Text, value)?, value.span())),
                "target" => target = Some(self.scalar(&path, Kind::Text, value)?),
                "rules" => allow = Some(self.rules(&path, value)?),
                name => return Err(self.unknown(key.span(), name, LOCATION_KEYS.into_iter())),
            }
        }
        let Some(target) = target else {
            return Err(self.error(entry.span(), &format!("{LOCATIONS_KEY}: a location needs a target")));
        };
        match kind {
            None => Ok(LocationConfig { allow, ..location(&target, self.base) }),
            Some((kind, _)) if kind == "url" => Ok(LocationConfig { kind, target, allow }),
            Some((kind, _)) if kind == "file" => Ok(LocationConfig { kind, target: absolute(&target, self.base), allow }),
            Some((kind, span)) => Err(self.error(span, &format!("{LOCATIONS_KEY}.type: expected \"file\" or \"url\", found \"{kind}\""))),
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
                    kinds.push(self.scalar(&format!("{path}.allow"), Kind::Text, kind)?);
                }
            }
        }
        Ok(kinds)
    }

    fn unknown<'k>(&self, span: Range<usize>, key: &str, known: impl Iterator<Item = &'k str> + Clone) -> ConfigError {
        let hint = match nearest(key, known.clone(), key.len().max(3)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
        };
        self.error(span, &format!("unknown key \"{key}\"; {hint}"))
    }

    fn error(&self, span: Range<usize>, message: &str) -> ConfigError {
        let line = 1 + self.text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count();
        ConfigError { place: format!("{}:{line}", self.name), message: message.to_owned() }
    }
}

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
