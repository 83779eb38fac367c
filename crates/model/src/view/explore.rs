//! The graph explorer: its address, and the graph that it draws.

use super::entity::EntityLink;
use crate::EntityRef;

/// The deepest that the explorer follows relations beyond what it starts from.
pub const DEEPEST: u8 = 4;
/// Entities that a graph holds at most.
pub const MOST_NODES: usize = 600;
/// Kinds and groups that an address may name; more are ignored.
const NAMED: usize = 100;

/// Which relations the explorer follows and draws. Each stands for the pair of directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationSort {
    /// `dependsOn`
    Depends,
    /// `consumesApi` and `apiProvidedBy`
    Apis,
    /// `partOf`
    Parts,
    /// `ownedBy`, `memberOf`, `childOf`
    Owners,
    /// Relations that configuration declares.
    Other,
}

impl RelationSort {
    /// All of them, in the order in which they show.
    pub const ALL: [Self; 5] = [Self::Depends, Self::Apis, Self::Parts, Self::Owners, Self::Other];
    /// What shows unless the address says otherwise: what breaks when something breaks.
    pub const USUAL: [Self; 2] = [Self::Depends, Self::Apis];

    /// The name in the URL, and the end of the class that draws it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Depends => "depends",
            Self::Apis => "apis",
            Self::Parts => "parts",
            Self::Owners => "owners",
            Self::Other => "other",
        }
    }
}

/// What the boxes around entities stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupBy {
    /// No boxes.
    Nothing,
    /// The system that something is part of.
    System,
    /// The domain that its system is part of.
    Domain,
    /// Who owns it.
    Owner,
}

impl GroupBy {
    /// All of them, in the order in which they show.
    pub const ALL: [Self; 4] = [Self::System, Self::Domain, Self::Owner, Self::Nothing];

    /// The name in the URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::System => "system",
            Self::Domain => "domain",
            Self::Owner => "owner",
        }
    }
}

/// Which groups are folded into one box each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folding {
    /// Those around what is shown, and all of them when there is too much to read.
    #[default]
    Auto,
    /// All of them.
    All,
    /// None.
    Nothing,
}

impl Folding {
    /// The name in the URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::All => "all",
            Self::Nothing => "none",
        }
    }
}

/// The explorer's address: `/graph?root=domain:default/payments&depth=1&group=system&focus=component:default/ledger`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExploreQuery {
    /// What the graph starts from; nothing for the whole catalog.
    pub root: Option<EntityRef>,
    /// Steps beyond what it starts from, 0 to [`DEEPEST`]; `None` for what suits the start.
    pub depth: Option<u8>,
    /// The relations, sorted; `None` for the usual ones.
    pub relations: Option<Vec<RelationSort>>,
    /// The kinds, in lower case and sorted; empty for all.
    pub kinds: Vec<String>,
    /// What boxes stand for; `None` for what suits the start.
    pub group: Option<GroupBy>,
    /// Which groups are folded.
    pub folding: Folding,
    /// Groups that are the other way round than `folding` says: keys of [`ExploreGroup`], sorted.
    pub flipped: Vec<String>,
    /// The entity or group whose neighbourhood is lit.
    pub focus: Option<String>,
    /// As a table and not as a drawing.
    pub table: bool,
}

impl ExploreQuery {
    /// The graph that starts from an entity.
    pub fn from(root: EntityRef) -> Self {
        Self { root: Some(root), ..Self::default() }
    }

