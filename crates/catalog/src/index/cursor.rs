//! Cursors of `by-query`: base64 of JSON, in the form of Backstage's, which its client looks into.

use base64::{Engine, alphabet, engine};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Filter, QueryError, predicate::field_json, walk::Position};

/// Everything that a later page needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cursor {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<Value>,
    pub(super) order_fields: Vec<OrderField>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) full_text_filter: Option<FullText>,
    #[serde(default, skip_serializing)]
    pub(super) filter: Option<OldFilter>,
    pub(super) order_field_values: Vec<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_sort_field_values: Option<Vec<Option<String>>>,
    pub(super) is_previous: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) total_items: Option<u64>,
}

/// A field to sort by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderField {
    /// The field, without regard to case.
    pub field: String,
    /// The direction.
    pub order: Direction,
}

/// A direction to sort in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Smallest first.
    #[default]
    Asc,
    /// Largest first.
    Desc,
}

/// A text to be found in the values of some fields, without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullText {
    /// The text; a blank one finds everything.
    #[serde(default)]
    pub term: String,
    /// The fields; without them the sort field, and without that `metadata.uid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
}

/// The form of filters in cursors of older servers.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OldFilter {
    Field {
        key: String,
        values: Option<Vec<String>>,
    },
    Not {
        not: Box<Self>,
    },
    Any {
        #[serde(rename = "anyOf")]
        any_of: Vec<Self>,
    },
    All {
        #[serde(rename = "allOf")]
        all_of: Vec<Self>,
    },
}

impl OldFilter {
    fn json(&self) -> Value {
        match self {
            Self::Field { key, values } => {
                field_json(key, values.as_ref().map(|values| values.iter().map(String::as_str).collect::<Vec<_>>()).as_deref())
            }
            Self::Not { not } => json!({ "$not": not.json() }),
            Self::Any { any_of } => json!({ "$any": any_of.iter().map(Self::json).collect::<Vec<_>>() }),
            Self::All { all_of } => json!({ "$all": all_of.iter().map(Self::json).collect::<Vec<_>>() }),
        }
    }
}

/// Reads with and without padding, as Node does.
const BASE64: engine::GeneralPurpose = engine::GeneralPurpose::new(
    &alphabet::STANDARD,
    engine::GeneralPurposeConfig::new().with_decode_padding_mode(engine::DecodePaddingMode::Indifferent),
);

pub(super) fn encode(value: &impl Serialize) -> String {
    // Strings, numbers and JSON values always serialise.
    BASE64.encode(serde_json::to_vec(value).unwrap_or_default())
}

pub(super) fn decode_json(text: &str) -> Option<Value> {
    let standard = text.trim().replace('-', "+").replace('_', "/");
    serde_json::from_slice(&BASE64.decode(standard).ok()?).ok()
}

impl Cursor {
    pub(super) fn new(filter: Option<Value>, order_fields: Vec<OrderField>, full_text_filter: Option<FullText>) -> Self {
        Self {
            query: filter,
            order_fields,
            full_text_filter,
            filter: None,
            order_field_values: Vec::new(),
            first_sort_field_values: None,
            is_previous: false,
            total_items: None,
        }
    }

    /// Reads a cursor that a page handed out.
    pub(super) fn decode(text: &str) -> Result<Self, QueryError> {
        if text.is_empty() {
            return Err(QueryError::new("Cursor cannot be empty"));
        }
        let malformed = |detail: &dyn std::fmt::Display| QueryError::new(format!("Malformed cursor: {detail}"));
        let value = decode_json(text).ok_or_else(|| malformed(&"it is not base64 of JSON"))?;
        let mut cursor: Self = serde_json::from_value(value).map_err(|error| malformed(&error))?;
        if let Some(old) = cursor.filter.take() {
            let old = old.json();
            cursor.query = Some(match cursor.query.take() {
                Some(query) => json!({ "$all": [old, query] }),
                None => old,
            });
        }
        Ok(cursor)
    }

    pub(super) fn filter(&self) -> Result<Filter, QueryError> {
        self.query.clone().map_or_else(|| Ok(Filter::default()), Filter::from_json)
    }

    /// The place that the page starts from.
    pub(super) fn position(&self) -> Result<Option<Position>, QueryError> {
        match (self.order_fields.is_empty(), self.order_field_values.as_slice()) {
            (_, []) => Ok(None),
            (true, [Some(reference)]) => Ok(Some(Position { value: None, reference: reference.clone() })),
            (false, [Some(value), Some(reference)]) => Ok(Some(Position { value: Some(value.clone()), reference: reference.clone() })),
            _ => Err(QueryError::new("Malformed cursor: orderFieldValues does not fit orderFields")),
        }
    }
}

impl Position {
    pub(super) fn values(&self) -> Vec<Option<String>> {
        self.value.iter().cloned().map(Some).chain([Some(self.reference.clone())]).collect()
    }
}

impl OrderField {
    /// Smallest first.
    pub fn ascending(field: impl Into<String>) -> Self {
        Self { field: field.into(), order: Direction::Asc }
    }

    /// Largest first.
    pub fn descending(field: impl Into<String>) -> Self {
        Self { field: field.into(), order: Direction::Desc }
    }

    /// Reads an `orderField` parameter, `field[,asc|desc]`.
    ///
    /// # Errors
    /// When the direction is another word.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut parts = text.split(',');
        let field = parts.next().unwrap_or_default().to_owned();
        match parts.next() {
            None | Some("asc") => Ok(Self { field, order: Direction::Asc }),
            Some("desc") => Ok(Self { field, order: Direction::Desc }),
            Some(_) => Err(QueryError::new("Invalid order field order, must be asc or desc")),
        }
    }

    /// Reads an `order` parameter of `/entities`, `asc|desc:field`.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse_prefixed(text: &str) -> Result<Self, QueryError> {
        let (order, field) = match text.split_once(':') {
            Some(("asc", field)) => (Direction::Asc, field),
            Some(("desc", field)) => (Direction::Desc, field),
            _ => (Direction::Asc, ""),
        };
        if field.is_empty() {
            return Err(QueryError::new(format!("Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\"")));
        }
        Ok(Self { field: field.to_owned(), order })
    }
}
