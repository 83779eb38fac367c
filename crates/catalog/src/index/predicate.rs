//! What is asked of an entity: filter strings and the predicate language, both read into one [`Predicate`].
//!
//! Semantics and texts of errors are those of catalog-backend 4.0 and filter-predicates 0.1.5.

use serde_json::{Map, Value, json};

use super::{
    QueryError,
    text::{fold, number_text},
};

/// Predicates nest at most this deep, so that no request can exhaust the stack.
const MAX_DEPTH: usize = 32;
/// One predicate has at most this many values and operators.
const MAX_SIZE: usize = 10_000;

/// A condition on an entity's search rows. Keys and values are in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// Every one of these holds; none at all holds always.
    All(Vec<Self>),
    /// At least one of these holds; none at all never holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A row with this key passes the test.
    Field {
        /// The key of the row.
        key: Box<str>,
        /// What its value must be.
        test: Test,
    },
}

/// What is asked of the value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// Nothing: the row exists.
    Exists,
    /// The value is one of these.
    In(Vec<Box<str>>),
    /// The value begins with this.
    Prefix(Box<str>),
}

/// A predicate with the JSON that it came from, which cursors carry from page to page.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The condition.
    pub predicate: Predicate,
    /// The condition in the predicate language; nothing when everything is asked for.
    pub json: Option<Value>,
}

impl Predicate {
    /// The predicate that always holds.
    pub const EVERYTHING: Self = Self::All(Vec::new());

    /// Whether it holds for something that is no entity: `value_of` gives the one value of a key, which is in lower case.
    pub fn holds(&self, value_of: &dyn Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(value_of)),
            Self::Any(any) => any.iter().any(|one| one.holds(value_of)),
            Self::Not(not) => !not.holds(value_of),
            Self::Field { key, test } => value_of(key).is_some_and(|value| {
                let value = value.to_lowercase();
                match test {
                    Test::Exists => true,
                    Test::In(values) => values.iter().any(|wanted| **wanted == *value),
                    Test::Prefix(prefix) => value.starts_with(&**prefix),
                }
            }),
        }
    }

    /// The rows with `key` have `value`, both without case.
    pub fn equals(key: &str, value: &str) -> Self {
        Self::Field { key: fold(key).into(), test: Test::In(vec![fold(value).into()]) }
    }

    /// A row with `key` has one of `values`, all without case.
    pub fn one_of<'a>(key: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Field { key: fold(key).into(), test: Test::In(values.into_iter().map(|value| fold(value).into()).collect()) }
    }

    /// There is a row with `key`.
    pub fn exists(key: &str) -> Self {
        Self::Field { key: fold(key).into(), test: Test::Exists }
    }

    /// True when the predicate holds for every entity by its form.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self { predicate: Predicate::EVERYTHING, json: None }
    }
}

impl Filter {
    /// Reads `filter` parameters: each is one alternative, in which commas join conditions on different keys and
    /// alternatives for the same key (`kind=component,spec.type=a,spec.type=b`).
    ///
    /// # Errors
    /// When a condition has no key.
    pub fn parse<S: AsRef<str>>(filters: &[S]) -> Result<Self, QueryError> {
        let mut alternatives = Vec::new();
        for filter in filters {
            let mut fields: Vec<(&str, Option<Vec<&str>>)> = Vec::new();
            for statement in filter.as_ref().split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
                let (key, value) = match statement.split_once('=') {
                    Some((key, value)) => (key.trim(), Some(value.trim())),
                    None => (statement, None),
                };
                if key.is_empty() {
                    return Err(QueryError::new(format!(
                        "Invalid filter, '{statement}' is not a valid statement (expected a string on the form a=b or a= or a)"
                    )));
                }
                let at = fields.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                    fields.push((key, None));
                    fields.len() - 1
                });
                if let Some(value) = value {
                    fields[at].1.get_or_insert_default().push(value);
                }
            }
            let mut conditions: Vec<Value> = fields.into_iter().map(|(key, values)| field_json(key, values.as_deref())).collect();
            match conditions.len() {
                0 => {}
                1 => alternatives.append(&mut conditions),
                _ => alternatives.push(json!({ "$all": conditions })),
            }
        }
        match alternatives.len() {
            0 => Ok(Self::default()),
            1 => Self::from_checked(alternatives.remove(0)),
            _ => Self::from_checked(json!({ "$any": alternatives })),
        }
    }

    /// Reads the predicate language.
    ///
    /// # Errors
    /// When it is not a valid predicate, with the place.
    pub fn from_json(value: Value) -> Result<Self, QueryError> {
        Shape { left: MAX_SIZE }
            .predicate(&value, "", 0)
            .map_err(|problem| QueryError::new(format!("Invalid query: Validation error: {problem}")))?;
        if !value.is_object() {
            return Err(QueryError::new("Query must be an object"));
        }
        Self::from_checked(value)
    }

    /// Both filters hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self.json, other.json) {
            (Some(a), Some(b)) => {
                Self { predicate: Predicate::All(vec![self.predicate, other.predicate]), json: Some(json!({ "$all": [a, b] })) }
            }
            (a, None) => Self { predicate: self.predicate, json: a },
            (None, b) => Self { predicate: other.predicate, json: b },
        }
    }

    fn from_checked(value: Value) -> Result<Self, QueryError> {
        Ok(Self { predicate: predicate(&value)?, json: Some(value) })
    }
}

