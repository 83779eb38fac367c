//! The kinds that the catalog knows and what their `spec` has to hold.

use std::fmt;

use serde_json::Value;

use super::{described, shape::Fields, specs};
use crate::descriptor::{DeclaredKind, Kinds, ValidationError, relations::DECLARED_PROCESSOR};

/// A kind of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A piece of software.
    Component,
    /// What a component offers to others.
    Api,
    /// What components run on.
    Resource,
    /// Components and resources that do one thing together.
    System,
    /// Systems that share a purpose.
    Domain,
    /// A team or an organisation.
    Group,
    /// A person.
    User,
    /// A pointer to more descriptors.
    Location,
    /// A software template.
    Template,
    /// Knowledge for coding tools: a skill, a rule, a plugin, a marketplace.
    AiResource,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Component,
        Self::Api,
        Self::Resource,
        Self::System,
        Self::Domain,
        Self::Group,
        Self::User,
        Self::Location,
        Self::Template,
        Self::AiResource,
    ];

    /// As it is written in a descriptor.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Component => "Component",
            Self::Api => "API",
            Self::Resource => "Resource",
            Self::System => "System",
            Self::Domain => "Domain",
            Self::Group => "Group",
            Self::User => "User",
            Self::Location => "Location",
            Self::Template => "Template",
            Self::AiResource => "AiResource",
        }
    }

    /// The kind of that name, letter case included, as in Backstage.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    fn api_versions(self) -> &'static [&'static str] {
        match self {
            Self::Template => &["scaffolder.backstage.io/v1beta3"],
            Self::AiResource => &["backstage.io/v1alpha1"],
            _ => &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
        }
    }

    /// The part of Backstage that checks this kind, which its messages name.
    pub(crate) fn processor(self) -> &'static str {
        if self == Self::Template { "ScaffolderEntitiesProcessor" } else { "BuiltinKindsEntityProcessor" }
    }

    fn spec(self, value: &Value) -> &'static Fields {
        let spec_type = || value.pointer("/spec/type").and_then(Value::as_str).unwrap_or_default();
        match self {
            Self::Component => &specs::COMPONENT,
            Self::Api if spec_type() == "mcp-server" => &specs::MCP_SERVER,
            Self::Api => &specs::API,
            Self::Resource => &specs::RESOURCE,
            Self::System => &specs::SYSTEM,
            Self::Domain => &specs::DOMAIN,
            Self::Group => &specs::GROUP,
            Self::User => &specs::USER,
            Self::Location => &specs::LOCATION,
            Self::Template => &specs::TEMPLATE,
            Self::AiResource => match spec_type() {
                "skill" => &specs::AI_SKILL,
                "rule" => &specs::AI_RULE,
                "plugin" => &specs::AI_PLUGIN,
                "marketplace" => &specs::AI_MARKETPLACE,
                _ => &specs::AI_RESOURCE,
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Finds the kind of an entity whose envelope is right, and checks its `spec`; `None` is a declared kind.
pub(super) fn check_kind(value: &Value, kinds: &Kinds) -> Result<Option<Kind>, ValidationError> {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let (name, version) = (text("kind"), text("apiVersion"));
    if let Some(declared) = kinds.get(name).filter(|declared| declared.api_versions.iter().any(|known| known == version)) {
        return check_declared(value, declared).map(|()| None);
    }
    let Some(kind) = Kind::from_name(name).filter(|kind| kind.api_versions().contains(&version)) else {
        return Err(unrecognized(value, name, version, kinds));
    };
    let checked = match value.get("spec") {
        Some(spec) => kind.spec(value).check(spec).map_err(|mismatch| mismatch.within("spec")),
        None => specs::NO_SPEC.check(value),
    };
    checked.map_err(|mismatch| {
        let step = format!("Processor {} threw an error while validating the entity {}", kind.processor(), described(value));
        ValidationError::caused("kind/schema", step, "TypeError", &mismatch.with_params(), mismatch.pointer()).help_from(&mismatch)
    })?;
    Ok(Some(kind))
}

fn check_declared(value: &Value, kind: &DeclaredKind) -> Result<(), ValidationError> {
    let Some(schema) = &kind.schema else { return Ok(()) };
    // Without a spec it is checked as an empty one, so that the message names what is missing.
    let none = Value::Object(serde_json::Map::new());
    schema.check(value.get("spec").unwrap_or(&none)).map_err(|misfit| {
        let step = format!("Processor {DECLARED_PROCESSOR} threw an error while validating the entity {}", described(value));
        let pointer = format!("/spec{}", misfit.pointer);
        let params = if misfit.params.is_empty() { String::new() } else { format!(" - {}", misfit.params) };
        let detail = format!("{pointer} {}{params}", misfit.message);
        let error = ValidationError::caused("kind/schema", step, "TypeError", &detail, pointer);
        match misfit.help {
            Some(help) => error.help(help),
            None => error,
        }
    })
}

/// Backstage's message, and what to write or to declare.
fn unrecognized(value: &Value, name: &str, version: &str, kinds: &Kinds) -> ValidationError {
    let message =
        format!("No processor recognized the entity {} as valid, possibly caused by a foreign kind or apiVersion", described(value));
    let versions: Vec<(&str, Vec<&str>)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.as_str(), kind.api_versions().to_vec()))
        .chain(kinds.declared().iter().map(|kind| (kind.kind.as_str(), kind.api_versions.iter().map(String::as_str).collect())))
        .collect();
    let (pointer, help) = match versions.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        Some((known, _)) if *known != name => ("/kind", format!("Write the kind as {known}: upper and lower case count.")),
        Some((known, versions)) => ("/apiVersion", format!("The apiVersion of a {known} is {}, not {version}.", versions.join(" or "))),
        None => {
            let near = versions.iter().map(|(known, _)| *known).find(|known| is_typo(known, name));
            let near =
                near.map(|near| format!("If {near} is meant, write that. Otherwise declare")).unwrap_or_else(|| "Declare".to_owned());
            let help = format!("{near} the kind in waymark.toml: [[kinds]] with kind = \"{name}\" and api-versions = [\"{version}\"].");
            ("/kind", help)
        }
    };
    ValidationError::plain("InputError", "kind/unknown", message, pointer).help(help)
}

/// Whether one letter is missing, too much, another one, or swapped with its neighbour.
fn is_typo(known: &str, written: &str) -> bool {
    let (known, written) = (known.to_ascii_lowercase(), written.to_ascii_lowercase());
    let (a, b) = (known.as_bytes(), written.as_bytes());
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([one, other], [first, second]) => one == second && other == first,
        _ => false,
    }
}
