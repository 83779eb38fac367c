//! Entity pages as the portal would fill them: a service with everything, one with nothing, long and foreign names, a
//! group with a hundred things.

use std::collections::BTreeMap;

use model::view::{
    About, Actor, ApiDefinition, EditAccess, EntityHeader, EntityLink, EntityTab, EntityView, Fact, Graph, GraphEdge, GraphNode,
    GraphQuery, KnownAnnotation, Link, OverlayNote, Problem, ProblemLevel, Profile, RelatedRow, RelatedSection, Source, Trail,
};

use crate::{
    fixtures::{NOW, ago, component, link},
    truth_fixtures::changes,
};

fn typed(reference: &str, title: &str, kind: &str, spec_type: Option<&str>) -> EntityLink {
    EntityLink { spec_type: spec_type.map(str::to_owned), ..link(reference, title, kind) }
}

fn api(name: &str) -> EntityLink {
    typed(&format!("api:default/{name}"), name, "API", Some("openapi"))
}

fn resource(name: &str, spec_type: &str) -> EntityLink {
    typed(&format!("resource:default/{name}"), name, "Resource", Some(spec_type))
}

fn team() -> EntityLink {
    typed("group:default/payments", "Payments", "Group", Some("team"))
}

fn fact(label: &str, value: Option<&str>, href: Option<&str>, hint: Option<&str>) -> Fact {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Fact { label: label.to_owned(), value: text(value), href: text(href), hint: text(hint) }
}

fn rows(links: Vec<EntityLink>) -> Vec<RelatedRow> {
    links.into_iter().map(|entity| RelatedRow { entity, owner: Some(team()), lifecycle: Some("production".to_owned()) }).collect()
}

fn section(id: &'static str, title: &'static str, empty: &'static str, links: Vec<EntityLink>) -> RelatedSection {
    RelatedSection { id, title, empty, rows: rows(links), more: 0, all_href: None }
}

fn graph(nodes: Vec<(EntityLink, i32)>, edges: &[(usize, usize, &str)], query: GraphQuery) -> Graph {
    Graph {
        query,
        nodes: nodes.into_iter().map(|(entity, level)| GraphNode { entity, level }).collect(),
        edges: edges.iter().map(|(from, to, label)| GraphEdge { from: *from, to: *to, label: (*label).to_owned() }).collect(),
        left_out: 0,
    }
}

