//! The Problems page: everything that is wrong in the catalog, whose it is and what to do.

use serde::Serialize;

use super::entity::{EntityLink, ProblemLevel};
use crate::{EntityRef, Timestamp};

/// The sorts of problems, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemSort {
    /// Reading or checking an entity that the catalog has failed.
    #[serde(rename = "error")]
    Error,
    /// A descriptor whose entity never came into the catalog.
    #[serde(rename = "never")]
    NeverWorked,
    /// A reading would have lost so many entities that somebody has to confirm it.
    Held,
    /// Two sources provide one name.
    Conflict,
    /// No source provides the entity any more.
    Orphan,
    /// A location was not read for long.
    Stale,
    /// A host asked to be left alone for a while.
    #[serde(rename = "host")]
    Waiting,
    /// Its owner is not in the catalog.
    Owner,
    /// It refers to something that is not in the catalog.
    Dangling,
}

impl ProblemSort {
    /// All of them, the worst first.
    pub const ALL: [Self; 9] =
        [Self::Error, Self::NeverWorked, Self::Held, Self::Conflict, Self::Orphan, Self::Stale, Self::Waiting, Self::Owner, Self::Dangling];

    /// The value in the URL and in REST.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NeverWorked => "never",
            Self::Held => "held",
            Self::Conflict => "conflict",
            Self::Orphan => "orphan",
            Self::Stale => "stale",
            Self::Waiting => "host",
            Self::Owner => "owner",
            Self::Dangling => "dangling",
        }
    }

    /// The value as people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Error => "Cannot be read",
            Self::NeverWorked => "Never worked",
            Self::Held => "Loss to confirm",
            Self::Conflict => "Two sources, one name",
            Self::Orphan => "Source is gone",
            Self::Stale => "Not read for long",
            Self::Waiting => "Host asks to wait",
            Self::Owner => "Owner is missing",
            Self::Dangling => "Refers to something missing",
        }
    }

    /// The sort with that value in the URL.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.value() == value)
    }
}

/// Whose problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProblemOwner {
    /// Everybody's.
    #[default]
    Anyone,
    /// The caller's and those of the caller's groups.
    Mine,
    /// Nobody's: no owner is stated, or it is not known.
    Nobody,
    /// One owner's.
    One(EntityRef),
}

/// The Problems page's filters, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemsQuery {
    /// One sort only.
    pub sort: Option<ProblemSort>,
    /// Whose.
    pub owner: ProblemOwner,
    /// A kind of entity, in lower case.
    pub kind: Option<String>,
    /// A location's id.
    pub location: Option<String>,
    /// The page, from 1.
    pub page: usize,
}

/// Problems on one page.
pub const PROBLEMS_PAGE: usize = 100;

impl ProblemsQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 {
                continue;
            }
            match (&*name, value) {
                ("sort", _) => out.sort = ProblemSort::from_value(value),
                ("owner", "mine") => out.owner = ProblemOwner::Mine,
                ("owner", "none") => out.owner = ProblemOwner::Nobody,
                ("owner", _) => out.owner = value.parse().map_or(ProblemOwner::Anyone, ProblemOwner::One),
                ("kind", _) => out.kind = Some(value.to_lowercase()),
                ("location", _) => out.location = Some(value.to_owned()),
                ("page", _) => out.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        out
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(sort) = self.sort {
            out.append_pair("sort", sort.value());
        }
        match &self.owner {
            ProblemOwner::Anyone => {}
            ProblemOwner::Mine => drop(out.append_pair("owner", "mine")),
            ProblemOwner::Nobody => drop(out.append_pair("owner", "none")),
            ProblemOwner::One(owner) => drop(out.append_pair("owner", &owner.to_string())),
        }
        if let Some(kind) = &self.kind {
            out.append_pair("kind", kind);
        }
        if let Some(location) = &self.location {
            out.append_pair("location", location);
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        let query = out.finish();
        if query.is_empty() { "/problems".to_owned() } else { format!("/problems?{query}") }
    }

    /// Whether anything narrows the page.
    pub fn is_filtered(&self) -> bool {
        self.sort.is_some() || self.owner != ProblemOwner::Anyone || self.kind.is_some() || self.location.is_some()
    }
}

/// Something that is wrong, as REST gives it and pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemItem {
    /// What sort of problem.
    pub sort: ProblemSort,
    /// How bad it is.
    pub level: ProblemLevel,
    /// The entity that it is about, when it is about one.
    pub entity_ref: Option<EntityRef>,
    /// The id of the location concerned.
    pub location: Option<String>,
    /// The file concerned: a path or an address.
    pub file: Option<String>,
    /// The line in it, where it is known.
    pub line: Option<u32>,
    /// Whose it is to mend.
    pub owner: Option<EntityRef>,
    /// What is wrong.
    pub title: String,
    /// Where and why.
    pub detail: String,
    /// What to do.
    pub fix: String,
}

/// The Problems page.
#[derive(Clone, Debug)]
pub struct ProblemsView {
    /// What the URL asks for.
    pub query: ProblemsQuery,
    /// Each sort with its count over the other filters.
    pub sorts: Vec<(ProblemSort, u64)>,
    /// Each kind with its count over the other filters: the value in the URL, as people read it, how many.
    pub kinds: Vec<(String, String, u64)>,
    /// The owners with the most problems over the other filters; at most 20.
    pub owners: Vec<(EntityLink, u64)>,
    /// How many have no owner that is known.
    pub ownerless: u64,
    /// How many the caller and the caller's groups have to mend; `None` without a person.
    pub mine: Option<u64>,
    /// How many there are without any filter on owners.
    pub everybodys: u64,
    /// How many match.
    pub total: u64,
    /// The page's problems by owner: the caller's first, then by how many there are; those of nobody last.
    pub groups: Vec<ProblemGroup>,
    /// The location that the URL names, as people read it.
    pub location: Option<String>,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// The problems of one owner.
#[derive(Clone, Debug)]
pub struct ProblemGroup {
    /// The owner; `None` for what nobody owns.
    pub owner: Option<EntityLink>,
    /// Whether the owner is the caller or one of the caller's groups.
    pub mine: bool,
    /// The problems, the worst first.
    pub rows: Vec<ProblemRow>,
}

/// A problem with what it links to.
#[derive(Clone, Debug)]
pub struct ProblemRow {
    /// The problem.
    pub item: ProblemItem,
    /// Its entity.
    pub entity: Option<EntityLink>,
    /// The location concerned, as `type:target`.
    pub location: Option<String>,
    /// Where the file can be opened.
    pub file_href: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, again: &str) {
        assert_eq!(ProblemsQuery::parse(query).href(), again);
    }

    #[test]
    fn reads_back_what_it_writes() {
        check("", "/problems");
        check("sort=conflict&owner=mine&kind=API&page=2", "/problems?sort=conflict&owner=mine&kind=api&page=2");
        check("owner=group:a&location=x", "/problems?owner=group%3Adefault%2Fa&location=x");
        check("owner=none&sort=nonsense&page=-1", "/problems?owner=none");
    }
}
