//! Which kinds of entities may come from which location.

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use serde_json::Value;

use super::{LocationRef, ValidationError, entity_ref};

/// The kinds that are let in, as `catalog.rules` of Backstage's configuration states them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `None` lets everything in.
    rules: Option<Vec<Rule>>,
}

/// Kinds that are let in, from everywhere or from some locations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The kinds.
    pub allow: Vec<AllowedKind>,
    /// The locations; without it all.
    #[serde(default)]
    pub locations: Option<Vec<LocationMatch>>,
}

/// A kind, or those entities of it that have a certain `spec.type`. Letter case does not count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "AllowedKindText")]
pub struct AllowedKind {
    /// The kind.
    pub kind: String,
    /// The `spec.type`.
    pub spec_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AllowedKindText {
    Kind(String),
    Both {
        kind: String,
        #[serde(rename = "spec.type")]
        spec_type: Option<String>,
    },
}

impl From<AllowedKindText> for AllowedKind {
    fn from(text: AllowedKindText) -> Self {
        match text {
            AllowedKindText::Kind(kind) => Self { kind, spec_type: None },
            AllowedKindText::Both { kind, spec_type } => Self { kind, spec_type },
        }
    }
}

impl AllowedKind {
    fn matches(&self, entity: &Value) -> bool {
        let same = |pointer: &str, wanted: &str| {
            entity.pointer(pointer).and_then(Value::as_str).is_some_and(|text| text.to_lowercase() == wanted.to_lowercase())
        };
        same("/kind", &self.kind) && self.spec_type.as_deref().is_none_or(|wanted| same("/spec/type", wanted))
    }
}

/// Some locations: all of a type, one of them, or those whose target has a form.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "LocationMatchText")]
pub struct LocationMatch {
    type_: String,
    exact: Option<String>,
    pattern: Option<GlobMatcher>,
}

impl PartialEq for LocationMatch {
    fn eq(&self, other: &Self) -> bool {
        let glob = |matcher: &Self| matcher.pattern.as_ref().map(|pattern| pattern.glob().clone());
        self.type_ == other.type_ && self.exact == other.exact && glob(self) == glob(other)
    }
}

impl Eq for LocationMatch {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocationMatchText {
    r#type: String,
    exact: Option<String>,
    pattern: Option<String>,
}

impl TryFrom<LocationMatchText> for LocationMatch {
    type Error = String;

    fn try_from(text: LocationMatchText) -> Result<Self, String> {
        Self::new(text.r#type, text.exact, text.pattern.as_deref())
    }
}

impl LocationMatch {
    /// Locations of a type, narrowed to one target or to those that a wild-card pattern fits (`*`, `**`, `?`, `{a,b}`).
    ///
    /// # Errors
    /// A sentence, when both are given or the pattern cannot be read.
    pub fn new(type_: impl Into<String>, exact: Option<String>, pattern: Option<&str>) -> Result<Self, String> {
        if exact.is_some() && pattern.is_some() {
            return Err("A catalog rule location cannot have both exact and pattern values".to_owned());
        }
        let compile = |pattern: &str| {
            let glob = GlobBuilder::new(pattern).case_insensitive(true).literal_separator(true).build();
            glob.map(|glob| glob.compile_matcher()).map_err(|error| format!("The pattern of a catalog rule cannot be read: {error}"))
        };
        Ok(Self { type_: type_.into(), exact, pattern: pattern.map(compile).transpose()? })
    }

    fn matches(&self, location: &LocationRef) -> bool {
        self.type_ == location.type_
            && self.exact.as_ref().is_none_or(|exact| *exact == location.target)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(&location.target))
    }
}

impl Rules {
    /// Lets everything in: for locations from the command line or the configuration that state no rules.
    pub fn everything() -> Self {
        Self { rules: None }
    }

    /// What locations registered over REST may bring: Component, API, Location, Template.
    pub fn registered() -> Self {
        Self::kinds(["Component", "API", "Location", "Template"])
    }

    /// Some kinds, from everywhere.
    pub fn kinds(kinds: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let allow = kinds.into_iter().map(|kind| AllowedKind { kind: kind.into(), spec_type: None }).collect();
        Self::new(vec![Rule { allow, locations: None }])
    }

    /// Lets in what any of the rules allows.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules: Some(rules) }
    }

    /// The rules that count for what comes, directly or not, from one registered location.
    #[must_use]
    pub fn at(&self, origin: &LocationRef) -> Self {
        let applies = |rule: &&Rule| rule.locations.as_ref().is_none_or(|all| all.iter().any(|matcher| matcher.matches(origin)));
        let here = |rule: &Rule| Rule { allow: rule.allow.clone(), locations: None };
        Self { rules: self.rules.as_ref().map(|rules| rules.iter().filter(applies).map(here).collect()) }
    }

    /// Whether an entity may come in; rules for certain locations count after [`Self::at`] only.
    pub fn allows(&self, entity: &Value) -> bool {
        let Some(rules) = &self.rules else { return true };
        rules.iter().filter(|rule| rule.locations.is_none()).any(|rule| rule.allow.iter().any(|allowed| allowed.matches(entity)))
    }

    /// [`Self::allows`], with Backstage's text for an entity that may not: `location` is where it stands, `origin` what was registered.
    ///
    /// # Errors
    /// When the entity may not come in.
    pub fn check(&self, entity: &Value, location: &LocationRef, origin: &LocationRef) -> Result<(), ValidationError> {
        if self.at(origin).allows(entity) {
            return Ok(());
        }
        let name = entity_ref(entity).map_or_else(|| "unknown".to_owned(), |name| name.to_string());
        let message = format!("Entity {name} at {location}, originated at {origin}, is not of an allowed kind for that location");
        let help = "Ask an administrator to allow the kind for this location, or register it in the configuration.";
        Err(ValidationError::plain("NotAllowedError", "location/rules", message, "/kind").help(help))
    }
}
