//! Locations: the places that the catalog is told to read, and what it knows of the files in them.

use std::{collections::HashMap, path::Path, time::Duration};

use model::{EntityRef, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    descriptor::{LocationRef, Presence, generated_name, location_entity},
    sql::LocationRow,
};

/// A place in the configuration that the catalog is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationConfig {
    /// `file`, `url` or `git`.
    pub location_type: String,
    /// A path or a pattern; an address; a clone address with `//path` and `?ref=`.
    pub target: String,
    /// The kinds that may come from it: `Component`, …; empty for all.
    pub allow: Vec<String>,
    /// How often it is read; without it as often as its type is.
    pub every: Option<Duration>,
}

impl LocationConfig {
    /// A file, folder pattern or address of this machine; relative to `base`.
    pub fn file(target: &str, base: &Path) -> Self {
        let target = target.strip_prefix("file:").unwrap_or(target);
        let absolute = base.join(target.strip_prefix("./").unwrap_or(target));
        Self { location_type: "file".to_owned(), target: absolute.to_string_lossy().into_owned(), allow: Vec::new(), every: None }
    }

    /// What people write on the command line: a path or pattern relative to `base`, an `http(s)://` address, or an address that git can
    /// clone. A type in front decides: `file:`, `url:`, `git:`. Without one an address is `git` when it has a scheme of git, the scp
    /// form, or a path that ends in `.git` or has `.git//` in it.
    pub fn parse(text: &str, base: &Path) -> Self {
        let of = |location_type: &str, target: &str| Self {
            location_type: location_type.to_owned(),
            target: target.to_owned(),
            allow: Vec::new(),
            every: None,
        };
        match text.split_once(':') {
            Some(("url", target)) => of("url", target),
            Some(("git", target)) if !target.starts_with("//") => of("git", target),
            _ if is_git_address(text) => of("git", text),
            _ if text.starts_with("http://") || text.starts_with("https://") => of("url", text),
            _ => Self::file(text, base),
        }
    }

    /// `type:target`
    pub fn text(&self) -> String {
        format!("{}:{}", self.location_type, self.target)
    }
}

/// Whether an address without a type is one of a repository rather than of a file.
pub(crate) fn is_git_address(text: &str) -> bool {
    let (bare, _) = text.split_once('?').unwrap_or((text, ""));
    match bare.split_once("://") {
        Some(("ssh" | "git" | "git+ssh" | "file", _)) => true,
        Some(("http" | "https", rest)) => rest.ends_with(".git") || rest.contains(".git//"),
        Some(_) => false,
        // user@host:path
        None => bare.split_once(':').is_some_and(|(host, path)| {
            host.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('/')) && !path.is_empty()
        }),
    }
}

/// A location, as REST and pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// A UUID.
    pub id: String,
    /// `file`, `url` or `git`.
    #[serde(rename = "type")]
    pub location_type: String,
    /// A path or a pattern; an address; a clone address with `//path` and `?ref=`.
    pub target: String,
    /// The Location entity that stands for it.
    #[serde(rename = "entityRef")]
    pub entity_ref: EntityRef,
    /// `config`, or `registered` by somebody.
    #[serde(skip)]
    pub source: String,
    /// Whether its target must exist.
    #[serde(skip)]
    pub required: bool,
    /// Who registered it: a User's name or `system:admin-token`.
    #[serde(skip)]
    pub registered_by: Option<String>,
    /// How often it is read, if it says so itself.
    #[serde(skip)]
    pub read_every: Option<Duration>,
    /// When it is read next, as of its last reading that wrote anything.
    #[serde(skip)]
    pub next_read: Option<Timestamp>,
    /// When it was last read.
    #[serde(skip)]
    pub last_read: Option<Timestamp>,
    /// When it was last read without a problem.
    #[serde(skip)]
    pub last_ok: Option<Timestamp>,
    /// What went wrong when it was last read.
    #[serde(skip)]
    pub last_error: Option<String>,
    /// A loss of many entities that waits to be confirmed.
    #[serde(skip)]
    pub held: Option<Held>,
    /// Its target is gone at its source: when the location goes too.
    #[serde(skip)]
    pub unregister_at: Option<Timestamp>,
    /// When a webhook last named it.
    #[serde(skip)]
    pub last_push: Option<Timestamp>,
}

/// A loss of many entities in one reading, which is not applied until somebody confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// How many entities the location would lose.
    pub lost: u64,
    /// How many it has.
    pub of: u64,
    /// What tells this loss from another one.
    pub digest: String,
    /// The names of the first of them.
    pub refs: Vec<String>,
    /// When it was met first, in microseconds.
    pub at: i64,
}

impl From<LocationRow> for Location {
    fn from(row: LocationRow) -> Self {
        Self {
            entity_ref: generated_ref(&row.location_type, &row.target),
            id: row.id,
            location_type: row.location_type,
            target: row.target,
            source: row.source,
            required: row.presence != Presence::Optional.as_str(),
            registered_by: row.registered_by,
            read_every: row.read_every.map(micros),
            next_read: row.next_read_at.map(Timestamp::from),
            last_read: row.last_read_at.map(Timestamp::from),
            last_ok: row.last_ok_at.map(Timestamp::from),
            last_error: row.last_error,
            held: row.held.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            unregister_at: row.unregister_at.map(Timestamp::from),
            last_push: row.last_push_at.map(Timestamp::from),
        }
    }
}

/// A time as the database has it.
pub(crate) fn micros(count: i64) -> Duration {
    Duration::from_micros(u64::try_from(count).unwrap_or(0))
}

/// A time as the database takes it.
pub(crate) fn in_micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// The Location entity that stands for a location of the configuration or of REST, as Backstage names it.
pub fn generated_ref(location_type: &str, target: &str) -> EntityRef {
    EntityRef::new("Location", model::DEFAULT_NAMESPACE, generated_name(&LocationRef::new(location_type, target)))
}

/// The descriptor of [`generated_ref`]'s entity.
pub(crate) fn generated_entity(location_type: &str, target: &str, required: bool) -> Value {
    let presence = if required { None } else { Some(Presence::Optional) };
    location_entity(&LocationRef::new(location_type, target), presence)
}

/// What is remembered of a file between two reads, as JSON in its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// How it is read, where that is not the location's own type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) location_type: Option<String>,
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
    /// How it is read, where that is not the location's own type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) location_type: Option<String>,
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
