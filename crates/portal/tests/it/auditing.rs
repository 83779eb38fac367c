//! What the portal does leaves a row of the audit log, in the same transaction; what it must not keep is not in it.

use std::net::{IpAddr, Ipv4Addr};

use catalog::{Expected, Overlay, registry::NewLocation};
use model::{
    Caller, CatalogQuery, EntityRef, PortalError, Principal, Via,
    view::{AuditFilter, ChainState},
};
use portal::{AuditQuery, ExportFormat, OnConflict, Portal};
use serde_json::json;
use store::{Args, Statement, Store, StoreConfig};
use testkit::databases;

use crate::world::{World, component};

const PEOPLE: &str = "
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [team] }
";
const NO_HEAD: Statement = Statement::both("test.no_head", "DELETE FROM audit_head");
const ALTER: Statement = Statement::both("test.alter", "UPDATE audit SET actor = 'user:default/eve' WHERE seq = 2");

fn ada() -> Caller {
    Caller {
        principal: Principal::Person("user:default/ada".parse().unwrap()),
        groups: vec!["group:default/team".parse::<EntityRef>().unwrap()].into(),
        via: Via::Session("s1".into()),
        address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        request_id: "r1".to_owned(),
        ..Caller::worker()
    }
}

fn described(name: &str) -> serde_json::Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team" },
    })
}

/// The rows, the oldest first, one a line.
async fn rows(portal: &Portal) -> Vec<String> {
    let (rows, more) = portal.audit().rows(&Caller::worker(), &AuditQuery::default(), 500).await.unwrap();
    assert!(!more);
    let digest = |digest: &str| if digest.is_empty() { "-" } else { "#" };
    rows.iter()
        .rev()
        .map(|row| {
            let (before, after) = (digest(&row.before_digest), digest(&row.after_digest));
            let from = [row.via.as_str(), &row.address, &row.request_id].join(" ");
            // Ids and versions differ from run to run.
            let resource = row.resource.split_once(':').filter(|(kind, _)| matches!(*kind, "view" | "location"));
            let resource = resource.map_or_else(|| row.resource.clone(), |(kind, _)| kind.to_owned());
            format!("{} {from} {} {resource} {} {before}{after}", row.actor, row.action, row.decision)
        })
        .collect()
}

#[tokio::test]
async fn every_change_leaves_a_row() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("shop", "one")))]).await;
        world.read().await;
        let (portal, ada) = (&world.portal, ada());
        let shop: EntityRef = "component:default/shop".parse().unwrap();
        let own: EntityRef = "component:default/own".parse().unwrap();
        let catalog = portal.catalog();
        assert_eq!(rows(portal).await, Vec::<String>::new(), "{}: reading files is no act of anybody", database.name);

        let put = catalog.put_entity(&ada, described("own"), Expected::Absent).await.unwrap();
        let ada = Caller { seen: Some(put.seq), ..ada };
        catalog.patch_entity(&ada, &own, json!({ "metadata": { "title": "Own" } }), Expected::Any).await.unwrap();
        let overlay = Overlay { title: Some("Shop".to_owned()), ..Overlay::default() };
        catalog.put_overlay(&ada, &shop, overlay, Expected::Any).await.unwrap();
        catalog.remove_overlay(&ada, &shop).await.unwrap();
        catalog.delete_entity(&ada, &own, Expected::Any).await.unwrap();
        portal.home().star(&ada, &shop, true).await.unwrap();
        portal.views().save(&ada, "Mine", &CatalogQuery::parse("kind=component").href("/catalog"), false).await.unwrap();
        catalog.register_text(&ada, &component("pasted", "x")).await.unwrap();
        // Nobody answers there, which does not keep it from being registered.
        let address = NewLocation::new("url", "http://127.0.0.1:1/catalog-info.yaml");
        let registered = catalog.register(&Caller::admin_token(), address, OnConflict::Reject).await.unwrap();
        catalog.unregister(&Caller::admin_token(), &registered.location.id).await.unwrap();
        catalog.refresh(&ada, &shop).await.unwrap();
        let me = "user:default/ada session:s1 127.0.0.1 r1";
        let machine = "system:admin-token admin-token  ";
        assert_eq!(
            rows(portal).await,
            [
                format!("{me} entity:create component:default/own allow -#"),
                format!("{me} entity:change component:default/own allow ##"),
                format!("{me} entity:change component:default/shop allow -#"),
                format!("{me} entity:change component:default/shop allow #-"),
                format!("{me} entity:change component:default/own allow #-"),
                format!("{me} star:write component:default/shop allow --"),
                format!("{me} view:write view allow -#"),
                format!("{me} entity:create component:default/pasted allow -#"),
                format!("{machine} location:write location allow --"),
                format!("{machine} location:write location allow --"),
                format!("{me} catalog:refresh location allow --"),
            ],
            "{}",
            database.name
        );
        // What fails leaves none.
        let taken = catalog.put_entity(&ada, described("pasted"), Expected::Absent).await.unwrap_err();
        assert!(matches!(taken, PortalError::Conflict { .. }), "{taken}");
        assert_eq!(rows(portal).await.len(), 11);

        let chain = portal.audit().verify(&Caller::worker()).await.unwrap().unwrap();
        assert_eq!((chain.state, chain.last), (ChainState::Intact, 11));
        world.stop().await;
    }
}

