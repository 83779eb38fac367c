//! What changed: the history of entities, on a page of its own and on each entity's.

use super::entity::EntityLink;
use crate::{EntityRef, Timestamp};

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeAction {
    /// It came into the catalog.
    Created,
    /// Its descriptor changed.
    Changed,
    /// It comes from another file now.
    Moved,
    /// It left the catalog.
    Removed,
    /// Somebody put something over it in the portal, or took that away.
    Overlaid,
}

impl ChangeAction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Created, Self::Changed, Self::Moved, Self::Removed, Self::Overlaid];

    /// The value in the URL.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Removed => "removed",
            Self::Overlaid => "overlaid",
        }
    }

    /// The value as people read it in a filter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Created => "New",
            Self::Changed => "Changed",
            Self::Moved => "Moved",
            Self::Removed => "Removed",
            Self::Overlaid => "Overlaid",
        }
    }
}

/// A place in the history: everything before it is older. `{microseconds}-{id}` in the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeCursor {
    /// When the last change of the page before happened.
    pub at: Timestamp,
    /// Its id.
    pub id: String,
}

impl ChangeCursor {
    fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        Some(Self { at: Timestamp(at.parse().ok()?), id: id.to_owned() })
    }

    /// The text in the URL.
    pub fn text(&self) -> String {
        format!("{}-{}", self.at.0, self.id)
    }
}

/// The filters of *What changed*, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesQuery {
    /// Only what the caller and the caller's groups own.
    pub mine: bool,
    /// Only what this owner owns.
    pub owner: Option<EntityRef>,
    /// A kind, in lower case.
    pub kind: Option<String>,
    /// What happened.
    pub action: Option<ChangeAction>,
    /// Who did it: a User's name, or `system:…`.
    pub actor: Option<String>,
    /// Text in the entity's name or title.
    pub text: String,
    /// Only this entity and what is directly related to it.
    pub around: Option<EntityRef>,
    /// Only the last day.
    pub last_day: bool,
    /// Where the page starts.
    pub before: Option<ChangeCursor>,
}

impl ChangesQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 {
                continue;
            }
            match (&*name, value) {
                ("owner", "mine") => out.mine = true,
                ("owner", _) => out.owner = value.parse().ok(),
                ("kind", _) => out.kind = Some(value.to_lowercase()),
                ("action", _) => out.action = ChangeAction::ALL.into_iter().find(|action| action.value() == value),
                ("actor", _) => out.actor = Some(value.to_owned()),
                ("q", _) => out.text = value.to_owned(),
                ("around", _) => out.around = value.parse().ok(),
                ("since", "1d") => out.last_day = true,
                ("before", _) => out.before = ChangeCursor::parse(value),
                _ => {}
            }
        }
        out
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields(true) {
            out.append_pair(name, &value);
        }
        let query = out.finish();
        if query.is_empty() { "/changes".to_owned() } else { format!("/changes?{query}") }
    }

    /// Names and values of what is set, for forms; the place in the list only when asked for.
    pub fn fields(&self, with_place: bool) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if self.mine {
            out.push(("owner", "mine".to_owned()));
        } else if let Some(owner) = &self.owner {
            out.push(("owner", owner.to_string()));
        }
        out.extend(self.around.as_ref().map(|around| ("around", around.to_string())));
        out.extend(self.last_day.then(|| ("since", "1d".to_owned())));
        out.extend(self.kind.clone().map(|kind| ("kind", kind)));
        out.extend(self.action.map(|action| ("action", action.value().to_owned())));
        out.extend(self.actor.clone().map(|actor| ("actor", actor)));
        if !self.text.is_empty() {
            out.push(("q", self.text.clone()));
        }
        if with_place {
            out.extend(self.before.as_ref().map(|before| ("before", before.text())));
        }
        out
    }

    /// The same question from its first page.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { before: None, ..self.clone() }
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        !self.fields(false).is_empty()
    }
}

/// *What changed*, and the history of one entity.
#[derive(Clone, Debug)]
pub struct ChangesView {
    /// What the URL asks for.
    pub query: ChangesQuery,
    /// The entity that the list is about, or around which it is.
    pub about: Option<EntityLink>,
    /// The changes, the latest first, by day.
    pub days: Vec<ChangeDay>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<ChangeCursor>,
    /// The kinds that the catalog has: the value in the URL, and as people read it.
    pub kinds: Vec<(String, String)>,
    /// Whether *mine* means something: a person asks.
    pub has_mine: bool,
    /// The title of the owner or of the person that the URL names.
    pub named: Option<String>,
    /// Changes further back than this many were not looked at for the filters.
    pub stopped: bool,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// The changes of one day.
#[derive(Clone, Debug)]
pub struct ChangeDay {
    /// The day in UTC, as in `2026-11-22`.
    pub date: String,
    /// What happened, the latest first.
    pub entries: Vec<ChangeEntry>,
}

/// A change of one entity.
#[derive(Clone, Debug)]
pub struct ChangeEntry {
    /// The change's id.
    pub id: String,
    /// The entity.
    pub entity: EntityLink,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub action: ChangeAction,
    /// Who did it, when somebody did: a link for people, else the text.
    pub actor: Option<Actor>,
    /// The source that it came from, on one line.
    pub source: String,
    /// Its owner now.
    pub owner: Option<EntityLink>,
    /// The fields that changed.
    pub diff: Vec<FieldDiff>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person of the catalog.
    Person(EntityLink),
    /// Something else: `system:admin-token`.
    Other(String),
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDiff {
    /// Its dotted path: `spec.owner`.
    pub path: String,
    /// What it was, as text; `None` when it was not there.
    pub before: Option<String>,
    /// What it is, as text; `None` when it is gone.
    pub after: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, again: &str) {
        assert_eq!(ChangesQuery::parse(query).href(), again);
    }

    #[test]
    fn reads_back_what_it_writes() {
        check("", "/changes");
        check("owner=mine&kind=API&action=moved&q=pay", "/changes?owner=mine&kind=api&action=moved&q=pay");
        check("around=component:a&since=1d", "/changes?around=component%3Adefault%2Fa&since=1d");
        check("before=12-ab-c&actor=user:default/x", "/changes?actor=user%3Adefault%2Fx&before=12-ab-c");
        check("before=x&action=nonsense&around=nonsense", "/changes");
    }
}
