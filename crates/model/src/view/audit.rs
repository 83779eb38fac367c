//! The audit log: a list that can be filtered, one row of it, and whether it is what was written.

use super::changes::Actor;
use crate::{EntityRef, Timestamp, view::EntityLink};

/// The filters of the audit log, as the URL has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who: a recorded name, its beginning and a star, or the name of a person.
    pub who: String,
    /// What was done: an action, or its beginning and a star.
    pub action: String,
    /// What it was done to: a recorded name, or its beginning and a star.
    pub resource: String,
    /// `allow` or `deny`.
    pub decision: String,
    /// From this day on, as `2026-11-22`, or a time.
    pub from: String,
    /// To this day, or before a time.
    pub until: String,
    /// A text in the detail, the names, the request's id or the address.
    pub text: String,
    /// Only rows before this number.
    pub before: Option<i64>,
}

impl AuditFilter {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 || value.contains('\0') {
                continue;
            }
            match &*name {
                "who" => value.clone_into(&mut out.who),
                "action" => value.clone_into(&mut out.action),
                "resource" => value.clone_into(&mut out.resource),
                "decision" if matches!(value, "allow" | "deny") => value.clone_into(&mut out.decision),
                "from" => value.clone_into(&mut out.from),
                "until" => value.clone_into(&mut out.until),
                "q" => value.clone_into(&mut out.text),
                "before" => out.before = value.parse().ok(),
                _ => {}
            }
        }
        out
    }

    /// The filters that are set, by the name in the URL.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("who", &self.who),
            ("action", &self.action),
            ("resource", &self.resource),
            ("decision", &self.decision),
            ("from", &self.from),
            ("until", &self.until),
            ("q", &self.text),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect()
    }

    /// Whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        !self.fields().is_empty()
    }

    /// The same without one filter, from the first page on.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut out = Self { before: None, ..self.clone() };
        match name {
            "who" => out.who.clear(),
            "action" => out.action.clear(),
            "resource" => out.resource.clear(),
            "decision" => out.decision.clear(),
            "from" => out.from.clear(),
            "until" => out.until.clear(),
            "q" => out.text.clear(),
            _ => {}
        }
        out
    }

    /// The address of the page, or of something else that takes the same filters.
    pub fn href(&self, path: &str) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            out.append_pair(name, &value);
        }
        if let Some(before) = self.before {
            out.append_pair("before", &before.to_string());
        }
        let query = out.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// The audit log.
#[derive(Clone, Debug, Default)]
pub struct AuditView {
    /// The filters.
    pub filter: AuditFilter,
    /// The rows, the newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<i64>,
    /// The actions that occur in the log.
    pub actions: Vec<String>,
    /// What the last check found; `None` before the first.
    pub chain: Option<ChainView>,
    /// Now, for relative times.
    pub now: Timestamp,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Who, as it is recorded.
    pub actor_name: String,
    /// What was done.
    pub action: String,
    /// What that means, where the action is one that policies know.
    pub about: Option<&'static str>,
    /// What it was done to, as it is recorded.
    pub resource: String,
    /// The entity, if it was one.
    pub entity: Option<EntityLink>,
    /// It was refused.
    pub refused: bool,
}

/// A row with everything that is kept of it.
#[derive(Clone, Debug)]
pub struct AuditRowView {
    /// What the list shows.
    pub row: AuditRow,
    /// By what the actor came in.
    pub via: String,
    /// SHA-256 of what it was before; empty where there was nothing.
    pub before_digest: String,
    /// SHA-256 of what it was after.
    pub after_digest: String,
    /// The id under which the request was logged.
    pub request_id: String,
    /// Where the request came from.
    pub address: String,
    /// The detail, name and value; values that are not texts as JSON.
    pub detail: Vec<(String, String)>,
    /// The row's hash in the chain.
    pub hash: String,
    /// The row before it is there too.
    pub previous: bool,
    /// The row after it is there already.
    pub following: bool,
    /// Now, for relative times.
    pub now: Timestamp,
}

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainView {
    /// What it found.
    pub state: ChainState,
    /// What is wrong, or why it cannot be told; empty if it is intact.
    pub message: String,
    /// The last row that was checked.
    pub last: i64,
    /// The last row that retention removed; 0 without any.
    pub removed: i64,
    /// When it was checked.
    pub at: Timestamp,
}

/// Whether the log is what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// It is.
    Intact,
    /// It is not.
    Broken,
    /// It cannot be told.
    Unknown,
}

impl ChainState {
    /// For programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }
}

/// The entity that a recorded resource names, if it names one.
pub fn entity_of(resource: &str) -> Option<EntityRef> {
    resource.contains('/').then(|| resource.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_read_back() {
        let check = |query: &str, expected: &str| assert_eq!(AuditFilter::parse(query).href("/admin/audit"), expected);
        check("", "/admin/audit");
        check("who=ada&q=&nothing=1", "/admin/audit?who=ada");
        check("decision=maybe", "/admin/audit");
        check(
            "before=12&q=a%26b&until=2026-11-22&from=2026-11-21&decision=deny&resource=x&action=y",
            "/admin/audit?action=y&resource=x&decision=deny&from=2026-11-21&until=2026-11-22&q=a%26b&before=12",
        );
        check("before=x", "/admin/audit");
        let filter = AuditFilter::parse("who=ada&before=12&q=x");
        assert_eq!(filter.without("who").href(""), "?q=x");
        assert!(filter.is_filtered() && !AuditFilter::parse("before=3").is_filtered());
    }
}
