//! One entity's page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    changes::ChangesView,
    edit::{EditAccess, OverlayNote},
};
use crate::{EntityRef, Timestamp};

/// An entity as a link shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityLink {
    /// Its name.
    pub entity_ref: EntityRef,
    /// What is shown: title, display name or name.
    pub title: String,
    /// The kind as people read it: `Component`, `API`.
    pub kind: String,
    /// `spec.type`, where it has one.
    pub spec_type: Option<String>,
    /// Its description on one line, for the quick card; empty without one.
    pub description: String,
    /// False when something refers to it and nothing of that name is in the catalog.
    pub exists: bool,
}

/// The tabs of an entity's page; each has its own address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntityTab {
    /// The first screen.
    #[default]
    Overview,
    /// The graph, and lists of what it needs and who needs it.
    Dependencies,
    /// The APIs it provides and consumes (Component, System); who provides and consumes it (API).
    Apis,
    /// An API's definition.
    Definition,
    /// YAML and JSON as the catalog has it.
    Source,
    /// What changed, when and by whom.
    History,
}

impl EntityTab {
    /// All of them, in the order in which they show.
    pub const ALL: [Self; 6] = [Self::Overview, Self::Definition, Self::Dependencies, Self::Apis, Self::History, Self::Source];

    /// The last part of the tab's path; empty for the overview.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Dependencies => "dependencies",
            Self::Apis => "apis",
            Self::Definition => "definition",
            Self::Source => "source",
            Self::History => "history",
        }
    }

    /// The tab's name on the page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Dependencies => "Dependencies",
            Self::Apis => "APIs",
            Self::Definition => "Definition",
            Self::Source => "YAML",
            Self::History => "History",
        }
    }
}

/// One entity's page.
#[derive(Clone, Debug)]
pub struct EntityView {
    /// What stands above the tabs.
    pub header: EntityHeader,
    /// The tab that shows.
    pub tab: EntityTab,
    /// The tabs that this kind of entity has.
    pub tabs: Vec<EntityTab>,
    /// What is wrong, the worst first.
    pub problems: Vec<Problem>,
    /// What it needs and who needs it, for the trail under the header.
    pub trail: Trail,
    /// The first screen's facts, for somebody on call.
    pub facts: Vec<Fact>,
    /// What the configuration shows of a declared kind.
    pub details: Vec<DetailSection>,
    /// Owner, system, lifecycle, source, tags, links.
    pub about: About,
    /// Group and User: how to reach them.
    pub profile: Option<Profile>,
    /// The relation graph around the entity (overview: depth 1; dependencies: as asked).
    pub graph: Graph,
    /// Related entities as small tables: dependencies, APIs, parts, members, owned things.
    pub sections: Vec<RelatedSection>,
    /// An API's definition; only on its tab.
    pub definition: Option<ApiDefinition>,
    /// The entity as the catalog has it; only on its tab.
    pub source: Option<Source>,
    /// What happened to it; only on its tab.
    pub history: Option<Box<ChangesView>>,
    /// The clock, for relative times.
    pub now: Timestamp,
}

/// What stands above an entity's tabs.
#[derive(Clone, Debug)]
pub struct EntityHeader {
    /// The entity.
    pub entity: EntityLink,
    /// `spec.type`
    pub spec_type: Option<String>,
    /// `spec.lifecycle`
    pub lifecycle: Option<String>,
    /// The whole description.
    pub description: String,
    /// The real hierarchy: domain, system, parent component; for groups their parents.
    pub breadcrumbs: Vec<EntityLink>,
    /// Whether the caller starred it; `None` when nobody who could is signed in.
    pub starred: Option<bool>,
    /// Where its source is, as an address people can open.
    pub view_source: Option<String>,
    /// Where its source can be edited.
    pub edit_source: Option<String>,
    /// What the caller can change of it in the portal.
    pub edit: EditAccess,
}

/// A part of the page of a declared kind.
#[derive(Clone, Debug)]
pub struct DetailSection {
    /// As the configuration has it.
    pub title: String,
    /// Its fields: what they are called, and what the entity says.
    pub rows: Vec<(String, DetailValue)>,
}

/// What an entity says in a field.
#[derive(Clone, Debug)]
pub enum DetailValue {
    /// A text, or several.
    Text(String),
    /// Something with parts, as YAML.
    Code(String),
    /// Other entities.
    Links(Vec<EntityLink>),
    /// Nothing.
    Missing,
}

/// What an entity needs and who needs it.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// What it depends on or consumes, at most 4.
    pub needs: Vec<EntityLink>,
    /// How many more it needs.
    pub more_needs: usize,
    /// Who depends on or consumes it, at most 4.
    pub needed_by: Vec<EntityLink>,
    /// How many more need it.
    pub more_needed_by: usize,
}

/// A fact of the first screen: owner's contact, on call, dashboard, runbook, logs, deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `On call`, `Runbook`.
    pub label: String,
    /// What it says; `None` when nothing is connected.
    pub value: Option<String>,
    /// Where it leads.
    pub href: Option<String>,
    /// How to connect it, when nothing is.
    pub hint: Option<String>,
}

