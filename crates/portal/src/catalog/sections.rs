//! Related entities as small tables: which relations a kind shows, under which heading.

use std::collections::HashSet;

use ::catalog::{index::EntityId, relation};
use model::{
    CatalogQuery, EntityRef, FacetKey,
    view::{EntityLink, EntityTab, RelatedRow, RelatedSection},
};
use serde_json::Value;

use super::Scoped;
use crate::summary::Links;

/// Rows that a table shows.
const ROWS: usize = 100;

/// A table: id, relation, kind that the other end must have (any if empty), heading, words when there is nothing.
type Table = (&'static str, &'static str, &'static str, &'static str, &'static str);

const DEPENDS_ON: Table = ("depends-on", "dependsOn", "", "Depends on", "It states no dependencies. Add spec.dependsOn to its descriptor.");
const DEPENDENTS: Table = ("dependents", "dependencyOf", "", "Needed by", "Nothing states that it depends on this.");
const PROVIDES: Table = ("provides", "providesApi", "", "Provides", "It provides no APIs. Add spec.providesApis to its descriptor.");
const CONSUMES: Table = ("consumes", "consumesApi", "", "Consumes", "It consumes no APIs.");
const PROVIDERS: Table =
    ("providers", "apiProvidedBy", "", "Provided by", "No component provides it. Add it to a component's spec.providesApis.");
const CONSUMERS: Table = ("consumers", "apiConsumedBy", "", "Consumed by", "Nothing consumes it yet.");
const COMPONENTS: Table = ("components", "hasPart", "component", "Components", "No component is part of it.");
const APIS: Table = ("apis", "hasPart", "api", "APIs", "");
const RESOURCES: Table = ("resources", "hasPart", "resource", "Resources", "");
const SYSTEMS: Table = ("systems", "hasPart", "system", "Systems", "No system is part of it.");
const SUBDOMAINS: Table = ("domains", "hasPart", "domain", "Sub-domains", "");
const SUBCOMPONENTS: Table = ("subcomponents", "hasPart", "component", "Sub-components", "");
const MEMBERS: Table = ("members", "hasMember", "", "Members", "Nobody is a direct member.");
const SUBGROUPS: Table = ("groups", "parentOf", "group", "Sub-groups", "");
const GROUPS: Table = ("groups", "memberOf", "", "Groups", "A member of no group.");
const OWNED: [Table; 5] = [
    ("owned-components", "ownerOf", "component", "Owns components", "Owns no components."),
    ("owned-apis", "ownerOf", "api", "Owns APIs", ""),
    ("owned-resources", "ownerOf", "resource", "Owns resources", ""),
    ("owned-systems", "ownerOf", "system", "Owns systems", ""),
    ("owned-domains", "ownerOf", "domain", "Owns domains", ""),
];

/// The tables of a tab.
pub(super) fn of(scoped: &Scoped, id: EntityId, tab: EntityTab, links: &Links<'_>) -> Vec<RelatedSection> {
    let kind = scoped.snapshot.entity(id).kind().to_lowercase();
    let tables: Vec<Table> = match (tab, kind.as_str()) {
        (EntityTab::Overview, "component") => vec![DEPENDS_ON, DEPENDENTS, PROVIDES, CONSUMES, SUBCOMPONENTS],
        (EntityTab::Overview | EntityTab::Dependencies, "resource") => vec![DEPENDENTS, DEPENDS_ON],
        (EntityTab::Overview, "system") => vec![COMPONENTS, APIS, RESOURCES],
        (EntityTab::Overview, "domain") => vec![SYSTEMS, SUBDOMAINS],
        (EntityTab::Overview, "group") => [MEMBERS, SUBGROUPS].into_iter().chain(OWNED).collect(),
        (EntityTab::Overview, "user") => [GROUPS].into_iter().chain(OWNED).collect(),
        (EntityTab::Dependencies, "component") => vec![DEPENDS_ON, DEPENDENTS, CONSUMES],
        (EntityTab::Overview | EntityTab::Dependencies, "api") => vec![PROVIDERS, CONSUMERS],
        (EntityTab::Apis, "component") => vec![PROVIDES, CONSUMES],
        (EntityTab::Apis, "system") => vec![APIS],
        _ => Vec::new(),
    };
    let others = if tab == EntityTab::Overview { others(scoped, id, &kind) } else { Vec::new() };
    tables
        .into_iter()
        .chain(others)
        .map(|table| section(scoped, id, table, links))
        .filter(|section| !section.rows.is_empty() || !section.empty.is_empty())
        .collect()
}

/// Tables of the relations that no built-in kind states; of kinds that are not built in every relation but those that stand elsewhere
/// on the page.
fn others(scoped: &Scoped, id: EntityId, kind: &str) -> Vec<Table> {
    const BUILT_IN: [&str; 9] = ["component", "api", "resource", "system", "domain", "group", "user", "location", "template"];
    const ELSEWHERE: [&str; 3] = ["ownedBy", "partOf", "childOf"];
    let is_built_in = BUILT_IN.contains(&kind);
    let mut seen = Vec::new();
    for relation in scoped.snapshot.entity(id).relations() {
        let Some((name, _)) = relation::pair(relation.kind) else { continue };
        let shown = if is_built_in { !relation::is_built_in(name) } else { !ELSEWHERE.contains(&name) };
        if shown && !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.into_iter().map(|name| (name, name, "", relation::title(name), "")).collect()
}

/// The other ends of one relation, as links.
pub(super) fn targets(scoped: &Scoped, id: EntityId, relation: &str, links: &Links<'_>) -> Vec<EntityLink> {
    let found = scoped.snapshot.entity(id).relations().filter(|found| found.kind == relation);
    found.filter_map(|found| found.target.parse::<EntityRef>().ok()).map(|target| links.target(&target)).collect()
}

/// The people in a group and in the groups below it.
pub(super) fn all_members(scoped: &Scoped, group: EntityId) -> HashSet<EntityId> {
    let (mut people, mut seen, mut todo) = (HashSet::new(), HashSet::from([group]), vec![group]);
    while let Some(group) = todo.pop() {
        for relation in scoped.snapshot.entity(group).relations() {
            let Some(target) = relation.target_id() else { continue };
            match relation.kind {
                "hasMember" => {
                    people.insert(target);
                }
                "parentOf" if seen.insert(target) => todo.push(target),
                _ => {}
            }
        }
    }
    people
}

fn section(scoped: &Scoped, id: EntityId, (name, relation, kind, title, empty): Table, links: &Links<'_>) -> RelatedSection {
    let entity = scoped.snapshot.entity(id);
    let prefix = if kind.is_empty() { String::new() } else { format!("{kind}:") };
    let found: Vec<_> = entity.relations().filter(|found| found.kind == relation && found.target.starts_with(&prefix)).collect();
    let rows = found.iter().take(ROWS).filter_map(|found| {
        let target: EntityRef = found.target.parse().ok()?;
        let Some(target_id) = found.target_id() else {
            return Some(RelatedRow { entity: links.target(&target), owner: None, lifecycle: None });
        };
        let value: Value = serde_json::from_slice(scoped.snapshot.entity(target_id).json()).unwrap_or_default();
        Some(RelatedRow {
            entity: links.link(target_id),
            owner: links.first(target_id, "ownedBy"),
            lifecycle: super::text::at(&value, &["spec", "lifecycle"]),
        })
    });
    let more = found.len().saturating_sub(ROWS);
    let all_href = (more > 0).then(|| all_href(relation, kind, entity.canonical())).flatten();
    RelatedSection { id: name, title, empty, rows: rows.collect(), more, all_href }
}

/// The catalog page that lists all of a table, where a facet can say it.
fn all_href(relation: &str, kind: &str, entity: &str) -> Option<String> {
    let key = match relation {
        "ownerOf" => FacetKey::Owner,
        "hasPart" => FacetKey::System,
        _ => return None,
    };
    Some(CatalogQuery::of_kind(kind).toggled(key, entity).href("/catalog"))
}