pub(super) fn field_json(key: &str, values: Option<&[&str]>) -> Value {
    let test = match values {
        None => json!({ "$exists": true }),
        Some([value]) => json!(value),
        Some(values) => json!({ "$in": values }),
    };
    Value::Object(Map::from_iter([(key.to_owned(), test)]))
}

/// A primitive as text: the way in which values are matched.
fn primitive(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(text) => Some(fold(text).into()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if number.is_f64() => number_text(float).into(),
            _ => number.to_string().into(),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn predicate(value: &Value) -> Result<Predicate, QueryError> {
    let Value::Object(object) = value else {
        return Err(QueryError::new(format!(
            "Invalid filter predicate: top-level primitive values are not supported. Wrap the value in a field expression, e.g. {{ \"kind\": {value} }}"
        )));
    };
    let all = |parts: &Value| parts.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(predicate).collect::<Result<Vec<_>, _>>();
    if let Some(inner) = object.get("$not") {
        return Ok(Predicate::Not(Box::new(predicate(inner)?)));
    }
    if let Some(parts) = object.get("$all") {
        return Ok(Predicate::All(all(parts)?));
    }
    if let Some(parts) = object.get("$any") {
        return Ok(Predicate::Any(all(parts)?));
    }
    let mut fields = object.iter().map(|(key, value)| field(&fold(key), value)).collect::<Result<Vec<_>, _>>()?;
    Ok(if fields.len() == 1 { fields.remove(0) } else { Predicate::All(fields) })
}

fn field(key: &str, value: &Value) -> Result<Predicate, QueryError> {
    let on = |test| Predicate::Field { key: key.into(), test };
    if let Some(value) = primitive(value) {
        return Ok(on(Test::In(vec![value])));
    }
    if let Some(wanted) = value.get("$exists") {
        let exists = on(Test::Exists);
        return Ok(if wanted.as_bool() == Some(true) { exists } else { Predicate::Not(Box::new(exists)) });
    }
    if let Some(values) = value.get("$in").and_then(Value::as_array) {
        return Ok(on(Test::In(values.iter().filter_map(primitive).collect())));
    }
    if let Some(target) = value.get("$contains") {
        if let Some(value) = primitive(target) {
            return Ok(on(Test::In(vec![value])));
        }
        return match target.as_object() {
            Some(target) if key == "relations" => relation(target),
            Some(_) => Err(QueryError::new(format!("Object form of $contains is not supported for field \"{key}\""))),
            None => Err(QueryError::new(format!("Unsupported $contains target for field \"{key}\": {target}"))),
        };
    }
    if let Some(prefix) = value.get("$hasPrefix").and_then(Value::as_str) {
        return Ok(on(Test::Prefix(fold(prefix).into())));
    }
    Err(QueryError::new(format!(
        "Invalid filter predicate value for field \"{key}\": expected a primitive value, $exists, $in, $hasPrefix, or $contains operator, but got {value}"
    )))
}

fn relation(target: &Map<String, Value>) -> Result<Predicate, QueryError> {
    const NO_TYPE: &str = "The $contains operator for \"relations\" requires a \"type\" string property";
    let (mut kind, mut refs) = (None, None);
    for (raw, value) in target {
        let duplicate = || QueryError::new(format!("Duplicate key \"{raw}\" in $contains for \"relations\""));
        match fold(raw).as_ref() {
            "type" => {
                let text = value.as_str().ok_or_else(|| QueryError::new(NO_TYPE))?;
                if kind.replace(text).is_some() {
                    return Err(duplicate());
                }
            }
            "targetref" => {
                if refs.replace(relation_targets(value)?).is_some() {
                    return Err(duplicate());
                }
            }
            _ => {
                return Err(QueryError::new(format!(
                    "Unsupported key \"{raw}\" in $contains for \"relations\". Only \"type\" and \"targetRef\" are supported"
                )));
            }
        }
    }
    let kind = kind.filter(|kind| !kind.is_empty()).ok_or_else(|| QueryError::new(NO_TYPE))?;
    Ok(Predicate::Field { key: format!("relations.{}", fold(kind)).into(), test: refs.map_or(Test::Exists, Test::In) })
}

fn relation_targets(value: &Value) -> Result<Vec<Box<str>>, QueryError> {
    if let Some(text) = value.as_str() {
        return Ok(vec![fold(text).into()]);
    }
    let list = value.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("$in")).and_then(Value::as_array);
    let texts =
        list.and_then(|list| list.iter().map(|item| item.as_str().map(|text| fold(text).into())).collect::<Option<Vec<Box<str>>>>());
    match texts {
        Some(texts) if texts.is_empty() => Err(QueryError::new("Empty \"$in\" array for $contains on \"relations\" is not allowed")),
        Some(texts) => Ok(texts),
        None => Err(QueryError::new(format!(
            "Unsupported value in $contains for \"relations\": expected a string or {{ \"$in\": [strings] }}, but got {value}"
        ))),
    }
}

/// Checks the form of a predicate before it is read. Backstage checks with a schema whose messages list every
/// alternative that did not fit; these name the place and what belongs there, and are the same where that is one thing.
struct Shape {
    left: usize,
}

impl Shape {
    fn spend(&mut self, amount: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(amount).ok_or_else(|| format!("More than {MAX_SIZE} values and operators"))?;
        Ok(())
    }

    fn predicate(&mut self, value: &Value, place: &str, depth: usize) -> Result<(), String> {
        self.spend(1)?;
        if depth > MAX_DEPTH {
            return Err(format!("Nested deeper than {MAX_DEPTH} levels{}", at(place)));
        }
        let Value::Object(object) = value else {
            return match value {
                Value::Null | Value::Array(_) => {
                    let (name, at) = (type_name(value), at(place));
                    let one = |wanted: &str| format!("Expected {wanted}, received {name}{at}");
                    Err(["object", "string", "number", "boolean"].map(one).join(", or "))
                }
                _ => Ok(()),
            };
        };
        for operator in ["$all", "$any", "$not"] {
            let Some(inner) = object.get(operator) else { continue };
            if let Some(other) = object.keys().find(|key| *key != operator) {
                return Err(format!("Unrecognized key(s) in object: '{other}'{}", at(place)));
            }
            let place = join(place, operator);
            if operator == "$not" {
                return self.predicate(inner, &place, depth + 1);
            }
            let Some(parts) = inner.as_array() else {
                return Err(format!("Expected array, received {}{}", type_name(inner), at(&place)));
            };
            return parts.iter().enumerate().try_for_each(|(i, part)| self.predicate(part, &format!("{place}[{i}]"), depth + 1));
        }
        object.iter().try_for_each(|(key, value)| {
            let place = join(place, key);
            if key.starts_with('$') || key.contains(['\n', '\r']) {
                Err(format!("Invalid{}", at(&place)))
            } else {
                self.field(value, &place, depth)
            }
        })
    }

    fn field(&mut self, value: &Value, place: &str, depth: usize) -> Result<(), String> {
        self.spend(1)?;
        let Value::Object(object) = value else {
            return match value {
                Value::Null | Value::Array(_) => {
                    let (name, at) = (type_name(value), at(place));
                    let one = |wanted: &str| format!("Expected {wanted}, received {name}{at}");
                    Err(["string", "number", "boolean", "object"].map(one).join(", or "))
                }
                _ => Ok(()),
            };
        };
        let expected = |wanted: &str, value: &Value, operator: &str| {
            Err(format!("Expected {wanted}, received {}{}", type_name(value), at(&join(place, operator))))
        };
        if let Some(value) = object.get("$exists") {
            return if value.is_boolean() { Ok(()) } else { expected("boolean", value, "$exists") };
        }
        if let Some(value) = object.get("$in") {
            let Some(list) = value.as_array() else { return expected("array", value, "$in") };
            self.spend(list.len())?;
            return match list.iter().position(|item| primitive(item).is_none()) {
                Some(i) => expected("string", &list[i], &format!("$in[{i}]")),
                None => Ok(()),
            };
        }
        if let Some(value) = object.get("$contains") {
            if let Some(target) = value.as_object() {
                self.spend(target.values().map(|value| value.get("$in").and_then(Value::as_array).map_or(1, Vec::len)).sum())?;
                return Ok(());
            }
            return self.predicate(value, &join(place, "$contains"), depth + 1);
        }
        if let Some(value) = object.get("$hasPrefix") {
            return if value.is_string() { Ok(()) } else { expected("string", value, "$hasPrefix") };
        }
        Err(format!("Expected string, number, boolean or one of $exists, $in, $contains, $hasPrefix, received object{}", at(place)))
    }
}

fn at(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" at \"{place}\"") }
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
