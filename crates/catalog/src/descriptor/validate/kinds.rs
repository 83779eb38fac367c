//! The kinds that the catalog knows and what their `spec` has to hold.

use std::fmt;

use serde_json::Value;

use super::{
    described,
    shape::{ANY_FIELDS, Fields, Rest, Shape},
};
use crate::descriptor::ValidationError;

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
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] =
        [Self::Component, Self::Api, Self::Resource, Self::System, Self::Domain, Self::Group, Self::User, Self::Location, Self::Template];

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
        }
    }

    /// The kind of that name, letter case included, as in Backstage.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    fn api_versions(self) -> &'static [&'static str] {
        match self {
            Self::Template => &["scaffolder.backstage.io/v1beta3"],
            _ => &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
        }
    }

    /// The part of Backstage that checks this kind, which its messages name.
    pub(crate) fn processor(self) -> &'static str {
        if self == Self::Template { "ScaffolderEntitiesProcessor" } else { "BuiltinKindsEntityProcessor" }
    }

    fn spec(self, value: &Value) -> &'static Fields {
        match self {
            Self::Component => &COMPONENT,
            Self::Api if value.pointer("/spec/type").and_then(Value::as_str) == Some("mcp-server") => &MCP_SERVER,
            Self::Api => &API,
            Self::Resource => &RESOURCE,
            Self::System => &SYSTEM,
            Self::Domain => &DOMAIN,
            Self::Group => &GROUP,
            Self::User => &USER,
            Self::Location => &LOCATION,
            Self::Template => &TEMPLATE,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Finds the kind of an entity whose envelope is right, and checks its `spec`.
pub(super) fn check_kind(value: &Value) -> Result<Kind, ValidationError> {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let (name, version) = (text("kind"), text("apiVersion"));
    let Some(kind) = Kind::from_name(name).filter(|kind| kind.api_versions().contains(&version)) else {
        return Err(unrecognized(value, name, version));
    };
    let checked = match value.get("spec") {
        Some(spec) => kind.spec(value).check(spec).map_err(|mismatch| mismatch.within("spec")),
        None => NO_SPEC.check(value),
    };
    checked.map_err(|mismatch| {
        let step = format!("Processor {} threw an error while validating the entity {}", kind.processor(), described(value));
        ValidationError::caused("kind/schema", step, "TypeError", &mismatch.with_params(), mismatch.pointer()).help_from(&mismatch)
    })?;
    Ok(kind)
}

fn unrecognized(value: &Value, name: &str, version: &str) -> ValidationError {
    let message =
        format!("No processor recognized the entity {} as valid, possibly caused by a foreign kind or apiVersion", described(value));
    let known = Kind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(name));
    let (pointer, help) = match known {
        Some(kind) if kind.as_str() != name => ("/kind", format!("Write the kind as {kind}: upper and lower case count.")),
        Some(kind) => ("/apiVersion", format!("The apiVersion of a {kind} is {}, not {version}.", kind.api_versions()[0])),
        None => ("/kind", format!("Known kinds are {}.", Kind::ALL.map(Kind::as_str).join(", "))),
    };
    ValidationError::plain("InputError", "kind/unknown", message, pointer).help(help)
}

const NO_SPEC: Fields = Fields { required: &["spec"], known: &[], rest: Rest::Anything };
const REFS: Shape = Shape::List(0, &Shape::Text);

const fn spec(required: &'static [&'static str], known: &'static [(&'static str, Shape)]) -> Fields {
    Fields { required, known, rest: Rest::Anything }
}

const COMPONENT: Fields = spec(
    &["type", "lifecycle", "owner"],
    &[
        ("type", Shape::Text),
        ("lifecycle", Shape::Text),
        ("owner", Shape::Text),
        ("system", Shape::Text),
        ("subcomponentOf", Shape::Text),
        ("providesApis", REFS),
        ("consumesApis", REFS),
        ("dependsOn", REFS),
    ],
);

const API: Fields = spec(
    &["type", "lifecycle", "owner", "definition"],
    &[("type", Shape::Text), ("lifecycle", Shape::Text), ("owner", Shape::Text), ("system", Shape::Text), ("definition", Shape::Text)],
);