#[tokio::test]
async fn without_a_row_nothing_changes() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("shop", "one")))]).await;
        world.read().await;
        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&NO_HEAD, Args::new()).await.unwrap();
        tx.commit().await.unwrap();
        let before = database.store.feed_head().await.unwrap();
        let refused = world.portal.catalog().put_entity(&ada(), described("own"), Expected::Absent).await.unwrap_err();
        assert!(matches!(refused, PortalError::Internal { .. }), "{refused}");
        assert!(world.portal.home().star(&ada(), &"component:default/shop".parse().unwrap(), true).await.is_err());
        assert_eq!(database.store.feed_head().await.unwrap(), before, "{}", database.name);
        let scoped = world.seen(before).await;
        assert!(scoped.snapshot.find(&"component:default/own".parse().unwrap()).is_none());
        world.stop().await;
    }
}

#[tokio::test]
async fn secrets_do_not_enter() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("shop", "one")))]).await;
        world.read().await;
        let (portal, ada) = (&world.portal, ada());
        let mut entity = described("own");
        entity["metadata"]["annotations"] = json!({ "example.com/token": "hunter2-annotation" });
        portal.catalog().put_entity(&ada, entity, Expected::Absent).await.unwrap();
        portal.catalog().register_text(&ada, &component("pasted", "hunter2-description")).await.unwrap();
        // A location with a login in it is refused; if it came through, its row would not have it.
        let address = "https://jane:hunter2-password@127.0.0.1:1/catalog-info.yaml?token=hunter2-query";
        _ = portal.catalog().register(&Caller::admin_token(), NewLocation::new("url", address), OnConflict::Reject).await;
        let push = forge::webhook::Push {
            repositories: vec!["https://jane:hunter2-webhook@127.0.0.1:1/shop.git".to_owned()],
            reference: "main".to_owned(),
            before: None,
            after: None,
            touched: Vec::new(),
        };
        portal.webhooks().receive(&push, "r2").await.unwrap();
        let mut export = portal.audit().export(&Caller::worker(), AuditQuery::default(), ExportFormat::JsonLines).await.unwrap();
        let mut text = String::new();
        while let Some(piece) = export.next().await.unwrap() {
            text.push_str(&piece);
        }
        assert!(text.lines().count() >= 4 && text.contains("webhook:receive") && text.contains("audit:export"), "{text}");
        assert!(!text.contains("hunter2"), "{}: {text}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn pages_show_rows_and_what_is_wrong() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("shop", "one")))]).await;
        world.read().await;
        let (portal, ada, auditor) = (&world.portal, ada(), Caller::worker());
        let shop: EntityRef = "component:default/shop".parse().unwrap();
        for at in 0..55 {
            portal.home().star(&ada, &shop, at % 2 == 0).await.unwrap();
        }
        let audit = portal.audit();
        let first = audit.page(&auditor, AuditFilter::default()).await.unwrap();
        assert_eq!((first.rows.len(), first.rows[0].seq, first.next), (50, 55, Some(6)));
        assert_eq!(first.actions, ["star:write"]);
        assert!(first.chain.is_none());
        let second = audit.page(&auditor, AuditFilter { before: first.next, ..AuditFilter::default() }).await.unwrap();
        assert_eq!((second.rows.len(), second.rows[0].seq, second.next), (5, 5, None));
        let row = audit.row_page(&auditor, 55).await.unwrap();
        assert_eq!((row.via.as_str(), row.address.as_str(), row.request_id.as_str()), ("session:s1", "127.0.0.1", "r1"));
        assert_eq!(row.detail, [("starred".to_owned(), "true".to_owned())]);
        assert_eq!(row.row.entity.map(|link| link.entity_ref), Some(shop.clone()));
        assert!(matches!(audit.row_page(&auditor, 56).await, Err(PortalError::NotFound { .. })));
        assert!(audit.page(&auditor, AuditFilter::parse("who=nobody")).await.unwrap().rows.is_empty());

        let mut tx = database.store.begin().await.unwrap();
        tx.execute(&ALTER, Args::new()).await.unwrap();
        tx.commit().await.unwrap();
        let chain = audit.verify(&auditor).await.unwrap().unwrap();
        assert_eq!((chain.state, chain.last), (ChainState::Broken, 1));
        let shown = audit.page(&auditor, AuditFilter::default()).await.unwrap().chain.unwrap();
        assert!(shown.message.starts_with("row 2 does not fit its hash"), "{}", shown.message);
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_portals_write_one_chain() {
    for database in databases().await {
        if database.name == "sqlite" {
            continue; // One process at a time.
        }
        let one = World::start(&database.store, &[("catalog-info.yaml", &format!("{}{PEOPLE}", component("shop", "one")))]).await;
        one.read().await;
        let store = Store::open(&StoreConfig { url: database.url.clone(), max_readers: 4 }).await.unwrap();
        let two = World::over(&store, tempfile::tempdir().unwrap(), Vec::new()).await;
        let writers = [&one, &two].map(|world| {
            let portal = world.portal.clone();
            let name = if std::ptr::eq(world, &raw const one) { "one" } else { "two" };
            tokio::spawn(async move {
                for at in 0..20 {
                    portal.catalog().put_entity(&Caller::worker(), described(&format!("{name}-{at}")), Expected::Absent).await.unwrap();
                    portal
                        .catalog()
                        .delete_entity(&Caller::worker(), &format!("component:default/{name}-{at}").parse().unwrap(), Expected::Any)
                        .await
                        .unwrap();
                }
            })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        for world in [&one, &two] {
            let chain = world.portal.audit().verify(&Caller::worker()).await.unwrap().unwrap();
            assert_eq!((chain.state, chain.last), (ChainState::Intact, 80), "{}", chain.message);
        }
        two.stop().await;
        one.stop().await;
        store.close().await;
    }
}
