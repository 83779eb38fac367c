//! The few forms of JSON schema that entities use, as constant tables, checked in the order in which Backstage's
//! validator (ajv) checks them, so that the first error here is the one that it names.

use serde_json::{Map, Value};

use crate::descriptor::diagnostic::push_segment;

/// What a value has to look like.
pub(super) enum Shape {
    /// A text of at least one character.
    Text,
    /// A text of at least one character and at most so many.
    TextUpTo(usize),
    /// A text, which may be empty.
    AnyText,
    /// A text of word characters.
    Word,
    /// One of some texts.
    OneOf(&'static [&'static str]),
    TextOrBool,
    /// A mapping.
    Fields(&'static Fields),
    /// A list with a least length.
    List(usize, &'static Self),
    /// A mapping, or a list of such mappings.
    FieldsOrList(&'static Fields),
}

/// The entries of a mapping.
pub(super) struct Fields {
    pub(super) required: &'static [&'static str],
    pub(super) known: &'static [(&'static str, Shape)],
    pub(super) rest: Rest,
}

/// What entries other than the known ones may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    Anything,
    Nothing,
    /// Texts. Keys that hold a line break or nothing are left to the field formats, as in Backstage.
    Texts,
    /// Texts whatever the key.
    AllTexts,
}

/// A mapping of which nothing is known.
pub(super) const ANY_FIELDS: Fields = Fields { required: &[], known: &[], rest: Rest::Anything };

/// The first way in which a value differs from its shape.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// From the innermost outwards; list positions in decimal.
    path: Vec<String>,
    message: String,
    params: String,
    /// The field that is missing, or should not be there.
    field: Option<String>,
}

impl Mismatch {
    fn new(message: impl Into<String>, params: impl Into<String>) -> Box<Self> {
        Box::new(Self { path: Vec::new(), message: message.into(), params: params.into(), field: None })
    }

    /// One step further out.
    pub(super) fn within(mut self: Box<Self>, segment: impl Into<String>) -> Box<Self> {
        self.path.push(segment.into());
        self
    }

    /// The JSON pointer to the value.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.path.iter().rev().for_each(|segment| push_segment(&mut pointer, segment));
        pointer
    }

    /// `/metadata/labels/x must be string`.
    pub(super) fn text(&self) -> String {
        let pointer = self.pointer();
        format!("{} {}", if pointer.is_empty() { "<root>" } else { &pointer }, self.message)
    }

    /// [`Self::text`] and what was expected: `/spec/owner must be string - type: string`.
    pub(super) fn with_params(&self) -> String {
        format!("{} - {}", self.text(), self.params)
    }

    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        let parent = self.pointer().replace('/', ".");
        let parent = parent.trim_start_matches('.');
        match (&self.field, self.message.as_str()) {
            (Some(field), message) if message.starts_with("must have") && parent.is_empty() => Some(format!("Add {field}.")),
            (Some(field), message) if message.starts_with("must have") => Some(format!("Add {field} to {parent}.")),
            (Some(field), _) => Some(format!("Remove {field}; an entity has apiVersion, kind, metadata and spec.")),
            (None, "must be string") => Some("Write a text; put numbers, true, false and null in quotes.".to_owned()),
            (None, "must be array") => Some("Write a list, each item on a line of its own after \"- \".".to_owned()),
            (None, "must NOT have fewer than 1 characters") => Some("Fill it in, or remove the field if it may be left out.".to_owned()),
            (None, _) => None,
        }
    }
}

type Checked = Result<(), Box<Mismatch>>;

