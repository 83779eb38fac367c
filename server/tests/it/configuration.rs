//! Where settings come from, and what a wrong one is told.

use std::path::Path;

use secrecy::ExposeSecret as _;
use server::config::{Cli, Command, Config, Sources, load};

fn read(file: &str, environment: &[(&str, &str)], flags: &[&str]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        std::fs::write(folder.path().join("waymark.toml"), file).unwrap();
    }
    let line = ["waymark", "serve"].iter().chain(flags);
    let Command::Serve(flags) = <Cli as clap::Parser>::try_parse_from(line).map_err(|error| error.to_string())?.command else {
        unreachable!()
    };
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = load(&Sources { flags, environment, directory: folder.path().to_owned() });
    let base = folder.path().display().to_string();
    loaded.map_err(|error| error.to_string().replace(&base, "."))
}

fn refused(file: &str, environment: &[(&str, &str)], flags: &[&str], expected: &str) {
    match read(file, environment, flags) {
        Ok(_) => panic!("accepted, expected: {expected}"),
        Err(error) => assert_eq!(error, expected),
    }
}

#[test]
fn later_sources_win() {
    let listen = |file, environment, flags| read(file, environment, flags).unwrap().http.listen.port();
    assert_eq!(listen("", &[], &[]), 3000);
    assert_eq!(listen("listen = \"127.0.0.1:1\"", &[], &[]), 1);
    assert_eq!(listen("listen = \"127.0.0.1:1\"", &[("WAYMARK_LISTEN", "127.0.0.1:2")], &[]), 2);
    assert_eq!(listen("listen = \"127.0.0.1:1\"", &[("WAYMARK_LISTEN", "127.0.0.1:2")], &["--listen", "localhost:3"]), 3);
    assert_eq!(listen("", &[("WAYMARK_LISTEN", "")], &[]), 3000);
}

#[test]
fn reads_everything_from_a_file() {
    let file = r#"
        organisation = "Harbour"
        admin-token = "secret"
        [log]
        format = "json"
        [limits]
        body-bytes = 2_000_000
        request-time = "500ms"
        [catalog]
        poll-interval = "1m"
        [[catalog.locations]]
        target = "catalog/*.yaml"
        [[catalog.locations]]
        type = "file"
        target = "/srv/catalog-info.yaml"
        rules = [{ allow = ["Component", "API"] }, { allow = ["Group"] }]
    "#;
    let config = read(file, &[], &[]).unwrap();
    assert_eq!(config.organisation, "Harbour");
    assert_eq!(config.access.admin_token.unwrap().expose_secret(), "secret");
    assert_eq!((config.http.limits.body_bytes, config.http.limits.request_time.as_millis()), (2_000_000, 500));
    assert_eq!(config.catalog.poll_interval.as_secs(), 60);
    let [first, second] = &config.catalog.locations[..] else { panic!("{:?}", config.catalog.locations) };
    assert_eq!(first.kind, "file");
    assert!(Path::new(&first.target).is_absolute() && first.target.ends_with("/catalog/*.yaml"), "{}", first.target);
    assert_eq!((second.kind.as_str(), second.allow.as_deref().unwrap().join(" ").as_str()), ("file", "Component API Group"));
}