/// A service with everything that a page can show.
pub(crate) fn service(tab: EntityTab) -> EntityView {
    let entity = component("payment-service");
    let missing = EntityLink { exists: false, spec_type: None, ..component("fraud-scoring") };
    let needs = vec![resource("payments-db", "database"), resource("payment-events", "topic"), api("acquirer-api"), missing.clone()];
    let needed_by = vec![component("checkout-web"), component("subscription-billing")];
    let mut nodes = vec![(entity.clone(), 0)];
    nodes.extend(needs.iter().cloned().map(|link| (link, 1)));
    nodes.extend(needed_by.iter().cloned().map(|link| (link, -1)));
    let edges = [
        (0, 1, "depends on"),
        (0, 2, "depends on"),
        (0, 3, "consumes"),
        (0, 4, "depends on"),
        (5, 0, "depends on"),
        (6, 0, "consumes"),
        (6, 0, "depends on"),
    ];
    EntityView {
        header: EntityHeader {
            entity: entity.clone(),
            spec_type: Some("service".to_owned()),
            lifecycle: Some("production".to_owned()),
            description: "Takes card and wallet payments, and talks to the acquirers.".to_owned(),
            breadcrumbs: vec![typed("domain:default/payments", "Payments", "Domain", None), typed("system:default/checkout", "Checkout", "System", None)],
            starred: Some(false),
            view_source: Some("https://git.example.com/payments/payment-service".to_owned()),
            edit_source: Some("https://git.example.com/payments/payment-service/edit".to_owned()),
            edit: EditAccess::Overlay,
        },
        tab,
        tabs: vec![EntityTab::Overview, EntityTab::Dependencies, EntityTab::Apis, EntityTab::History, EntityTab::Source],
        problems: vec![Problem {
            level: ProblemLevel::Warning,
            title: "Depends on something that is not in the catalog".to_owned(),
            detail: "spec.dependsOn names component:default/fraud-scoring.".to_owned(),
            fix: "Register fraud-scoring, or take the name out of catalog-info.yaml.".to_owned(),
        }],
        trail: Trail { needs, more_needs: 0, needed_by, more_needed_by: 3 },
        facts: vec![
            fact("Contact", Some("#payments-oncall"), Some("https://chat.example.com/payments"), None),
            fact("On call", Some("Noor Haddad"), Some("/catalog/default/user/noor.haddad"), Some("until Monday 09:00 UTC")),
            fact("Runbook", Some("Payment incidents"), Some("https://docs.example.com/runbook"), None),
            fact("Deployed", None, None, Some("Send deployments to /webhooks/deployments.")),
            fact("Logs", None, None, Some("Add a link with the icon “logs” to metadata.links.")),
        ],
        details: Vec::new(),
        about: About {
            owner: Some(team()),
            system: Some(typed("system:default/checkout", "Checkout", "System", None)),
            parent: None,
            lifecycle: Some("production".to_owned()),
            spec_type: Some("service".to_owned()),
            location: "platform/catalog/payments/payment-service/catalog-info.yaml".to_owned(),
            first_seen: ago(60 * 24 * 90),
            changed: ago(60 * 26),
            tags: vec!["kotlin".to_owned(), "pci".to_owned(), "tier-1".to_owned()],
            links: vec![
                Link { url: "https://dash.example.com/payments".to_owned(), title: "Payments dashboard".to_owned(), icon: Some("dashboard".to_owned()) },
                Link { url: "https://docs.example.com".to_owned(), title: "Docs".to_owned(), icon: Some("docs".to_owned()) },
                Link { url: "javascript:alert(1)".to_owned(), title: "Not a link".to_owned(), icon: None },
            ],
            labels: BTreeMap::from([("tier".to_owned(), "1".to_owned()), ("example.com/region".to_owned(), "eu".to_owned())]),
            annotations: vec![KnownAnnotation {
                key: "github.com/project-slug".to_owned(),
                label: "Repository".to_owned(),
                value: "northwind/payment-service".to_owned(),
                href: Some("https://github.com/northwind/payment-service".to_owned()),
            }],
            overlay: Some(OverlayNote { fields: vec!["owner".to_owned(), "labels".to_owned()], by: Actor::Person(team()), at: ago(90) }),
        },
        profile: None,
        graph: graph(nodes, &edges, GraphQuery { depth: if tab == EntityTab::Dependencies { 2 } else { 1 }, ..GraphQuery::default() }),
        sections: vec![
            section("depends-on", "Depends on", "It depends on nothing.", vec![resource("payments-db", "database"), missing]),
            section("dependency-of", "Needed by", "", vec![component("checkout-web")]),
            section("has-parts", "Parts", "It has no parts.", vec![]),
        ],
        definition: None,
        source: (tab == EntityTab::Source).then(|| Source {
            yaml: "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payment-service # the name\n  tags: [kotlin, \"pci\"]\nspec:\n  type: service\n  replicas: 3\n  public: true\n"
                .to_owned(),
            json: "{\n  \"kind\": \"Component\",\n  \"replicas\": 3,\n  \"public\": true\n}\n".to_owned(),
        }),
        history: (tab == EntityTab::History).then(|| Box::new(changes(""))),
        now: NOW,
    }
}

/// Nothing but a name.
pub(crate) fn bare() -> EntityView {
    let entity = EntityLink { spec_type: None, description: String::new(), ..component("a") };
    let full = service(EntityTab::Overview);
    EntityView {
        header: EntityHeader {
            entity: entity.clone(),
            spec_type: None,
            lifecycle: None,
            description: String::new(),
            breadcrumbs: Vec::new(),
            starred: None,
            view_source: None,
            edit_source: None,
            edit: EditAccess::No,
        },
        problems: Vec::new(),
        trail: Trail::default(),
        facts: Vec::new(),
        about: About { first_seen: ago(1), changed: ago(1), ..About::default() },
        graph: graph(vec![(entity, 0)], &[], GraphQuery::default()),
        sections: Vec::new(),
        ..full
    }
}

/// Names of 63 characters, other scripts, and markup where text belongs.
pub(crate) fn long(tab: EntityTab) -> EntityView {
    let name = "a-name-of-sixty-three-characters-which-is-the-longest-that-fits";
    let mut view = service(tab);
    view.header.entity = EntityLink { title: name.to_owned(), ..component(name) };
    view.header.lifecycle = Some("deprecated".to_owned());
    view.header.description =
        "支付服务。处理银行卡与钱包付款。\nخدمة الدفع التي تتعامل مع البطاقات والمحافظ. <script>alert(1)</script>".to_owned();
    let names = [name, "支付与结算平台网关服务", "خدمة المدفوعات", "<b>bold</b>"];
    let titled = |title: &str| EntityLink { title: title.to_owned(), ..component("other") };
    view.trail = Trail { needs: names.map(titled).to_vec(), more_needs: 12, needed_by: names.map(titled).to_vec(), more_needed_by: 40 };
    view.graph.nodes.iter_mut().enumerate().for_each(|(at, node)| node.entity.title = names[at % 4].to_owned());
    view.about.tags = (0..20).map(|tag| format!("tag-{tag}")).collect();
    view.about.labels = (0..12).map(|label| (format!("example.com/label-{label}"), name.to_owned())).collect();
    view.about.location =
        "https://git.example.com/a/very/long/path/without/any/spaces/that/has/to/break/somewhere/catalog-info.yaml".to_owned();
    view.problems = (0..5)
        .map(|at| Problem {
            level: if at == 0 { ProblemLevel::Error } else { ProblemLevel::Warning },
            title: format!("Problem {at} in platform/catalog/catalog-info.yaml:{at}"),
            detail: "x".repeat(300),
            fix: "Mend the file.".to_owned(),
        })
        .collect();
    view
}