/// A server of the Model Context Protocol states where it runs and not what it speaks.
const MCP_SERVER: Fields = spec(
    &["type", "lifecycle", "owner", "remotes"],
    &[
        ("lifecycle", Shape::Text),
        ("owner", Shape::Text),
        ("system", Shape::Text),
        ("remotes", Shape::List(1, &Shape::Fields(&spec(&["type", "url"], &[("type", Shape::Text), ("url", Shape::Text)])))),
    ],
);

const RESOURCE: Fields =
    spec(&["type", "owner"], &[("type", Shape::Text), ("owner", Shape::Text), ("dependsOn", REFS), ("system", Shape::Text)]);

const SYSTEM: Fields = spec(&["owner"], &[("owner", Shape::Text), ("domain", Shape::Text), ("type", Shape::Text)]);

const DOMAIN: Fields = spec(&["owner"], &[("owner", Shape::Text), ("subdomainOf", Shape::Text), ("type", Shape::Text)]);

const PROFILE: Shape = Shape::Fields(&spec(&[], &[("displayName", Shape::Text), ("email", Shape::Text), ("picture", Shape::Text)]));

const GROUP: Fields = spec(
    &["type", "children"],
    &[("type", Shape::Text), ("profile", PROFILE), ("parent", Shape::Text), ("children", REFS), ("members", REFS)],
);

const USER: Fields = spec(&["memberOf"], &[("profile", PROFILE), ("memberOf", REFS)]);

const LOCATION: Fields =
    spec(&[], &[("type", Shape::Text), ("target", Shape::Text), ("targets", REFS), ("presence", Shape::OneOf(&["required", "optional"]))]);

const PERMISSIONS: (&str, Shape) = ("backstage:permissions", Shape::Fields(&spec(&[], &[("tags", Shape::List(0, &Shape::AnyText))])));

const DECORATORS: Shape = Shape::List(0, &Shape::Fields(&spec(&[], &[("id", Shape::AnyText), ("input", Shape::Fields(&ANY_FIELDS))])));

const TEMPLATE: Fields = spec(
    &["type", "steps"],
    &[
        ("type", Shape::Text),
        ("owner", Shape::Text),
        ("lifecycle", Shape::Text),
        ("parameters", Shape::FieldsOrList(&spec(&[], &[PERMISSIONS]))),
        ("secrets", Shape::Fields(&spec(&[], &[("schema", Shape::Fields(&ANY_FIELDS))]))),
        ("presentation", Shape::Fields(&spec(&[], &[("buttonLabels", Shape::Fields(&BUTTONS))]))),
        ("EXPERIMENTAL_recovery", Shape::Fields(&spec(&[], &[("EXPERIMENTAL_strategy", Shape::AnyText)]))),
        ("formDecorators", DECORATORS),
        ("EXPERIMENTAL_formDecorators", DECORATORS),
        ("steps", Shape::List(0, &Shape::Fields(&STEP))),
        ("output", Shape::Fields(&OUTPUT)),
    ],
);

const BUTTONS: Fields =
    spec(&[], &[("backButtonText", Shape::AnyText), ("createButtonText", Shape::AnyText), ("reviewButtonText", Shape::AnyText)]);

const STEP: Fields = spec(
    &["action"],
    &[
        ("id", Shape::AnyText),
        ("name", Shape::AnyText),
        ("action", Shape::AnyText),
        ("input", Shape::Fields(&ANY_FIELDS)),
        ("if", Shape::TextOrBool),
        PERMISSIONS,
    ],
);

const OUTPUT: Fields = Fields {
    required: &[],
    known: &[
        (
            "links",
            Shape::List(
                0,
                &Shape::Fields(&spec(
                    &[],
                    &[
                        ("if", Shape::TextOrBool),
                        ("url", Shape::Text),
                        ("entityRef", Shape::Text),
                        ("title", Shape::Text),
                        ("icon", Shape::Text),
                    ],
                )),
            ),
        ),
        (
            "text",
            Shape::List(
                0,
                &Shape::Fields(&spec(
                    &[],
                    &[("if", Shape::TextOrBool), ("title", Shape::Text), ("icon", Shape::Text), ("content", Shape::AnyText)],
                )),
            ),
        ),
    ],
    rest: Rest::AllTexts,
};
