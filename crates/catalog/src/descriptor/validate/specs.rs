//! What the `spec` of each built-in kind has to hold, as tables.

use super::shape::{ANY_FIELDS, Fields, Rest, Shape};

/// An entity whose kind needs a `spec`.
pub(super) const NO_SPEC: Fields = Fields { required: &["spec"], known: &[], rest: Rest::Anything };
const REFS: Shape = Shape::List(0, &Shape::Text);

/// A mapping that may hold more than is known.
const fn spec(required: &'static [&'static str], known: &'static [(&'static str, Shape)]) -> Fields {
    Fields { required, known, rest: Rest::Anything }
}

pub(super) const COMPONENT: Fields = spec(
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

pub(super) const API: Fields = spec(
    &["type", "lifecycle", "owner", "definition"],
    &[("type", Shape::Text), ("lifecycle", Shape::Text), ("owner", Shape::Text), ("system", Shape::Text), ("definition", Shape::Text)],
);

/// A server of the Model Context Protocol states where it runs and not what it speaks.
pub(super) const MCP_SERVER: Fields = spec(
    &["type", "lifecycle", "owner", "remotes"],
    &[
        ("lifecycle", Shape::Text),
        ("owner", Shape::Text),
        ("system", Shape::Text),
        ("remotes", Shape::List(1, &Shape::Fields(&spec(&["type", "url"], &[("type", Shape::Text), ("url", Shape::Text)])))),
    ],
);

/// Knowledge for coding tools of a type that says no more.
pub(super) const AI_RESOURCE: Fields = spec(AI_REQUIRED, &[("type", Shape::Text), AI_LIFECYCLE, AI_OWNER, AI_SYSTEM]);

pub(super) const AI_SKILL: Fields = spec(
    AI_REQUIRED,
    &[
        AI_LIFECYCLE,
        AI_OWNER,
        AI_SYSTEM,
        ("disciplines", REFS),
        ("categories", REFS),
        ("agents", REFS),
        ("dependsOn", REFS),
        ("allowedTools", REFS),
        ("license", Shape::Text),
        ("compatibility", Shape::TextUpTo(500)),
    ],
);

pub(super) const AI_RULE: Fields = spec(
    &["type", "lifecycle", "owner", "category", "rationale"],
    &[AI_LIFECYCLE, AI_OWNER, AI_SYSTEM, ("disciplines", REFS), ("category", Shape::Text), ("rationale", Shape::Text)],
);

pub(super) const AI_PLUGIN: Fields =
    spec(&["type", "lifecycle", "owner", "skills"], &[AI_LIFECYCLE, AI_OWNER, AI_SYSTEM, ("skills", REFS), ("version", Shape::Text)]);

pub(super) const AI_MARKETPLACE: Fields =
    spec(&["type", "lifecycle", "owner", "plugins"], &[AI_LIFECYCLE, AI_OWNER, AI_SYSTEM, ("plugins", REFS), ("version", Shape::Text)]);

const AI_REQUIRED: &[&str] = &["type", "lifecycle", "owner"];
const AI_LIFECYCLE: (&str, Shape) = ("lifecycle", Shape::Text);
const AI_OWNER: (&str, Shape) = ("owner", Shape::Text);
const AI_SYSTEM: (&str, Shape) = ("system", Shape::Text);

pub(super) const RESOURCE: Fields =
    spec(&["type", "owner"], &[("type", Shape::Text), ("owner", Shape::Text), ("dependsOn", REFS), ("system", Shape::Text)]);

pub(super) const SYSTEM: Fields = spec(&["owner"], &[("owner", Shape::Text), ("domain", Shape::Text), ("type", Shape::Text)]);

pub(super) const DOMAIN: Fields = spec(&["owner"], &[("owner", Shape::Text), ("subdomainOf", Shape::Text), ("type", Shape::Text)]);

const PROFILE: Shape = Shape::Fields(&spec(&[], &[("displayName", Shape::Text), ("email", Shape::Text), ("picture", Shape::Text)]));

pub(super) const GROUP: Fields = spec(
    &["type", "children"],
    &[("type", Shape::Text), ("profile", PROFILE), ("parent", Shape::Text), ("children", REFS), ("members", REFS)],
);

pub(super) const USER: Fields = spec(&["memberOf"], &[("profile", PROFILE), ("memberOf", REFS)]);

pub(super) const LOCATION: Fields =
    spec(&[], &[("type", Shape::Text), ("target", Shape::Text), ("targets", REFS), ("presence", Shape::OneOf(&["required", "optional"]))]);

const PERMISSIONS: (&str, Shape) = ("backstage:permissions", Shape::Fields(&spec(&[], &[("tags", Shape::List(0, &Shape::AnyText))])));

const DECORATORS: Shape = Shape::List(0, &Shape::Fields(&spec(&[], &[("id", Shape::AnyText), ("input", Shape::Fields(&ANY_FIELDS))])));

pub(super) const TEMPLATE: Fields = spec(
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