#[test]
fn wrong_keys_and_values_are_told_where_and_what() {
    refused("lisen = \"x\"", &[], &[], "./waymark.toml:1: unknown key \"lisen\"; did you mean \"listen\"?");
    refused(
        "\n[catalog]\npoll-intervall = \"5s\"",
        &[],
        &[],
        "./waymark.toml:3: unknown key \"catalog.poll-intervall\"; did you mean \"catalog.poll-interval\"?",
    );
    refused("[[catalog.locations]]\npath = \"x\"", &[], &[], "./waymark.toml:2: unknown key \"path\"; did you mean \"type\"?");
    refused("listen = 3000", &[], &[], "./waymark.toml:1: listen: expected a string, found the number 3000");
    refused(
        "[limits]\nbody-bytes = \"10\"",
        &[],
        &[],
        "./waymark.toml:2: limits.body-bytes: expected a whole number, found the string \"10\"",
    );
    refused(
        "[limits]\nrequest-time = 5",
        &[],
        &[],
        "./waymark.toml:2: limits.request-time: expected a duration such as \"500ms\", \"5s\" or \"2m\", found the number 5",
    );
    refused(
        "[limits]\nrequest-time = \"5\"",
        &[],
        &[],
        "./waymark.toml:2: limits.request-time: expected a duration such as \"500ms\", \"5s\" or \"2m\", found \"5\"",
    );
    refused("admin-token = 12345", &[], &[], "./waymark.toml:1: admin-token: expected a string, found something else");
    refused("", &[("WAYMARK_LISTEN", "nowhere")], &[], "WAYMARK_LISTEN: expected an address such as 127.0.0.1:3000, found \"nowhere\"");
    refused("", &[("WAYMARK_LISTN", "x")], &[], "WAYMARK_LISTN: unknown variable; did you mean WAYMARK_LISTEN?");
    refused("", &[], &["--log-format", "xml"], "--log-format: expected \"human\" or \"json\", found \"xml\"");
    refused(
        "",
        &[("WAYMARK_DATABASE_URL", "mysql://u:secret@h/d")],
        &[],
        "WAYMARK_DATABASE_URL: expected an address that starts with postgres:// or sqlite:",
    );
    refused(
        "",
        &[("WAYMARK_PUBLIC_URL", "https://portal.example.org/waymark")],
        &[],
        "WAYMARK_PUBLIC_URL: expected an address without a path, found \"https://portal.example.org/waymark\"",
    );
    refused("", &[], &["--config", "missing.toml"], "./missing.toml: cannot be read: No such file or directory (os error 2)");
    refused(
        "",
        &[],
        &["--demo", "--listen", "0.0.0.0:3000"],
        "demo: the sample organisation lets anybody in, so it answers on this machine only; listen at 127.0.0.1 or leave demo out",
    );
    refused("", &[], &["--demo=huge"], "--demo: expected \"off\" or \"small\" or \"large\", found \"huge\"");
}

