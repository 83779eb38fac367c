//! One entity's JSON as search rows: a key and a value for every scalar in it.
//!
//! The rows are Backstage's (`buildEntitySearch` of catalog-backend 4.0): paths are joined by dots and in lower case,
//! arrays descend without an index, objects themselves bring no row, and the subtrees that are kept elsewhere are left
//! out. That a string in an array also brings the row `path.item = true` is told by [`Rows::row`]'s `item`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::text::{number_text, push_folded, utf16_len};

/// Keys longer than this bring no row, and values longer than this a row without a value (Backstage's limits).
pub(super) const MAX_LENGTH: usize = 200;

/// Takes the rows of one entity.
pub(super) trait Rows {
    /// A row. No value is `null`, or a value that is too long to be matched. `item` marks a string in an array.
    fn row(&mut self, key: &str, value: Option<&str>, item: bool);

    /// False when no row under this path is of interest.
    fn wants(&self, _path: &str) -> bool {
        true
    }
}

/// Gives `rows` every row of the entity but those of its name, namespace, uid and relations.
///
/// # Errors
/// When the text is not JSON, or nested deeper than 128 levels; the rows before that place were given.
pub(super) fn flatten(json: &[u8], rows: &mut impl Rows) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    Node { path: &mut String::with_capacity(64), rows, in_array: false }.deserialize(&mut deserializer)
}

struct Node<'a, R> {
    path: &'a mut String,
    rows: &'a mut R,
    in_array: bool,
}

/// Extends the path by one key of an object, and says whether its subtree is to be visited.
struct Key<'a, R> {
    path: &'a mut String,
    rows: &'a R,
}

impl<R: Rows> Node<'_, R> {
    fn emit(self, value: Option<&str>, item: bool) {
        if utf16_len(self.path) <= MAX_LENGTH {
            let value = value.filter(|value| value.len() <= MAX_LENGTH || utf16_len(value) <= MAX_LENGTH);
            self.rows.row(self.path, value, item && value.is_some());
        }
    }
}

impl<'de, R: Rows> DeserializeSeed<'de> for Node<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Rows> Visitor<'de> for Node<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let length = self.path.len();
        while let Some(wanted) = map.next_key_seed(Key { path: &mut *self.path, rows: &*self.rows })? {
            if wanted {
                map.next_value_seed(Node { path: &mut *self.path, rows: &mut *self.rows, in_array: false })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            self.path.truncate(length);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Node { path: &mut *self.path, rows: &mut *self.rows, in_array: true })?.is_some() {}
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let item = self.in_array;
        self.emit(Some(text), item);
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.emit(Some(if flag { "true" } else { "false" }), false);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.emit(Some(&number.to_string()), false);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.emit(Some(&number.to_string()), false);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.emit(Some(&number_text(number)), false);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.emit(None, false);
        Ok(())
    }
}

impl<'de, R: Rows> DeserializeSeed<'de> for Key<'_, R> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<R: Rows> Visitor<'_> for Key<'_, R> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        let wanted = match self.path.as_str() {
            "" => !matches!(key, "attachments" | "relations" | "status"),
            "metadata" => !matches!(key, "name" | "namespace" | "uid" | "etag"),
            _ => true,
        };
        if !self.path.is_empty() {
            self.path.push('.');
        }
        push_folded(self.path, key);
        Ok(wanted && self.rows.wants(self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Lines(String);

    impl Rows for Lines {
        fn row(&mut self, key: &str, value: Option<&str>, item: bool) {
            let mark = if item { "*" } else { "" };
            self.0 += &format!("{key}{mark}={} ", value.unwrap_or("<null>"));
        }
    }

    fn check(json: &str, expected: &str) {
        let mut lines = Lines::default();
        flatten(json.as_bytes(), &mut lines).unwrap();
        assert_eq!(lines.0.trim_end(), expected, "{json}");
    }

    #[test]
    fn makes_the_rows_of_an_entity() {
        check(
            r#"{"kind":"Component","spec":{"Type":"Lib","n":1.50,"b":true,"x":null}}"#,
            "kind=Component spec.type=Lib spec.n=1.5 spec.b=true spec.x=<null>",
        );
        check(
            r#"{"metadata":{"name":"a","namespace":"b","uid":"c","etag":"d","tags":["Java",1,["x"],{"k":"v"},null]}}"#,
            "metadata.tags*=Java metadata.tags=1 metadata.tags*=x metadata.tags.k=v metadata.tags=<null>",
        );
        check(
            r#"{"relations":[{"type":"x"}],"status":{"a":1},"attachments":{"b":2},"spec":{"status":"s","relations":"r"}}"#,
            "spec.status=s spec.relations=r",
        );
        check(r#"{"spec":{"name":"kept","a.b":"c","e":{},"l":[]}}"#, "spec.name=kept spec.a.b=c");
    }

    #[test]
    fn cuts_what_is_too_long() {
        let (fits, long) = ("a".repeat(200), "ä".repeat(201));
        check(
            &format!(r#"{{"spec":{{"a":"{fits}","b":"{long}","c":["{long}"]}}}}"#),
            &format!("spec.a={fits} spec.b=<null> spec.c=<null>"),
        );
        check(&format!(r#"{{"spec":{{"{fits}":"x","k":{{"y":1}}}}}}"#), "spec.k.y=1");
    }
}
