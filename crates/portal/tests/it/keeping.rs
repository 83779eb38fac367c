//! What people keep: saved views and the page of stars, on both databases.

use model::{Caller, EntityRef, PortalError, Seq};
use portal::Portal;
use testkit::databases;

use crate::world::World;

const PEOPLE: &str = "
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [team]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: team}
";

async fn caller(portal: &Portal, name: &str) -> Caller {
    let person: EntityRef = format!("user:default/{name}").parse().unwrap();
    let opened = portal.access().open_sample_session(&person, &portal::Visitor::default()).await.unwrap();
    portal.access().caller_of_session(&opened.cookie, None, "r").await.unwrap().expect("the session is good")
}

fn seen(caller: &Caller, seq: Seq) -> Caller {
    Caller { seen: Some(seq), ..caller.clone() }
}

/// A person's views and those of others: `name?query`, a star where it is shared.
async fn list(portal: &Portal, caller: &Caller) -> String {
    let view = portal.views().list(caller).await.unwrap();
    let line = |saved: &model::view::SavedView| format!("{}?{}{}", saved.name, saved.query, if saved.shared { "*" } else { "" });
    let mine: Vec<String> = view.mine.iter().map(line).collect();
    let shared: Vec<String> = view.shared.iter().map(|(saved, who)| format!("{} by {}", line(saved), who.entity_ref.name())).collect();
    format!("{} | {}", mine.join(", "), shared.join(", "))
}

#[tokio::test]
async fn views_are_kept_changed_and_deleted() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let (ada, bob) = (caller(&world.portal, "ada").await, caller(&world.portal, "bob").await);
        let views = world.portal.views();
        let check = async |who: &Caller, seq: Seq, expected: &str| assert_eq!(list(&world.portal, &seen(who, seq)).await, expected);

        let seq = views.save(&ada, " Mine  alone ", "?owner=mine&page=3&nonsense=1", false).await.unwrap();
        check(&ada, seq, "Mine alone?owner=mine | ").await;
        let seq = views.save(&seen(&ada, seq), "APIs", "kind=API", true).await.unwrap();
        check(&ada, seq, "APIs?kind=api*, Mine alone?owner=mine | ").await;
        check(&bob, seq, " | APIs?kind=api* by ada").await;
        let page = world.portal.catalog().page(&seen(&bob, seq), &model::CatalogQuery::default()).await.unwrap();
        assert_eq!((page.views.can_save, page.views.mine.len(), page.views.shared.len()), (true, 0, 1));

        let refused = views.save(&seen(&ada, seq), "APIs", "", false).await.unwrap_err();
        assert_eq!(refused.to_string(), "You have a view named \"APIs\" already. Choose another name, or delete that one first.");
        let refused = views.save(&ada, " ", "", false).await.unwrap_err();
        assert!(matches!(&refused, PortalError::Invalid { fields, .. } if fields[0].field == "name"), "{refused}");
        let refused = views.save(&Caller::worker(), "x", "", false).await.unwrap_err();
        assert!(matches!(refused, PortalError::Forbidden { .. }), "{refused}");

        let ids = views.list(&seen(&ada, seq)).await.unwrap().mine;
        let refused = views.change(&bob, &ids[0].id, "Stolen", true).await.unwrap_err();
        assert!(matches!(refused, PortalError::NotFound { .. }), "{refused}");
        let refused = views.delete(&bob, &ids[0].id).await.unwrap_err();
        assert!(matches!(refused, PortalError::NotFound { .. }), "{refused}");
        let refused = views.change(&seen(&ada, seq), &ids[0].id, "Mine alone", true).await.unwrap_err();
        assert!(matches!(refused, PortalError::Conflict { .. }), "{refused}");
        let seq = views.change(&ada, &ids[0].id, "Interfaces", false).await.unwrap();
        check(&ada, seq, "Interfaces?kind=api, Mine alone?owner=mine | ").await;
        check(&bob, seq, " | ").await;
        let seq = views.delete(&ada, &ids[1].id).await.unwrap();
        check(&ada, seq, "Interfaces?kind=api | ").await;

        let world = world.restart().await;
        assert_eq!(list(&world.portal, &ada).await, "Interfaces?kind=api | ", "views outlive a restart");
        world.stop().await;
    }
}

#[tokio::test]
async fn nobody_keeps_more_views_than_allowed() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let mut ada = caller(&world.portal, "ada").await;
        for at in 0..200 {
            let seq = world.portal.views().save(&ada, &format!("view {at}"), "", false).await.unwrap();
            ada = seen(&ada, seq);
        }
        let refused = world.portal.views().save(&ada, "one more", "", false).await.unwrap_err();
        assert_eq!(refused.to_string(), "You have 200 saved views, which is as many as there can be. Delete one first.");
        // Even when memory does not know yet.
        let refused = world.portal.views().save(&Caller { seen: None, ..ada }, "one more", "", false).await;
        assert!(refused.is_err());
        world.stop().await;
    }
}

#[tokio::test]
async fn other_replicas_see_a_view() {
    for database in databases().await {
        if database.name == "sqlite" {
            continue; // One process at a time.
        }
        let one = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        one.read().await;
        // The second one's configuration no longer has the first one's folder, so people go with it.
        let ada = caller(&one.portal, "ada").await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("catalog-info.yaml"), "").unwrap();
        let two = World::over(&database.store, folder, Vec::new()).await;
        let seq = one.portal.views().save(&ada, "Here", "q=pay", true).await.unwrap();
        assert_eq!(list(&two.portal, &seen(&ada, seq)).await, "Here?q=pay* | ");
        two.stop().await;
        one.stop().await;
    }
}

#[tokio::test]
async fn the_page_of_stars_has_what_is_there_and_what_is_gone() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let ada = caller(&world.portal, "ada").await;
        let cart: EntityRef = "component:default/cart".parse().unwrap();
        let seq = world.portal.home().star(&ada, &cart, true).await.unwrap();
        let page = world.portal.stars().page(&seen(&ada, seq)).await.unwrap();
        let owner = page.rows[0].owner.as_ref().unwrap().title.clone();
        assert_eq!((page.rows.len(), page.missing.len(), owner.as_str()), (1, 0, "team"));
        world.write("catalog-info.yaml", &PEOPLE.replace("name: cart", "name: basket"));
        world.read().await;
        let page = world.portal.stars().page(&ada).await.unwrap();
        assert_eq!((page.rows.len(), page.missing.len()), (0, 1));
        assert!(world.portal.stars().page(&Caller::worker()).await.unwrap().rows.is_empty());
        world.stop().await;
    }
}
