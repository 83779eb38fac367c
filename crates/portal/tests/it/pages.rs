//! View models of pages over a small organisation.

use model::{
    Caller, CatalogQuery, EntityRef, PortalError,
    view::{EntityTab, GraphQuery},
};
use testkit::databases;

use crate::world::World;

const ORGANISATION: &str = "
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team, title: The Team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada, description: Writes engines}
spec: {profile: {displayName: Ada Lovelace, email: ada@example.com}, memberOf: [team]}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: team}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart, tags: [go], description: Keeps carts}
spec: {type: service, lifecycle: production, owner: team, system: shop, dependsOn: ['resource:db', 'component:gone'], providesApis: [cart-api]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: cart-api}
spec: {type: openapi, lifecycle: production, owner: team, system: shop, definition: \"paths: {/carts: {get: {summary: Lists carts}}}\"}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: team}
";

async fn world(store: &store::Store) -> (World, Caller) {
    let world = World::start(store, &[("catalog-info.yaml", ORGANISATION)]).await;
    world.read().await;
    let ada: EntityRef = "user:default/ada".parse().unwrap();
    let opened = world.portal.access().open_sample_session(&ada, &portal::Visitor::default()).await.unwrap();
    let caller = world.portal.access().caller_of_session(&opened.cookie, None, "r").await.unwrap().expect("the session is good");
    (world, caller)
}

#[tokio::test]
async fn the_list_counts_what_it_filters() {
    for database in databases().await {
        let (world, caller) = world(&database.store).await;
        let check = async |query: &str, expected: &str| {
            let view = world.portal.catalog().page(&caller, &CatalogQuery::parse(query)).await.unwrap();
            let rows: Vec<_> = view.rows.iter().map(|row| format!("{}/{}", row.entity.title, row.problems)).collect();
            let facets: Vec<_> = view
                .facets
                .iter()
                .flat_map(|facet| facet.options.iter().map(|option| format!("{}={}:{}", facet.key.parameter(), option.label, option.count)))
                .collect();
            assert_eq!(format!("{} [{}] {}", view.total, rows.join(" "), facets.join(" ")), expected, "{query}");
        };
        check("", "1 [cart/1] type=service:1 owner=The Team:1 lifecycle=production:1 tag=go:1 system=shop:1 problem=Refers to something missing:1").await;
        check("kind=resource&owner=mine", "1 [db/0] type=database:1 owner=The Team:1").await;
        check("q=carts&type=website", "0 [] type=website:0 type=service:1").await;
        check("kind=all&problem=dangling&sort=-changed", "1 [cart/1] type=service:1 owner=The Team:1 lifecycle=production:1 tag=go:1 system=shop:1 problem=Refers to something missing:1").await;
        world.stop().await;
    }
}

#[tokio::test]
async fn an_entity_shows_what_it_needs_and_what_is_wrong() {
    for database in databases().await {
        let (world, caller) = world(&database.store).await;
        let cart: EntityRef = "component:default/cart".parse().unwrap();
        let view = world.portal.catalog().entity(&caller, &cart, EntityTab::Overview, GraphQuery::default()).await.unwrap();
        assert_eq!(view.problems[0].title, "Its dependency component:default/gone is not in the catalog");
        assert_eq!(view.header.breadcrumbs[0].title, "shop");
        let needs: Vec<_> = view.trail.needs.iter().map(|link| (link.title.as_str(), link.exists)).collect();
        assert_eq!(needs, [("gone", false), ("db", true)]);
        let contact = view.facts.iter().find(|fact| fact.label == "Contact").unwrap();
        assert_eq!(contact.hint.as_deref(), Some("Add an e-mail address to the owner's profile."));
        let edges: Vec<_> = view
            .graph
            .edges
            .iter()
            .map(|edge| format!("{} {} {}", view.graph.nodes[edge.from].entity.title, edge.label, view.graph.nodes[edge.to].entity.title))
            .collect();
        assert_eq!(edges, ["cart depends on gone", "cart depends on db", "cart-api is provided by cart"]);
        let api: EntityRef = "api:default/cart-api".parse().unwrap();
        let view = world.portal.catalog().entity(&caller, &api, EntityTab::Definition, GraphQuery::default()).await.unwrap();
        assert_eq!(view.definition.unwrap().operations, [("GET".to_owned(), "/carts".to_owned(), "Lists carts".to_owned())]);
        let gone =
            world.portal.catalog().entity(&caller, &"component:gone".parse().unwrap(), EntityTab::Overview, GraphQuery::default()).await;
        assert_eq!(gone.unwrap_err(), PortalError::not_found("There is no Component named \"gone\" in the namespace default."));
        world.stop().await;
    }
}

#[tokio::test]
async fn stars_and_visits_come_back() {
    for database in databases().await {
        let (world, caller) = world(&database.store).await;
        let cart: EntityRef = "component:default/cart".parse().unwrap();
        let seq = world.portal.home().star(&caller, &cart, true).await.unwrap();
        let caller = Caller { seen: Some(seq), ..caller };
        let home = world.portal.home().page(&caller).await.unwrap();
        assert_eq!(home.starred.len(), 1);
        assert_eq!(home.services_total, 3);
        assert_eq!(home.needs_you[0].title, "Its dependency component:default/gone is not in the catalog");
        assert_eq!(home.teams[0].title, "The Team");
        assert!(home.changes.iter().all(|change| change.action == model::view::ChangeAction::Created));
        world.portal.home().visited(&caller, &cart);
        let seq = world.portal.home().star(&caller, &cart, false).await.unwrap();
        // Stopping writes the visits that are queued.
        let world = world.restart().await;
        let home = world.portal.home().page(&Caller { seen: Some(seq), ..caller }).await.unwrap();
        assert_eq!((home.starred.len(), home.recent[0].title.as_str()), (0, "cart"));
        world.stop().await;
    }
}

#[tokio::test]
async fn ancestry_leads_to_the_root() {
    for database in databases().await {
        let (world, caller) = world(&database.store).await;
        let cart: EntityRef = "component:default/cart".parse().unwrap();
        let ancestry = world.portal.catalog().ancestry(&caller, &cart).await.unwrap();
        let items = ancestry["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0]["parentEntityRefs"][0], world.root().to_string());
        assert_eq!(items[1]["parentEntityRefs"].as_array().unwrap().len(), 0);
        let location = world.portal.catalog().location_by_entity(&caller, &cart).await.unwrap();
        assert_eq!(location.entity_ref, world.root());
        world.stop().await;
    }
}
