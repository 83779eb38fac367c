//! The explorer, saved views, stars and comparison: view model in, words and sound markup out.

use app::render;
use model::{
    FieldError,
    view::{
        ComparePart, CompareRow, CompareValue, CompareView, DescriptorLine, ExploreEdge, ExploreGroup, ExploreNode, ExploreQuery,
        ExploreView, GroupBy, GroupByShown, Place, RelationSort, SaveViewForm, SavedView, SavedViewsView, StarredView, ViewRail,
    },
};

use crate::{
    fixtures::{self, NOW, component, frame, link, rows},
    markup::{faults, words},
};

fn explore(address: &str) -> ExploreView {
    let query = ExploreQuery::parse(address);
    let group = |at: usize| ExploreGroup {
        key: format!("system:default/s{at}"),
        entity: Some(link(&format!("system:default/s{at}"), &format!("System {at} & <co>"), "System")),
    };
    ExploreView {
        root: query.root.as_ref().map(|root| link(&root.to_string(), "Payments", "Domain")),
        depth: 1,
        group: GroupByShown(GroupBy::System),
        nodes: rows(14)
            .into_iter()
            .enumerate()
            .map(|(at, row)| ExploreNode { entity: row.entity, group: Some(at % 3), inside: at % 3 != 2 })
            .collect(),
        edges: (0..20)
            .map(|at| ExploreEdge { from: at % 14, to: (at * 3 + 1) % 14, sort: RelationSort::ALL[at % 3], label: "depends on".to_owned() })
            .collect(),
        groups: vec![group(0), group(1), ExploreGroup { key: "-".to_owned(), entity: None }],
        kinds: vec![("component".to_owned(), 14)],
        left_out: 3,
        query,
        ..ExploreView::default()
    }
}

fn saved(name: &str, query: &str, shared: bool) -> SavedView {
    let person = "user:default/ada.okafor".parse().expect("a reference");
    SavedView { id: format!("id-{name}"), person, name: name.to_owned(), query: query.to_owned(), shared, created: NOW }
}

fn comparison() -> CompareView {
    let text = |value: &str| vec![CompareValue::Text(value.to_owned())];
    let row = |label: &str, a, b| CompareRow { label: label.to_owned(), a, b };
    CompareView {
        asked_a: "ledger".to_owned(),
        asked_b: "wallet".to_owned(),
        a: Some(component("ledger")),
        b: Some(component("wallet")),
        parts: vec![ComparePart {
            id: "facts",
            title: "Facts",
            rows: vec![
                row("Kind", text("Component"), text("Component")),
                row("Type", text("service"), text("<b>")),
                row("Owner", vec![CompareValue::Entity(component("x"))], Vec::new()),
            ],
        }],
        lines: vec![DescriptorLine::Folded(4), DescriptorLine::Left("a: 1".to_owned()), DescriptorLine::Right("a: 2".to_owned())],
        ..CompareView::default()
    }
}

fn every_page() -> Vec<(&'static str, String)> {
    let at = |place: Place| frame(place, "/here?a=1&b=2");
    let views = SavedViewsView {
        mine: vec![saved("Mine & <yours>", "owner=mine&tag=go", false), saved("All", "", true)],
        shared: vec![(saved("Theirs", "kind=api&q=x", true), component("ada"))],
        limit: 200,
        now: NOW,
    };
    let rail = ViewRail { can_save: true, mine: views.mine.clone(), shared: vec![saved("Theirs", "kind=api", true)] };
    let wrong = FieldError { field: "name".to_owned(), message: "Give the view a name.".to_owned() };
    vec![
        ("graph", render::explore(at(Place::Graph), explore(""))),
        ("graph, opened", render::explore(at(Place::Graph), explore("root=domain:default/payments&fold=none"))),
        ("graph, focused", render::explore(at(Place::Graph), explore("root=domain:default/payments&focus=component:default/ledger"))),
        ("graph as a table", render::explore(at(Place::Graph), explore("view=table"))),
        ("graph of nothing", render::explore(at(Place::Graph), ExploreView::default())),
        ("graph of too much", render::explore(at(Place::Graph), ExploreView { surveyed: Some(99_999), ..ExploreView::default() })),
        ("starred", render::starred(at(Place::Starred), StarredView { rows: rows(5), missing: vec![component("gone")], now: NOW })),
        ("nothing starred", render::starred(at(Place::Starred), StarredView::default())),
        ("views", render::views(at(Place::Catalog), views)),
        ("no views", render::views(at(Place::Catalog), SavedViewsView::default())),
        ("view refused", render::save_view(at(Place::Catalog), SaveViewForm { errors: vec![wrong], ..SaveViewForm::default() })),
        ("comparison", render::compare(at(Place::Catalog), comparison())),
        ("comparison of nothing", render::compare(at(Place::Catalog), CompareView::default())),
        (
            "catalog with views",
            render::catalog(at(Place::Catalog), model::view::CatalogView { views: rail, ..fixtures::catalog("owner=mine&tag=go", 9) }),
        ),
    ]
}

#[test]
fn every_page_is_sound() {
    for (name, html) in every_page() {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("<co>") && !html.contains("<yours>") && !html.contains("<b>"), "{name}");
    }
}

#[test]
fn the_focus_lights_its_neighbours() {
    let html = render::explore(frame(Place::Graph, "/graph"), explore("fold=none&focus=component:default/ledger"));
    let lit = html.matches("is-lit").count();
    assert!(html.contains("has-focus") && lit > 3, "{lit}");
    assert!(html.contains("explore-node is-outside\"") || html.contains("explore-node is-outside"), "what is beside looks different");
    let text = words(&html);
    assert!(text.contains("Open page") && text.contains("Start from here"), "{text}");
    let unlit = render::explore(frame(Place::Graph, "/graph"), explore("fold=none"));
    assert!(!unlit.contains("has-focus") && !unlit.contains("is-lit"));
}

#[test]
fn a_comparison_says_what_differs() {
    let text = words(&render::compare(frame(Place::Catalog, "/compare"), comparison()));
    assert!(text.contains("2 differences, 1 the same"), "{text}");
    assert!(text.contains("Only first") && text.contains("Different") && text.contains("4 lines that are the same"), "{text}");
}

#[test]
fn the_same_graph_is_the_same_picture() {
    let draw = || render::explore(frame(Place::Graph, "/graph"), explore("fold=none"));
    assert_eq!(draw(), draw());
}