    /// Reads a query string. What it does not know it ignores: an old link still opens the page.
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 2_000 {
                continue;
            }
            match &*name {
                "root" => out.root = value.parse().ok(),
                "depth" => out.depth = value.parse().ok().map(|depth: u8| depth.min(DEEPEST)),
                "relations" => {
                    let wanted: Vec<_> =
                        RelationSort::ALL.into_iter().filter(|sort| value.split(',').any(|name| name == sort.name())).collect();
                    out.relations = (!wanted.is_empty()).then_some(wanted);
                }
                "kinds" => out.kinds = sorted(value.split(',').map(str::to_lowercase).collect()),
                "group" => out.group = GroupBy::ALL.into_iter().find(|by| by.name() == value),
                "fold" => {
                    let known = [Folding::Auto, Folding::All, Folding::Nothing];
                    out.folding = known.into_iter().find(|folding| folding.name() == value).unwrap_or_default();
                }
                "flip" => out.flipped.push(value.to_owned()),
                "focus" => out.focus = Some(value.to_owned()),
                "view" => out.table = value == "table",
                _ => {}
            }
        }
        out.flipped = sorted(out.flipped);
        out
    }

    /// The query string that [`Self::parse`] reads back.
    pub fn query_string(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(root) = &self.root {
            out.append_pair("root", &root.to_string());
        }
        if let Some(depth) = self.depth {
            out.append_pair("depth", &depth.to_string());
        }
        if let Some(relations) = &self.relations {
            let names: Vec<_> = relations.iter().map(|sort| sort.name()).collect();
            out.append_pair("relations", &names.join(","));
        }
        if !self.kinds.is_empty() {
            out.append_pair("kinds", &self.kinds.join(","));
        }
        if let Some(group) = self.group {
            out.append_pair("group", group.name());
        }
        if self.folding != Folding::Auto {
            out.append_pair("fold", self.folding.name());
        }
        for flipped in &self.flipped {
            out.append_pair("flip", flipped);
        }
        if let Some(focus) = &self.focus {
            out.append_pair("focus", focus);
        }
        if self.table {
            out.append_pair("view", "table");
        }
        out.finish()
    }

    /// The page's address.
    pub fn href(&self) -> String {
        let query = self.query_string();
        if query.is_empty() { "/graph".to_owned() } else { format!("/graph?{query}") }
    }

    /// The relations that are followed and drawn.
    pub fn shown_relations(&self) -> Vec<RelationSort> {
        self.relations.clone().unwrap_or_else(|| RelationSort::USUAL.to_vec())
    }

    /// The same page with a sort of relation drawn, or no longer drawn. The last one stays: without any there is no graph.
    #[must_use]
    pub fn with_relation(&self, sort: RelationSort) -> Self {
        let mut shown = self.shown_relations();
        match shown.iter().position(|have| *have == sort) {
            Some(_) if shown.len() == 1 => {}
            Some(at) => {
                shown.remove(at);
            }
            None => shown.push(sort),
        }
        shown.sort_unstable();
        let relations = (shown != RelationSort::USUAL).then_some(shown);
        Self { relations, ..self.clone() }
    }

    /// The same page with a kind shown, or no longer shown; `all` are the kinds that there are.
    #[must_use]
    pub fn with_kind(&self, kind: &str, all: &[String]) -> Self {
        let mut kinds = if self.kinds.is_empty() { all.to_vec() } else { self.kinds.clone() };
        match kinds.iter().position(|have| have == kind) {
            Some(at) => {
                kinds.remove(at);
            }
            None => kinds.push(kind.to_owned()),
        }
        let kinds = sorted(kinds);
        let everything = all.iter().all(|kind| kinds.contains(kind));
        Self { kinds: if everything { Vec::new() } else { kinds }, ..self.clone() }
    }

    /// Whether a kind is shown.
    pub fn shows_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|have| kind.eq_ignore_ascii_case(have))
    }

    /// The same page with a group folded that was not, or the other way round.
    #[must_use]
    pub fn flip(&self, group: &str) -> Self {
        let mut flipped = self.flipped.clone();
        match flipped.iter().position(|have| have == group) {
            Some(at) => {
                flipped.remove(at);
            }
            None => flipped.push(group.to_owned()),
        }
        Self { flipped: sorted(flipped), ..self.clone() }
    }

    /// The same page with another focus.
    #[must_use]
    pub fn focused(&self, focus: Option<String>) -> Self {
        Self { focus, ..self.clone() }
    }
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.retain(|value| !value.is_empty());
    values.sort_unstable();
    values.dedup();
    values.truncate(NAMED);
    values
}