/// A graph of 120 nodes on four levels each way.
pub(crate) fn crowded() -> EntityView {
    let mut view = service(EntityTab::Dependencies);
    let level = |at: usize| -> i32 { if at == 0 { 0 } else { [1, -1, 2, -2, 3][at % 5] } };
    let nodes = (0..120).map(|at| (component(&format!("service-{at}")), level(at))).collect();
    let mut edges = Vec::new();
    for at in 1..120_usize {
        let near = level(at) - level(at).signum();
        let parent = (0..at).rev().filter(|other| level(*other) == near).nth(at % 3).unwrap_or(0);
        edges.push(if level(at) > 0 { (parent, at, "depends on") } else { (at, parent, "depends on") });
    }
    view.graph = graph(nodes, &edges, GraphQuery { depth: 3, ..GraphQuery::default() });
    view.graph.left_out = 31;
    view
}

/// A team that owns a hundred things.
pub(crate) fn group() -> EntityView {
    let entity = team();
    let owned: Vec<EntityLink> = (0..100).map(|at| component(&format!("service-{at}"))).collect();
    let mut nodes = vec![(entity.clone(), 0)];
    nodes.extend(owned.iter().cloned().map(|link| (link, 1)));
    let edges: Vec<(usize, usize, &str)> = (1..=100).map(|at| (0, at, "owns")).collect();
    let mut view = bare();
    view.header.entity = entity;
    view.header.spec_type = Some("team".to_owned());
    view.header.description = "Owns taking and moving money.".to_owned();
    view.header.starred = Some(true);
    view.tabs = vec![EntityTab::Overview, EntityTab::Source];
    view.profile = Some(Profile {
        display_name: Some("Payments".to_owned()),
        email: Some("payments@northwind.example".to_owned()),
        picture: None,
        group_type: Some("team".to_owned()),
        all_members: 12,
    });
    view.graph = graph(nodes, &edges, GraphQuery::default());
    let mut owns = section("owner-of", "Owns", "It owns nothing.", owned);
    owns.more = 23;
    owns.all_href = Some("/catalog?kind=all&owner=group%3Adefault%2Fpayments".to_owned());
    let person =
        |name: &str| EntityLink { spec_type: None, description: String::new(), ..link(&format!("user:default/{name}"), name, "User") };
    let members = vec![
        RelatedRow { entity: person("Noor Haddad"), owner: None, lifecycle: None },
        RelatedRow { entity: person("山田 太郎"), owner: None, lifecycle: None },
    ];
    view.sections = vec![
        RelatedSection { id: "has-member", title: "Members", empty: "Nobody.", rows: members, more: 0, all_href: None },
        section("parent-of", "Sub-groups", "It has no sub-groups.", vec![]),
        owns,
    ];
    view
}

/// An API with its definition.
pub(crate) fn openapi() -> EntityView {
    let mut view = service(EntityTab::Definition);
    view.header.entity = api("payments-api");
    view.header.spec_type = Some("openapi".to_owned());
    view.tabs = vec![EntityTab::Overview, EntityTab::Definition, EntityTab::Dependencies, EntityTab::Apis, EntityTab::Source];
    view.definition = Some(ApiDefinition {
        format: "openapi".to_owned(),
        text: "openapi: 3.1.0\ninfo:\n  title: Payments # public\n  version: 1.4.0\npaths:\n  /payments:\n    post:\n      summary: \"Take a payment\"\n"
            .to_owned(),
        operations: [("POST", "/payments", "Take a payment"), ("GET", "/payments/{id}", "Read one"), ("DELETE", "/payments/{id}", "Cancel one")]
            .map(|(verb, path, summary)| (verb.to_owned(), path.to_owned(), summary.to_owned()))
            .to_vec(),
    });
    view
}
