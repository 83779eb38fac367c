//! Killed again and again while it reads a catalog: nothing is lost, doubled or renamed.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    database::{fresh, identities},
    server::Server,
    size,
};

const PER_FILE: usize = 50;
const KILLS: usize = 10;

fn write_catalog(folder: &Path, entities: usize) {
    let files = entities / PER_FILE;
    for file in 0..files {
        let text: String = (0..PER_FILE).map(|n| descriptor(file * PER_FILE + n)).collect();
        fs::write(folder.join(format!("e{file}.yaml")), text).expect("the file is written");
    }
    let targets: String = (0..files).map(|file| format!("    - ./e{file}.yaml\n")).collect();
    let root = format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets:\n{targets}");
    fs::write(folder.join("catalog-info.yaml"), root).expect("the file is written");
}

fn descriptor(n: usize) -> String {
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: c{n}\n  description: Number {n} of a row of components that stand for themselves.\nspec:\n  type: service\n  lifecycle: production\n  owner: team-{}\n  dependsOn: [component:c{}]\n",
        n % 17,
        n / 2
    )
}

#[test]
fn ten_kills_lose_nothing() {
    let entities = size(2_000);
    for database in fresh() {
        let (catalog, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_catalog(catalog.path(), entities);
        let root = catalog.path().join("catalog-info.yaml");
        let start = || Server::start(data.path(), Some(&database.url), &root, &[]);
        let mut first: BTreeMap<String, (String, i64)> = BTreeMap::new();
        let mut broken = None;
        for kill in 1..=KILLS {
            let mut server = start();
            // Each time a little further, so that the kill falls into another moment of the reading.
            let goal = entities * kill / (KILLS + 2);
            server.wait("progress", |server| server.count("component") >= goal);
            server.kill();
            let now = identities(&database.url);
            for (name, identity) in &first {
                assert_eq!(now.get(name), Some(identity), "{name} keeps its uid and first-seen time over kill {kill} on {}", database.name);
            }
            first.extend(now);
            if kill == KILLS / 2 {
                let file = (0..entities / PER_FILE).find(|file| first.contains_key(&format!("component:default/c{}", file * PER_FILE)));
                let file = file.expect("something was read by now");
                fs::write(catalog.path().join(format!("e{file}.yaml")), "kind: [broken").unwrap();
                broken = Some(file);
            }
        }
        let server = start();
        server.wait("everything", |server| server.count("component") == entities);
        let last = identities(&database.url);
        assert_eq!(last.keys().filter(|name| name.starts_with("component:")).count(), entities);
        assert!(first.iter().all(|(name, identity)| last.get(name) == Some(identity)));
        let broken = broken.expect("a file was broken") * PER_FILE;
        server.wait("the error on the last good entity", |server| {
            let answer = server.get(&format!("/api/catalog/entities/by-name/component/default/c{broken}"), None);
            answer.status == 200 && answer.body["status"]["items"][0]["level"] == "error"
        });
    }
}
