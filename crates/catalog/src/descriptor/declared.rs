//! Kinds that the configuration declares, beside those that are built in.

use serde_json::Value;

/// The kinds that the configuration declares.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// In the order in which they are declared.
    pub declared: Vec<DeclaredKind>,
}

/// A kind without code: what its entities look like, and what they relate to.
#[derive(Clone, Debug)]
pub struct DeclaredKind {
    /// As entities write it: `Database`.
    pub kind: String,
    /// As people read many of them: `Databases`.
    pub plural: String,
    /// The values of `apiVersion` that it takes.
    pub api_versions: Vec<String>,
    /// A JSON Schema of `spec`; everything is allowed without one.
    pub schema: Option<Value>,
    /// What its fields state.
    pub relations: Vec<DeclaredRelation>,
    /// The name of an icon of the interface.
    pub icon: Option<String>,
    /// Sections of its page: a title, and the dotted paths of the fields in it.
    pub sections: Vec<(String, Vec<String>)>,
}

/// A field that names other entities.
#[derive(Clone, Debug)]
pub struct DeclaredRelation {
    /// The field under `spec`, dotted: a name, or a list of names.
    pub field: String,
    /// What the entity states: `runsOn`.
    pub kind: String,
    /// What the other end shows: `hosts`.
    pub inverse: String,
    /// The kind of a name that has none; without it a name has to say its kind.
    pub default_kind: Option<String>,
}
