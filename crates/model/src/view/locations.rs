//! Where the catalog is read from: the list of locations with their hosts, one location, and what unregistering one does.

use super::{changes::Actor, entity::EntityLink};
use crate::Timestamp;

/// How a location is, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocationStatus {
    /// A loss waits to be confirmed.
    Held,
    /// The location as a whole cannot be read.
    Error,
    /// Its target is gone at its source, and it is unregistered soon.
    Leaving,
    /// Some of its files have mistakes, or others provide the same names.
    Problems,
    /// It was never read.
    Unread,
    /// As it should be.
    Fine,
}

impl LocationStatus {
    /// All of them, the most pressing first.
    pub const ALL: [Self; 6] = [Self::Held, Self::Error, Self::Leaving, Self::Problems, Self::Unread, Self::Fine];

    /// The value in the URL.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Error => "error",
            Self::Leaving => "leaving",
            Self::Problems => "problems",
            Self::Unread => "unread",
            Self::Fine => "fine",
        }
    }

    /// The status with that value in the URL.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.value() == value)
    }
}

/// The list's filters, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationsQuery {
    /// Part of the target, of an owner or of who registered it.
    pub text: String,
    /// Those in this state only.
    pub status: Option<LocationStatus>,
    /// The page, from 1.
    pub page: usize,
}

/// Locations on one page of the list, and entities on one page of a location.
pub const LOCATIONS_PAGE: usize = 100;

impl LocationsQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 {
                continue;
            }
            match &*name {
                "q" => value.clone_into(&mut out.text),
                "state" => out.status = LocationStatus::from_value(value),
                "page" => out.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        out
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if !self.text.is_empty() {
            out.append_pair("q", &self.text);
        }
        if let Some(status) = self.status {
            out.append_pair("state", status.value());
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        let query = out.finish();
        if query.is_empty() { "/locations".to_owned() } else { format!("/locations?{query}") }
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        !self.text.is_empty() || self.status.is_some()
    }
}