#[test]
fn locations_are_files_addresses_and_repositories() {
    let locations = |file: &str, environment: &[(&str, &str)], flags: &[&str]| {
        let config = read(file, environment, flags).unwrap();
        let every = |every: Option<std::time::Duration>| every.map_or(String::new(), |every| format!(" every {}s", every.as_secs()));
        let lines =
            config.catalog.locations.iter().map(|location| format!("{}:{}{}", location.kind, location.target, every(location.every)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let flags = ["--catalog", "https://example.org/a.yaml", "--catalog", "git@example.org:o/r.git", "--catalog", "/srv/a.yaml"];
    assert_eq!(locations("", &[], &flags), "url:https://example.org/a.yaml\ngit:git@example.org:o/r.git\nfile:/srv/a.yaml");
    let variable = "https://example.org/o/r.git//services/**/catalog-info.yaml?ref=main, file:/srv/b.yaml";
    assert_eq!(
        locations("", &[("WAYMARK_CATALOG", variable)], &[]),
        "git:https://example.org/o/r.git//services/**/catalog-info.yaml?ref=main\nfile:/srv/b.yaml"
    );
    let file = r#"
        [[catalog.locations]]
        type = "git"
        target = "$REPOSITORY//a.yaml"
        every = "5m"
        [[catalog.locations]]
        type = "url"
        target = "https://github.com/o/r/blob/main/catalog-info.yaml"
    "#;
    assert_eq!(
        locations(file, &[("REPOSITORY", "https://example.org/o/r.git")], &[]),
        "git:https://example.org/o/r.git//a.yaml every 300s\nurl:https://github.com/o/r/blob/main/catalog-info.yaml"
    );
    refused(
        "[[catalog.locations]]\ntarget = \"$NOWHERE/a.yaml\"",
        &[],
        &[],
        "./waymark.toml:1: catalog.locations.target: $NOWHERE/a.yaml names the variable NOWHERE, which is not set",
    );
    refused(
        "[[catalog.locations]]\ntype = \"s3\"\ntarget = \"x\"",
        &[],
        &[],
        "./waymark.toml:2: catalog.locations.type: expected \"file\", \"url\" or \"git\", found \"s3\"",
    );
}

#[test]
fn truth_fetching_and_webhooks_have_settings() {
    let config = read("", &[], &[]).unwrap();
    assert_eq!(
        (config.catalog.grace.as_secs(), config.catalog.hold_percent, config.catalog.history.as_secs() / 86_400),
        (30, Some(20), 400)
    );
    assert_eq!((config.catalog.read_every.as_secs(), config.fetch.max_bytes, config.fetch.timeout.as_secs()), (120, 10 << 20, 30));
    let file = r#"
        [catalog]
        grace = "0s"
        hold-loss = "off"
        history = "30d"
        read-every = "10m"
        [fetch]
        max-bytes = 1_000_000
        timeout = "5s"
        allow-private = ["10.0.0.0/8", "git.internal:8443"]
        [webhooks]
        github-secret = "hunter2hunter2"
    "#;
    let config = read(file, &[("WAYMARK_WEBHOOKS_GITLAB_SECRET", "hunter3hunter3")], &[]).unwrap();
    assert_eq!((config.catalog.grace.as_secs(), config.catalog.hold_percent, config.catalog.history.as_secs() / 86_400), (0, None, 30));
    assert_eq!((config.catalog.read_every.as_secs(), config.fetch.max_bytes, config.fetch.timeout.as_secs()), (600, 1_000_000, 5));
    assert_eq!(config.fetch.allow_private, ["10.0.0.0/8", "git.internal:8443"]);
    assert_eq!(read("", &[("WAYMARK_FETCH_ALLOW_PRIVATE", "a, b")], &[]).unwrap().fetch.allow_private, ["a", "b"]);
    assert_eq!(config.webhooks.github.as_ref().unwrap().expose_secret(), "hunter2hunter2");
    assert_eq!(config.webhooks.gitlab.as_ref().unwrap().expose_secret(), "hunter3hunter3");
    assert!(config.webhooks.git.is_none());
    assert!(!format!("{config:?}").contains("hunter"));
    refused("[webhooks]\ngithub-secret = 5", &[], &[], "./waymark.toml:2: webhooks.github-secret: expected a string, found something else");
    refused("", &[("WAYMARK_WEBHOOKS_GIT_SECRET", "short")], &[], "WAYMARK_WEBHOOKS_GIT_SECRET: expected a secret of 8 characters or more");
    refused(
        "[catalog]\nhold-loss = \"0.2\"",
        &[],
        &[],
        "./waymark.toml:2: catalog.hold-loss: expected a share from \"1%\" to \"99%\", or \"off\", found \"0.2\"",
    );
    refused("[catalog]\nhistory = \"9999d\"", &[], &[], "./waymark.toml:2: catalog.history: expected at most 3650d, found \"9999d\"");
    refused(
        "[fetch]\nallow-private = \"x\"",
        &[],
        &[],
        "./waymark.toml:2: fetch.allow-private: expected a list of strings, found the string \"x\"",
    );
    refused("[webhook]\ngithub-secret = \"x\"", &[], &[], "./waymark.toml:1: unknown key \"webhook\"; did you mean \"webhooks\"?");
}

#[test]
fn hosts_have_tokens_from_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("token");
    std::fs::write(&secret, "from-a-file\n").unwrap();
    let file = format!(
        r#"
        [[hosts]]
        name = "GitHub.com"
        token = "$GITHUB_TOKEN"
        [[hosts]]
        name = "git.example.com:8443"
        kind = "gitea"
        user = "reader"
        token-file = "{}"
        [[hosts]]
        name = "files.example.com"
        kind = "plain"
    "#,
        secret.display()
    );
    let environment = [
        ("GITHUB_TOKEN", "from-a-variable"),
        ("WAYMARK_HOSTS_FILES_EXAMPLE_COM_TOKEN", "from-its-own"),
        ("WAYMARK_HOSTS_GITLAB_COM_TOKEN", "known-to-all"),
    ];
    let config = read(&file, &environment, &[]).unwrap();
    let line = |host: &forge::HostConfig| {
        let token = host.token.as_ref().map_or("", |token| token.expose_secret());
        format!("{} {:?} {token} {}", host.name, host.kind, host.user.as_deref().unwrap_or_default())
    };
    assert_eq!(
        config.hosts.iter().map(line).collect::<Vec<_>>(),
        [
            "github.com GitHub from-a-variable ",
            "git.example.com:8443 Gitea from-a-file reader",
            "files.example.com Plain from-its-own ",
            "gitlab.com GitLab known-to-all ",
        ]
    );
    assert!(!format!("{config:?}").contains("from-a"));
    let host = |lines: &str, expected: &str| refused(&format!("[[hosts]]\n{lines}"), &[], &[], &format!("./waymark.toml:{expected}"));
    host("kind = \"github\"", "1: hosts: a host needs a name, such as github.example.com");
    host(
        "name = \"git.example.com\"",
        "1: hosts: git.example.com needs a kind: \"github\", \"gitlab\", \"gitea\", \"bitbucket\" or \"plain\"",
    );
    host(
        "name = \"https://github.com\"",
        "2: hosts.name: expected the name of a host, with a port if it has one, as in github.example.com, found \"https://github.com\"",
    );
    host("name = \"github.com\"\ntoken = \"$GONE\"", "3: hosts.token: $GONE names the variable GONE, which is not set");
    host("name = \"github.com\"\ntoken = \"two words\"", "3: hosts.token: a token is one word of letters, digits and signs");
    host("name = \"github.com\"\ntoken = 5", "3: hosts.token: expected a string, found something else");
    host(
        "name = \"github.com\"\ntoken-file = \"gone\"",
        "3: hosts.token-file: ./gone cannot be read: No such file or directory (os error 2)",
    );
    host("name = \"github.com\"\ntoken = \"a\"\ntoken-file = \"b\"", "4: hosts.token-file: write either token or token-file, not both");
    host("name = \"github.com\"\n[[hosts]]\nname = \"github.com\"", "3: hosts: github.com is listed twice");
    host("nam = \"github.com\"", "2: unknown key \"nam\"; did you mean \"name\"?");
}

/// A declaration beside a schema.
fn kind(lines: &str, schema: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.yaml");
    std::fs::write(&file, schema).unwrap();
    let text = format!("[[kinds]]\nkind = \"Database\"\n{}", lines.replace("SCHEMA", &file.display().to_string()));
    read(&text, &[], &[]).map_err(|error| error.replace(&folder.path().display().to_string(), "~"))
}

#[test]
fn kinds_are_declared() {
    let lines = r#"
        plural = "Data stores"
        api-versions = ["example.com/v1"]
        schema = "SCHEMA"
        icon = "resource"
        [[kinds.relations]]
        field = "host"
        type = "configurationRunsOn"
        inverse = "configurationRuns"
        default-kind = "Resource"
        [[kinds.relations]]
        field = "part"
        type = "partOf"
        [[kinds.sections]]
        title = "Storage"
        fields = ["size", "backup.at"]
    "#;
    let config = kind(lines, "type: object\nrequired: [owner]\n").unwrap();
    let [declared] = config.kinds.declared() else { panic!("{:?}", config.kinds) };
    assert_eq!((declared.kind.as_str(), declared.plural.as_str(), declared.icon.as_deref()), ("Database", "Data stores", Some("resource")));
    let relations: Vec<_> =
        declared.relations.iter().map(|found| format!("{} {} {}", found.field(), found.kind(), found.inverse())).collect();
    assert_eq!(relations, ["host configurationRunsOn configurationRuns", "part partOf hasPart"]);
    assert_eq!(declared.sections, [("Storage".to_owned(), vec!["size".to_owned(), "backup.at".to_owned()])]);
    assert!(declared.schema.is_some());

    let refused = |lines: &str, schema: &str, expected: &str| assert_eq!(kind(lines, schema).err().as_deref(), Some(expected));
    let versions = "api-versions = [\"example.com/v1\"]\n";
    refused("", "", "./waymark.toml:1: kinds: Database: api-versions needs at least one, such as \"example.com/v1\"");
    refused("icon = \"resourc\"", "", "./waymark.toml:3: kinds.icon: there is no icon \"resourc\"; did you mean \"resource\"?");
    refused(
        "schema = \"gone.json\"",
        "",
        "./waymark.toml:3: kinds.schema: ./gone.json: cannot be read: No such file or directory (os error 2)",
    );
    refused(
        "schema = \"SCHEMA\"",
        "a: 1\na: 2",
        "./waymark.toml:3: kinds.schema: ~/schema.yaml: line 2, column 1: Map keys must be unique",
    );
    refused(
        "schema = \"SCHEMA\"",
        "$ref: 'x.json'",
        "./waymark.toml:3: kinds.schema: ~/schema.yaml: $ref: \"x.json\" is another document; put what it refers to under $defs",
    );
    let relation = |lines: &str, expected: &str| refused(&format!("{versions}[[kinds.relations]]\n{lines}"), "", expected);
    relation(
        "field = \"a\"",
        "./waymark.toml:4: kinds.relations: a relation needs field and type, as in field = \"host\", type = \"runsOn\", inverse = \"runs\"",
    );
    relation(
        "field = \"a\"\ntype = \"unheardOf\"",
        "./waymark.toml:4: kinds.relations: unheardOf needs an inverse: what the other end shows",
    );
    relation(
        "field = \"a\"\ntype = \"ownedBy\"\ninverse = \"owns\"",
        "./waymark.toml:4: kinds.relations: the relation ownedBy has the counterpart ownerOf already, so ownedBy and owns cannot be a pair; use ownedBy and ownerOf, or other names",
    );
    relation("feild = \"a\"", "./waymark.toml:5: unknown key \"feild\"; did you mean \"field\"?");
}

#[test]
fn other_programs_variables_are_not_ours() {
    assert!(read("", &[("WAYMARK_SERVICE_HOST", "10.0.0.1"), ("WAYMARK_PORT", "tcp://10.0.0.1:80")], &[]).is_ok());
}

#[test]
fn the_demo_has_a_directory_of_its_own() {
    let config = read("", &[], &["--demo=large", "--data-dir", "/var/lib/waymark"]).unwrap();
    assert_eq!(config.data_dir(), Path::new("/var/lib/waymark/demo"));
    assert_eq!(config.organisation, "Northmere Group");
    assert_eq!(read("", &[("WAYMARK_ORGANISATION", "Us")], &["--demo"]).unwrap().organisation, "Us");
}

#[test]
fn secrets_are_not_printed() {
    let config = read("", &[("WAYMARK_ADMIN_TOKEN", "hunter2"), ("WAYMARK_DATABASE_URL", "postgres://u:hunter2@h/d")], &[]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.warnings(), ["the admin token has fewer than 32 characters and may be guessed; a long random one is safer"]);
}

#[test]
fn the_guide_has_every_setting() {
    let guide = include_str!("../../../docs/guide/operate.md");
    let kept = guide.split("<!-- settings -->").nth(1).and_then(|rest| rest.split("<!-- /settings -->").next()).unwrap_or_default();
    let table = server::config::reference_table();
    assert_eq!(kept.trim(), table.trim(), "put this between the markers in docs/guide/operate.md:\n{table}");
}
