//! The graph explorer's nodes, edges and groups, and two entities side by side.

use model::{
    Caller, PortalError,
    view::{CompareValue, DescriptorLine, ExploreQuery, ExploreView},
};
use testkit::databases;

use crate::world::World;

const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: trade}
spec: {owner: team}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: team, domain: trade}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: bank}
spec: {owner: team}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart, tags: [go, rest], labels: {tier: one}}
spec: {type: service, lifecycle: production, owner: team, system: shop, dependsOn: ['resource:db', 'component:gone'], consumesApis: [pay]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: pages, tags: [rest]}
spec: {type: website, lifecycle: production, owner: team, subcomponentOf: cart, dependsOn: ['component:cart']}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: team, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pay}
spec: {type: openapi, lifecycle: production, owner: team, system: bank, definition: 'x'}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: payer}
spec: {type: service, lifecycle: production, owner: team, system: bank, providesApis: [pay]}
";

/// Groups with their nodes (those next to the graph in brackets, those that are missing with a question mark), then edges.
fn dump(view: &ExploreView) -> String {
    let name = |at: usize| view.nodes[at].entity.entity_ref.name().to_owned();
    let shown = |at: usize| {
        let node = &view.nodes[at];
        let name = name(at) + if node.entity.exists { "" } else { "?" };
        if node.inside { name } else { format!("({name})") }
    };
    let mut parts: Vec<String> = Vec::new();
    for (at, group) in view.groups.iter().enumerate() {
        let nodes: Vec<String> = (0..view.nodes.len()).filter(|node| view.nodes[*node].group == Some(at)).map(shown).collect();
        parts.push(format!("{}: {}", group.entity.as_ref().map_or("-", |entity| entity.entity_ref.name()), nodes.join(" ")));
    }
    if view.groups.is_empty() {
        parts.push((0..view.nodes.len()).map(shown).collect::<Vec<_>>().join(" "));
    }
    parts.push(view.edges.iter().map(|edge| format!("{}>{}", name(edge.from), name(edge.to))).collect::<Vec<_>>().join(" "));
    parts.join(" | ")
}

#[tokio::test]
async fn graphs_start_anywhere() {
    let database = databases().await.into_iter().next().expect("SQLite is always there");
    let world = World::start(&database.store, &[("catalog-info.yaml", SHOP)]).await;
    world.read().await;
    let check = async |query: &str, expected: &str| {
        let view = world.portal.catalog().explore(&Caller::worker(), ExploreQuery::parse(query)).await.unwrap();
        assert_eq!(dump(&view), expected, "{query}");
    };
    check("", "bank: pay payer | shop: cart pages db | -: (gone?) | pay>payer cart>pay cart>gone cart>db pages>cart").await;
    check("root=system:default/shop", "bank: (pay) | shop: cart db pages | -: (gone?) | cart>pay cart>gone cart>db pages>cart").await;
    check("root=domain:default/trade&depth=0", "shop: cart db pages | -: (gone?) | cart>gone cart>db pages>cart").await;
    check("root=domain:default/trade&depth=0&kinds=resource", "shop: db | ").await;
    check("root=component:default/cart&depth=1", "cart (pay) (pages) (gone?) (db) | cart>pay cart>gone cart>db pages>cart").await;
    check("root=component:default/cart&depth=1&relations=parts", "cart (pages) (shop) | cart>shop pages>cart").await;
    check("root=system:default/shop&depth=0&relations=parts", "shop: shop cart db pages | pages>cart").await;
    check("root=group:default/team&depth=0&group=none&kinds=component", "cart pages payer (gone?) | cart>gone pages>cart").await;
    let missing = world.portal.catalog().explore(&Caller::worker(), ExploreQuery::parse("root=system:default/none")).await.unwrap_err();
    assert!(matches!(missing, PortalError::NotFound { .. }), "{missing}");
    world.stop().await;
}

#[tokio::test]
async fn two_entities_side_by_side() {
    let database = databases().await.into_iter().next().expect("SQLite is always there");
    let world = World::start(&database.store, &[("catalog-info.yaml", SHOP)]).await;
    world.read().await;
    let caller = Caller::worker();
    let view = world.portal.catalog().compare(&caller, "cart", "component:default/pages").await.unwrap();
    let text = |values: &[CompareValue]| -> String {
        let words = values.iter().map(|value| match value {
            CompareValue::Text(text) => text.clone(),
            CompareValue::Entity(link) => link.entity_ref.name().to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let part = |id: &str| -> String {
        let rows = view.parts.iter().find(|part| part.id == id).map(|part| part.rows.as_slice()).unwrap_or_default();
        let line = |row: &model::view::CompareRow| {
            format!("{}: {} {} {}", row.label, text(&row.a), if row.same() { "=" } else { "/" }, text(&row.b))
        };
        rows.iter().map(line).collect::<Vec<_>>().join("; ")
    };
    assert!(part("facts").contains("Type: service / website; Lifecycle: production = production; Owner: team = team"), "{}", part("facts"));
    assert_eq!(part("tags"), "go: go / ; rest: rest = rest");
    assert_eq!(part("labels"), "tier: one / ");
    assert!(part("relations").contains("dependsOn: gone db / cart"), "{}", part("relations"));
    assert!(view.lines.contains(&DescriptorLine::Left("  name: cart".to_owned())), "{:?}", view.lines);

    let kinds = world.portal.catalog().compare(&caller, "system:default/shop", "api:default/pay").await.unwrap();
    assert!(!kinds.parts.is_empty(), "kinds may differ");
    let check = async |a: &str, b: &str, expected: (Option<&str>, Option<&str>)| {
        let view = world.portal.catalog().compare(&caller, a, b).await.unwrap();
        assert_eq!((view.errors.0.as_deref(), view.errors.1.as_deref()), expected, "{a} {b}");
        assert!(view.parts.is_empty());
    };
    check("", "", (None, None)).await;
    check("cart", "", (None, None)).await;
    check(
        "component:default/none",
        "nothing-like-this",
        (Some("There is no component:default/none in the catalog."), Some("Nothing in the catalog is called \"nothing-like-this\".")),
    )
    .await;
    world.stop().await;
}
