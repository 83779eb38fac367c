//! What all kinds have in common: the envelope that a name needs, and the schema of metadata.

use serde_json::Value;

use super::shape::{Fields, Mismatch, Rest, Shape};

/// What is needed before an entity can be named in a message.
pub(super) fn check_envelope(value: &Value) -> Result<(), Box<Mismatch>> {
    ENVELOPE.check(value)
}

/// The parts that every kind shares.
pub(super) fn check_entity(value: &Value) -> Result<(), Box<Mismatch>> {
    ENTITY.check(value)
}

const ENVELOPE: Fields = Fields {
    required: &["apiVersion", "kind", "metadata"],
    known: &[
        ("apiVersion", Shape::Text),
        ("kind", Shape::Text),
        (
            "metadata",
            Shape::Fields(&Fields {
                required: &["name"],
                known: &[("name", Shape::Text), ("namespace", Shape::Text)],
                rest: Rest::Anything,
            }),
        ),
    ],
    rest: Rest::Anything,
};

const ENTITY: Fields = Fields {
    required: &["apiVersion", "kind", "metadata"],
    known: &[
        ("apiVersion", Shape::Text),
        ("kind", Shape::Text),
        ("metadata", Shape::Fields(&METADATA)),
        ("spec", Shape::Fields(&super::shape::ANY_FIELDS)),
        ("relations", Shape::List(0, &Shape::Fields(&RELATION))),
        ("status", Shape::Fields(&STATUS)),
    ],
    rest: Rest::Nothing,
};

const TEXTS: Fields = Fields { required: &[], known: &[], rest: Rest::Texts };

const METADATA: Fields = Fields {
    required: &["name"],
    known: &[
        ("uid", Shape::Text),
        ("etag", Shape::Text),
        ("name", Shape::Text),
        ("namespace", Shape::Text),
        ("title", Shape::Text),
        ("description", Shape::AnyText),
        ("labels", Shape::Fields(&TEXTS)),
        ("annotations", Shape::Fields(&TEXTS)),
        ("tags", Shape::List(0, &Shape::Text)),
        ("links", Shape::List(0, &Shape::Fields(&LINK))),
    ],
    rest: Rest::Anything,
};

const LINK: Fields = Fields {
    required: &["url"],
    known: &[("url", Shape::Text), ("title", Shape::Text), ("icon", Shape::Text), ("type", Shape::Text)],
    rest: Rest::Anything,
};

const RELATION: Fields = Fields {
    required: &["type", "targetRef"],
    known: &[
        ("type", Shape::Word),
        (
            "target",
            Shape::Fields(&Fields {
                required: &["kind", "namespace", "name"],
                known: &[("kind", Shape::Text), ("namespace", Shape::Text), ("name", Shape::Text)],
                rest: Rest::Nothing,
            }),
        ),
        ("targetRef", Shape::Text),
    ],
    rest: Rest::Nothing,
};

const STATUS: Fields = Fields {
    required: &[],
    known: &[(
        "items",
        Shape::List(
            0,
            &Shape::Fields(&Fields {
                required: &["type", "level", "message"],
                known: &[
                    ("type", Shape::Text),
                    ("level", Shape::OneOf(&["info", "warning", "error"])),
                    ("message", Shape::AnyText),
                    (
                        "error",
                        Shape::Fields(&Fields {
                            required: &["name", "message"],
                            known: &[
                                ("name", Shape::Text),
                                ("message", Shape::AnyText),
                                ("code", Shape::AnyText),
                                ("stack", Shape::AnyText),
                            ],
                            rest: Rest::Anything,
                        }),
                    ),
                ],
                rest: Rest::Anything,
            }),
        ),
    )],
    rest: Rest::Anything,
};
