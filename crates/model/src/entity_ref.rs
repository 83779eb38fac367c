//! Names of entities, as people and files write them and as Waymark keeps them.

use std::{borrow::Cow, cmp::Ordering, fmt, hash, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of one entity: kind, namespace and name.
///
/// Case is kept for display, and ignored by comparison, hashing and [`fmt::Display`], which writes the canonical
/// `kind:namespace/name` in lower case, as Backstage does (`stringifyEntityRef`).
#[derive(Clone, Debug)]
pub struct EntityRef {
    kind: String,
    namespace: String,
    name: String,
}

/// Why a text is not the name of an entity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntityRefError {
    /// There is no kind in the text and no default for it.
    #[error("entity reference \"{0}\" has no kind, write it as kind:namespace/name")]
    MissingKind(String),
    /// A part of the text is empty, as in `component:/x`.
    #[error("entity reference \"{0}\" is not of the form [kind:][namespace/]name")]
    Malformed(String),
}

/// What a reference without a kind or a namespace means where it stands.
#[derive(Clone, Copy, Debug)]
pub struct RefContext<'a> {
    /// The kind of a reference that names none; without it such a reference is an error.
    pub kind: Option<&'a str>,
    /// The namespace of a reference that names none.
    pub namespace: &'a str,
}

/// The namespace of entities that state none.
pub const DEFAULT_NAMESPACE: &str = "default";

impl EntityRef {
    /// Puts three parts together; they are taken as they are.
    pub fn new(kind: impl Into<String>, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    /// Reads `[kind:][namespace/]name`. The kind ends at the first `:`, unless a `/` comes before it.
    ///
    /// # Errors
    /// When a part is empty, or the kind is missing and `context` has none.
    pub fn parse_in(text: &str, context: RefContext<'_>) -> Result<Self, EntityRefError> {
        let malformed = || EntityRefError::Malformed(text.to_owned());
        let colon = text.find(':').filter(|colon| text.find('/').is_none_or(|slash| *colon < slash));
        let (kind, rest) = match colon {
            Some(at) => (Some(&text[..at]), &text[at + 1..]),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (namespace, name),
            None => (context.namespace, rest),
        };
        if kind == Some("") || namespace.is_empty() || name.is_empty() {
            return Err(malformed());
        }
        let kind = kind.or(context.kind).ok_or_else(|| EntityRefError::MissingKind(text.to_owned()))?;
        Ok(Self::new(kind, namespace, name))
    }

    /// The kind, in the case in which it was written.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace, in the case in which it was written.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name, in the case in which it was written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of the entity's page, as in Backstage: `/catalog/{namespace}/{kind}/{name}`.
    pub fn href(&self) -> String {
        format!("/catalog/{}/{}/{}", lower(&self.namespace), lower(&self.kind), self.name)
    }

    /// The shortest text that still means this entity to a person: the name, with the namespace if it is not the default.
    pub fn short(&self) -> Cow<'_, str> {
        if self.namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE) {
            Cow::Borrowed(&self.name)
        } else {
            Cow::Owned(format!("{}/{}", self.namespace, self.name))
        }
    }

    fn parts(&self) -> [Cow<'_, str>; 3] {
        [lower(&self.kind), lower(&self.namespace), lower(&self.name)]
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [kind, namespace, name] = self.parts();
        write!(f, "{kind}:{namespace}/{name}")
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for EntityRef {}

impl hash::Hash for EntityRef {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialOrd for EntityRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EntityRef {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl FromStr for EntityRef {
    type Err = EntityRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_in(text, RefContext { kind: None, namespace: DEFAULT_NAMESPACE })
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}:{}/{}", self.kind, self.namespace, self.name))
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = EntityRef::parse_in(text, RefContext { kind: Some("Group"), namespace: "default" });
        assert_eq!(got.map_or_else(|e| format!("error: {e}"), |r| r.to_string()), expected);
    }

    #[test]
    fn reads_every_form() {
        check("a", "group:default/a");
        check("ns/A.b", "group:ns/a.b");
        check("Component:a", "component:default/a");
        check("Component:Ns/a", "component:ns/a");
        check("ns/a:b", "group:ns/a:b");
        check("component:/a", "error: entity reference \"component:/a\" is not of the form [kind:][namespace/]name");
        check(":a", "error: entity reference \":a\" is not of the form [kind:][namespace/]name");
        check("", "error: entity reference \"\" is not of the form [kind:][namespace/]name");
    }

    #[test]
    fn compares_without_case() {
        let (a, b): (EntityRef, EntityRef) = ("Component:default/A".parse().unwrap(), "component:Default/a".parse().unwrap());
        assert_eq!(a, b);
        assert_eq!(a.href(), "/catalog/default/component/A");
    }
}