/// The list of locations.
#[derive(Clone, Debug)]
pub struct LocationsView {
    /// What the URL asks for.
    pub query: LocationsQuery,
    /// How many there are in each state, over the text.
    pub counts: Vec<(LocationStatus, u64)>,
    /// How many there are without any filter.
    pub all: u64,
    /// How many match.
    pub total: u64,
    /// The page's locations, the most pressing first.
    pub rows: Vec<LocationRow>,
    /// The hosts that they are read from.
    pub hosts: Vec<HostRow>,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// A location in the list.
#[derive(Clone, Debug)]
pub struct LocationRow {
    /// Its id.
    pub id: String,
    /// `file`, `url` or `git`.
    pub location_type: String,
    /// Its path, pattern or address.
    pub target: String,
    /// How it is.
    pub status: LocationStatus,
    /// How many problems there are with it.
    pub problems: u64,
    /// When it was last looked at.
    pub last_read: Option<Timestamp>,
    /// When it will be looked at next.
    pub next_read: Option<Timestamp>,
    /// It is being read now.
    pub reading: bool,
    /// When it goes by itself, since its target is gone.
    pub leaves_at: Option<Timestamp>,
    /// Entities that it provides, its own Location entity not counted.
    pub entities: u64,
    /// Who owns them, those with the most first.
    pub owners: Vec<EntityLink>,
    /// Who registered it; `None` for the configuration's.
    pub registered_by: Option<Actor>,
    /// It can be changed and unregistered here.
    pub registered: bool,
}

/// A host on the network.
#[derive(Clone, Debug, Default)]
pub struct HostRow {
    /// Its name.
    pub host: String,
    /// Requests that were sent to it.
    pub requests: u64,
    /// Those that found nothing new and cost next to nothing.
    pub unchanged: u64,
    /// Those that failed.
    pub failed: u64,
    /// When it was last asked.
    pub last_at: Option<Timestamp>,
    /// What the last request gave.
    pub last_result: String,
    /// Whether that was as it should be.
    pub is_ok: bool,
    /// Requests that it allows in a while, and how many are left.
    pub budget: Option<(i64, i64)>,
    /// When it allows that many again.
    pub resets_at: Option<Timestamp>,
    /// Until when it asked to be left alone, if that is still to come.
    pub waits_until: Option<Timestamp>,
}

/// One location.
#[derive(Clone, Debug)]
pub struct LocationView {
    /// What the list shows of it.
    pub row: LocationRow,
    /// Its own Location entity.
    pub entity: EntityLink,
    /// Where its target can be opened.
    pub target_href: Option<String>,
    /// When it was last read without a problem.
    pub last_ok: Option<Timestamp>,
    /// What went wrong as a whole.
    pub last_error: Option<String>,
    /// Seconds between two readings, where it has a schedule of its own.
    pub every_seconds: Option<u64>,
    /// When a webhook last named it.
    pub last_push: Option<Timestamp>,
    /// A loss that waits to be confirmed.
    pub held: Option<HeldView>,
    /// Files with mistakes; the first 100.
    pub files: Vec<FileRow>,
    /// How many files have mistakes.
    pub files_total: u64,
    /// Names that other locations provide already; the first 100.
    pub conflicts: Vec<ConflictRow>,
    /// The page's entities.
    pub entities: Vec<EntityLink>,
    /// How many of each kind it provides.
    pub kinds: Vec<(String, u64)>,
    /// The page of its entities, from 1.
    pub page: usize,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// A loss that is not applied yet.
#[derive(Clone, Debug)]
pub struct HeldView {
    /// How many entities would go.
    pub lost: u64,
    /// Of how many.
    pub of: u64,
    /// When it was met first.
    pub at: Timestamp,
    /// The first of them.
    pub entities: Vec<EntityLink>,
}

/// A file of which something cannot be taken in.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// Its path or address.
    pub file: String,
    /// Where it can be opened.
    pub href: Option<String>,
    /// Its mistakes: the entity, the line and what is wrong.
    pub mistakes: Vec<FileMistake>,
}

/// What is wrong in a file.
#[derive(Clone, Debug)]
pub struct FileMistake {
    /// The entity, where its name can be told.
    pub entity: Option<EntityLink>,
    /// The line, where it is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// A name that another location provides.
#[derive(Clone, Debug)]
pub struct ConflictRow {
    /// The entity.
    pub entity: EntityLink,
    /// The file of this location that names it too.
    pub file: String,
    /// The file whose entity shows.
    pub shown: String,
    /// Since when this one waits.
    pub since: Timestamp,
}

/// What unregistering a location does.
#[derive(Clone, Debug)]
pub struct UnregisterView {
    /// The location's id.
    pub id: String,
    /// Its path, pattern or address.
    pub target: String,
    /// It can be unregistered here; the configuration's cannot.
    pub registered: bool,
    /// The reader may unregister it.
    pub may: bool,
    /// Who registered it, and may always unregister it.
    pub registered_by: Option<Actor>,
    /// How many entities go, the location's own not counted.
    pub total: u64,
    /// The entities that go, by kind: how many, and the first of them.
    pub kinds: Vec<KindEntities>,
    /// Entities that another file takes over; the first of them.
    pub handed_over: Vec<(EntityLink, String)>,
    /// How many those are.
    pub handed_over_total: u64,
    /// Relations of others that lead nowhere afterwards: from, how, to; the first of them.
    pub dangling: Vec<(EntityLink, String, EntityLink)>,
    /// How many those are.
    pub dangling_total: u64,
}

/// Entities of one kind.
#[derive(Clone, Debug)]
pub struct KindEntities {
    /// The kind.
    pub kind: String,
    /// How many there are.
    pub total: u64,
    /// The first of them.
    pub entities: Vec<EntityLink>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let check = |query: &str, again: &str| assert_eq!(LocationsQuery::parse(query).href(), again);
        check("", "/locations");
        check("q=pay&state=held&page=2", "/locations?q=pay&state=held&page=2");
        check("q=&state=nonsense&page=0", "/locations");
    }
}
