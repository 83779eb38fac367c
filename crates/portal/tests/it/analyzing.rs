//! What an address holds, asked before anything is registered.

use catalog::registry::NewLocation;
use forge::{HostConfig, HostKind};
use model::{Caller, PortalError, Principal};
use portal::{Analysis, OnConflict};
use testkit::databases;

use crate::{
    git_server::{Reply, Server},
    repository::Repository,
    world::{World, component},
};

fn admin() -> Caller {
    Caller { principal: Principal::AdminToken, ..Caller::worker() }
}

fn told(analysis: &Analysis, server: &Server) -> String {
    let existing = analysis.existing.iter().map(|(file, registered, entity)| {
        let known = if *registered { "known" } else { "new" };
        format!("{known} {}:{file} {}", analysis.location_type, entity["metadata"]["name"])
    });
    let generated = analysis.generated.iter().map(|(entity, fields)| {
        let asked: Vec<&str> = fields.iter().filter(|field| field.state == "needsUserInput").map(|field| field.field).collect();
        format!("{} {} asks for {}", entity["kind"], entity["metadata"]["name"], asked.join(", "))
    });
    existing.chain(generated).collect::<Vec<_>>().join("\n").replace(&server.url(""), "")
}

#[tokio::test]
async fn descriptors_of_a_repository_are_found_or_suggested() {
    for database in databases().await {
        let (a, b) = (component("a", "one"), component("b", "one"));
        let repository = Repository::with(&[("catalog-info.yaml", &a), ("x/catalog-info.yaml", &b), ("other.yaml", &b)]);
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("o")).unwrap();
        std::os::unix::fs::symlink(repository.path().join(".git"), root.path().join("o/r.git")).unwrap();
        let folder = root.path().to_owned();
        let server = Server::start(move |_| Reply::Git(folder.clone())).await;
        let world = World::changed(&database.store, |reading| {
            reading.sources.hosts = vec![HostConfig { name: server.host.clone(), kind: HostKind::GitHub, token: None, user: None }];
            reading.sources.cache = Some(root.path().join("cache"));
        })
        .await;
        let catalog = world.portal.catalog();
        let page = server.url("/o/r");
        let new = NewLocation::new("url", server.url("/o/r/blob/main/x/catalog-info.yaml"));
        let registered = catalog.register(&admin(), new, OnConflict::Reject).await.unwrap();
        world.seen(catalog.refresh_location(&admin(), &registered.location.id).await.unwrap()).await;

        let main = catalog.analyze(&admin(), "url", &server.url("/o/r/tree/main"), None).await.unwrap();
        assert_eq!(
            told(&main, &server),
            "new url:/o/r/blob/main/catalog-info.yaml \"a\"\nknown url:/o/r/blob/main/x/catalog-info.yaml \"b\"",
            "on {}",
            database.name
        );
        let other = catalog.analyze(&admin(), "url", &page, Some("other.yaml")).await.unwrap();
        assert_eq!(told(&other, &server), "new url:/o/r/blob/HEAD/other.yaml \"b\"");
        let clone = catalog.analyze(&admin(), "git", &server.url("/o/r.git"), Some("other.yaml")).await.unwrap();
        assert_eq!(told(&clone, &server), "new git:/o/r.git//other.yaml \"b\"");
        let none = catalog.analyze(&admin(), "url", &page, Some("missing.yaml")).await.unwrap();
        assert_eq!(told(&none, &server), "\"Component\" \"r\" asks for spec.owner");
        let unknown = catalog.analyze(&admin(), "url", "https://unknown.example.com/o/r", None).await;
        assert!(matches!(&unknown, Err(PortalError::Invalid { message, .. }) if message.contains("at a known forge")), "{unknown:?}");
        let refused = catalog.analyze(&admin(), "file", "/etc/passwd", None).await;
        assert!(matches!(refused, Err(PortalError::Invalid { .. })), "{refused:?}");
        world.stop().await;
    }
}