/// The explorer's page.
#[derive(Clone, Debug, Default)]
pub struct ExploreView {
    /// What the URL asks for.
    pub query: ExploreQuery,
    /// What the graph starts from; `None` for the whole catalog.
    pub root: Option<EntityLink>,
    /// The depth that is shown.
    pub depth: u8,
    /// What the boxes stand for.
    pub group: GroupByShown,
    /// The entities, in a stable order.
    pub nodes: Vec<ExploreNode>,
    /// The relations between them, each once, by index into the nodes.
    pub edges: Vec<ExploreEdge>,
    /// The groups that nodes are in.
    pub groups: Vec<ExploreGroup>,
    /// The kinds that could be shown and how many nodes each has, the filter not applied; in lower case, sorted.
    pub kinds: Vec<(String, usize)>,
    /// The catalog is too large to draw whole: its systems show, and this many entities are in or beside them.
    pub surveyed: Option<usize>,
    /// Whether there are relations that configuration declares, drawn or not.
    pub has_other: bool,
    /// How many entities were left out because there were too many.
    pub left_out: usize,
    /// Where to start from, when nothing is chosen: domains, or systems without any.
    pub starts: Vec<EntityLink>,
}

/// What boxes stand for, as it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupByShown(pub GroupBy);

impl Default for GroupByShown {
    fn default() -> Self {
        Self(GroupBy::Nothing)
    }
}

/// An entity of the graph.
#[derive(Clone, Debug)]
pub struct ExploreNode {
    /// The entity.
    pub entity: EntityLink,
    /// The group that it is in.
    pub group: Option<usize>,
    /// Whether it belongs to what the graph starts from, or is only next to it.
    pub inside: bool,
}

/// A relation: `from` needs, is part of or is owned by `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExploreEdge {
    /// The node that needs.
    pub from: usize,
    /// The node that is needed.
    pub to: usize,
    /// What sort of relation.
    pub sort: RelationSort,
    /// As people read it: `depends on`.
    pub label: String,
}

/// A box around entities.
#[derive(Clone, Debug)]
pub struct ExploreGroup {
    /// Its name in the URL: the entity's reference, or `-` for what has none.
    pub key: String,
    /// The system, domain or owner; `None` for the box of what has none.
    pub entity: Option<EntityLink>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, again: &str) {
        let parsed = ExploreQuery::parse(query);
        assert_eq!(parsed.query_string(), again);
        assert_eq!(ExploreQuery::parse(again), parsed);
    }

    #[test]
    fn reads_back_what_it_writes() {
        check("", "");
        check("root=System%3ADefault%2FCheckout&depth=9&group=owner", "root=system%3Adefault%2Fcheckout&depth=4&group=owner");
        check("relations=apis,depends,nonsense", "relations=depends%2Capis");
        check("relations=nonsense&group=nonsense&depth=x&fold=x&root=%3A", "");
        check(
            "kinds=API,component,,api&fold=all&flip=b&flip=a&flip=b&view=table",
            "kinds=api%2Ccomponent&fold=all&flip=a&flip=b&view=table",
        );
    }

    #[test]
    fn toggles() {
        let page = ExploreQuery::parse("");
        assert_eq!(page.with_relation(RelationSort::Parts).query_string(), "relations=depends%2Capis%2Cparts");
        assert_eq!(page.with_relation(RelationSort::Parts).with_relation(RelationSort::Parts).query_string(), "");
        let one = page.with_relation(RelationSort::Apis);
        assert_eq!(one.with_relation(RelationSort::Depends).query_string(), "relations=depends");
        let all = ["api".to_owned(), "component".to_owned()];
        assert_eq!(page.with_kind("api", &all).query_string(), "kinds=component");
        assert_eq!(page.with_kind("api", &all).with_kind("api", &all).query_string(), "");
        assert_eq!(page.flip("x").flip("y").flip("x").query_string(), "flip=y");
    }
}
