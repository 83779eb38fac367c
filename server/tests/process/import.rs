//! `waymark import backstage`, and the portal that it leads to.

use serde_json::json;

use crate::{
    fake::{Backstage, Content},
    run,
    server::{Server, waymark},
};

const APP_CONFIG: &str = "
app: {title: Northwind Portal, baseUrl: 'http://localhost:3000'}
organization: {name: Northwind}
backend: {listen: ':7007', database: {client: better-sqlite3}}
integrations: {github: [{host: github.com, token: '${GITHUB_TOKEN}'}]}
catalog:
  locations:
    - {type: file, target: ../../all.yaml, rules: [{allow: [Group]}]}
proxy: {endpoints: {/x: {target: 'https://x', headers: {Authorization: hunter2}}}}
";

#[test]
fn a_configuration_is_taken_over_with_a_word_on_every_key() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("app-config.yaml", APP_CONFIG);
    write("app-config.production.yaml", "organization: {name: {$env: ORGANISATION}}\nbackend: {listen: '127.0.0.1:0'}\n");
    write("packages/backend/package.json", "{}");
    write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-a}\nspec: {type: team, children: []}\n");
    let backstage = Backstage::start(Content {
        entities: vec![json!({ "kind": "Component", "metadata": { "name": "a", "namespace": "default",
            "annotations": { "backstage.io/managed-by-origin-location": "url:http://127.0.0.1:1/found.yaml" } } })],
        locations: vec![("url", "http://127.0.0.1:1/registered.yaml".to_owned())],
        stars: Some(("mine", vec!["component:default/a"])),
    });
    let layers = ["--app-config", "app-config.yaml", "--app-config", "app-config.production.yaml"];
    let import = |more: &[&str]| run(folder.path(), &[&["import", "backstage"], &layers[..], more].concat(), "");

    let made = import(&["--url", &backstage.address, "--token", "mine", "--out", "waymark"]);
    assert_eq!(made.code, Some(0), "{}", made.error);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("waymark").join(name)).unwrap();
    let (toml, report) = (read("waymark.toml"), read("import-report.md"));
    assert_eq!(read("starred-entities.txt"), "component:default/a\n");
    for wanted in [
        "token = \"$GITHUB_TOKEN\"",
        "/all.yaml\"\nrules = [{ allow = [\"Component\", \"API\", \"Location\", \"Group\"] }]",
        "registered.yaml",
        "found.yaml",
    ] {
        assert!(toml.contains(wanted), "{wanted}\n{toml}");
    }
    for wanted in [
        "| `catalog.locations[0].target` | app-config.yaml |",
        "| `backend.listen` | app-config.production.yaml |",
        "| `proxy.endpoints./x.headers.Authorization` |",
    ] {
        assert!(report.contains(wanted), "{wanted}\n{report}");
    }
    assert!(!report.contains("hunter2") && !toml.contains("hunter2"));

    let again = import(&["--out", "waymark"]);
    assert!(again.code == Some(1) && again.error.contains("is there already"), "{}", again.error);
    let stars = import(&["--url", &backstage.address, "--token", "a-machine", "--out", "two"]);
    assert_eq!(stars.code, Some(0), "{}", stars.error);
    let report = std::fs::read_to_string(folder.path().join("two/import-report.md")).unwrap();
    assert!(report.contains("Not read: ") && report.contains("a person's token"), "{report}");

    let mut command = waymark();
    command
        .args(["serve", "--config", "waymark/waymark.toml", "--listen", "127.0.0.1:0"])
        .env("GITHUB_TOKEN", "x")
        .current_dir(folder.path());
    let server = Server::launch(command);
    server.wait("the group is there", |server| server.count("group") == 1);
}
