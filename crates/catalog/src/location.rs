//! Locations: the places that the catalog is told to read, and what it knows of the files in them.

use std::{collections::HashMap, path::Path};

use model::{EntityRef, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::descriptor::{LocationRef, generated_name, location_entity};

/// A place in the configuration that the catalog is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationConfig {
    /// `file` for now.
    pub location_type: String,
    /// A path or a pattern.
    pub target: String,
    /// The kinds that may come from it: `Component`, …; empty for all.
    pub allow: Vec<String>,
}

impl LocationConfig {
    /// A file, folder pattern or address of this machine; relative to `base`.
    pub fn file(target: &str, base: &Path) -> Self {
        let target = target.strip_prefix("file:").unwrap_or(target);
        let absolute = base.join(target.strip_prefix("./").unwrap_or(target));
        Self { location_type: "file".to_owned(), target: absolute.to_string_lossy().into_owned(), allow: Vec::new() }
    }

    /// `type:target`
    pub fn text(&self) -> String {
        format!("{}:{}", self.location_type, self.target)
    }
}

/// A registered location, as REST and pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// A UUID.
    pub id: String,
    /// `file`
    #[serde(rename = "type")]
    pub location_type: String,
    /// A path or a pattern.
    pub target: String,
    /// The Location entity that stands for it.
    #[serde(rename = "entityRef")]
    pub entity_ref: EntityRef,
    /// When it was last read.
    #[serde(skip)]
    pub last_read: Option<Timestamp>,
    /// What went wrong then.
    #[serde(skip)]
    pub last_error: Option<String>,
}

/// The Location entity that stands for a location of the configuration or of REST, as Backstage names it.
pub fn generated_ref(location_type: &str, target: &str) -> EntityRef {
    EntityRef::new("Location", model::DEFAULT_NAMESPACE, generated_name(&LocationRef::new(location_type, target)))
}

/// The descriptor of [`generated_ref`]'s entity.
pub(crate) fn generated_entity(location_type: &str, target: &str) -> Value {
    location_entity(&LocationRef::new(location_type, target), None)
}

/// What is remembered of a file between two reads, as JSON in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// What its source remembers it by.
    pub(crate) stamp: Option<String>,
    /// Further files that its entities are made of (`$text` and the like), with their stamps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<(String, String)>,
    /// The targets of the Location entities in it: the entity, the target as resolved, and whether it must exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<Child>,
}

/// A target that a Location entity names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Child {
    /// The Location entity.
    pub(crate) parent: String,
    /// The target, absolute.
    pub(crate) target: String,
    /// Whether its absence is an error.
    pub(crate) required: bool,
}

/// What the catalog knows of its locations and their files; small, and kept in memory beside the index.
#[derive(Clone, Debug, Default)]
pub struct Locations {
    /// The locations, in the order in which they came.
    pub all: Vec<Location>,
    /// For each location's id and file: the Location entity that names the file.
    pub(crate) parents: HashMap<(String, String), EntityRef>,
}

impl Locations {
    /// The location with that id.
    pub fn by_id(&self, id: &str) -> Option<&Location> {
        self.all.iter().find(|location| location.id == id)
    }

    /// The Location entity that names a file of a location.
    pub fn parent_of(&self, location: &str, file: &str) -> Option<&EntityRef> {
        self.parents.get(&(location.to_owned(), file.to_owned()))
    }
}
