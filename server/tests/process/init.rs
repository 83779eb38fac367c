//! `waymark init`, and the portal that it leads to.

use crate::{
    run,
    server::{Server, waymark},
};

#[test]
fn a_new_folder_shows_its_own_entities() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "init",
        "portal",
        "--organisation",
        "Harbour & Co",
        "--team",
        "Dock Team",
        "--person",
        "Ada Berg",
        "--service",
        "Crane API",
        "--ci",
        "gitlab",
    ];
    let made = run(folder.path(), &flags, "");
    assert_eq!(made.code, Some(0), "{}", made.error);
    assert!(
        made.out.contains("  waymark validate portal/platform\n") && made.out.contains(" waymark serve --config portal/waymark.toml\n"),
        "{}",
        made.out
    );

    let checked = run(folder.path(), &["validate", "portal/platform", "--references", "--strict"], "");
    assert_eq!((checked.code, checked.out.as_str()), (Some(0), "3 files, 4 entities: no errors, no warnings\n"));

    let mut command = waymark();
    command.args(["serve", "--config", "portal/waymark.toml", "--listen", "127.0.0.1:0"]).current_dir(folder.path());
    let server = Server::launch(command);
    server.wait("the service is there", |server| server.count("component") == 1);
    let answer = server.get("/api/catalog/entities/by-name/component/default/crane-api", None);
    assert_eq!((answer.status, answer.body["spec"]["owner"].as_str()), (200, Some("dock-team")));
    assert_eq!(server.get("/api/catalog/entities/by-name/user/default/ada-berg", None).status, 200);

    let again = run(folder.path(), &flags, "");
    assert_eq!(again.code, Some(1));
    assert!(again.error.contains("nothing is overwritten") && again.error.contains("portal/waymark.toml"), "{}", again.error);
}

#[test]
fn without_anybody_to_ask_it_says_which_flags() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["init", "portal"], "");
    assert!(made.code == Some(1) && made.error.contains("--yes"), "{}", made.error);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(run(folder.path(), &["init", "portal", "--yes"], "").code, Some(0));
    assert!(folder.path().join("portal/.github/workflows/catalog.yml").is_file());
}
