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
    let address = "https://example.org/catalog-info.yaml";
    let told = format!("catalog.locations: {address} is an address; this version reads files and patterns of files");
    refused("", &[], &["--catalog", address], &told);
    refused("", &[("WAYMARK_CATALOG", address)], &[], &told);
    refused("", &[], &["--demo=huge"], "--demo: expected \"off\" or \"small\" or \"large\", found \"huge\"");
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
