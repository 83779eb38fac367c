//! One entity's page.

use std::collections::BTreeMap;

use ::catalog::{
    descriptor::{EDIT_URL, Kinds, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, VIEW_URL, well_known},
    index::EntityId,
};
use model::{
    EntityRef,
    view::{
        About, EditAccess, EntityHeader, EntityLink, EntityTab, EntityView, Fact, GraphQuery, KnownAnnotation, Link, Problem, Profile,
        Source, Trail,
    },
};
use serde_json::Value;

use super::{Scoped, definition, details, graph, problems::ProblemIndex, sections, text};
use crate::summary::Links;

/// Neighbours that each side of the trail shows.
const TRAIL: usize = 4;

/// What an entity's page is made from.
pub(super) struct EntityPage<'a> {
    pub(super) scoped: &'a Scoped,
    pub(super) id: EntityId,
    pub(super) starred: Option<bool>,
    pub(super) problems: &'a ProblemIndex,
    pub(super) kinds: &'a Kinds,
}

impl EntityPage<'_> {
    /// The tabs that this kind of entity has.
    pub(super) fn tabs(&self) -> Vec<EntityTab> {
        let kind = self.scoped.snapshot.entity(self.id).kind().to_lowercase();
        let has = |tab: &EntityTab| match tab {
            EntityTab::Overview | EntityTab::History | EntityTab::Source => true,
            EntityTab::Definition => kind == "api",
            EntityTab::Dependencies => matches!(kind.as_str(), "component" | "api" | "resource" | "system" | "domain"),
            EntityTab::Apis => matches!(kind.as_str(), "component" | "system"),
        };
        EntityTab::ALL.into_iter().filter(has).collect()
    }

    /// The page with one tab open.
    pub(super) fn view(&self, tab: EntityTab, query: GraphQuery) -> EntityView {
        let snapshot = &self.scoped.snapshot;
        let entity = snapshot.entity(self.id);
        let value = entity.to_value();
        let links = Links::new(snapshot);
        let problems: Vec<Problem> = self.problems.of_entity(&entity).into_iter().map(|(_, problem)| problem).collect();
        let overview = tab == EntityTab::Overview;
        let has_graph = overview || tab == EntityTab::Dependencies;
        EntityView {
            header: self.header(&value, &links),
            tab,
            tabs: self.tabs(),
            problems,
            trail: self.trail(&links),
            facts: if overview { self.facts(&value, &links) } else { Vec::new() },
            details: if overview {
                details::of(self.kinds.find(entity.kind()), &value, entity.entity_ref().namespace(), &links)
            } else {
                Vec::new()
            },
            about: self.about(&value, &links),
            profile: self.profile(&value),
            graph: if has_graph {
                graph::around(self.scoped, self.id, if overview { overview_graph(entity.kind()) } else { query }, &links)
            } else {
                model::view::Graph::default()
            },
            sections: sections::of(self.scoped, self.id, tab, &links),
            definition: (tab == EntityTab::Definition).then(|| definition::of(&value)).flatten(),
            source: (tab == EntityTab::Source)
                .then(|| Source { yaml: text::yaml(&value), json: serde_json::to_string_pretty(&value).unwrap_or_default() }),
            history: None,
            now: crate::now(),
        }
    }

    fn header(&self, value: &Value, links: &Links<'_>) -> EntityHeader {
        let annotation = |key: &str| text::at(value, &["metadata", "annotations", key]);
        let source = annotation(VIEW_URL).or_else(|| {
            let slug = annotation("github.com/project-slug")?;
            Some(format!("https://github.com/{slug}"))
        });
        EntityHeader {
            entity: links.link(self.id),
            spec_type: text::at(value, &["spec", "type"]),
            lifecycle: text::at(value, &["spec", "lifecycle"]),
            description: text::at(value, &["metadata", "description"]).unwrap_or_default(),
            breadcrumbs: self.breadcrumbs(links),
            starred: self.starred,
            view_source: source.as_deref().and_then(text::linkable),
            edit_source: annotation(EDIT_URL).as_deref().and_then(text::linkable),
            edit: EditAccess::No,
        }
    }

    /// Upwards through parts and groups, the outermost first.
    fn breadcrumbs(&self, links: &Links<'_>) -> Vec<EntityLink> {
        let snapshot = &self.scoped.snapshot;
        let mut out = Vec::new();
        let mut at = self.id;
        while out.len() < 6 {
            let up = snapshot.entity(at).relations().filter(|relation| relation.kind == "partOf" || relation.kind == "childOf");
            let Some(next) = up.filter_map(|relation| relation.target_id()).find(|next| *next != self.id) else { break };
            let link = links.link(next);
            if out.contains(&link) {
                break;
            }
            out.push(link);
            at = next;
        }
        out.reverse();
        out
    }

    fn trail(&self, links: &Links<'_>) -> Trail {
        let mut trail = Trail::default();
        for relation in self.scoped.snapshot.entity(self.id).relations() {
            let (side, more) = match relation.kind {
                "dependsOn" | "consumesApi" | "apiProvidedBy" => (&mut trail.needs, &mut trail.more_needs),
                "dependencyOf" | "apiConsumedBy" => (&mut trail.needed_by, &mut trail.more_needed_by),
                _ => continue,
            };
            if side.len() < TRAIL {
                side.extend(relation.target.parse::<EntityRef>().map(|target| links.target(&target)));
            } else {
                *more += 1;
            }
        }
        // The APIs that it provides stand between it and who consumes them.
        let provided: Vec<EntityLink> = sections::targets(self.scoped, self.id, "providesApi", links);
        for link in provided {
            if trail.needed_by.len() < TRAIL { trail.needed_by.push(link) } else { trail.more_needed_by += 1 }
        }
        trail
    }

    fn facts(&self, value: &Value, links: &Links<'_>) -> Vec<Fact> {
        let snapshot = &self.scoped.snapshot;
        if !matches!(snapshot.entity(self.id).kind().to_lowercase().as_str(), "component" | "api" | "resource" | "system") {
            return Vec::new();
        }
        let annotation = |key: &str| text::at(value, &["metadata", "annotations", key]);
        let owner = links.first(self.id, "ownedBy");
        let contact = owner.as_ref().filter(|owner| owner.exists).and_then(|owner| {
            let id = snapshot.find(&owner.entity_ref)?;
            text::at(&snapshot.entity(id).to_value(), &["spec", "profile", "email"])
        });
        let entity_links = links_of(value);
        let link = |words: &[&str]| {
            let named = |link: &&Link| {
                let title = link.title.to_lowercase();
                words.iter().any(|word| title.contains(word) || link.icon.as_deref() == Some(word))
            };
            entity_links.iter().find(named).cloned()
        };
        let from_link = |label: &str, words: &[&str], hint: &str| {
            let found = link(words);
            Fact {
                label: label.to_owned(),
                href: found.as_ref().and_then(|link| text::linkable(&link.url)),
                hint: found.is_none().then(|| hint.to_owned()),
                value: found.map(|link| link.title),
            }
        };
        let on_call =
            annotation("pagerduty.com/service-id").or_else(|| annotation("pagerduty.com/integration-key")).map(|_| "PagerDuty".to_owned());
        let mut call = from_link("On call", &["on-call", "on call", "oncall", "pagerduty", "opsgenie"], "Add a link titled On-call.");
        if call.value.is_none() && on_call.is_some() {
            (call.value, call.hint) = (on_call, None);
        }
        let deployed = annotation("argocd/app-name").map(|app| format!("Argo CD: {app}"));
        vec![
            Fact {
                label: "Contact".to_owned(),
                href: contact.as_ref().map(|email| format!("mailto:{email}")),
                hint: contact.is_none().then(|| "Add an e-mail address to the owner's profile.".to_owned()),
                value: contact,
            },
            call,
            from_link("Runbook", &["runbook", "playbook"], "Add a link titled Runbook."),
            from_link("Dashboard", &["dashboard", "grafana"], "Add a link titled Dashboard."),
            from_link("Logs", &["log", "logs", "kibana", "loki"], "Add a link titled Logs."),
            Fact {
                label: "Deployed by".to_owned(),
                href: None,
                hint: deployed.is_none().then(|| "Add the annotation argocd/app-name.".to_owned()),
                value: deployed,
            },
        ]
    }

    fn about(&self, value: &Value, links: &Links<'_>) -> About {
        let entity = self.scoped.snapshot.entity(self.id);
        let map = |key: &str| value["metadata"][key].as_object();
        let parts: Vec<EntityLink> = sections::targets(self.scoped, self.id, "partOf", links);
        let (mut systems, parents): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| part.entity_ref.kind().eq_ignore_ascii_case("system"));
        let known = map("annotations").map(well_known).unwrap_or_default();
        let annotations = known
            .into_iter()
            .filter(|known| known.key != MANAGED_BY_LOCATION && known.key != MANAGED_BY_ORIGIN_LOCATION)
            .map(|known| KnownAnnotation {
                key: known.key.to_owned(),
                label: known.label.to_owned(),
                href: known.href.as_deref().and_then(text::linkable),
                value: known.value,
            });
        let labels: BTreeMap<String, String> = map("labels")
            .map(|labels| labels.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect())
            .unwrap_or_default();
        let strings =
            |value: &Value| value.as_array().map(|items| items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect());
        About {
            owner: links.first(self.id, "ownedBy"),
            system: if systems.is_empty() { None } else { Some(systems.remove(0)) },
            parent: parents.into_iter().next().or_else(|| links.first(self.id, "childOf")),
            lifecycle: text::at(value, &["spec", "lifecycle"]),
            spec_type: text::at(value, &["spec", "type"]),
            location: text::at(value, &["metadata", "annotations", MANAGED_BY_LOCATION]).unwrap_or_else(|| entity.file().to_owned()),
            first_seen: entity.first_seen(),
            changed: entity.changed(),
            tags: strings(&value["metadata"]["tags"]).unwrap_or_default(),
            links: links_of(value),
            labels,
            annotations: annotations.collect(),
            overlay: None,
        }
    }

    fn profile(&self, value: &Value) -> Option<Profile> {
        let kind = self.scoped.snapshot.entity(self.id).kind().to_lowercase();
        if kind != "group" && kind != "user" {
            return None;
        }
        let field = |name: &str| text::at(value, &["spec", "profile", name]);
        Some(Profile {
            display_name: field("displayName"),
            email: field("email"),
            picture: field("picture").as_deref().and_then(text::linkable),
            group_type: if kind == "group" { text::at(value, &["spec", "type"]) } else { None },
            all_members: if kind == "group" { sections::all_members(self.scoped, self.id).len() } else { 0 },
        })
    }
}

/// The overview shows what is next to the entity; for groups, people and structure that means every relation.
fn overview_graph(kind: &str) -> GraphQuery {
    let all_relations = !matches!(kind.to_lowercase().as_str(), "component" | "api" | "resource");
    GraphQuery { all_relations, ..GraphQuery::default() }
}

fn links_of(value: &Value) -> Vec<Link> {
    let items = value["metadata"]["links"].as_array();
    let one = |item: &Value| {
        let url = text::at(item, &["url"])?;
        Some(Link { title: text::at(item, &["title"]).unwrap_or_else(|| url.clone()), icon: text::at(item, &["icon"]), url })
    };
    items.map(|items| items.iter().filter_map(one).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_shows_every_relation() {
        assert!(overview_graph("System").all_relations);
        assert!(!overview_graph("Component").all_relations);
    }
}
