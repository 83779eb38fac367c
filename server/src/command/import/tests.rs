use super::{remote::Found, *};

/// The `waymark.toml` and the fates of an app-config.
fn check(text: &str, found: Option<&Found>, toml: &str, fates: &[(&str, Fate)]) -> Plan {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app-config.yaml");
    std::fs::write(&file, text).unwrap();
    let config = layers::read(&[file], &[]).unwrap();
    let plan = plan(&config, found, Path::new("/backstage/packages/backend"));
    let written = plan.toml.text("x");
    let body = written.lines().skip(2).collect::<Vec<_>>().join("\n");
    let _: toml::Table = toml::from_str(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    if !toml.is_empty() {
        assert_eq!(body.trim(), toml.trim());
    }
    for (key, fate) in fates {
        assert_eq!(plan.fates.get(*key), Some(fate), "{key}");
    }
    for (path, _) in config.leaves() {
        assert!(plan.fates.contains_key(&path), "{path} has no fate");
    }
    plan
}

#[test]
fn settings_hosts_and_locations_are_carried_over() {
    let app_config = r"
organization: {name: Northwind}
app: {title: Portal, baseUrl: https://portal.example.com}
backend:
  listen: {port: 7008}
  reading: {allow: [{host: git.internal}, {host: '*.example.org'}]}
integrations:
  github: [{host: github.com, token: '${GITHUB_TOKEN}'}, {host: ghe.example.com, token: not-so-secret, apiBaseUrl: https://x}]
  gitea: [{host: git.example.com, username: bot, password: {$file: gitea.txt}}]
catalog:
  processingInterval: {minutes: 5}
  rules: [{allow: [Component, API, Location, System]}, {allow: [Template], locations: [{type: url, pattern: 'https://github.com/northwind/**'}]}]
  locations:
    - {type: file, target: ../../org.yaml, rules: [{allow: [User, Group]}]}
    - {type: url, target: https://github.com/northwind/all/blob/main/all.yaml}
    - {type: s3-discovery, target: https://bucket}
";
    let expected = r#"
organisation = "Northwind"
listen = "0.0.0.0:7008"
# When Waymark answers in Backstage's place:
# public-url = "https://portal.example.com"
data-dir = "data"

[catalog]
read-every = "5m"

[fetch]
allow-private = ["git.internal"]

[[hosts]]
name = "github.com"
kind = "github"
token = "$GITHUB_TOKEN"

[[hosts]]
name = "ghe.example.com"
kind = "github"
token = "$GHE_EXAMPLE_COM_TOKEN"

[[hosts]]
name = "git.example.com"
kind = "gitea"
user = "bot"
token-file = "FOLDER/gitea.txt"

[[catalog.locations]]
type = "file"
target = "/backstage/org.yaml"
rules = [{ allow = ["Component", "API", "Location", "System", "User", "Group"] }]

[[catalog.locations]]
type = "url"
target = "https://github.com/northwind/all/blob/main/all.yaml"
rules = [{ allow = ["Component", "API", "Location", "System", "Template"] }]
"#;
    let plan = check(
        app_config,
        None,
        "",
        &[
            ("app.title", Fate::Replaced("`organisation` is in the titles of pages".to_owned())),
            ("integrations.github[1].apiBaseUrl", Fate::Replaced("not needed: files are read with git".to_owned())),
        ],
    );
    let written = plan.toml.text("x");
    let Some(toml_file::Secret::File(file)) = &plan.toml.hosts[2].secret else { panic!("{:?}", plan.toml.hosts[2]) };
    let folder = file.trim_end_matches("/gitea.txt");
    assert_eq!(written.lines().skip(2).collect::<Vec<_>>().join("\n").replace(folder, "FOLDER").trim(), expected.trim());
    assert!(!written.contains("not-so-secret"));
    assert!(
        plan.to_do.iter().any(|what| what == "put the token of ghe.example.com into the variable GHE_EXAMPLE_COM_TOKEN"),
        "{:?}",
        plan.to_do
    );
}

#[test]
fn locations_of_the_database_come_with_the_rules_of_the_configuration() {
    let found = Found {
        registered: vec![
            ("url".to_owned(), "https://github.com/o/a/blob/main/catalog-info.yaml".to_owned()),
            ("bootstrap".to_owned(), "bootstrap".to_owned()),
        ],
        origins: vec![
            ("url".to_owned(), "https://github.com/o/a/blob/main/catalog-info.yaml".to_owned()),
            ("url".to_owned(), "https://github.com/o/b/blob/main/catalog-info.yaml".to_owned()),
            ("url".to_owned(), "https://github.com/orgs/o/teams/x".to_owned()),
        ],
        stars: Err("no".to_owned()),
    };
    check(
        "{}",
        Some(&found),
        r#"data-dir = "data"

# Registered in Backstage.

[[catalog.locations]]
type = "url"
target = "https://github.com/o/a/blob/main/catalog-info.yaml"
rules = [{ allow = ["Component", "API", "Location"] }]

# Found by Backstage's providers.

[[catalog.locations]]
type = "url"
target = "https://github.com/o/b/blob/main/catalog-info.yaml"
rules = [{ allow = ["Component", "API", "Location"] }]"#,
        &[],
    );
}

#[test]
fn every_key_has_a_fate_and_no_value_is_shown() {
    let app_config = "auth: {environment: x, providers: {github: {development: {clientSecret: hunter2}}}}\nmyPlugin: {a: [], b: {}}\n\
        backend: {database: {client: pg, connection: {password: hunter2}}}\ncatalog: {readonly: true}\n";
    let plan = check(
        app_config,
        None,
        "",
        &[
            ("backend.database.client", Fate::Replaced("`database-url` or a SQLite file; give Waymark a database of its own".to_owned())),
            ("myPlugin.a", Fate::Unsupported("it is for a plugin; Waymark runs none of Backstage's".to_owned())),
            ("auth.environment", Fate::Replaced("`[[sign-in]]`, written by hand: docs/guide/sign-in.md has each provider".to_owned())),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app-config.yaml");
    std::fs::write(&file, app_config).unwrap();
    let config = layers::read(&[file], &[]).unwrap();
    let report = report::markdown(&config, &plan, None, &["app-config.yaml".to_owned()]);
    assert!(!report.contains("hunter2"), "{report}");
    for (path, _) in config.leaves() {
        assert!(report.contains(&format!("| `{path}` |")), "{path}\n{report}");
    }
}