impl Shape {
    /// Compares a value with this shape.
    pub(super) fn check(&self, value: &Value) -> Checked {
        match self {
            Self::Text => match value {
                Value::String(text) if text.is_empty() => Err(too_short("characters", 1)),
                Value::String(_) => Ok(()),
                _ => Err(wrong_type("string")),
            },
            Self::TextUpTo(most) => match value {
                Value::String(text) if text.chars().count() > *most => Err(too_long(*most)),
                _ => Self::Text.check(value),
            },
            Self::AnyText => {
                if value.is_string() {
                    Ok(())
                } else {
                    Err(wrong_type("string"))
                }
            }
            Self::Word => match value.as_str() {
                None => Err(wrong_type("string")),
                Some("") => Err(too_short("characters", 1)),
                Some(text) if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => Ok(()),
                Some(_) => Err(Mismatch::new(r#"must match pattern "^\w+$""#, r"pattern: ^\w+$")),
            },
            Self::OneOf(allowed) => match value.as_str() {
                None => Err(wrong_type("string")),
                Some(text) if allowed.contains(&text) => Ok(()),
                Some(_) => {
                    Err(Mismatch::new("must be equal to one of the allowed values", format!("allowedValues: {}", allowed.join(","))))
                }
            },
            Self::TextOrBool => {
                if value.is_string() || value.is_boolean() {
                    Ok(())
                } else {
                    Err(wrong_type("string,boolean"))
                }
            }
            Self::Fields(fields) => fields.check(value),
            Self::List(least, item) => {
                let Value::Array(items) = value else { return Err(wrong_type("array")) };
                if items.len() < *least {
                    return Err(too_short("items", *least));
                }
                items.iter().enumerate().try_for_each(|(index, value)| item.check(value).map_err(|e| e.within(index.to_string())))
            }
            // Of a choice that does not fit at all Backstage names what the first alternative lacks.
            Self::FieldsOrList(fields) => match value {
                Value::Array(items) if items.iter().all(|item| fields.check(item).is_ok()) => Ok(()),
                _ => fields.check(value),
            },
        }
    }
}

impl Fields {
    /// Compares a value with this mapping: missing fields first, then foreign ones, then the known ones in order.
    pub(super) fn check(&self, value: &Value) -> Checked {
        let Value::Object(map) = value else { return Err(wrong_type("object")) };
        if let Some(missing) = self.required.iter().find(|field| !map.contains_key(**field)) {
            let mut mismatch = Mismatch::new(format!("must have required property '{missing}'"), format!("missingProperty: {missing}"));
            mismatch.field = Some((*missing).to_owned());
            return Err(mismatch);
        }
        match self.rest {
            Rest::Nothing => self.foreign(map)?,
            Rest::AllTexts => self.texts(map, |_| true)?,
            Rest::Anything | Rest::Texts => {}
        }
        for (name, shape) in self.known {
            if let Some(value) = map.get(*name) {
                shape.check(value).map_err(|mismatch| mismatch.within(*name))?;
            }
        }
        if self.rest == Rest::Texts { self.texts(map, |key| !key.is_empty() && !key.contains(LINE_ENDS)) } else { Ok(()) }
    }

    fn is_known(&self, key: &str) -> bool {
        self.known.iter().any(|(name, _)| *name == key)
    }

    fn foreign(&self, map: &Map<String, Value>) -> Checked {
        let Some(key) = map.keys().find(|key| !self.is_known(key)) else { return Ok(()) };
        let mut mismatch = Mismatch::new("must NOT have additional properties", format!("additionalProperty: {key}"));
        mismatch.field = Some(key.clone());
        Err(mismatch)
    }

    fn texts(&self, map: &Map<String, Value>, applies: impl Fn(&str) -> bool) -> Checked {
        match map.iter().find(|(key, value)| !value.is_string() && !self.is_known(key) && applies(key)) {
            Some((key, _)) => Err(wrong_type("string").within(key.clone())),
            None => Ok(()),
        }
    }
}

/// What `.` does not match in a JavaScript pattern.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

fn wrong_type(expected: &str) -> Box<Mismatch> {
    Mismatch::new(format!("must be {expected}"), format!("type: {expected}"))
}

fn too_short(what: &str, least: usize) -> Box<Mismatch> {
    Mismatch::new(format!("must NOT have fewer than {least} {what}"), format!("limit: {least}"))
}

fn too_long(most: usize) -> Box<Mismatch> {
    Mismatch::new(format!("must NOT have more than {most} characters"), format!("limit: {most}"))
}
