//! The values that go with a statement.

use model::Timestamp;
use serde::Serialize;
use sqlx::{Arguments, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments};

use crate::StoreError;

/// The values of `$1`, `$2`, …, in that order, for either database.
///
/// NUL is refused wherever text or JSON carries one: PostgreSQL cannot keep it, and what one database takes and the other
/// does not would only show in production. The refusal comes when the statement is run.
///
/// ```
/// # use store::Args;
/// let args = Args::new().text("component:default/a").opt_text(Some("b")).int(3).json(&["x", "y"]);
/// ```
#[derive(Debug, Default)]
pub struct Args {
    values: Vec<Value>,
    refused: Option<String>,
}

#[derive(Debug)]
enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl Args {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Text.
    #[must_use]
    pub fn text(self, value: impl Into<String>) -> Self {
        self.opt_text(Some(value.into()))
    }

    /// Text or NULL.
    #[must_use]
    pub fn opt_text<S: Into<String>>(mut self, value: Option<S>) -> Self {
        let value = value.map(Into::into);
        if value.as_deref().is_some_and(|text| text.contains('\0')) {
            self.refuse("text with a NUL character");
        }
        self.push(Value::Text(value))
    }

    /// A whole number.
    #[must_use]
    pub fn int(self, value: i64) -> Self {
        self.opt_int(Some(value))
    }

    /// A whole number or NULL.
    #[must_use]
    pub fn opt_int(self, value: Option<i64>) -> Self {
        self.push(Value::Int(value))
    }

    /// Yes or no, kept as 1 or 0.
    #[must_use]
    pub fn bool(self, value: bool) -> Self {
        self.int(i64::from(value))
    }

    /// A point in time, kept in microseconds.
    #[must_use]
    pub fn ts(self, value: Timestamp) -> Self {
        self.int(value.0)
    }

    /// A point in time or NULL.
    #[must_use]
    pub fn opt_ts(self, value: Option<Timestamp>) -> Self {
        self.opt_int(value.map(|at| at.0))
    }

    /// Anything that serialises, as JSON text: a document to keep, or the rows of a bulk statement (see `migrations/README.md`).
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_string(value) {
            Ok(text) => self.json_text(text),
            Err(error) => {
                self.refuse(&format!("a value that is no JSON: {error}"));
                self.push(Value::Text(None))
            }
        }
    }

    /// Text that is JSON already.
    #[must_use]
    pub fn json_text(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if holds_escaped_nul(&text) {
            self.refuse("JSON with a NUL character (\\u0000)");
        }
        self.text(text)
    }

    /// Bytes.
    #[must_use]
    pub fn bytes(self, value: impl Into<Vec<u8>>) -> Self {
        self.push(Value::Bytes(Some(value.into())))
    }

    /// Bytes or NULL.
    #[must_use]
    pub fn opt_bytes(self, value: Option<Vec<u8>>) -> Self {
        self.push(Value::Bytes(value))
    }

    fn push(mut self, value: Value) -> Self {
        self.values.push(value);
        self
    }

    fn refuse(&mut self, what: &str) {
        self.refused.get_or_insert_with(|| format!("parameter ${} is {what}, which a database cannot keep", self.values.len() + 1));
    }

    pub(crate) fn sqlite(self, statement: &str) -> Result<SqliteArguments, StoreError> {
        let mut arguments = SqliteArguments::default();
        self.bind(statement, |value| match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(int) => arguments.add(int),
            Value::Bytes(bytes) => arguments.add(bytes),
        })?;
        Ok(arguments)
    }

    pub(crate) fn postgres(self, statement: &str) -> Result<PgArguments, StoreError> {
        let mut arguments = PgArguments::default();
        self.bind(statement, |value| match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(int) => arguments.add(int),
            Value::Bytes(bytes) => arguments.add(bytes),
        })?;
        Ok(arguments)
    }

    fn bind(self, statement: &str, mut add: impl FnMut(Value) -> Result<(), BoxDynError>) -> Result<(), StoreError> {
        if let Some(message) = self.refused {
            return Err(StoreError::refused(statement, message));
        }
        self.values.into_iter().try_for_each(|value| add(value).map_err(|error| StoreError::refused(statement, error.to_string())))
    }
}

/// Whether JSON text holds the escape of NUL: `\u0000` after an even number of backslashes.
fn holds_escaped_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| json.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: Args, expected: &str) {
        let got = args.sqlite("t").map_or_else(|error| error.to_string(), |_| "taken".to_owned());
        assert_eq!(got, expected);
    }

    #[test]
    fn refuses_nul() {
        check(Args::new().text("a").json(&["\\u0000", "b"]), "taken");
        check(Args::new().text("a\0"), "t: parameter $1 is text with a NUL character, which a database cannot keep");
        check(Args::new().int(1).json(&["a\0"]), "t: parameter $2 is JSON with a NUL character (\\u0000), which a database cannot keep");
        check(
            Args::new().json_text("\"\\\\\\u0000\""),
            "t: parameter $1 is JSON with a NUL character (\\u0000), which a database cannot keep",
        );
    }
}
