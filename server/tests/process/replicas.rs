//! Two processes on one PostgreSQL, each with its own data directory.

use std::{fs, path::Path, thread};

use crate::{database::fresh, server::Server, size};

/// Clients that write and read at once, each its own entity.
const CLIENTS: usize = 20;

fn write(folder: &Path, client: usize, n: usize) {
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: c{client}\n  description: version {n}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    );
    // Put in place at once: the reader never meets half a file.
    let (new, file) = (folder.join(format!("c{client}.new")), folder.join(format!("c{client}.yaml")));
    fs::write(&new, text).and_then(|()| fs::rename(new, file)).expect("the file is written");
}

fn refresh(server: &Server, client: usize) -> String {
    let answer = server.post("/api/catalog/refresh", &format!("{{\"entityRef\":\"component:default/c{client}\"}}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.seq.expect("a write says its sequence")
}

fn description(server: &Server, client: usize, seq: Option<&str>) -> String {
    let answer = server.get(&format!("/api/catalog/entities/by-name/component/default/c{client}"), seq);
    answer.body["metadata"]["description"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn two_replicas_show_each_others_writes() {
    for database in fresh().into_iter().filter(|database| database.name != "sqlite") {
        let catalog = tempfile::tempdir().unwrap();
        let root = catalog.path().join("catalog-info.yaml");
        let text = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets: ['./c[0-9]*.yaml']\n";
        (0..CLIENTS).for_each(|client| write(catalog.path(), client, 0));
        fs::write(&root, text).unwrap();
        let data = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let start = |n: usize| Server::start(data[n].path(), Some(&database.url), &root, &[("WAYMARK_FEED_DELAY", "500ms")]);
        let mut servers = [start(0), start(1)];
        servers.iter().for_each(|server| server.wait("the first reading", |server| server.count("component") == CLIENTS));

        let stale = thread::scope(|scope| {
            let (servers, catalog) = (&servers, catalog.path());
            let client = move |client: usize| {
                let pairs = size(100) / CLIENTS;
                (1..=pairs)
                    .filter(|n| {
                        write(catalog, client, *n);
                        let seq = refresh(&servers[n % 2], client);
                        description(&servers[(n + 1) % 2], client, Some(&seq)) != format!("version {n}")
                    })
                    .count()
            };
            let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(move || client(n))).collect();
            clients.into_iter().map(|client| client.join().expect("a client works")).sum::<usize>()
        });
        assert_eq!(stale, 0, "reads that missed the caller's own write");

        for killed in [0, 1] {
            servers[killed].kill();
            let other = &servers[1 - killed];
            write(catalog.path(), 0, 1_000_000 + killed);
            let changed = format!("version {}", 1_000_000 + killed);
            // The one that is left takes over the reading when the other's lease has run out.
            other.wait("the change without the other replica", |server| description(server, 0, None) == changed);
            servers[killed] = start(killed);
            servers[killed].wait("the other's entities", |server| description(server, 0, None) == changed);
        }
    }
}
