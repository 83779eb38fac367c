//! Locations that come and go while the process runs.

use catalog::registry::{self, NewLocation, check_target};
use testkit::databases;

use crate::{
    repository::Repository,
    web_server::WebServer,
    world::{World, component},
};

/// What becomes of a target, or why it is refused.
fn checked(location_type: &str, target: &str, expect: &str) {
    let got = check_target(&NewLocation::new(location_type, target)).map_or_else(|message| message, |new| new.target);
    assert_eq!(got, expect);
}

#[test]
fn targets_are_checked() {
    checked("url", " https://github.com/o/r/blob/main/a.yaml?x=1#L3 ", "https://github.com/o/r/blob/main/a.yaml?x=1");
    checked("git", "git@host:o/r.git//a.yaml?ref=main", "git@host:o/r.git//a.yaml?ref=main");
    checked("url", "", "The target is empty; write the address of a file or repository");
    checked("url", "/srv/a.yaml", "The target '/srv/a.yaml' is not a valid URL: relative URL without a base");
    checked("url", "ftp://host/a.yaml", "The target 'ftp://host/a.yaml' is not an http or https address");
    checked("url", "ssh://git@host/o/r.git", "The target 'ssh://git@host/o/r.git' is an address for git; register it with the type git");
    checked(
        "url",
        "https://me:secret@host/a.yaml",
        "The target holds a user or password; credentials of hosts are given in the configuration ([[hosts]])",
    );
    checked("url", "https://host/a\nb", "The target holds control characters");
    checked("git", "file:///srv/r.git", "Repositories of this machine (file://) can only be named in the configuration");
    checked("git", "FILE:///srv/r.git", "Repositories of this machine (file://) can only be named in the configuration");
    checked(
        "file",
        "/etc/passwd",
        "Registered locations must be of type url or git, got 'file'; files of this machine are named in the configuration (`catalog.locations` in waymark.toml, or --catalog)",
    );
    checked("ldap", "x", "Registered locations must be of type url or git, got 'ldap'");
    checked("url", &format!("https://host/{}", "a".repeat(2_000)), "The target has 2013 bytes, at most 2000 are taken");
    for hostile in ["--upload-pack=touch", "ext::sh -c touch", "-oProxyCommand=touch", "git@-host:o/r"] {
        assert!(check_target(&NewLocation::new("git", hostile)).is_err(), "{hostile}");
    }
}

#[tokio::test]
async fn what_is_registered_is_read_and_what_is_unregistered_goes() {
    for database in databases().await {
        let server = WebServer::with(&[("/a.yaml", &component("a", "one"))]).await;
        let world = World::start(&database.store, &[]).await;
        let new = NewLocation { registered_by: Some("user:default/ann".to_owned()), ..NewLocation::new("url", server.at("/a.yaml")) };
        let first = world.register(&new).await;
        assert!(!first.existed);
        // Its own entity is there before anything is read.
        assert!(!world.catalog().await.snapshot().is_empty());
        assert_eq!(world.register(&new).await, registry::Registered { id: first.id.clone(), existed: true });
        world.until("it is read", async || world.dump().await == "component:a \"one\"").await;
        let location = world.location().await;
        assert_eq!((location.source.as_str(), location.registered_by.as_deref()), ("registered", Some("user:default/ann")));
        let mut tx = world.store.begin().await.unwrap();
        assert!(registry::unregister(&mut tx, &first.id, Some("user:default/ann")).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = world.store.begin().await.unwrap();
        assert!(!registry::unregister(&mut tx, &first.id, None).await.unwrap());
        tx.rollback().await.unwrap();
        assert_eq!(world.catalog().await.snapshot().len(), 0, "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn registered_locations_bring_the_usual_kinds_only() {
    for database in databases().await {
        let group = component("team", "one")
            .replace("kind: Component", "kind: Group")
            .replace("  lifecycle: production\n  owner: team\n", "  children: []\n");
        let server = WebServer::with(&[("/a.yaml", &format!("{}---\n{group}", component("a", "one")))]).await;
        let world = World::start(&database.store, &[]).await;
        let location = world.register(&NewLocation::new("url", server.at("/a.yaml"))).await;
        world.refresh(&location.id).await;
        let dump = world.dump().await.replace(&server.at(""), "HOST");
        assert_eq!(
            dump,
            "component:a \"one\"\nown !NotAllowedError: Entity group:default/team at url:HOST/a.yaml, originated at url:HOST/a.yaml, is not of an allowed kind for that location"
        );
        world.stop().await;
    }
}

#[tokio::test]
async fn an_update_keeps_ids() {
    for database in databases().await {
        let server = WebServer::with(&[("/a.yaml", &component("a", "one")), ("/b.yaml", &component("a", "moved"))]).await;
        let world = World::start(&database.store, &[]).await;
        let location = world.register(&NewLocation::new("url", server.at("/a.yaml"))).await;
        world.refresh(&location.id).await;
        let uid = world.uid("component:default/a").await;
        let mut tx = world.store.begin().await.unwrap();
        assert!(registry::update(&mut tx, &location.id, &NewLocation::new("url", server.at("/b.yaml"))).await.unwrap());
        tx.commit().await.unwrap();
        world.until("it is read", async || world.dump().await == "component:a \"moved\"").await;
        assert_eq!(world.uid("component:default/a").await, uid, "on {}", database.name);
        let now = world.location().await;
        assert_eq!((now.id, now.target), (location.id, server.at("/b.yaml")));
        assert_eq!(world.catalog().await.snapshot().len(), 2, "the own entity of the old target is gone");
        world.stop().await;
    }
}

#[tokio::test]
async fn an_optional_target_may_be_missing() {
    for database in databases().await {
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        let world = World::start(&database.store, &[]).await;
        let new = NewLocation { required: false, ..NewLocation::new("git", repository.at("a.yaml")) };
        let location = world.register_unchecked(&new).await;
        world.refresh(&location.id).await;
        assert_eq!(world.dump().await, "component:a \"one\"");
        repository.remove("a.yaml");
        world.refresh(&location.id).await;
        assert_eq!(world.dump().await, "");
        assert_eq!(world.location().await.last_error, None, "on {}", database.name);
        world.stop().await;
    }
}
