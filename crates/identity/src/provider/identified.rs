//! Who somebody is, as far as a provider tells.

use serde_json::{Map, Value};

use super::{ProviderError, Reason, link::is_plain};

/// Groups that are taken from one token.
const MOST_GROUPS: usize = 500;
/// Bytes of an id token that is kept for signing out; a longer one would not fit into an address.
const LONGEST_HINT: usize = 6_000;

/// Somebody whom a provider vouches for.
#[derive(Clone, Debug, Default)]
pub struct Identified {
    /// What the provider calls them; never changes.
    pub subject: String,
    /// The name that they sign in with there; may change.
    pub login: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// The provider says that the address is theirs.
    pub email_verified: bool,
    /// The name to show.
    pub name: Option<String>,
    /// The address of a picture.
    pub picture: Option<String>,
    /// Their groups, if the claim was there.
    pub groups: Option<Vec<String>>,
    /// Everything that was said, for resolvers that look at other claims.
    pub claims: Map<String, Value>,
    /// The provider's session (`sid`); empty without one.
    pub session: String,
    /// The id token, for signing out at the provider; empty without one.
    pub id_token: String,
}

impl Identified {
    /// A claim as text: numbers and booleans too.
    pub fn claim(&self, name: &str) -> Option<String> {
        text(lookup(&self.claims, name)?)
    }

    /// The address, if it is theirs for certain.
    pub fn verified_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|email| self.email_verified && email.contains('@'))
    }

    pub(super) fn keep_token(&mut self, token: String) {
        if token.len() <= LONGEST_HINT {
            self.id_token = token;
        }
    }

    pub(super) fn checked(self) -> Result<Self, ProviderError> {
        if is_plain(&self.subject) {
            Ok(self)
        } else {
            Err(ProviderError::new(
                Reason::Malformed,
                "the provider does not say who this is: its subject is missing, too long, or not plain text",
            ))
        }
    }
}

/// A value of an object; a dot leads into an object unless the name itself has it.
pub(super) fn lookup<'v>(claims: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    lookup(claims.get(first)?.as_object()?, rest)
}

/// A value as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// A list of names; one name is a list too.
pub(super) fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).take(MOST_GROUPS).collect(),
        Value::String(_) => text(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// True, or the word.
pub(super) fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value == &Value::Bool(true) || value.as_str() == Some("true"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_claims() {
        let claims = json!({ "a": { "b": ["x", 1, "", null] }, "a.c": "dotted", "n": 12 });
        let someone = Identified { claims: claims.as_object().cloned().unwrap(), ..Identified::default() };
        assert_eq!(someone.claim("a.c").as_deref(), Some("dotted"));
        assert_eq!(someone.claim("n").as_deref(), Some("12"));
        assert_eq!(someone.claim("a.b"), None);
        assert_eq!(lookup(&someone.claims, "a.b").map(names), Some(vec!["x".to_owned(), "1".to_owned()]));
    }
}
