//! Plain web addresses.

use testkit::databases;

use crate::{
    web_server::WebServer,
    world::{World, component, names, quiet},
};

#[tokio::test]
async fn an_address_is_read_and_asked_with_its_tag() {
    for database in databases().await {
        let server = WebServer::with(&[
            ("/o/all.yaml?t=1", &names("here", "./a.yaml, /b.yaml")),
            ("/o/a.yaml?t=1", &component("a", "{$text: ./about.txt}")),
            ("/o/about.txt?t=1", "told elsewhere"),
            ("/b.yaml?t=1", &component("b", "one")),
        ])
        .await;
        let world = World::start(&database.store, &[&format!("url:{}", server.at("/o/all.yaml?t=1"))]).await;
        assert_eq!(world.dump().await, "component:a \"told elsewhere\"\ncomponent:b \"one\"\nlocation:here");
        assert_eq!(server.asked(), "/b.yaml?t=1=200 /o/a.yaml?t=1=200 /o/about.txt?t=1=200 /o/all.yaml?t=1=200");
        server.put("/o/about.txt?t=1", "told anew");
        let location = world.location().await;
        world.refresh(&location.id).await;
        assert_eq!(world.dump().await, "component:a \"told anew\"\ncomponent:b \"one\"\nlocation:here");
        let host = catalog::registry::hosts(&world.store);
        let host = host.await.unwrap().into_iter().next().expect("the host is written down");
        assert!(host.requests >= 4 && host.failed == 0, "{host:?}");
        world.stop().await;
    }
}

#[tokio::test]
async fn what_is_unchanged_costs_a_304_and_no_write() {
    for database in databases().await {
        let server = WebServer::with(&[("/a.yaml", &component("a", "{$text: ./about.txt}")), ("/about.txt", "told")]).await;
        let mut config = quiet(vec![crate::world::configured(&server.at("/a.yaml"))]);
        config.read_every = std::time::Duration::from_millis(5);
        let world = World::with(&database.store, config).await;
        let id = world.location().await.id;
        let head = world.store.feed_head().await.unwrap();
        server.asked();
        for _ in 0..3 {
            let before = world.reading.schedule(&id).unwrap().checked_at;
            world.until("it is looked at", async || world.reading.schedule(&id).unwrap().checked_at > before).await;
        }
        assert_eq!(world.store.feed_head().await.unwrap(), head, "on {}", database.name);
        let asked = server.asked();
        assert!(asked.contains("/a.yaml=304") && asked.contains("/about.txt=304") && !asked.contains("=200"), "{asked}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_server_that_breaks_down_costs_nothing() {
    for database in databases().await {
        let server = WebServer::with(&[("/a.yaml", &component("a", "one"))]).await;
        let world = World::start(&database.store, &[&server.at("/a.yaml")]).await;
        server.break_down(true);
        world.refresh_all().await;
        let dump = world.dump().await;
        assert!(dump.starts_with("component:a \"one\" !Error: Unable to read file, "), "{dump}");
        server.break_down(false);
        world.refresh_all().await;
        assert_eq!(world.dump().await, "component:a \"one\"");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_file_of_this_machine_may_name_addresses_but_not_the_other_way_round() {
    for database in databases().await {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret.yaml");
        std::fs::write(&secret, component("secret", "one")).unwrap();
        let server = WebServer::with(&[]).await;
        server.put("/a.yaml", &component("a", "one"));
        server.put("/bad.yaml", &names("bad", &format!("'file://{}', {}", secret.display(), secret.display())));
        let text = names("here", &format!("'{}', '{}'", server.at("/a.yaml"), server.at("/bad.yaml")));
        std::fs::write(folder.path().join("all.yaml"), text).unwrap();
        let world = World::start(&database.store, &[folder.path().join("all.yaml").to_str().unwrap()]).await;
        let dump = world.dump().await.replace(folder.path().to_str().unwrap(), "").replace(server.host(), "HOST");
        assert_eq!(
            dump,
            "component:a \"one\"\nlocation:bad !InputError: The target 'file:///secret.yaml' is no http or https address; other addresses can only be named in the configuration !NotFoundError: Unable to read file, HOST has no /secret.yaml (404): check the address; if it is private, give HOST a token in [[hosts]] that may read it\nlocation:here"
        );
        world.stop().await;
    }
}
