//! What may stand in the single fields: names, labels, tags, links.

use serde_json::{Map, Value};

use crate::descriptor::diagnostic::push_segment;

/// A field that does not have its format.
pub(super) struct Misformed {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) pointer: String,
    pub(super) help: &'static str,
}

/// Checks the fields of an entity whose schema is right, in Backstage's order.
pub(super) fn check(entity: &Value) -> Result<(), Box<Misformed>> {
    let empty = Map::new();
    let metadata = entity.get("metadata").and_then(Value::as_object).unwrap_or(&empty);
    let texts = |field: &str| metadata.get(field).and_then(Value::as_object).into_iter().flatten();
    let items = |field: &str| metadata.get(field).and_then(Value::as_array).into_iter().flatten().enumerate();

    API_VERSION.require(entity.get("apiVersion"), "apiVersion", &["apiVersion"])?;
    KIND.require(entity.get("kind"), "kind", &["kind"])?;
    NAME.require(metadata.get("name"), "metadata.name", &["metadata", "name"])?;
    NAMESPACE.optional(metadata.get("namespace"), "metadata.namespace", &["metadata", "namespace"])?;
    for (key, value) in texts("labels") {
        LABEL_KEY.text(key, "labels.", key, &["metadata", "labels", key])?;
        LABEL_VALUE.text(value.as_str().unwrap_or_default(), "labels.", key, &["metadata", "labels", key])?;
    }
    for (key, _) in texts("annotations") {
        ANNOTATION_KEY.text(key, "annotations.", key, &["metadata", "annotations", key])?;
    }
    for (index, tag) in items("tags") {
        let tag = tag.as_str().unwrap_or_default();
        if !is_tag(tag) {
            let index = index.to_string();
            TAG.text(tag, "tags.", &index, &["metadata", "tags", &index])?;
        }
    }
    for (index, link) in items("links") {
        let index = index.to_string();
        for (format, field) in [(&URL, "url"), (&FILLED, "title"), (&FILLED, "icon")] {
            format.optional(link.get(field), &format!("links.{index}.{field}"), &["metadata", "links", &index, field])?;
        }
    }
    Ok(())
}

/// One format: how it is checked, and how it is described when it is not met.
struct Format {
    rule: &'static str,
    fits: fn(&str) -> bool,
    expectation: &'static str,
    help: &'static str,
}

impl Format {
    fn require(&self, value: Option<&Value>, field: &str, path: &[&str]) -> Result<(), Box<Misformed>> {
        self.text(value.and_then(Value::as_str).unwrap_or_default(), field, "", path)
    }

    fn optional(&self, value: Option<&Value>, field: &str, path: &[&str]) -> Result<(), Box<Misformed>> {
        if value.is_some() { self.require(value, field, path) } else { Ok(()) }
    }

    fn text(&self, text: &str, field: &str, key: &str, path: &[&str]) -> Result<(), Box<Misformed>> {
        if (self.fits)(text) {
            return Ok(());
        }
        let message = format!(
            "\"{field}{key}\" is not valid; expected {} but found \"{text}\". To learn more about catalog file format, visit: {GUIDE}",
            self.expectation
        );
        let mut pointer = String::new();
        path.iter().for_each(|segment| push_segment(&mut pointer, segment));
        Err(Box::new(Misformed { rule: self.rule, message, pointer, help: self.help }))
    }
}

const GUIDE: &str = "https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";
const NAME_EXPECTED: &str = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";
const KEY_HELP: &str = "A key is a name such as tier, or a domain in lower case, one / and a name, such as example.com/tier.";

const API_VERSION: Format = Format {
    rule: "apiVersion",
    fits: is_api_version,
    expectation: "a valid prefix and/or suffix",
    help: "Most kinds have backstage.io/v1alpha1, a Template has scaffolder.backstage.io/v1beta3.",
};
const KIND: Format = Format {
    rule: "kind",
    fits: is_kind,
    expectation: "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
    help: "Use letters and digits only, starting with a letter.",
};
const NAME: Format = Format {
    rule: "metadata/name",
    fits: is_name,
    expectation: NAME_EXPECTED,
    help: "Use letters, digits and - _ . inside; put a readable name with spaces in metadata.title.",
};
const NAMESPACE: Format = Format {
    rule: "metadata/namespace",
    fits: is_dns_label,
    expectation: "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total",
    help: "Use lower-case letters, digits and - inside.",
};
const LABEL_KEY: Format =
    Format { rule: "metadata/labels", fits: |text| prefixed(text, is_name), expectation: "a valid prefix and/or suffix", help: KEY_HELP };
const LABEL_VALUE: Format = Format {
    rule: "metadata/labels",
    fits: |text| text.is_empty() || is_name(text),
    expectation: NAME_EXPECTED,
    help: "Longer or freer texts belong in metadata.annotations.",
};
const ANNOTATION_KEY: Format = Format { rule: "metadata/annotations", ..LABEL_KEY };
const TAG: Format = Format {
    rule: "metadata/tags",
    fits: is_tag,
    expectation: "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total",
    help: "Use lower-case letters, digits, + # : and single - inside.",
};
const URL: Format = Format {
    rule: "metadata/links",
    fits: |text| url::Url::parse(text).is_ok(),
    expectation: "a string that is a valid url",
    help: "Write the whole address, with https:// or another scheme.",
};
const FILLED: Format = Format {
    rule: "metadata/links",
    fits: |text| !text.trim_matches(is_js_space).is_empty(),
    expectation: "a non empty string",
    help: "Fill it in or remove it.",
};

fn within_63(text: &str) -> bool {
    (1..=63).contains(&text.len())
}

/// Whether a text can be an `apiVersion`.
pub(in crate::descriptor) fn is_api_version(text: &str) -> bool {
    prefixed(text, |suffix| within_63(suffix) && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether a text can be a `kind`.
pub(in crate::descriptor) fn is_kind(text: &str) -> bool {
    within_63(text) && text.as_bytes()[0].is_ascii_alphabetic() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_name(text: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    within_63(text)
        && ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn is_dns_label(text: &str) -> bool {
    let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    within_63(text)
        && bytes.first().is_some_and(inner)
        && bytes.last().is_some_and(inner)
        && bytes.iter().all(|byte| inner(byte) || *byte == b'-')
}

/// `[domain/]suffix`, with at most one `/`.
fn prefixed(text: &str, suffix_fits: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        None => suffix_fits(text),
        Some((domain, suffix)) => (1..=253).contains(&domain.len()) && domain.split('.').all(is_dns_label) && suffix_fits(suffix),
    }
}

fn is_tag(text: &str) -> bool {
    within_63(text)
        && text.split('-').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b':' | b'+' | b'#'))
        })
}

/// What `String.prototype.trim` removes.
fn is_js_space(letter: char) -> bool {
    letter == '\u{feff}' || (letter.is_whitespace() && letter != '\u{85}')
}