/// The About part of an entity's page.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Who owns it.
    pub owner: Option<EntityLink>,
    /// The system it is part of.
    pub system: Option<EntityLink>,
    /// The domain it is part of (System, Domain), or its parent component.
    pub parent: Option<EntityLink>,
    /// `spec.lifecycle`
    pub lifecycle: Option<String>,
    /// `spec.type`
    pub spec_type: Option<String>,
    /// Where it was read from (file path or address).
    pub location: String,
    /// When it came into the catalog.
    pub first_seen: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// Its tags.
    pub tags: Vec<String>,
    /// `metadata.links`
    pub links: Vec<Link>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations that mean something to people, as links where they lead somewhere.
    pub annotations: Vec<KnownAnnotation>,
    /// What the portal shows over what the file says.
    pub overlay: Option<OverlayNote>,
}

/// A link of `metadata.links`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads: `http`, `https` or `mailto`; anything else is shown as text.
    pub url: String,
    /// What is shown.
    pub title: String,
    /// `dashboard`, `docs`, `chat`, …
    pub icon: Option<String>,
}

/// An annotation that means something to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAnnotation {
    /// The annotation's key.
    pub key: String,
    /// What it means: `GitHub project`.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// How to reach a person or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// `spec.profile.displayName`
    pub display_name: Option<String>,
    /// `spec.profile.email`
    pub email: Option<String>,
    /// `spec.profile.picture`
    pub picture: Option<String>,
    /// The kind of group: `team`, `department`.
    pub group_type: Option<String>,
    /// How many members, those of sub-groups included.
    pub all_members: usize,
}

/// Something wrong with an entity and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: ProblemLevel,
    /// What is wrong.
    pub title: String,
    /// Where and why, in Backstage's words where it has some.
    pub detail: String,
    /// What to do.
    pub fix: String,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemLevel {
    /// What the page shows may be out of date or missing.
    Error,
    /// Something refers to nothing, or nobody is responsible.
    Warning,
}

/// Related entities as a small table.
#[derive(Clone, Debug)]
pub struct RelatedSection {
    /// A stable id for the heading: `depends-on`.
    pub id: &'static str,
    /// The heading: `Depends on`.
    pub title: &'static str,
    /// What stands there when there are none; empty: the section is left out.
    pub empty: &'static str,
    /// The entities, at most 100.
    pub rows: Vec<RelatedRow>,
    /// How many more there are.
    pub more: usize,
    /// The catalog page that lists all of them, when there are more.
    pub all_href: Option<String>,
}

/// One related entity.
#[derive(Clone, Debug)]
pub struct RelatedRow {
    /// The entity.
    pub entity: EntityLink,
    /// Its owner.
    pub owner: Option<EntityLink>,
    /// `spec.lifecycle`
    pub lifecycle: Option<String>,
}

/// How the dependencies tab draws the graph, as its URL has it (`?depth=2&direction=both&relations=all`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphQuery {
    /// How many steps from the entity: 1 to 4.
    pub depth: u8,
    /// Follow what the entity needs.
    pub needs: bool,
    /// Follow who needs the entity.
    pub needed_by: bool,
    /// Ownership and structure too, not only dependencies and APIs.
    pub all_relations: bool,
}

impl Default for GraphQuery {
    fn default() -> Self {
        Self { depth: 1, needs: true, needed_by: true, all_relations: false }
    }
}

impl GraphQuery {
    /// Reads a query string; what it does not know it ignores.
    pub fn parse(query: &str) -> Self {
        let mut out = Self { depth: 2, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("depth", value) => out.depth = value.parse().unwrap_or(2).clamp(1, 4),
                ("direction", "needs") => out.needed_by = false,
                ("direction", "needed-by") => out.needs = false,
                ("relations", "all") => out.all_relations = true,
                _ => {}
            }
        }
        out
    }

    /// The query string that [`Self::parse`] reads back.
    pub fn query_string(self) -> String {
        let direction = match (self.needs, self.needed_by) {
            (true, false) => "needs",
            (false, true) => "needed-by",
            _ => "both",
        };
        let relations = if self.all_relations { "all" } else { "dependencies" };
        format!("depth={}&direction={direction}&relations={relations}", self.depth)
    }
}

/// The relation graph around an entity, not yet laid out.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// What the URL asks for.
    pub query: GraphQuery,
    /// The nodes; the first is the entity itself. At most 120.
    pub nodes: Vec<GraphNode>,
    /// The edges between them, by index into the nodes.
    pub edges: Vec<GraphEdge>,
    /// How many nodes were left out because there were too many.
    pub left_out: usize,
}

/// A node of the graph.
#[derive(Clone, Debug)]
pub struct GraphNode {
    /// The entity.
    pub entity: EntityLink,
    /// Its column: 0 the entity itself, positive what it needs, negative who needs it.
    pub level: i32,
}

/// An edge of the graph: `from` needs `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// The node that needs.
    pub from: usize,
    /// The node that is needed.
    pub to: usize,
    /// The relation as people read it: `depends on`, `consumes`.
    pub label: String,
}

/// An API's definition.
#[derive(Clone, Debug)]
pub struct ApiDefinition {
    /// `openapi`, `asyncapi`, `graphql`, `grpc`, …
    pub format: String,
    /// The definition as written.
    pub text: String,
    /// The operations found in it: method or verb, path or name, summary. Empty when the format has none that are understood.
    pub operations: Vec<(String, String, String)>,
}

/// The entity as the catalog has it.
#[derive(Clone, Debug)]
pub struct Source {
    /// As YAML.
    pub yaml: String,
    /// As indented JSON.
    pub json: String,
}
