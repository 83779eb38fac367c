//! `[[kinds]]`: kinds that need no code.

use std::{path::Path, sync::Arc};

use app::components::Glyph;
use catalog::descriptor::{self, DeclaredKind, DeclaredRelation, Kinds, Limits, Schema};

use super::{
    ConfigError,
    file::{Entry, Reader},
    load::nearest,
    settings::KINDS_KEY,
};

/// The keys of one kind.
const KEYS: [&str; 7] = ["kind", "plural", "api-versions", "schema", "icon", "relations", "sections"];
/// The keys of a relation.
const RELATION_KEYS: [&str; 4] = ["field", "type", "inverse", "default-kind"];
/// The keys of a section.
const SECTION_KEYS: [&str; 2] = ["title", "fields"];
/// Bytes of a schema.
const SCHEMA_BYTES: u64 = 1 << 20;

impl Reader<'_> {
    /// `[[kinds]]`
    pub(super) fn kinds(&self, value: &Entry<'_>) -> Result<Arc<Kinds>, ConfigError> {
        let declared: Vec<DeclaredKind> = self.tables(KINDS_KEY, value)?.map(|entry| self.kind(entry)).collect::<Result<_, _>>()?;
        Kinds::new(declared).map(Arc::new).map_err(|message| self.error(value.span(), &format!("{KINDS_KEY}: {message}")))
    }

    fn kind(&self, entry: &Entry<'_>) -> Result<DeclaredKind, ConfigError> {
        let (mut name, mut plural) = (None, None);
        let mut kind = DeclaredKind::new("", Vec::<String>::new());
        for (key, value) in self.entries(KINDS_KEY, entry)? {
            let path = format!("{KINDS_KEY}.{}", key.get_ref());
            let wrong = |message: String| self.error(value.span(), &format!("{path}: {message}"));
            match &**key.get_ref() {
                "kind" => name = Some(self.text(&path, value)?),
                "plural" => plural = Some(self.text(&path, value)?),
                "api-versions" => kind.api_versions = self.texts(&path, value)?,
                "schema" => {
                    let file = self.base.join(self.text(&path, value)?);
                    let compiled = schema(&file).and_then(Schema::compile);
                    kind.schema = Some(compiled.map_err(|message| wrong(format!("{}: {message}", file.display())))?);
                }
                "icon" => kind.icon = Some(icon(self.text(&path, value)?).map_err(wrong)?),
                "relations" => {
                    for entry in self.tables(&path, value)? {
                        kind.relations.push(self.relation(&path, entry)?);
                    }
                }
                "sections" => {
                    for entry in self.tables(&path, value)? {
                        kind.sections.push(self.section(&path, entry)?);
                    }
                }
                key_name => return Err(self.unknown(key.span(), key_name, KEYS.into_iter())),
            }
        }
        let Some(name) = name else {
            return Err(self.error(entry.span(), &format!("{KINDS_KEY}: a kind needs kind, its name, such as \"Database\"")));
        };
        let named = DeclaredKind::new(&name, std::mem::take(&mut kind.api_versions));
        Ok(DeclaredKind { plural: plural.unwrap_or(named.plural), kind: named.kind, api_versions: named.api_versions, ..kind })
    }

    fn relation(&self, path: &str, entry: &Entry<'_>) -> Result<DeclaredRelation, ConfigError> {
        let (mut field, mut kind, mut inverse, mut default_kind) = (None, None, None, None);
        for (key, value) in self.entries(path, entry)? {
            let path = format!("{path}.{}", key.get_ref());
            let slot = match &**key.get_ref() {
                "field" => &mut field,
                "type" => &mut kind,
                "inverse" => &mut inverse,
                "default-kind" => &mut default_kind,
                name => return Err(self.unknown(key.span(), name, RELATION_KEYS.into_iter())),
            };
            *slot = Some(self.text(&path, value)?);
        }
        let (Some(field), Some(kind)) = (field, kind) else {
            let message = format!("{path}: a relation needs field and type, as in field = \"host\", type = \"runsOn\", inverse = \"runs\"");
            return Err(self.error(entry.span(), &message));
        };
        // Of relations that exist already the other direction is known.
        let Some(inverse) = inverse.or_else(|| catalog::relation::pair(&kind).map(|(_, inverse)| inverse.to_owned())) else {
            return Err(self.error(entry.span(), &format!("{path}: {kind} needs an inverse: what the other end shows")));
        };
        DeclaredRelation::new(&field, &kind, &inverse, default_kind.as_deref())
            .map_err(|message| self.error(entry.span(), &format!("{path}: {message}")))
    }

    fn section(&self, path: &str, entry: &Entry<'_>) -> Result<(String, Vec<String>), ConfigError> {
        let (mut title, mut fields) = (None, Vec::new());
        for (key, value) in self.entries(path, entry)? {
            let path = format!("{path}.{}", key.get_ref());
            match &**key.get_ref() {
                "title" => title = Some(self.text(&path, value)?),
                "fields" => fields = self.texts(&path, value)?,
                name => return Err(self.unknown(key.span(), name, SECTION_KEYS.into_iter())),
            }
        }
        match title {
            Some(title) if !title.trim().is_empty() && !fields.is_empty() => Ok((title, fields)),
            _ => Err(self.error(entry.span(), &format!("{path}: a section needs a title and fields"))),
        }
    }
}

/// Reads a schema from JSON, or from YAML when the file's name says so.
fn schema(path: &Path) -> Result<serde_json::Value, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > SCHEMA_BYTES {
        return Err(format!("has {size} bytes, a schema has at most {SCHEMA_BYTES}"));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    if path.extension().is_none_or(|extension| extension != "yaml" && extension != "yml") {
        return serde_json::from_slice(&bytes).map_err(|error| format!("is not JSON: {error}"));
    }
    let mut documents = descriptor::parse(&bytes, "schema", &Limits::default());
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => {
            document.value.map_err(|error| format!("line {}, column {}: {}", error.line, error.column, error.message))
        }
        _ => Err("holds several documents, or none".to_owned()),
    }
}

fn icon(name: String) -> Result<String, String> {
    let names = || Glyph::ALL.iter().map(|glyph| glyph.name());
    if names().any(|known| known == name) {
        return Ok(name);
    }
    let hint = nearest(&name, names(), 2).map(|near| format!("did you mean \"{near}\"?"));
    Err(format!("there is no icon \"{name}\"; {}", hint.unwrap_or_else(|| format!("known are {}", names().collect::<Vec<_>>().join(", ")))))
}
