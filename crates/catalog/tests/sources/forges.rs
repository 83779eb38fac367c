//! Addresses as people copy them from the pages of a forge, over a git server of this machine.

use catalog::{SourcesConfig, registry::NewLocation};
use forge::{HostConfig, HostKind};
use tempfile::TempDir;
use testkit::databases;

use crate::{
    git_server::{Reply, Server, answer},
    repository::Repository,
    world::{World, component, quiet},
};

/// Serves a repository as `o/r` of a forge; only git can read it, and only with the token.
async fn serve(repository: &Repository) -> (Server, TempDir) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("o")).unwrap();
    std::os::unix::fs::symlink(repository.path().join(".git"), root.path().join("o/r.git")).unwrap();
    let folder = root.path().to_owned();
    let server = Server::start(move |request| match request.headers.get("authorization") {
        Some(_) if request.path.starts_with("/o/r.git/") => Reply::Git(folder.clone()),
        Some(_) => answer("404 Not Found", "", ""),
        None => answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"git\"\r\n", ""),
    })
    .await;
    (server, root)
}

#[tokio::test]
async fn the_page_of_a_file_is_read_through_git() {
    for database in databases().await {
        for (kind, page, pattern) in [
            (HostKind::GitHub, "/o/r/blob/main/x/a.yaml", "/o/r/blob/main/x/*.yaml"),
            (HostKind::Gitea, "/o/r/src/branch/main/x/a.yaml", "/o/r/src/branch/main/x/*.yaml"),
        ] {
            let about = component("a", "{$text: ./about.txt}");
            let repository = Repository::with(&[("x/a.yaml", &about), ("x/about.txt", "told"), ("x/b.yaml", &component("b", "one"))]);
            let (server, _root) = serve(&repository).await;
            let mut config = quiet(Vec::new());
            let host = HostConfig { name: server.host.clone(), kind, token: Some("s3cret".into()), user: None };
            config.sources = SourcesConfig { hosts: vec![host], ..SourcesConfig::default() };
            let world = World::with(&database.store, config).await;
            let registered = world.register(&NewLocation::new("url", server.url(page))).await;
            world.refresh(&registered.id).await;
            assert_eq!(world.dump().await, "component:a \"told\"", "{kind:?} on {}", database.name);
            let snapshot = world.catalog().await.snapshot();
            let entity = snapshot.entity(snapshot.find(&"component:default/a".parse().unwrap()).unwrap()).to_value();
            assert_eq!(entity["metadata"]["annotations"]["backstage.io/managed-by-location"], format!("url:{}", server.url(page)));
            // What is there can be looked at before, without a word about where it is.
            let found = world.reading.analyze(&server.url("/o/r"), "b.yaml").await.unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].1["metadata"]["name"], "b");
            assert!(found[0].0.starts_with(&server.url("/o/r/")) && found[0].0.ends_with("/x/b.yaml"), "{}", found[0].0);
            assert_eq!(world.reading.analyze(&server.url("/o/r"), "").await.unwrap(), []);
            let error = world.reading.analyze("https://unknown.example.com/o/r", "").await.unwrap_err();
            assert!(error.starts_with("https://unknown.example.com/o/r is no address of a repository at a known forge"), "{error}");
            // A pattern finds both; its files are pages again.
            let mut tx = world.store.begin().await.unwrap();
            catalog::registry::update(&mut tx, &registered.id, &NewLocation::new("url", server.url(pattern))).await.unwrap();
            tx.commit().await.unwrap();
            world.refresh(&registered.id).await;
            assert_eq!(world.dump().await, "component:a \"told\"\ncomponent:b \"one\"", "{kind:?} on {}", database.name);
            let mut tx = world.store.begin().await.unwrap();
            catalog::registry::unregister(&mut tx, &registered.id, None).await.unwrap();
            tx.commit().await.unwrap();
            world.stop().await;
        }
    }
}
